//! A safety net: reports public Rust items that changed or disappeared although no rule reported it.
//!
//! Rules know what a change of the document does to Rust. Combined changes can have effects that no rule covers. This
//! module therefore emits the old and the new code and compares the public items.

use super::api_change::Detail;
use super::comparison::{Comparing, Subject};
use super::policy::{Effect, Rule};
use crate::emit;
use crate::ir::{Operation, TypeDef};
use crate::output::Files;
use crate::surface::{Line, Surface};

/// The state of the comparison before an item, to tell what was reported since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    changes: usize,
    told_of_types: usize,
}

impl Comparing<'_> {
    /// Returns the current state, for a later `is_open`.
    pub(super) fn mark(&self) -> Mark {
        Mark { changes: self.changes.len(), told_of_types: self.told_of_types }
    }

    /// Compares the emitted code of a type, and reports a break that no rule reported.
    pub(super) fn type_items(&mut self, subject: &Subject, old: &TypeDef, new: &TypeDef, since: Mark) {
        if old.name.rust() == new.name.rust() && self.is_open(since) {
            let (old, new) = (emit::type_tokens(self.old, old), emit::type_tokens(self.new, new));
            self.lost(subject, &old.to_string(), &new.to_string());
        }
    }

    /// Holds the items of an operation against what was noted of it.
    pub(super) fn operation_items(&mut self, subject: &Subject, old: &Operation, new: &Operation, since: Mark) {
        if old.name.rust() == new.name.rust() && self.is_open(since) {
            let file = |tokens| format!("pub struct Client; {tokens}");
            let (old, new) = (emit::operation_tokens(self.old, old), emit::operation_tokens(self.new, new));
            self.lost(subject, &file(old), &file(new));
        }
    }

    /// Tells whether what was found since leaves open what became of the items: something happened to them, and no
    /// break is told.
    fn is_open(&self, since: Mark) -> bool {
        let worst = self.changes[since.changes..].iter().map(|change| change.verdict().rust).max();
        self.told_of_types == since.told_of_types && matches!(worst, Some(Effect::Compatible | Effect::Behavior))
    }

    /// Applies renames of types to the old code; they are reported elsewhere.
    fn with_new_names(&self, code: &str) -> String {
        let renamed = self.renamed_types();
        if renamed.is_empty() {
            return code.to_owned();
        }
        let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let words = code.split_inclusive(|c| !is_of_name(c)).map(|piece| {
            let word = piece.trim_end_matches(|c| !is_of_name(c));
            renamed.get(word).map_or_else(|| piece.to_owned(), |name| format!("{name}{}", &piece[word.len()..]))
        });
        words.collect()
    }

    fn lost(&mut self, subject: &Subject, old: &str, new: &str) {
        let lines = |code: &str| {
            let files: Files = [("lib.rs".to_owned(), code.to_owned())].into_iter().collect();
            Surface::of(&files).lines().iter().map(Line::as_callers_see).collect::<Vec<_>>()
        };
        let (old, new) = (lines(&self.with_new_names(old)), lines(new));
        if let Some(lost) = old.iter().find(|line| !new.contains(line)) {
            self.note(Rule::RustItemChanged, subject, Detail::Was(lost.clone()));
        }
    }
}
