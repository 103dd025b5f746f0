//! Who uses what: a schema is compared once with each that stands in its place, however many uses lead there.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use crate::compare::policy::Direction;
use crate::document::Pointer;

/// The nodes that describe a schema in one of the documents.
type Nodes = Vec<Pointer>;

/// The pairs of schemas that were met, with the uses of each.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    numbers: BTreeMap<(Nodes, Nodes), usize>,
    uses: Vec<BTreeSet<Use>>,
}

/// A use of something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// The pair of schemas that has it in it; nothing where an operation has it.
    pub(super) inside: Option<usize>,
    /// The path from there.
    pub(super) path: String,
    /// The way that it goes, where an operation has it.
    pub(super) way: Direction,
}

/// All that leads to something.
#[derive(Debug)]
pub(super) struct Users {
    /// The paths from operations.
    pub(super) names: BTreeSet<String>,
    pub(super) way: Direction,
    /// How many uses lead there.
    pub(super) uses: usize,
}

impl Pairs {
    /// Notes that a pair of schemas is used; gives its number, and whether it is met for the first time.
    pub(super) fn meet(&mut self, ours: Nodes, theirs: Nodes, used: Use) -> (usize, bool) {
        let next = self.uses.len();
        let number = *self.numbers.entry((ours, theirs)).or_insert(next);
        if number == next {
            self.uses.push(BTreeSet::new());
        }
        self.uses[number].insert(used);
        (number, number == next)
    }

    /// Returns all that leads to some uses.
    pub(super) fn users(&self, uses: &BTreeSet<Use>) -> Users {
        let mut users = Users { names: BTreeSet::new(), way: Direction::Neither, uses: uses.len() };
        let mut seen = HashSet::new();
        let mut queue: VecDeque<(&Use, String)> = uses.iter().map(|one| (one, String::new())).collect();
        while let Some((one, rest)) = queue.pop_front() {
            let path = format!("{}{rest}", one.path);
            let Some(pair) = one.inside else {
                users.names.insert(path);
                users.way = both(users.way, one.way);
                continue;
            };
            if seen.insert(pair) {
                let above = &self.uses[pair];
                users.uses += above.len();
                queue.extend(above.iter().map(|above| (above, path.clone())));
            }
        }
        users
    }
}

fn both(one: Direction, other: Direction) -> Direction {
    match (one, other) {
        (Direction::Neither, way) | (way, Direction::Neither) => way,
        (one, other) if one == other => one,
        _ => Direction::Exchanged,
    }
}
