//! The way down to a node, for readers that only need an address when something is wrong.

use super::{Pointer, files};

/// A node as the way that leads to it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trail<'t> {
    /// A walk begins at a node that has an address already.
    Start(&'t Pointer),
    Member(&'t Trail<'t>, &'t str),
    Element(&'t Trail<'t>, usize),
}

impl Trail<'_> {
    pub(crate) fn pointer(&self) -> Pointer {
        match self {
            Self::Start(pointer) => (*pointer).clone(),
            Self::Member(above, key) => above.pointer().join(key),
            Self::Element(above, index) => above.pointer().join(index),
        }
    }

    /// The number of the file that the node stands in, unless that is the document itself.
    pub(crate) fn file(&self) -> Option<usize> {
        match self {
            Self::Start(pointer) => files::file_of(pointer).0,
            Self::Member(above, _) | Self::Element(above, _) => above.file(),
        }
    }
}
