//! Responses: what an operation answers with, when it succeeds and when it fails.

use super::bodies;
use super::extensions::Extensions;
use super::naming::{Named, Naming};
use super::schemas::Schemas;
use super::service;
use super::wire;
use crate::diagnostics::Skip;
use crate::document::Pointer;
use crate::document::media_type::is_json;
use crate::document::node_ref::{Spot, component_key};
use crate::ir::{
    Access, Additional, Answer, ByStatus, Docs, FailureBody, Field, Limits, Presence, Reply, ReplyHeader, Service,
    Shape, Status, StatusCase, Storage, Struct, Type, TypeId, Visibility,
};
use crate::names::{Case, Name, Scope};

/// What an operation answers.
pub(super) struct Responses {
    pub(super) answer: Answer,
    /// The media type to ask for, where that is not JSON.
    pub(super) accept: Option<String>,
    /// The media types to ask for instead of JSON, where there are any.
    pub(super) streams: Option<String>,
    pub(super) headers: Option<TypeId>,
    pub(super) failures: Vec<FailureBody>,
    pub(super) replies: Vec<Reply>,
}

/// The body of one response.
enum Body {
    None,
    Json(Type),
    /// Text or bytes, of this media type, or of these.
    Stream(String),
}

/// Lowers the responses of an operation; nothing after an error that leaves it without an answer.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    service: &mut Service,
    operation: &Spot<'a>,
    context: &str,
) -> Option<Responses> {
    let listed = operation.get("responses");
    let at = operation.at.join("responses");
    if let Some(listed) = &listed {
        Extensions::new(listed).allow_only(&[], schemas.diagnostics);
    }
    let statuses: Vec<_> = listed.iter().flat_map(Spot::members).filter(|(status, _)| is_status(status)).collect();
    let has_success = statuses.iter().any(|(status, _)| is_success(status));
    let (mut successes, mut failures, mut headers) = (Vec::new(), Vec::new(), Vec::new());
    let mut streams: Vec<&str> = Vec::new();
    let mut replies = Vec::new();
    let by_rank = |(status, _): &&(&str, Spot<'a>)| (*status == "default", false);
    let mut ordered: Vec<_> = statuses.iter().collect();
    ordered.sort_by_key(by_rank);
    for (status, spot) in ordered {
        // Where no other response is one of success, `default` is.
        let succeeds = is_success(status) || *status == "default" && !has_success && !schemas.is_strict();
        let Some(response) = schemas.follow(spot.clone(), "responses") else {
            if succeeds && schemas.is_strict() {
                return None;
            }
            continue;
        };
        let noted = note_headers(schemas, service, &response);
        let told = noted.iter().map(|(name, header)| reply_header(name, header)).collect();
        if succeeds && !schemas.is_strict() {
            headers.extend(noted);
        }
        let context = match component_key(&response.at, "responses") {
            Some(key) if !schemas.is_strict() => format!("{key} response"),
            _ => format!("{context} {status} response"),
        };
        let Some(body) = self::body(schemas, &response, &context, succeeds) else {
            if succeeds {
                return None;
            }
            continue;
        };
        replies.push(reply(schemas, status, &response, &body, told));
        if succeeds && matches!(body, Body::Json(_)) && !schemas.is_strict() {
            let others = response.members_of("content").map(|(media_type, _)| media_type);
            streams.extend(others.filter(|media_type| is_stream(media_type)));
        }
        match body {
            body if succeeds => successes.push(((*status).to_owned(), body, spot.at.clone())),
            Body::Json(ty) => {
                failures.push(FailureBody { status: (*status).to_owned(), ty, at: spot.at.clone() });
            }
            Body::None | Body::Stream(_) => {}
        }
    }
    if successes.is_empty() && schemas.is_strict() {
        schemas.left_out(Skip::Response, &at, "the operation says nothing of success").help("add the response `'200'`");
        return None;
    }
    let (answer, accept) = answer(schemas, successes, context, &operation.at)?;
    let headers = self::headers(schemas, headers, context, &at);
    let is_read = !matches!(answer, Answer::Stream | Answer::Nothing);
    let streams = (is_read && !streams.is_empty()).then(|| streams.join(", "));
    Some(Responses { answer, accept, streams, headers, failures, replies })
}

/// What readers are told of a response.
fn reply<'a>(
    schemas: &mut Schemas<'a>,
    status: &str,
    response: &Spot<'a>,
    body: &Body,
    headers: Vec<ReplyHeader>,
) -> Reply {
    let contents: Vec<_> = response.members_of("content").collect();
    let json = contents.iter().find(|(media_type, _)| is_json(media_type)).or_else(|| contents.first());
    let examples = json.map(|(_, content)| bodies::examples(schemas, content)).unwrap_or_default();
    let ty = match body {
        Body::Json(ty) => Some(ty.clone()),
        Body::None | Body::Stream(_) => None,
    };
    let media_types = contents.into_iter().map(|(media_type, _)| media_type.to_owned()).collect();
    Reply {
        status: status.to_owned(),
        docs: bodies::description(response),
        ty,
        media_types,
        headers,
        examples,
        at: response.at.clone(),
    }
}

/// What readers are told of a header.
fn reply_header(name: &str, header: &Spot<'_>) -> ReplyHeader {
    let docs = bodies::description(header);
    let kind = header.get("schema").map_or_else(|| "string".to_owned(), |schema| kind(&schema));
    ReplyHeader { name: name.to_owned(), docs, kind, at: header.at.clone() }
}

/// A plain schema in a few words.
fn kind(schema: &Spot<'_>) -> String {
    if let Some((_, name)) = schema.text("$ref").and_then(|reference| reference.rsplit_once('/')) {
        return name.to_owned();
    }
    let kind = schema.text("type").unwrap_or("any");
    schema.text("format").map_or_else(|| kind.to_owned(), |format| format!("{kind} ({format})"))
}

/// Whether a key stands for statuses, and is no extension.
fn is_status(key: &str) -> bool {
    key == "default" || key.len() == 3 && key.starts_with(|c: char| c.is_ascii_digit())
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// The body of a response.
fn body<'a>(schemas: &mut Schemas<'a>, response: &Spot<'a>, context: &str, succeeds: bool) -> Option<Body> {
    Extensions::new(response).allow_only(&[], schemas.diagnostics);
    if response.get("links").is_some_and(|links| links.members().next().is_some()) && schemas.is_strict() {
        schemas.left_out(Skip::Keyword, &response.at.join("links"), "links are not supported").help("remove them");
    }
    let contents: Vec<_> = response.members_of("content").collect();
    let (contents, odd): (Vec<_>, Vec<_>) =
        contents.into_iter().partition(|(media_type, _)| wire::is_header_value(media_type));
    for (media_type, spot) in &odd {
        schemas
            .left_out(Skip::MediaType, &spot.at, format!("bodies of type `{media_type}` are not supported"))
            .help("describe the body as `application/json`");
    }
    let json = contents.iter().find(|(media_type, _)| is_json(media_type));
    // Where bytes may come, a text in JSON is the word of a generator of documents for the same.
    let has_bytes = contents.iter().any(|(media_type, _)| is_bytes(media_type));
    let json = json.filter(|(_, content)| schemas.is_strict() || !has_bytes || !is_plain_text(content));
    let Some((media_type, content)) = json.or_else(|| contents.first()) else { return Some(Body::None) };
    for (other, spot) in contents.iter().filter(|(other, _)| other != media_type) {
        // An answer in other words than those asked for does not come; that it could is for readers of the document.
        if schemas.is_strict() {
            schemas
                .left_out(Skip::MediaType, &spot.at, format!("bodies of type `{other}` are not supported"))
                .help("describe the body as `application/json`");
        }
    }
    Extensions::new(content).allow_only(&[], schemas.diagnostics);
    if !is_json(media_type) {
        if !succeeds && schemas.is_strict() {
            return Some(Body::None);
        }
        // Each of them is handed over as it comes.
        let all: Vec<_> = contents.iter().map(|(media_type, _)| *media_type).collect();
        return Some(Body::Stream(if schemas.is_strict() { (*media_type).to_owned() } else { all.join(", ") }));
    }
    let Some(schema) = content.get("schema") else {
        if !schemas.is_strict() {
            return Some(Body::Json(Type::Json));
        }
        schemas
            .left_out(Skip::MediaType, &content.at, "a body without a schema is not supported")
            .help("add `schema`; `schema: {}` stands for any value");
        return None;
    };
    let lowered = schemas.node(&schema, &Naming::Inline(context.to_owned()))?;
    Some(Body::Json(lowered.element()))
}

/// Whether a media type is neither text nor JSON nor XML.
fn is_bytes(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_archive = matches!(essence.as_str(), "application/octet-stream" | "application/pdf" | "application/zip");
    is_archive || ["image/", "audio/", "video/"].iter().any(|family| essence.starts_with(family))
}

/// Whether an answer of a media type is worth to be asked for although there is one of JSON: events, texts and bytes.
fn is_stream(media_type: &str) -> bool {
    let is_text = media_type.starts_with("text/") && !media_type.contains("xml");
    !is_json(media_type) && (is_text || is_bytes(media_type))
}

fn is_plain_text(content: &Spot<'_>) -> bool {
    content.get("schema").is_some_and(|schema| schema.text("type") == Some("string"))
}

/// The one type that holds whatever comes with a success.
fn answer(
    schemas: &mut Schemas<'_>,
    successes: Vec<(String, Body, Pointer)>,
    context: &str,
    at: &Pointer,
) -> Option<(Answer, Option<String>)> {
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
                    .left_out(
                        Skip::Response,
                        &at,
                        format!("an answer of type `{media_type}` beside one of JSON is not supported"),
                    )
                    .help("describe it in an operation of its own");
            }
            Body::Stream(_) => {}
        }
    }
    let bodies: Vec<&Type> = types.iter().filter_map(|(_, ty, _)| ty.as_ref()).collect();
    let Some(first) = bodies.first().copied() else {
        return Some(match stream {
            Some(media_type) => (Answer::Stream, Some(media_type)),
            None => (Answer::Nothing, None),
        });
    };
    let is_same = bodies.iter().all(|ty| *ty == first);
    let answer = match (is_same, bodies.len() == types.len()) {
        (true, true) => Answer::Body(first.clone()),
        (true, false) => Answer::Perhaps(first.clone()),
        (false, _) => by_status(schemas, &types, context, at)?,
    };
    Some((answer, None))
}

fn by_status(
    schemas: &mut Schemas<'_>,
    types: &[(String, Option<Type>, Pointer)],
    context: &str,
    at: &Pointer,
) -> Option<Answer> {
    let name = type_of(schemas, context, at)?;
    let mut scope = Scope::new(Case::Pascal, &[]);
    let mut cases = Vec::new();
    // Ranges stand behind the statuses they hold.
    let mut ordered: Vec<_> = types.iter().collect();
    ordered.sort_by_key(|(status, ..)| (status == "default", status.ends_with(['X', 'x']), status.clone()));
    for (status, ty, at) in ordered {
        let name = schemas.claim(&mut scope, Named::Alternative, (reason(status), None), at)?;
        cases.push(StatusCase { name: name.of_wire(status), ty: ty.clone(), at: at.clone() });
    }
    Some(Answer::ByStatus(ByStatus { name, cases }))
}

/// The name of the type that is made for the answers of an operation.
pub(super) fn type_of(schemas: &mut Schemas<'_>, context: &str, at: &Pointer) -> Option<Name> {
    schemas.type_name(&Naming::Inline(format!("{context} answer")), at)
}

/// What a status is called.
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

/// Notes what headers mean, and returns them.
fn note_headers<'a>(schemas: &mut Schemas<'a>, service: &mut Service, response: &Spot<'a>) -> Vec<(&'a str, Spot<'a>)> {
    let mut found = Vec::new();
    for (name, spot) in response.members_of("headers") {
        if let Some(header) = schemas.follow(spot, "headers") {
            service::role(service, name, &header, schemas.diagnostics);
            found.push((name, header));
        }
    }
    found
}

/// A type whose members are the headers of the answers.
fn headers<'a>(
    schemas: &mut Schemas<'a>,
    headers: Vec<(&'a str, Spot<'a>)>,
    context: &str,
    at: &Pointer,
) -> Option<TypeId> {
    let naming = Naming::Inline(format!("{context} headers"));
    let mut scope = Scope::new(Case::Snake, &["new", "extra"]);
    let mut fields: Vec<Field> = Vec::new();
    for (wire, spot) in headers {
        if fields.iter().any(|field| field.name.wire().eq_ignore_ascii_case(wire)) {
            continue;
        }
        let schema = spot.get("schema").or_else(|| spot.members_of("content").next()?.1.get("schema"));
        let lowered = schema.and_then(|schema| schemas.node(&schema, &naming.inner(wire)));
        let Some(name) = schemas.claim(&mut scope, Named::Property, (wire, None), &spot.at) else { continue };
        let text = spot.text("description").unwrap_or_default().to_owned();
        let ty = lowered.map_or(Type::Scalar(crate::ir::Scalar::Text), |lowered| lowered.ty);
        fields.push(Field {
            name,
            ty,
            presence: Presence::Optional,
            limits: Limits::default(),
            visibility: Visibility::Shown,
            access: Access::Both,
            look_up: false,
            declared: Presence::Optional,
            default: None,
            status: Status::Current,
            storage: Storage::Inline,
            docs: Docs { text, notes: Vec::new() },
            at: spot.at.clone(),
        });
    }
    if fields.is_empty() {
        return None;
    }
    let name = schemas.type_name(&naming, at)?;
    let docs = Docs { text: "The headers of an answer, for `Response::headers_as`.".to_owned(), notes: Vec::new() };
    let shape = Struct { fields, additional: Additional::Any, ..Struct::default() };
    Some(schemas.begin(name, docs, Shape::Struct(shape), at, &naming))
}
