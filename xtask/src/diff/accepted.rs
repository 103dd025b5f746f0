//! The changes that a reviewer has accepted, each with a reason.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::report::{Line, Question};

/// The file as TOML has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accepted {
    /// Changes between two states of the document.
    #[serde(default)]
    change: Vec<Entry>,
    /// Differences from the service's own document.
    #[serde(default)]
    upstream: Vec<Entry>,
}

/// One that is accepted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    fingerprint: String,
    /// What it is, for those who read the file.
    what: String,
    /// Why.
    reason: String,
}

/// Those that answer one question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entries<'a> {
    list: &'a [Entry],
    question: Question,
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
        // The same may be accepted as a change and as a difference: these are two questions.
        for list in [&accepted.change, &accepted.upstream] {
            let mut seen = BTreeSet::new();
            for Entry { fingerprint, what, reason } in list {
                if what.trim().is_empty() || reason.trim().is_empty() {
                    bail!("{fingerprint} is accepted without saying `what` and `reason`");
                }
                if !seen.insert(fingerprint) {
                    bail!("{fingerprint} is accepted twice; remove one of the two");
                }
            }
        }
        Ok(accepted)
    }

    pub(crate) fn of(&self, question: Question) -> Entries<'_> {
        let list = match question {
            Question::Revisions => &self.change,
            Question::Upstream => &self.upstream,
        };
        Entries { list, question }
    }
}

impl Entries<'_> {
    /// Why a change is accepted, if it is.
    pub(crate) fn reason(&self, fingerprint: &str) -> Option<String> {
        self.list.iter().find(|entry| entry.fingerprint == fingerprint).map(|entry| entry.reason.trim().to_owned())
    }

    /// What is accepted and has not happened. Where nothing has changed at all, nothing is stale: what was accepted stays
    /// until the next change takes it out.
    pub(crate) fn stale(&self, lines: &[Line]) -> Vec<String> {
        if lines.is_empty() && self.question == Question::Revisions {
            return Vec::new();
        }
        let stale = self.list.iter().filter(|entry| !lines.iter().any(|line| line.fingerprint == entry.fingerprint));
        stale.map(|entry| format!("{} ({})", entry.fingerprint, entry.what.trim())).collect()
    }
}
