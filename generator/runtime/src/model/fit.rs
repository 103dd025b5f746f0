//! How well a value fits the type it was read as.

use super::drift::{DriftKind, each_extra};
use super::input::Leniency;
use super::object::Object;
use super::table::Presence;
use super::value::{Node, Value};

/// How well a value fits the type it was read as, to find the variant of a union that it was meant for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fit {
    departures: usize,
    present: usize,
    /// Some part of the type takes anything, so that another type may say more about it.
    loose: bool,
}

/// A member that is not declared says little: servers add them all the time.
const UNDECLARED: usize = 1;
/// A scalar of another kind is read all the same, but one of the right kind is better.
const FORGIVEN: usize = 1;
/// Lists of values grow, too, but many have a single value, which is the name of the type.
const UNKNOWN: usize = 2;
const UNREADABLE: usize = 2;
/// Nothing says more about a type than the members it cannot do without.
const MISSING: usize = 3;

impl Fit {
    /// Looks at everything that a value holds, and at what was forgiven when it was read.
    pub(crate) fn of(value: &dyn Value, forgiven: Leniency) -> Self {
        let mut fit = Self::default();
        fit.look(&value.node());
        // Members that came as `null` look like missing ones.
        let departures = fit.departures.saturating_sub(forgiven.nulls * MISSING) + forgiven.scalars * FORGIVEN;
        // Lists that were missing look like empty ones.
        let departures = departures + forgiven.empty * MISSING;
        Self { departures, present: (fit.present + forgiven.nulls).saturating_sub(forgiven.empty), ..fit }
    }

    /// Fits better than one that was found before: departs less, or as little and has more of the members that are declared.
    pub(crate) fn beats(self, other: Self) -> bool {
        self.departures < other.departures || self.departures == other.departures && self.present > other.present
    }

    /// Nothing can fit better: all that the value holds is as the type has it.
    pub(crate) fn is_perfect(self) -> bool {
        self.departures == 0 && !self.loose
    }

    fn look(&mut self, node: &Node<'_>) {
        match node {
            Node::Enum { known: false, .. } | Node::Unknown { .. } => self.departures += UNKNOWN,
            Node::List(list) => list.items().for_each(|item| self.look(&item.node())),
            Node::Map(map) => {
                self.loose = true;
                map.entries().for_each(|(_, value)| self.look(&value.node()));
            }
            Node::Object(object) => self.look_into(*object),
            Node::Json(_) => self.loose = true,
            _ => {}
        }
    }

    fn look_into(&mut self, object: &dyn Object) {
        object.look(|fields| {
            for (field, node) in fields.iter() {
                match node {
                    Node::Absent if field.presence == Presence::Optional => {}
                    Node::Absent => self.departures += MISSING,
                    node => {
                        self.present += 1;
                        self.look(&node);
                    }
                }
            }
        });
        for (_, value) in object.additional().into_iter().flat_map(|members| members.entries()) {
            self.loose = true;
            self.look(&value.node());
        }
        each_extra(object, &mut |_, departure| match departure {
            Some(DriftKind::UnknownField) => self.departures += UNDECLARED,
            Some(_) => self.departures += UNREADABLE,
            None => self.loose = true,
        });
    }
}
