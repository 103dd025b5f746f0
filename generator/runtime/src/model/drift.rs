//! Drift: the parts of a response that the document does not describe.

use std::fmt;

use super::object::Object;
use super::path::Path;
use super::table::{Additional, Strictness};
use super::union::Tag;
use super::value::{Node, Value};
use crate::syntax::is_hidden;

/// How a response departs from the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DriftKind {
    /// An enum has a value that is not listed.
    UnknownEnumValue,
    /// An object has a member that is not declared.
    UnknownField,
    /// A value is none of those that a union can be. It is kept as it came.
    UnknownVariant,
    /// A declared member has a value that is not of its type. It is kept as it came.
    UnreadableValue,
}

impl fmt::Display for DriftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownEnumValue => "unknown enum value",
            Self::UnknownField => "unknown field",
            Self::UnknownVariant => "unknown variant",
            Self::UnreadableValue => "unreadable value",
        })
    }
}

/// Passes everything in a response that the document does not know to `report`, with its place as a JSON pointer such as
/// `/items/0/kind`; values are never part of it.
///
/// Objects that we send are not looked into, and names in maps, which are data, are shown as `*`. A server that sends many
/// undeclared members makes as many reports.
pub(crate) fn drift(value: &dyn Value, report: &mut dyn FnMut(DriftKind, String)) {
    walk(&value.node(), &Path::Root(""), report);
}

fn walk(node: &Node<'_>, path: &Path<'_>, report: &mut dyn FnMut(DriftKind, String)) {
    match node {
        Node::Enum { known: false, .. } => report(DriftKind::UnknownEnumValue, pointer(path)),
        Node::Unknown { .. } => report(DriftKind::UnknownVariant, pointer(path)),
        Node::List(list) => {
            list.items().enumerate().for_each(|(index, item)| walk(&item.node(), &Path::Index(path, index), report));
        }
        Node::Map(map) => map.entries().for_each(|(_, value)| walk(&value.node(), &Path::Member(path, "*"), report)),
        Node::Object(object) if object.table().strictness != Strictness::Strict => {
            walk_object(*object, &[], path, report);
        }
        Node::Union(_) => match node.clone().within_unions() {
            (Node::Object(object), tags) if object.table().strictness != Strictness::Strict => {
                walk_object(object, &tags, path, report);
            }
            (Node::Map(map), _) => walk(&Node::Map(map), path, report),
            _ => {}
        },
        _ => {}
    }
}

/// Walks an object that stands in a union with tags, or in none.
fn walk_object(object: &dyn Object, tags: &[Tag], path: &Path<'_>, report: &mut dyn FnMut(DriftKind, String)) {
    object.with_fields(|fields| {
        for (field, value) in fields.iter() {
            walk(&value.node(), &Path::Member(path, field.name), report);
        }
    });
    let additional = object.additional().into_iter().flat_map(|members| members.entries());
    additional.for_each(|(_, value)| walk(&value.node(), &Path::Member(path, "*"), report));
    each_extra(object, tags, &mut |name, departure| {
        if let Some(kind) = departure {
            report(kind, pointer(&Path::Member(path, &shown(name))));
        }
    });
}

/// Passes each member that is kept beside the fields, with how it departs from the document; `None` for one that is welcome. The tag of
/// a union is no departure: the document declares it with the union.
pub(crate) fn each_extra(object: &dyn Object, tags: &[Tag], member: &mut dyn FnMut(&str, Option<DriftKind>)) {
    let table = object.table();
    for (name, _) in object.extra().iter().filter(|(name, _)| tags.iter().all(|tag| tag.member != *name)) {
        let departure = match table.additional {
            // Where a declared name is found here, its value could not be read into the field.
            _ if table.position(name).is_some() => Some(DriftKind::UnreadableValue),
            additional if additional.refusal(name).is_some() => Some(DriftKind::UnknownField),
            // So it is where members have a type.
            _ if object.additional().is_some() => Some(DriftKind::UnreadableValue),
            Additional::Kept => Some(DriftKind::UnknownField),
            Additional::Any | Additional::Named(_) => None,
        };
        member(name, departure);
    }
}

/// The longest name of a server's making that is shown, in characters.
const MAX_SHOWN: usize = 64;

/// Returns a name that the server chose, fit for a log: not too long, without characters that change how the rest of a
/// line looks.
fn shown(name: &str) -> String {
    let tame = |c: char| if is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c };
    let mut shown: String = name.chars().take(MAX_SHOWN).map(tame).collect();
    if name.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Returns a path as a JSON pointer (RFC 6901).
fn pointer(path: &Path<'_>) -> String {
    match path {
        Path::Root(name) => (*name).to_owned(),
        Path::Multipart => String::new(),
        Path::Member(parent, name) => format!("{}/{}", pointer(parent), name.replace('~', "~0").replace('/', "~1")),
        Path::Index(parent, index) => format!("{}/{index}", pointer(parent)),
    }
}
