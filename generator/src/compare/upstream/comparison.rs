//! The state of a comparison: both documents, where it is in them, and what was found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::difference::Difference;
use super::routes::Routes;
use super::rust_items::Items;
use super::tree::{Node, Tree};
use super::uses::{Pairs, Use};
use crate::compare::api_change::ChangeLocation;
use crate::compare::policy::{Direction, Rule};
use crate::document::{Pointer, Value};

/// A comparison under way.
pub(super) struct Comparison<'a> {
    pub(super) ours: Tree<'a>,
    pub(super) theirs: Tree<'a>,
    pub(super) items: Items,
    /// The operations of the other document.
    pub(super) routes: Routes<'a>,
    /// The schemas that are compared, each pair once.
    pub(super) pairs: Pairs,
    /// What was found, each thing once.
    pub(super) found: BTreeMap<Key, Found>,
}

/// What tells differences apart that may be met at several places.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) subject: String,
    pub(super) keyword: String,
    pub(super) ours: Option<String>,
    pub(super) theirs: Option<String>,
    pub(super) rule: Option<Rule>,
}

/// The places of a difference.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) uses: BTreeSet<Use>,
    pub(super) items: BTreeSet<String>,
    pub(super) at: ChangeLocation,
}

/// Where in both documents a comparison is.
#[derive(Debug, Clone)]
pub(super) struct ComparedLocation {
    /// The schemas that it is in, if it is in any.
    pub(super) inside: Option<usize>,
    /// The path from there, such as `.price`, or else from an operation, such as `createOrder request`.
    pub(super) path: String,
    /// The same from what is shared, such as `Line.price`.
    pub(super) subject: String,
    pub(super) way: Direction,
}

impl ComparedLocation {
    pub(super) fn new(name: &str) -> Self {
        Self { inside: None, path: name.to_owned(), subject: name.to_owned(), way: Direction::Neither }
    }

    /// Returns a part of it.
    pub(super) fn part(&self, name: &str) -> Self {
        let (path, subject) = (format!("{}{name}", self.path), format!("{}{name}", self.subject));
        Self { path, subject, ..*self }
    }

    /// Returns the same, where it goes a way.
    pub(super) fn going(self, way: Direction) -> Self {
        Self { way, ..self }
    }

    /// Returns the same, at something that is shared.
    pub(super) fn shared(&self, subject: &str) -> Self {
        Self { subject: subject.to_owned(), ..self.clone() }
    }

    /// Returns the context inside a pair of schemas.
    pub(super) fn inside(self, pair: usize) -> Self {
        Self { inside: Some(pair), path: String::new(), ..self }
    }

    pub(super) fn to_use(&self) -> Use {
        Use { inside: self.inside, path: self.path.clone(), way: self.way }
    }
}

/// What both documents have at a position, as far as they have it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'n, 'a> {
    pub(super) ours: Option<&'n Node<'a>>,
    pub(super) theirs: Option<&'n Node<'a>>,
}

/// What both documents say, in texts.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) ours: Option<String>,
    pub(super) theirs: Option<String>,
}

impl Comparison<'_> {
    /// Notes that something is said otherwise.
    pub(super) fn note(
        &mut self,
        position: &ComparedLocation,
        keyword: &str,
        rule: Option<Rule>,
        texts: Texts,
        pair: Pair<'_, '_>,
    ) {
        let Texts { ours, theirs } = texts;
        if ours == theirs {
            return;
        }
        let root = Pointer::root();
        let at = match (pair.ours, pair.theirs) {
            (Some(ours), None) => ChangeLocation::Old(ours.at.clone()),
            (_, theirs) => ChangeLocation::New(theirs.map_or_else(|| root.clone(), |theirs| theirs.at.clone())),
        };
        let items = pair.ours.map(|node| self.items.at(&node.at)).unwrap_or_default();
        let key = Key { subject: position.subject.clone(), keyword: keyword.to_owned(), ours, theirs, rule };
        let new = || Found { uses: BTreeSet::new(), items: BTreeSet::new(), at };
        let found = self.found.entry(key).or_insert_with(new);
        found.uses.insert(position.to_use());
        found.items.extend(items);
    }

    /// Notes that the documents are of versions whose keywords mean different things.
    pub(super) fn version(&mut self) {
        let nodes = [self.ours.root().get("openapi"), self.theirs.root().get("openapi")];
        let [ours, theirs] = &nodes;
        // The last number changes nothing that a document can say.
        let line = |node: &Option<Node<'_>>| {
            let version = node.as_ref().map(|node| node.value.to_string())?;
            let patch = version.trim_matches('"').rsplit_once('.');
            let patch = patch.filter(|(_, patch)| patch.bytes().all(|byte| byte.is_ascii_digit()));
            Some(patch.map_or(version.clone(), |(line, _)| line.to_owned()))
        };
        let texts = Texts { ours: line(ours), theirs: line(theirs) };
        let pair = Pair { ours: ours.as_ref(), theirs: theirs.as_ref() };
        self.note(&ComparedLocation::new("document"), "openapi", None, texts, pair);
    }

    /// Returns the differences, the most serious first; among equals in the order of their names.
    pub(super) fn in_order(self) -> Vec<Difference> {
        let Self { pairs, found, .. } = self;
        let differences = found.into_iter().map(|(key, found)| {
            let Key { subject, keyword, ours, theirs, rule } = key;
            let Found { uses, items, at } = found;
            let users = pairs.users(&uses);
            let way = rule.map_or(users.way, |rule| rule.way(users.way));
            let (items, uses) = (items.into_iter().collect(), users.uses);
            let users = users.names.into_iter().collect();
            Difference { rule, way, subject, keyword, ours, theirs, items, users, uses, at }
        });
        let mut differences: Vec<_> = differences.collect();
        differences.sort_by_cached_key(|one| (Reverse(one.effect()), one.subject.clone(), one.keyword.clone()));
        differences
    }
}

/// Returns whether a keyword says yes. Absent means no.
pub(super) fn is_true(node: Option<&Node<'_>>) -> bool {
    node.is_some_and(|node| *node.value == Value::Bool(true))
}
