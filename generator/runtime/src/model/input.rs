//! Reading: a JSON reader that knows depth and position, and what goes wrong.

use std::borrow::Cow;
use std::fmt;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use super::decimal::Decimal;
use super::json::Json;
use super::path::write_member;
use super::value::Value;

/// How many lists and objects may stand inside each other.
const MAX_DEPTH: u8 = 128;

/// Reads a value from a whole JSON document.
///
/// Of members that appear twice in an object the last one counts, as in most readers.
///
/// # Errors
///
/// When `bytes` is not one UTF-8 JSON document, nests deeper than 128 levels, or does not fit `T`. The error says where, and
/// never repeats what stands there.
pub fn decode<T: Value>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut value = T::blank();
    decode_into(&mut value, bytes)?;
    Ok(value)
}

fn decode_into(value: &mut dyn Value, bytes: &[u8]) -> Result<(), DecodeError> {
    let text = str::from_utf8(bytes)
        .map_err(|error| Fault::malformed(error.valid_up_to(), "the text is not UTF-8").into_error())?;
    let mut input = Input::new(text);
    value.read(&mut input).and_then(|()| input.finish()).map_err(Fault::into_error)
}

/// A JSON document that is being read.
pub struct Input<'a> {
    text: &'a str,
    reader: Jiter<'a>,
    depth: u8,
}

/// What kind of value comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    /// The kind with its article, for messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

impl<'a> Input<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, reader: Jiter::new(text.as_bytes()), depth: 0 }
    }

    /// The kind of the next value, which stays unread.
    pub(crate) fn kind(&mut self) -> Result<Kind, Fault> {
        let peek = self.reader.peek().map_err(|error| Fault::from_reader(error).confirmed())?;
        Ok(match peek {
            Peek::Null => Kind::Null,
            Peek::True | Peek::False => Kind::Bool,
            Peek::String => Kind::Text,
            Peek::Array => Kind::List,
            Peek::Object => Kind::Object,
            Peek::Infinity | Peek::NaN => return Err(self.fault("expected a JSON value").confirmed()),
            peek if peek.is_num() => Kind::Number,
            _ => return Err(self.fault("expected a JSON value").confirmed()),
        })
    }

    /// Reads a `null` if one is next.
    pub(crate) fn take_null(&mut self) -> Result<bool, Fault> {
        if self.kind()? != Kind::Null {
            return Ok(false);
        }
        self.reader.next_null().map_err(Fault::from_reader)?;
        Ok(true)
    }

    pub(crate) fn bool(&mut self) -> Result<bool, Fault> {
        self.reader.next_bool().map_err(Fault::from_reader)
    }

    pub(crate) fn str(&mut self) -> Result<&str, Fault> {
        self.reader.next_str().map_err(Fault::from_reader)
    }

    /// The text of a string, a number or a boolean; a number's text is its own, digit by digit.
    pub(crate) fn scalar(&mut self, expected: &'static str) -> Result<Cow<'_, str>, Fault> {
        match self.kind()? {
            Kind::Text => Ok(Cow::Borrowed(self.str()?)),
            Kind::Number => Ok(Cow::Borrowed(self.skip()?)),
            Kind::Bool => Ok(Cow::Borrowed(if self.bool()? { "true" } else { "false" })),
            found => Err(Fault::unexpected(self.offset(), expected, found)),
        }
    }

    /// A number from its own digits, also one in quotes.
    pub(crate) fn number(&mut self, expected: &'static str) -> Result<Decimal, Fault> {
        let kind = self.kind()?;
        let start = self.offset();
        let number = Decimal::parse(&self.scalar(expected)?);
        number.ok_or_else(|| Fault::unexpected(start, expected, kind))
    }

    /// Passes each element of a list to `element`, which has to read it.
    pub(crate) fn list(&mut self, element: &mut dyn FnMut(usize, &mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.expect(Kind::List)?;
        self.deeper()?;
        let mut next = self.reader.next_array().map_err(Fault::from_reader)?;
        let mut index = 0;
        while next.is_some() {
            element(index, self)?;
            index += 1;
            next = self.reader.array_step().map_err(Fault::from_reader)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Passes each member of an object to `member`, which has to read its value; `name` turns the name into whatever
    /// `member` wants to know of it.
    pub(crate) fn members<N>(
        &mut self,
        name: &mut dyn FnMut(&str) -> N,
        member: &mut dyn FnMut(N, &mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.expect(Kind::Object)?;
        self.deeper()?;
        let mut next = self.reader.next_object().map_err(Fault::from_reader)?.map(&mut *name);
        while let Some(found) = next {
            member(found, self)?;
            next = self.reader.next_key().map_err(Fault::from_reader)?.map(&mut *name);
        }
        self.depth -= 1;
        Ok(())
    }

    /// Passes over the next value and returns its text as it stands.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Fault> {
        let kind = self.kind()?;
        let start = self.offset();
        match kind {
            Kind::List => self.list(&mut |_, input| input.skip().map(drop)),
            Kind::Object => self.members(&mut |_| (), &mut |(), input| input.skip().map(drop)),
            _ => self.reader.next_skip().map_err(Fault::from_reader),
        }
        .map_err(Fault::confirmed)?;
        Ok(&self.text[start..self.offset()])
    }

    /// Reads a value, or keeps it as text where it is JSON but not a value of this kind.
    pub(crate) fn read_or_keep(&mut self, value: &mut dyn Value) -> Result<Result<(), Json>, Fault> {
        let (before, depth) = (self.reader.clone(), self.depth);
        match value.read(self) {
            Ok(()) => Ok(Ok(())),
            Err(fault) if fault.malformed => Err(fault),
            Err(_) => {
                (self.reader, self.depth) = (before, depth);
                Ok(Err(Json::from_checked(self.skip()?)))
            }
        }
    }

    /// Makes sure that nothing but white space is left.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        self.reader.finish().map_err(Fault::from_reader)
    }

    pub(crate) fn offset(&self) -> usize {
        self.reader.current_index()
    }

    pub(crate) fn fault(&self, message: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(self.offset(), message)
    }

    fn expect(&mut self, expected: Kind) -> Result<(), Fault> {
        let found = self.kind()?;
        if found == expected { Ok(()) } else { Err(Fault::unexpected(self.offset(), expected.name(), found)) }
    }

    fn deeper(&mut self) -> Result<(), Fault> {
        if self.depth == MAX_DEPTH {
            return Err(self.fault("lists and objects nest deeper than 128 levels").confirmed());
        }
        self.depth += 1;
        Ok(())
    }
}

/// Why a value could not be read.
#[derive(Debug)]
pub struct Fault {
    path: Vec<Segment>,
    offset: usize,
    message: Cow<'static, str>,
    /// The document is no JSON here, whatever is expected of it; otherwise the value may still be passed over.
    malformed: bool,
}

/// A step of a path.
#[derive(Debug)]
pub(crate) enum Segment {
    Member(Cow<'static, str>),
    Index(usize),
}

impl Fault {
    /// The same fault, seen from one level up.
    pub(crate) fn within(mut self, segment: Segment) -> Self {
        self.path.push(segment);
        self
    }

    pub(crate) fn unexpected(offset: usize, expected: &str, found: Kind) -> Self {
        Self::new(offset, format!("expected {expected}, found {}", found.name()))
    }

    /// Marks the document itself as broken.
    fn confirmed(mut self) -> Self {
        self.malformed = true;
        self
    }

    pub(crate) fn new(offset: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self { path: Vec::new(), offset, message: message.into(), malformed: false }
    }

    fn malformed(offset: usize, message: &'static str) -> Self {
        Self::new(offset, message).confirmed()
    }

    fn from_reader(error: JiterError) -> Self {
        let message = match error.error_type {
            JiterErrorType::WrongType { .. } => Cow::Borrowed("the value is of another type"),
            // the one message that would repeat a piece of the document
            JiterErrorType::JsonError(JsonErrorType::DuplicateKey(_)) => Cow::Borrowed("a member appears twice"),
            JiterErrorType::JsonError(kind) => Cow::Owned(kind.to_string().to_lowercase()),
        };
        Self::new(error.index, message)
    }

    fn into_error(self) -> DecodeError {
        let mut path = String::from("$");
        for segment in self.path.iter().rev() {
            match segment {
                Segment::Member(name) => write_member(&mut path, name).expect("a string takes every text"),
                Segment::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        DecodeError { path, offset: self.offset, message: self.message }
    }
}

/// A JSON document that could not be read.
///
/// It says where and why; it never holds a value of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    offset: usize,
    message: Cow<'static, str>,
}

impl DecodeError {
    /// The place as a JSON path, such as `$.items[2].name`; `$` is the whole document.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many bytes of the document come before the place.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read the JSON document at {} (byte {}): {}", self.path, self.offset, self.message)
    }
}

impl std::error::Error for DecodeError {}
