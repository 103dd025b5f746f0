//! The path to a node, which becomes a pointer only if it is needed.

use super::{Pointer, files};

/// The path from the root to a node.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NodePath<'t> {
    /// The node at a pointer.
    Start(&'t Pointer),
    Member(&'t NodePath<'t>, &'t str),
    Element(&'t NodePath<'t>, usize),
}

impl NodePath<'_> {
    pub(crate) fn pointer(&self) -> Pointer {
        match self {
            Self::Start(pointer) => (*pointer).clone(),
            Self::Member(above, key) => above.pointer().join(key),
            Self::Element(above, index) => above.pointer().join(index),
        }
    }

    /// Returns the number of the file that the node is in, unless that is the document itself.
    pub(crate) fn file(&self) -> Option<usize> {
        match self {
            Self::Start(pointer) => files::file_of(pointer).0,
            Self::Member(above, _) | Self::Element(above, _) => above.file(),
        }
    }
}
