//! Operations: what is sent, and what comes back.

use super::docs::{Docs, Example};
use super::service::{ServerVariable, Service};
use super::success::Success;
use super::types::{Constraints, Presence, Scalar, Status, Type, TypeDef, TypeId, Types};
use crate::document::Pointer;
use crate::names::Name;

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
    /// The HTTP method, as it is sent.
    pub method: String,
    /// The path, cut at its parameters.
    pub path: Vec<Segment>,
    /// The parameters behind the `?`.
    pub query: Vec<Parameter>,
    /// The cookies that a caller may set.
    pub cookies: Vec<Parameter>,
    /// The header parameters that a caller may set.
    pub headers: Vec<HeaderParameter>,
    /// The headers that the runtime sends, except for the idempotency key.
    pub runtime_headers: Vec<RuntimeHeader>,
    /// Whether the server recognizes a repeated call by its key.
    pub idempotency: Idempotency,
    /// The body it takes.
    pub body: Option<Body>,
    /// The bodies of its successes.
    pub response_body: ResponseBody,
    /// The `Accept` header, unless it is `application/json`.
    pub accept: Option<String>,
    /// The media types that can be requested as a download instead.
    pub alternatives: Option<String>,
    /// The items that can be requested instead, with their media types.
    pub item_alternatives: Vec<(String, Items)>,
    /// Whether bodies that are not JSON are text, which is the value.
    pub reads_text: bool,
    /// The statuses of the successes, where they differ in whether they have a body, or where some are not of 2xx.
    pub successes: Option<SuccessStatuses>,
    /// The declared headers of its responses, as a type whose members they are.
    pub response_headers: Option<TypeId>,
    /// The bodies of its failures, by status.
    pub failures: Vec<FailureBody>,
    /// All its responses, for the documentation, in the document's order.
    pub documented_responses: Vec<DocumentedResponse>,
    /// Its security requirements; `None`: an access token of the service's only scheme.
    pub security: Option<Vec<Vec<Name>>>,
    /// Its servers, if not those of the document.
    pub servers: Vec<String>,
    /// The first of them, if it has variables.
    pub server_template: Option<ServerTemplate>,
    /// Whether it should still be used.
    pub status: Status,
    /// Where the document declares it.
    pub at: Pointer,
}

impl Operation {
    /// Returns its own names and those of its parameters and response bodies.
    pub(super) fn names(&self) -> impl Iterator<Item = &Name> {
        let in_path = self.path_parameters().map(|place| &place.parameter);
        let parameters = in_path.chain(&self.query).chain(&self.cookies).map(|parameter| &parameter.name);
        let headers = self.headers.iter().map(|header| &header.name);
        let cases = self.response_body.cases().iter().map(|case| &case.name);
        [&self.name, &self.call].into_iter().chain(parameters).chain(headers).chain(cases)
    }

    /// Returns the types of its parameters and request body.
    pub fn sent_types(&self) -> impl Iterator<Item = &Type> {
        let in_path = self.path_parameters().map(|place| &place.parameter.ty);
        let parameters = self.query.iter().chain(&self.cookies).map(|parameter| &parameter.ty);
        let headers = self.headers.iter().map(|header| &header.ty);
        in_path.chain(parameters).chain(headers).chain(self.body.iter().filter_map(Body::ty))
    }

    /// Returns the types of its successes, of those that are requested as items, too.
    pub fn success_types(&self) -> impl Iterator<Item = &Type> {
        self.response_body.types().chain(self.item_alternatives.iter().map(|(_, items)| &items.ty))
    }

    /// Returns the path with its parameters in braces.
    #[must_use]
    pub fn template(&self) -> String {
        let segments = self.path.iter().map(|segment| match segment {
            Segment::Literal(text) => text.clone(),
            Segment::Parameter(place) => format!("{{{}}}", place.parameter.name.wire()),
        });
        segments.collect()
    }

    /// Returns the method and the path.
    #[must_use]
    pub fn route(&self) -> String {
        format!("{} {}", self.method, self.template())
    }

    /// Returns the parameters in the path, in its order.
    pub fn path_parameters(&self) -> impl Iterator<Item = &PathParameter> {
        self.path.iter().filter_map(|segment| match segment {
            Segment::Parameter(parameter) => Some(&**parameter),
            Segment::Literal(_) => None,
        })
    }
}

/// A response, for the documentation.
#[derive(Debug, Clone)]
pub struct DocumentedResponse {
    /// The status, such as `201`, `4XX` or `default`.
    pub status: String,
    /// What it means.
    pub docs: Docs,
    /// The body in JSON, if there is one.
    pub ty: Option<Type>,
    /// The media types of its body.
    pub media_types: Vec<String>,
    /// Its headers.
    pub headers: Vec<DocumentedHeader>,
    /// Bodies from the document's examples.
    pub examples: Vec<Example>,
    /// Where the document declares it.
    pub at: Pointer,
}

/// A header of a response, for the documentation.
#[derive(Debug, Clone)]
pub struct DocumentedHeader {
    /// Its name.
    pub name: String,
    /// Its description.
    pub docs: Docs,
    /// The type of its value, such as `integer` or `string (uuid)`.
    pub kind: String,
    /// Where the document declares it.
    pub at: Pointer,
}

/// The body of an operation's success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseBody {
    /// None.
    Empty,
    /// A body.
    Body(Type),
    /// A body with some statuses, none with others.
    Optional(Type),
    /// One of several bodies, by status and media type.
    Cases(ResponseCases),
    /// Bytes or text, which may be more than fits into memory.
    Download,
    /// Items that are read one by one.
    Items(Items),
}

impl ResponseBody {
    /// Returns its cases, if it has several.
    #[must_use]
    pub fn cases(&self) -> &[ResponseCase] {
        match self {
            Self::Cases(ResponseCases { cases, .. }) => cases,
            Self::Empty | Self::Body(_) | Self::Optional(_) | Self::Download | Self::Items(_) => &[],
        }
    }

    /// Returns the types of its bodies.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        let one = match self {
            Self::Empty | Self::Download | Self::Cases(_) => None,
            Self::Body(ty) | Self::Optional(ty) => Some(ty),
            Self::Items(items) => Some(&items.ty),
        };
        one.into_iter().chain(self.cases().iter().filter_map(|case| case.content.ty()))
    }

    /// Returns whether a response can be one whose body is read after the call: a download, or items.
    #[must_use]
    pub fn is_streamed(&self) -> bool {
        let is_streamed = |content: &CaseContent| matches!(content, CaseContent::Download | CaseContent::Items(_));
        matches!(self, Self::Download | Self::Items(_)) || self.cases().iter().any(|case| is_streamed(&case.content))
    }

    /// Returns the items that responses can be.
    pub fn items(&self) -> impl Iterator<Item = &Items> {
        let one = match self {
            Self::Items(items) => Some(items),
            _ => None,
        };
        let of_cases = self.cases().iter().filter_map(|case| match &case.content {
            CaseContent::Items(items) => Some(items),
            _ => None,
        });
        one.into_iter().chain(of_cases)
    }
}

/// The URL of an operation's own server, with variables in braces.
#[derive(Debug, Clone)]
pub struct ServerTemplate {
    /// The URL.
    pub url: String,
    /// What can be put in the place of variables. Their names are those of setters.
    pub variables: Vec<ServerVariable>,
}

/// The statuses of successes, such as `200` or `3XX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuccessStatuses {
    /// Those with a body.
    pub with_body: Vec<String>,
    /// Those without one.
    pub without_body: Vec<String>,
}

/// Several bodies, of which a response has one, by its status and media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseCases {
    /// The name of the type that holds any of them.
    pub name: Name,
    /// The cases; single statuses come before ranges, and ranges before `default`.
    pub cases: Vec<ResponseCase>,
}

/// The body with one status and media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseCase {
    /// The variant's name; the wire name is the status, such as `201` or `2XX`.
    pub name: Name,
    /// The media types; empty without a body.
    pub media_types: Vec<String>,
    /// The body.
    pub content: CaseContent,
    /// Where the document declares it.
    pub at: Pointer,
}

/// The body of a response, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseContent {
    /// There is none.
    Empty,
    /// It is decoded as JSON.
    Json(Type),
    /// Its text is the value.
    Text(Type),
    /// The caller reads it.
    Download,
    /// The caller reads its items one by one.
    Items(Items),
}

/// Items that are read one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Items {
    /// The type of an item; of an event, that of its data.
    pub ty: Type,
    /// How the items follow each other.
    pub format: ItemFormat,
}

/// How items follow each other in a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemFormat {
    /// As server-sent events.
    Events,
    /// As values in JSON, a line each or in a JSON text sequence.
    Values,
}

impl CaseContent {
    /// Returns the type of its value, if it is decoded.
    #[must_use]
    pub fn ty(&self) -> Option<&Type> {
        match self {
            Self::Json(ty) | Self::Text(ty) => Some(ty),
            Self::Items(items) => Some(&items.ty),
            Self::Empty | Self::Download => None,
        }
    }
}

/// The body of a failure.
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
    /// Fixed text.
    Literal(String),
    /// A value that the caller passes.
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
    /// Creates a text parameter that the document only names in the path.
    #[must_use]
    pub fn undeclared(name: Name, at: Pointer) -> Self {
        let parameter = Parameter {
            name,
            docs: Docs::default(),
            ty: Type::Scalar(Scalar::Text),
            constraints: Constraints::default(),
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
    pub constraints: Constraints,
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
    /// Creates a style with OpenAPI's defaults.
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
    pub constraints: Constraints,
    /// How it is written.
    pub style: Style,
    /// Whether a call without it is refused.
    pub presence: Presence,
    /// Where it is set.
    pub set_by: SetBy,
    /// What is sent if the caller does not set it.
    pub send: Option<String>,
    /// What the server assumes when it is absent, as JSON text.
    pub default: Option<String>,
    /// Whether its use is discouraged.
    pub status: Status,
    /// Where the document declares it.
    pub at: Pointer,
}

impl HeaderParameter {
    /// Returns whether only the caller can set it, and must.
    #[must_use]
    pub fn is_argument(&self) -> bool {
        self.presence == Presence::Required && self.set_by == SetBy::Call && self.send.is_none()
    }
}

/// A header that the document declares and the runtime sends.
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
    /// Returns the type of a body that has one.
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
        /// How members are written that differ from the default.
        encodings: Vec<Encoding>,
    },
    /// In parts.
    Multipart {
        /// The media type, such as `multipart/form-data`.
        media_type: String,
        /// What is written.
        ty: Type,
        /// How members are written that are not written as usual.
        encodings: Vec<Encoding>,
    },
    /// As text or bytes, under any of some media types.
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
    /// The headers that its part must have.
    pub required_headers: Vec<String>,
    /// Whether bytes of its part are base64.
    pub base64: bool,
    /// Its style.
    pub style: Option<Style>,
}

impl Operation {
    /// Returns what the bodies of its successes mean, as the first says that says it.
    #[must_use]
    pub fn success<'a>(&'a self, types: &'a Types) -> Option<&'a Success> {
        self.response_body.types().find_map(|ty| types.object(ty)?.success.as_deref())
    }

    /// Returns the type that [`success`](Self::success) stands with.
    #[must_use]
    pub fn success_type<'a>(&'a self, types: &'a Types) -> Option<&'a TypeDef> {
        let has_success = |ty: &&Type| types.object(ty).is_some_and(|object| object.success.is_some());
        match types.resolve(self.response_body.types().find(has_success)?) {
            Type::Named(id) => Some(types.get(*id)),
            _ => None,
        }
    }

    /// Returns whether its bodies declare the member of the service's result codes.
    #[must_use]
    pub fn has_result_codes(&self, types: &Types, service: &Service) -> bool {
        let Some(result) = &service.failure.result else { return false };
        let bodies = self.response_body.types().chain(self.failures.iter().map(|failure| &failure.ty));
        let mut objects = bodies.filter_map(|ty| types.object(ty));
        objects.any(|object| object.declares(&result.member))
    }

    /// Returns the members of its body in JSON by which a call can be looked up with the service, in the document's order.
    pub fn look_up_by<'a>(&'a self, types: &'a Types) -> impl Iterator<Item = &'a str> {
        let object = self.body.as_ref().and_then(|body| match &body.content {
            Content::Json { ty, .. } => types.object(ty),
            Content::Form { .. } | Content::Multipart { .. } | Content::Raw { .. } => None,
        });
        let fields = object.into_iter().flat_map(|object| &object.fields);
        fields.filter(|field| field.look_up).map(|field| field.name.wire())
    }
}
