//! Lowers the responses of an operation: successes and failures.

use super::bodies;
use super::extensions::Extensions;
use super::naming::{NameKind, Naming};
use super::response_contents::{self, Contents};
use super::service;
use super::state::Schemas;
use crate::diagnostics::{Assumption, Code};
use crate::document::media_type::{is_json, words};
use crate::document::{NodeRef, Pointer, component_key};
use crate::ir::{
    Access, Additional, CaseContent, Constraints, Docs, DocumentedHeader, DocumentedResponse, FailureBody, Field,
    Items, Presence, ResponseBody, ResponseCase, ResponseCases, Service, Shape, Status, Storage, Struct,
    SuccessStatuses, Type, TypeId, Visibility,
};
use crate::names::{Case, Name, Scope};

/// The responses of an operation.
pub(super) struct Responses {
    pub(super) response_body: ResponseBody,
    /// The `Accept` header, unless it is `application/json`.
    pub(super) accept: Option<String>,
    /// The media types that can be requested as a download instead.
    pub(super) alternatives: Option<String>,
    /// The items that can be requested instead, with their media types.
    pub(super) item_alternatives: Vec<(String, Items)>,
    /// Bodies that are not JSON are text, which is the value.
    pub(super) reads_text: bool,
    /// The statuses of the successes, if their type does not tell.
    pub(super) statuses: Option<SuccessStatuses>,
    pub(super) headers: Option<TypeId>,
    pub(super) failures: Vec<FailureBody>,
    pub(super) documented_responses: Vec<DocumentedResponse>,
}

/// A success: its status, what can be in it, and where the document declares it.
struct SuccessResponse {
    status: String,
    contents: Contents,
    at: Pointer,
}

/// What the responses of an operation say, one after the other.
#[derive(Default)]
struct Gathered<'a> {
    successes: Vec<SuccessResponse>,
    failures: Vec<FailureBody>,
    /// The media types of failures.
    failure_types: Vec<String>,
    /// The headers of successes.
    headers: Vec<(&'a str, NodeRef<'a>)>,
    documented: Vec<DocumentedResponse>,
    /// The operation's method is HEAD.
    is_head: bool,
}

/// Lowers the responses of an operation. Returns `None` if a success response has an error.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    service: &mut Service,
    operation: &NodeRef<'a>,
    method: &str,
    context: &str,
) -> Option<Responses> {
    let listed = operation.get("responses");
    let at = operation.at.join("responses");
    if let Some(listed) = &listed {
        Extensions::new(listed).allow_only(&[], &mut schemas.reporter);
    }
    let mut statuses: Vec<_> =
        listed.iter().flat_map(NodeRef::members).filter(|(status, _)| is_status(status)).collect();
    // `default` is the success response of an operation without another one.
    let default_succeeds =
        !statuses.iter().any(|(status, _)| is_success(status)) && schemas.assumes(Assumption::DefaultIsSuccess);
    statuses.sort_by_key(|(status, _)| *status == "default");
    let mut gathered = Gathered { is_head: method == "HEAD", ..Gathered::default() };
    for (status, node) in statuses {
        let succeeds = is_success(status) || status == "default" && default_succeeds;
        gathered.add(schemas, service, (status, node), succeeds, context)?;
    }
    let Gathered { successes, failures, failure_types, headers, documented: documented_responses, .. } = gathered;
    if successes.is_empty() {
        let message = "the operation has no success response";
        schemas.reporter.strict_error(Code::NotSupported, &at, message, "add the response `'200'`")?;
    }
    let accept = accept(&successes, &failure_types);
    let reads_text = successes.iter().any(|success| success.contents.reads_text);
    let (has_redirect, statuses) =
        (successes.iter().any(|success| success.status.starts_with('3')), self::statuses(&successes));
    let alternatives = schemas.assumes(Assumption::HeadersAndStreams).then(|| alternatives(&successes)).flatten();
    let item_alternatives = successes.iter().flat_map(|success| &success.contents.item_alternatives).cloned().collect();
    let response_body = response_body(schemas, successes, context, &operation.at)?;
    let reads_text = reads_text && matches!(response_body, ResponseBody::Body(_) | ResponseBody::Optional(_));
    let needs_statuses = has_redirect || matches!(response_body, ResponseBody::Optional(_));
    let headers = self::headers(schemas, headers, context, &at);
    Some(Responses {
        response_body,
        accept,
        alternatives,
        item_alternatives,
        reads_text,
        statuses: needs_statuses.then_some(statuses),
        headers,
        failures,
        documented_responses,
    })
}

impl<'a> Gathered<'a> {
    /// Adds a response. Returns `None` if it is a success that has an error.
    fn add(
        &mut self,
        schemas: &mut Schemas<'a>,
        service: &mut Service,
        (status, node): (&'a str, NodeRef<'a>),
        succeeds: bool,
        context: &str,
    ) -> Option<()> {
        let Some(response) = schemas.follow(node.clone(), "responses") else {
            return if succeeds { schemas.reporter.go_on_if_lenient() } else { Some(()) };
        };
        let headers = headers_with_roles(schemas, service, &response);
        let documented_headers = headers.iter().map(|(name, header)| documented_header(name, header)).collect();
        if succeeds && schemas.assumes(Assumption::HeadersAndStreams) {
            self.headers.extend(headers);
        }
        let context = match component_key(&response.at, "responses") {
            Some(key) if schemas.assumes(Assumption::NamesByContext) => format!("{key} response"),
            _ => format!("{context} {status} response"),
        };
        let Some(contents) = response_contents::lower(schemas, &response, &context, succeeds) else {
            return (!succeeds).then_some(());
        };
        self.documented.push(documented_response(schemas, status, &response, &contents, documented_headers));
        let (status, at) = (status.to_owned(), node.at);
        if succeeds {
            let contents = if self.is_head { without_body(schemas, &response, &contents) } else { contents };
            self.successes.push(SuccessResponse { status, contents, at });
            return Some(());
        }
        for (media_types, content) in contents.read {
            if let CaseContent::Json(ty) = content {
                self.failure_types.extend(media_types);
                self.failures.push(FailureBody { status: status.clone(), ty, at: at.clone() });
            }
        }
        Some(())
    }
}

/// Returns the contents of a response to HEAD: it has no body, whatever the document declares (RFC 9110, 9.3.2).
fn without_body(schemas: &mut Schemas<'_>, response: &NodeRef<'_>, declared: &Contents) -> Contents {
    if !declared.read.is_empty() && schemas.reporter.go_on_if_lenient().is_some() {
        let message = "a response to HEAD has no body; its contents are left out";
        schemas.reporter.mistake(Code::Invalid, &response.at.join("content"), message).help("remove `content`");
    }
    Contents::default()
}

/// Returns the `Accept` header, unless it is `application/json`: what successes can be first, then what failures can be.
fn accept(successes: &[SuccessResponse], failure_types: &[String]) -> Option<String> {
    let contents = || successes.iter().flat_map(|success| &success.contents.read);
    let read = contents().flat_map(|(media_types, content)| {
        let is_json = matches!(content, CaseContent::Json(_));
        media_types.iter().map(move |media_type| (media_type.as_str(), is_json))
    });
    let has_body = contents().next().is_some();
    let failures = failure_types.iter().filter(|_| has_body).map(|media_type| (media_type.as_str(), true));
    response_contents::accept(read.chain(failures))
}

/// Returns the media types that can be requested as a download instead of JSON.
fn alternatives(successes: &[SuccessResponse]) -> Option<String> {
    let mut listed: Vec<&str> = Vec::new();
    for media_type in successes.iter().flat_map(|success| &success.contents.alternatives) {
        if !listed.contains(&media_type.as_str()) {
            listed.push(media_type);
        }
    }
    (!listed.is_empty()).then(|| listed.join(", "))
}

/// Returns the form of a response that the documentation shows.
fn documented_response<'a>(
    schemas: &mut Schemas<'a>,
    status: &str,
    response: &NodeRef<'a>,
    lowered: &Contents,
    headers: Vec<DocumentedHeader>,
) -> DocumentedResponse {
    let contents: Vec<_> = response.members_of("content").collect();
    let json = contents.iter().find(|(media_type, _)| is_json(media_type)).or_else(|| contents.first());
    let examples = json.map(|(_, content)| bodies::examples(schemas, content)).unwrap_or_default();
    let ty = lowered.json().cloned();
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

/// Returns whether a status is one of a success: 2xx, and 3xx, since a declared redirect or `304` is what the document expects.
fn is_success(status: &str) -> bool {
    status.starts_with(['2', '3'])
}

/// Returns the statuses of successes with a body and without one.
fn statuses(successes: &[SuccessResponse]) -> SuccessStatuses {
    let statuses = |has_body: bool| {
        let successes = successes.iter().filter(|success| success.contents.read.is_empty() != has_body);
        successes.map(|success| success.status.clone()).collect()
    };
    SuccessStatuses { with_body: statuses(true), without_body: statuses(false) }
}

/// Returns the type of the response over all successes.
fn response_body(
    schemas: &mut Schemas<'_>,
    successes: Vec<SuccessResponse>,
    context: &str,
    at: &Pointer,
) -> Option<ResponseBody> {
    let contents = || successes.iter().flat_map(|success| success.contents.read.iter().map(|(_, content)| content));
    let has_download = contents().any(|content| *content == CaseContent::Download);
    let mut items: Vec<&Items> = Vec::new();
    for content in contents() {
        if let CaseContent::Items(one) = content
            && !items.contains(&one)
        {
            items.push(one);
        }
    }
    let has_empty = successes.iter().any(|success| success.contents.read.is_empty());
    let mut types: Vec<&Type> = Vec::new();
    let decoded = contents().filter(|content| matches!(content, CaseContent::Json(_) | CaseContent::Text(_)));
    for ty in decoded.filter_map(CaseContent::ty) {
        if !types.contains(&ty) {
            types.push(ty);
        }
    }
    Some(match (types.as_slice(), has_download, has_empty) {
        ([], false, _) if items.len() == 1 => ResponseBody::Items(items.remove(0).clone()),
        _ if !items.is_empty() => ResponseBody::Cases(cases(schemas, successes, context, at)?),
        ([], true, _) => ResponseBody::Download,
        ([], false, _) => ResponseBody::Empty,
        ([ty], false, false) => ResponseBody::Body((*ty).clone()),
        ([ty], false, true) => ResponseBody::Optional((*ty).clone()),
        _ => ResponseBody::Cases(cases(schemas, successes, context, at)?),
    })
}

/// Returns a case for each status and content.
fn cases(
    schemas: &mut Schemas<'_>,
    mut successes: Vec<SuccessResponse>,
    context: &str,
    at: &Pointer,
) -> Option<ResponseCases> {
    let name = cases_name(schemas, context, at)?;
    let mut scope = Scope::new(Case::Pascal, &[]);
    let mut cases = Vec::new();
    // A single status takes precedence over a range, and a range over `default`.
    let rank = |status: &str| (status == "default", status.ends_with(['X', 'x']), status.to_owned());
    successes.sort_by_key(|success| rank(&success.status));
    let has_one_status = successes.len() == 1;
    for SuccessResponse { status, contents, at } in successes {
        let has_one_content = contents.read.len() < 2;
        let mut read = contents.read;
        if read.is_empty() {
            read.push((Vec::new(), CaseContent::Empty));
        }
        for (media_types, content) in read {
            let content_words = media_types.first().map(|media_type| words(media_type)).unwrap_or_default();
            let wire = match (has_one_content, has_one_status) {
                (true, _) => reason(&status).to_owned(),
                (false, true) => content_words,
                (false, false) => format!("{} {content_words}", reason(&status)),
            };
            let name = schemas.claim(&mut scope, NameKind::Alternative, (&wire, None), &at)?;
            let (name, at) = (name.of_wire(&status), at.clone());
            cases.push(ResponseCase { name, media_types, content, at });
        }
    }
    Some(ResponseCases { name, cases })
}

/// Returns the name of the type that holds the responses of an operation that has several.
pub(super) fn cases_name(schemas: &mut Schemas<'_>, context: &str, at: &Pointer) -> Option<Name> {
    schemas.type_name(&Naming::Inline(format!("{context} success")), at)
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
        "301" => "moved permanently",
        "302" => "found",
        "303" => "see other",
        "304" => "not modified",
        "307" => "temporary redirect",
        "308" => "permanent redirect",
        "default" => "other",
        _ if status.starts_with('3') => "redirection",
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
        // OpenAPI ignores the header `Content-Type` (3.0.4, Response Object).
        let is_ignored = wire.eq_ignore_ascii_case("content-type");
        if is_ignored || fields.iter().any(|field| field.name.wire().eq_ignore_ascii_case(wire)) {
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
