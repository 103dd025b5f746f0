//! Values of one of several types.

use std::borrow::Cow;

use super::json::Json;
use super::json_reader::{JsonReader, Kind, ReadError};
use super::object::each_member;
use super::table::Presence;
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

    /// Returns the index of the variant and its value; `None` when it is unknown.
    fn get(&self) -> Option<(usize, &dyn Value)>;

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
    pub(crate) name: &'static str,
    variants: &'static [Variant],
    /// The member whose text names the variant.
    tag: Option<&'static str>,
    /// Whether the document names that member as the discriminator; otherwise it was found by its values.
    is_declared: bool,
    /// Whether values are sent that were received before.
    pub(super) is_exchanged: bool,
}

/// What a value says about its variant.
pub(super) enum Named {
    /// The index of the variant.
    Variant(usize),
    /// A tag that the document maps to nothing.
    Unmapped,
    /// Nothing.
    Nothing,
}

impl UnionTable {
    /// Creates the table of a union; the order of the variants decides between equal matches.
    #[must_use]
    pub const fn new(name: &'static str, variants: &'static [Variant]) -> Self {
        Self { name, variants, tag: None, is_declared: false, is_exchanged: false }
    }

    /// Sets the member whose text names the variant, which the document declares: a value that has another text is of no variant,
    /// and the member is sent whether the variant declares it or not.
    #[must_use]
    pub const fn discriminator(self, member: &'static str) -> Self {
        Self { tag: Some(member), is_declared: true, ..self }
    }

    /// Sets a member that has different texts in each variant. The document does not say that it names the variant.
    #[must_use]
    pub const fn inferred_tag(self, member: &'static str) -> Self {
        Self { tag: Some(member), ..self }
    }

    /// Lets values of no variant go back to the server as they came.
    #[must_use]
    pub const fn exchanged(self) -> Self {
        Self { is_exchanged: true, ..self }
    }

    /// Returns whether a value lacks the discriminator, without which its type is incomplete.
    pub(super) fn misses_tag(&self, value: &dyn Value) -> bool {
        let Some((member, Node::Object(object))) = self.declared().map(|member| (member, value.node())) else {
            return false;
        };
        let field = object.table().position(member).map(|index| object.table().rows[index].presence);
        field.is_some_and(|presence| presence != Presence::Optional) && object.member(member).is_none()
    }

    /// Returns the discriminator of the document.
    fn declared(&self) -> Option<&'static str> {
        self.tag.filter(|_| self.is_declared)
    }

    /// Returns what the next value says about its variant.
    pub(super) fn named(&self, kind: Kind, reader: &mut JsonReader<'_>) -> Result<Named, ReadError> {
        let Some(member) = self.tag.filter(|_| kind == Kind::Object) else { return Ok(Named::Nothing) };
        let Some(tag) = reader.peek_member(member)? else { return Ok(Named::Nothing) };
        let variants = || self.variants.iter();
        let parent = || variants().position(|variant| matches!(variant.0, Form::Parent(_)));
        Ok(match variants().position(|variant| variant.tags().contains(&&*tag)) {
            Some(index) => Named::Variant(index),
            None if !self.is_declared => Named::Nothing,
            None => parent().map_or(Named::Unmapped, Named::Variant),
        })
    }

    /// Returns the variants that a value of this kind may be of. Without one, any scalar variant is a candidate.
    pub(super) fn candidates(&self, kind: Kind) -> Vec<usize> {
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
    Parent(&'static [&'static str]),
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

    /// Creates a variant for the type that the others derive from, with the discriminator values that name it. Values with a tag of
    /// no variant are of it, too, since the members that they share with it are the same.
    #[must_use]
    pub const fn parent(tags: &'static [&'static str]) -> Self {
        Self(Form::Parent(tags))
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

    /// Returns the discriminator values that name the variant.
    fn tags(self) -> &'static [&'static str] {
        match self.0 {
            Form::Object(tags) | Form::Parent(tags) => tags,
            Form::Text | Form::Number | Form::Boolean | Form::List | Form::Any => &[],
        }
    }
}

impl Form {
    fn holds(self, kind: Kind) -> bool {
        match self {
            Self::Object(_) | Self::Parent(_) => kind == Kind::Object,
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

/// Returns what a value of a union is on the wire: that of its variant, with its tag.
pub fn union_node(union: &dyn Union) -> Node<'_> {
    let table = union.table();
    match (union.get(), union.unknown()) {
        (Some((_, value)), _) => match value.node() {
            // What has members has to have the discriminator.
            Node::Object(_) | Node::Map(_) | Node::Union(_) if table.is_declared => Node::Union(union),
            node => node,
        },
        (None, Some(json)) => Node::Unknown { json, union: table },
        (None, None) => Node::Null,
    }
}

/// The discriminator value of a variant.
#[derive(Clone, Copy)]
pub(crate) struct Tag {
    pub(crate) member: &'static str,
    table: &'static UnionTable,
    index: usize,
}

impl Tag {
    /// Returns the text to be sent, if the variant has one: the key of the document's mapping.
    pub(crate) fn text(&self) -> Option<&'static str> {
        self.table.variants[self.index].tags().first().copied()
    }

    /// Returns why the member cannot have a value in this variant, if it cannot.
    pub(crate) fn refusal(&self, found: Node<'_>) -> Option<String> {
        let variant = self.table.variants[self.index];
        let own = variant.tags();
        let found = found.into_scalar();
        let is_of = |variant: &Variant| found.as_deref().is_some_and(|found| variant.tags().contains(&found));
        let fits = match variant.0 {
            Form::Object([_, ..]) => is_of(&variant),
            // Values with a tag of no variant are of these.
            _ => is_of(&variant) || !self.table.variants.iter().any(is_of),
        };
        match own {
            _ if fits => None,
            [] => Some("names another variant than the one that is sent".to_owned()),
            [only] => Some(format!("must be {only} in this variant")),
            [..] => Some(format!("must be one of {} in this variant", own.join(", "))),
        }
    }
}

impl<'a> Node<'a> {
    /// Returns the value within unions, and the tags that it must have: one for each discriminator. Where unions within each other have the
    /// same one, the innermost is the most specific.
    pub(crate) fn within_unions(self) -> (Self, Vec<Tag>) {
        let (mut node, mut tags) = (self, Vec::<Tag>::new());
        while let Node::Union(union) = node {
            let Some((index, value)) = union.get() else { return (Node::Null, tags) };
            let table = union.table();
            if let Some(member) = table.declared() {
                tags.retain(|outer| outer.member != member);
                tags.push(Tag { member, table, index });
            }
            node = value.node();
        }
        (node, tags)
    }
}

/// Passes the members of an object, a map or a union of such: the tags that a variant does not hold itself, then those that it holds.
pub(crate) fn each_member_within(node: &Node<'_>, member: &mut dyn FnMut(&str, &Node<'_>)) {
    let (node, tags) = node.clone().within_unions();
    for tag in tags {
        if let Some(text) = tag.text().filter(|_| node.member(tag.member).is_none()) {
            member(tag.member, &Node::Text(Cow::Borrowed(text)));
        }
    }
    match node {
        Node::Object(object) => each_member(object, member),
        Node::Map(map) => map.entries().for_each(|(name, value)| member(name, &value.node())),
        _ => {}
    }
}

/// Does the same without the members that requests leave out.
pub(crate) fn each_sent_member(node: &Node<'_>, member: &mut dyn FnMut(&str, &Node<'_>)) {
    let table = match node.clone().within_unions() {
        (Node::Object(object), _) => Some(object.table()),
        _ => None,
    };
    each_member_within(node, &mut |name, node| {
        if !table.is_some_and(|table| table.is_read_only(name)) {
            member(name, node);
        }
    });
}
