//! Types, their members, and what holds for their values.

use super::docs::Docs;
use super::success::Success;
use crate::document::Pointer;
use crate::names::Name;

/// The arena of types.
#[derive(Debug, Clone, Default)]
pub struct Types(Vec<TypeDef>);

/// The address of a type in [`Types`]; valid for the arena that gave it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(usize);

impl TypeId {
    /// Returns the place in the arena, counted from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

impl Types {
    /// Returns how many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "not needed")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a type and says where it is.
    pub fn insert(&mut self, definition: TypeDef) -> TypeId {
        self.0.push(definition);
        TypeId(self.0.len() - 1)
    }

    /// Returns the type at an address.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &TypeDef {
        &self.0[id.0]
    }

    /// Returns the type at an address, to be changed.
    pub fn get_mut(&mut self, id: TypeId) -> &mut TypeDef {
        &mut self.0[id.0]
    }

    /// Returns all addresses, in the order of insertion.
    pub fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.0.len()).map(TypeId)
    }

    /// Returns all types, in the order of insertion.
    pub fn iter(&self) -> impl Iterator<Item = &TypeDef> {
        self.0.iter()
    }

    /// Returns the type behind aliases.
    #[must_use]
    pub fn resolve<'a>(&'a self, ty: &'a Type) -> &'a Type {
        let mut ty = ty;
        while let Type::Named(id) = ty
            && let Shape::Alias(target) = &self.get(*id).shape
        {
            ty = target;
        }
        ty
    }
}

/// One named type.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Its name.
    pub name: Name,
    /// Its prose.
    pub docs: Docs,
    /// What it is.
    pub shape: Shape,
    /// Whether values of it are sent or received.
    pub usage: Usage,
    /// The type that it is another name for in Rust, since both have the same contract.
    pub alias_of: Option<TypeId>,
    /// Where the document defines it.
    pub at: Pointer,
}

/// What a named type is.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An object with declared members.
    Struct(Struct),
    /// An enum of texts, or of other plain values.
    Enum(Enum),
    /// A union of types.
    Union(Union),
    /// Another name for a type.
    Alias(Type),
}

impl Shape {
    /// Returns the names of members, values and alternatives.
    pub(super) fn names(&self) -> impl Iterator<Item = &Name> {
        let (fields, variants, alternatives) = match self {
            Self::Struct(object) => (object.fields.as_slice(), [].as_slice(), [].as_slice()),
            Self::Enum(choice) => (&[][..], choice.variants.as_slice(), &[][..]),
            Self::Union(union) => (&[][..], &[][..], union.alternatives.as_slice()),
            Self::Alias(_) => (&[][..], &[][..], &[][..]),
        };
        let fields = fields.iter().map(|field| &field.name);
        let variants = variants.iter().map(|variant| &variant.name);
        fields.chain(variants).chain(alternatives.iter().map(|alternative| &alternative.name))
    }

    /// Returns the types that a value holds, in place or behind something.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        let (fields, additional, alternatives, alias) = match self {
            Self::Struct(object) => match &object.additional {
                Additional::Typed(_, ty, _) => (&object.fields[..], Some(ty), &[][..], None),
                _ => (&object.fields[..], None, &[][..], None),
            },
            Self::Union(union) => (&[][..], None, &union.alternatives[..], None),
            Self::Alias(ty) => (&[][..], None, &[][..], Some(ty)),
            Self::Enum(_) => (&[][..], None, &[][..], None),
        };
        let fields = fields.iter().map(|field| &field.ty);
        fields.chain(additional).chain(alternatives.iter().map(|alternative| &alternative.ty)).chain(alias)
    }
}

/// Whether values of a type are sent or received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usage {
    /// No operation reaches it.
    Unused,
    /// They are received: every member may be missing.
    Response,
    /// They are sent: members are checked before.
    Request,
    /// Both: members are checked before they are sent, and read leniently.
    Both,
}

impl Usage {
    /// Returns whether callers make values of the type.
    #[must_use]
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Request | Self::Both)
    }

    /// Returns a type that is used in two ways.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unused, usage) | (usage, Self::Unused) => usage,
            (one, other) if one == other => one,
            _ => Self::Both,
        }
    }
}

/// A type as a field, an element or a body has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A type of the arena.
    Named(TypeId),
    /// A single value.
    Scalar(Scalar),
    /// An array.
    List(Box<Type>),
    /// An object whose member names are data.
    Map(Box<Type>),
    /// An element or a value that may be null; members have [`Presence`] for it.
    Nullable(Box<Type>),
    /// Any JSON value.
    Json,
}

impl Type {
    /// Returns the type of the arena that this one is, holds or lists.
    #[must_use]
    pub fn named(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) => Some(*id),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.named(),
            Self::Scalar(_) | Self::Json => None,
        }
    }

    /// Returns the scalar that this one is, holds or lists.
    #[must_use]
    pub fn scalar(&self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(*scalar),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.scalar(),
            Self::Named(_) | Self::Json => None,
        }
    }

    /// Returns the type of the arena that a value of this one holds in place.
    #[must_use]
    pub fn in_place(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) => Some(*id),
            Self::Nullable(inner) => inner.in_place(),
            Self::List(_) | Self::Map(_) | Self::Scalar(_) | Self::Json => None,
        }
    }
}

/// A single value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// Text; numbers and booleans are read as text too.
    Text,
    /// Text that must not be shown.
    Secret,
    /// A calendar date.
    Date,
    /// A moment, with its offset from UTC.
    DateTime,
    /// Bytes, which are base64 on the wire.
    Base64,
    /// Bytes, which are base64 in the alphabet of URLs on the wire.
    Base64Url,
    /// A file that is sent as a part of a form.
    Upload,
    /// An exact decimal number.
    Decimal,
    /// A 32-bit integer.
    Integer32,
    /// A 64-bit integer.
    Integer64,
    /// A 32-bit integer that is not negative.
    Unsigned32,
    /// A 64-bit integer that is not negative.
    Unsigned64,
    /// A truth value.
    Boolean,
}

/// An object with declared members.
#[derive(Debug, Clone, Default)]
pub struct Struct {
    /// The declared members, in the document's order.
    pub fields: Vec<Field>,
    /// What `additionalProperties` allows.
    pub additional: Additional,
    /// What holds between them.
    pub rules: Vec<Rule>,
    /// The members that the body of a success must have; others may be missing in a response.
    pub success_requires: Vec<String>,
    /// What its values mean as the body of a success.
    pub success: Option<Box<Success>>,
    /// Its named constructors; empty: `new` with all required members.
    pub constructors: Vec<Constructor>,
    /// Whether its values are distinguished from those of other types by their members.
    pub told_by_members: bool,
}

/// What `additionalProperties` of an object allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Additional {
    /// Nothing is declared; what a server sends is kept.
    #[default]
    Undeclared,
    /// Members of any name.
    Any,
    /// Members whose names match a pattern.
    Named(String),
    /// Members of one type, kept in a field of this name.
    Typed(Name, Type, Constraints),
}

/// One member of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Whether it may be left out or null.
    pub presence: Presence,
    /// What a value must satisfy.
    pub constraints: Constraints,
    /// Whether it may be shown.
    pub visibility: Visibility,
    /// Which way it goes.
    pub access: Access,
    /// Whether a call that sends it can be looked up with the service by its value.
    pub look_up: bool,
    /// The presence that the document declares; [`Field::presence`] may differ after analysis.
    pub declared: Presence,
    /// What the server assumes when it is absent, as JSON text.
    pub default: Option<String>,
    /// Whether it should still be used.
    pub status: Status,
    /// Whether the type contains itself through this member, which is boxed then.
    pub storage: Storage,
    /// Its prose.
    pub docs: Docs,
    /// Where the document declares it.
    pub at: Pointer,
}

/// Whether a member may be left out or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Always there.
    Required,
    /// May be absent.
    Optional,
    /// Always there, perhaps null.
    Nullable,
    /// May be absent or null, which differ.
    OptionalNullable,
    /// Always there when it is sent; may be absent when it is received.
    Sent,
    /// The same, perhaps null.
    SentNullable,
    /// Always there, but callers need not give it: a union adds it to the object that it holds.
    Tag,
}

impl Presence {
    /// Returns whether it is always there when it is sent, be it null.
    #[must_use]
    pub fn is_required(self) -> bool {
        self.is_argument() || self == Self::Tag
    }

    /// Returns whether no value can be made without it.
    #[must_use]
    pub fn is_argument(self) -> bool {
        matches!(self, Self::Required | Self::Nullable | Self::Sent | Self::SentNullable)
    }

    /// Returns whether it may be null.
    #[must_use]
    pub fn is_nullable(self) -> bool {
        matches!(self, Self::Nullable | Self::OptionalNullable | Self::SentNullable)
    }

    /// Returns the same, but the member may be left out.
    #[must_use]
    pub fn or_absent(self) -> Self {
        match self {
            Self::Required | Self::Optional | Self::Sent | Self::Tag => Self::Optional,
            Self::Nullable | Self::OptionalNullable | Self::SentNullable => Self::OptionalNullable,
        }
    }

    /// Returns the presence with the same type in Rust that says no more than that type.
    #[must_use]
    pub fn in_rust(self) -> Self {
        match self {
            Self::Sent | Self::Tag => Self::Optional,
            Self::SentNullable => Self::OptionalNullable,
            other => other,
        }
    }

    /// Returns the same, but the member may be absent when it is received.
    #[must_use]
    pub fn or_absent_when_received(self) -> Self {
        match self {
            Self::Required => Self::Sent,
            Self::Nullable => Self::SentNullable,
            other => other,
        }
    }
}

/// Whether a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// In `Debug` like any other.
    Shown,
    /// Redacted wherever values are printed.
    Sensitive,
}

/// Which way a member goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Both.
    Both,
    /// Servers set it, callers do not.
    ReadOnly,
    /// Callers set it, servers do not show it.
    WriteOnly,
}

/// Whether a member should still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Yes.
    Current,
    /// No: it goes away.
    Deprecated,
}

/// How a member is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Storage {
    /// In place.
    Inline,
    /// Behind a box, since the type contains itself.
    Boxed,
}

/// What a value must satisfy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Constraints {
    /// The constraints, in a fixed order.
    pub checks: Vec<Check>,
    /// The constraints on elements of a list or values of a map.
    pub each: Option<Box<Constraints>>,
    /// The `format`, such as `uuid`; it is an annotation if it has no type in Rust.
    pub format: Option<String>,
}

impl Constraints {
    /// Returns how deep the limits of elements lie within each other.
    #[must_use]
    pub fn nesting(&self) -> usize {
        std::iter::successors(self.each.as_deref(), |constraints| constraints.each.as_deref()).count()
    }

    /// Returns whether nothing is demanded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.each.as_ref().is_none_or(|each| each.is_empty())
    }
}

/// One constraint; counts are Unicode scalar values, elements or members, bounds are decimal text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Check {
    /// `minLength`.
    MinLength(usize),
    /// `maxLength`.
    MaxLength(usize),
    /// `pattern`.
    Pattern(String),
    /// `minimum`.
    Minimum(String),
    /// `minimum` with `exclusiveMinimum`.
    ExclusiveMinimum(String),
    /// `maximum`.
    Maximum(String),
    /// `maximum` with `exclusiveMaximum`.
    ExclusiveMaximum(String),
    /// `multipleOf`.
    MultipleOf(String),
    /// `minItems`.
    MinItems(usize),
    /// `maxItems`.
    MaxItems(usize),
    /// `uniqueItems`.
    UniqueItems,
    /// `minProperties`.
    MinProperties(usize),
    /// `maxProperties`.
    MaxProperties(usize),
}

/// A condition on one member: its value, or its default, has this text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The member.
    pub property: String,
    /// The text of its value.
    pub text: String,
}

/// What holds between the members of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// At least one alternative is completely present, when all conditions hold.
    Require {
        /// The conditions; none: always.
        when: Vec<Condition>,
        /// The alternatives.
        any_of: Vec<Vec<String>>,
    },
    /// A member has this value, when all conditions hold.
    Equals {
        /// The conditions; none: always.
        when: Vec<Condition>,
        /// The member and its value.
        then: Condition,
    },
    /// The paths count at most so many elements together.
    MaxTotal {
        /// The greatest sum.
        max: usize,
        /// Paths such as `orders[].lines[]`.
        of: Vec<String>,
        /// What is counted, in words.
        counts: String,
        /// Where the document says so.
        at: Pointer,
    },
    /// The numbers at the paths are together at most a member.
    MaxSum {
        /// Paths such as `orders[].price`.
        of: Vec<String>,
        /// The member.
        at_most: String,
        /// Where the document says so.
        at: Pointer,
    },
}

/// A named constructor of an object, which sets some members.
#[derive(Debug, Clone)]
pub struct Constructor {
    /// Its name.
    pub name: Name,
    /// Its prose.
    pub docs: Docs,
    /// The members it settles.
    pub fixed: Vec<Condition>,
    /// The members it takes as arguments, in order.
    pub arguments: Vec<String>,
    /// Where the document declares it.
    pub at: Pointer,
}

/// An enum, open to unknown values.
#[derive(Debug, Clone)]
pub struct Enum {
    /// The known values.
    pub variants: Vec<Variant>,
    /// How they are written.
    pub notation: Notation,
}

/// How the values of an enum are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notation {
    /// As text.
    Text,
    /// As JSON: numbers, truth values, or texts among them.
    Json,
}

/// One known value.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its name; the wire name is the text, or the JSON text.
    pub name: Name,
    /// What it means.
    pub docs: Docs,
    /// Where the document lists it.
    pub at: Pointer,
}

/// A union of types, open to values of other types.
#[derive(Debug, Clone, Default)]
pub struct Union {
    /// The alternatives, in the document's order.
    pub alternatives: Vec<Alternative>,
    /// The member that tells which one a value is.
    pub discriminator: Option<Discriminator>,
}

/// The member that tells which alternative a value is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Discriminator {
    /// The document names it: a value that it maps to nothing is of no alternative.
    Declared(String),
    /// It has different values in each alternative.
    Inferred(String),
}

impl Discriminator {
    /// Returns the member's name on the wire.
    #[must_use]
    pub fn property(&self) -> &str {
        match self {
            Self::Declared(property) | Self::Inferred(property) => property,
        }
    }
}

/// One type of a union.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// The variant's name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// The values of the discriminator that stand for it.
    pub tags: Vec<String>,
    /// Whether the others derive from it.
    pub is_parent: bool,
    /// What it means.
    pub docs: Docs,
    /// Where the document lists it.
    pub at: Pointer,
}

impl Types {
    /// Returns the object that a type is, behind aliases.
    #[must_use]
    pub fn object<'a>(&'a self, ty: &'a Type) -> Option<&'a Struct> {
        let Type::Named(id) = self.resolve(ty) else { return None };
        match &self.get(*id).shape {
            Shape::Struct(object) => Some(object),
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
        }
    }
}

impl Struct {
    /// Returns whether a member is declared.
    #[must_use]
    pub fn declares(&self, wire: &str) -> bool {
        self.fields.iter().any(|field| field.name.wire() == wire)
    }
}
