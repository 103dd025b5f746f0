//! Writes names and scalars as JSON.

use std::io::Write;

use super::json_tokens;
use super::value::Node;
use crate::syntax::base64;

/// Writes a value that holds no others.
pub(super) fn write_scalar(node: &Node<'_>, out: &mut Vec<u8>) {
    match node {
        Node::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Node::Integer(value) => write!(out, "{value}").expect(MEMORY),
        Node::Decimal(value) => value.write(out),
        Node::Text(text) => write_text(text, out),
        Node::Enum { text, json: true, .. } => out.extend_from_slice(text.as_bytes()),
        Node::Enum { text, .. } | Node::Secret(text) => write_text(text, out),
        Node::Bytes(bytes, alphabet) => write_plain(&base64(bytes, *alphabet), out),
        Node::Json(json) | Node::Unknown { json, .. } => out.extend_from_slice(json.text().as_bytes()),
        // only a list or the document itself can hold a value that is absent; both need something to stand there; a file
        // is refused before it is written
        Node::Absent | Node::Null | Node::File(_) | Node::List(_) | Node::Map(_) | Node::Object(_) | Node::Union(_) => {
            out.extend_from_slice(b"null");
        }
    }
}

/// Writes the name of a member, after a comma if it follows another.
pub(super) fn write_name(follows: bool, name: &str, out: &mut Vec<u8>) {
    if follows {
        out.push(b',');
    }
    write_text(name, out);
    out.push(b':');
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    if !json_tokens::is_literal(text.as_bytes()) {
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
