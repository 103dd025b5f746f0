//! The table of results, one row a document.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::measure::Usage;
use crate::cli::report::ReadRatio;

/// What became of one document.
#[derive(Debug, Default, Serialize)]
pub struct Row {
    pub(super) document: String,
    pub(super) operations: ReadRatio,
    pub(super) schemas: ReadRatio,
    /// Bodies and responses that can be reached through the crate.
    pub(super) reachable: ReadRatio,
    /// Those that cannot, by reason.
    pub(super) unreachable: BTreeMap<String, usize>,
    pub(super) untyped: usize,
    /// What was left out, by kind.
    pub(super) skipped: BTreeMap<String, usize>,
    pub(super) warnings: usize,
    pub(super) files: usize,
    pub(super) lines: usize,
    pub(super) generation: Option<Usage>,
    pub(super) check: Option<Usage>,
    /// Why it failed, if it did.
    pub(super) failures: Vec<String>,
}

const HEADINGS: [&str; 14] = [
    "document",
    "operations",
    "reachable",
    "schemas",
    "untyped",
    "skipped",
    "warnings",
    "files",
    "lines",
    "generation",
    "memory",
    "check",
    "memory",
    "result",
];

/// The columns that are text; all others are figures.
const TEXTS: [usize; 3] = [0, 5, 13];

/// The columns that hold for one machine only.
const MEASURED: Range<usize> = 9..13;

impl Row {
    fn cells(&self) -> [String; HEADINGS.len()] {
        let skipped: Vec<_> = self.skipped.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let result = if self.failures.is_empty() { "ok" } else { "failed" };
        [
            self.document.clone(),
            ratio(self.operations),
            ratio(self.reachable),
            ratio(self.schemas),
            self.untyped.to_string(),
            skipped.join(", "),
            self.warnings.to_string(),
            self.files.to_string(),
            self.lines.to_string(),
            time(self.generation),
            memory(self.generation),
            time(self.check),
            memory(self.check),
            result.to_owned(),
        ]
    }

    /// Creates the sum of all rows; of memory, the maximum.
    fn total(rows: &[Self]) -> Self {
        let mut total = Self { document: format!("{} documents", rows.len()), ..Self::default() };
        for row in rows {
            let ratios = [
                (&mut total.operations, row.operations),
                (&mut total.reachable, row.reachable),
                (&mut total.schemas, row.schemas),
            ];
            for (sum, one) in ratios {
                sum.made += one.made;
                sum.total += one.total;
            }
            for (reason, count) in &row.unreachable {
                *total.unreachable.entry(reason.clone()).or_default() += count;
            }
            for (kind, count) in &row.skipped {
                *total.skipped.entry(kind.clone()).or_default() += count;
            }
            total.untyped += row.untyped;
            total.warnings += row.warnings;
            total.files += row.files;
            total.lines += row.lines;
            total.generation = add(total.generation, row.generation);
            total.check = add(total.check, row.check);
            total.failures.extend(row.failures.iter().cloned());
        }
        total
    }
}

/// Returns how many bodies and responses cannot be reached, a line for each reason.
pub(super) fn reasons(rows: &[Row]) -> String {
    let Row { reachable: ReadRatio { made, total }, unreachable, .. } = Row::total(rows);
    let lines = unreachable.iter().map(|(reason, count)| format!("  {count:>6}  {reason}\n"));
    format!("\nreachable: {made} of {total} bodies and responses; not reachable:\n{}", lines.collect::<String>())
}

fn add(one: Option<Usage>, other: Option<Usage>) -> Option<Usage> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Usage {
            cpu_millis: one.cpu_millis + other.cpu_millis,
            peak_bytes: one.peak_bytes.max(other.peak_bytes),
        }),
        (one, other) => one.or(other),
    }
}

fn ratio(ratio: ReadRatio) -> String {
    format!("{}/{}", ratio.made, ratio.total)
}

fn time(usage: Option<Usage>) -> String {
    usage.map_or_else(String::new, |Usage { cpu_millis, .. }| {
        format!("{}.{:02} s", cpu_millis / 1000, cpu_millis % 1000 / 10)
    })
}

fn memory(usage: Option<Usage>) -> String {
    usage.map_or_else(String::new, |Usage { peak_bytes, .. }| format!("{} MiB", peak_bytes >> 20))
}

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// For a terminal.
    Plain,
    /// For documentation, which is read on other machines: without times and memory.
    Markdown,
}

/// Returns the table with a heading and a sum.
pub fn draw(rows: &[Row], drawing: Drawing) -> String {
    let total = (rows.len() > 1).then(|| Row::total(rows));
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    lines.extend(rows.iter().chain(&total).map(Row::cells));
    let is_measured = drawing == Drawing::Plain && rows.iter().any(|row| row.generation.is_some());
    let is_shown = |column: &usize| is_measured || !MEASURED.contains(column);
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let columns: Vec<_> = (0..HEADINGS.len()).filter(is_shown).map(|column| (column, width(column))).collect();
    let mut text: Vec<_> = lines.iter().map(|cells| line(cells, &columns, drawing)).collect();
    if drawing == Drawing::Markdown {
        text.insert(1, ruler(&columns));
    }
    text.join("\n") + "\n"
}

fn line(cells: &[String], columns: &[(usize, usize)], drawing: Drawing) -> String {
    let padded = columns.iter().map(|&(column, width)| match (&cells[column], TEXTS.contains(&column)) {
        (cell, true) => format!("{cell:<width$}"),
        (cell, false) => format!("{cell:>width$}"),
    });
    let padded: Vec<_> = padded.collect();
    match drawing {
        Drawing::Plain => padded.join("  ").trim_end().to_owned(),
        Drawing::Markdown => format!("| {} |", padded.join(" | ")),
    }
}

/// Returns the line below a heading; figures stand to the right.
fn ruler(columns: &[(usize, usize)]) -> String {
    let columns = columns.iter().map(|&(column, width)| match TEXTS.contains(&column) {
        true => "-".repeat(width + 2),
        false => "-".repeat(width + 1) + ":",
    });
    format!("|{}|", columns.collect::<Vec<_>>().join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> [Row; 2] {
        let usage = |cpu_millis, peak_bytes| Some(Usage { cpu_millis, peak_bytes });
        [
            Row {
                document: "a.yaml".to_owned(),
                operations: ReadRatio { made: 3, total: 4 },
                skipped: [("schema".to_owned(), 2)].into(),
                generation: usage(1234, 5 << 20),
                failures: vec!["no".to_owned()],
                ..Row::default()
            },
            Row {
                document: "b.yaml".to_owned(),
                operations: ReadRatio { made: 10, total: 10 },
                generation: usage(70, 7 << 20),
                ..Row::default()
            },
        ]
    }

    #[test]
    fn the_last_row_is_the_sum() {
        let text = draw(&rows(), Drawing::Plain);
        let last: Vec<_> = text.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(
            last,
            "2 documents 13/14 0/0 0/0 0 schema 2 0 0 0 1.30 s 7 MiB failed".split(' ').collect::<Vec<_>>()
        );
        assert_eq!(draw(&rows()[..1], Drawing::Plain).lines().count(), 2);
    }

    #[test]
    fn every_line_of_markdown_has_all_columns() {
        let text = draw(&rows(), Drawing::Markdown);
        let length = text.lines().next().unwrap().len();
        for line in text.lines() {
            assert_eq!(
                (line.len(), line.matches('|').count()),
                (length, HEADINGS.len() - MEASURED.len() + 1),
                "{line}"
            );
        }
        assert!(text.lines().nth(1).unwrap().starts_with("|----"));
    }
}
