//! Lowers request bodies, one for each family of media types.

use super::extensions::Extensions;
use super::http_syntax;
use super::keywords::Keywords;
use super::naming::Naming;
use super::parameters::style;
use super::schema_type::is_file_in_form;
use super::state::{Multipart, Schemas};
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::media_type::{essence, is_json, is_range, words};
use crate::document::{NodeRef, Pointer, component_key};
use crate::ir::{Body, Content, Docs, Encoding, Example, Presence, StyleName, Type};

/// The families of media types, in order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Json,
    Form,
    Multipart,
    Raw,
}

impl Family {
    /// Returns the family of a media type with its schema. A file is sent as it is, whatever its media type, and so is text under a
    /// range.
    fn of<'a>(schemas: &Schemas<'a>, media_type: &str, content: &NodeRef<'a>) -> Self {
        let essence = essence(media_type);
        let is_any = matches!(essence.as_str(), "*/*" | "application/*");
        match essence.as_str() {
            "application/x-www-form-urlencoded" => Self::Form,
            essence if essence.starts_with("multipart/") => Self::Multipart,
            essence if is_json(essence) && !is_binary(schemas, content) => Self::Json,
            _ if is_any && !is_text(schemas, content) => Self::Json,
            _ => Self::Raw,
        }
    }

    /// Returns the suffix of a method that sends a body of this family beside another one.
    fn suffix(self) -> &'static str {
        match self {
            Self::Json => "as json",
            Self::Form => "as form",
            Self::Multipart => "as multipart",
            Self::Raw => "as raw",
        }
    }
}

/// The media types of a request body that one method sends: those of one family and one schema.
struct Group<'a> {
    family: Family,
    members: Vec<(&'a str, NodeRef<'a>)>,
}

impl<'a> Group<'a> {
    /// Returns whether a media type belongs to this group. Payloads need no schema. A multipart body has one media type.
    fn takes(&self, family: Family, media_type: &str, content: &NodeRef<'a>) -> bool {
        let schema = |content: &NodeRef<'a>| content.get("schema").map(|schema| schema.value);
        family == self.family
            && self.members.iter().all(|(known, of_known)| match family {
                Family::Raw => true,
                Family::Multipart => essence(known) == essence(media_type),
                Family::Json | Family::Form => schema(of_known) == schema(content),
            })
    }
}

/// A request body, and the suffix of the method that sends it beside another one.
pub(super) struct NamedBody {
    pub(super) body: Body,
    pub(super) suffix: String,
}

/// Lowers a request body: one body for each family of media types and each schema, since they have different Rust types.
pub(super) fn lower<'a>(schemas: &mut Schemas<'a>, operation: &NodeRef<'a>, context: &str) -> Option<Vec<NamedBody>> {
    let Some(node) = operation.get("requestBody") else { return Some(Vec::new()) };
    let body = schemas.follow(node, "requestBodies")?;
    Extensions::new(&body).allow_only(&[], &mut schemas.reporter);
    let presence = if body.flag("required") { Presence::Required } else { Presence::Optional };
    let context = match component_key(&body.at, "requestBodies") {
        Some(key) if schemas.assumes(Assumption::NamesByContext) => key,
        _ => format!("{context} request"),
    };
    let mut bodies: Vec<(Family, NamedBody)> = Vec::new();
    for (index, Group { family, members }) in groups(schemas, &body, presence).into_iter().enumerate() {
        // XML beside a form or JSON is the same body in another encoding.
        let (members, others): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|(media_type, _)| index == 0 || gets_own_method(media_type));
        unsupported(schemas, &others);
        let Some((media_type, content)) = members.first() else { continue };
        let is_further = bodies.iter().any(|(known, _)| *known == family);
        let suffix = if is_further { format!("as {}", words(media_type)) } else { family.suffix().to_owned() };
        let context = if index == 0 { context.clone() } else { format!("{context} {suffix}") };
        let examples = examples(schemas, content);
        let content = self::content(schemas, family, &members, &context)?;
        let body = Body { content, presence, docs: description(&body), examples, at: body.at.clone() };
        bodies.push((family, NamedBody { body, suffix }));
    }
    Some(bodies.into_iter().map(|(_, body)| body).collect())
}

/// Returns the groups of media types, the preferred families first, and plain JSON before other types of JSON.
fn groups<'a>(schemas: &mut Schemas<'a>, body: &NodeRef<'a>, presence: Presence) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (media_type, content) in body.members_of("content") {
        if !http_syntax::is_header_value(media_type) {
            unsupported(schemas, &[(media_type, content)]);
            continue;
        }
        if presence == Presence::Optional && schemas.assumes(Assumption::EmptyBodyIsNoBody) && is_empty_object(&content)
        {
            continue;
        }
        let family = Family::of(schemas, media_type, &content);
        match groups.iter_mut().find(|group| group.takes(family, media_type, &content)) {
            Some(group) => group.members.push((media_type, content)),
            None => groups.push(Group { family, members: vec![(media_type, content)] }),
        }
    }
    let is_plain =
        |group: &Group<'_>| group.members.iter().any(|(media_type, _)| essence(media_type) == "application/json");
    groups.sort_by_key(|group| (group.family, !is_plain(group)));
    groups
}

/// Returns the schema of a content, behind references.
fn schema_of<'a>(schemas: &Schemas<'a>, content: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    content.get("schema").and_then(|schema| schemas.references.follow(schema).ok())
}

/// Returns whether a content is a file.
pub(super) fn is_binary<'a>(schemas: &Schemas<'a>, content: &NodeRef<'a>) -> bool {
    schema_of(schemas, content).is_some_and(|schema| schema.text("format") == Some("binary"))
}

/// Returns whether a content is a single text, number or boolean, or a file.
pub(super) fn is_text<'a>(schemas: &Schemas<'a>, content: &NodeRef<'a>) -> bool {
    let kind = schema_of(schemas, content).and_then(|schema| schema.text("type"));
    matches!(kind, Some("string" | "integer" | "number" | "boolean"))
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
    let essence = essence(media_type);
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
    let (media_type, first) = members.first()?;
    let media_types = with_usual(schemas, family, members);
    if family == Family::Raw {
        return Some(Content::Raw { media_types });
    }
    Extensions::new(first).allow_only(&[], &mut schemas.reporter);
    let Some(schema) = first.get("schema") else {
        body_without_schema(schemas, &first.at)?;
        return Some(match family {
            Family::Json => Content::Json { ty: Type::Json, media_types },
            _ => Content::Raw { media_types },
        });
    };
    let mut encodings = encodings(schemas, first);
    if family == Family::Multipart {
        mark_base64(schemas, &schema, &mut encodings, MAX_DEPTH_OF_PARTS);
    }
    schemas.multipart = (family == Family::Multipart).then(|| multipart(schemas, &encodings));
    let lowered = schemas.lower(&schema, &Naming::Inline(context.to_owned()));
    schemas.multipart = None;
    let ty = lowered?.element();
    let is_form = matches!(family, Family::Form | Family::Multipart);
    if is_form && matches!(schemas.behind_aliases(&ty), Type::Scalar(_) | Type::List(_)) {
        let by_position = ["prefixEncoding", "itemEncoding"].iter().any(|key| first.get(key).is_some());
        let message = if by_position {
            "parts by position are not made; callers give the whole body"
        } else {
            "a form that is no object is not supported"
        };
        schemas
            .unsupported(Omission::MediaType, &schema.at, message)
            .help("describe it by an object with a property for each of its parts");
        schemas.reporter.go_on_if_lenient()?;
        return Some(Content::Raw { media_types });
    }
    if !encodings.is_empty() && family == Family::Json {
        let message = "`encoding` does not apply to JSON";
        schemas.reporter.strict_error(Code::NotSupported, &first.at.join("encoding"), message, "remove it");
    }
    Some(match family {
        Family::Form => Content::Form { ty, encodings },
        Family::Multipart => Content::Multipart { media_type: multipart_type(media_type), ty, encodings },
        _ => Content::Json { ty, media_types },
    })
}

/// Reports a body without a schema in strict mode.
pub(super) fn body_without_schema(schemas: &mut Schemas<'_>, at: &Pointer) -> Option<()> {
    let (message, help) =
        ("a body without a schema is not supported", "add `schema`; `schema: {}` stands for any value");
    schemas.reporter.strict_error(Code::NotSupported, at, message, help)
}

/// Returns the media types of a body. Where the document has only a range, its usual media type comes first, unless that would be a
/// guess.
fn with_usual<'a>(schemas: &Schemas<'a>, family: Family, members: &[(&'a str, NodeRef<'a>)]) -> Vec<String> {
    let listed: Vec<String> = members.iter().map(|(media_type, _)| (*media_type).to_owned()).collect();
    let Some((range, content)) = members.first().filter(|_| listed.iter().all(|media_type| is_range(media_type)))
    else {
        return listed;
    };
    let usual = match (family, essence(range).as_str()) {
        (Family::Json, _) => "application/json",
        (_, "*/*" | "application/*") if is_text(schemas, content) && !is_binary(schemas, content) => "text/plain",
        (_, "*/*" | "application/*") => "application/octet-stream",
        (_, "text/*") => "text/plain",
        _ => return listed,
    };
    [usual.to_owned()].into_iter().chain(listed).collect()
}

/// Returns the media type of a body in parts, which is a form if only the range is known.
fn multipart_type(media_type: &str) -> String {
    if is_range(media_type) { "multipart/form-data".to_owned() } else { essence(media_type) }
}

/// Returns which parts are files although they have no type: in OpenAPI 3.1 all (3.1.1, Encoding Object, `contentType`), in 3.0 those
/// whose encoding names a content type that is neither JSON nor text.
fn multipart(schemas: &Schemas<'_>, encodings: &[Encoding]) -> Multipart {
    if schemas.references.version().is_some_and(|version| !version.starts_with("3.0")) {
        return Multipart { untyped_files: None };
    }
    let is_file = |content_type: &String| !is_json(content_type) && !content_type.starts_with("text/");
    let files = encodings.iter().filter(|encoding| encoding.content_type.as_ref().is_some_and(is_file));
    Multipart { untyped_files: Some(files.map(|encoding| encoding.property.clone()).collect()) }
}

/// The deepest nesting of `allOf` in which parts are looked for.
const MAX_DEPTH_OF_PARTS: usize = 8;

/// Marks the parts that are files to the generator and base64 to the document.
fn mark_base64<'a>(schemas: &Schemas<'a>, schema: &NodeRef<'a>, encodings: &mut Vec<Encoding>, depth: usize) {
    let Ok(schema) = schemas.references.follow(schema.clone()) else { return };
    for (property, node) in schema.members_of("properties") {
        let Ok(mut node) = schemas.references.follow(node) else { continue };
        if let Some(Ok(item)) = node.get("items").map(|items| schemas.references.follow(items)) {
            node = item;
        }
        if !matches!(node.text("format"), Some("byte" | "base64")) || !is_file_in_form(schemas) {
            continue;
        }
        match encodings.iter_mut().find(|encoding| encoding.property == property) {
            Some(encoding) => encoding.base64 = true,
            None => encodings.push(Encoding {
                property: property.to_owned(),
                content_type: None,
                required_headers: Vec::new(),
                base64: true,
                style: None,
            }),
        }
    }
    if depth > 0 {
        schema.elements_of("allOf").for_each(|base| mark_base64(schemas, &base, encodings, depth - 1));
    }
}

fn encodings<'a>(schemas: &mut Schemas<'a>, content: &NodeRef<'a>) -> Vec<Encoding> {
    let encodings = content.members_of("encoding").map(|(property, node)| Encoding {
        property: property.to_owned(),
        required_headers: required_headers(schemas, &node),
        base64: false,
        content_type: node.text("contentType").filter(|text| http_syntax::is_header_value(text)).map(str::to_owned),
        style: ["style", "explode", "allowReserved"]
            .iter()
            .any(|key| node.get(key).is_some())
            .then(|| style(&node, StyleName::Form)),
    });
    let says_something = |encoding: &Encoding| {
        encoding.content_type.is_some() || encoding.style.is_some() || !encoding.required_headers.is_empty()
    };
    encodings.filter(says_something).collect()
}

/// Returns the headers that a part must have. Its content type has a keyword of its own.
fn required_headers<'a>(schemas: &mut Schemas<'a>, encoding: &NodeRef<'a>) -> Vec<String> {
    let headers = encoding.members_of("headers").filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    let headers = headers.filter_map(|(name, node)| Some((name, schemas.follow(node, "headers")?)));
    headers.filter(|(_, header)| header.flag("required")).map(|(name, _)| name.to_owned()).collect()
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
