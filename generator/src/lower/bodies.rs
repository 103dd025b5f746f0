//! Lowers request bodies, one for each family of media types.

use super::extensions::Extensions;
use super::http_syntax;
use super::keywords::Keywords;
use super::naming::Naming;
use super::parameters::style;
use super::state::Schemas;
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::media_type::is_json;
use crate::document::{NodeRef, Pointer, component_key};
use crate::ir::{Body, Content, Docs, Encoding, Example, Presence, StyleName, Type};

/// The families of media types, in order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Json,
    Form,
    Multipart,
    Raw,
}

impl Family {
    /// Returns the family of a media type.
    pub(super) fn of(media_type: &str) -> Self {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" => Self::Form,
            essence if essence.starts_with("multipart/") => Self::Multipart,
            essence if is_json(essence) => Self::Json,
            _ => Self::Raw,
        }
    }

    /// Returns the suffix of the method that sends this family, if the operation takes several families.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Json => "as json",
            Self::Form => "as form",
            Self::Multipart => "as multipart",
            Self::Raw => "as raw",
        }
    }
}

/// Lowers a request body: one for each family of media types, because their Rust types differ.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    operation: &NodeRef<'a>,
    context: &str,
) -> Option<Vec<(Family, Body)>> {
    let Some(node) = operation.get("requestBody") else { return Some(Vec::new()) };
    let body = schemas.follow(node, "requestBodies")?;
    Extensions::new(&body).allow_only(&[], &mut schemas.reporter);
    let presence = if body.flag("required") { Presence::Required } else { Presence::Optional };
    let mut families: Vec<(Family, Vec<(&'a str, NodeRef<'a>)>)> = Vec::new();
    for (media_type, content) in body.members_of("content") {
        if !http_syntax::is_header_value(media_type) {
            unsupported(schemas, &[(media_type, content)]);
            continue;
        }
        let family = Family::of(media_type);
        if presence == Presence::Optional && schemas.assumes(Assumption::EmptyBodyIsNoBody) && is_empty_object(&content)
        {
            continue;
        }
        match families.iter_mut().find(|(known, _)| *known == family) {
            Some((_, members)) => members.push((media_type, content)),
            None => families.push((family, vec![(media_type, content)])),
        }
    }
    families.sort_by_key(|(family, _)| *family);
    let context = match component_key(&body.at, "requestBodies") {
        Some(key) if schemas.assumes(Assumption::NamesByContext) => key,
        _ => format!("{context} request"),
    };
    let mut bodies = Vec::new();
    for (index, (family, members)) in families.iter().enumerate() {
        // XML is not a body of its own: it encodes what the form or JSON encodes.
        let (members, others): (Vec<_>, Vec<_>) =
            members.iter().cloned().partition(|(media_type, _)| index == 0 || gets_own_method(media_type));
        unsupported(schemas, &others);
        if members.is_empty() {
            continue;
        }
        let context = if index == 0 { context.clone() } else { format!("{context} {}", family.suffix()) };
        let content = self::content(schemas, *family, &members, &context)?;
        let examples = members.first().map(|(_, content)| examples(schemas, content)).unwrap_or_default();
        bodies.push((*family, Body { content, presence, docs: description(&body), examples, at: body.at.clone() }));
    }
    Some(bodies)
}

/// Returns whether a schema allows only the empty object, which carries no more than an absent body.
fn is_empty_object(content: &NodeRef<'_>) -> bool {
    let Some(schema) = content.get("schema") else { return false };
    let is_closed = schema.value.get("additionalProperties").and_then(crate::document::Value::as_bool) == Some(false);
    let keywords = Keywords::of(&schema);
    is_closed && keywords.kind == Some("object") && keywords.properties.is_empty() && schema.reference().is_none()
}

/// Returns whether a media type beyond the first family gets a method of its own. XML does not.
fn gets_own_method(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_xml = essence.ends_with("/xml") || essence.ends_with("+xml");
    essence.contains('/') && !is_xml
}

fn unsupported(schemas: &mut Schemas<'_>, members: &[(&str, NodeRef<'_>)]) {
    for (media_type, content) in members {
        schemas
            .unsupported(Omission::MediaType, &content.at, format!("bodies of type `{media_type}` are not supported"))
            .help("describe the body as `application/json`");
    }
}

fn content<'a>(
    schemas: &mut Schemas<'a>,
    family: Family,
    members: &[(&'a str, NodeRef<'a>)],
    context: &str,
) -> Option<Content> {
    let media_types = members.iter().map(|(media_type, _)| concrete_media_type(media_type)).collect();
    if family == Family::Raw {
        return Some(Content::Raw { media_types });
    }
    let (_, first) = members.first()?;
    Extensions::new(first).allow_only(&[], &mut schemas.reporter);
    let Some(schema) = first.get("schema") else {
        body_without_schema(schemas, &first.at)?;
        return Some(match family {
            Family::Json => Content::Json { ty: Type::Json, media_types },
            _ => Content::Raw { media_types },
        });
    };
    schemas.in_form = family == Family::Multipart;
    let lowered = schemas.lower(&schema, &Naming::Inline(context.to_owned()));
    schemas.in_form = false;
    let ty = lowered?.element();
    let is_form = matches!(family, Family::Form | Family::Multipart);
    if is_form && matches!(schemas.behind_aliases(&ty), Type::Scalar(_) | Type::List(_)) {
        schemas
            .unsupported(Omission::MediaType, &schema.at, "a form that is no object is not supported")
            .help("describe it by an object with a property for each of its parts");
        schemas.reporter.go_on()?;
        return Some(Content::Raw { media_types });
    }
    let encodings = encodings(first);
    if !encodings.is_empty() && family == Family::Json {
        let message = "`encoding` does not apply to JSON";
        schemas.reporter.strict_error(Code::NotSupported, &first.at.join("encoding"), message, "remove it");
    }
    Some(match family {
        Family::Form => Content::Form { ty, encodings },
        Family::Multipart => Content::Multipart { ty, encodings },
        _ => Content::Json { ty, media_types },
    })
}

/// Reports a body without a schema in strict mode.
pub(super) fn body_without_schema(schemas: &mut Schemas<'_>, at: &Pointer) -> Option<()> {
    let (message, help) =
        ("a body without a schema is not supported", "add `schema`; `schema: {}` stands for any value");
    schemas.reporter.strict_error(Code::NotSupported, at, message, help)
}

/// Returns the media type for `Content-Type`, in which a range becomes a concrete media type.
fn concrete_media_type(media_type: &str) -> String {
    match media_type.trim() {
        "*/*" | "application/*" => "application/json".to_owned(),
        "text/*" => "text/plain".to_owned(),
        range if range.ends_with("/*") => "application/octet-stream".to_owned(),
        media_type => media_type.to_owned(),
    }
}

fn encodings(content: &NodeRef<'_>) -> Vec<Encoding> {
    let encodings = content.members_of("encoding").map(|(property, node)| Encoding {
        property: property.to_owned(),
        content_type: node.text("contentType").filter(|text| http_syntax::is_header_value(text)).map(str::to_owned),
        style: ["style", "explode", "allowReserved"]
            .iter()
            .any(|key| node.get(key).is_some())
            .then(|| style(&node, StyleName::Form)),
    });
    encodings.filter(|encoding| encoding.content_type.is_some() || encoding.style.is_some()).collect()
}

/// Returns the description of a request body or a response.
pub(super) fn description(node: &NodeRef<'_>) -> Docs {
    Docs { text: node.text("description").unwrap_or_default().to_owned(), annotations: Vec::new() }
}

/// Returns the examples of a body: the one of `example`, or those of `examples` with their names.
pub(super) fn examples<'a>(schemas: &mut Schemas<'a>, content: &NodeRef<'a>) -> Vec<Example> {
    if let Some(example) = content.get("example") {
        return vec![Example {
            name: None,
            summary: String::new(),
            value: example.value.clone(),
            at: example.at.clone(),
        }];
    }
    let examples = content.members_of("examples").filter_map(|(name, node)| {
        let example = schemas.follow(node, "examples")?;
        Some(Example {
            name: Some(name.to_owned()),
            summary: example.text("summary").unwrap_or_default().to_owned(),
            value: example.value.get("value")?.clone(),
            at: example.at.clone(),
        })
    });
    examples.collect()
}
