//! A pull reader for JSON that tracks its position and nesting depth, and reports errors.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::{fmt, mem};

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType};

use super::decimal::Decimal;
use super::json_tokens::{self, BYTE_ORDER_MARK, MAX_DEPTH};
use super::path::write_member;

/// A JSON document that is being read.
///
/// Common tokens are parsed here. `jiter` parses the rest, such as strings with escapes, and reports syntax errors.
pub struct JsonReader<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
    /// In a repaired document, the sorted offsets of placeholders: strings that stand for values that were not JSON.
    pub(super) replaced_values: &'a [usize],
    pub(crate) deviations: Deviations,
    pub(crate) union_trials: UnionTrials,
}

/// A position in a document to return to, with the deviations counted before it.
#[derive(Clone, Copy)]
pub(crate) struct Checkpoint(usize, u8, Deviations);

/// Deviations that were accepted while reading and are not visible in the resulting value.
#[derive(Clone, Copy, Default)]
pub(crate) struct Deviations {
    /// Scalars of another kind, such as a number in quotes.
    pub(crate) scalars: usize,
    /// Expected members that were `null`.
    pub(crate) nulls: usize,
}

/// The unions that are being read by trial, and the results of trials within them.
///
/// Each trial of an outer union reads its inner unions again. Without the memo the work would multiply with every level, and a small
/// document could take years. With it, each level costs one reading per variant, and levels are limited.
#[derive(Default)]
pub(crate) struct UnionTrials {
    /// The number of enclosing unions that are being tried. At 0, no results are cached.
    pub(crate) open: usize,
    /// The best variant of a union at an offset of the document. The key is the offset, and the address of the static that lists the
    /// union's variants. `None` means that no variant matches.
    pub(crate) best_variants: BTreeMap<(usize, usize), Option<usize>>,
    /// The unions that are being read, by the same keys: one that meets itself at the same offset ends there.
    pub(crate) under_way: Vec<(usize, usize)>,
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
    /// Returns the kind with its article, for messages.
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

/// The name of a member.
pub(crate) enum Name<'a> {
    /// The name that the caller passed as expected.
    Expected,
    Text(Cow<'a, str>),
}

impl<'a> JsonReader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            replaced_values: &[],
            deviations: Deviations::default(),
            union_trials: UnionTrials::default(),
        }
    }

    /// Creates the reader of a whole document. A leading byte order mark is skipped, as RFC 8259 allows.
    pub(crate) fn document(text: &'a str) -> Self {
        let at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        Self { at, ..Self::new(text) }
    }

    /// Returns the kind of the next value, which stays unread.
    #[inline]
    pub(crate) fn kind(&mut self) -> Result<Kind, ReadError> {
        self.at = json_tokens::blank(self.text.as_bytes(), self.at);
        Ok(match self.text.as_bytes().get(self.at) {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b'"') => Kind::Text,
            Some(b'[') => Kind::List,
            Some(b'{') => Kind::Object,
            Some(_) => return Err(self.error("expected a JSON value").mark_malformed()),
            None => self.with_jiter(|reader| reader.peek().map(|_| Kind::Null)).map_err(ReadError::mark_malformed)?,
        })
    }

    /// Lets jiter read on from the current position.
    #[cold]
    #[inline(never)]
    fn with_jiter<T>(&mut self, read: impl FnOnce(&mut Jiter<'a>) -> Result<T, JiterError>) -> Result<T, ReadError> {
        let mut reader = Jiter::new(&self.text.as_bytes()[self.at..]);
        let value = read(&mut reader).map_err(|error| ReadError::from_reader(self.at, error))?;
        self.at += reader.current_index();
        Ok(value)
    }

    /// Skips a word if it is next.
    #[inline]
    fn take<const LENGTH: usize>(&mut self, word: &[u8; LENGTH]) -> bool {
        let taken = self.text.as_bytes()[self.at..].first_chunk() == Some(word);
        self.at += if taken { LENGTH } else { 0 };
        taken
    }

    /// Reads a `null` if one is next.
    #[inline]
    pub(crate) fn take_null(&mut self) -> Result<bool, ReadError> {
        self.at = json_tokens::blank(self.text.as_bytes(), self.at);
        if self.text.as_bytes().get(self.at) != Some(&b'n') {
            return Ok(false);
        }
        if !self.take(b"null") {
            self.with_jiter(Jiter::next_null)?;
        }
        Ok(true)
    }

    pub(crate) fn bool(&mut self) -> Result<bool, ReadError> {
        match self.kind()? {
            Kind::Bool if self.take(b"true") => Ok(true),
            Kind::Bool if self.take(b"false") => Ok(false),
            _ => self.with_jiter(Jiter::next_bool),
        }
    }

    #[inline]
    pub(crate) fn str(&mut self) -> Result<Cow<'a, str>, ReadError> {
        match json_tokens::string(self.text.as_bytes(), self.at) {
            Some(end) => {
                let start = mem::replace(&mut self.at, end);
                Ok(Cow::Borrowed(&self.text[start + 1..end - 1]))
            }
            None => self.with_jiter(|reader| reader.next_str().map(|text| Cow::Owned(text.to_owned()))),
        }
    }

    /// Reads a number as text.
    fn number_text(&mut self) -> Result<&'a str, ReadError> {
        let start = self.at;
        match json_tokens::number(self.text.as_bytes(), start) {
            Some(end) => self.at = end,
            None => self.with_jiter(Jiter::next_skip).map_err(ReadError::mark_malformed)?,
        }
        Ok(&self.text[start..self.at])
    }

    /// Returns the text of a string, a number or a boolean; a number's text is its own, digit by digit.
    pub(crate) fn scalar(&mut self, expected: &'static str) -> Result<Cow<'a, str>, ReadError> {
        let kind = self.kind()?;
        self.scalar_of(kind, expected)
    }

    /// Returns the text of the next value, which is of this kind.
    pub(crate) fn scalar_of(&mut self, kind: Kind, expected: &'static str) -> Result<Cow<'a, str>, ReadError> {
        match kind {
            Kind::Text if self.replaced_values.binary_search(&self.at).is_ok() => {
                Err(self.error("the value is not JSON"))
            }
            Kind::Text => self.str(),
            Kind::Number => self.number_text().map(Cow::Borrowed),
            Kind::Bool => Ok(Cow::Borrowed(if self.bool()? { "true" } else { "false" })),
            found => Err(ReadError::unexpected(self.offset(), expected, found)),
        }
    }

    /// Reads a text; a number or a boolean is accepted, too.
    pub(crate) fn text(&mut self, expected: &'static str) -> Result<Cow<'a, str>, ReadError> {
        let kind = self.kind()?;
        if kind == Kind::Text && self.replaced_values.is_empty() {
            return self.str();
        }
        self.note_other_kind(kind != Kind::Text);
        self.scalar_of(kind, expected)
    }

    /// Counts a scalar of another kind than declared.
    pub(crate) fn note_other_kind(&mut self, another: bool) {
        self.deviations.scalars += usize::from(another);
    }

    /// Reads a number, also one in quotes.
    pub(crate) fn number(&mut self, expected: &'static str) -> Result<Decimal, ReadError> {
        let kind = self.kind()?;
        self.note_other_kind(kind == Kind::Text);
        let start = self.offset();
        let number = Decimal::parse(&self.scalar_of(kind, expected)?);
        number.ok_or_else(|| ReadError::unexpected(start, expected, kind))
    }

    /// Passes each element of a list to `element`, which has to read it.
    pub(crate) fn list(
        &mut self,
        element: &mut dyn FnMut(usize, &mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.expect(Kind::List)?;
        self.enter()?;
        let mut index = 0;
        while self.go_to_element(index)? {
            element(index, self)?;
            index += 1;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Goes to the next element of a list, or behind its end.
    fn go_to_element(&mut self, index: usize) -> Result<bool, ReadError> {
        let bytes = self.text.as_bytes();
        let start = json_tokens::blank(bytes, self.at);
        if index > 0 && bytes.get(start) == Some(&b']') {
            self.at = start + 1;
            return Ok(false);
        }
        let at = json_tokens::blank(bytes, start + 1);
        let before = if index == 0 { b'[' } else { b',' };
        match bytes.get(at) {
            Some(next) if bytes[start] == before && *next != b']' => {
                self.at = at;
                Ok(true)
            }
            Some(b']') if index == 0 => {
                self.at = at + 1;
                Ok(false)
            }
            _ if index == 0 => self.with_jiter(|reader| reader.next_array().map(|next| next.is_some())),
            _ => self.with_jiter(|reader| reader.array_step().map(|next| next.is_some())),
        }
    }

    /// Passes each member of an object to `member`, which has to read its value.
    pub(crate) fn members(
        &mut self,
        mut member: impl FnMut(Cow<'a, str>, &mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.open()?;
        let mut first = true;
        while let Some(Name::Text(name)) = self.name(mem::take(&mut first), None)? {
            member(name, self)?;
        }
        Ok(())
    }

    /// Begins an object, whose members have to be read until there is no further [`name`](Self::name).
    pub(crate) fn open(&mut self) -> Result<(), ReadError> {
        self.expect(Kind::Object)?;
        self.enter()
    }

    /// Returns the name of the next member of an object; behind the last one, `None`.
    ///
    /// `expected` is what probably comes next: the name in quotes, without escapes, and the colon, such as `"id":`. It is compared as bytes.
    #[inline]
    pub(crate) fn name(&mut self, first: bool, expected: Option<&[u8]>) -> Result<Option<Name<'a>>, ReadError> {
        let bytes = self.text.as_bytes();
        let before = if first { b'{' } else { b',' };
        let start = json_tokens::blank(bytes, self.at);
        if bytes.get(start) != Some(&before) {
            return self.end_of_object(first, start);
        }
        let at = json_tokens::blank(bytes, start + 1);
        if let Some(expected) = expected
            && bytes[at..].starts_with(expected)
        {
            self.at = at + expected.len();
            return Ok(Some(Name::Expected));
        }
        self.plain_name(first, at)
    }

    /// Reads a name without escapes and its colon. Leaves any other name to `jiter`.
    fn plain_name(&mut self, first: bool, at: usize) -> Result<Option<Name<'a>>, ReadError> {
        let bytes = self.text.as_bytes();
        if bytes.get(at) == Some(&b'"')
            && let Some(end) = json_tokens::string(bytes, at)
            && let colon = json_tokens::blank(bytes, end)
            && bytes.get(colon) == Some(&b':')
        {
            self.at = colon + 1;
            return Ok(Some(Name::Text(Cow::Borrowed(&self.text[at + 1..end - 1]))));
        }
        self.name_by_jiter(first)
    }

    /// Ends the object if `at` is its `}`. Otherwise lets `jiter` read on.
    fn end_of_object(&mut self, first: bool, at: usize) -> Result<Option<Name<'a>>, ReadError> {
        if !first && self.text.as_bytes().get(at) == Some(&b'}') {
            (self.at, self.depth) = (at + 1, self.depth - 1);
            return Ok(None);
        }
        self.name_by_jiter(first)
    }

    #[cold]
    fn name_by_jiter(&mut self, first: bool) -> Result<Option<Name<'a>>, ReadError> {
        self.with_jiter(|reader| {
            let name = if first { reader.next_object() } else { reader.next_key() };
            Ok(name?.map(|name| Name::Text(Cow::Owned(name.to_owned()))))
        })
        .inspect(|name| self.depth -= u8::from(name.is_none()))
    }

    /// Skips the next value and returns its text.
    pub(crate) fn skip(&mut self) -> Result<&'a str, ReadError> {
        let kind = self.kind()?;
        let start = self.offset();
        match kind {
            Kind::List => self.list(&mut |_, reader| reader.skip().map(drop)),
            Kind::Object => self.members(|_, reader| reader.skip().map(drop)),
            Kind::Text => self.str().map(drop),
            Kind::Number => self.number_text().map(drop),
            Kind::Null => self.take_null().map(drop),
            Kind::Bool => self.bool().map(drop),
        }
        .map_err(ReadError::mark_malformed)?;
        Ok(&self.text[start..self.at])
    }

    /// Returns to the start of a value that could not be read, if it can be skipped.
    pub(crate) fn recover(&mut self, to: Checkpoint, error: ReadError) -> Result<(), ReadError> {
        self.recover_within(Scope::Value, to, error)
    }

    /// Returns to the start of a value that could not be read as one variant of a union, if another can be tried.
    pub(crate) fn recover_variant(&mut self, to: Checkpoint, error: ReadError) -> Result<(), ReadError> {
        self.recover_within(Scope::Object, to, error)
    }

    fn recover_within(&mut self, scope: Scope, to: Checkpoint, error: ReadError) -> Result<(), ReadError> {
        if error.0.scope > scope {
            return Err(error);
        }
        self.rewind(to);
        Ok(())
    }

    /// Returns to a checkpoint.
    pub(crate) fn rewind(&mut self, to: Checkpoint) {
        Checkpoint(self.at, self.depth, self.deviations) = to;
    }

    /// Returns the current position.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.at, self.depth, self.deviations)
    }

    /// Returns the deviations counted since a checkpoint.
    pub(crate) fn since(&self, Checkpoint(_, _, then): Checkpoint) -> Deviations {
        let Deviations { scalars, nulls } = self.deviations;
        Deviations { scalars: scalars - then.scalars, nulls: nulls - then.nulls }
    }

    /// Returns the text of a scalar member of the next object, which stays unread; of duplicate members the first.
    pub(crate) fn peek_member(&mut self, name: &str) -> Result<Option<Cow<'a, str>>, ReadError> {
        let start = self.checkpoint();
        self.open()?;
        let mut first = true;
        let mut found = None;
        while let Some(next) = self.name(mem::take(&mut first), None)? {
            if matches!(next, Name::Text(next) if next == name) {
                let is_scalar = matches!(self.kind()?, Kind::Text | Kind::Number | Kind::Bool);
                found = if is_scalar { Some(self.scalar("a scalar")?) } else { None };
                break;
            }
            self.skip()?;
        }
        self.rewind(start);
        Ok(found)
    }

    /// Skips the rest of the document, whether it is JSON or not.
    pub(crate) fn skip_all(&mut self) {
        self.at = self.text.len();
    }

    /// Makes sure that nothing but white space is left.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        self.with_jiter(Jiter::finish)
    }

    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    pub(crate) fn error(&self, message: impl Into<Cow<'static, str>>) -> ReadError {
        ReadError::new(self.offset(), message)
    }

    fn expect(&mut self, expected: Kind) -> Result<(), ReadError> {
        let found = self.kind()?;
        if found == expected { Ok(()) } else { Err(ReadError::unexpected(self.offset(), expected.name(), found)) }
    }

    fn enter(&mut self) -> Result<(), ReadError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error("lists and objects nest deeper than 128 levels").mark_malformed());
        }
        self.depth += 1;
        Ok(())
    }
}

/// Why a value could not be read.
///
/// Boxed to keep every `Result` small: errors are rare.
#[derive(Debug)]
pub struct ReadError(Box<ReadErrorDetails>);

#[derive(Debug)]
struct ReadErrorDetails {
    path: Vec<Segment>,
    offset: usize,
    message: Cow<'static, str>,
    scope: Scope,
}

/// How much of a document an error costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// The value can be skipped, and kept as its text.
    Value,
    /// An object cannot be what its type says. Another variant of a union may fit it.
    Object,
    /// The document is not valid JSON from here on.
    Document,
}

/// A step of a path.
#[derive(Debug)]
pub(crate) enum Segment {
    Member(Cow<'static, str>),
    Index(usize),
}

impl ReadError {
    /// Adds the enclosing member or element to the path.
    pub(crate) fn within(mut self, segment: Segment) -> Self {
        self.0.path.push(segment);
        self
    }

    pub(crate) fn unexpected(offset: usize, expected: &str, found: Kind) -> Self {
        Self::new(offset, format!("expected {expected}, found {}", found.name()))
    }

    /// Marks the text as malformed JSON, and not only as a value of another type.
    fn mark_malformed(mut self) -> Self {
        self.0.scope = Scope::Document;
        self
    }

    /// Marks the object as incomplete: a member that its type cannot do without is missing or unreadable.
    pub(super) fn mark_incomplete(mut self) -> Self {
        self.0.scope = self.0.scope.max(Scope::Object);
        self
    }

    pub(crate) fn new(offset: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(ReadErrorDetails { path: Vec::new(), offset, message: message.into(), scope: Scope::Value }))
    }

    pub(super) fn malformed(offset: usize, message: &'static str) -> Self {
        Self::new(offset, message).mark_malformed()
    }

    /// Converts a `jiter` error. `start` is the offset at which `jiter` began.
    fn from_reader(start: usize, error: JiterError) -> Self {
        let message = match error.error_type {
            JiterErrorType::WrongType { .. } => Cow::Borrowed("the value is of another type"),
            // The message of `jiter` would contain the name of the member.
            JiterErrorType::JsonError(JsonErrorType::DuplicateKey(_)) => Cow::Borrowed("a member appears twice"),
            JiterErrorType::JsonError(kind) => Cow::Owned(kind.to_string().to_lowercase()),
        };
        Self::new(start + error.index, message)
    }

    pub(super) fn into_error(self) -> DecodeError {
        let mut path = String::from("$");
        let ReadErrorDetails { path: segments, offset, message, .. } = *self.0;
        for segment in segments.iter().rev() {
            match segment {
                Segment::Member(name) => write_member(&mut path, name).expect("a string takes every text"),
                Segment::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        DecodeError { path, offset, message }
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
    /// Returns the location as a JSON path, such as `$.items[2].name`; `$` is the whole document.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Takes out of the path what must not be shown. Names of members in it may be the server's.
    pub(crate) fn redact(&mut self, redact: impl FnOnce(&mut String)) {
        redact(&mut self.path);
    }

    /// Returns the offset in bytes.
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
