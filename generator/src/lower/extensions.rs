//! The values of the `x-sdk-` extensions, for which OpenAPI has no keywords.
//!
//! Here their values are read; [`crate::document::extension_keys`] has the keys.

use crate::diagnostics::serde_messages::in_plain_words;
use crate::diagnostics::{Code, Reporter};
use crate::document::{NodeRef, Pointer, Value, extension_keys, scalar_text};
use crate::ir::FailureOutcome;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How the value of an extension is written.
const FORMS: &[(&str, &str)] = &[
    (extension_keys::NAME, "the name, such as `PurchaseOrder` for a type or `order_id` for anything else"),
    (extension_keys::SENSITIVE, "`true`"),
    (extension_keys::SET_BY, "`call`, `client` or `transport`"),
    (extension_keys::SEND, "the value, in quotes"),
    (extension_keys::IDEMPOTENCY_KEY, "`{ kept-for-seconds: 86400 }`"),
    (extension_keys::MISSING_RESPONSE_MEMBERS, "`fail` or `accept`"),
    (extension_keys::TEXT, "`{ max-bytes-per-character: 3 }`"),
    (extension_keys::ROLE, "the header's role, such as `request-id`"),
    (extension_keys::CLIENT_AUTHENTICATION, "`body` or `basic`"),
    (
        extension_keys::FAILURE,
        "a mapping of `success`, `reasons`, `message`, `plain`, `process-id`, `request-id`, `code-digits`, `categories` and `result`",
    ),
    (extension_keys::SUCCESS_REQUIRES, "a list of properties"),
    (
        extension_keys::SUCCESS,
        "a mapping of `known-by`, `decline-codes` and `states`, a list of `{ when: { property: [value] }, means: done }`",
    ),
    (extension_keys::LOOK_UP, "`true`"),
    (
        extension_keys::CONSTRUCTORS,
        "a list of `{ name, description, fixed: { property: value }, required: [property] }`",
    ),
    (extension_keys::RULES, "a list of rules, such as `{ when: { property: value }, required: [property] }`"),
    (extension_keys::ADDITIONAL_PROPERTY_NAMES, "a pattern, in quotes"),
    (extension_keys::ENUM_DESCRIPTIONS, "a mapping from the values to texts"),
];

/// Who sets a header parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SetBy {
    /// The caller, on each call.
    #[default]
    Call,
    /// The caller, on the client or on a call.
    Client,
    /// The transport; callers have no say.
    Transport,
}

/// The value of [`extension_keys::IDEMPOTENCY_KEY`].
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct IdempotencyKey {
    /// How long the server remembers a key.
    pub(super) kept_for_seconds: u64,
}

/// The value of [`extension_keys::TEXT`].
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Text {
    /// How many bytes a character takes in UTF-8 at most.
    pub(super) max_bytes_per_character: u32,
}

/// The value of [`extension_keys::SUCCESS`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Success {
    /// Lists of members of which each makes a body a success.
    #[serde(default)]
    pub(super) known_by: Vec<Vec<String>>,
    /// The reason codes of declines.
    #[serde(default)]
    pub(super) decline_codes: Vec<String>,
    /// What values of members mean.
    #[serde(default)]
    pub(super) states: Vec<State>,
}

/// One entry of `states` in [`extension_keys::SUCCESS`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    /// The values of which members have one.
    #[serde(default)]
    pub(super) when: BTreeMap<String, Vec<serde_json::Value>>,
    /// The members that are there.
    #[serde(default)]
    pub(super) with: Vec<String>,
    /// What that means.
    pub(super) means: Means,
    /// Whether the server may have acted on what it declines.
    pub(super) outcome: Option<FailureOutcome>,
}

/// The word for what a success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Means {
    /// It is done.
    Done,
    /// It is under way.
    Open,
    /// It is declined.
    Declined,
}

/// One entry of [`extension_keys::CONSTRUCTORS`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Constructor {
    /// The Rust name.
    pub(super) name: String,
    /// Its prose.
    pub(super) description: String,
    /// The members it settles.
    pub(super) fixed: BTreeMap<String, serde_json::Value>,
    /// The members it takes as arguments.
    pub(super) required: Vec<String>,
}

/// One entry of [`extension_keys::RULES`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Rule {
    /// The members whose values make the rule apply; empty: always.
    #[serde(default)]
    pub(super) when: BTreeMap<String, serde_json::Value>,
    /// All of these are present.
    pub(super) required: Option<Vec<String>>,
    /// One of these alternatives is completely present.
    pub(super) any_of_required: Option<Vec<Vec<String>>>,
    /// These members have these values.
    pub(super) equals: Option<BTreeMap<String, serde_json::Value>>,
    /// The paths in `of` count at most so many elements together.
    pub(super) max_total: Option<usize>,
    /// Paths like `orders[].lines[]`.
    pub(super) of: Option<Vec<String>>,
    /// What is counted, in words.
    pub(super) counts: Option<String>,
    /// The numbers at these paths, such as `orders[].price`, are together at most the member in `at-most`.
    pub(super) sum_of: Option<Vec<String>>,
    /// A member that is a number.
    pub(super) at_most: Option<String>,
}

/// The extensions of one node.
#[derive(Clone, Copy)]
pub(super) struct Extensions<'s, 'a> {
    node: &'s NodeRef<'a>,
}

impl<'s, 'a> Extensions<'s, 'a> {
    /// Returns the extensions of a node.
    pub(super) fn new(node: &'s NodeRef<'a>) -> Self {
        Self { node }
    }

    /// Reads one extension; absent and unreadable are both `None`, the latter with a diagnostic.
    pub(super) fn get<T: DeserializeOwned>(&self, key: &str, reporter: &mut Reporter<'_>) -> Option<T> {
        read(key, &self.node.value.get(key)?.to_json(), &self.node.at.join(key), reporter)
    }

    /// Reads an extension that is a list, element by element, each with its location.
    pub(super) fn list<T: DeserializeOwned>(&self, key: &str, reporter: &mut Reporter<'_>) -> Vec<(T, Pointer)> {
        let elements: Vec<serde_json::Value> = self.get(key, reporter).unwrap_or_default();
        let elements =
            elements.iter().enumerate().map(|(index, element)| (element, self.node.at.join(key).join(index)));
        elements.filter_map(|(element, at)| Some((read(key, element, &at, reporter)?, at))).collect()
    }

    /// Returns whether an extension stands here, readable or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.node.value.get(key).is_some()
    }

    /// Reports every `x-sdk-` extension that has no meaning at this node.
    pub(super) fn allow_only(&self, allowed: &[&str], reporter: &mut Reporter<'_>) {
        let ours = self.node.value.members().map(|(key, _)| key).filter(|key| key.starts_with(extension_keys::PREFIX));
        let misplaced = ours.filter(|key| extension_keys::KNOWN.contains(key) && !allowed.contains(key));
        for key in misplaced {
            let help = if allowed.is_empty() {
                "remove it".to_owned()
            } else {
                format!("remove it; what has a meaning here is {}", allowed.join(", "))
            };
            reporter.error(Code::Extension, &self.node.at.join(key), format!("`{key}` has no meaning here")).help(help);
        }
    }
}

fn read<T: DeserializeOwned>(
    key: &str,
    value: &serde_json::Value,
    at: &Pointer,
    reporter: &mut Reporter<'_>,
) -> Option<T> {
    match T::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            let diagnostic = reporter.error(
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

/// Returns whether a pointer leads to a property.
pub(super) fn is_property(at: &Pointer) -> bool {
    at.parent().and_then(|parent| parent.last()).as_deref() == Some("properties")
}

/// Returns the text of a scalar of the document, as conditions compare it.
pub(super) fn text_of(value: &Value) -> Option<String> {
    scalar_text(&value.to_json())
}
