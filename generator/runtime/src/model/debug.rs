//! Showing objects to programmers without showing secrets.

use std::fmt;

use super::object::Object;
use super::secret::REDACTED;
use super::table::Exposure;
use super::union::{Union, union_node};
use super::value::Node;

/// Shows an object like a derived `Debug`, without what is absent, sensitive or of unknown content.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_object(object: &dyn Object, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let table = object.table();
    let mut shown = f.debug_struct(table.name);
    object.with_fields(|fields| {
        for (field, value) in fields.iter() {
            match (value.node(), field.exposure) {
                (Node::Absent, _) => {}
                (_, Exposure::Redacted) => {
                    shown.field(field.name, &format_args!("{REDACTED}"));
                }
                (node, Exposure::Shown) => {
                    shown.field(field.name, &Shown(node));
                }
            }
        }
    });
    if let Some(members) = object.additional().filter(|members| members.entries().next().is_some()) {
        shown.field("additional", &Shown(Node::Map(members)));
    }
    if !object.extra().is_empty() {
        shown.field("extra", object.extra());
    }
    shown.finish()
}

/// Shows a value of a union as the value of its variant.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_union(union: &dyn Union, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(&Shown(union_node(union)), f)
}

struct Shown<'a>(Node<'a>);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Node::Absent | Node::Null => f.write_str("null"),
            Node::Bool(value) => value.fmt(f),
            Node::Integer(value) => value.fmt(f),
            Node::Decimal(value) => value.fmt(f),
            Node::Text(text) => text.fmt(f),
            Node::Enum { text, known: true, .. } => f.write_str(text),
            Node::Enum { text, known: false, .. } => f.debug_tuple("Unknown").field(text).finish(),
            Node::Secret(_) => f.write_str(REDACTED),
            Node::Bytes(bytes, _) => write!(f, "[{} bytes]", bytes.len()),
            Node::List(list) => f.debug_list().entries(list.items().map(|item| Shown(item.node()))).finish(),
            Node::Map(map) => {
                f.debug_map().entries(map.entries().map(|(name, value)| (name, Shown(value.node())))).finish()
            }
            Node::Object(object) => debug_object(*object, f),
            Node::Union(_) => Shown(self.0.clone().within_unions().0).fmt(f),
            Node::Json(json) => json.fmt(f),
            Node::File(file) => file.fmt(f),
            Node::Unknown { json, .. } => f.debug_tuple("Unknown").field(json).finish(),
        }
    }
}
