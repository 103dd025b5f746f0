//! Lowers the contents of responses: each media type with its schema, and the form in which a client reads it.

use super::bodies;
use super::extensions::Extensions;
use super::http_syntax;
use super::naming::Naming;
use super::state::Schemas;
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::media_type::{essence, is_events, is_json, is_json_sequence, is_range, words};
use crate::document::{NodeRef, Value};
use crate::ir::{CaseContent, ItemFormat, Items, Scalar, Type};

/// The contents of one response.
#[derive(Default)]
pub(super) struct Contents {
    /// The contents that a client reads, each with its media types; empty without a body.
    pub(super) read: Vec<(Vec<String>, CaseContent)>,
    /// The media types that can be requested instead, as a download.
    pub(super) alternatives: Vec<String>,
    /// The items that can be requested instead, with their media types.
    pub(super) item_alternatives: Vec<(String, Items)>,
    /// Bodies that are not JSON are text, which is the value.
    pub(super) reads_text: bool,
}

/// The form in which a content is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Text,
    Items(ItemFormat),
    Download,
}

/// Lowers the contents of a response. Returns `None` after an error.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    response: &NodeRef<'a>,
    context: &str,
    succeeds: bool,
) -> Option<Contents> {
    Extensions::new(response).allow_only(&[], &mut schemas.reporter);
    refuse_links(schemas, response);
    let declared = sendable(schemas, response);
    let forms: Vec<_> = forms(schemas, &declared);
    let has_json = forms.contains(&Form::Json);
    let mut contents = Contents::default();
    let mut lowered: Vec<(Option<&'a Value>, Type)> = Vec::new();
    for ((media_type, node), form) in declared.iter().zip(forms) {
        if has_json && form != Form::Json {
            // JSON is requested unless the caller asks for another media type.
            let message = format!("bodies of type `{media_type}` are not supported");
            let help = "describe the body as `application/json`";
            schemas.reporter.strict_error(Code::NotSupported, &node.at, message, help);
            match form {
                Form::Items(format) if succeeds => {
                    let items = items(schemas, node, format, &format!("{context} {}", words(media_type)))?;
                    contents.item_alternatives.push(((*media_type).to_owned(), items));
                }
                _ => contents.alternatives.push((*media_type).to_owned()),
            }
            continue;
        }
        Extensions::new(node).allow_only(&[], &mut schemas.reporter);
        if form == Form::Download {
            if succeeds || schemas.assumes(Assumption::FailureStreams) {
                contents.push(media_type, CaseContent::Download);
            }
            continue;
        }
        if let Form::Items(format) = form {
            if succeeds {
                let items = items(schemas, node, format, &named(context, media_type, lowered.is_empty()))?;
                contents.push(media_type, CaseContent::Items(items));
            }
            continue;
        }
        let schema = node.get("schema");
        let known = lowered.iter().find(|(value, _)| *value == schema.as_ref().map(|schema| schema.value));
        let ty = match known {
            Some((_, ty)) => ty.clone(),
            None => ty(schemas, node, &named(context, media_type, lowered.is_empty()))?,
        };
        lowered.push((schema.map(|schema| schema.value), ty.clone()));
        contents.reads_text |= form == Form::Text || is_scalar(schemas, &ty);
        contents.push(media_type, if form == Form::Json { CaseContent::Json(ty) } else { CaseContent::Text(ty) });
    }
    Some(contents)
}

impl Contents {
    /// Adds a media type to the content that is read in the same way.
    fn push(&mut self, media_type: &str, content: CaseContent) {
        match self.read.iter_mut().find(|(_, known)| *known == content) {
            Some((media_types, _)) => media_types.push(media_type.to_owned()),
            None => self.read.push((vec![media_type.to_owned()], content)),
        }
    }

    /// Returns the type of the first content in JSON.
    pub(super) fn json(&self) -> Option<&Type> {
        self.read.iter().find_map(|(_, content)| match content {
            CaseContent::Json(ty) => Some(ty),
            _ => None,
        })
    }
}

fn refuse_links(schemas: &mut Schemas<'_>, response: &NodeRef<'_>) {
    if response.get("links").is_some_and(|links| links.members().next().is_some()) {
        let at = response.at.join("links");
        schemas.reporter.strict_error(Code::NotSupported, &at, "links are not supported", "remove them");
    }
}

/// Returns the media types that can be sent in `Accept`.
fn sendable<'a>(schemas: &mut Schemas<'a>, response: &NodeRef<'a>) -> Vec<(&'a str, NodeRef<'a>)> {
    let contents = response.members_of("content");
    let (contents, unsendable): (Vec<_>, Vec<_>) =
        contents.partition(|(media_type, _)| http_syntax::is_header_value(media_type));
    for (media_type, node) in &unsendable {
        schemas
            .unsupported(Omission::MediaType, &node.at, format!("`{media_type}` is not a media type"))
            .help("describe the body as `application/json`");
    }
    contents
}

/// Returns the form of each content of a response.
fn forms<'a>(schemas: &Schemas<'a>, declared: &[(&'a str, NodeRef<'a>)]) -> Vec<Form> {
    let forms = declared.iter().map(|(media_type, node)| form(schemas, media_type, node)).collect::<Vec<_>>();
    // Some tools describe bytes as text in JSON beside a media type of bytes.
    let has_bytes = declared.iter().any(|(media_type, _)| is_bytes(media_type));
    let is_bytes = has_bytes && schemas.assumes(Assumption::BytesBesideJsonText);
    let of_content = |(form, (_, node)): (Form, &(&str, NodeRef<'a>))| match form {
        Form::Json if is_bytes && node.get("schema").is_some_and(|schema| schema.text("type") == Some("string")) => {
            Form::Download
        }
        form => form,
    };
    forms.into_iter().zip(declared).map(of_content).collect()
}

/// Returns the form of a content. A file stays a stream of bytes, whatever its media type. A string, a number or a boolean is the text
/// of its body, unless that is JSON.
fn form<'a>(schemas: &Schemas<'a>, media_type: &str, content: &NodeRef<'a>) -> Form {
    let schema_exists = content.get("schema").is_some_and(|schema| schemas.references.follow(schema).is_ok());
    let is_binary = bodies::is_binary(schemas, content);
    let is_text = !is_binary && bodies::is_text(schemas, content);
    let essence = essence(media_type);
    // A server chooses among all types, and servers of APIs choose JSON for objects.
    let is_any = matches!(essence.as_str(), "*/*" | "application/*");
    let may_be_text = is_any || essence.starts_with("text/") || essence == "application/octet-stream";
    if schema_exists && is_events(media_type) {
        return Form::Items(ItemFormat::Events);
    }
    if schema_exists && is_json_sequence(media_type) {
        return Form::Items(ItemFormat::Values);
    }
    match (is_json(media_type), is_any) {
        (true, _) | (_, true) if is_binary => Form::Download,
        (true, _) => Form::Json,
        _ if is_text && may_be_text => Form::Text,
        (_, true) => Form::Json,
        _ => Form::Download,
    }
}

/// Lowers items that are read one by one: those of a list, or values of the schema itself, as documents before OpenAPI 3.2 have it. An
/// item of a list is an event if it has data, whose schema may be within (OpenAPI 3.2.0, Special Considerations for Server-Sent Events);
/// data of other events is text.
fn items<'a>(schemas: &mut Schemas<'a>, content: &NodeRef<'a>, format: ItemFormat, context: &str) -> Option<Items> {
    let declared = content.get("schema")?;
    let schema = schemas.references.follow(declared.clone()).ok()?;
    let of_list = (schema.text("type") == Some("array")).then(|| schema.get("items")).flatten();
    let item = match (of_list, format) {
        (Some(event), ItemFormat::Events) => {
            let event = schemas.references.follow(event).ok()?;
            let data = event.get("properties").and_then(|properties| properties.get("data"));
            let Some(data) = data else { return Some(Items { ty: Type::Scalar(Scalar::Text), format }) };
            data.get("contentSchema").unwrap_or(data)
        }
        (Some(item), ItemFormat::Values) => item,
        (None, _) => declared,
    };
    Some(Items { ty: schemas.lower(&item, &Naming::Inline(context.to_owned()))?.element(), format })
}

/// Returns whether a media type is neither text nor JSON nor XML.
fn is_bytes(media_type: &str) -> bool {
    let essence = essence(media_type);
    let is_archive = matches!(essence.as_str(), "application/octet-stream" | "application/pdf" | "application/zip");
    is_archive || ["image/", "audio/", "video/"].iter().any(|family| essence.starts_with(family))
}

/// Returns the name of the type of a content; that of a second schema has its media type in it.
fn named(context: &str, media_type: &str, is_first: bool) -> String {
    if is_first { context.to_owned() } else { format!("{context} {}", words(media_type)) }
}

fn ty<'a>(schemas: &mut Schemas<'a>, content: &NodeRef<'a>, context: &str) -> Option<Type> {
    let Some(schema) = content.get("schema") else {
        bodies::body_without_schema(schemas, &content.at)?;
        return Some(Type::Json);
    };
    Some(schemas.lower(&schema, &Naming::Inline(context.to_owned()))?.element())
}

/// Returns whether the values of a type are single texts, numbers or booleans.
fn is_scalar(schemas: &Schemas<'_>, ty: &Type) -> bool {
    match schemas.behind_aliases(ty) {
        Type::Scalar(_) => true,
        Type::Named(id) => schemas.enumeration_at(*id).is_some(),
        _ => false,
    }
}

/// Returns the media types to ask for: those that the client can read, the most specific first (RFC 9110, 12.5.1). `None` for
/// `application/json`, which the runtime asks for of its own accord.
pub(super) fn accept<'t>(media_types: impl Iterator<Item = (&'t str, bool)>) -> Option<String> {
    let mut listed: Vec<&str> = Vec::new();
    for (media_type, is_json_value) in media_types {
        // An object can only be read from JSON, although the document allows any type.
        let is_any = matches!(essence(media_type).as_str(), "*/*" | "application/*");
        let asked = if is_any && is_json_value { "application/json" } else { media_type };
        if !listed.iter().any(|known| known.eq_ignore_ascii_case(asked)) {
            listed.push(asked);
        }
    }
    listed.sort_by_key(|media_type| (is_range(media_type), usize::MAX - media_type.matches(';').count()));
    (!matches!(listed.as_slice(), [] | ["application/json"])).then(|| listed.join(", "))
}
