//! References within a document.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::node_ref::NodeRef;
use super::{Pointer, Value};

/// A chain of references longer than this can only be a circle.
const LONGEST_CHAIN: usize = 64;

/// The nodes of a document that references may name.
#[derive(Clone, Copy)]
pub(crate) struct References<'a> {
    root: &'a Value,
}

/// Why a chain of references leads to no node.
pub(crate) enum Broken<T> {
    /// This reference names no node.
    Dangling(T),
    /// The references form a circle through this node.
    Circle(T),
}

impl<'a> References<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root }
    }

    /// Returns the node that a reference names.
    pub(crate) fn find(self, reference: &str) -> Option<NodeRef<'a>> {
        let encoded = reference.strip_prefix('#')?;
        // Braces and blanks are encoded in a fragment, and some documents hold keys that look encoded themselves.
        let decoded = decoded(encoded)?;
        [&*decoded, encoded].into_iter().find_map(|text| {
            let at = Pointer::parse(text)?;
            self.root.at(&at).map(|value| NodeRef { value, at })
        })
    }

    /// Returns the version of OpenAPI that the document is written in.
    pub(crate) fn version(self) -> Option<&'a str> {
        self.root.get("openapi").and_then(Value::as_text)
    }

    /// Returns the components of a kind.
    pub(crate) fn components(self, kind: &str) -> Option<&'a Value> {
        self.root.get("components")?.get(kind)
    }

    /// Follows a chain of references. A node that is not a reference is returned itself.
    pub(crate) fn follow(self, node: NodeRef<'a>) -> Result<NodeRef<'a>, Broken<NodeRef<'a>>> {
        follow(node, NodeRef::reference, |_, reference| self.find(reference))
    }
}

/// Follows a chain of references to its end: `reference` says whether a node is one, and `find` what it names.
pub(crate) fn follow<T, R>(
    node: T,
    reference: impl Fn(&T) -> Option<R>,
    mut find: impl FnMut(&T, R) -> Option<T>,
) -> Result<T, Broken<T>> {
    let mut node = node;
    for _ in 0..LONGEST_CHAIN {
        let Some(reference) = reference(&node) else { return Ok(node) };
        match find(&node, reference) {
            Some(next) => node = next,
            None => return Err(Broken::Dangling(node)),
        }
    }
    Err(Broken::Circle(node))
}

/// Decodes percent-encoding. Returns `None` if the bytes are not UTF-8.
pub(crate) fn decoded(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}
