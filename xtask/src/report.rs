//! The JSON file that a run writes for other programs.

use std::fs;
use std::path::Path;

use anyhow::Context;
use sdk_generator::diagnostics::{Diagnostics, Severity};
use sdk_generator::ledger::{Counts, Ledger};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The file that `--ledger` writes.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    errors: usize,
    warnings: usize,
    /// The first error, since it is the one to look at.
    first_error: Option<String>,
    counts: Counts,
    ledger: &'a Ledger,
}

impl<'a> Report<'a> {
    pub(crate) fn new(diagnostics: &Diagnostics, ledger: &'a Ledger, counts: Counts) -> Self {
        let of = |severity| diagnostics.iter().filter(move |diagnostic| diagnostic.severity() == severity);
        let first_error = of(Severity::Error).next().map(|error| format!("{}: {}", error.at(), error.message()));
        let (errors, warnings) = (of(Severity::Error).count(), of(Severity::Warning).count());
        Self { errors, warnings, first_error, counts, ledger }
    }
}

pub(crate) fn write(path: &Path, report: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(report).context("the report is no JSON")?;
    text.push('\n');
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// The fields of the same file that are read back.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Read {
    pub(crate) warnings: usize,
    pub(crate) first_error: Option<String>,
    pub(crate) counts: ReadCounts,
    pub(crate) ledger: ReadLedger,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ReadCounts {
    pub(crate) operations: ReadRatio,
    pub(crate) schemas: ReadRatio,
    pub(crate) untyped: usize,
    pub(crate) files: usize,
    pub(crate) lines: usize,
}

#[derive(Debug, Default, Clone, Copy, Deserialize, Serialize)]
pub(crate) struct ReadRatio {
    pub(crate) made: usize,
    pub(crate) total: usize,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ReadLedger {
    pub(crate) skipped: Vec<Omission>,
}

/// The fields of the file that `--reach` writes.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ReadReach {
    pub(crate) reachable: usize,
    pub(crate) total: usize,
    pub(crate) unreachable: Vec<Unreachable>,
}

/// A body or a response that cannot be reached.
#[derive(Debug, Deserialize)]
pub(crate) struct Unreachable {
    pub(crate) pointer: String,
    pub(crate) reason: String,
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Omission {
    pub(crate) pointer: String,
    pub(crate) keyword: String,
    pub(crate) reason: String,
    pub(crate) kind: String,
}

pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no report", path.display()))
}
