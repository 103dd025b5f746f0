//! One document held against another one that describes the same operations in its own way.
//!
//! The model of a document forgets what Rust code does not need. Here nothing may be forgotten: whatever the other document
//! says otherwise may be the ground that moves. So two trees are compared, as the grammar of OpenAPI knows them, and only what
//! is [documentation](tree) is passed over. Names that no wire sees cannot be trusted: operations are matched by method and
//! path, schemas by where they stand.
//!
//! ```text
//! nodes, references, literal texts         tree.rs
//! any object, keyword by keyword           objects.rs
//! schemas, with what they are composed of  schemas.rs, subschemas.rs, values.rs
//! operations, parameters, servers          operations.rs
//! credentials, the token endpoint          security.rs
//! which rule of the policy it is           rules.rs
//! Rust items of ours                       rust_items.rs
//! who uses what is shared                  uses.rs
//! the part of the other one that counts    extract.rs
//! ```

mod extract;
mod objects;
mod operations;
mod rules;
mod rust_items;
mod schemas;
mod security;
mod subschemas;
mod tree;
mod uses;
mod values;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;

use siphasher::sip::SipHasher24;

use super::api_change::Place;
use super::policy::{Effect, Rule, Verdict, Way};
use crate::document::{Document, Pointer, Value};
use crate::ir::Api;
pub use extract::extract;
use operations::Routes;
use rust_items::Items;
use tree::{Node, Tree};
use uses::{Pairs, Use};

/// Something that another document says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it would mean to say the same; nothing for a keyword of which no rule is made.
    pub rule: Option<Rule>,
    /// Which way goes what is otherwise.
    pub way: Way,
    /// What it is a difference of, by the names of our document.
    pub subject: String,
    /// The keyword, or the part of OpenAPI.
    pub keyword: String,
    /// What our document says.
    pub ours: Option<String>,
    /// What the other one says.
    pub theirs: Option<String>,
    /// The public items of ours that it is about.
    pub items: Vec<String>,
    /// Where it is met, since a type may be shared; of several ways from one body to it, the shortest.
    pub users: Vec<String>,
    /// How many uses lead to it, those of types that have it in them included.
    pub uses: usize,
    /// Where it stands.
    pub at: Place,
}

impl Difference {
    /// Returns what it means to take it over; nothing where no rule says it.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.rule.map(|rule| rule.verdict(self.way))
    }

    /// Returns how serious it is. What no rule knows is taken for what may break.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.verdict().map_or(Effect::Breaking, Verdict::worst)
    }

    /// Returns what it is known by, as long as both documents say the same of it, and the same places are affected.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hasher = SipHasher24::new();
        let texts = [Some(&self.subject), Some(&self.keyword), self.ours.as_ref(), self.theirs.as_ref()];
        let uses = self.uses.to_string();
        for text in texts.into_iter().chain([Some(&uses)]).chain(self.users.iter().map(Some)) {
            hasher.write(text.map_or("", String::as_str).as_bytes());
            // No text has it: what is missing is told from what is empty, and no letters are passed to a neighbor.
            hasher.write_u8(if text.is_some() { 0xff } else { 0xfe });
        }
        format!("{:010x}", hasher.finish() >> 24)
    }
}

/// Returns everything that another document says otherwise of the operations of ours, the most serious first.
#[must_use]
pub fn upstream(ours: &Document, api: &Api, theirs: &Document) -> Vec<Difference> {
    let mut comparison = Comparison {
        ours: Tree::of(&ours.value),
        theirs: Tree::of(&theirs.value),
        items: Items::of(api),
        routes: Routes::of(Tree::of(&theirs.value)),
        pairs: Pairs::default(),
        found: BTreeMap::new(),
    };
    comparison.version();
    comparison.servers_of_all();
    comparison.operations();
    comparison.token_endpoints();
    comparison.in_order()
}

/// A comparison under way.
struct Comparison<'a> {
    ours: Tree<'a>,
    theirs: Tree<'a>,
    items: Items,
    /// The operations of the other document.
    routes: Routes<'a>,
    /// The schemas that are compared, each pair once.
    pairs: Pairs,
    /// What was found, each thing once.
    found: BTreeMap<Key, Found>,
}

/// What tells differences apart that may be met at several places.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    subject: String,
    keyword: String,
    ours: Option<String>,
    theirs: Option<String>,
    rule: Option<Rule>,
}

/// The places of a difference.
#[derive(Debug)]
struct Found {
    uses: BTreeSet<Use>,
    items: BTreeSet<String>,
    at: Place,
}

/// Where in both documents a comparison is.
#[derive(Debug, Clone)]
struct ComparedLocation {
    /// The schemas that it is in, if it is in any.
    inside: Option<usize>,
    /// The path from there, such as `.price`, or else from an operation, such as `createOrder request`.
    path: String,
    /// The same from what is shared, such as `Line.price`.
    subject: String,
    way: Way,
}

impl ComparedLocation {
    fn new(name: &str) -> Self {
        Self { inside: None, path: name.to_owned(), subject: name.to_owned(), way: Way::Neither }
    }

    /// Returns a part of it.
    fn part(&self, name: &str) -> Self {
        let (path, subject) = (format!("{}{name}", self.path), format!("{}{name}", self.subject));
        Self { path, subject, ..*self }
    }

    /// Returns the same, where it goes a way.
    fn going(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// Returns the same, at something that is shared.
    fn shared(&self, subject: &str) -> Self {
        Self { subject: subject.to_owned(), ..self.clone() }
    }

    /// Returns the context inside a pair of schemas.
    fn inside(self, pair: usize) -> Self {
        Self { inside: Some(pair), path: String::new(), ..self }
    }

    fn to_use(&self) -> Use {
        Use { inside: self.inside, path: self.path.clone(), way: self.way }
    }
}

/// What both documents have at a spot, as far as they have it.
#[derive(Debug, Clone, Copy)]
struct Pair<'n, 'a> {
    ours: Option<&'n Node<'a>>,
    theirs: Option<&'n Node<'a>>,
}

/// What both documents say, in texts.
#[derive(Debug)]
struct Said {
    ours: Option<String>,
    theirs: Option<String>,
}

impl Comparison<'_> {
    /// Notes that something is said otherwise.
    fn note(&mut self, spot: &ComparedLocation, keyword: &str, rule: Option<Rule>, said: Said, pair: Pair<'_, '_>) {
        let Said { ours, theirs } = said;
        if ours == theirs {
            return;
        }
        let root = Pointer::root();
        let at = match (pair.ours, pair.theirs) {
            (Some(ours), None) => Place::Old(ours.at.clone()),
            (_, theirs) => Place::New(theirs.map_or_else(|| root.clone(), |theirs| theirs.at.clone())),
        };
        let items = pair.ours.map(|node| self.items.at(&node.at)).unwrap_or_default();
        let key = Key { subject: spot.subject.clone(), keyword: keyword.to_owned(), ours, theirs, rule };
        let new = || Found { uses: BTreeSet::new(), items: BTreeSet::new(), at };
        let found = self.found.entry(key).or_insert_with(new);
        found.uses.insert(spot.to_use());
        found.items.extend(items);
    }

    /// Notes that the documents are of versions whose keywords mean different things.
    fn version(&mut self) {
        let nodes = [self.ours.root().get("openapi"), self.theirs.root().get("openapi")];
        let [ours, theirs] = &nodes;
        // The last number changes nothing that a document can say.
        let line = |node: &Option<Node<'_>>| {
            let version = node.as_ref().map(|node| node.value.to_string())?;
            let patch = version.trim_matches('"').rsplit_once('.');
            let patch = patch.filter(|(_, patch)| patch.bytes().all(|byte| byte.is_ascii_digit()));
            Some(patch.map_or(version.clone(), |(line, _)| line.to_owned()))
        };
        let said = Said { ours: line(ours), theirs: line(theirs) };
        let pair = Pair { ours: ours.as_ref(), theirs: theirs.as_ref() };
        self.note(&ComparedLocation::new("document"), "openapi", None, said, pair);
    }

    /// Returns the differences, the most serious first; among equals in the order of their names.
    fn in_order(self) -> Vec<Difference> {
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

/// Tells whether a keyword says yes. Absent means no.
fn is_true(node: Option<&Node<'_>>) -> bool {
    node.is_some_and(|node| *node.value == Value::Bool(true))
}
