//! Directories and what they should hold.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::output::{self, Change, Drift, Files};

/// So many files of a folder are listed one by one.
const LISTED: usize = 60;

/// A directory and what it should hold.
#[derive(Debug)]
pub struct Target {
    /// Where it is.
    pub dir: PathBuf,
    /// How it is called in reports.
    pub shown: String,
    /// Its files.
    pub files: Files,
    /// What else may be in it.
    pub kind: Kind,
}

/// What else may be in a directory, and how it is brought up to date.
#[derive(Debug)]
pub enum Kind {
    /// Other files that begin with this mark are removed; each file is written by itself.
    Shared {
        /// The mark.
        mark: String,
    },
    /// Other files that were generated are removed; the directory is replaced in one step.
    Whole,
    /// Other files are none of the generator's business.
    Listed,
}

impl Target {
    fn drift(&self) -> io::Result<Drift> {
        match &self.kind {
            Kind::Shared { mark } => output::drift_marked(&self.dir, &self.files, mark),
            Kind::Whole => output::folder_drift(&self.dir, &self.files),
            Kind::Listed => output::listed_drift(&self.dir, &self.files),
        }
    }

    /// Brings the directory up to date.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written, or stands in the way.
    pub fn write(&self) -> io::Result<Drift> {
        match &self.kind {
            Kind::Shared { mark } => output::write_marked(&self.dir, &self.files, mark),
            Kind::Whole => output::replace_folder(&self.dir, &self.files),
            Kind::Listed => output::write_listed(&self.dir, &self.files),
        }
    }

    /// Returns whether files that were not generated are mistakes here.
    fn minds_strays(&self) -> bool {
        matches!(self.kind, Kind::Shared { .. })
    }

    /// Lists what has changed, one line a file, or a line for all where there are many.
    #[must_use]
    pub fn list(&self, drift: &Drift) -> String {
        let dir = &self.shown;
        let is_told = |change: &Change| self.minds_strays() || !matches!(change, Change::Stray);
        let told: Vec<_> = drift.iter().filter(|(_, change)| is_told(change)).collect();
        if told.len() <= LISTED || self.minds_strays() {
            return told.iter().map(|(path, change)| format!("{:<7} {dir}/{path}\n", change.as_str())).collect();
        }
        let words = ["added", "changed", "removed"].into_iter();
        let counts = words.map(|word| (word, told.iter().filter(|(_, change)| change.as_str() == word).count()));
        let counts = counts.filter(|(_, count)| *count > 0);
        counts.map(|(word, count)| format!("{word:<7} {dir}: {count} files\n")).collect()
    }
}

/// Brings directories up to date; says what that changed.
///
/// # Errors
///
/// As [`Target::write`].
pub fn write(targets: &[Target]) -> anyhow::Result<(String, ExitCode)> {
    // All that may be refused is found before anything is written.
    for target in targets.iter().filter(|target| target.dir.exists()) {
        let drift = target.drift()?;
        if matches!(target.kind, Kind::Whole) {
            output::refuse_unmarked(&target.dir, &drift)?;
        }
    }
    let mut report = String::new();
    for target in targets {
        report.push_str(&target.list(&target.write()?));
    }
    if report.is_empty() {
        report.push_str("nothing changed\n");
    }
    Ok((report, ExitCode::SUCCESS))
}

/// Compares directories; says what is out of date, with a diff. `command` is what brings them up to date.
///
/// # Errors
///
/// When a file cannot be read.
pub fn check(targets: &[Target], command: &str) -> anyhow::Result<(String, ExitCode)> {
    let (mut lists, mut diffs, mut has_strays) = (String::new(), String::new(), false);
    for target in targets {
        let drift = target.drift()?;
        has_strays |= drift.has_strays() && target.minds_strays();
        lists.push_str(&target.list(&drift));
        // The diff of a snapshot repeats that of its source.
        if diffs.is_empty() {
            diffs = drift.diff();
        }
    }
    if lists.is_empty() {
        return Ok(("everything is up to date\n".to_owned(), ExitCode::SUCCESS));
    }
    let mut report = lists + &diffs;
    if !diffs.is_empty() {
        writeln!(report, "\nrun `{command}` and review what it changes")?;
    }
    if has_strays {
        writeln!(report, "\nstray files were not made by `{command}`: move or delete them")?;
    }
    Ok((report, ExitCode::FAILURE))
}
