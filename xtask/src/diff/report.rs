//! What differs, as lines for people, as a comment on a pull request, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sdk_generator::compare::{Bump, Change, Detail, Effect, Place, Verdict};
use sdk_generator::source::{Location, Pointer};
use serde::Serialize;

use super::accepted::Entries;
use super::sides::Side;
use crate::version::Version;

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// What changed from one state of a document to another.
    Revisions,
    /// What the service's own document says otherwise than ours.
    Upstream,
}

/// One change with its place and its verdicts.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) change: Change,
    pub(crate) verdict: Verdict,
    pub(crate) fingerprint: String,
    /// Why it is accepted, if it is.
    accepted: Option<String>,
    document: String,
    location: Location,
    pointer: Pointer,
}

impl Line {
    pub(crate) fn all(changes: Vec<Change>, old: &Side, new: &Side, accepted: Entries<'_>) -> Vec<Self> {
        let pointer = |change: &Change| match &change.at {
            Place::Old(at) | Place::New(at) => at.clone(),
        };
        let is_old = |change: &Change| matches!(change.at, Place::Old(_));
        let of = |side: &Side, old: bool| {
            let wanted: Vec<_> = changes.iter().filter(|change| is_old(change) == old).map(pointer).collect();
            let places = side.source.locate_all(&wanted);
            wanted.into_iter().zip(places).collect::<BTreeMap<_, _>>()
        };
        let (in_old, in_new) = (of(old, true), of(new, false));
        let lines = changes.iter().map(|change| {
            let (side, places) = if is_old(change) { (old, &in_old) } else { (new, &in_new) };
            let pointer = pointer(change);
            let fingerprint = change.fingerprint();
            Self {
                change: change.clone(),
                verdict: change.verdict(),
                accepted: accepted.reason(&fingerprint),
                fingerprint,
                document: side.source.file_name(&pointer),
                location: places.get(&pointer).copied().unwrap_or(Location::START),
                pointer,
            }
        });
        lines.collect()
    }

    fn place(&self) -> String {
        format!("{}:{}", self.document, self.location)
    }
}

/// All that is to be said of two documents.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) question: Question,
    /// The most serious first.
    pub(crate) lines: Vec<Line>,
    /// What is accepted and has not happened.
    pub(crate) stale: Vec<String>,
    /// The version before.
    pub(crate) version: Version,
}

/// The groups of a report, the most serious first, each with what it says.
const GROUPS: [(Effect, &str); 4] = [
    (Effect::Breaking, "what worked is refused or misread"),
    (Effect::Behavior, "what worked means something else"),
    (Effect::Compatible, "more is possible than before"),
    (Effect::None, "words, names and order"),
];

/// Verdicts and fingerprints stand in the same place in all groups.
const FIXED: [usize; 4] = [10, 10, 8, 11];
/// A longer cell pushes away what stands right of it, in its own line alone.
const WIDEST: usize = 90;

/// GitHub takes no comment above 65,536 characters.
const MOST_OF_A_COMMENT: usize = 60_000;

impl Report {
    /// Why a run fails that denies what costs this much, or more: nobody has accepted it, or something is accepted that has
    /// not happened.
    pub(crate) fn denial(&self, effect: Effect) -> Option<String> {
        let is_open = |line: &&Line| line.verdict.worst() >= effect && line.accepted.is_none();
        let file = super::ACCEPTED;
        match (self.lines.iter().filter(is_open).count(), self.stale.len()) {
            (0, 0) => None,
            (0, stale) => Some(format!("{stale} accepted and not happened: remove what is stale from {file}")),
            (open, _) => Some(format!("{open} denied: accept each by its fingerprint, with a reason, in {file}")),
        }
    }

    /// By how much the version has to grow.
    pub(crate) fn bump(&self) -> Bump {
        Bump::of(self.lines.iter().map(|line| line.verdict))
    }

    fn group(&self, effect: Effect) -> Vec<&Line> {
        self.lines.iter().filter(|line| line.verdict.worst() == effect).collect()
    }

    /// How many changes there are, and how serious they are.
    fn summary(&self) -> String {
        let (old, new) = (&self.old, &self.new);
        let (what, sides) = match self.question {
            Question::Revisions => ("change", format!("from {old} to {new}")),
            Question::Upstream => ("difference", format!("between {old} and {new}")),
        };
        let counts = GROUPS.iter().filter_map(|(effect, _)| match self.group(*effect).len() {
            0 => None,
            count if *effect == Effect::None => Some(format!("{count} without effect")),
            count => Some(format!("{count} {effect}")),
        });
        let counts: Vec<_> = counts.collect();
        match self.lines.len() {
            0 => format!("no {what}s {sides}"),
            1 => format!("1 {what} {sides}: {}", counts.join(", ")),
            count => format!("{count} {what}s {sides}: {}", counts.join(", ")),
        }
    }

    /// The version that follows, and why.
    fn version(&self) -> String {
        let (bump, version) = (self.bump(), self.version);
        match bump {
            Bump::None => format!("{version} stays: {}", bump.reason()),
            _ => format!("{version} → {} ({}): {}", version.after(bump), version.named(bump), bump.reason()),
        }
    }

    /// How the verdicts are meant, where nothing has happened yet.
    fn meant(&self) -> Option<&'static str> {
        let is_upstream = self.question == Question::Upstream && !self.lines.is_empty();
        is_upstream.then_some("the verdicts say what it means to take over what theirs says")
    }

    pub(crate) fn text(&self) -> String {
        let mut text = self.summary() + "\n";
        if let Some(meant) = self.meant() {
            writeln!(text, "{meant}").expect("text takes every text");
        }
        for (effect, what) in GROUPS {
            let lines = self.group(effect);
            if !lines.is_empty() {
                write!(text, "\n{effect}: {what}\n{}", self.table(&lines)).expect("text takes every text");
            }
        }
        if self.question == Question::Revisions && !self.lines.is_empty() {
            write!(text, "\nversion: {}\n", self.version()).expect("text takes every text");
        }
        for stale in &self.stale {
            let file = super::ACCEPTED;
            write!(text, "\n{file}: {stale} is accepted and has not happened: remove it\n")
                .expect("text takes every text");
        }
        text
    }

    /// One line a change, in columns.
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
                format!("{}: {}", line.change.subject, self.told(&line.change, str::to_owned)),
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

    /// What has happened; of two documents, which of them says more. What comes from a document is written as `value` does.
    pub(super) fn told(&self, change: &Change, value: impl Fn(&str) -> String) -> String {
        if self.question == Question::Revisions {
            return sentence(change, value);
        }
        match &change.detail {
            Detail::Now(theirs) => format!("ours lacks this: {}", value(theirs)),
            Detail::Was(ours) => format!("only ours has this: {}", value(ours)),
            Detail::Both(ours, theirs) => format!("ours says {}, theirs {}", value(ours), value(theirs)),
            Detail::None => format!("theirs says otherwise: {}", change.rule.what()),
        }
    }

    /// The body of a comment, in which the least serious changes are left out when it gets too long.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("### {}\n", capitalized(&escaped(&self.summary())));
        if let Some(meant) = self.meant() {
            write!(text, "\n{}.\n", capitalized(meant)).expect("text takes every text");
        }
        if self.question == Question::Revisions && !self.lines.is_empty() {
            write!(text, "\nVersion: {}\n", escaped(&self.version())).expect("text takes every text");
        }
        for stale in &self.stale {
            let file = super::ACCEPTED;
            write!(text, "\n`{file}`: {} is accepted and has not happened: remove it\n", escaped(stale))
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
            write!(text, "\nThe comment would be too long with {left} more: `cargo xtask diff` lists them all.\n")
                .expect("text takes every text");
        }
        text
    }

    /// As many changes as there is room for, and how many these are.
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
            format!("{}: {}{accepted}", code(&line.change.subject), self.told(&line.change, code)),
            line.change.rust.as_deref().map(code).unwrap_or_default(),
            format!("{}<br>{}", code(&line.place()), code(&line.pointer.to_string())),
            format!("{}<br>{}", code(line.change.rule.id()), code(&line.fingerprint)),
        ];
        // A bar would end the cell, even in code.
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        format!("| {} |\n", cells.join(" | "))
    }

    pub(crate) fn json(&self) -> anyhow::Result<String> {
        let version = (self.question == Question::Revisions).then(|| JsonVersion {
            now: self.version.to_string(),
            next: self.version.after(self.bump()).to_string(),
            bump: self.bump().as_str(),
            reason: self.bump().reason(),
        });
        let report = JsonReport {
            old: &self.old,
            new: &self.new,
            version,
            changes: self.lines.iter().map(JsonLine::from).collect(),
            stale: &self.stale,
        };
        Ok(serde_json::to_string_pretty(&report)? + "\n")
    }
}

#[derive(Serialize)]
struct JsonReport<'a> {
    old: &'a str,
    new: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<JsonVersion>,
    changes: Vec<JsonLine<'a>>,
    stale: &'a [String],
}

#[derive(Serialize)]
struct JsonVersion {
    now: String,
    next: String,
    bump: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    rule: &'static str,
    goes: &'static str,
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a str>,
    sentence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is: Option<&'a str>,
    wire: &'static str,
    document: &'static str,
    rust: &'static str,
    /// Which of the documents shows it.
    side: &'static str,
    file: &'a str,
    line: usize,
    column: usize,
    pointer: String,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<&'a str>,
}

impl<'a> From<&'a Line> for JsonLine<'a> {
    fn from(line: &'a Line) -> Self {
        let (was, is) = match &line.change.detail {
            Detail::None => (None, None),
            Detail::Now(is) => (None, Some(is.as_str())),
            Detail::Was(was) => (Some(was.as_str()), None),
            Detail::Both(was, is) => (Some(was.as_str()), Some(is.as_str())),
        };
        Self {
            rule: line.change.rule.id(),
            goes: line.change.way.as_str(),
            subject: &line.change.subject,
            item: line.change.rust.as_deref(),
            sentence: line.change.sentence(),
            was,
            is,
            wire: line.verdict.wire.as_str(),
            document: line.verdict.document.as_str(),
            rust: line.verdict.rust.as_str(),
            side: if matches!(line.change.at, Place::Old(_)) { "old" } else { "new" },
            file: &line.document,
            line: line.location.line,
            column: line.location.column,
            pointer: line.pointer.to_string(),
            fingerprint: &line.fingerprint,
            accepted: line.accepted.as_deref(),
        }
    }
}

/// What has changed from what to what, where values are written as `value` does.
pub(crate) fn sentence(change: &Change, value: impl Fn(&str) -> String) -> String {
    let what = change.rule.what();
    match &change.detail {
        Detail::None => what.to_owned(),
        Detail::Now(text) | Detail::Was(text) => format!("{what}: {}", value(text)),
        Detail::Both(was, is) => format!("{what}: {} → {}", value(was), value(is)),
    }
}

/// Text of a document in Markdown: as code, in which nothing is a link, a mention or a formula.
pub(crate) fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A blank on both sides belongs to the fence.
    let gap = if longest > 0 { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// Text in which nothing is Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '&' => escaped.extend(['\\', c]),
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
