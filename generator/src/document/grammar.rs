//! The objects of OpenAPI 3.0 and their members, as far as `openapiv3` keeps them.

use super::Value;

/// An object of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
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

/// The shape of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Any value.
    Any,
    /// Text.
    Text,
    /// A truth value.
    Bool,
    /// A number.
    Number,
    /// A whole number that counts something.
    Count,
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
use Shape::{Any, Bool, Count, List, Map, Number, Object, OrBool, OrReference, Text};

type Members = &'static [(&'static str, Shape)];

const SCHEMA: Shape = OrReference(K::Schema);
const PARAMETERS: Shape = List(&OrReference(K::Parameter));
const SERVERS: Shape = List(&Object(K::Server));
const HEADERS: Shape = Map(&OrReference(K::Header));
const EXAMPLES: Shape = Map(&OrReference(K::Example));
const CONTENT: Shape = Map(&Object(K::MediaType));
const EXTERNAL_DOCS: Shape = Object(K::ExternalDocs);
const TEXTS: Shape = List(&Text);
const SECURITY: Shape = List(&Map(&TEXTS));

impl Kind {
    /// Returns the keys with a meaning in this object.
    #[allow(clippy::too_many_lines, reason = "one row for each keyword of OpenAPI")]
    pub(crate) fn members(self) -> Members {
        match self {
            K::Document => &[
                ("openapi", Text),
                ("info", Object(K::Info)),
                ("servers", SERVERS),
                ("paths", Object(K::Paths)),
                ("components", Object(K::Components)),
                ("security", SECURITY),
                ("tags", List(&Object(K::Tag))),
                ("externalDocs", EXTERNAL_DOCS),
            ],
            K::Info => &[
                ("title", Text),
                ("description", Text),
                ("termsOfService", Text),
                ("contact", Object(K::Contact)),
                ("license", Object(K::License)),
                ("version", Text),
            ],
            K::Contact => &[("name", Text), ("url", Text), ("email", Text)],
            K::License => &[("name", Text), ("url", Text)],
            K::Server => &[("url", Text), ("description", Text), ("variables", Map(&Object(K::ServerVariable)))],
            K::ServerVariable => &[("enum", TEXTS), ("default", Text), ("description", Text)],
            K::Paths | K::Callback => &[],
            K::PathItem => PATH_ITEM,
            K::Operation => OPERATION,
            K::Parameter => &[
                ("name", Text),
                ("in", Text),
                ("description", Text),
                ("required", Bool),
                ("deprecated", Bool),
                ("allowEmptyValue", Bool),
                ("style", Text),
                ("explode", Bool),
                ("allowReserved", Bool),
                ("schema", SCHEMA),
                ("content", CONTENT),
                ("example", Any),
                ("examples", EXAMPLES),
            ],
            K::RequestBody => &[("description", Text), ("content", CONTENT), ("required", Bool)],
            K::Responses => &[("default", OrReference(K::Response))],
            K::Response => &[
                ("description", Text),
                ("headers", HEADERS),
                ("content", CONTENT),
                ("links", Map(&OrReference(K::Link))),
            ],
            K::Header => &[
                ("description", Text),
                ("required", Bool),
                ("deprecated", Bool),
                ("style", Text),
                ("schema", SCHEMA),
                ("content", CONTENT),
                ("example", Any),
                ("examples", EXAMPLES),
            ],
            K::MediaType => {
                &[("schema", SCHEMA), ("example", Any), ("examples", EXAMPLES), ("encoding", Map(&Object(K::Encoding)))]
            }
            K::Encoding => &[
                ("contentType", Text),
                ("headers", HEADERS),
                ("style", Text),
                ("explode", Bool),
                ("allowReserved", Bool),
            ],
            K::Example => &[("summary", Text), ("description", Text), ("value", Any), ("externalValue", Text)],
            K::Link => &[
                ("operationRef", Text),
                ("operationId", Text),
                ("parameters", Map(&Any)),
                ("requestBody", Any),
                ("description", Text),
                ("server", Object(K::Server)),
            ],
            K::Components => COMPONENTS,
            K::SecurityScheme => &[
                ("type", Text),
                ("description", Text),
                ("name", Text),
                ("in", Text),
                ("scheme", Text),
                ("bearerFormat", Text),
                ("flows", Object(K::Flows)),
                ("openIdConnectUrl", Text),
            ],
            K::Flows => &[
                ("implicit", Object(K::ImplicitFlow)),
                ("password", Object(K::PasswordFlow)),
                ("clientCredentials", Object(K::ClientCredentialsFlow)),
                ("authorizationCode", Object(K::AuthorizationCodeFlow)),
            ],
            K::ImplicitFlow => &[("authorizationUrl", Text), ("refreshUrl", Text), ("scopes", Map(&Text))],
            K::PasswordFlow | K::ClientCredentialsFlow => {
                &[("tokenUrl", Text), ("refreshUrl", Text), ("scopes", Map(&Text))]
            }
            K::AuthorizationCodeFlow => {
                &[("authorizationUrl", Text), ("tokenUrl", Text), ("refreshUrl", Text), ("scopes", Map(&Text))]
            }
            K::Tag => &[("name", Text), ("description", Text), ("externalDocs", EXTERNAL_DOCS)],
            K::ExternalDocs => &[("description", Text), ("url", Text)],
            K::Schema => SCHEMA_MEMBERS,
            K::Discriminator => &[("propertyName", Text), ("mapping", Map(&Text))],
        }
    }

    /// Returns the keys of this object that OpenAPI defines and `openapiv3` does not keep.
    pub(crate) fn unsupported(self) -> &'static [&'static str] {
        match self {
            K::Schema => &["xml"],
            K::Header => &["explode", "allowEmptyValue", "allowReserved"],
            _ => &[],
        }
    }

    /// Returns the keys that OpenAPI 3.1 and 3.2 give a meaning in this object, or another one.
    ///
    /// They are normalized before other stages read a document, or ignored.
    pub(crate) fn added_after_3_0(self) -> Members {
        match self {
            K::Document => {
                &[("webhooks", Map(&OrReference(K::PathItem))), ("jsonSchemaDialect", Text), ("$self", Text)]
            }
            K::Info => &[("summary", Text)],
            K::License => &[("identifier", Text)],
            K::Server => &[("name", Text)],
            K::Components => {
                &[("pathItems", Map(&OrReference(K::PathItem))), ("mediaTypes", Map(&Object(K::MediaType)))]
            }
            K::PathItem => &[("query", Object(K::Operation)), ("additionalOperations", Map(&Object(K::Operation)))],
            K::Response => &[("summary", Text)],
            K::MediaType => &[
                ("itemSchema", SCHEMA),
                ("itemEncoding", Object(K::Encoding)),
                ("prefixEncoding", List(&Object(K::Encoding))),
            ],
            K::Example => &[("dataValue", Any), ("serializedValue", Text)],
            K::SecurityScheme => &[("oauth2MetadataUrl", Text), ("deprecated", Bool)],
            K::Tag => &[("summary", Text), ("parent", Text), ("kind", Text)],
            K::Discriminator => &[("defaultMapping", Text)],
            K::Schema => &[
                ("$defs", Map(&SCHEMA)),
                ("definitions", Map(&SCHEMA)),
                ("prefixItems", List(&SCHEMA)),
                ("patternProperties", Map(&SCHEMA)),
                ("unevaluatedProperties", OrBool(&SCHEMA)),
                ("if", SCHEMA),
                ("then", SCHEMA),
                ("else", SCHEMA),
                ("contentSchema", SCHEMA),
            ],
            _ => &[],
        }
    }

    /// Returns what stands behind a key in any version of OpenAPI.
    pub(crate) fn member_of_any_version(self, key: &str) -> Option<Shape> {
        let added = || self.added_after_3_0().iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape);
        // A callback's keys are expressions, all but those of extensions.
        self.member(key).filter(|_| self != K::Callback || !key.starts_with("x-")).or_else(added)
    }

    /// Returns the section of the components that has such objects.
    pub(crate) fn section(self) -> Option<&'static str> {
        Some(match self {
            K::Schema => "schemas",
            K::Response => "responses",
            K::Parameter => "parameters",
            K::Example => "examples",
            K::RequestBody => "requestBodies",
            K::Header => "headers",
            K::SecurityScheme => "securitySchemes",
            K::Link => "links",
            K::Callback => "callbacks",
            K::PathItem => "pathItems",
            _ => return None,
        })
    }

    /// Returns the shape of a member; `None` if the key has no meaning here.
    pub(crate) fn member(self, key: &str) -> Option<Shape> {
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

    /// Returns the object's name in a sentence.
    pub(crate) fn name(self) -> &'static str {
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
    ("summary", Text),
    ("description", Text),
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
    ("tags", TEXTS),
    ("summary", Text),
    ("description", Text),
    ("externalDocs", EXTERNAL_DOCS),
    ("operationId", Text),
    ("parameters", PARAMETERS),
    ("requestBody", OrReference(K::RequestBody)),
    ("responses", Object(K::Responses)),
    ("callbacks", Map(&Object(K::Callback))),
    ("deprecated", Bool),
    ("security", SECURITY),
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
    ("title", Text),
    ("multipleOf", Number),
    ("maximum", Number),
    ("exclusiveMaximum", Bool),
    ("minimum", Number),
    ("exclusiveMinimum", Bool),
    ("maxLength", Count),
    ("minLength", Count),
    ("pattern", Text),
    ("maxItems", Count),
    ("minItems", Count),
    ("uniqueItems", Bool),
    ("maxProperties", Count),
    ("minProperties", Count),
    ("required", TEXTS),
    ("enum", List(&Any)),
    ("type", Text),
    ("not", SCHEMA),
    ("allOf", List(&SCHEMA)),
    ("oneOf", List(&SCHEMA)),
    ("anyOf", List(&SCHEMA)),
    ("items", SCHEMA),
    ("properties", Map(&SCHEMA)),
    ("additionalProperties", OrBool(&SCHEMA)),
    ("description", Text),
    ("format", Text),
    ("default", Any),
    ("nullable", Bool),
    ("discriminator", Object(K::Discriminator)),
    ("readOnly", Bool),
    ("writeOnly", Bool),
    ("externalDocs", EXTERNAL_DOCS),
    ("example", Any),
    ("deprecated", Bool),
];

/// The types of schemas, with the keywords that only constrain values of each. Other keywords go with any type.
pub(crate) const TYPES: &[(&str, &str, &[&str])] = &[
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

/// Returns whether a value is a reference where one may stand.
pub(crate) fn is_reference(value: &Value) -> bool {
    matches!(value.get("$ref"), Some(Value::Text(_)))
}
