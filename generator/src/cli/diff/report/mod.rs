//! The report of a comparison: as text, as Markdown and as JSON.

mod json;
mod markdown;
mod text;

use crate::compare::{Bump, Change, ChangeLocation, Detail, Effect, Verdict};
use crate::document::Pointer;
use crate::source::{Location, Source};

use super::accepted::Accepted;
use super::sides::Side;
use crate::cli::version::Version;

pub use markdown::{code, escaped};

/// One change with its place and its verdicts.
#[derive(Debug)]
pub struct Line {
    /// The change.
    pub change: Change,
    /// What it means.
    pub verdict: Verdict,
    /// What identifies it in the file of accepted changes.
    pub fingerprint: String,
    /// Why it is accepted, if it is.
    accepted: Option<String>,
    document: String,
    location: Location,
    pointer: Pointer,
}

impl Line {
    /// Returns a line for each change.
    pub(super) fn all(changes: Vec<Change>, old: &Side, new: &Side, accepted: &Accepted) -> Vec<Self> {
        let locations = located(changes.iter().map(|change| &change.at), &old.source, &new.source);
        let lines = changes.into_iter().zip(locations).map(|(change, (document, location))| {
            let fingerprint = change.fingerprint();
            let (ChangeLocation::Old(pointer) | ChangeLocation::New(pointer)) = &change.at;
            Self {
                verdict: change.verdict(),
                accepted: accepted.reason(&fingerprint),
                fingerprint,
                document,
                location,
                pointer: pointer.clone(),
                change,
            }
        });
        lines.collect()
    }

    fn place(&self) -> String {
        format!("{}:{}", self.document, self.location)
    }
}

/// Returns the files and the lines of locations in two documents, in their order, from one walk over each text.
pub fn located<'p>(
    locations: impl Iterator<Item = &'p ChangeLocation> + Clone,
    old: &Source,
    new: &Source,
) -> Vec<(String, Location)> {
    let of_old =
        locations.clone().filter_map(|place| if let ChangeLocation::Old(at) = place { Some(at.clone()) } else { None });
    let of_new =
        locations.clone().filter_map(|place| if let ChangeLocation::New(at) = place { Some(at.clone()) } else { None });
    let mut in_old = old.locate_all(&of_old.collect::<Vec<_>>()).into_iter();
    let mut in_new = new.locate_all(&of_new.collect::<Vec<_>>()).into_iter();
    let located = locations.map(|place| match place {
        ChangeLocation::Old(at) => (old.file_name(at), in_old.next().unwrap_or(Location::START)),
        ChangeLocation::New(at) => (new.file_name(at), in_new.next().unwrap_or(Location::START)),
    });
    located.collect()
}

/// All that is to be said of two documents.
#[derive(Debug)]
pub struct Report {
    /// How the document before is called.
    pub old: String,
    /// How the document after is called.
    pub new: String,
    /// The most serious first.
    pub lines: Vec<Line>,
    /// What is accepted and has not happened.
    pub stale: Vec<String>,
    /// How the file is called in which changes are accepted.
    pub accepted_in: String,
    /// The version before, where it is that of the document's crate.
    pub version: Option<Version>,
}

/// The groups of a report, the most serious first, each with what it says.
const GROUPS: [(Effect, &str); 4] = [
    (Effect::Breaking, "what worked is refused or misread"),
    (Effect::Behavior, "what worked means something else"),
    (Effect::Compatible, "more is possible than before"),
    (Effect::None, "words, names and order"),
];

impl Report {
    /// Returns the reason for a failing run at this deny level: a change is not accepted, or an accepted one has
    /// not happened.
    pub fn denial(&self, effect: Effect) -> Option<String> {
        let is_unaccepted = |line: &&Line| line.verdict.worst() >= effect && line.accepted.is_none();
        let file = &self.accepted_in;
        match (self.lines.iter().filter(is_unaccepted).count(), self.stale.len()) {
            (0, 0) => None,
            (0, stale) => Some(format!("{stale} accepted and not happened: remove what is stale from {file}")),
            (open, _) => Some(format!("{open} denied: accept each by its fingerprint, with a reason, in {file}")),
        }
    }

    /// Returns the part of the version to increase.
    pub fn bump(&self) -> Bump {
        Bump::of(self.lines.iter().map(|line| line.verdict))
    }

    fn group(&self, effect: Effect) -> Vec<&Line> {
        self.lines.iter().filter(|line| line.verdict.worst() == effect).collect()
    }

    /// Returns how many changes there are, and how serious they are.
    fn summary(&self) -> String {
        let (old, new) = (&self.old, &self.new);
        let sides = format!("from {old} to {new}");
        let counts = GROUPS.iter().filter_map(|(effect, _)| match self.group(*effect).len() {
            0 => None,
            count if *effect == Effect::None => Some(format!("{count} without effect")),
            count => Some(format!("{count} {effect}")),
        });
        let counts: Vec<_> = counts.collect();
        match self.lines.len() {
            0 => format!("no changes {sides}"),
            1 => format!("1 change {sides}: {}", counts.join(", ")),
            count => format!("{count} changes {sides}: {}", counts.join(", ")),
        }
    }

    /// Returns the version that follows, and why.
    fn version(&self) -> String {
        let bump = self.bump();
        let step = match (bump, self.version) {
            (Bump::None, Some(version)) => format!("{version} stays"),
            (_, Some(version)) => format!("{version} → {} ({})", version.after(bump), version.named(bump)),
            (_, None) => bump.as_str().to_owned(),
        };
        format!("{step}: {}", bump.reason())
    }
}

/// Returns what has changed from what to what, where values are written as `value` does.
pub fn sentence(change: &Change, value: impl Fn(&str) -> String) -> String {
    let what = change.rule.what();
    match &change.detail {
        Detail::None => what.to_owned(),
        Detail::Now(text) | Detail::Was(text) => format!("{what}: {}", value(text)),
        Detail::Both(was, is) => format!("{what}: {} → {}", value(was), value(is)),
    }
}
