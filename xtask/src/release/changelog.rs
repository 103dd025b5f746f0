//! `CHANGELOG.md`: the entry of a release, from hand-written lines and the changes of the document.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, bail};
use sdk_generator::cli::diff::report::{Line, code, sentence};
use sdk_generator::cli::version::Version;
use sdk_generator::compare::{Bump, Detail, Effect, Part, Rule};

/// The heading of what is not released yet.
const UNRELEASED: &str = "## [Unreleased]";

/// Groups of an entry, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Added,
    Changed,
    Removed,
    Documentation,
}

impl Group {
    const ALL: [Self; 4] = [Self::Added, Self::Changed, Self::Removed, Self::Documentation];

    fn as_str(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Removed => "Removed",
            Self::Documentation => "Documentation",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == text)
    }

    /// Creates the group of a change.
    fn of(line: &Line) -> Self {
        let is_gone = matches!(line.change.detail, Detail::Was(_)) && line.verdict.rust == Effect::Breaking;
        let is_new = matches!(line.change.detail, Detail::Now(_)) && line.verdict.rust == Effect::Compatible;
        match line.verdict.document {
            Part::Words => Self::Documentation,
            _ if is_gone => Self::Removed,
            _ if is_new => Self::Added,
            _ => Self::Changed,
        }
    }

    /// Returns the part of the version that the group's entries increase.
    fn bump(self) -> Bump {
        match self {
            Self::Removed => Bump::Major,
            Self::Added => Bump::Minor,
            Self::Changed | Self::Documentation => Bump::Patch,
        }
    }
}

/// The file, cut where a release belongs.
#[derive(Debug)]
pub(crate) struct Changelog {
    before: String,
    /// What was written by hand since the last release, by its group.
    unreleased: BTreeMap<Group, String>,
    after: String,
    /// The last release.
    last: Option<Version>,
}

impl Changelog {
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let (before, rest) = text
            .split_once(UNRELEASED)
            .with_context(|| format!("there is no `{UNRELEASED}`: add it below the preface"))?;
        let cut = rest.find("\n## ").map_or(rest.len(), |at| at + 1);
        let (unreleased, after) = rest.split_at(cut);
        let last = after.lines().find_map(|line| line.strip_prefix("## [")?.split_once(']'));
        let last = last.map(|(version, _)| Version::parse(version)).transpose()?;
        let (before, after) = (before.to_owned(), after.to_owned());
        Ok(Self { before, unreleased: groups(unreleased)?, after, last })
    }

    /// Returns the last version that was released, if there is one.
    pub(crate) fn last(&self) -> Option<Version> {
        self.last
    }

    /// Returns the part of the version that the hand-written entries increase.
    pub(crate) fn bump(&self) -> Bump {
        let bumps = self.unreleased.iter().map(|(group, text)| {
            // The word that every line of a breaking change begins with.
            if text.contains("**Breaking:**") { Bump::Major } else { group.bump() }
        });
        bumps.max().unwrap_or(Bump::None)
    }

    /// Returns the entry of a release: what was written by hand, and then what has changed in the document.
    pub(crate) fn entry(&self, version: Version, date: &str, lines: &[Line]) -> String {
        let mut groups = self.unreleased.clone();
        for line in lines.iter().filter(|line| line.change.rule != Rule::OrderChanged) {
            let group = groups.entry(Group::of(line)).or_default();
            group.push_str(&entry_line(line));
        }
        let mut entry = format!("## [{version}] - {date}\n");
        for (group, text) in groups {
            write!(entry, "\n### {}\n\n{text}", group.as_str()).expect("text takes every text");
        }
        entry
    }

    /// Returns the whole file with an entry in the place of what was not released.
    pub(crate) fn released(&self, entry: &str) -> String {
        let Self { before, after, .. } = self;
        let gap = if after.is_empty() { "" } else { "\n" };
        format!("{before}{UNRELEASED}\n\n{entry}{gap}{after}")
    }
}

/// Returns what is written under headings, by their names.
fn groups(text: &str) -> anyhow::Result<BTreeMap<Group, String>> {
    let mut groups = BTreeMap::new();
    let mut sections = text.split("\n### ");
    if sections.next().is_some_and(|preface| !preface.trim().is_empty()) {
        bail!(
            "there are words right below `{UNRELEASED}`: put them under `### Added`, `Changed`, `Removed` or `Documentation`"
        );
    }
    for section in sections {
        let (name, body) = section.split_once('\n').unwrap_or((section, ""));
        let group = Group::parse(name.trim()).with_context(|| {
            format!("`### {}` is none of `Added`, `Changed`, `Removed` and `Documentation`", name.trim())
        })?;
        let body = body.trim();
        if !body.is_empty() && groups.insert(group, format!("{body}\n")).is_some() {
            bail!("`### {}` stands twice under `{UNRELEASED}`: make one list of both", group.as_str());
        }
    }
    Ok(groups)
}

/// Returns the line of a change.
fn entry_line(line: &Line) -> String {
    let breaking = if line.verdict.rust >= Effect::Behavior { "**Breaking:** " } else { "" };
    let subject = line.change.rust.as_ref().unwrap_or(&line.change.subject);
    format!("- {breaking}{}: {}.\n", code(subject), sentence(&line.change, code))
}
