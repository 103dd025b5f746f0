//! One admitted call: its checks, and its execution.

use std::borrow::Cow;
use std::time::SystemTime;

use bytes::Bytes;
use http::StatusCode;
use rust_decimal::Decimal;
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
        let response = failure.response(self.style, self.options, self.described.operation.resource());
        let is_plain = match response.status {
            StatusCode::BAD_REQUEST => self.described.operation == Operation::Session,
            StatusCode::FORBIDDEN => true,
            _ => false,
        };
        if is_plain && self.options.plain_failures { failure.plain_response(response.status) } else { response }
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
        Refusal::unless_empty(self.described.check_body(&with_numbers(&body)))?;
        let mut problems = Vec::new();
        check_text("", &body, &mut problems);
        Refusal::unless_empty(problems)
    }
}

/// Returns a body for validation in which the rates that one official client sends as text are numbers.
fn with_numbers(body: &Value) -> Cow<'_, Value> {
    if body.get("customRates").is_none() {
        return Cow::Borrowed(body);
    }
    let mut body = body.clone();
    let rates = body.get_mut("customRates").and_then(Value::as_array_mut).into_iter().flatten();
    for rate in rates.filter_map(|rate| rate.get_mut("customFxRate")) {
        if rate.as_str().is_some_and(|text| text.parse::<Decimal>().is_ok()) {
            *rate = Value::from(1);
        }
    }
    Cow::Owned(body)
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
