//! How well a value matches a variant of a union.

use super::drift::{DriftKind, each_extra};
use super::json_reader::Deviations;
use super::object::Object;
use super::table::{Access, Presence};
use super::union::Tag;
use super::value::{Node, Value};

/// How well a value matches the variant it was read as, to find the best variant of a union.
#[derive(Clone, Copy, Default)]
pub(crate) struct UnionMatch {
    departures: usize,
    present: usize,
    /// Some part of the type accepts any value, so another type may be more specific.
    takes_anything: bool,
}

/// An undeclared member weighs little: servers often add members.
const UNDECLARED: usize = 1;
/// A scalar of another kind is accepted, but one of the right kind is better.
const OTHER_KIND: usize = 1;
/// Enums grow as well, but many have a single value, which names the type.
const UNKNOWN: usize = 2;
const UNREADABLE: usize = 2;
/// A missing required member is the strongest sign of another type.
const MISSING: usize = 3;

impl UnionMatch {
    /// Scores everything that a value holds, and the deviations that were counted when it was read.
    pub(crate) fn of(value: &dyn Value, deviations: Deviations) -> Self {
        let mut found = Self::default();
        found.count(&value.node());
        // Members that came as `null` look like missing ones.
        let departures = found.departures.saturating_sub(deviations.nulls * MISSING) + deviations.scalars * OTHER_KIND;
        Self { departures, present: found.present + deviations.nulls, ..found }
    }

    /// Returns whether this match is better: it has fewer departures, or as few and more of the declared members.
    pub(crate) fn is_better_than(self, other: Self) -> bool {
        self.departures < other.departures || self.departures == other.departures && self.present > other.present
    }

    /// Returns whether no other match can be better.
    pub(crate) fn is_perfect(self) -> bool {
        self.departures == 0 && !self.takes_anything
    }

    fn count(&mut self, node: &Node<'_>) {
        match node {
            Node::Enum { known: false, .. } | Node::Unknown { .. } => self.departures += UNKNOWN,
            Node::List(list) => list.items().for_each(|item| self.count(&item.node())),
            Node::Map(map) => {
                self.takes_anything = true;
                map.entries().for_each(|(_, value)| self.count(&value.node()));
            }
            Node::Object(object) => self.count_object(*object, &[]),
            Node::Union(_) => match node.clone().within_unions() {
                (Node::Object(object), tags) => self.count_object(object, &tags),
                (node, _) => self.count(&node),
            },
            Node::Json(_) => self.takes_anything = true,
            _ => {}
        }
    }

    fn count_object(&mut self, object: &dyn Object, tags: &[Tag]) {
        object.with_fields(|fields| {
            for (field, value) in fields.iter() {
                match value.node() {
                    Node::Absent if field.presence == Presence::Optional || field.access == Access::WriteOnly => {}
                    Node::Absent => self.departures += MISSING,
                    node => {
                        self.present += 1;
                        self.count(&node);
                    }
                }
            }
        });
        for (_, value) in object.additional().into_iter().flat_map(|members| members.entries()) {
            self.takes_anything = true;
            self.count(&value.node());
        }
        each_extra(object, tags, &mut |_, departure| match departure {
            Some(DriftKind::UnknownField) => self.departures += UNDECLARED,
            Some(_) => self.departures += UNREADABLE,
            None => self.takes_anything = true,
        });
    }
}
