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
mod json;
mod lost;
mod misfit;
mod repair;
mod text;
mod v31;
mod version;
mod yaml;

use openapiv3::OpenAPI;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::{Document, Pointer, Value, extension_keys};
use crate::mode::Mode;
use crate::source::Source;
use version::Version;

/// Reads a document.
///
/// Nothing is returned when the text is no OpenAPI document at all; when there is a document, it may come with errors,
/// so that later stages can add theirs.
pub fn read(source: &Source, mode: Mode, diagnostics: &mut Diagnostics) -> Option<Document> {
    read_with(source, extension_keys::KNOWN, mode, diagnostics)
}

/// Reads a document like [`read()`], with other extensions.
///
/// `extensions` are the keys that may begin with `x-sdk-` in a document of our own.
pub fn read_with(source: &Source, extensions: &[&str], mode: Mode, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut value = text::parse(source.text(), &Pointer::root(), mode, diagnostics)?;
    let version = version::check(&value, mode, diagnostics)?;
    let is_mixed = version == Version::V31 || mode == Mode::Lenient;
    if is_mixed {
        v31::resolve_names(&mut value);
    }
    files::graft(source, &mut value, mode, diagnostics);
    if is_mixed {
        v31::normalize(&mut value, mode, diagnostics);
    }
    match mode {
        Mode::Lenient => repair::repair(&mut value, diagnostics),
        Mode::Strict => check(&value, extensions, version, diagnostics)?,
    }
    let files = source.loaded().iter().map(|file| file.name.clone()).collect();
    Some(Document { value, files })
}

/// Reads a document as it stands, with the files beside it, and mends nothing: whatever it says is of interest.
pub fn read_as_it_stands(source: &Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut value = text::parse(source.text(), &Pointer::root(), Mode::Lenient, diagnostics)?;
    files::graft(source, &mut value, Mode::Lenient, diagnostics);
    let files = source.loaded().iter().map(|file| file.name.clone()).collect();
    Some(Document { value, files })
}

/// The tree of a text as it stands, before anything is resolved, put elsewhere or mended.
pub(crate) fn tree(text: &str) -> Option<Value> {
    text::parse(text, &Pointer::root(), Mode::Lenient, &mut Diagnostics::new())
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
