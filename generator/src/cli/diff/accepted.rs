//! The changes that a reviewer has accepted, each with a reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

/// How the file is called where none is given.
const UNNAMED: &str = "the file of `--accepted`";

/// What a reviewer has accepted: the file, as TOML has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// How messages call the file.
    #[serde(skip)]
    file: Option<String>,
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
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or an entry says too little.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let name = path.display().to_string();
        Ok(Self::parse(&text).with_context(|| name.clone())?.renamed(name))
    }

    /// Returns the same with another name of the file in messages.
    #[must_use]
    pub fn renamed(self, file: impl Into<String>) -> Self {
        Self { file: Some(file.into()), ..self }
    }

    /// Returns how messages call the file.
    #[must_use]
    pub fn file(&self) -> &str {
        self.file.as_deref().unwrap_or(UNNAMED)
    }

    /// Parses the text of the file.
    ///
    /// # Errors
    ///
    /// When it is not TOML, or an entry says too little.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
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
    #[must_use]
    pub fn reason(&self, fingerprint: &str) -> Option<String> {
        let entry = self.change.iter().find(|entry| entry.fingerprint == fingerprint);
        entry.map(|entry| entry.reason.trim().to_owned())
    }

    /// Returns the reason for which a difference from the service's document is accepted.
    #[must_use]
    pub fn reason_of_upstream(&self, fingerprint: &str) -> Option<String> {
        let one = self.upstream.iter().find(|one| one.fingerprints().any(|(known, _)| known == fingerprint));
        one.map(|one| one.reason.trim().to_owned())
    }

    /// Returns what is accepted and has not happened.
    #[must_use]
    pub fn stale(&self, has_happened: impl Fn(&str) -> bool) -> Vec<String> {
        let stale = self.change.iter().filter(|entry| !has_happened(&entry.fingerprint));
        stale.map(|entry| format!("{} ({})", entry.fingerprint, entry.what.trim())).collect()
    }

    /// Returns what is accepted of the service's document and is none of the differences that there are.
    #[must_use]
    pub fn stale_upstream(&self, is_there: impl Fn(&str) -> bool) -> Vec<String> {
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
