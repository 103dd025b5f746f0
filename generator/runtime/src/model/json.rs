//! JSON of any shape.

use std::fmt;
use std::str::FromStr;

use super::decimal::Decimal;
use super::encode::encode;
use super::error::ParseError;
use super::json_reader::{JsonReader, Kind, ReadError, decode};
use super::secret::REDACTED;
use super::value::{Map, Node, Value};

/// A JSON value of any shape, kept as its own text.
///
/// Numbers keep their digits, objects the order of their members. Values are equal when their texts are. `Debug` does not
/// show the text, since it may be anything; `Display` and [`text`](Json::text) do.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json(String);

impl Json {
    /// The JSON value `null`.
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
        decode(text.as_bytes()).map_err(|error| ParseError::new(error.to_string()))
    }

    /// Wraps text that a reader has passed over as one value.
    pub(crate) fn from_checked(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    /// The value, if it is a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        self.read_as(Kind::Bool)
    }

    /// The value, if it is a string.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        self.read_as(Kind::Text)
    }

    /// The value, if it is a number of at most 28 digits.
    #[must_use]
    pub fn as_decimal(&self) -> Option<Decimal> {
        self.read_as(Kind::Number)
    }

    /// The text of a string, a number or a boolean.
    #[must_use]
    pub fn as_scalar(&self) -> Option<String> {
        decode(self.0.as_bytes()).ok()
    }

    /// The elements, if the value is a list.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Self>> {
        self.read_as(Kind::List)
    }

    /// The members, if the value is an object.
    #[must_use]
    pub fn members(&self) -> Option<Map<Self>> {
        self.read_as(Kind::Object)
    }

    fn kind(&self) -> Kind {
        JsonReader::new(&self.0).kind().expect("the text was checked when the value was made")
    }

    fn read_as<T: Value>(&self, kind: Kind) -> Option<T> {
        if self.kind() == kind { decode(self.0.as_bytes()).ok() } else { None }
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

/// From a value of the model.
macro_rules! from_values {
    ($($value:ty)*) => {$(
        impl From<$value> for Json {
            fn from(value: $value) -> Self {
                Self::of(&value)
            }
        }
    )*};
}

from_values!(String bool i32 i64 u32 u64 Decimal);

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::of(&text.to_owned())
    }
}

impl Json {
    fn of(value: &dyn Value) -> Self {
        Self(String::from_utf8(encode(value)).expect("JSON is written from str and ASCII only"))
    }
}

impl Value for Json {
    fn node(&self) -> Node<'_> {
        Node::Json(self)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        *self = Self::from_checked(reader.skip()?);
        Ok(())
    }

    fn blank() -> Self {
        Self::null()
    }
}

crate::__serde_impls!(Json);
