//! The model between reading and writing: Rust-shaped, free of OpenAPI, data only.
//!
//! Whatever can be said here can be emitted; what cannot be emitted was refused by [`crate::lower`].

mod failure;
mod success;

use std::collections::BTreeMap;

pub use failure::{CodeClass, Failure, FailureCode, FailureOutcome, PlainFailure, Reasons, ResultCodes};
pub use success::{Means, State, Success};

use crate::document::Pointer;
use crate::document::Value;
use crate::names::Name;

/// Everything one document says, ready to be written as a crate.
#[derive(Debug, Clone)]
pub struct Api {
    /// The title of the API.
    pub title: String,
    /// The version of the API, as the document counts.
    pub version: String,
    /// What the API is, in CommonMark.
    pub docs: Docs,
    /// The places where it runs.
    pub servers: Vec<Server>,
    /// The types of bodies, addressed by [`TypeId`].
    pub types: Types,
    /// The operations, in the order of their names.
    pub operations: Vec<Operation>,
    /// What the service sends of its own accord: the bodies of webhooks and callbacks.
    pub received: Vec<Type>,
    /// The ways to prove who is calling, by name.
    pub schemes: Vec<Scheme>,
    /// How its calls are made and how they fail.
    pub service: Service,
    /// Whether its examples are what their schemas say, so that code can be made of them and be relied on.
    pub examples: Examples,
}

impl Api {
    /// The names of the document that its Rust has, in no order.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        let types = self.types.iter().flat_map(|definition| definition.shape.names().chain([&definition.name]));
        let operations = self.operations.iter().flat_map(Operation::names);
        let servers = self
            .servers
            .iter()
            .flat_map(|server| server.variables.iter().map(|variable| &variable.name).chain([&server.name]));
        types.chain(operations).chain(servers).chain(self.schemes.iter().map(|scheme| &scheme.name))
    }
}

/// How far the examples of a document can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// They are what their schemas say: code that is made of them compiles.
    Held,
    /// They are for readers; those of documents of others seldom are what their schemas say.
    Shown,
}

/// One example of a body.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name, if the document lists several.
    pub name: Option<String>,
    /// What it shows, in a line.
    pub summary: String,
    /// The body, to the last digit.
    pub value: Value,
    /// Where it stands.
    pub at: Pointer,
}

/// The prose of one item.
#[derive(Debug, Clone, Default)]
pub struct Docs {
    /// CommonMark, as the document has it.
    pub text: String,
    /// Short sentences that follow from keywords: defaults, examples, deprecation.
    pub notes: Vec<String>,
}

impl Docs {
    /// Text as a code span of CommonMark, whatever backticks are in it.
    #[must_use]
    pub fn code(text: &str) -> String {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let ticks = "`".repeat(longest + 1);
        let margin = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        format!("{ticks}{margin}{text}{margin}{ticks}")
    }
}

/// One base URL with the variant that names it.
#[derive(Debug, Clone)]
pub struct Server {
    /// The variant's name.
    pub name: Name,
    /// The base URL, without a trailing slash; variables in braces.
    pub url: String,
    /// What can be put in the place of variables.
    pub variables: Vec<ServerVariable>,
    /// What runs there.
    pub docs: Docs,
    /// Where the document declares it.
    pub at: Pointer,
}

impl Server {
    /// The base URL with the default of each variable.
    #[must_use]
    pub fn default_url(&self) -> String {
        let url = self.variables.iter().fold(self.url.clone(), |url, variable| {
            url.replace(&format!("{{{}}}", variable.name.wire()), &variable.default)
        });
        // A variable at the end may be empty.
        url.trim_end_matches('/').to_owned()
    }
}

/// A part of a base URL that callers choose.
#[derive(Debug, Clone)]
pub struct ServerVariable {
    /// Its name.
    pub name: Name,
    /// What it is unless chosen.
    pub default: String,
    /// What it is for, and what can be chosen.
    pub docs: Docs,
    /// Where the document declares it.
    pub at: Pointer,
}

/// The arena of types.
#[derive(Debug, Clone, Default)]
pub struct Types(Vec<TypeDef>);

/// The address of a type in [`Types`]; valid for the arena that gave it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(usize);

impl TypeId {
    /// The place in the arena, counted from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

impl Types {
    /// How many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a type and says where it is.
    pub fn insert(&mut self, definition: TypeDef) -> TypeId {
        self.0.push(definition);
        TypeId(self.0.len() - 1)
    }

    /// The type at an address.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &TypeDef {
        &self.0[id.0]
    }

    /// The type at an address, to be changed.
    pub fn get_mut(&mut self, id: TypeId) -> &mut TypeDef {
        &mut self.0[id.0]
    }

    /// All addresses, in the order of insertion.
    pub fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.0.len()).map(TypeId)
    }

    /// All types, in the order of insertion.
    pub fn iter(&self) -> impl Iterator<Item = &TypeDef> {
        self.0.iter()
    }

    /// The type behind aliases.
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
    /// Who makes values of it.
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
    /// A choice of texts, or of other plain values.
    Enum(Enum),
    /// A choice of types.
    Union(Union),
    /// Another name for a type.
    Alias(Type),
}

impl Shape {
    /// The names of members, values and alternatives.
    fn names(&self) -> impl Iterator<Item = &Name> {
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

    /// The types that a value holds, in place or behind something.
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

/// Who makes values of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usage {
    /// Nobody: no operation reaches it.
    Unused,
    /// Servers only: every member may be missing.
    Response,
    /// Callers only: members are checked before they are sent.
    Request,
    /// Both: members are checked before they are sent, and forgiven when they are read.
    Both,
}

impl Usage {
    /// Whether callers make values of the type.
    #[must_use]
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Request | Self::Both)
    }

    /// A type that is used in two ways.
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
    /// The type of the arena that this one is, holds or lists.
    #[must_use]
    pub fn named(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) => Some(*id),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.named(),
            Self::Scalar(_) | Self::Json => None,
        }
    }

    /// The scalar that this one is, holds or lists.
    #[must_use]
    pub fn scalar(&self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(*scalar),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.scalar(),
            Self::Named(_) | Self::Json => None,
        }
    }

    /// The type of the arena that a value of this one holds in place.
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
    /// What else may stand beside them.
    pub additional: Additional,
    /// What holds between them.
    pub rules: Vec<Rule>,
    /// The members without which a success body is none; others may be missing in an answer.
    pub success_requires: Vec<String>,
    /// What its values mean as the body of a success.
    pub success: Option<Box<Success>>,
    /// Named ways to make one; empty: the one `new` with all required members.
    pub constructors: Vec<Constructor>,
    /// Whether its values have to be told from those of other types by the members they have.
    pub told_by_members: bool,
}

/// What may stand beside the declared members of an object.
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
    Typed(Name, Type, Limits),
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
    pub limits: Limits,
    /// Whether it may be shown.
    pub visibility: Visibility,
    /// Which way it goes.
    pub access: Access,
    /// Whether a call that sends it can be looked up with the service by its value.
    pub look_up: bool,
    /// What the document says of that, whatever became of it in [`Field::presence`].
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
}

impl Presence {
    /// Whether it is always there, be it null.
    #[must_use]
    pub fn is_required(self) -> bool {
        matches!(self, Self::Required | Self::Nullable)
    }

    /// Whether it may be null.
    #[must_use]
    pub fn is_nullable(self) -> bool {
        matches!(self, Self::Nullable | Self::OptionalNullable)
    }

    /// The same, but the member may be left out.
    #[must_use]
    pub fn or_absent(self) -> Self {
        match self {
            Self::Required | Self::Optional => Self::Optional,
            Self::Nullable | Self::OptionalNullable => Self::OptionalNullable,
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
pub struct Limits {
    /// The constraints, in a fixed order.
    pub checks: Vec<Check>,
    /// The constraints on elements of a list or values of a map.
    pub each: Option<Box<Limits>>,
    /// What the document says of the form of a value, such as `uuid`: an annotation, where no type follows from it.
    pub format: Option<String>,
}

impl Limits {
    /// How deep the limits of elements lie within each other.
    #[must_use]
    pub fn nesting(&self) -> usize {
        std::iter::successors(self.each.as_deref(), |limits| limits.each.as_deref()).count()
    }

    /// Whether nothing is demanded.
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

/// A named way to make an object, with members that follow from the name.
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

/// A choice of plain values, open to values not yet known.
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

/// A choice of types, open to values of other types.
#[derive(Debug, Clone, Default)]
pub struct Union {
    /// The alternatives, in the document's order.
    pub alternatives: Vec<Alternative>,
    /// The member that tells which one a value is.
    pub discriminator: Option<String>,
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
    /// What it means.
    pub docs: Docs,
    /// Where the document lists it.
    pub at: Pointer,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name; the wire name is the operationId.
    pub name: Name,
    /// The name of the call's type.
    pub call: Name,
    /// Its one-line summary.
    pub summary: String,
    /// Its prose.
    pub docs: Docs,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path, cut at its parameters.
    pub path: Vec<Segment>,
    /// The parameters behind the `?`.
    pub query: Vec<Parameter>,
    /// The cookies that a caller may set.
    pub cookies: Vec<Parameter>,
    /// The header parameters that a caller may set.
    pub headers: Vec<HeaderParameter>,
    /// The headers that the runtime sends of its own accord, the idempotency key apart.
    pub runtime_headers: Vec<RuntimeHeader>,
    /// Whether the server knows a repeated call by its key.
    pub idempotency: Idempotency,
    /// The body it takes.
    pub body: Option<Body>,
    /// What it answers with.
    pub answer: Answer,
    /// The media type it is asked to answer with, where that is not JSON.
    pub accept: Option<String>,
    /// The media types in which it answers beside JSON, to be read as they come.
    pub streams: Option<String>,
    /// The declared headers of its answers, as a type whose members they are.
    pub answer_headers: Option<TypeId>,
    /// What it answers when it fails, by status.
    pub failures: Vec<FailureBody>,
    /// All that it answers, success or not, in the document's order and words.
    pub replies: Vec<Reply>,
    /// Who may call it; `None`: whoever has an access token of the service's.
    pub security: Option<Vec<Vec<Name>>>,
    /// Where it runs, if not where the others do.
    pub servers: Vec<String>,
    /// Whether it should still be used.
    pub status: Status,
    /// Where the document declares it.
    pub at: Pointer,
}

impl Operation {
    /// Its own names and those of its parameters and answers.
    fn names(&self) -> impl Iterator<Item = &Name> {
        let places = self.path_parameters().map(|place| &place.parameter);
        let parameters = places.chain(&self.query).chain(&self.cookies).map(|parameter| &parameter.name);
        let headers = self.headers.iter().map(|header| &header.name);
        let cases = match &self.answer {
            Answer::ByStatus(by_status) => by_status.cases.as_slice(),
            Answer::Nothing | Answer::Body(_) | Answer::Perhaps(_) | Answer::Stream => &[],
        };
        let cases = cases.iter().map(|case| &case.name);
        [&self.name, &self.call].into_iter().chain(parameters).chain(headers).chain(cases)
    }

    /// The types of everything that callers hand over.
    pub fn sent_types(&self) -> impl Iterator<Item = &Type> {
        let places = self.path_parameters().map(|place| &place.parameter.ty);
        let parameters = self.query.iter().chain(&self.cookies).map(|parameter| &parameter.ty);
        let headers = self.headers.iter().map(|header| &header.ty);
        places.chain(parameters).chain(headers).chain(self.body.iter().filter_map(Body::ty))
    }

    /// The path with its parameters in braces.
    #[must_use]
    pub fn template(&self) -> String {
        let segments = self.path.iter().map(|segment| match segment {
            Segment::Literal(text) => text.clone(),
            Segment::Parameter(place) => format!("{{{}}}", place.parameter.name.wire()),
        });
        segments.collect()
    }

    /// The method and the path.
    #[must_use]
    pub fn route(&self) -> String {
        format!("{} {}", self.method, self.template())
    }

    /// The parameters in the path, in its order.
    pub fn path_parameters(&self) -> impl Iterator<Item = &PathParameter> {
        self.path.iter().filter_map(|segment| match segment {
            Segment::Parameter(parameter) => Some(&**parameter),
            Segment::Literal(_) => None,
        })
    }
}

/// An answer as its readers are told of it.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status, such as `201`, `4XX` or `default`.
    pub status: String,
    /// What it means.
    pub docs: Docs,
    /// The body in JSON, if there is one.
    pub ty: Option<Type>,
    /// The media types of its body.
    pub media_types: Vec<String>,
    /// Its headers.
    pub headers: Vec<ReplyHeader>,
    /// Bodies from the document's examples.
    pub examples: Vec<Example>,
    /// Where the document declares it.
    pub at: Pointer,
}

/// A header of an answer as its readers are told of it.
#[derive(Debug, Clone)]
pub struct ReplyHeader {
    /// Its name.
    pub name: String,
    /// What it says.
    pub docs: Docs,
    /// What its value is, in the words of the document, such as `integer` or `string (uuid)`.
    pub kind: String,
    /// Where the document declares it.
    pub at: Pointer,
}

/// What an operation answers when it succeeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing.
    Nothing,
    /// A body.
    Body(Type),
    /// A body with some statuses, nothing with others.
    Perhaps(Type),
    /// A body that depends on the status.
    ByStatus(ByStatus),
    /// Bytes or text, which may be more than fits into memory.
    Stream,
}

impl Answer {
    /// The types of its bodies.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        let (one, many) = match self {
            Self::Nothing | Self::Stream => (None, &[][..]),
            Self::Body(ty) | Self::Perhaps(ty) => (Some(ty), &[][..]),
            Self::ByStatus(by_status) => (None, &by_status.cases[..]),
        };
        one.into_iter().chain(many.iter().filter_map(|case| case.ty.as_ref()))
    }
}

/// An answer whose type depends on the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByStatus {
    /// The name of the type that holds any of them.
    pub name: Name,
    /// The cases; one for all statuses that are not listed is the last, if there is any.
    pub cases: Vec<StatusCase>,
}

/// The answer with one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCase {
    /// The variant's name; the wire name is the status, such as `201` or `2XX`.
    pub name: Name,
    /// The body, if there is one.
    pub ty: Option<Type>,
    /// Where the document declares it.
    pub at: Pointer,
}

/// What an operation answers with a status of failure.
#[derive(Debug, Clone)]
pub struct FailureBody {
    /// The status, such as `404` or `4XX`, or `default`.
    pub status: String,
    /// The body.
    pub ty: Type,
    /// Where the document declares it.
    pub at: Pointer,
}

/// Whether the server knows a repeated call by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// It does.
    Keyed,
    /// It does not.
    None,
}

/// A piece of a path.
#[derive(Debug, Clone)]
pub enum Segment {
    /// As it stands.
    Literal(String),
    /// A value of the caller's.
    Parameter(Box<PathParameter>),
}

/// A value in a path.
#[derive(Debug, Clone)]
pub struct PathParameter {
    /// The value; it is always required.
    pub parameter: Parameter,
    /// A value to show in examples.
    pub example: Option<String>,
}

impl PathParameter {
    /// A text of which the document has no more than the name.
    #[must_use]
    pub fn undeclared(name: Name, at: Pointer) -> Self {
        let parameter = Parameter {
            name,
            docs: Docs::default(),
            ty: Type::Scalar(Scalar::Text),
            limits: Limits::default(),
            presence: Presence::Required,
            style: Style::plain(StyleName::Simple),
            default: None,
            status: Status::Current,
            at,
        };
        Self { parameter, example: None }
    }
}

/// A value in a URL or a cookie.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its prose.
    pub docs: Docs,
    /// Its type.
    pub ty: Type,
    /// What a value must satisfy.
    pub limits: Limits,
    /// Whether a call without it is refused.
    pub presence: Presence,
    /// How it is written.
    pub style: Style,
    /// What the server assumes when it is absent, as JSON text.
    pub default: Option<String>,
    /// Whether it should still be used.
    pub status: Status,
    /// Where the document declares it.
    pub at: Pointer,
}

/// How a value is written in a URL, a header, a cookie or a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As JSON.
    Json,
    /// By one of OpenAPI's styles.
    Styled {
        /// The style.
        name: StyleName,
        /// Whether elements and members are written one by one.
        explode: bool,
        /// Whether reserved characters stay as they are.
        allow_reserved: bool,
    },
}

impl Style {
    /// What a document means that does not say otherwise.
    #[must_use]
    pub fn plain(name: StyleName) -> Self {
        Self::Styled { name, explode: name == StyleName::Form, allow_reserved: false }
    }
}

/// The styles of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StyleName {
    /// `simple`.
    Simple,
    /// `label`.
    Label,
    /// `matrix`.
    Matrix,
    /// `form`.
    Form,
    /// `spaceDelimited`.
    SpaceDelimited,
    /// `pipeDelimited`.
    PipeDelimited,
    /// `deepObject`.
    DeepObject,
}

/// A header that a caller may set.
#[derive(Debug, Clone)]
pub struct HeaderParameter {
    /// Its name.
    pub name: Name,
    /// Its prose.
    pub docs: Docs,
    /// Its type.
    pub ty: Type,
    /// What a value must satisfy.
    pub limits: Limits,
    /// How it is written.
    pub style: Style,
    /// Whether a call without it is refused.
    pub presence: Presence,
    /// Where it is set.
    pub set_by: SetBy,
    /// What is sent when nobody sets it.
    pub send: Option<String>,
    /// What the server assumes when it is absent, as JSON text.
    pub default: Option<String>,
    /// Whether its use is discouraged.
    pub status: Status,
    /// Where the document declares it.
    pub at: Pointer,
}

impl HeaderParameter {
    /// Whether nobody but the caller can set it, and has to.
    #[must_use]
    pub fn is_argument(&self) -> bool {
        self.presence == Presence::Required && self.set_by == SetBy::Call && self.send.is_none()
    }
}

/// A header that the document declares and the runtime sends, so that no caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeHeader {
    /// Its name.
    pub name: String,
    /// Where the document declares it.
    pub at: Pointer,
}

/// Where a header is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// On each call.
    Call,
    /// On the client, or on a call.
    Client,
}

/// The body an operation takes.
#[derive(Debug, Clone)]
pub struct Body {
    /// How it is written, and what it is.
    pub content: Content,
    /// Whether a call without it is refused.
    pub presence: Presence,
    /// What is in it.
    pub docs: Docs,
    /// Bodies from the document's examples.
    pub examples: Vec<Example>,
    /// Where the document declares it.
    pub at: Pointer,
}

impl Body {
    /// The type of a body that has one.
    #[must_use]
    pub fn ty(&self) -> Option<&Type> {
        match &self.content {
            Content::Json { ty, .. } | Content::Form { ty, .. } | Content::Multipart { ty, .. } => Some(ty),
            Content::Raw { .. } => None,
        }
    }
}

/// How a body is written.
#[derive(Debug, Clone)]
pub enum Content {
    /// As JSON, under any of some media types.
    Json {
        /// What is written.
        ty: Type,
        /// The media types; the first is sent unless another is asked for.
        media_types: Vec<String>,
    },
    /// As `application/x-www-form-urlencoded`.
    Form {
        /// What is written.
        ty: Type,
        /// How members are written that are not written as usual.
        encodings: Vec<Encoding>,
    },
    /// As `multipart/form-data`.
    Multipart {
        /// What is written.
        ty: Type,
        /// How members are written that are not written as usual.
        encodings: Vec<Encoding>,
    },
    /// As it comes: text or bytes, under any of some media types.
    Raw {
        /// The media types; the first is sent unless another is asked for.
        media_types: Vec<String>,
    },
}

/// How a member of a form is written.
#[derive(Debug, Clone)]
pub struct Encoding {
    /// The member.
    pub property: String,
    /// Its media type.
    pub content_type: Option<String>,
    /// Its style.
    pub style: Option<Style>,
}

/// A way to prove who is calling.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Its name.
    pub name: Name,
    /// What is sent.
    pub kind: SchemeKind,
    /// Its prose.
    pub docs: Docs,
    /// Where the document declares it.
    pub at: Pointer,
}

/// What a caller sends to prove who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemeKind {
    /// A key in a header.
    HeaderKey(String),
    /// A key behind the `?`.
    QueryKey(String),
    /// A key in a cookie.
    CookieKey(String),
    /// A name and a password.
    Basic,
    /// A token.
    Bearer,
    /// A token that OAuth 2.0 or OpenID Connect has given.
    OAuth2,
    /// Something that is none of the call's, such as a client certificate.
    Other,
}

/// How calls are made and how they fail, the same for all operations.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// Where access tokens come from.
    pub token: Option<TokenEndpoint>,
    /// The idempotency key header.
    pub idempotency: Option<IdempotencyHeader>,
    /// The names of response headers with a known meaning.
    pub roles: BTreeMap<Role, String>,
    /// Where failures stand in a body and what they mean.
    pub failure: Failure,
    /// How many bytes a character of a request takes at most, in UTF-8.
    pub max_character_bytes: Option<u32>,
}

/// Where access tokens come from.
#[derive(Debug, Clone)]
pub struct TokenEndpoint {
    /// Its path on the server.
    pub path: String,
    /// How the client's credentials are sent.
    pub credentials: Credentials,
}

/// How a client's credentials are sent to the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    /// As members of the form.
    Body,
    /// As HTTP Basic authentication.
    Basic,
}

impl Credentials {
    /// The word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Basic => "basic",
        }
    }
}

/// The header that makes a repeated call known.
#[derive(Debug, Clone)]
pub struct IdempotencyHeader {
    /// Its name.
    pub header: String,
    /// The longest key.
    pub max_length: usize,
    /// How long the server remembers a key.
    pub kept_seconds: u64,
    /// Where the document declares it first.
    pub at: Pointer,
}

/// What a response header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The server's own identifier of the request.
    RequestId,
    /// The caller's identifier, echoed.
    TrackId,
    /// The quota.
    RateLimit,
    /// What is left of the quota.
    RateLimitRemaining,
    /// Seconds until the quota is full again.
    RateLimitReset,
    /// Which class of concurrent requests this one counts in.
    ConcurrencyType,
    /// How many may run at once.
    ConcurrencyLimit,
    /// How many more may run now.
    ConcurrencyRemaining,
}

impl Role {
    /// The word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RequestId => "request-id",
            Self::TrackId => "track-id",
            Self::RateLimit => "rate-limit",
            Self::RateLimitRemaining => "rate-limit-remaining",
            Self::RateLimitReset => "rate-limit-reset",
            Self::ConcurrencyType => "concurrency-type",
            Self::ConcurrencyLimit => "concurrency-limit",
            Self::ConcurrencyRemaining => "concurrency-remaining",
        }
    }

    /// How many roles there are.
    pub const COUNT: usize = 8;
}
