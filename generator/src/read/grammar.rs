//! The objects of OpenAPI 3.0 and what may stand in them, as far as `openapiv3` keeps it.

use super::Value;

/// An object of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Paths,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Responses,
    Response,
    Header,
    MediaType,
    Encoding,
    Example,
    Link,
    Callback,
    Components,
    SecurityScheme,
    Flows,
    ImplicitFlow,
    PasswordFlow,
    ClientCredentialsFlow,
    AuthorizationCodeFlow,
    Tag,
    ExternalDocs,
    Schema,
    Discriminator,
}

/// What stands behind a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A scalar, or something that is read as a whole.
    Plain,
    /// An object of one kind.
    Object(Kind),
    /// An object of one kind, or a reference to one.
    OrReference(Kind),
    /// A list of such.
    List(&'static Shape),
    /// A mapping from names to such.
    Map(&'static Shape),
    /// A truth value, or such.
    OrBool(&'static Shape),
}

use Kind as K;
use Shape::{List, Map, Object, OrBool, OrReference, Plain};

type Members = &'static [(&'static str, Shape)];

const SCHEMA: Shape = OrReference(K::Schema);
const PARAMETERS: Shape = List(&OrReference(K::Parameter));
const SERVERS: Shape = List(&Object(K::Server));
const HEADERS: Shape = Map(&OrReference(K::Header));
const EXAMPLES: Shape = Map(&OrReference(K::Example));
const CONTENT: Shape = Map(&Object(K::MediaType));
const EXTERNAL_DOCS: Shape = Object(K::ExternalDocs);

impl Kind {
    /// The keys with a meaning in this object.
    pub(super) fn members(self) -> Members {
        match self {
            K::Document => &[
                ("openapi", Plain),
                ("info", Object(K::Info)),
                ("servers", SERVERS),
                ("paths", Object(K::Paths)),
                ("components", Object(K::Components)),
                ("security", Plain),
                ("tags", List(&Object(K::Tag))),
                ("externalDocs", EXTERNAL_DOCS),
            ],
            K::Info => &[
                ("title", Plain),
                ("description", Plain),
                ("termsOfService", Plain),
                ("contact", Object(K::Contact)),
                ("license", Object(K::License)),
                ("version", Plain),
            ],
            K::Contact => &[("name", Plain), ("url", Plain), ("email", Plain)],
            K::License => &[("name", Plain), ("url", Plain)],
            K::Server => &[("url", Plain), ("description", Plain), ("variables", Map(&Object(K::ServerVariable)))],
            K::ServerVariable => &[("enum", Plain), ("default", Plain), ("description", Plain)],
            K::Paths | K::Callback => &[],
            K::PathItem => PATH_ITEM,
            K::Operation => OPERATION,
            K::Parameter => &[
                ("name", Plain),
                ("in", Plain),
                ("description", Plain),
                ("required", Plain),
                ("deprecated", Plain),
                ("allowEmptyValue", Plain),
                ("style", Plain),
                ("explode", Plain),
                ("allowReserved", Plain),
                ("schema", SCHEMA),
                ("content", CONTENT),
                ("example", Plain),
                ("examples", EXAMPLES),
            ],
            K::RequestBody => &[("description", Plain), ("content", CONTENT), ("required", Plain)],
            K::Responses => &[("default", OrReference(K::Response))],
            K::Response => &[
                ("description", Plain),
                ("headers", HEADERS),
                ("content", CONTENT),
                ("links", Map(&OrReference(K::Link))),
            ],
            K::Header => &[
                ("description", Plain),
                ("required", Plain),
                ("deprecated", Plain),
                ("style", Plain),
                ("schema", SCHEMA),
                ("content", CONTENT),
                ("example", Plain),
                ("examples", EXAMPLES),
            ],
            K::MediaType => &[
                ("schema", SCHEMA),
                ("example", Plain),
                ("examples", EXAMPLES),
                ("encoding", Map(&Object(K::Encoding))),
            ],
            K::Encoding => &[
                ("contentType", Plain),
                ("headers", HEADERS),
                ("style", Plain),
                ("explode", Plain),
                ("allowReserved", Plain),
            ],
            K::Example => &[("summary", Plain), ("description", Plain), ("value", Plain), ("externalValue", Plain)],
            K::Link => &[
                ("operationRef", Plain),
                ("operationId", Plain),
                ("parameters", Plain),
                ("requestBody", Plain),
                ("description", Plain),
                ("server", Object(K::Server)),
            ],
            K::Components => COMPONENTS,
            K::SecurityScheme => &[
                ("type", Plain),
                ("description", Plain),
                ("name", Plain),
                ("in", Plain),
                ("scheme", Plain),
                ("bearerFormat", Plain),
                ("flows", Object(K::Flows)),
                ("openIdConnectUrl", Plain),
            ],
            K::Flows => &[
                ("implicit", Object(K::ImplicitFlow)),
                ("password", Object(K::PasswordFlow)),
                ("clientCredentials", Object(K::ClientCredentialsFlow)),
                ("authorizationCode", Object(K::AuthorizationCodeFlow)),
            ],
            K::ImplicitFlow => &[("authorizationUrl", Plain), ("refreshUrl", Plain), ("scopes", Plain)],
            K::PasswordFlow | K::ClientCredentialsFlow => {
                &[("tokenUrl", Plain), ("refreshUrl", Plain), ("scopes", Plain)]
            }
            K::AuthorizationCodeFlow => {
                &[("authorizationUrl", Plain), ("tokenUrl", Plain), ("refreshUrl", Plain), ("scopes", Plain)]
            }
            K::Tag => &[("name", Plain), ("description", Plain), ("externalDocs", EXTERNAL_DOCS)],
            K::ExternalDocs => &[("description", Plain), ("url", Plain)],
            K::Schema => SCHEMA_MEMBERS,
            K::Discriminator => &[("propertyName", Plain), ("mapping", Plain)],
        }
    }

    /// The keys that OpenAPI gives a meaning in this object, which is not kept.
    pub(super) fn unsupported(self) -> &'static [&'static str] {
        match self {
            K::Schema => &["xml"],
            K::Header => &["explode", "allowEmptyValue", "allowReserved"],
            _ => &[],
        }
    }

    /// What stands behind a key; nothing when the key has no meaning here.
    pub(super) fn member(self, key: &str) -> Option<Shape> {
        let named = self.members().iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape);
        named.or(match self {
            K::Paths if key.starts_with('/') => Some(OrReference(K::PathItem)),
            K::Responses if key.len() == 3 && key.starts_with(|c: char| c.is_ascii_digit()) => {
                Some(OrReference(K::Response))
            }
            K::Callback => Some(Object(K::PathItem)),
            _ => None,
        })
    }

    /// The object's name in a sentence.
    pub(super) fn name(self) -> &'static str {
        match self {
            K::Document => "a document",
            K::Info => "the info",
            K::Contact => "a contact",
            K::License => "a license",
            K::Server => "a server",
            K::ServerVariable => "a server variable",
            K::Paths => "the paths",
            K::PathItem => "a path",
            K::Operation => "an operation",
            K::Parameter => "a parameter",
            K::RequestBody => "a request body",
            K::Responses => "the responses",
            K::Response => "a response",
            K::Header => "a header",
            K::MediaType => "a media type",
            K::Encoding => "an encoding",
            K::Example => "an example",
            K::Link => "a link",
            K::Callback => "a callback",
            K::Components => "the components",
            K::SecurityScheme => "a security scheme",
            K::Flows => "the flows of a security scheme",
            K::ImplicitFlow | K::PasswordFlow | K::ClientCredentialsFlow | K::AuthorizationCodeFlow => "a flow",
            K::Tag => "a tag",
            K::ExternalDocs => "a link to documentation",
            K::Schema => "a schema",
            K::Discriminator => "a discriminator",
        }
    }
}

const PATH_ITEM: Members = &[
    ("summary", Plain),
    ("description", Plain),
    ("get", Object(K::Operation)),
    ("put", Object(K::Operation)),
    ("post", Object(K::Operation)),
    ("delete", Object(K::Operation)),
    ("options", Object(K::Operation)),
    ("head", Object(K::Operation)),
    ("patch", Object(K::Operation)),
    ("trace", Object(K::Operation)),
    ("servers", SERVERS),
    ("parameters", PARAMETERS),
];

const OPERATION: Members = &[
    ("tags", Plain),
    ("summary", Plain),
    ("description", Plain),
    ("externalDocs", EXTERNAL_DOCS),
    ("operationId", Plain),
    ("parameters", PARAMETERS),
    ("requestBody", OrReference(K::RequestBody)),
    ("responses", Object(K::Responses)),
    ("callbacks", Map(&Object(K::Callback))),
    ("deprecated", Plain),
    ("security", Plain),
    ("servers", SERVERS),
];

const COMPONENTS: Members = &[
    ("schemas", Map(&SCHEMA)),
    ("responses", Map(&OrReference(K::Response))),
    ("parameters", Map(&OrReference(K::Parameter))),
    ("examples", EXAMPLES),
    ("requestBodies", Map(&OrReference(K::RequestBody))),
    ("headers", HEADERS),
    ("securitySchemes", Map(&OrReference(K::SecurityScheme))),
    ("links", Map(&OrReference(K::Link))),
    ("callbacks", Map(&OrReference(K::Callback))),
];

const SCHEMA_MEMBERS: Members = &[
    ("title", Plain),
    ("multipleOf", Plain),
    ("maximum", Plain),
    ("exclusiveMaximum", Plain),
    ("minimum", Plain),
    ("exclusiveMinimum", Plain),
    ("maxLength", Plain),
    ("minLength", Plain),
    ("pattern", Plain),
    ("maxItems", Plain),
    ("minItems", Plain),
    ("uniqueItems", Plain),
    ("maxProperties", Plain),
    ("minProperties", Plain),
    ("required", Plain),
    ("enum", Plain),
    ("type", Plain),
    ("not", SCHEMA),
    ("allOf", List(&SCHEMA)),
    ("oneOf", List(&SCHEMA)),
    ("anyOf", List(&SCHEMA)),
    ("items", SCHEMA),
    ("properties", Map(&SCHEMA)),
    ("additionalProperties", OrBool(&SCHEMA)),
    ("description", Plain),
    ("format", Plain),
    ("default", Plain),
    ("nullable", Plain),
    ("discriminator", Object(K::Discriminator)),
    ("readOnly", Plain),
    ("writeOnly", Plain),
    ("externalDocs", EXTERNAL_DOCS),
    ("example", Plain),
    ("deprecated", Plain),
];

/// The types a schema may name, with the keywords that say something about each. Other keywords go with any type.
pub(super) const TYPES: &[(&str, &str, &[&str])] = &[
    ("string", "text", &["maxLength", "minLength", "pattern"]),
    ("number", "a number", NUMERIC),
    ("integer", "an integer", NUMERIC),
    ("array", "an array", &["items", "maxItems", "minItems", "uniqueItems"]),
    (
        "object",
        "an object",
        &["properties", "required", "additionalProperties", "maxProperties", "minProperties", "discriminator"],
    ),
    ("boolean", "a truth value", &[]),
];

const NUMERIC: &[&str] = &["multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"];

/// Whether a value is a reference where one may stand.
pub(super) fn is_reference(value: &Value) -> bool {
    matches!(value.get("$ref"), Some(Value::Text(_)))
}
