//! Text to [`openapiv3::OpenAPI`], strictly: what that crate would pass over in silence is reported here.
//!
//! ```text
//! text -> value      duplicate keys, numbers, anchors          read/value.rs
//! value, node by node                                          read/grammar.rs, read/blame.rs
//! value -> OpenAPI
//! OpenAPI -> value   keys that did not survive, and the rest   read/lost.rs
//! ```

mod blame;
mod broken;
mod grammar;
mod lost;
mod value;
pub(crate) mod wording;

use openapiv3::OpenAPI;

use crate::diagnostics::{Code, Diagnostics, Severity};
use crate::lower::extensions;
use crate::source::{Pointer, Source};
pub use value::Value;

/// A document as OpenAPI has it and as its text has it.
#[derive(Debug, Clone)]
pub struct Document {
    /// The typed document. Numbers are binary floating point here; their own text is in `value`.
    pub openapi: OpenAPI,
    /// The text as a tree, in which nothing is lost.
    pub value: Value,
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

/// Reads a document of our own: whatever says nothing to the generator is an error.
///
/// Nothing is returned when the text is no OpenAPI document at all; when there is a document, it may come with errors,
/// so that later stages can add theirs.
pub fn read(source: &Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    read_with(source, extensions::KNOWN, Unsupported::Deny, diagnostics)
}

/// Reads a document like [`read()`], with other extensions or more patience.
///
/// `extensions` are the keys that may begin with `x-sdk-`; other keys that begin so are errors in any case.
pub fn read_with(
    source: &Source,
    extensions: &[&str],
    unsupported: Unsupported,
    diagnostics: &mut Diagnostics,
) -> Option<Document> {
    let value = value::parse(source, unsupported, diagnostics)?;
    check_version(&value, diagnostics)?;
    if blame::blame(&value, diagnostics) {
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
    lost::report(&value, &openapi, extensions, unsupported, diagnostics);
    Some(Document { openapi, value })
}

/// Only OpenAPI 3.0 is read; 3.1 means other things by the same words.
fn check_version(value: &Value, diagnostics: &mut Diagnostics) -> Option<()> {
    let (code, message, help) = match (value.get("openapi"), value.get("swagger")) {
        (Some(Value::Text(version)), _) if is_3_0(version) => return Some(()),
        (Some(Value::Text(version)), _) => (
            Code::Unsupported,
            format!("OpenAPI {version} is not supported"),
            "write the document in OpenAPI 3.0, such as `openapi: 3.0.3`",
        ),
        (Some(Value::Number(version)), _) => (
            Code::Invalid,
            format!("the version {version} is a number, not text"),
            "write all three parts of it, such as `openapi: 3.0.3`",
        ),
        (Some(other), _) => {
            (Code::Invalid, format!("the version is {}, not text", other.what()), "write `openapi: 3.0.3`")
        }
        (None, Some(_)) => {
            (Code::Unsupported, "Swagger 2.0 is not supported".to_owned(), "convert the document to OpenAPI 3.0")
        }
        (None, None) => match value {
            Value::Object(_) => (
                Code::Invalid,
                "the document does not say which version of OpenAPI it is written in".to_owned(),
                "begin it with `openapi: 3.0.3`",
            ),
            Value::Null => (Code::Invalid, "the document is empty".to_owned(), "begin it with `openapi: 3.0.3`"),
            other => (
                Code::Invalid,
                format!("the document is {}, not a mapping", other.what()),
                "begin it with `openapi: 3.0.3`",
            ),
        },
    };
    let root = Pointer::root();
    let at = ["openapi", "swagger"]
        .into_iter()
        .find(|key| value.get(key).is_some())
        .map_or(root.clone(), |key| root.join(key));
    diagnostics.error(code, &at, message).help(help);
    None
}

fn is_3_0(version: &str) -> bool {
    let patch = version.strip_prefix("3.0.");
    patch.is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
