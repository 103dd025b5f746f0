//! The `x-sdk-` extensions: what no keyword of OpenAPI can say.
//!
//! [`KNOWN`] is the list that [`crate::read`] checks every key against, so that a misspelt extension is an error and
//! not a wish nobody hears.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::spot::Spot;
use crate::diagnostics::{Code, Diagnostics};
use crate::ir::FailureOutcome;
use crate::read::Value;
use crate::read::wording::in_plain_words;
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
/// What texts of requests may hold.
pub const TEXT: &str = "x-sdk-text";
/// What a response header means.
pub const ROLE: &str = "x-sdk-role";
/// How client credentials are sent to the token endpoint.
pub const CLIENT_AUTHENTICATION: &str = "x-sdk-client-authentication";
/// Where failures stand in a body and what they mean.
pub const FAILURE: &str = "x-sdk-failure";
/// The members without which a success body is none.
pub const SUCCESS_REQUIRES: &str = "x-sdk-success-requires";
/// What the body of a success means.
pub const SUCCESS: &str = "x-sdk-success";
/// `true`: a call can be looked up with the service by the value.
pub const LOOK_UP: &str = "x-sdk-look-up";
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
    TEXT,
    ROLE,
    CLIENT_AUTHENTICATION,
    FAILURE,
    SUCCESS_REQUIRES,
    SUCCESS,
    LOOK_UP,
    CONSTRUCTORS,
    RULES,
    ADDITIONAL_PROPERTY_NAMES,
];

/// What can stand at any schema.
pub const OF_SCHEMAS: &[&str] = &[NAME, SENSITIVE];

/// What can stand at the schema of a property, beside that.
pub const OF_PROPERTIES: &[&str] = &[NAME, SENSITIVE, LOOK_UP];

/// What can stand at the schema of an object.
pub const OF_OBJECTS: &[&str] =
    &[NAME, SENSITIVE, SUCCESS_REQUIRES, SUCCESS, CONSTRUCTORS, RULES, ADDITIONAL_PROPERTY_NAMES];

/// How the value of an extension is written.
const FORMS: &[(&str, &str)] = &[
    (NAME, "the name, such as `PurchaseOrder` for a type or `order_id` for anything else"),
    (SENSITIVE, "`true`"),
    (SET_BY, "`call`, `client` or `transport`"),
    (SEND, "the value, in quotes"),
    (IDEMPOTENCY_KEY, "`{ kept-for-seconds: 86400 }`"),
    (TEXT, "`{ max-bytes-per-character: 3 }`"),
    (ROLE, "the header's role, such as `request-id`"),
    (CLIENT_AUTHENTICATION, "`body` or `basic`"),
    (
        FAILURE,
        "a mapping of `success`, `reasons`, `message`, `plain`, `process-id`, `request-id`, `code-digits`, `categories` and `result`",
    ),
    (SUCCESS_REQUIRES, "a list of properties"),
    (
        SUCCESS,
        "a mapping of `known-by`, `decline-codes` and `states`, a list of `{ when: { property: [value] }, means: done }`",
    ),
    (LOOK_UP, "`true`"),
    (CONSTRUCTORS, "a list of `{ name, description, fixed: { property: value }, required: [property] }`"),
    (RULES, "a list of rules, such as `{ when: { property: value }, required: [property] }`"),
    (ADDITIONAL_PROPERTY_NAMES, "a pattern, in quotes"),
    (ENUM_DESCRIPTIONS, "a mapping from the values to texts"),
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

/// The value of [`TEXT`].
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Text {
    /// How many bytes a character takes in UTF-8 at most.
    pub max_bytes_per_character: u32,
}

/// The value of [`SUCCESS`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Success {
    /// Lists of members of which each makes a body a success.
    #[serde(default)]
    pub known_by: Vec<Vec<String>>,
    /// The reason codes of declines.
    #[serde(default)]
    pub decline_codes: Vec<String>,
    /// What values of members mean.
    #[serde(default)]
    pub states: Vec<State>,
}

/// One entry of `states` in [`SUCCESS`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The values of which members have one.
    #[serde(default)]
    pub when: BTreeMap<String, Vec<serde_json::Value>>,
    /// The members that are there.
    #[serde(default)]
    pub with: Vec<String>,
    /// What that means.
    pub means: Means,
    /// Whether the server may have acted on what it declines.
    pub outcome: Option<FailureOutcome>,
}

/// The word for what a success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// It is done.
    Done,
    /// It is under way.
    Open,
    /// It is declined.
    Declined,
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
    /// The numbers at these paths, such as `orders[].price`, are together at most the member in `at-most`.
    pub sum_of: Option<Vec<String>>,
    /// A member that is a number.
    pub at_most: Option<String>,
}

/// The extensions of one node, with their place for messages.
#[derive(Clone, Copy)]
pub(super) struct Extensions<'s, 'a> {
    spot: &'s Spot<'a>,
}

impl<'s, 'a> Extensions<'s, 'a> {
    /// The extensions that stand at a place.
    pub(super) fn new(spot: &'s Spot<'a>) -> Self {
        Self { spot }
    }

    /// Reads one extension; absent and unreadable are both `None`, the latter with a diagnostic.
    pub(super) fn get<T: DeserializeOwned>(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<T> {
        read(key, &self.spot.value.get(key)?.to_json(), &self.spot.at.join(key), diagnostics)
    }

    /// Reads an extension that is a list, element by element, each with its place.
    pub(super) fn list<T: DeserializeOwned>(&self, key: &str, diagnostics: &mut Diagnostics) -> Vec<(T, Pointer)> {
        let elements: Vec<serde_json::Value> = self.get(key, diagnostics).unwrap_or_default();
        let elements =
            elements.iter().enumerate().map(|(index, element)| (element, self.spot.at.join(key).join(index)));
        elements.filter_map(|(element, at)| Some((read(key, element, &at, diagnostics)?, at))).collect()
    }

    /// Tells whether an extension stands here, readable or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.spot.value.get(key).is_some()
    }

    /// Reports every extension with our prefix that has no meaning at this place.
    pub(super) fn allow_only(&self, allowed: &[&str], diagnostics: &mut Diagnostics) {
        let ours = self.spot.value.members().map(|(key, _)| key).filter(|key| key.starts_with(PREFIX));
        let misplaced = ours.filter(|key| KNOWN.contains(key) && !allowed.contains(key));
        for key in misplaced {
            let help = if allowed.is_empty() {
                "remove it".to_owned()
            } else {
                format!("remove it; what has a meaning here is {}", allowed.join(", "))
            };
            diagnostics
                .error(Code::Extension, &self.spot.at.join(key), format!("`{key}` has no meaning here"))
                .help(help);
        }
    }
}

fn read<T: DeserializeOwned>(
    key: &str,
    value: &serde_json::Value,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    match T::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            let diagnostic = diagnostics.error(
                Code::Extension,
                at,
                format!("`{key}` has the wrong form: {}", in_plain_words(&error.to_string())),
            );
            if let Some((_, form)) = FORMS.iter().find(|(known, _)| *known == key) {
                diagnostic.help(format!("write {form}"));
            }
            None
        }
    }
}

/// Whether a place is that of a property.
pub(super) fn is_property(at: &Pointer) -> bool {
    at.parent().and_then(|parent| parent.last()).as_deref() == Some("properties")
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

/// The text of a scalar of the document, as conditions compare it.
pub(super) fn text_of(value: &Value) -> Option<String> {
    scalar_text(&value.to_json())
}
