//! Enums that keep values they do not list.

use std::fmt;

use super::decimal::Decimal;
use super::error::ParseError;
use super::json_reader::{JsonReader, Kind, ReadError};
use super::value::{Node, scalar_of};

/// A value that an enum does not know, kept as it came.
///
/// Only reading makes one, so that a misspelt value cannot be sent by accident.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(String);

impl UnknownValue {
    /// Returns the text of the value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An enum to which the server may add values.
pub trait OpenEnum: Clone + PartialEq + Send + Sync + Sized + 'static {
    /// The name of the enum.
    const NAME: &'static str;

    /// The texts this version knows and what they mean.
    const VALUES: &'static [(&'static str, Self)];

    /// How the texts are written on the wire.
    const NOTATION: Notation = Notation::Text;

    /// Wraps a value that is not listed.
    fn unknown(value: UnknownValue) -> Self;

    /// Returns the value, if it is not listed.
    fn as_unknown(&self) -> Option<&UnknownValue>;
}

/// How the values of an enum are written on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// As strings.
    Text,
    /// As the JSON that their text is, such as `1`, `true` or `"auto"`: not all values are strings.
    Json,
}

const fn is_json<T: OpenEnum>() -> bool {
    matches!(T::NOTATION, Notation::Json)
}

/// Returns the text of a value on the wire.
pub fn enum_text<T: OpenEnum>(value: &T) -> &str {
    if let Some(unknown) = value.as_unknown() {
        return unknown.as_str();
    }
    let listed = T::VALUES.iter().find(|(_, known)| known == value);
    listed.map_or(blank_text::<T>(), |(text, _)| text)
}

/// Returns the text of no value.
const fn blank_text<T: OpenEnum>() -> &'static str {
    if is_json::<T>() { "null" } else { "" }
}

/// Returns what a value is on the wire.
pub fn enum_node<T: OpenEnum>(value: &T) -> Node<'_> {
    Node::Enum {
        text: enum_text(value),
        json: is_json::<T>(),
        known: value.as_unknown().is_none(),
        listed: listed::<T>,
    }
}

/// Reads a value; a number or boolean counts as its text.
///
/// # Errors
///
/// When the next value is neither text nor number nor boolean.
pub fn read_enum<T: OpenEnum>(reader: &mut JsonReader<'_>) -> Result<T, ReadError> {
    if is_json::<T>() {
        return read_json(reader);
    }
    let kind = reader.kind()?;
    let text = reader.text("a string")?;
    let known = find(&text).or_else(|| if kind == Kind::Bool { find_yaml_word(&text) } else { None });
    Ok(known.unwrap_or_else(|| T::unknown(UnknownValue(text.into_owned()))))
}

/// Reads a value of an enum of JSON.
fn read_json<T: OpenEnum>(reader: &mut JsonReader<'_>) -> Result<T, ReadError> {
    let (kind, start) = (reader.kind()?, reader.offset());
    let text = reader.skip()?;
    let same = |same: fn(&str, &str) -> bool| T::VALUES.iter().find(|(known, _)| same(known, text));
    if let Some((_, value)) = same(str::eq).or_else(|| same(equal)) {
        return Ok(value.clone());
    }
    if !matches!(kind, Kind::Text | Kind::Number | Kind::Bool) {
        return Err(ReadError::unexpected(start, "a string, a number or a boolean", kind));
    }
    let alike = same(alike);
    reader.note_other_kind(alike.is_some());
    Ok(alike.map_or_else(|| T::unknown(UnknownValue(text.to_owned())), |(_, value)| value.clone()))
}

/// Returns whether two JSON texts mean the same: numbers are compared as numbers, strings without their escapes.
fn equal(one: &str, other: &str) -> bool {
    let is_text = |text: &str| text.starts_with('"');
    is_text(one) == is_text(other) && alike(one, other)
}

/// Returns whether two JSON texts mean the same but for quotes around one of them.
fn alike(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (scalar_of(one), scalar_of(other)) else { return false };
    one == other || Decimal::parse(&one).is_some_and(|number| Decimal::parse(&other) == Some(number))
}

/// Parses one of the listed texts. Where they are JSON, strings may go without quotes.
///
/// # Errors
///
/// When the text is not listed.
pub fn parse_enum<T: OpenEnum>(text: &str) -> Result<T, ParseError> {
    let unquoted = || T::VALUES.iter().find(|(known, _)| scalar_of(known).is_some_and(|known| known == text));
    let found = find(text).or_else(|| if is_json::<T>() { unquoted().map(|(_, value)| value.clone()) } else { None });
    found.ok_or_else(|| ParseError::new(format!("not a {}, which is one of {}", T::NAME, listed::<T>())))
}

/// Returns the value an enum has before it is read: one that no contract lists, so that it cannot be taken for a real one.
#[must_use]
pub fn blank_enum<T: OpenEnum>() -> T {
    T::unknown(UnknownValue(blank_text::<T>().to_owned()))
}

/// Shows a value like a derived `Debug` would.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_enum<T: OpenEnum>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.as_unknown() {
        Some(unknown) => f.debug_tuple("Unknown").field(unknown).finish(),
        None => f.write_str(enum_text(value)),
    }
}

fn find<T: OpenEnum>(text: &str) -> Option<T> {
    T::VALUES.iter().find(|(known, _)| *known == text).map(|(_, value)| value.clone())
}

/// Finds the value that a YAML 1.1 reader may have turned into a boolean, such as an unquoted `Yes` or `off`.
fn find_yaml_word<T: OpenEnum>(boolean: &str) -> Option<T> {
    let words = if boolean == "true" { ["yes", "on", "y", "true"] } else { ["no", "off", "n", "false"] };
    let mut values = T::VALUES.iter();
    let meant = |known: &str| words.iter().any(|word| known.eq_ignore_ascii_case(word));
    values.find(|(known, _)| meant(known)).map(|(_, value)| value.clone())
}

fn listed<T: OpenEnum>() -> String {
    T::VALUES.iter().map(|(text, _)| *text).collect::<Vec<_>>().join(", ")
}
