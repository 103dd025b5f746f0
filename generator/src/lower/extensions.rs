//! The `x-sdk-` extensions: what no keyword of OpenAPI can say.
//!
//! [`KNOWN`] is the list that [`crate::read`] checks every key against, so that a misspelt extension is an error and
//! not a wish nobody hears.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::diagnostics::{Code, Diagnostics};
use crate::source::Pointer;

/// The Rust name of a schema, property, operation, parameter or server.
pub const NAME: &str = "x-sdk-name";
/// `true`: the value is redacted wherever values are printed.
pub const SENSITIVE: &str = "x-sdk-sensitive";
/// Where a header parameter is set.
pub const SET_BY: &str = "x-sdk-set-by";
/// What is sent in a header that nobody sets.
pub const SEND: &str = "x-sdk-send";
/// Marks the idempotency key among the header parameters.
pub const IDEMPOTENCY_KEY: &str = "x-sdk-idempotency-key";
/// What a response header means.
pub const ROLE: &str = "x-sdk-role";
/// How client credentials are sent to the token endpoint.
pub const CLIENT_AUTHENTICATION: &str = "x-sdk-client-authentication";
/// Where failures stand in a body and what they mean.
pub const FAILURE: &str = "x-sdk-failure";
/// The members without which a success body is none.
pub const SUCCESS_REQUIRES: &str = "x-sdk-success-requires";
/// Named constructors of a request.
pub const CONSTRUCTORS: &str = "x-sdk-constructors";
/// What holds between the members of a request.
pub const RULES: &str = "x-sdk-rules";
/// The pattern that undeclared member names match.
pub const ADDITIONAL_PROPERTY_NAMES: &str = "x-sdk-additional-property-names";
/// The meaning of each value of an enum; a spelling that other tools render too.
pub const ENUM_DESCRIPTIONS: &str = "x-enumDescriptions";

/// Every extension with our prefix.
pub const KNOWN: &[&str] = &[
    NAME,
    SENSITIVE,
    SET_BY,
    SEND,
    IDEMPOTENCY_KEY,
    ROLE,
    CLIENT_AUTHENTICATION,
    FAILURE,
    SUCCESS_REQUIRES,
    CONSTRUCTORS,
    RULES,
    ADDITIONAL_PROPERTY_NAMES,
];

/// The prefix of [`KNOWN`].
pub const PREFIX: &str = "x-sdk-";

/// Who sets a header parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SetBy {
    /// The caller, on each call.
    #[default]
    Call,
    /// The caller, on the client or on a call.
    Client,
    /// The transport; callers have no say.
    Transport,
}

/// The value of [`IDEMPOTENCY_KEY`].
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IdempotencyKey {
    /// How long the server remembers a key.
    pub kept_for_seconds: u64,
}

/// One entry of [`CONSTRUCTORS`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constructor {
    /// The Rust name.
    pub name: String,
    /// Its prose.
    pub description: String,
    /// The members it settles.
    pub fixed: BTreeMap<String, serde_json::Value>,
    /// The members it takes as arguments.
    pub required: Vec<String>,
}

/// One entry of [`RULES`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// The members whose values make the rule apply; empty: always.
    #[serde(default)]
    pub when: BTreeMap<String, serde_json::Value>,
    /// All of these are present.
    pub required: Option<Vec<String>>,
    /// One of these alternatives is completely present.
    pub any_of_required: Option<Vec<Vec<String>>>,
    /// These members have these values.
    pub equals: Option<BTreeMap<String, serde_json::Value>>,
    /// The paths in `of` count at most so many elements together.
    pub max_total: Option<usize>,
    /// Paths like `orders[].lines[]`.
    pub of: Option<Vec<String>>,
    /// What is counted, in words.
    pub counts: Option<String>,
}

/// The extensions of one node, with their place for messages.
#[derive(Clone, Copy)]
pub struct Extensions<'a> {
    map: &'a IndexMap<String, serde_json::Value>,
    at: &'a Pointer,
}

impl<'a> Extensions<'a> {
    /// The extensions that stand at a place.
    #[must_use]
    pub fn new(map: &'a IndexMap<String, serde_json::Value>, at: &'a Pointer) -> Self {
        Self { map, at }
    }

    /// Reads one extension; absent and unreadable are both `None`, the latter with a diagnostic.
    pub fn get<T: DeserializeOwned>(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<T> {
        let value = self.map.get(key)?;
        match T::deserialize(value) {
            Ok(read) => Some(read),
            Err(error) => {
                diagnostics
                    .error(Code::Extension, &self.at.join(key), format!("`{key}` has the wrong form: {error}"))
                    .help("the table of extensions beside the document shows the form");
                None
            }
        }
    }

    /// Reports every extension with our prefix that has no meaning at this place.
    pub fn allow_only(&self, allowed: &[&str], diagnostics: &mut Diagnostics) {
        let misplaced = self.map.keys().filter(|key| KNOWN.contains(&key.as_str()) && !allowed.contains(&key.as_str()));
        for key in misplaced {
            let help = if allowed.is_empty() {
                "no extension of ours has a meaning here".to_owned()
            } else {
                format!("what can stand here: {}", allowed.join(", "))
            };
            diagnostics.error(Code::Extension, &self.at.join(key), format!("`{key}` says nothing at this place")).help(help);
        }
    }
}

/// The text of a scalar, as conditions compare it.
#[must_use]
pub fn scalar_text(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Bool(flag) => Some(flag.to_string()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    }
}
