//! The model between reading and writing: Rust-shaped, free of OpenAPI, data only.
//!
//! Whatever can be said here can be emitted; what cannot be emitted was refused by [`crate::lower`].

use std::collections::BTreeMap;

use crate::names::Name;
use crate::source::Pointer;

/// Everything one document says, ready to be written as a crate.
#[derive(Debug, Clone)]
pub struct Api {
    /// The title of the API.
    pub title: String,
    /// What the API is, in CommonMark.
    pub docs: Docs,
    /// The places where it runs.
    pub servers: Vec<Server>,
    /// The types of bodies, addressed by [`TypeId`].
    pub types: Types,
    /// The operations, in the order of their names.
    pub operations: Vec<Operation>,
    /// How its calls are made and how they fail.
    pub service: Service,
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
        let mut ticks = "`".to_owned();
        while text.contains(&ticks) {
            ticks.push('`');
        }
        let margin = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        format!("{ticks}{margin}{text}{margin}{ticks}")
    }
}

/// One base URL with the variant that names it.
#[derive(Debug, Clone)]
pub struct Server {
    /// The variant's name.
    pub name: Name,
    /// The base URL, without a trailing slash.
    pub url: String,
    /// What runs there.
    pub docs: Docs,
}

/// The arena of types.
#[derive(Debug, Clone, Default)]
pub struct Types(Vec<TypeDef>);

/// The address of a type in [`Types`]; valid for the arena that gave it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(usize);

impl Types {
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
        match ty {
            Type::Named(id) => match &self.get(*id).shape {
                Shape::Alias(target) => self.resolve(target),
                Shape::Struct(_) | Shape::Enum(_) => ty,
            },
            Type::Scalar(_) | Type::List(_) | Type::Map(_) | Type::Json => ty,
        }
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
    /// Where the document defines it.
    pub at: Pointer,
}

/// What a named type is.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An object with declared members.
    Struct(Struct),
    /// A choice of texts.
    Enum(Enum),
    /// Another name for a type.
    Alias(Type),
}

/// Who makes values of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Nobody: no operation reaches it.
    Unused,
    /// Servers only: every member may be missing.
    Response,
    /// Callers (and perhaps servers too): members are checked before they are sent.
    Request,
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
    /// Any JSON value.
    Json,
}

/// A single value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// Text; numbers and booleans are read as text too.
    Text,
    /// Text that must not be shown.
    Secret,
    /// A calendar date.
    Date,
    /// An exact decimal number.
    Decimal,
    /// A 32-bit integer.
    Integer32,
    /// A 64-bit integer.
    Integer64,
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
    /// Named ways to make one; empty: the one `new` with all required members.
    pub constructors: Vec<Constructor>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Whether a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// In `Debug` like any other.
    Shown,
    /// Redacted wherever values are printed.
    Sensitive,
}

/// Whether a member should still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Yes.
    Current,
    /// No: it goes away.
    Deprecated,
}

/// How a member is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// In place.
    Inline,
    /// Behind a box, since the type contains itself.
    Boxed,
}

/// What a value must satisfy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The constraints, in a fixed order.
    pub checks: Vec<Check>,
    /// The constraints on elements of a list or values of a map.
    pub each: Option<Box<Limits>>,
}

impl Limits {
    /// Whether nothing is demanded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.each.is_none()
    }
}

/// One constraint; counts are Unicode scalar values, elements or members, bounds are decimal text.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The member.
    pub property: String,
    /// The text of its value.
    pub text: String,
}

/// What holds between the members of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

/// A choice of texts, open to texts not yet known.
#[derive(Debug, Clone)]
pub struct Enum {
    /// The known texts.
    pub variants: Vec<Variant>,
}

/// One known text.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its name; the wire name is the text.
    pub name: Name,
    /// What it means.
    pub docs: Docs,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name; the wire name is the operationId.
    pub name: Name,
    /// Its one-line summary.
    pub summary: String,
    /// Its prose.
    pub docs: Docs,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path, cut at its parameters.
    pub path: Vec<Segment>,
    /// The header parameters that a caller may set.
    pub headers: Vec<HeaderParameter>,
    /// Whether the server knows a repeated call by its key.
    pub idempotency: Idempotency,
    /// The body it takes.
    pub body: Option<Body>,
    /// The body it answers with.
    pub answer: Type,
    /// What it answers when it fails, by status.
    pub failures: Vec<(String, Type)>,
    /// Whether it should still be used.
    pub status: Status,
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
    Parameter(PathParameter),
}

/// A value in a path.
#[derive(Debug, Clone)]
pub struct PathParameter {
    /// Its name.
    pub name: Name,
    /// Its prose.
    pub docs: Docs,
    /// A value to show in examples.
    pub example: Option<String>,
}

/// A header that a caller may set.
#[derive(Debug, Clone)]
pub struct HeaderParameter {
    /// Its name.
    pub name: Name,
    /// Its prose.
    pub docs: Docs,
    /// What a value must satisfy.
    pub limits: Limits,
    /// Whether a call without it is refused.
    pub presence: Presence,
    /// Where it is set.
    pub set_by: SetBy,
    /// What is sent when nobody sets it.
    pub send: Option<String>,
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
    /// Its type.
    pub ty: Type,
    /// A body from the document's examples.
    pub example: Option<serde_json::Value>,
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

/// The header that makes a repeated call known.
#[derive(Debug, Clone)]
pub struct IdempotencyHeader {
    /// Its name.
    pub header: String,
    /// The longest key.
    pub max_length: usize,
    /// How long the server remembers a key.
    pub kept_seconds: u64,
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
    /// How many roles there are.
    pub const COUNT: usize = 8;
}

/// Where failures stand in a body and what they mean.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Failure {
    /// The member whose `false` means failure at any status.
    pub success: Option<String>,
    /// The list of reasons.
    pub reasons: Option<Reasons>,
    /// The member of a body that only carries a sentence.
    pub message: Option<String>,
    /// The member that names the server's process.
    pub process_id: Option<String>,
    /// The member that names the request.
    pub request_id: Option<String>,
    /// What the last two digits of a reason's code mean.
    #[serde(default)]
    pub categories: Vec<FailureCode>,
    /// A code beside the reasons.
    pub result: Option<ResultCodes>,
}

/// The list of reasons in a failure's body.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// The member that holds the list.
    pub member: String,
    /// The code's member in an element.
    pub code: String,
    /// The message's member in an element.
    pub message: String,
}

/// A result code beside the reasons.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultCodes {
    /// The member that holds the code.
    pub member: String,
    /// The member that explains it.
    pub message: Option<String>,
    /// What the codes mean.
    pub codes: Vec<FailureCode>,
}

/// What one code means.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FailureCode {
    /// The code.
    pub code: String,
    /// In words.
    pub meaning: String,
    /// Whether the server may have acted.
    pub outcome: FailureOutcome,
    /// What a caller may do.
    pub retry: Retry,
    /// The service says it before it looks at the call and at its key.
    #[serde(default)]
    pub at_door: bool,
}

/// Whether the server may have acted on a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureOutcome {
    /// It did not.
    Rejected,
    /// Nobody can say.
    Unknown,
}

/// What a caller may do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// Nothing of the kind: the same call fails again.
    Never,
    /// A new call, with a new key, may succeed.
    NewCall,
    /// The same call with a new access token may succeed.
    NewToken,
    /// The same call with the same key may succeed.
    SameKey,
}
