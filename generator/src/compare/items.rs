//! Rust items as they are emitted: nothing that code can name may go without a line that says so.
//!
//! Rules know what a change of the document does to Rust. Where several of them meet, an item can change for a reason that
//! none of them has: then the code itself is asked.

use super::{Comparing, Detail, Effect, Rule, Subject};
use crate::emit;
use crate::ir::{Operation, TypeDef};
use crate::output::Files;
use crate::surface::{Line, Surface};

impl Comparing<'_> {
    /// Holds the items of a type against what was noted of it since `before`.
    pub(super) fn type_items(&mut self, subject: &Subject, old: &TypeDef, new: &TypeDef, before: usize) {
        if old.name.rust() == new.name.rust() && !self.tells_a_break(before) {
            let (old, new) = (emit::type_tokens(self.old, old), emit::type_tokens(self.new, new));
            self.lost(subject, &old.to_string(), &new.to_string());
        }
    }

    /// Holds the items of an operation against what was noted of it since `before`.
    pub(super) fn operation_items(&mut self, subject: &Subject, old: &Operation, new: &Operation, before: usize) {
        if old.name.rust() == new.name.rust() && !self.tells_a_break(before) {
            let file = |tokens| format!("pub struct Client; {tokens}");
            let (old, new) = (emit::operation_tokens(self.old, old), emit::operation_tokens(self.new, new));
            self.lost(subject, &file(old), &file(new));
        }
    }

    fn tells_a_break(&self, before: usize) -> bool {
        self.changes[before..].iter().any(|change| change.verdict().rust == Effect::Breaking)
    }

    fn lost(&mut self, subject: &Subject, old: &str, new: &str) {
        let lines = |code: &str| {
            let files: Files = [("lib.rs".to_owned(), code.to_owned())].into_iter().collect();
            Surface::of(&files).lines().iter().map(Line::as_callers_see).collect::<Vec<_>>()
        };
        let (old, new) = (lines(old), lines(new));
        if let Some(lost) = old.iter().find(|line| !new.contains(line)) {
            self.note(Rule::RustItemChanged, subject, Detail::Was(lost.clone()));
        }
    }
}
