//! What the difference between two documents means: on the wire, for the document, and for Rust code.
//!
//! [`revisions`] compares two states of one document, whose names mean the same. Models are compared, not texts: what the
//! generator takes for the same is the same. [`upstream()`] compares one document with another that describes the same
//! operations in its own way; there trees are compared, and nothing but documentation is passed over.
//!
//! ```text
//! operations, by method and path        operations.rs, parameters.rs, responses.rs
//! types, in pairs, each pair once       types.rs, objects.rs, enums_and_unions.rs, constraint_changes.rs
//! servers, schemes, failures            service.rs
//! Rust items, as they are emitted       emitted_items.rs
//! names that stand for one Rust type    declarations.rs
//! another document of the service       upstream
//! ```
//!
//! Each difference is a [`Change`] by a [`Rule`], and the rule decides: [`POLICY`] is the stability policy.

mod api_change;
mod constraint_changes;
mod declarations;
mod emitted_items;
mod enums_and_unions;
mod objects;
mod operations;
mod parameters;
mod policy;
mod responses;
mod service;
mod types;
mod upstream;

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use crate::document::Pointer;
use crate::ir::{Api, Constraints, Docs, Status};

pub use api_change::{Change, Detail, Place};
pub use policy::{Bump, Effect, POLICY, Part, Row, Rule, Verdict, Way, table};
use types::Pairs;
pub use upstream::{Difference, extract, upstream};

/// Returns everything that differs between two states of one document, the most serious first.
#[must_use]
pub fn revisions(old: &Api, new: &Api) -> Vec<Change> {
    let mut comparing = Comparing::new(old, new);
    comparing.pair_names();
    comparing.operations();
    comparing.service();
    comparing.types();
    comparing.declarations();
    comparing.in_order()
}

/// A comparison under way.
struct Comparing<'a> {
    old: &'a Api,
    new: &'a Api,
    pairs: Pairs,
    changes: Vec<Change>,
    /// How many differences were passed over where they are seen, since they are told of the type that they are differences of.
    told_of_types: usize,
}

/// What is being compared: its names, and where it stands in both documents.
#[derive(Debug, Clone)]
struct Subject {
    name: String,
    rust: Option<String>,
    old: Pointer,
    new: Pointer,
    way: Way,
}

impl Subject {
    /// Returns a part of it that stands elsewhere.
    fn part(&self, name: &str, rust: Option<&str>, old: &Pointer, new: &Pointer) -> Self {
        Self {
            name: format!("{}{name}", self.name),
            rust: rust.and_then(|rust| Some(format!("{}::{rust}", self.rust.as_ref()?))),
            old: old.clone(),
            new: new.clone(),
            way: self.way,
        }
    }

    /// Returns the same, where it goes another way.
    fn going(&self, way: Way) -> Self {
        Self { way, ..self.clone() }
    }
}

impl<'a> Comparing<'a> {
    fn new(old: &'a Api, new: &'a Api) -> Self {
        Self { old, new, pairs: Pairs::default(), changes: Vec::new(), told_of_types: 0 }
    }

    /// Notes that something is otherwise.
    fn note(&mut self, rule: Rule, subject: &Subject, detail: Detail) {
        let at = match detail {
            Detail::Was(_) => Place::Old(subject.old.clone()),
            _ => Place::New(subject.new.clone()),
        };
        let (name, rust) = (subject.name.clone(), subject.rust.clone());
        self.changes.push(Change { rule, way: rule.way(subject.way), subject: name, rust, detail, at });
    }

    /// Notes what is otherwise from one value to another.
    fn note_both(&mut self, rule: Rule, subject: &Subject, was: impl Into<String>, is: impl Into<String>) {
        self.note(rule, subject, Detail::Both(was.into(), is.into()));
    }

    /// Notes a name that only Rust sees.
    fn rust_name(&mut self, subject: &Subject, was: &str, is: &str) {
        if was != is {
            self.note_both(Rule::RustNameChanged, subject, was, is);
        }
    }

    /// Notes what is said in other words.
    fn docs(&mut self, subject: &Subject, old: &Docs, new: &Docs) {
        if old.text.trim() != new.text.trim() {
            self.note(Rule::DescriptionChanged, subject, Detail::None);
        }
    }

    /// Notes that things stand in another order.
    fn order(&mut self, subject: &Subject, is_kept: bool) {
        if !is_kept {
            self.note(Rule::OrderChanged, subject, Detail::None);
        }
    }

    fn status(&mut self, subject: &Subject, old: Status, new: Status) {
        match (old, new) {
            (Status::Current, Status::Deprecated) => self.note(Rule::Deprecated, subject, Detail::None),
            (Status::Deprecated, Status::Current) => self.note(Rule::NotDeprecated, subject, Detail::None),
            _ => {}
        }
    }

    fn default(&mut self, subject: &Subject, old: Option<&String>, new: Option<&String>) {
        if old != new {
            let spelt = |default: Option<&String>| default.map_or_else(|| "none".to_owned(), Clone::clone);
            self.note_both(Rule::DefaultChanged, subject, spelt(old), spelt(new));
        }
    }

    fn limits(&mut self, subject: &Subject, old: &Constraints, new: &Constraints) {
        for shift in constraint_changes::shifts(old, new) {
            let rule = match shift.kind {
                constraint_changes::Kind::Tightened => Rule::LimitTightened,
                constraint_changes::Kind::Loosened => Rule::LimitLoosened,
                constraint_changes::Kind::Pattern => Rule::PatternChanged,
                constraint_changes::Kind::Format => Rule::FormatChanged,
            };
            let none = || "no limit".to_owned();
            self.note_both(rule, subject, shift.was.unwrap_or_else(none), shift.is.unwrap_or_else(none));
        }
    }

    /// Returns the changes, the most serious first; among equals in the order of their names.
    fn in_order(mut self) -> Vec<Change> {
        self.changes.sort_by_cached_key(|change| {
            let Verdict { wire, document, rust } = change.verdict();
            let name = (change.subject.clone(), change.rule, change.way, change.detail.clone());
            (Reverse((wire.max(rust), rust, wire, document)), name)
        });
        self.changes.dedup_by(|one, other| {
            let is_one = (&one.subject, one.rule, one.way) == (&other.subject, other.rule, other.way);
            is_one && one.detail == other.detail
        });
        self.changes
    }
}

/// What two lists have in common by a key, and what only one of them has.
struct Matched<'o, 'n, T> {
    both: Vec<(&'o T, &'n T)>,
    gone: Vec<&'o T>,
    added: Vec<&'n T>,
    /// Whether what is in both stands in the same order.
    in_order: bool,
}

/// Matches the elements of two lists by a key; those with one key, in their order.
fn matched<'o, 'n, T, K: Ord>(old: &'o [T], new: &'n [T], key: impl Fn(&T) -> K) -> Matched<'o, 'n, T> {
    let mut left: BTreeMap<K, VecDeque<(usize, &'n T)>> = BTreeMap::new();
    for (index, one) in new.iter().enumerate() {
        left.entry(key(one)).or_default().push_back((index, one));
    }
    let (mut both, mut gone, mut order) = (Vec::new(), Vec::new(), Vec::new());
    for one in old {
        match left.get_mut(&key(one)).and_then(VecDeque::pop_front) {
            Some((index, other)) => {
                both.push((one, other));
                order.push(index);
            }
            None => gone.push(one),
        }
    }
    let mut added: Vec<_> = left.into_values().flatten().collect();
    added.sort_unstable_by_key(|(index, _)| *index);
    let added = added.into_iter().map(|(_, one)| one).collect();
    Matched { both, gone, added, in_order: order.is_sorted() }
}

impl<'o, 'n, T> Matched<'o, 'n, T> {
    /// Pairs what is left by something else than the key, and gives these pairs back.
    fn rematch(&mut self, is_one: impl Fn(&T, &T) -> bool) -> Vec<(&'o T, &'n T)> {
        let mut found = Vec::new();
        self.gone.retain(|old| {
            let Some(index) = self.added.iter().position(|new| is_one(old, new)) else { return true };
            found.push((*old, self.added.remove(index)));
            false
        });
        self.both.extend(&found);
        found
    }
}
