//! Encodes values as JSON.

use super::constraints::Constraints;
use super::path::Path;
use super::value::{Node, Value};
use super::walk::Walk;

/// Writes a value as JSON without white space.
///
/// Members that are absent are left out; undeclared members follow the declared ones.
#[must_use]
pub fn encode(value: &dyn Value) -> Vec<u8> {
    encode_node(&value.node())
}

/// Writes what is sent of a value as JSON. It was validated with the value that it is a part of.
pub(crate) fn encode_sent(node: &Node<'_>) -> Vec<u8> {
    Walk::<true, true>::through(node, &Constraints::new(), &Path::DOCUMENT).1
}

/// Writes what a value is as JSON.
pub(crate) fn encode_node(node: &Node<'_>) -> Vec<u8> {
    Walk::<false, true>::through(node, &Constraints::new(), &Path::DOCUMENT).1
}
