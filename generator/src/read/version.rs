//! Which version of OpenAPI a document is written in.

use crate::diagnostics::{Code, Diagnostics};
use crate::document::{Pointer, Value};
use crate::mode::Mode;

/// The versions with meanings of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V30,
    V31,
}

/// How a document of Swagger 2.0 becomes one of OpenAPI 3.0.
const CONVERT: &str = "convert the document to OpenAPI 3.0: `npx swagger2openapi --outfile openapi.yaml FILE`, or \
                       `Convert to OpenAPI 3` in the menu `Edit` of https://editor.swagger.io";

/// Returns the version; `None` if it is not supported.
///
/// Some keywords have different meanings in 3.0 and 3.1.
pub(super) fn check(value: &Value, mode: Mode, diagnostics: &mut Diagnostics) -> Option<Version> {
    let (code, message, help) = match (value.get("openapi"), value.get("swagger")) {
        (Some(Value::Text(version)), _) if is(version, "3.0") => return Some(Version::V30),
        (Some(Value::Text(version)), _) if is(version, "3.1") => return Some(Version::V31),
        (Some(Value::Text(version) | Value::Number(version)), _) if mode == Mode::Lenient => {
            if let Some((assumed, known)) = nearest(version) {
                if !known {
                    let message = format!(
                        "of OpenAPI {version}, what 3.1 has is supported, and the methods, `itemSchema` and `mediaTypes` of 3.2; \
                         anything else has no effect"
                    );
                    diagnostics.warning(Code::NotSupported, &Pointer::root().join("openapi"), message);
                }
                return Some(assumed);
            }
            (
                Code::NotSupported,
                format!("OpenAPI {version} is not supported"),
                "convert the document to OpenAPI 3.0 or 3.1",
            )
        }
        (Some(Value::Text(version)), _) => (
            Code::NotSupported,
            format!("OpenAPI {version} is not supported"),
            "write the document in OpenAPI 3.0 or 3.1, such as `openapi: 3.0.3`",
        ),
        (Some(Value::Number(version)), _) => (
            Code::Invalid,
            format!("the version {version} is a number, not text"),
            "write all three parts of it, such as `openapi: 3.0.3`",
        ),
        (Some(other), _) => {
            (Code::Invalid, format!("the version is {}, not text", other.what()), "write `openapi: 3.0.3`")
        }
        (None, Some(_)) => (Code::NotSupported, "Swagger 2.0 is not supported".to_owned(), CONVERT),
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

/// Returns whether it is a version with a patch number.
fn is(version: &str, minor: &str) -> bool {
    let patch = version.strip_prefix(minor).and_then(|rest| rest.strip_prefix('.'));
    patch.is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns the version that a third-party document is read as, and whether that is its own.
fn nearest(version: &str) -> Option<(Version, bool)> {
    let minor = version.trim().strip_prefix("3.")?;
    let minor: u32 = minor.split_once('.').map_or(minor, |(minor, _)| minor).parse().ok()?;
    Some(match minor {
        0 => (Version::V30, true),
        1 => (Version::V31, true),
        _ => (Version::V31, false),
    })
}
