//! The state of a comparison of two models: what is compared, and the changes that were found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::api_change::{Change, ChangeLocation, Detail};
use super::constraint_changes;
use super::policy::{Direction, Rule, Verdict};
use crate::document::Pointer;
use crate::ir::{Api, Constraints, Docs, Status, TypeId};

/// The types of both documents that stand for the same.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// The type of the other document that has taken the place of one.
    pub(super) partners: HashMap<TypeId, TypeId>,
    /// The types of the other document that have one.
    pub(super) taken: HashSet<TypeId>,
    /// The pairs that were met, to be compared once each.
    pub(super) met: HashSet<(TypeId, TypeId)>,
    pub(super) queue: VecDeque<Pair>,
}

/// Two types to be compared, and what that is said of.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) old: TypeId,
    pub(super) new: TypeId,
    /// The place where they met, unless it is the type itself that is compared.
    pub(super) place: Option<String>,
}

/// A comparison under way.
pub(super) struct Comparing<'a> {
    pub(super) old: &'a Api,
    pub(super) new: &'a Api,
    pub(super) pairs: Pairs,
    pub(super) changes: Vec<Change>,
    /// The number of differences that were not reported at the use of a type, because they are reported for the type itself.
    pub(super) breaks_reported_at_types: usize,
}

/// What is being compared: its names, and where it stands in both documents.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) rust: Option<String>,
    pub(super) old: Pointer,
    pub(super) new: Pointer,
    pub(super) way: Direction,
}

impl Subject {
    /// Returns a part of it that stands elsewhere.
    pub(super) fn part(&self, name: &str, rust: Option<&str>, old: &Pointer, new: &Pointer) -> Self {
        Self {
            name: format!("{}{name}", self.name),
            rust: rust.and_then(|rust| Some(format!("{}::{rust}", self.rust.as_ref()?))),
            old: old.clone(),
            new: new.clone(),
            way: self.way,
        }
    }

    /// Returns the same, where it goes another way.
    pub(super) fn going(&self, way: Direction) -> Self {
        Self { way, ..self.clone() }
    }
}

impl<'a> Comparing<'a> {
    pub(super) fn new(old: &'a Api, new: &'a Api) -> Self {
        Self { old, new, pairs: Pairs::default(), changes: Vec::new(), breaks_reported_at_types: 0 }
    }

    /// Notes that something is otherwise.
    pub(super) fn note(&mut self, rule: Rule, subject: &Subject, detail: Detail) {
        let at = match detail {
            Detail::Was(_) => ChangeLocation::Old(subject.old.clone()),
            _ => ChangeLocation::New(subject.new.clone()),
        };
        let (name, rust) = (subject.name.clone(), subject.rust.clone());
        self.changes.push(Change { rule, way: rule.way(subject.way), subject: name, rust, detail, at });
    }

    /// Notes what is otherwise from one value to another.
    pub(super) fn note_both(&mut self, rule: Rule, subject: &Subject, was: impl Into<String>, is: impl Into<String>) {
        self.note(rule, subject, Detail::Both(was.into(), is.into()));
    }

    /// Notes a name that only Rust sees.
    pub(super) fn rust_name(&mut self, subject: &Subject, was: &str, is: &str) {
        if was != is {
            self.note_both(Rule::RustNameChanged, subject, was, is);
        }
    }

    /// Notes what is said in other words.
    pub(super) fn docs(&mut self, subject: &Subject, old: &Docs, new: &Docs) {
        if old.text.trim() != new.text.trim() {
            self.note(Rule::DescriptionChanged, subject, Detail::None);
        }
    }

    /// Notes that things stand in another order.
    pub(super) fn order(&mut self, subject: &Subject, is_kept: bool) {
        if !is_kept {
            self.note(Rule::OrderChanged, subject, Detail::None);
        }
    }

    pub(super) fn status(&mut self, subject: &Subject, old: Status, new: Status) {
        match (old, new) {
            (Status::Current, Status::Deprecated) => self.note(Rule::Deprecated, subject, Detail::None),
            (Status::Deprecated, Status::Current) => self.note(Rule::NotDeprecated, subject, Detail::None),
            _ => {}
        }
    }

    pub(super) fn default(&mut self, subject: &Subject, old: Option<&String>, new: Option<&String>) {
        if old != new {
            let spelt = |default: Option<&String>| default.map_or_else(|| "none".to_owned(), Clone::clone);
            self.note_both(Rule::DefaultChanged, subject, spelt(old), spelt(new));
        }
    }

    pub(super) fn limits(&mut self, subject: &Subject, old: &Constraints, new: &Constraints) {
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
    pub(super) fn in_order(mut self) -> Vec<Change> {
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
pub(super) struct Matched<'o, 'n, T> {
    pub(super) both: Vec<(&'o T, &'n T)>,
    pub(super) gone: Vec<&'o T>,
    pub(super) added: Vec<&'n T>,
    /// Whether what is in both stands in the same order.
    pub(super) in_order: bool,
}

/// Matches the elements of two lists by a key; those with one key, in their order.
pub(super) fn matched<'o, 'n, T, K: Ord>(old: &'o [T], new: &'n [T], key: impl Fn(&T) -> K) -> Matched<'o, 'n, T> {
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
    pub(super) fn rematch(&mut self, is_one: impl Fn(&T, &T) -> bool) -> Vec<(&'o T, &'n T)> {
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
