//! Text to a tree that the other stages can rely on.
//!
//! ```text
//! text -> value      duplicate keys, numbers, anchors          read/text.rs, read/json.rs, read/yaml.rs
//! other files        put below the root                        read/files.rs
//! 3.1                said in terms of 3.0                      read/v31.rs
//! ```
//!
//! A document of our own is then held against `openapiv3`, strictly: what that crate would pass over in silence is
//! reported.
//!
//! ```text
//! value, node by node                                          read/grammar.rs, read/blame.rs
//! value -> OpenAPI
//! OpenAPI -> value   keys that did not survive, and the rest   read/lost.rs
//! ```
//!
//! A document of somebody else is mended instead (`read/repair.rs`).

mod blame;
mod broken;
mod files;
pub(crate) mod grammar;
mod json;
mod lost;
mod members;
mod percent;
mod repair;
mod text;
mod trail;
mod v31;
mod value;
mod version;
pub(crate) mod walk;
pub(crate) mod wording;
mod yaml;

use openapiv3::OpenAPI;

use crate::diagnostics::{Code, Diagnostics, Severity};
use crate::lower::extensions;
use crate::source::{Pointer, Source};
pub use members::Members;
pub use value::Value;
use version::Version;

/// A document that later stages can rely on.
#[derive(Debug, Clone)]
pub struct Document {
    /// The document as a tree, in which nothing is lost.
    pub value: Value,
    /// The paths of the files that stand below its root, each at its number.
    pub files: Vec<String>,
}

impl Document {
    /// The node at a pointer.
    #[must_use]
    pub fn value_at(&self, at: &Pointer) -> Option<&Value> {
        self.value.at(at)
    }
}

/// What to do about a part of a document that says nothing to the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unsupported {
    /// Report an error: the document is ours and can be changed.
    #[default]
    Deny,
    /// Leave the part out and warn: the document is somebody else's.
    Skip,
}

impl Unsupported {
    /// How much such a part weighs.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Deny => Severity::Error,
            Self::Skip => Severity::Warning,
        }
    }
}

/// Reads a document.
///
/// Nothing is returned when the text is no OpenAPI document at all; when there is a document, it may come with errors,
/// so that later stages can add theirs.
pub fn read(source: &Source, unsupported: Unsupported, diagnostics: &mut Diagnostics) -> Option<Document> {
    read_with(source, extensions::KNOWN, unsupported, diagnostics)
}

/// Reads a document like [`read()`], with other extensions.
///
/// `extensions` are the keys that may begin with `x-sdk-` in a document of our own.
pub fn read_with(
    source: &Source,
    extensions: &[&str],
    unsupported: Unsupported,
    diagnostics: &mut Diagnostics,
) -> Option<Document> {
    let mut value = text::parse(source.text(), &Pointer::root(), unsupported, diagnostics)?;
    let version = version::check(&value, unsupported, diagnostics)?;
    let is_mixed = version == Version::V31 || unsupported == Unsupported::Skip;
    if is_mixed {
        v31::resolve_names(&mut value);
    }
    files::graft(source, &mut value, unsupported, diagnostics);
    if is_mixed {
        v31::normalize(&mut value, unsupported, diagnostics);
    }
    match unsupported {
        Unsupported::Skip => repair::repair(&mut value, diagnostics),
        Unsupported::Deny => check(&value, extensions, version, diagnostics)?,
    }
    let files = source.loaded().iter().map(|file| file.name.clone()).collect();
    Some(Document { value, files })
}

/// Reads a document as it stands, with the files beside it, and mends nothing: whatever it says is of interest.
pub fn read_as_it_stands(source: &Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut value = text::parse(source.text(), &Pointer::root(), Unsupported::Skip, diagnostics)?;
    files::graft(source, &mut value, Unsupported::Skip, diagnostics);
    let files = source.loaded().iter().map(|file| file.name.clone()).collect();
    Some(Document { value, files })
}

/// The tree of a text as it stands, before anything is resolved, put elsewhere or mended.
pub(crate) fn tree(text: &str) -> Option<Value> {
    text::parse(text, &Pointer::root(), Unsupported::Skip, &mut Diagnostics::new())
}

/// Holds a document against `openapiv3`; nothing when it cannot be read by it.
fn check(value: &Value, extensions: &[&str], version: Version, diagnostics: &mut Diagnostics) -> Option<()> {
    if blame::blame(value, diagnostics) {
        return None;
    }
    let openapi: OpenAPI = match serde_yaml::from_value(value.to_yaml()) {
        Ok(openapi) => openapi,
        // Every node was read on its own just now, so this is a disagreement between the two readings.
        Err(error) => {
            diagnostics.error(Code::Invalid, &Pointer::root(), format!("the document is not OpenAPI 3.0: {error}"));
            return None;
        }
    };
    lost::report(value, &openapi, extensions, version, diagnostics);
    Some(())
}

#[cfg(test)]
mod tests;
