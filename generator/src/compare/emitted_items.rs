//! Reports public Rust items that changed or disappeared although no rule reported it.
//!
//! Each rule covers the effect of one kind of change on Rust. Combined changes can have effects that no rule covers. This
//! module therefore emits the old and the new code, and compares the public items.

use super::api_change::Detail;
use super::comparison::{Comparing, Subject};
use super::policy::{Effect, Rule};
use crate::emit;
use crate::ir::{Operation, TypeDef};
use crate::output::Files;
use crate::surface::{Line, Surface};

/// A point in the comparison. It is taken before an item is compared, so that later changes can be attributed to the item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checkpoint {
    changes: usize,
    /// How many breaks of this item were reported once, at a type that it uses.
    breaks_reported_at_types: usize,
}

impl Comparing<'_> {
    /// Returns the current point of the comparison.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { changes: self.changes.len(), breaks_reported_at_types: self.breaks_reported_at_types }
    }

    /// Compares the emitted code of a type, and reports a break that no rule reported.
    pub(super) fn compare_type_items(&mut self, subject: &Subject, old: &TypeDef, new: &TypeDef, since: Checkpoint) {
        if old.name.rust() == new.name.rust() && self.needs_comparison(since) {
            let (old, new) = (emit::type_tokens(self.old, old), emit::type_tokens(self.new, new));
            self.report_lost_item(subject, &old.to_string(), &new.to_string());
        }
    }

    /// Compares the emitted code of an operation, and reports a break that no rule reported.
    pub(super) fn compare_operation_items(
        &mut self,
        subject: &Subject,
        old: &Operation,
        new: &Operation,
        since: Checkpoint,
    ) {
        if old.name.rust() == new.name.rust() && self.needs_comparison(since) {
            // The code of an operation is an `impl Client`, which the surface lists only below a `Client`.
            let with_client = |tokens| format!("pub struct Client; {tokens}");
            let (old, new) = (emit::operation_tokens(self.old, old), emit::operation_tokens(self.new, new));
            self.report_lost_item(subject, &with_client(old), &with_client(new));
        }
    }

    /// Returns whether the items have to be compared: the changes since a checkpoint affect Rust code, none of them breaks it, and no break
    /// is reported at a type instead.
    fn needs_comparison(&self, since: Checkpoint) -> bool {
        let worst = self.changes[since.changes..].iter().map(|change| change.verdict().rust).max();
        self.breaks_reported_at_types == since.breaks_reported_at_types
            && matches!(worst, Some(Effect::Compatible | Effect::Behavior))
    }

    /// Applies renames of types to the old code. Other rules report the renames.
    fn with_new_names(&self, code: &str) -> String {
        let renamed = self.renamed_types();
        if renamed.is_empty() {
            return code.to_owned();
        }
        let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let pieces = code.split_inclusive(|c| !is_of_name(c)).map(|piece| {
            let word = piece.trim_end_matches(|c| !is_of_name(c));
            renamed.get(word).map_or_else(|| piece.to_owned(), |name| format!("{name}{}", &piece[word.len()..]))
        });
        pieces.collect()
    }

    /// Reports the first public item of the old code that the new code does not have.
    fn report_lost_item(&mut self, subject: &Subject, old: &str, new: &str) {
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
