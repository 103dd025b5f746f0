//! The report as a comment on a pull request.

use std::fmt::Write as _;

use crate::compare::{Effect, Verdict};

use super::{GROUPS, Line, Report, sentence};

/// GitHub takes no comment above 65,536 characters.
const MOST_OF_A_COMMENT: usize = 60_000;

impl Report {
    /// Returns the body of a comment, in which the least serious changes are left out when it gets too long.
    pub fn markdown(&self) -> String {
        let mut text = format!("### {}\n", capitalized(&escaped(&self.summary())));
        if !self.lines.is_empty() {
            write!(text, "\nVersion: {}\n", escaped(&self.version())).expect("text takes every text");
        }
        for stale in &self.stale {
            write!(text, "\n`{}`: {} is accepted and has not happened: remove it\n", self.accepted_in, escaped(stale))
                .expect("text takes every text");
        }
        let mut left = self.lines.len();
        for (effect, what) in GROUPS {
            let lines = self.group(effect);
            if lines.is_empty() {
                continue;
            }
            let room = MOST_OF_A_COMMENT.saturating_sub(text.len());
            let (table, count) = self.markdown_table(&lines, room);
            left -= count;
            if count == 0 {
                continue;
            }
            let (effect, all) = (capitalized(effect.as_str()), lines.len());
            // What nobody has to look at is folded.
            let group = match lines[0].verdict.worst() {
                Effect::Breaking | Effect::Behavior => format!("\n**{effect} ({all})**: {what}\n\n{table}"),
                _ => format!("\n<details><summary>{effect} ({all}): {what}</summary>\n\n{table}\n</details>\n"),
            };
            text.push_str(&group);
        }
        if left > 0 {
            write!(text, "\nThe comment would be too long with {left} more: `--format text` lists them all.\n")
                .expect("text takes every text");
        }
        text
    }

    /// Returns as many changes as there is room for, and their number.
    fn markdown_table(&self, lines: &[&Line], room: usize) -> (String, usize) {
        let mut table =
            "| wire | Rust | document | what | in Rust | place | rule, fingerprint |\n|---|---|---|---|---|---|---|\n"
                .to_owned();
        for (count, line) in lines.iter().enumerate() {
            let row = self.markdown_row(line);
            if table.len() + row.len() > room {
                return (table, count);
            }
            table.push_str(&row);
        }
        (table, lines.len())
    }

    fn markdown_row(&self, line: &Line) -> String {
        let Verdict { wire, document, rust } = line.verdict;
        let accepted =
            line.accepted.as_ref().map(|reason| format!(" *accepted: {}*", escaped(reason))).unwrap_or_default();
        let cells = [
            wire.to_string(),
            rust.to_string(),
            document.to_string(),
            format!("{}: {}{accepted}", cell(&line.change.subject), sentence(&line.change, cell)),
            line.change.rust.as_deref().map(cell).unwrap_or_default(),
            format!("{}<br>{}", cell(&line.place()), cell(&line.pointer.to_string())),
            format!("{}<br>{}", cell(line.change.rule.id()), cell(&line.fingerprint)),
        ];
        format!("| {} |\n", cells.join(" | "))
    }
}

/// Quotes text of a document in Markdown: as code, in which nothing is a link, a mention or a formula.
pub fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A blank on both sides belongs to the fence.
    let gap = if longest > 0 { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// Returns the same in a cell of a table. A bar ends the cell even in code, and a backslash before it may be one of the
/// text: so it is written as a number, as is everything then that could be Markdown.
fn cell(text: &str) -> String {
    if !text.contains('|') {
        return code(text);
    }
    let numbered = text.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() || c == ' ' || !c.is_ascii() => c.to_string(),
        c => format!("&#{};", u32::from(c)),
    });
    format!("<code>{}</code>", numbered.collect::<String>())
}

/// Escapes text for Markdown.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push(' '),
            // Nobody is called, and nothing referred to, by what a document says.
            '@' => escaped.push_str("&#64;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
