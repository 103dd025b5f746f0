//! The JSON file that a run writes for other programs.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::diagnostics::{Diagnostics, Severity};
use crate::ledger::{Counts, Ledger};

/// The file that `--ledger` writes.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    errors: usize,
    warnings: usize,
    /// The first error, since it is the one to look at.
    first_error: Option<String>,
    counts: Counts,
    ledger: &'a Ledger,
}

impl<'a> Report<'a> {
    pub(super) fn new(diagnostics: &Diagnostics, ledger: &'a Ledger, counts: Counts) -> Self {
        let of = |severity| diagnostics.iter().filter(move |diagnostic| diagnostic.severity() == severity);
        let first_error = of(Severity::Error).next().map(|error| format!("{}: {}", error.at(), error.message()));
        let (errors, warnings) = (of(Severity::Error).count(), of(Severity::Warning).count());
        Self { errors, warnings, first_error, counts, ledger }
    }
}

pub(super) fn write(path: &Path, report: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(report).context("the report is no JSON")?;
    text.push('\n');
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// The fields of the same file that are read back.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Read {
    pub(super) warnings: usize,
    pub(super) first_error: Option<String>,
    pub(super) counts: ReadCounts,
    pub(super) ledger: ReadLedger,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ReadCounts {
    pub(super) operations: ReadRatio,
    pub(super) schemas: ReadRatio,
    pub(super) untyped: usize,
    pub(super) files: usize,
    pub(super) lines: usize,
}

#[derive(Debug, Default, Clone, Copy, Deserialize, Serialize)]
pub(super) struct ReadRatio {
    pub(super) made: usize,
    pub(super) total: usize,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ReadLedger {
    pub(super) skipped: Vec<Omission>,
}

/// The fields of the file that `--reach` writes.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ReadReach {
    pub(super) reachable: usize,
    pub(super) total: usize,
    pub(super) unreachable: Vec<Unreachable>,
}

/// A body or a response that cannot be reached.
#[derive(Debug, Deserialize)]
pub(super) struct Unreachable {
    pub(super) pointer: String,
    pub(super) reason: String,
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Omission {
    pub(super) pointer: String,
    pub(super) keyword: String,
    pub(super) reason: String,
    pub(super) kind: String,
}

pub(super) fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no report", path.display()))
}
