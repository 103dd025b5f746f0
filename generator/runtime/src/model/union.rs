//! Values of one of several types.

use std::ptr;

use super::json::Json;
use super::json_reader::{Checkpoint, JsonReader, Kind, ReadError};
use super::union_match::UnionMatch;
use super::value::{Node, Value};

/// A value of one of several types: an enum whose variants hold a value each, and one for what none of them can hold.
///
/// Indices are those of the table's variants.
pub trait Union: Send + Sync {
    /// Returns what tells the variants apart.
    fn table(&self) -> &'static UnionTable;

    /// Creates a blank union: an unknown `null`.
    fn blank() -> Self
    where
        Self: Sized;

    /// Returns the value of the variant; `None` when it is unknown.
    fn get(&self) -> Option<&dyn Value>;

    /// Becomes a variant with a blank value, and returns its slot.
    fn choose(&mut self, index: usize) -> Option<&mut dyn Value>;

    /// Returns the value that no variant can hold.
    fn unknown(&self) -> Option<&Json>;

    /// Becomes a value that no variant can hold.
    fn set_unknown(&mut self, value: Json);
}

/// What tells the variants of a union apart.
#[derive(Debug)]
pub struct UnionTable {
    name: &'static str,
    variants: &'static [Variant],
    discriminator: Option<&'static str>,
}

impl UnionTable {
    /// Creates the table of a union; the order of the variants decides between equal matches.
    #[must_use]
    pub const fn new(name: &'static str, variants: &'static [Variant]) -> Self {
        Self { name, variants, discriminator: None }
    }

    /// Sets the member whose text names the variant.
    #[must_use]
    pub const fn discriminator(mut self, member: &'static str) -> Self {
        self.discriminator = Some(member);
        self
    }

    /// Returns the variant that the next value names, if it names one.
    fn tagged(&self, kind: Kind, reader: &mut JsonReader<'_>) -> Result<Option<usize>, ReadError> {
        let Some(member) = self.discriminator.filter(|_| kind == Kind::Object) else { return Ok(None) };
        let tag = reader.peek_member(member)?;
        let names = |variant: &Variant, tag: &str| matches!(variant.0, Form::Object(tags) if tags.contains(&tag));
        Ok(tag.and_then(|tag| self.variants.iter().position(|variant| names(variant, &tag))))
    }

    /// Returns the variants that a value of this kind may be of. Without one, any scalar variant is a candidate.
    fn candidates(&self, kind: Kind) -> Vec<usize> {
        let of = |fits: &dyn Fn(Form) -> bool| {
            let variants = self.variants.iter().enumerate().filter(|(_, variant)| fits(variant.0));
            variants.map(|(index, _)| index).collect::<Vec<_>>()
        };
        let exact = of(&|form| form.holds(kind));
        match kind {
            Kind::Text | Kind::Number | Kind::Bool if exact.is_empty() => of(&Form::is_scalar),
            _ => exact,
        }
    }
}

/// What a variant of a union looks like from outside.
#[derive(Clone, Copy, Debug)]
pub struct Variant(Form);

#[derive(Clone, Copy, Debug)]
enum Form {
    Object(&'static [&'static str]),
    Text,
    Number,
    Boolean,
    List,
    Any,
}

impl Variant {
    /// Creates a variant that is an object, with the discriminator values that name it.
    #[must_use]
    pub const fn object(tags: &'static [&'static str]) -> Self {
        Self(Form::Object(tags))
    }

    /// Creates a variant that is a string.
    #[must_use]
    pub const fn text() -> Self {
        Self(Form::Text)
    }

    /// Creates a variant that is a number.
    #[must_use]
    pub const fn number() -> Self {
        Self(Form::Number)
    }

    /// Creates a variant that is a boolean.
    #[must_use]
    pub const fn boolean() -> Self {
        Self(Form::Boolean)
    }

    /// Creates a variant that is a list.
    #[must_use]
    pub const fn list() -> Self {
        Self(Form::List)
    }

    /// Creates a variant of any kind, including `null`.
    #[must_use]
    pub const fn any() -> Self {
        Self(Form::Any)
    }
}

impl Form {
    fn holds(self, kind: Kind) -> bool {
        match self {
            Self::Object(_) => kind == Kind::Object,
            Self::Text => kind == Kind::Text,
            Self::Number => kind == Kind::Number,
            Self::Boolean => kind == Kind::Bool,
            Self::List => kind == Kind::List,
            Self::Any => true,
        }
    }

    fn is_scalar(self) -> bool {
        matches!(self, Self::Text | Self::Number | Self::Boolean)
    }
}

/// Returns what a value of a union is on the wire: that of its variant.
pub fn union_node(union: &dyn Union) -> Node<'_> {
    match (union.get(), union.unknown()) {
        (Some(value), _) => value.node(),
        (None, Some(json)) => Node::Unknown { json, union: union.table().name },
        (None, None) => Node::Null,
    }
}

/// Reads a value into the variant it names; if it names none, into the one that it fits best. What fits none is kept as it came.
///
/// # Errors
///
/// When the next value is no JSON.
pub fn read_union(union: &mut dyn Union, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let table = union.table();
    let kind = reader.kind()?;
    if let Some(index) = table.tagged(kind, reader)? {
        return read_as(union, Some(index), reader);
    }
    match table.candidates(kind)[..] {
        [] => read_as(union, None, reader),
        [only] => read_as(union, Some(only), reader),
        ref several => read_best(union, several, reader),
    }
}

/// Reads a value into a variant, or keeps it.
fn read_as(union: &mut dyn Union, index: Option<usize>, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let start = reader.checkpoint();
    if let Some(value) = index.and_then(|index| union.choose(index)) {
        let Err(error) = value.read(reader) else { return Ok(()) };
        reader.recover(start, error)?;
    }
    union.set_unknown(Json::from_checked(reader.skip()?));
    Ok(())
}

fn read_best(union: &mut dyn Union, candidates: &[usize], reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
    let (start, place) = (reader.checkpoint(), (reader.offset(), ptr::from_ref(union.table()).addr()));
    if let Some(&best_variants) = reader.union_trials.best_variants.get(&place) {
        return read_as(union, best_variants, reader);
    }
    reader.union_trials.open += 1;
    let (mut best, mut stands) = (None::<(UnionMatch, usize)>, false);
    for &index in candidates {
        reader.rewind(start);
        let found = read_trial(union, index, start, reader)?;
        stands = found.is_some_and(|found| best.is_none_or(|(best, _)| found.is_better_than(best)));
        best = if stands { found.map(|found| (found, index)) } else { best };
        if found.is_some_and(UnionMatch::is_perfect) {
            break;
        }
    }
    reader.union_trials.open -= 1;
    let best = best.map(|(_, index)| index);
    if reader.union_trials.open > 0 {
        reader.union_trials.best_variants.insert(place, best);
    }
    if stands {
        return Ok(());
    }
    reader.rewind(start);
    read_as(union, best, reader)
}

/// Reads a value into a variant and says how well it fits; `None` when it cannot be read.
fn read_trial(
    union: &mut dyn Union,
    index: usize,
    start: Checkpoint,
    reader: &mut JsonReader<'_>,
) -> Result<Option<UnionMatch>, ReadError> {
    let Some(value) = union.choose(index) else { return Ok(None) };
    match value.read(reader) {
        Ok(()) => Ok(Some(UnionMatch::of(value, reader.since(start)))),
        Err(error) => reader.recover(start, error).map(|()| None),
    }
}
