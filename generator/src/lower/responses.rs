//! Lowers the responses of an operation: successes and failures.

use super::bodies;
use super::extensions::Extensions;
use super::http_syntax;
use super::naming::{NameKind, Naming};
use super::service;
use super::state::Schemas;
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::media_type::is_json;
use crate::document::{NodeRef, Pointer, component_key};
use crate::ir::{
    Access, Additional, ByStatus, Constraints, Docs, DocumentedHeader, DocumentedResponse, FailureBody, Field,
    Presence, ResponseBody, Service, Shape, Status, StatusCase, Storage, Struct, Type, TypeId, Visibility,
};
use crate::names::{Case, Name, Scope};

/// The responses of an operation.
pub(super) struct Responses {
    pub(super) response_body: ResponseBody,
    /// The `Accept` header, if the response is not JSON.
    pub(super) accept: Option<String>,
    /// The media types of streams that can be requested instead of JSON.
    pub(super) streams: Option<String>,
    pub(super) headers: Option<TypeId>,
    pub(super) failures: Vec<FailureBody>,
    pub(super) documented_responses: Vec<DocumentedResponse>,
}

/// The body of one response.
enum Body {
    None,
    Json(Type),
    /// Text or bytes, with the value of `Accept`: one media type, or a list.
    Stream(String),
}

/// Lowers the responses of an operation. Returns `None` if a success response has an error.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    service: &mut Service,
    operation: &NodeRef<'a>,
    context: &str,
) -> Option<Responses> {
    let listed = operation.get("responses");
    let at = operation.at.join("responses");
    if let Some(listed) = &listed {
        Extensions::new(listed).allow_only(&[], &mut schemas.reporter);
    }
    let statuses: Vec<_> = listed.iter().flat_map(NodeRef::members).filter(|(status, _)| is_status(status)).collect();
    let has_success = statuses.iter().any(|(status, _)| is_success(status));
    let (mut successes, mut failures, mut headers) = (Vec::new(), Vec::new(), Vec::new());
    let mut streams: Vec<&str> = Vec::new();
    let mut documented_responses = Vec::new();
    let by_rank = |(status, _): &&(&str, NodeRef<'a>)| (*status == "default", false);
    let mut ordered: Vec<_> = statuses.iter().collect();
    ordered.sort_by_key(by_rank);
    for (status, node) in ordered {
        // `default` is the success response of an operation without a status 2xx.
        let default_succeeds = !has_success && schemas.assumes(Assumption::DefaultIsSuccess);
        let succeeds = is_success(status) || *status == "default" && default_succeeds;
        let Some(response) = schemas.follow(node.clone(), "responses") else {
            if succeeds {
                schemas.reporter.go_on()?;
            }
            continue;
        };
        let declared_headers = headers_with_roles(schemas, service, &response);
        let documented_headers =
            declared_headers.iter().map(|(name, header)| documented_header(name, header)).collect();
        if succeeds && schemas.assumes(Assumption::HeadersAndStreams) {
            headers.extend(declared_headers);
        }
        let context = match component_key(&response.at, "responses") {
            Some(key) if schemas.assumes(Assumption::NamesByContext) => format!("{key} response"),
            _ => format!("{context} {status} response"),
        };
        let Some(body) = self::body(schemas, &response, &context, succeeds) else {
            if succeeds {
                return None;
            }
            continue;
        };
        documented_responses.push(documented_response(schemas, status, &response, &body, documented_headers));
        if succeeds && matches!(body, Body::Json(_)) && schemas.assumes(Assumption::HeadersAndStreams) {
            let others = response.members_of("content").map(|(media_type, _)| media_type);
            streams.extend(others.filter(|media_type| is_stream(media_type)));
        }
        match body {
            body if succeeds => successes.push(((*status).to_owned(), body, node.at.clone())),
            Body::Json(ty) => {
                failures.push(FailureBody { status: (*status).to_owned(), ty, at: node.at.clone() });
            }
            Body::None | Body::Stream(_) => {}
        }
    }
    if successes.is_empty() {
        let message = "the operation has no success response";
        schemas.reporter.strict_error(Code::NotSupported, &at, message, "add the response `'200'`")?;
    }
    let (response_body, accept) = response_body(schemas, successes, context, &operation.at)?;
    let headers = self::headers(schemas, headers, context, &at);
    let is_read = !matches!(response_body, ResponseBody::Stream | ResponseBody::Empty);
    let streams = (is_read && !streams.is_empty()).then(|| streams.join(", "));
    Some(Responses { response_body, accept, streams, headers, failures, documented_responses })
}

/// Returns the form of a response that the documentation shows.
fn documented_response<'a>(
    schemas: &mut Schemas<'a>,
    status: &str,
    response: &NodeRef<'a>,
    body: &Body,
    headers: Vec<DocumentedHeader>,
) -> DocumentedResponse {
    let contents: Vec<_> = response.members_of("content").collect();
    let json = contents.iter().find(|(media_type, _)| is_json(media_type)).or_else(|| contents.first());
    let examples = json.map(|(_, content)| bodies::examples(schemas, content)).unwrap_or_default();
    let ty = match body {
        Body::Json(ty) => Some(ty.clone()),
        Body::None | Body::Stream(_) => None,
    };
    let media_types = contents.into_iter().map(|(media_type, _)| media_type.to_owned()).collect();
    DocumentedResponse {
        status: status.to_owned(),
        docs: bodies::description(response),
        ty,
        media_types,
        headers,
        examples,
        at: response.at.clone(),
    }
}

/// Returns the form of a header that the documentation shows.
fn documented_header(name: &str, header: &NodeRef<'_>) -> DocumentedHeader {
    let docs = bodies::description(header);
    let kind = header.get("schema").map_or_else(|| "string".to_owned(), |schema| kind(&schema));
    DocumentedHeader { name: name.to_owned(), docs, kind, at: header.at.clone() }
}

/// Returns the type of a header in words: the name of its schema, or `type (format)`.
fn kind(schema: &NodeRef<'_>) -> String {
    if let Some((_, name)) = schema.text("$ref").and_then(|reference| reference.rsplit_once('/')) {
        return name.to_owned();
    }
    let kind = schema.text("type").unwrap_or("any");
    schema.text("format").map_or_else(|| kind.to_owned(), |format| format!("{kind} ({format})"))
}

/// Returns whether a key of `responses` is a status, a range of statuses or `default`.
fn is_status(key: &str) -> bool {
    key == "default" || key.len() == 3 && key.starts_with(|c: char| c.is_ascii_digit())
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Lowers the body of a response. Returns `None` if it has an error.
fn body<'a>(schemas: &mut Schemas<'a>, response: &NodeRef<'a>, context: &str, succeeds: bool) -> Option<Body> {
    Extensions::new(response).allow_only(&[], &mut schemas.reporter);
    if response.get("links").is_some_and(|links| links.members().next().is_some()) {
        let at = response.at.join("links");
        schemas.reporter.strict_error(Code::NotSupported, &at, "links are not supported", "remove them");
    }
    let contents: Vec<_> = response.members_of("content").collect();
    let (contents, unsendable): (Vec<_>, Vec<_>) =
        contents.into_iter().partition(|(media_type, _)| http_syntax::is_header_value(media_type));
    for (media_type, node) in &unsendable {
        schemas
            .unsupported(Omission::MediaType, &node.at, format!("bodies of type `{media_type}` are not supported"))
            .help("describe the body as `application/json`");
    }
    let json = contents.iter().find(|(media_type, _)| is_json(media_type));
    // Some tools describe a binary body a second time, as a JSON string.
    let has_bytes = contents.iter().any(|(media_type, _)| is_bytes(media_type));
    let is_bytes = has_bytes && schemas.assumes(Assumption::BytesBesideJsonText);
    let json = json.filter(|(_, content)| !is_bytes || !is_plain_text(content));
    let Some((media_type, content)) = json.or_else(|| contents.first()) else { return Some(Body::None) };
    for (other, node) in contents.iter().filter(|(other, _)| other != media_type) {
        // The client requests JSON only.
        let message = format!("bodies of type `{other}` are not supported");
        let help = "describe the body as `application/json`";
        schemas.reporter.strict_error(Code::NotSupported, &node.at, message, help);
    }
    Extensions::new(content).allow_only(&[], &mut schemas.reporter);
    if !is_json(media_type) {
        if !succeeds && !schemas.assumes(Assumption::FailureStreams) {
            return Some(Body::None);
        }
        // A stream can have any of the media types.
        let all: Vec<_> = contents.iter().map(|(media_type, _)| *media_type).collect();
        let are_streams = schemas.assumes(Assumption::HeadersAndStreams);
        return Some(Body::Stream(if are_streams { all.join(", ") } else { (*media_type).to_owned() }));
    }
    let Some(schema) = content.get("schema") else {
        bodies::body_without_schema(schemas, &content.at)?;
        return Some(Body::Json(Type::Json));
    };
    let lowered = schemas.lower(&schema, &Naming::Inline(context.to_owned()))?;
    Some(Body::Json(lowered.element()))
}

/// Returns whether a media type is binary.
fn is_bytes(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_archive = matches!(essence.as_str(), "application/octet-stream" | "application/pdf" | "application/zip");
    is_archive || ["image/", "audio/", "video/"].iter().any(|family| essence.starts_with(family))
}

/// Returns whether a media type is offered as a stream beside JSON: events, text or binary data.
fn is_stream(media_type: &str) -> bool {
    let is_text = media_type.starts_with("text/") && !media_type.contains("xml");
    !is_json(media_type) && (is_text || is_bytes(media_type))
}

fn is_plain_text(content: &NodeRef<'_>) -> bool {
    content.get("schema").is_some_and(|schema| schema.text("type") == Some("string"))
}

/// Returns the type of the response over all successes, and the `Accept` header unless the body is JSON.
fn response_body(
    schemas: &mut Schemas<'_>,
    successes: Vec<(String, Body, Pointer)>,
    context: &str,
    at: &Pointer,
) -> Option<(ResponseBody, Option<String>)> {
    let stream = successes.iter().find_map(|(_, body, _)| match body {
        Body::Stream(media_type) => Some(media_type.clone()),
        _ => None,
    });
    let mut types: Vec<(String, Option<Type>, Pointer)> = Vec::new();
    for (status, body, at) in successes {
        match body {
            Body::Json(ty) => types.push((status, Some(ty), at)),
            Body::None => types.push((status, None, at)),
            Body::Stream(media_type) if stream.is_some() && types.iter().any(|(_, ty, _)| ty.is_some()) => {
                schemas
                    .unsupported(
                        Omission::Response,
                        &at,
                        format!("a response of type `{media_type}` beside one of JSON is not supported"),
                    )
                    .help("describe it in an operation of its own");
            }
            Body::Stream(_) => {}
        }
    }
    let bodies: Vec<&Type> = types.iter().filter_map(|(_, ty, _)| ty.as_ref()).collect();
    let Some(first) = bodies.first().copied() else {
        return Some(match stream {
            Some(media_type) => (ResponseBody::Stream, Some(media_type)),
            None => (ResponseBody::Empty, None),
        });
    };
    let is_same = bodies.iter().all(|ty| *ty == first);
    let response_body = match (is_same, bodies.len() == types.len()) {
        (true, true) => ResponseBody::Body(first.clone()),
        (true, false) => ResponseBody::Optional(first.clone()),
        (false, _) => by_status(schemas, &types, context, at)?,
    };
    Some((response_body, None))
}

fn by_status(
    schemas: &mut Schemas<'_>,
    types: &[(String, Option<Type>, Pointer)],
    context: &str,
    at: &Pointer,
) -> Option<ResponseBody> {
    let name = type_of(schemas, context, at)?;
    let mut scope = Scope::new(Case::Pascal, &[]);
    let mut cases = Vec::new();
    // A single status takes precedence over a range, and a range over `default`.
    let mut ordered: Vec<_> = types.iter().collect();
    ordered.sort_by_key(|(status, ..)| (status == "default", status.ends_with(['X', 'x']), status.clone()));
    for (status, ty, at) in ordered {
        let name = schemas.claim(&mut scope, NameKind::Alternative, (reason(status), None), at)?;
        cases.push(StatusCase { name: name.of_wire(status), ty: ty.clone(), at: at.clone() });
    }
    Some(ResponseBody::ByStatus(ByStatus { name, cases }))
}

/// Returns the name of the type that holds the responses of an operation by status.
pub(super) fn type_of(schemas: &mut Schemas<'_>, context: &str, at: &Pointer) -> Option<Name> {
    schemas.type_name(&Naming::Inline(format!("{context} response by status")), at)
}

/// Returns the name of a status: its reason phrase, if a success has it.
fn reason(status: &str) -> &str {
    match status {
        "200" => "ok",
        "201" => "created",
        "202" => "accepted",
        "203" => "non-authoritative information",
        "204" => "no content",
        "205" => "reset content",
        "206" => "partial content",
        "207" => "multi-status",
        "default" => "other",
        _ if status.ends_with(['X', 'x']) => "success",
        other => other,
    }
}

/// Returns the headers of a response, and records their roles in the service.
fn headers_with_roles<'a>(
    schemas: &mut Schemas<'a>,
    service: &mut Service,
    response: &NodeRef<'a>,
) -> Vec<(&'a str, NodeRef<'a>)> {
    let mut found = Vec::new();
    for (name, node) in response.members_of("headers") {
        if let Some(header) = schemas.follow(node, "headers") {
            service::role(service, name, &header, &mut schemas.reporter);
            found.push((name, header));
        }
    }
    found
}

/// Lowers the headers of all success responses to a struct with one field for each header.
fn headers<'a>(
    schemas: &mut Schemas<'a>,
    headers: Vec<(&'a str, NodeRef<'a>)>,
    context: &str,
    at: &Pointer,
) -> Option<TypeId> {
    let naming = Naming::Inline(format!("{context} headers"));
    let mut scope = Scope::new(Case::Snake, &["new", "extra"]);
    let mut fields: Vec<Field> = Vec::new();
    for (wire, node) in headers {
        if fields.iter().any(|field| field.name.wire().eq_ignore_ascii_case(wire)) {
            continue;
        }
        let schema = node.get("schema").or_else(|| node.members_of("content").next()?.1.get("schema"));
        let lowered = schema.and_then(|schema| schemas.lower(&schema, &naming.inner(wire)));
        let Some(name) = schemas.claim(&mut scope, NameKind::Property, (wire, None), &node.at) else { continue };
        let text = node.text("description").unwrap_or_default().to_owned();
        let ty = lowered.map_or(Type::Scalar(crate::ir::Scalar::Text), |lowered| lowered.ty);
        fields.push(Field {
            name,
            ty,
            presence: Presence::Optional,
            constraints: Constraints::default(),
            visibility: Visibility::Shown,
            access: Access::Both,
            look_up: false,
            declared: Presence::Optional,
            default: None,
            status: Status::Current,
            storage: Storage::Inline,
            docs: Docs { text, annotations: Vec::new() },
            at: node.at.clone(),
        });
    }
    if fields.is_empty() {
        return None;
    }
    let name = schemas.type_name(&naming, at)?;
    let docs =
        Docs { text: "The headers of a response, for `Response::headers_as`.".to_owned(), annotations: Vec::new() };
    let shape = Struct { fields, additional: Additional::Any, ..Struct::default() };
    Some(schemas.insert_type(name, docs, Shape::Struct(shape), at, &naming))
}
