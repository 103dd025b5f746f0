//! The report for a terminal.

use std::fmt::Write as _;

use crate::compare::Verdict;

use super::{GROUPS, Line, Report, sentence};

/// Verdicts and fingerprints stand in the same place in all groups.
const FIXED: [usize; 4] = [10, 10, 8, 11];
/// A longer cell pushes away what stands right of it, in its own line alone.
const WIDEST: usize = 90;

impl Report {
    /// Returns the report in columns.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.summary() + "\n";
        for (effect, what) in GROUPS {
            let lines = self.group(effect);
            if !lines.is_empty() {
                write!(text, "\n{effect}: {what}\n{}", self.table(&lines)).expect("text takes every text");
            }
        }
        if !self.lines.is_empty() {
            write!(text, "\nversion: {}\n", self.version()).expect("text takes every text");
        }
        for stale in &self.stale {
            write!(text, "\n{}: {stale} is accepted and has not happened: remove it\n", self.accepted_in)
                .expect("text takes every text");
        }
        text
    }

    /// Returns one line a change, in columns.
    fn table(&self, lines: &[&Line]) -> String {
        let head = ["wire", "Rust", "document", "fingerprint", "what", "in Rust", "place", "pointer", "rule"];
        let rows = lines.iter().map(|line| {
            let Verdict { wire, document, rust } = line.verdict;
            let accepted = line.accepted.as_ref().map(|reason| format!("  accepted: {reason}")).unwrap_or_default();
            [
                wire.to_string(),
                rust.to_string(),
                document.to_string(),
                line.fingerprint.clone(),
                format!("{}: {}", line.change.subject, sentence(&line.change, str::to_owned)),
                line.change.rust.clone().unwrap_or_else(|| "-".to_owned()),
                line.place(),
                line.pointer.to_string(),
                format!("{}{accepted}", line.change.rule.id()),
            ]
        });
        let rows: Vec<_> = [head.map(str::to_owned)].into_iter().chain(rows).collect();
        let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: [usize; 9] = std::array::from_fn(|column| match FIXED.get(column) {
            Some(width) => *width,
            None => widest(column).min(WIDEST),
        });
        let mut table = String::new();
        for row in &rows {
            let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            writeln!(table, "  {}", cells.join("  ").trim_end()).expect("text takes every text");
        }
        table
    }
}
