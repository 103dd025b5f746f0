//! One admitted call: its checks, and its execution.

use std::time::SystemTime;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::{Described, Operation};
use crate::failure::{Category, CodeSpelling, Problem, Refusal, Style, Version};
use crate::options::Options;
use crate::simulated_response::SimulatedResponse;
use crate::tenant::Books;
use crate::{authorizations, payments, sessions};

/// A call whose headers and path are in order.
pub(crate) struct Call<'a> {
    pub(crate) described: &'a Described,
    pub(crate) options: &'a Options,
    /// The values of the path's parameters.
    pub(crate) in_path: Vec<String>,
    /// The body after decompression.
    pub(crate) body: Bytes,
    pub(crate) key: Option<String>,
    pub(crate) version: Version,
    pub(crate) style: Style,
    pub(crate) now: SystemTime,
}

impl Call<'_> {
    /// Carries the call out.
    pub(crate) fn process(&self, books: &mut Books) -> SimulatedResponse {
        let outcome = self.check().and_then(|()| match self.described.operation {
            Operation::Session => sessions::create(self, books),
            Operation::Payment => payments::create(self, books),
            Operation::Authorization => authorizations::create(self, books),
        });
        outcome.unwrap_or_else(|failure| self.refuse(&failure))
    }

    /// Returns the response that tells a failure.
    pub(crate) fn refuse(&self, failure: &Refusal) -> SimulatedResponse {
        failure.response(self.style, self.options, self.described.operation.resource())
    }

    pub(crate) fn codes(&self) -> CodeSpelling {
        self.options.codes
    }

    /// Returns the body as the operation's request.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(&self.body).map_err(|error| {
            // The document's schemas are wider than what can be read in one place only: amounts of too many digits.
            Refusal::new(Category::InvalidValue, error.to_string())
        })
    }

    fn check(&self) -> Result<(), Refusal> {
        let body: Value = serde_json::from_slice(&self.body).map_err(|error| {
            let message = format!("the body is not valid JSON: {error}");
            Refusal::new(Category::MalformedJson, message)
        })?;
        Refusal::unless_empty(self.described.check_body(&body))?;
        let mut problems = Vec::new();
        check_text("", &body, &mut problems);
        Refusal::unless_empty(problems)
    }
}

/// Refuses text with characters of four UTF-8 bytes, which no keyword of a schema can say.
fn check_text(path: &str, value: &Value, problems: &mut Vec<Problem>) {
    match value {
        Value::String(text) if text.chars().any(|c| c.len_utf8() == 4) => {
            let message = format!("'{path}' holds a character of four UTF-8 bytes");
            problems.push(Problem::new(Category::InvalidValue, message));
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                check_text(&format!("{path}/{at}"), item, problems);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                check_text(&format!("{path}/{name}"), member, problems);
            }
        }
        _ => {}
    }
}

/// Returns a rule's problem, when it is broken.
pub(crate) fn require(holds: bool, category: Category, message: &str) -> Option<Problem> {
    (!holds).then(|| Problem::new(category, message))
}
