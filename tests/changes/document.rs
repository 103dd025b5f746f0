//! A document with its model and its generated files.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use sdk_generator::compare::{Change, Difference, Effect, revisions, upstream};
use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::document::Document;
use sdk_generator::emit::emit;
use sdk_generator::ir::Api;
use sdk_generator::mode::Mode;
use sdk_generator::output::Files;
use sdk_generator::read;
use sdk_generator::render::render;
use sdk_generator::source::Source;
use sdk_generator::surface::{Line, Surface};
use sdk_generator::{Options, generate, model};
use serde_yaml::Value;

use crate::policy::Policy;

/// A document that became a crate.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) read: Read,
    pub(crate) files: Files,
    surface: OnceLock<BTreeSet<String>>,
}

impl Made {
    /// Creates the model and the files of a document; the report if it is refused.
    pub(crate) fn of(name: &str, document: &Value, mode: Mode) -> Result<Self, String> {
        let text = serde_yaml::to_string(document).expect("a value is YAML");
        let source = Source::new("document.yaml", text);
        let generation = generate(&source, &Options { crate_name: name.to_owned(), mode });
        let Some(files) = generation.files else {
            return Err(generation.diagnostics.render(&source, Style::Plain));
        };
        let read = Read::of(&source, mode).expect("it was generated from");
        Ok(Self { read, files, surface: OnceLock::new() })
    }

    /// Returns what of the surface is gone in another crate; attributes warn only.
    fn lost_in(&self, other: &Self) -> BTreeSet<String> {
        self.surface() - other.surface()
    }

    /// Returns the lines of the surface, as if each type were declared under its own name, and the names that stand for one
    /// type. Which of them has the declaration means nothing to users.
    fn surface(&self) -> &BTreeSet<String> {
        self.surface.get_or_init(|| {
            let mut api = self.read.api.clone();
            let names = |id| api.types.get(id).name.rust().to_owned();
            let declared = |id| api.types.get(id).alias_of.unwrap_or(id);
            let same = api.types.ids().flat_map(|one| api.types.ids().map(move |other| (one, other)));
            let same = same.filter(|(one, other)| one != other && declared(*one) == declared(*other));
            let same: BTreeSet<_> = same.map(|(one, other)| format!("{} is {}", names(one), names(other))).collect();
            if same.is_empty() {
                return Surface::of(&self.files).lines().iter().map(Line::as_callers_see).collect();
            }
            api.types.ids().for_each(|id| api.types.get_mut(id).alias_of = None);
            let files =
                emit(&api, "crate").map(|file| (file.path, render("", file.tokens).expect("emitted tokens are items")));
            let files: Files = files.collect();
            let lines = Surface::of(&files).lines().iter().map(Line::as_callers_see).collect::<BTreeSet<_>>();
            lines.into_iter().chain(same).collect()
        })
    }
}

/// A document as the two comparisons see it.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) api: Api,
    /// The tree, in which nothing is mended.
    tree: Document,
}

impl Read {
    pub(crate) fn of(source: &Source, mode: Mode) -> Option<Self> {
        let mut diagnostics = Diagnostics::new();
        let document = read::read(source, mode, &mut diagnostics)?;
        let api = model(&document, mode, &mut diagnostics).0;
        Some(Self { api, tree: read::read_unrepaired(source, &mut diagnostics)? })
    }

    /// Returns what another document says otherwise.
    pub(crate) fn otherwise(&self, theirs: &Self) -> Vec<Difference> {
        upstream(&self.tree, &self.api, &theirs.tree)
    }
}

/// Returns the worst that changes do to Rust by the policy that people read.
pub(crate) fn worst(policy: &Policy, changes: &[Change]) -> Effect {
    changes.iter().map(|change| policy.verdict(change).rust).max().unwrap_or(Effect::None)
}

/// Returns what is wrong with what is said of the way from one document to another; nothing if the surface and the
/// files agree with it.
pub(crate) fn complaint(policy: &Policy, old: &Made, new: &Made) -> Option<String> {
    let changes = revisions(&old.read.api, &new.read.api);
    let lines = || changes.iter().map(|change| format!("    {}\n", line(policy, change))).collect::<String>();
    let (lost, is_breaking) = (old.lost_in(new), worst(policy, &changes) == Effect::Breaking);
    if lost.is_empty() == is_breaking {
        let lost: String = lost.iter().map(|line| format!("    {line}\n")).collect();
        return Some(format!("the surface lost\n{lost}  but the changes are\n{}", lines()));
    }
    let differ: Vec<_> = old.files.iter().filter(|(path, text)| new.files.get(path) != Some(text)).collect();
    let added = new.files.iter().any(|(path, _)| old.files.get(path).is_none());
    if changes.is_empty() && (added || !differ.is_empty()) {
        let first = differ.first().map(|(path, text)| {
            let new = new.files.get(path).unwrap_or_default();
            let lines = text.lines().zip(new.lines()).find(|(old, new)| old != new);
            format!("{path}: {lines:?}")
        });
        return Some(format!("no change was found, but files differ: {}", first.unwrap_or_default()));
    }
    None
}

/// Returns a change in one line.
pub(crate) fn line(policy: &Policy, change: &Change) -> String {
    let verdict = policy.verdict(change);
    let rust = change.rust.as_ref().map(|rust| format!(" [{rust}]")).unwrap_or_default();
    let detail = match &change.detail {
        sdk_generator::compare::Detail::None => String::new(),
        sdk_generator::compare::Detail::Now(is) => format!(": → {is}"),
        sdk_generator::compare::Detail::Was(was) => format!(": {was} →"),
        sdk_generator::compare::Detail::Both(was, is) => format!(": {was} → {is}"),
    };
    let sdk_generator::compare::Verdict { wire, document, rust: effect } = verdict;
    format!("{} {} {}{rust}{detail} ({wire}, {document}, {effect})", change.rule.id(), change.way, change.subject)
}
