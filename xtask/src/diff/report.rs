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
                document: side.source.name().to_owned(),
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

impl Report {
    /// Whether something costs this much, or more, and nobody has accepted it; or something is accepted that has not happened.
    pub(crate) fn is_denied(&self, effect: Effect) -> bool {
        let costs = |line: &&Line| line.verdict.worst() >= effect && line.accepted.is_none();
        self.lines.iter().any(|line| costs(&line)) || !self.stale.is_empty()
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
            _ => format!("{version} -> {} ({}): {}", version.after(bump), bump.as_str(), bump.reason()),
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut text = self.summary() + "\n";
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

    /// One line a change, in columns that are as wide as their widest cell.
    fn table(&self, lines: &[&Line]) -> String {
        let head = ["wire", "rust", "document", "id", "change", "what", "in Rust", "place"].map(str::to_owned);
        let rows = lines.iter().map(|line| {
            let Verdict { wire, document, rust } = line.verdict;
            let accepted = line.accepted.as_ref().map(|reason| format!("  accepted: {reason}")).unwrap_or_default();
            [
                wire.to_string(),
                rust.to_string(),
                document.to_string(),
                line.fingerprint.clone(),
                line.change.rule.id().to_owned(),
                format!("{}: {}", line.change.subject, self.told(&line.change)),
                line.change.rust.clone().unwrap_or_else(|| "-".to_owned()),
                format!("{} {}{accepted}", line.place(), line.pointer),
            ]
        });
        let rows: Vec<_> = [head].into_iter().chain(rows).collect();
        let mut widths = [0; 8];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        // Verdicts stand in the same place in all groups.
        widths[..3].copy_from_slice(&[10, 10, 8]);
        let mut table = String::new();
        for row in &rows {
            let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            writeln!(table, "  {}", cells.join("  ").trim_end()).expect("text takes every text");
        }
        table
    }

    /// What has happened; of two documents, which of them says more.
    pub(super) fn told(&self, change: &Change) -> String {
        if self.question == Question::Revisions {
            return change.sentence();
        }
        match &change.detail {
            Detail::Now(theirs) => format!("ours lacks {theirs}"),
            Detail::Was(ours) => format!("ours has more: {ours}"),
            Detail::Both(ours, theirs) => format!("ours says {ours}, theirs {theirs}"),
            Detail::None => format!("theirs says otherwise: {}", change.rule.what()),
        }
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("### {}\n", capitalized(&escaped(&self.summary())));
        if self.question == Question::Revisions && !self.lines.is_empty() {
            write!(text, "\nVersion: {}\n", escaped(&self.version())).expect("text takes every text");
        }
        for (effect, what) in GROUPS {
            let lines = self.group(effect);
            if lines.is_empty() {
                continue;
            }
            let table = self.markdown_table(&lines);
            // What nobody has to look at is folded.
            let group = match effect {
                Effect::Breaking | Effect::Behavior => {
                    format!("\n**{}**: {what}\n\n{table}", capitalized(effect.as_str()))
                }
                _ => format!(
                    "\n<details><summary>{} ({}): {what}</summary>\n\n{table}\n</details>\n",
                    capitalized(effect.as_str()),
                    lines.len()
                ),
            };
            text.push_str(&group);
        }
        for stale in &self.stale {
            let file = super::ACCEPTED;
            write!(text, "\n`{file}`: {} is accepted and has not happened: remove it\n", escaped(stale))
                .expect("text takes every text");
        }
        text
    }

    fn markdown_table(&self, lines: &[&Line]) -> String {
        let head =
            "| wire | Rust | document | change | in Rust | place | id |\n|---|---|---|---|---|---|---|\n".to_owned();
        lines.iter().fold(head, |table, line| {
            let Verdict { wire, document, rust } = line.verdict;
            let what = format!(
                "`{}` {}",
                line.change.rule.id(),
                escaped(&format!("{}: {}", line.change.subject, self.told(&line.change)))
            );
            let accepted =
                line.accepted.as_ref().map(|reason| format!(" *accepted: {}*", escaped(reason))).unwrap_or_default();
            let in_rust = line.change.rust.as_ref().map(|path| format!("`{path}`")).unwrap_or_default();
            table
                + &format!(
                    "| {wire} | {rust} | {document} | {what}{accepted} | {in_rust} | `{}` | `{}` |\n",
                    line.place(),
                    line.fingerprint
                )
        })
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
            file: &line.document,
            line: line.location.line,
            column: line.location.column,
            pointer: line.pointer.to_string(),
            fingerprint: &line.fingerprint,
            accepted: line.accepted.as_deref(),
        }
    }
}

/// Text in which nothing is Markdown, and that ends no cell of a table.
fn escaped(text: &str) -> String {
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
