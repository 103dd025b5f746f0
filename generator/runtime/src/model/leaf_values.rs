//! How values that hold no others are read and shown: texts, numbers, dates, bytes, files, JSON.

use std::borrow::Cow;

use bytes::Bytes;

use super::date::{self, Date};
use super::date_time::{self, DateTime};
use super::decimal::Decimal;
use super::decode::decode;
use super::encode::encode;
use super::json::Json;
use super::json_reader::{JsonReader, Kind, ReadError};
use super::secret::Secret;
use super::upload::Upload;
use super::value::{Map, Node, Value};

/// Reads text; a number or boolean where a string was promised is read as its own text.
impl Value for String {
    fn node(&self) -> Node<'_> {
        Node::Text(Cow::Borrowed(self))
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        *self = reader.text("a string")?.into_owned();
        Ok(())
    }

    fn blank() -> Self {
        Self::new()
    }
}

/// Reads a boolean, also one in quotes.
impl Value for bool {
    fn node(&self) -> Node<'_> {
        Node::Bool(*self)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let kind = reader.kind()?;
        let start = reader.offset();
        reader.note_other_kind(kind == Kind::Text);
        *self = match (kind, &*reader.scalar_of(kind, "a boolean")?) {
            (Kind::Bool | Kind::Text, "true") => true,
            (Kind::Bool | Kind::Text, "false") => false,
            _ => return Err(ReadError::unexpected(start, "a boolean", kind)),
        };
        Ok(())
    }

    fn blank() -> Self {
        false
    }
}

/// Reads any body as nothing: a response without a declared body may hold anything.
impl Value for () {
    fn node(&self) -> Node<'_> {
        Node::Absent
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        reader.skip_all();
        Ok(())
    }

    fn blank() -> Self {}
}

macro_rules! integers {
    ($($integer:ty as $node:ident($convert:path): $expected:literal)*) => {$(
        /// Reads a whole number, also one in quotes or with zeros after the point.
        impl Value for $integer {
            fn node(&self) -> Node<'_> {
                Node::$node($convert(*self))
            }

            fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
                let kind = reader.kind()?;
                let start = reader.offset();
                let number = reader.number($expected)?.to_integer();
                let fitting = number.and_then(|number| number.try_into().ok());
                *self = fitting.ok_or_else(|| ReadError::unexpected(start, $expected, kind))?;
                Ok(())
            }

            fn blank() -> Self {
                0
            }
        }
    )*};
}

integers! {
    i32 as Integer(i64::from): "a whole number of 32 bits"
    i64 as Integer(i64::from): "a whole number of 64 bits"
    u32 as Integer(i64::from): "a whole number of 32 bits that is not negative"
    u64 as Decimal(Decimal::whole): "a whole number of 64 bits that is not negative"
}

impl Value for Decimal {
    fn node(&self) -> Node<'_> {
        Node::Decimal(*self)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        *self = reader.number("a number of at most 28 digits")?;
        Ok(())
    }

    fn blank() -> Self {
        Self::ZERO
    }
}

impl Value for Secret {
    fn node(&self) -> Node<'_> {
        Node::Secret(&self.0)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.0 = reader.text("a string").map(Cow::into_owned)?;
        Ok(())
    }

    fn blank() -> Self {
        Self::default()
    }
}

impl Value for Upload {
    fn node(&self) -> Node<'_> {
        Node::File(self)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let kind = reader.kind()?;
        Err(ReadError::unexpected(reader.offset(), "a file, which JSON cannot hold", kind))
    }

    fn blank() -> Self {
        Self::bytes(Bytes::new())
    }
}

impl Value for Date {
    fn node(&self) -> Node<'_> {
        Node::Text(self.text().into())
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        reader.kind()?;
        let start = reader.offset();
        let date = date::parse(&reader.text("a date")?);
        *self = date.ok_or_else(|| ReadError::new(start, "expected a day of the calendar written as yyyy-mm-dd"))?;
        Ok(())
    }

    fn blank() -> Self {
        Self(*b"0001-01-01")
    }
}

impl Value for DateTime {
    fn node(&self) -> Node<'_> {
        Node::Text(self.as_str().into())
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        reader.kind()?;
        let start = reader.offset();
        let text = reader.text("a date and time")?;
        if date_time::Moment::parse(&text).is_none() {
            return Err(ReadError::new(start, "expected a date and time with an offset, such as 2024-02-29T12:30:00Z"));
        }
        self.0 = text.into_owned();
        Ok(())
    }

    fn blank() -> Self {
        Self("0001-01-01T00:00:00Z".to_owned())
    }
}

impl Json {
    /// Returns the value, if it is a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        self.read_as(Kind::Bool)
    }

    /// Returns the value, if it is a string.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        self.read_as(Kind::Text)
    }

    /// Returns the value, if it is a number of at most 28 digits.
    #[must_use]
    pub fn as_decimal(&self) -> Option<Decimal> {
        self.read_as(Kind::Number)
    }

    /// Returns the text of a string, a number or a boolean.
    #[must_use]
    pub fn as_scalar(&self) -> Option<String> {
        decode(self.0.as_bytes()).ok()
    }

    /// Returns the elements, if the value is a list.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Self>> {
        self.read_as(Kind::List)
    }

    /// Returns the members, if the value is an object.
    #[must_use]
    pub fn members(&self) -> Option<Map<Self>> {
        self.read_as(Kind::Object)
    }

    fn read_as<T: Value>(&self, kind: Kind) -> Option<T> {
        if self.kind() == kind { decode(self.0.as_bytes()).ok() } else { None }
    }
}

impl Json {
    fn of(value: &dyn Value) -> Self {
        Self(String::from_utf8(encode(value)).expect("JSON is written from str and ASCII only"))
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
