//! Equality of objects and unions: they are compared by what they are on the wire.
//!
//! Compiled once for all types. Derived comparisons take 5 % of the compiler's instructions for a large crate.
//! Two variants of a union that hold the same value are equal where nothing tells them apart on the wire, which a tag does.

use super::object::Object;
use super::union::{Union, union_node};
use super::value::{Entries, Node, Value};

/// Returns whether two objects hold the same members, the undeclared ones included.
#[must_use]
pub fn equal_objects(one: &dyn Object, other: &dyn Object) -> bool {
    let mut are_equal = false;
    one.fields(&mut |one| other.fields(&mut |other| are_equal = equal_all(one.iter().copied(), other.iter().copied())));
    are_equal
        && std::ptr::eq(one.table(), other.table())
        && one.extra() == other.extra()
        && match (one.additional(), other.additional()) {
            (Some(one), Some(other)) => equal_entries(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
}

/// Returns whether two unions hold the same value.
#[must_use]
pub fn equal_unions(one: &dyn Union, other: &dyn Union) -> bool {
    match (union_node(one), union_node(other)) {
        (Node::Union(_), Node::Union(_)) => match (one.get(), other.get()) {
            (Some((at, one)), Some((other_at, other))) => at == other_at && equal(&one.node(), &other.node()),
            _ => false,
        },
        (one, other) => equal(&one, &other),
    }
}

fn equal(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (one, other) {
        (Node::Absent, Node::Absent) | (Node::Null, Node::Null) => true,
        (Node::Bool(one), Node::Bool(other)) => one == other,
        (Node::Integer(one), Node::Integer(other)) => one == other,
        (Node::Decimal(one), Node::Decimal(other)) => one == other,
        (Node::Text(one), Node::Text(other)) => one == other,
        // A text that was not known when it was read is another value than the one that is listed.
        (Node::Enum { text: one, known: is_known, .. }, Node::Enum { text: other, known, .. }) => {
            (one, is_known) == (other, known)
        }
        (Node::Secret(one), Node::Secret(other)) => one == other,
        (Node::Bytes(one, _), Node::Bytes(other, _)) => one == other,
        (Node::List(one), Node::List(other)) => equal_all(one.items(), other.items()),
        (Node::Map(one), Node::Map(other)) => equal_entries(*one, *other),
        (Node::Object(one), Node::Object(other)) => equal_objects(*one, *other),
        (Node::Union(one), Node::Union(other)) => equal_unions(*one, *other),
        (Node::Json(one), Node::Json(other)) => one == other,
        (Node::File(one), Node::File(other)) => one == other,
        (Node::Unknown { json: one, union: of }, Node::Unknown { json: other, union }) => {
            one == other && std::ptr::eq(*of, *union)
        }
        _ => false,
    }
}

fn equal_all<'a, 'b>(
    mut one: impl Iterator<Item = &'a dyn Value>,
    mut other: impl Iterator<Item = &'b dyn Value>,
) -> bool {
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if equal(&one.node(), &other.node()) => {}
            _ => return false,
        }
    }
}

fn equal_entries(one: &dyn Entries, other: &dyn Entries) -> bool {
    let (mut one, mut other) = (one.entries(), other.entries());
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some((name, value)), Some((other, other_value)))
                if name == other && equal(&value.node(), &other_value.node()) => {}
            _ => return false,
        }
    }
}
