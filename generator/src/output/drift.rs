//! How a directory differs from what it should hold.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::io;
use std::path::Path;

use similar::TextDiff;

use super::files::Files;
use super::paths::{check_names, naming, read, read_within, resolve, walk};

/// What every source file made here begins with. Files without it are never deleted.
pub const MARK: &str = "// @generated";

/// How one file on disk differs from what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is missing.
    Added {
        /// What it should say.
        new: String,
    },
    /// It says something else.
    Changed {
        /// What it says.
        old: String,
        /// What it should say.
        new: String,
    },
    /// It was made once and is made no longer.
    Removed {
        /// What it says.
        old: String,
    },
    /// It was not made here, so it is left alone.
    Stray,
}

impl Change {
    /// Returns the word for it in a list.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Added { .. } => "added",
            Self::Changed { .. } => "changed",
            Self::Removed { .. } => "removed",
            Self::Stray => "stray",
        }
    }
}

/// How a directory differs from what it should hold, in the order of paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift(pub(super) BTreeMap<String, Change>);

impl Drift {
    /// Returns whether every file is there and says what it should; strays do not count.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.0.values().all(|change| matches!(change, Change::Stray))
    }

    /// Returns whether files are there that were not made here.
    #[must_use]
    pub fn has_strays(&self) -> bool {
        self.0.values().any(|change| matches!(change, Change::Stray))
    }

    /// Returns the files that differ.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Change)> {
        self.0.iter().map(|(path, change)| (path.as_str(), change))
    }

    /// Returns a unified diff of every file that is out of date, with an empty line before each.
    #[must_use]
    pub fn diff(&self) -> String {
        let diffs = self.iter().filter_map(|(path, change)| {
            let (old, new) = match change {
                Change::Added { new } => ("", new.as_str()),
                Change::Changed { old, new } => (old.as_str(), new.as_str()),
                Change::Removed { old } => (old.as_str(), ""),
                Change::Stray => return None,
            };
            let diff = TextDiff::from_lines(old, new);
            let (before, after) = (format!("a/{path}"), format!("b/{path}"));
            Some(format!("\n{}", diff.unified_diff().header(&before, &after)))
        });
        diffs.collect()
    }

    /// Lists the files, one line each: `changed models/order.rs`.
    #[must_use]
    pub fn list(&self) -> String {
        self.iter().map(|(path, change)| format!("{:<7} {path}\n", change.as_str())).collect()
    }
}

/// The list, then a unified diff of every file in it.
impl Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.list())?;
        f.write_str(&self.diff())
    }
}

/// Compares a directory with what it should hold. A directory that is not there holds nothing.
///
/// # Errors
///
/// When the directory or a file in it cannot be read, or a path leads out of it.
pub fn drift(dir: &Path, files: &Files) -> io::Result<Drift> {
    drift_marked(dir, files, MARK)
}

/// Compares like [`drift()`] in a directory whose files begin with another mark.
///
/// # Errors
///
/// As [`drift()`].
pub fn drift_marked(dir: &Path, files: &Files, mark: &str) -> io::Result<Drift> {
    compare(dir, files, &[mark])
}

/// Compares a directory whose files begin with one of the marks.
pub(super) fn compare(dir: &Path, files: &Files, marks: &[&str]) -> io::Result<Drift> {
    let is_ours = |text: &String| marks.iter().any(|mark| text.starts_with(mark));
    let Drift(mut changes) = listed_drift(dir, files)?;
    for path in walk(dir)? {
        if files.get(&path).is_none() {
            let old = read(&resolve(dir, &path)).ok().flatten().filter(is_ours);
            changes.insert(path, old.map_or(Change::Stray, |old| Change::Removed { old }));
        }
    }
    Ok(Drift(changes))
}

/// Compares the files with those in a directory, whatever else is there.
///
/// # Errors
///
/// As [`drift()`].
pub fn listed_drift(dir: &Path, files: &Files) -> io::Result<Drift> {
    // The first run would otherwise look for thousands of files that cannot be there.
    let is_there = dir.try_exists().map_err(|error| naming(dir, &error))?;
    let mut changes = BTreeMap::new();
    for (path, new) in files.iter() {
        check_names(path)?;
        let new = new.to_owned();
        let change = match if is_there { read_within(dir, path)? } else { None } {
            Some(old) if old == new => continue,
            Some(old) => Change::Changed { old, new },
            None => Change::Added { new },
        };
        changes.insert(path.to_owned(), change);
    }
    Ok(Drift(changes))
}
