//! Writing.

use std::io::Write;

use super::constraints::Constraints;
use super::object::Object;
use super::path::Path;
use super::scan;
use super::value::{Node, Value};
use super::walk::Walk;
use crate::encoding::base64;

/// Writes a value as JSON without white space.
///
/// Members that are absent are left out; undeclared members follow the declared ones.
#[must_use]
pub fn encode(value: &dyn Value) -> Vec<u8> {
    encode_node(&value.node())
}

/// Writes what a value is as JSON.
pub(crate) fn encode_node(node: &Node<'_>) -> Vec<u8> {
    Walk::<false, true>::through(node, &Constraints::new(), &Path::DOCUMENT).1
}

/// Writes a value that holds no others.
pub(super) fn write_scalar(node: &Node<'_>, out: &mut Vec<u8>) {
    match node {
        Node::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Node::Integer(value) => write!(out, "{value}").expect(MEMORY),
        Node::Decimal(value) => value.write(out),
        Node::Text(text) => write_text(text, out),
        Node::Enum { text, json: true, .. } => out.extend_from_slice(text.as_bytes()),
        Node::Enum { text, .. } | Node::Secret(text) => write_text(text, out),
        Node::Bytes(bytes) => write_plain(&base64(bytes), out),
        Node::Json(json) | Node::Unknown { json, .. } => out.extend_from_slice(json.text().as_bytes()),
        // only a list or the document itself can hold a value that is absent; both need something to stand there; a file
        // is refused before it is written
        Node::Absent | Node::Null | Node::File(_) | Node::List(_) | Node::Map(_) | Node::Object(_) => {
            out.extend_from_slice(b"null");
        }
    }
}

/// Writes the name of a member, which follows another; a plain one is written as it is.
pub(super) fn write_name(follows: bool, name: &str, plain: bool, out: &mut Vec<u8>) {
    match (follows, plain) {
        (true, true) => out.extend_from_slice(b",\""),
        (false, true) => out.push(b'"'),
        (true, false) => out.push(b','),
        (false, false) => {}
    }
    if plain {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
    } else {
        write_text(name, out);
        out.push(b':');
    }
}

/// Passes the members that are there to `member`, with their names: declared ones in the order of the table, then those that have a
/// type, then the others.
///
/// A field that was set wins over an undeclared member of the same name, which is what could not be read into it. Nodes are
/// passed where they are: moving them about, as an iterator does, takes longer than all the rest.
pub(crate) fn each_member(object: &dyn Object, member: &mut dyn FnMut(&str, &Node<'_>)) {
    object.look(|fields| {
        for (field, value) in fields.iter() {
            let node = value.node();
            if !matches!(node, Node::Absent) {
                member(field.name, &node);
            }
        }
    });
    let is_set = |name: &str| object.field_named(name).is_some_and(|value| !matches!(value.node(), Node::Absent));
    let additional = || object.additional().into_iter().flat_map(|members| members.entries());
    additional().filter(|(name, _)| !is_set(name)).for_each(|(name, value)| member(name, &value.node()));
    for (name, json) in object.extra().iter() {
        if !is_set(name) && additional().all(|(other, _)| other != name) {
            member(name, &Node::Json(json));
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    if !scan::is_literal(text.as_bytes()) {
        return serde_json::to_writer(out, text).expect(MEMORY);
    }
    write_plain(text, out);
}

fn write_plain(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

const MEMORY: &str = "memory takes every byte, and every str is a JSON string";
