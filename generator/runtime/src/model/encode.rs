//! Writing.

use super::object::Object;
use super::value::{Node, Value};

/// Writes a value as JSON without white space.
///
/// Members that are absent are left out; undeclared members follow the declared ones.
#[must_use]
pub fn encode(value: &dyn Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(&value.node(), &mut out);
    out
}

fn write(node: &Node<'_>, out: &mut Vec<u8>) {
    match node {
        // only a list or the document itself can hold a value that is absent; both need something to stand there
        Node::Absent | Node::Null => out.extend_from_slice(b"null"),
        Node::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Node::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Node::Decimal(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Node::Text(text) => write_text(text, out),
        Node::Enum { text, .. } | Node::Secret(text) => write_text(text, out),
        Node::List(list) => {
            write_all(b"[]", list.items(), out, |item, out| write(&item.node(), out));
        }
        Node::Map(map) => {
            write_all(b"{}", map.entries(), out, |(name, value), out| write_member(name, &value.node(), out));
        }
        Node::Object(object) => {
            write_all(b"{}", members(*object), out, |(name, node), out| write_member(name, &node, out))
        }
        Node::Json(json) => out.extend_from_slice(json.text().as_bytes()),
    }
}

/// The members that are there: declared ones in the order of the table, then the others.
///
/// A field that was set wins over an undeclared member of the same name, which is what could not be read into it.
pub(crate) fn members(object: &dyn Object) -> impl Iterator<Item = (&str, Node<'_>)> {
    let table = object.table();
    let present = |index| object.get(index).map(Value::node).filter(|node| !matches!(node, Node::Absent));
    let declared =
        table.fields.iter().enumerate().filter_map(move |(index, field)| Some((field.name, present(index)?)));
    let undeclared = object.extra().iter().filter(move |(name, _)| table.position(name, 0).and_then(present).is_none());
    declared.chain(undeclared.map(|(name, json)| (name, Node::Json(json))))
}

fn write_all<T>(
    brackets: &[u8; 2],
    parts: impl Iterator<Item = T>,
    out: &mut Vec<u8>,
    mut part: impl FnMut(T, &mut Vec<u8>),
) {
    out.push(brackets[0]);
    for (index, item) in parts.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        part(item, out);
    }
    out.push(brackets[1]);
}

fn write_member(name: &str, node: &Node<'_>, out: &mut Vec<u8>) {
    write_text(name, out);
    out.push(b':');
    write(node, out);
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("memory takes every byte, and every str is a JSON string");
}
