//! The next release: its version, the reason, and its entry in the changelog.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::bail;
use sdk_generator::cli::diff;
use sdk_generator::cli::diff::accepted::Accepted;
use sdk_generator::cli::diff::report::Line;
use sdk_generator::cli::diff::sides::Side;
use sdk_generator::cli::version::Version;
use sdk_generator::compare::Bump;
use sdk_generator::surface;

use super::changelog::Changelog;

/// A release that can be made.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) version: Version,
    /// What was released before.
    last: Option<Version>,
    /// What asks for the number, each with how much it asks for.
    reasons: Vec<(Bump, String)>,
    changelog: Changelog,
    pub(super) lines: Vec<Line>,
}

impl Plan {
    /// Creates the first release, which breaks nothing.
    pub(super) fn first(version: Version, changelog: Changelog) -> Self {
        Self { version, last: None, reasons: Vec::new(), changelog, lines: Vec::new() }
    }

    /// Returns the release that follows another one.
    pub(super) fn next(
        current: Version,
        last: Version,
        changelog: Changelog,
        old: &Side,
        new: &Side,
        surfaces: &[String; 2],
    ) -> anyhow::Result<Self> {
        let report = diff::report(old, new, &Accepted::default(), Some(last));
        let surface = surface(surfaces);
        let reasons = vec![
            (report.bump(), format!("the document: {}", report.bump().reason())),
            (changelog.bump(), "what CHANGELOG.md says was added, changed or removed".to_owned()),
            surface,
        ];
        let needed = reasons.iter().map(|(bump, _)| *bump).max().unwrap_or(Bump::None);
        if needed == Bump::None && current == last {
            bail!("nothing has changed since {last}: there is nothing to release");
        }
        let least = last.after(needed);
        if current > last && current < least {
            let why = reasons.iter().find(|(bump, _)| *bump == needed).map(|(_, why)| why.as_str()).unwrap_or_default();
            bail!("{current} is too small a step from {last}: it has to be {least} at least, because of {why}");
        }
        if current < last {
            bail!("the workspace has the version {current}, and {last} was released already");
        }
        let version = current.max(least);
        Ok(Self { version, last: Some(last), reasons, changelog, lines: report.lines })
    }

    /// Returns the number, and why it is that.
    pub(super) fn summary(&self) -> String {
        let Some(last) = self.last else { return format!("{} is the first release\n", self.version) };
        let mut text = format!("{last} → {}\n", self.version);
        for (bump, why) in self.reasons.iter().filter(|(bump, _)| *bump != Bump::None) {
            writeln!(text, "  {:<5}  {why}", bump.as_str()).expect("text takes every text");
        }
        text
    }

    /// Returns the entry in the changelog.
    pub(super) fn entry(&self, date: &str) -> String {
        self.changelog.entry(self.version, date, &self.lines)
    }

    /// Returns the whole changelog.
    pub(super) fn changelog(&self, date: &str) -> String {
        self.changelog.released(&self.entry(date))
    }
}

/// Returns what the public items say, those that no document knows of included.
fn surface([old, new]: &[String; 2]) -> (Bump, String) {
    let lines = |text: &str| {
        let items = surface::qualified(text).map(|line| item(&line));
        items.filter(|line| !line.is_empty()).collect::<BTreeSet<_>>()
    };
    let (old, new) = (lines(old), lines(new));
    let (gone, added) = (old.difference(&new).count(), new.difference(&old).count());
    match (gone, added) {
        (0, 0) => (Bump::None, "the public items, which are the same".to_owned()),
        (0, added) => (Bump::Minor, format!("the public items: {added} lines of the surface are new")),
        (gone, _) => (Bump::Major, format!("the public items: {gone} lines of the surface are gone or changed")),
    }
}

/// Returns a line of the surface without what aligns it and what only warns.
fn item(line: &str) -> String {
    let words: Vec<_> = line.split_whitespace().collect();
    let line = words.join(" ");
    let end = [" #[must_use", " #[deprecated"].iter().filter_map(|note| line.find(note)).min();
    line[..end.unwrap_or(line.len())].to_owned()
}
