//! JSON of any shape.

use std::fmt;
use std::str::FromStr;

use super::error::ParseError;
use super::json_reader::{JsonReader, Kind};
use super::secret::REDACTED;

/// A JSON value of any shape, kept as its own text.
///
/// Numbers keep their digits, objects the order of their members. Values are equal when their texts are. `Debug` does not
/// show the text, since it may be anything; `Display` and [`text`](Json::text) do.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json(pub(super) String);

impl Json {
    /// Creates the JSON value `null`.
    #[must_use]
    pub fn null() -> Self {
        Self("null".to_owned())
    }

    /// Reads one JSON value.
    ///
    /// # Errors
    ///
    /// When the text is not one JSON value, or nests deeper than 128 levels.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut reader = JsonReader::document(text);
        let value = reader.skip().and_then(|value| reader.finish().map(|()| Self::from_checked(value)));
        value.map_err(|error| ParseError::new(error.into_error().to_string()))
    }

    /// Wraps text that a reader has passed over as one value.
    pub(crate) fn from_checked(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Returns whether the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    pub(super) fn kind(&self) -> Kind {
        JsonReader::new(&self.0).kind().expect("the text was checked when the value was made")
    }
}

impl FromStr for Json {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

crate::__serde_impls!(Json);
