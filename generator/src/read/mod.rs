//! Reads a document.
//!
//! `read` knows texts and versions of OpenAPI, and gives the other stages one tree of version 3.0.
//!
//! | step | file |
//! |---|---|
//! | parses JSON or YAML | `text.rs`, `json.rs`, `yaml.rs` |
//! | applies the overlays of the document | `overlays.rs` |
//! | inserts the files that the document refers to | `external_files.rs` |
//! | normalizes OpenAPI 3.1 and 3.2 | `v31/` |
//! | strict mode: reports nodes that `openapiv3` cannot read | `typed_nodes.rs` |
//! | strict mode: reports keys that `openapiv3` ignores | `ignored_keys.rs` |
//! | lenient mode: repairs the tree | `repair/` |
//! | lenient mode: reports keys without a meaning | `gathered_keys.rs` |

mod external_files;
mod gathered_keys;
mod ignored_keys;
mod json;
mod overlays;
mod repair;
mod text;
mod text_error;
mod typed_nodes;
mod v31;
mod version;
mod yaml;
mod yaml_errors;

use openapiv3::OpenAPI;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::{Document, Pointer, Value, extension_keys};
use crate::mode::Mode;
use crate::source::Source;
use version::Version;

/// Reads a document.
///
/// Returns `None` if the text is not an OpenAPI document. A document may be returned with errors, so that later stages can
/// report theirs.
pub fn read(source: &Source, mode: Mode, diagnostics: &mut Diagnostics) -> Option<Document> {
    read_with(source, extension_keys::KNOWN, mode, diagnostics)
}

/// Reads a document like [`read()`], with other extensions.
///
/// `extensions` are the keys that may begin with `x-sdk-` in strict mode.
pub fn read_with(source: &Source, extensions: &[&str], mode: Mode, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut value = as_written(source, mode, diagnostics)?;
    let version = version::check(&value, mode, diagnostics)?;
    let may_mix_versions = version == Version::V31 || mode == Mode::Lenient;
    if may_mix_versions {
        v31::resolve_names(&mut value);
    }
    external_files::graft(source, &mut value, mode, diagnostics);
    if may_mix_versions {
        v31::normalize(&mut value, mode, diagnostics);
    }
    match mode {
        Mode::Lenient => {
            repair::repair(&mut value, diagnostics);
            gathered_keys::report(&mut value, diagnostics);
        }
        Mode::Strict => check(&value, extensions, version, diagnostics)?,
    }
    let files = source.loaded().iter().map(|file| file.name.clone()).collect();
    Some(Document { value, files })
}

/// Returns the tree of a document as its text and its overlays have it.
fn as_written(source: &Source, mode: Mode, diagnostics: &mut Diagnostics) -> Option<Value> {
    let mut value = text::parse(source.text(), &Pointer::root(), mode, diagnostics)?;
    overlays::apply(source, &mut value, mode, diagnostics)?;
    Some(value)
}

/// Reads a document, its overlays and its files without normalizing, checking or repairing it.
pub fn read_unrepaired(source: &Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut value = as_written(source, Mode::Lenient, diagnostics)?;
    external_files::graft(source, &mut value, Mode::Lenient, diagnostics);
    let files = source.loaded().iter().map(|file| file.name.clone()).collect();
    Some(Document { value, files })
}

/// Returns the tree of a text without its files, and without normalizing or repairing it.
pub(crate) fn tree(text: &str) -> Option<Value> {
    text::parse(text, &Pointer::root(), Mode::Lenient, &mut Diagnostics::new())
}

/// Checks a document against `openapiv3`. Returns `None` if that cannot read it.
fn check(value: &Value, extensions: &[&str], version: Version, diagnostics: &mut Diagnostics) -> Option<()> {
    if typed_nodes::report_unreadable(value, diagnostics) {
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
    ignored_keys::report(value, &openapi, extensions, version, diagnostics);
    Some(())
}

#[cfg(test)]
mod tests;
