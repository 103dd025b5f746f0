//! The one view of a value that everything else walks, and how containers take part in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::decimal::Decimal;
use super::json::Json;
use super::json_reader::{JsonReader, ReadError, Segment};
use super::object::Object;
use super::union::{Union, UnionTable};
use super::upload::Upload;
use crate::syntax::{Alphabet, base64};

/// Members by name, in the order of their names.
pub type Map<T> = BTreeMap<String, T>;

/// A value that can stand in a JSON document.
///
/// [`node`](Value::node) is the only view of it: encoding, validation and `Debug` all walk nodes, so that none of them is
/// generic and each is compiled once.
pub trait Value: Send + Sync {
    /// Returns what the value is on the wire.
    fn node(&self) -> Node<'_>;

    /// Replaces the value by the next one of `reader`.
    ///
    /// # Errors
    ///
    /// When the input is not JSON or not a value of this type. What `self` holds then is unspecified, except for `Option`,
    /// which is left `None`.
    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError>;

    /// Replaces the value by bytes that were sent as they are, if it is one of bytes.
    fn read_bytes(&mut self, _bytes: &[u8]) -> bool {
        false
    }

    /// Returns what a member holds before it is read.
    fn blank() -> Self
    where
        Self: Sized;

    /// Returns what an optional member of this type becomes when the document says `null`; `None` where that is the
    /// same as absent.
    fn null() -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}

/// A value as the wire sees it.
#[derive(Clone)]
pub enum Node<'a> {
    /// No value: the member is left out.
    Absent,
    /// An explicit `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal number.
    Decimal(Decimal),
    /// Text.
    Text(Cow<'a, str>),
    /// A value of an open enum.
    Enum {
        /// The text on the wire.
        text: &'a str,
        /// Whether the text is JSON, and not to be written as a string.
        json: bool,
        /// Whether this version of the enum lists it.
        known: bool,
        /// The texts this version lists, separated by commas.
        listed: fn() -> String,
    },
    /// Text that must not be shown.
    Secret(&'a str),
    /// Bytes, written as base64.
    Bytes(&'a [u8], Alphabet),
    /// A list.
    List(&'a dyn List),
    /// Members under free names.
    Map(&'a dyn Entries),
    /// Members under declared names.
    Object(&'a dyn Object),
    /// Members of the variant of a union, which has a tag.
    Union(&'a dyn Union),
    /// Anything, as its own text.
    Json(&'a Json),
    /// A file, which can only be a part of a multipart body.
    File(&'a Upload),
    /// What a union has no variant for, as its own text.
    Unknown {
        /// The text.
        json: &'a Json,
        /// The union.
        union: &'static UnionTable,
    },
}

impl<'a> Node<'a> {
    /// Returns the text of a string, a number or a boolean.
    pub(crate) fn into_scalar(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Enum { text, json: true, .. } => scalar_of(text),
            Self::Enum { text, .. } | Self::Secret(text) => Some(Cow::Borrowed(text)),
            Self::Bytes(bytes, alphabet) => Some(Cow::Owned(base64(bytes, alphabet))),
            Self::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
            Self::Integer(value) => Some(Cow::Owned(value.to_string())),
            Self::Decimal(value) => Some(Cow::Owned(value.to_string())),
            Self::Json(json) | Self::Unknown { json, .. } => scalar_of(json.text()),
            Self::Absent
            | Self::Null
            | Self::List(_)
            | Self::Map(_)
            | Self::Object(_)
            | Self::Union(_)
            | Self::File(_) => None,
        }
    }

    /// Returns the member of an object or a map, be it declared or not.
    pub(crate) fn member(&self, name: &str) -> Option<Node<'a>> {
        match self {
            Self::Object(object) => object.member(name),
            Self::Map(map) => map.entries().find(|(known, _)| *known == name).map(|(_, value)| value.node()),
            _ => None,
        }
    }
}

/// Returns the text of a string, a number or a boolean that is written as JSON.
pub(crate) fn scalar_of(json: &str) -> Option<Cow<'_, str>> {
    match json {
        "true" | "false" => Some(Cow::Borrowed(json)),
        _ => JsonReader::new(json).scalar("a scalar").ok(),
    }
}

/// The elements of a list.
pub trait List: Send + Sync {
    /// Returns how many elements there are.
    fn count(&self) -> usize;

    /// Returns an element.
    fn item(&self, index: usize) -> Option<&dyn Value>;
}

impl dyn List + '_ {
    /// Returns the elements in order.
    pub(crate) fn items(&self) -> impl Iterator<Item = &dyn Value> {
        (0..self.count()).filter_map(|index| self.item(index))
    }
}

/// The members of a map.
pub trait Entries: Send + Sync {
    /// Returns the members in the order of their names.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_>;
}

/// The members of a map, to be read.
pub trait EntriesMut: Send + Sync {
    /// Inserts a blank member and returns its slot.
    fn insert_blank(&mut self, name: String) -> &mut dyn Value;

    /// Removes a member.
    fn remove_entry(&mut self, name: &str);

    /// Removes all members.
    fn clear_entries(&mut self);
}

impl<T: Value> List for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> Option<&dyn Value> {
        self.get(index).map(|item| item as &dyn Value)
    }
}

impl<T: Value> Entries for Map<T> {
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_> {
        Box::new(self.iter().map(|(name, value)| (name.as_str(), value as &dyn Value)))
    }
}

impl<T: Value> EntriesMut for Map<T> {
    fn insert_blank(&mut self, name: String) -> &mut dyn Value {
        let place = self.entry(name).or_insert_with(T::blank);
        *place = T::blank();
        place
    }

    fn remove_entry(&mut self, name: &str) {
        self.remove(name);
    }

    fn clear_entries(&mut self) {
        self.clear();
    }
}

impl<T: Value> Value for Vec<T> {
    fn node(&self) -> Node<'_> {
        Node::List(self)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.clear();
        reader.list(&mut |index, reader| {
            let mut item = T::blank();
            item.read(reader).map_err(|error| error.within(Segment::Index(index)))?;
            self.push(item);
            Ok(())
        })
    }

    fn blank() -> Self {
        Self::new()
    }
}

impl<T: Value> Value for Map<T> {
    fn node(&self) -> Node<'_> {
        Node::Map(self)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.clear();
        reader.members(|name, reader| {
            let (name, mut value) = (name.into_owned(), T::blank());
            match value.read(reader) {
                Ok(()) => self.insert(name, value),
                Err(error) => return Err(error.within(Segment::Member(name.into()))),
            };
            Ok(())
        })
    }

    fn blank() -> Self {
        Self::new()
    }
}

impl<T: Value> Value for Option<T> {
    fn node(&self) -> Node<'_> {
        self.as_ref().map_or(Node::Absent, T::node)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        *self = None;
        if reader.take_null()? {
            *self = T::null();
            return Ok(());
        }
        // Read where it stays, since values may be large.
        let read = self.insert(T::blank()).read(reader);
        if read.is_err() {
            *self = None;
        }
        read
    }

    fn read_bytes(&mut self, bytes: &[u8]) -> bool {
        let mut value = T::blank();
        let is_read = value.read_bytes(bytes);
        *self = is_read.then_some(value);
        is_read
    }

    fn blank() -> Self {
        None
    }
}

impl<T: Value> Value for Box<T> {
    fn node(&self) -> Node<'_> {
        T::node(self)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        T::read(self, reader)
    }

    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn null() -> Option<Self> {
        T::null().map(Self::new)
    }
}

/// A value or an explicit `null`, for members where leaving out and `null` mean different things.
///
/// An optional nullable member is an `Option<Nullable<T>>`: `None` leaves it out, `Some(Nullable::Null)` sends `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// An explicit `null`.
    #[default]
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Returns the value, if it is not `null`.
    #[must_use]
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Returns the value, if it is not `null`.
    #[must_use]
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// Text is handed over as literals more often than not.
impl From<&str> for Nullable<String> {
    fn from(text: &str) -> Self {
        Self::Value(text.to_owned())
    }
}

impl<T: Value> Value for Nullable<T> {
    fn node(&self) -> Node<'_> {
        self.as_ref().map_or(Node::Null, T::node)
    }

    fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        *self = Self::Null;
        if !reader.take_null()? {
            let mut value = T::blank();
            value.read(reader)?;
            *self = Self::Value(value);
        }
        Ok(())
    }

    fn blank() -> Self {
        Self::Null
    }

    fn null() -> Option<Self> {
        Some(Self::Null)
    }
}
