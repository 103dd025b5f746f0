//! The document as a tree of values.
//!
//! `document` knows what may stand where in OpenAPI, and neither reads texts nor reports mistakes.

pub(crate) mod components;
pub(crate) mod extension_keys;
pub(crate) mod files;
pub(crate) mod grammar;
mod info;
pub(crate) mod media_type;
mod node_path;
mod node_ref;
mod object_members;
mod pointer;
pub(crate) mod references;
mod value;
pub(crate) mod walk;

pub use info::Info;
pub(crate) use node_path::NodePath;
pub(crate) use node_ref::{NodeRef, component_key};
pub use object_members::Members;
pub use pointer::Pointer;
pub(crate) use references::References;
pub use value::Value;
pub(crate) use value::scalar_text;

/// The deepest nesting of a document. Later stages recurse as deep.
pub(crate) const MAX_DEPTH: usize = 128;

/// A document that later stages can rely on.
#[derive(Debug, Clone)]
pub struct Document {
    /// The document as a tree, in which nothing is lost.
    pub value: Value,
    /// The paths of the files that stand below its root, each at its number.
    pub files: Vec<String>,
}

impl Document {
    /// Returns the node at a pointer.
    #[must_use]
    pub fn value_at(&self, at: &Pointer) -> Option<&Value> {
        self.value.at(at)
    }
}
