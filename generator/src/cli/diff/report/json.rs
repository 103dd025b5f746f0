//! The report as JSON.

use crate::compare::{ChangeLocation, Detail};
use serde::Serialize;

use super::{Line, Report, sentence};

impl Report {
    /// Returns the report as JSON.
    ///
    /// # Errors
    ///
    /// When it cannot be written as JSON.
    pub fn json(&self) -> anyhow::Result<String> {
        let version = JsonVersion {
            now: self.version.map(|version| version.to_string()),
            next: self.version.map(|version| version.after(self.bump()).to_string()),
            bump: self.bump().as_str(),
            reason: self.bump().reason(),
        };
        let changes = self.lines.iter().map(|line| JsonLine::new(line, sentence(&line.change, str::to_owned)));
        let report =
            JsonReport { old: &self.old, new: &self.new, version, changes: changes.collect(), stale: &self.stale };
        Ok(serde_json::to_string_pretty(&report)? + "\n")
    }
}

#[derive(Serialize)]
struct JsonReport<'a> {
    old: &'a str,
    new: &'a str,
    version: JsonVersion,
    changes: Vec<JsonLine<'a>>,
    stale: &'a [String],
}

#[derive(Serialize)]
struct JsonVersion {
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
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

impl<'a> JsonLine<'a> {
    fn new(line: &'a Line, sentence: String) -> Self {
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
            sentence,
            was,
            is,
            wire: line.verdict.wire.as_str(),
            document: line.verdict.document.as_str(),
            rust: line.verdict.rust.as_str(),
            side: if matches!(line.change.at, ChangeLocation::Old(_)) { "old" } else { "new" },
            file: &line.document,
            line: line.location.line,
            column: line.location.column,
            pointer: line.pointer.to_string(),
            fingerprint: &line.fingerprint,
            accepted: line.accepted.as_deref(),
        }
    }
}
