//! The changes that a reviewer has accepted, each with a reason.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::report::Line;

/// Where a reviewer notes what is accepted, relative to the repository's root.
pub(crate) const ACCEPTED: &str = "spec/accepted-changes.toml";

/// The file as TOML has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accepted {
    /// Changes between two states of the document.
    #[serde(default)]
    change: Vec<Entry>,
    /// Differences from the service's own document.
    #[serde(default)]
    upstream: Vec<OnPurpose>,
}

/// A change that is accepted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    /// What it is, for those who read the file.
    what: String,
    /// Why.
    reason: String,
}

/// Differences that are accepted for one reason.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OnPurpose {
    /// Why.
    reason: String,
    /// Each a fingerprint, and behind a blank what it is, for those who read the file.
    differences: Vec<String>,
}

impl OnPurpose {
    /// Returns the fingerprints, each with what it is.
    fn fingerprints(&self) -> impl Iterator<Item = (&str, &str)> {
        self.differences.iter().map(|one| one.split_once(' ').unwrap_or((one, "")))
    }
}

impl Accepted {
    /// Reads the file; where there is none, nothing is accepted.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).with_context(|| path.display().to_string()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let accepted: Self = toml::from_str(text)?;
        let changes = accepted.change.iter().map(|entry| (&*entry.fingerprint, &*entry.what, &*entry.reason));
        unambiguous(changes)?;
        let differences = accepted
            .upstream
            .iter()
            .flat_map(|one| one.fingerprints().map(|(fingerprint, what)| (fingerprint, what, &*one.reason)));
        unambiguous(differences)?;
        Ok(accepted)
    }

    /// Returns the reason for which a change is accepted.
    pub(crate) fn reason(&self, fingerprint: &str) -> Option<String> {
        let entry = self.change.iter().find(|entry| entry.fingerprint == fingerprint);
        entry.map(|entry| entry.reason.trim().to_owned())
    }

    /// Returns the reason for which a difference from the service's document is accepted.
    pub(crate) fn reason_of_upstream(&self, fingerprint: &str) -> Option<String> {
        let one = self.upstream.iter().find(|one| one.fingerprints().any(|(known, _)| known == fingerprint));
        one.map(|one| one.reason.trim().to_owned())
    }

    /// Returns what is accepted and has not happened. Where nothing has changed at all, nothing is stale: what was
    /// accepted stays until the next change takes it out.
    pub(crate) fn stale(&self, lines: &[Line]) -> Vec<String> {
        if lines.is_empty() {
            return Vec::new();
        }
        let stale = self.change.iter().filter(|entry| !lines.iter().any(|line| line.fingerprint == entry.fingerprint));
        stale.map(|entry| format!("{} ({})", entry.fingerprint, entry.what.trim())).collect()
    }

    /// Returns what is accepted of the service's document and is none of the differences that there are.
    pub(crate) fn stale_upstream(&self, is_there: impl Fn(&str) -> bool) -> Vec<String> {
        let all = self.upstream.iter().flat_map(OnPurpose::fingerprints);
        let stale = all.filter(|(fingerprint, _)| !is_there(fingerprint));
        stale.map(|(fingerprint, what)| format!("{fingerprint} ({})", what.trim())).collect()
    }
}

/// Sees to it that each entry says what it is and why, and that no two are the same.
fn unambiguous<'e>(entries: impl Iterator<Item = (&'e str, &'e str, &'e str)>) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    for (fingerprint, what, reason) in entries {
        if what.trim().is_empty() || reason.trim().is_empty() {
            bail!("{fingerprint} is accepted without saying what it is and why");
        }
        if !seen.insert(fingerprint) {
            bail!("{fingerprint} is accepted twice; remove one of the two");
        }
    }
    Ok(())
}
