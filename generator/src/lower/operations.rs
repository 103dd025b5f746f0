//! Paths, parameters, bodies and responses become operations.

use indexmap::IndexMap;
use openapiv3::{
    Components, Header, MediaType, OpenAPI, Operation as Given, Parameter, ParameterData, ParameterSchemaOrContent,
    PathItem, PathStyle, Paths, ReferenceOr, RequestBody, Response, Responses, SecurityRequirement, StatusCode,
};

use super::Named;
use super::extensions::{self, Extensions, IdempotencyKey};
use super::keywords::Node;
use super::schemas::{Naming, Schemas};
use super::service;
use crate::diagnostics::Code;
use crate::ir::{
    Body, Check, Docs, HeaderParameter, Idempotency, IdempotencyHeader, Operation, PathParameter, Presence, Segment,
    Service, SetBy, Status, Type,
};
use crate::names::{Case, Name, Scope};
use crate::source::Pointer;

/// The methods that every call has beside its header parameters.
const CALL_METHODS: &[&str] =
    &["key", "idempotency_key", "attempt_timeout", "total_timeout", "body", "resumable", "retry", "wait"];
/// The methods that every client has beside its operations.
const CLIENT_METHODS: &[&str] = &["builder", "new", "clone", "resume"];
/// Header parameters that OpenAPI tells readers to ignore.
const IGNORED_HEADERS: &[&str] = &["accept", "content-type", "authorization"];

/// Lowers all operations, in the order of their names.
pub(super) fn lower<'a>(
    openapi: &'a OpenAPI,
    paths: &'a Paths,
    security: Option<&'a [SecurityRequirement]>,
    schemas: &mut Schemas<'a>,
    service: &mut Service,
) -> Vec<Operation> {
    let mut lowering = Lowering {
        components: openapi.components.as_ref(),
        security,
        schemas,
        service,
        names: Scope::new(Case::Snake, CLIENT_METHODS),
    };
    let mut operations = Vec::new();
    for (path, item) in &paths.paths {
        let at = Pointer::root().join("paths").join(path);
        match item {
            ReferenceOr::Item(item) => lowering.path_item(path, item, &at, &mut operations),
            ReferenceOr::Reference { .. } => {
                lowering.unsupported(
                    &at,
                    "references to path items are not supported",
                    "write the path item out in place",
                );
            }
        }
    }
    operations.sort_by(|a, b| a.name.rust().cmp(b.name.rust()));
    operations
}

struct Lowering<'s, 'a> {
    components: Option<&'a Components>,
    security: Option<&'a [SecurityRequirement]>,
    schemas: &'s mut Schemas<'a>,
    service: &'s mut Service,
    names: Scope,
}

/// The parameters of one operation by where they stand.
#[derive(Default)]
struct Parameters {
    /// With their places; those that could not be lowered are declared all the same.
    path: IndexMap<String, (Option<PathParameter>, Pointer)>,
    headers: Vec<HeaderParameter>,
    idempotency: Option<IdempotencyHeader>,
}

impl<'a> Lowering<'_, 'a> {
    fn unsupported(&mut self, at: &Pointer, message: impl Into<String>, help: &str) {
        self.schemas.diagnostics.error(Code::Unsupported, at, message).help(help);
    }

    fn path_item(&mut self, path: &str, item: &'a PathItem, at: &Pointer, operations: &mut Vec<Operation>) {
        let PathItem {
            summary: _,     // for readers of the document
            description: _, // likewise
            get,
            put,
            post,
            delete,
            options,
            head,
            patch,
            trace,
            servers,
            parameters,
            extensions: map,
        } = item;
        Extensions::new(map, at).allow_only(&[], self.schemas.diagnostics);
        if !servers.is_empty() {
            self.unsupported(
                &at.join("servers"),
                "servers of a single path are not supported",
                "list the server at the document's root",
            );
        }
        let methods = [
            ("GET", "get", get),
            ("PUT", "put", put),
            ("POST", "post", post),
            ("DELETE", "delete", delete),
            ("OPTIONS", "options", options),
            ("HEAD", "head", head),
            ("PATCH", "patch", patch),
            ("TRACE", "trace", trace),
        ];
        for (method, key, given) in methods {
            let Some(given) = given else { continue };
            let shared = parameters.iter().enumerate().map(|(index, node)| (node, at.join("parameters").join(index)));
            let shared: Vec<_> = shared.collect();
            operations.extend(self.operation(method, path, given, &at.join(key), shared));
        }
    }

    fn operation(
        &mut self,
        method: &'static str,
        path: &str,
        given: &'a Given,
        at: &Pointer,
        shared: Vec<(&'a ReferenceOr<Parameter>, Pointer)>,
    ) -> Option<Operation> {
        let Given {
            tags: _, // for readers of the document
            summary,
            description,
            external_docs,
            operation_id,
            parameters: own,
            request_body,
            responses,
            callbacks,
            deprecated,
            security,
            servers,
            extensions: map,
        } = given;
        let extensions = Extensions::new(map, at);
        extensions.allow_only(&[extensions::NAME], self.schemas.diagnostics);
        let wanted: Option<String> = extensions.get(extensions::NAME, self.schemas.diagnostics);
        let name = self.operation_name(operation_id.as_deref(), wanted.as_deref(), at);
        if !callbacks.is_empty() {
            self.unsupported(
                &at.join("callbacks"),
                "callbacks are not supported",
                "describe what the server calls in a document of its own",
            );
        }
        if !servers.is_empty() {
            self.unsupported(
                &at.join("servers"),
                "servers of a single operation are not supported",
                "list the server at the document's root",
            );
        }
        if security.as_deref().is_some_and(|own| Some(own) != self.security) {
            self.unsupported(
                &at.join("security"),
                "security of a single operation is not supported",
                "require the same scheme of all operations",
            );
        }
        let own = own.iter().enumerate().map(|(index, node)| (node, at.join("parameters").join(index))).collect();
        let parameters = self.parameters(shared, own);
        let path = self.segments(path, parameters.path, &at.parent().unwrap_or_else(Pointer::root));
        let context = operation_id.clone().unwrap_or_default();
        let body = request_body.as_ref().map(|body| self.body(body, &at.join("requestBody"), &context));
        let (answer, failures) = self.responses(responses, &at.join("responses"), &context);
        let notes = external_docs.iter().map(|link| format!("See <{}>.", link.url)).collect();
        let docs = Docs { text: description.clone().unwrap_or_default(), notes };
        let idempotency = self.idempotency(parameters.idempotency, at);
        let body = match body {
            Some(body) => Some(body?),
            None => None,
        };
        Some(Operation {
            name: name?,
            summary: summary.clone().unwrap_or_default(),
            docs,
            method,
            path,
            headers: parameters.headers,
            idempotency,
            body,
            answer: answer?,
            failures,
            status: if *deprecated { Status::Deprecated } else { Status::Current },
            at: at.clone(),
        })
    }

    fn operation_name(&mut self, operation_id: Option<&str>, wanted: Option<&str>, at: &Pointer) -> Option<Name> {
        let Some(wire) = operation_id else {
            self.schemas
                .diagnostics
                .error(Code::Invalid, at, "the operation has no `operationId`, so it has no name")
                .help("add `operationId`, such as `createOrder`");
            return None;
        };
        let at = at.join("operationId");
        let claimed = self.names.claim(wire, wanted, &at);
        self.schemas.named(claimed, wire, Named::Operation, &at)
    }

    /// The header is the same for all operations that have it.
    fn idempotency(&mut self, header: Option<IdempotencyHeader>, at: &Pointer) -> Idempotency {
        let Some(header) = header else { return Idempotency::None };
        match &self.service.idempotency {
            Some(first) if first.header != header.header => {
                let message =
                    format!("the idempotency key is `{}` here but `{}` elsewhere", header.header, first.header);
                self.unsupported(&at.join("parameters"), message, "use one header for all operations");
            }
            _ => self.service.idempotency = Some(header),
        }
        Idempotency::Keyed
    }

    /// The parameters of an operation: its own, and those of its path that it does not declare anew.
    fn parameters(
        &mut self,
        shared: Vec<(&'a ReferenceOr<Parameter>, Pointer)>,
        own: Vec<(&'a ReferenceOr<Parameter>, Pointer)>,
    ) -> Parameters {
        let own = self.parameters_behind(own);
        let mut parameters = self.parameters_behind(shared);
        parameters.retain(|(shared, _)| !own.iter().any(|(own, _)| is_same(own, shared)));
        parameters.extend(own);
        let mut lowered = Parameters::default();
        let mut names = Scope::new(Case::Snake, CALL_METHODS);
        for (index, (parameter, at)) in parameters.iter().enumerate() {
            if parameters[..index].iter().any(|(other, _)| is_same(other, parameter)) {
                let message = format!("the parameter `{}` is declared twice", parameter.parameter_data_ref().name);
                self.schemas.diagnostics.error(Code::Invalid, at, message).help("remove one of the two");
                continue;
            }
            match parameter {
                Parameter::Path { parameter_data, style } => {
                    if !matches!(style, PathStyle::Simple) {
                        self.unsupported(
                            &at.join("style"),
                            "only the style `simple` is supported in paths",
                            "remove `style`",
                        );
                    }
                    let parameter = self.path_parameter(parameter_data, at, &mut names);
                    lowered.path.insert(parameter_data.name.clone(), (parameter, at.clone()));
                }
                // The only style a header has is `simple`.
                Parameter::Header { parameter_data, style: _ } => {
                    self.header(parameter_data, at, &mut names, &mut lowered)
                }
                Parameter::Query { .. } => {
                    self.unsupported(at, "query parameters are not supported", "remove the parameter")
                }
                Parameter::Cookie { .. } => {
                    self.unsupported(at, "cookie parameters are not supported", "remove the parameter")
                }
            }
        }
        lowered
    }

    fn parameters_behind(
        &mut self,
        nodes: Vec<(&'a ReferenceOr<Parameter>, Pointer)>,
    ) -> Vec<(&'a Parameter, Pointer)> {
        let components = self.components.map(|components| &components.parameters);
        let follow = |(node, at): (&'a ReferenceOr<Parameter>, Pointer)| {
            super::follow(node, &at, "parameters", components, self.schemas.diagnostics)
        };
        nodes.into_iter().filter_map(follow).collect()
    }

    fn path_parameter(&mut self, data: &'a ParameterData, at: &Pointer, names: &mut Scope) -> Option<PathParameter> {
        let extensions = Extensions::new(&data.extensions, at);
        extensions.allow_only(&[extensions::NAME], self.schemas.diagnostics);
        let wanted: Option<String> = extensions.get(extensions::NAME, self.schemas.diagnostics);
        let (limits, _) = self.text_schema(data, at)?;
        if !limits.is_empty() {
            self.unsupported(at, "limits on path parameters are not supported", "say them in the description");
        }
        if !data.required {
            self.schemas
                .diagnostics
                .error(
                    Code::Invalid,
                    &at.join("required"),
                    format!("the path parameter `{}` is not required", data.name),
                )
                .help("add `required: true`; a path has no place for an absent value");
        }
        let claimed = names.claim(&data.name, wanted.as_deref(), at);
        let name = self.schemas.named(claimed, &data.name, Named::Parameter, at)?;
        let docs = Docs { text: data.description.clone().unwrap_or_default(), notes: Vec::new() };
        let example = data.example.as_ref().and_then(extensions::scalar_text);
        Some(PathParameter { name, docs, example })
    }

    fn header(&mut self, data: &'a ParameterData, at: &Pointer, names: &mut Scope, lowered: &mut Parameters) {
        if IGNORED_HEADERS.contains(&data.name.to_lowercase().as_str()) {
            self.schemas
                .diagnostics
                .error(Code::Invalid, at, format!("OpenAPI ignores the header parameter `{}`", data.name))
                .help("remove it: media types and security schemes say what is sent");
            return;
        }
        let extensions = Extensions::new(&data.extensions, at);
        let allowed = [extensions::NAME, extensions::SET_BY, extensions::SEND, extensions::IDEMPOTENCY_KEY];
        extensions.allow_only(&allowed, self.schemas.diagnostics);
        let diagnostics = &mut *self.schemas.diagnostics;
        let wanted: Option<String> = extensions.get(extensions::NAME, diagnostics);
        let set_by: extensions::SetBy = extensions.get(extensions::SET_BY, diagnostics).unwrap_or_default();
        let send: Option<String> = extensions.get(extensions::SEND, diagnostics);
        let key: Option<IdempotencyKey> = extensions.get(extensions::IDEMPOTENCY_KEY, diagnostics);
        if key.is_none() && data.extensions.contains_key(extensions::IDEMPOTENCY_KEY) {
            return;
        }
        let Some((limits, default)) = self.text_schema(data, at) else { return };
        if let Some(IdempotencyKey { kept_for_seconds }) = key {
            let length = limits.checks.iter().find_map(|check| match check {
                Check::MaxLength(length) => Some(*length),
                _ => None,
            });
            let max_length = length.unwrap_or(255);
            lowered.idempotency =
                Some(IdempotencyHeader { header: data.name.clone(), max_length, kept_seconds: kept_for_seconds });
            return;
        }
        let set_by = match set_by {
            extensions::SetBy::Transport => return,
            extensions::SetBy::Client => SetBy::Client,
            extensions::SetBy::Call => SetBy::Call,
        };
        let claimed = names.claim(&data.name, wanted.as_deref(), at);
        let Some(name) = self.schemas.named(claimed, &data.name, Named::Parameter, at) else { return };
        let notes = default.into_iter().map(|default| format!("Defaults to {}.", Docs::code(&default))).collect();
        let docs = Docs { text: data.description.clone().unwrap_or_default(), notes };
        let presence = if data.required { Presence::Required } else { Presence::Optional };
        lowered.headers.push(HeaderParameter { name, docs, limits, presence, set_by, send });
    }

    /// The limits and the default of a parameter, which must be plain text.
    fn text_schema(&mut self, data: &'a ParameterData, at: &Pointer) -> Option<(crate::ir::Limits, Option<String>)> {
        let ParameterData {
            name,
            description: _, // read by the caller
            required: _,    // likewise
            deprecated,
            format,
            example: _,  // read by the caller, where it is shown
            examples: _, // for readers of the document
            explode: _,  // without a meaning for plain text
            extensions: _,
        } = data;
        if deprecated.unwrap_or_default() {
            self.unsupported(&at.join("deprecated"), "deprecated parameters are not supported", "remove the parameter");
        }
        let ParameterSchemaOrContent::Schema(schema) = format else {
            self.unsupported(
                &at.join("content"),
                "parameters with `content` are not supported",
                "describe the value with `schema`",
            );
            return None;
        };
        let at = at.join("schema");
        let lowered = self.schemas.node(Node::of(schema), &at, &Naming::Inline(name.clone()))?;
        if *self.schemas.behind_aliases(&lowered.ty) != Type::Scalar(crate::ir::Scalar::Text) {
            self.unsupported(
                &at,
                "only plain strings are supported as parameters",
                "describe the value as `type: string`",
            );
            return None;
        }
        Some((lowered.limits, lowered.default))
    }

    /// The path, cut at its parameters; each template expression needs a parameter and each parameter a place.
    fn segments(
        &mut self,
        path: &str,
        mut parameters: IndexMap<String, (Option<PathParameter>, Pointer)>,
        at: &Pointer,
    ) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut rest = path;
        while let Some((literal, tail)) = rest.split_once('{') {
            let Some((name, tail)) = tail.split_once('}') else {
                self.schemas
                    .diagnostics
                    .error(Code::Invalid, at, "a `{` in the path is never closed")
                    .help("close it, or remove it");
                return segments;
            };
            if !literal.is_empty() {
                segments.push(Segment::Literal(literal.to_owned()));
            }
            match parameters.shift_remove(name) {
                Some((parameter, _)) => segments.extend(parameter.map(Segment::Parameter)),
                None => {
                    self.schemas
                        .diagnostics
                        .error(
                            Code::Reference,
                            at,
                            format!("the path has `{{{name}}}` but no path parameter declares it"),
                        )
                        .help("declare a parameter of this name with `in: path`");
                }
            }
            rest = tail;
        }
        if !rest.is_empty() {
            segments.push(Segment::Literal(rest.to_owned()));
        }
        for (name, (_, at)) in &parameters {
            self.schemas
                .diagnostics
                .error(Code::Reference, at, format!("the path parameter `{name}` has no place in the path"))
                .help("write it into the path in braces, or remove the parameter");
        }
        segments
    }

    fn body(&mut self, node: &'a ReferenceOr<RequestBody>, at: &Pointer, context: &str) -> Option<Body> {
        let components = self.components.map(|components| &components.request_bodies);
        let (body, at) = super::follow(node, at, "requestBodies", components, self.schemas.diagnostics)?;
        let RequestBody { description: _, content, required, extensions: map } = body;
        Extensions::new(map, &at).allow_only(&[], self.schemas.diagnostics);
        if !required {
            self.unsupported(&at, "optional request bodies are not supported", "add `required: true`");
        }
        let (media_type, at) = self.json(content, &at)?;
        let schema = media_type.schema.as_ref()?;
        let lowered =
            self.schemas.node(Node::of(schema), &at.join("schema"), &Naming::Inline(format!("{context} request")))?;
        Some(Body { ty: lowered.ty, example: self.example(media_type, &at) })
    }

    /// The one media type a body may have.
    fn json(&mut self, content: &'a IndexMap<String, MediaType>, at: &Pointer) -> Option<(&'a MediaType, Pointer)> {
        let at = at.join("content");
        for other in content.keys().filter(|name| *name != "application/json") {
            self.unsupported(
                &at.join(other),
                format!("bodies of type `{other}` are not supported"),
                "describe the body as `application/json`",
            );
        }
        let media_type = content.get("application/json")?;
        let at = at.join("application/json");
        Extensions::new(&media_type.extensions, &at).allow_only(&[], self.schemas.diagnostics);
        if !media_type.encoding.is_empty() {
            self.unsupported(&at.join("encoding"), "`encoding` says nothing about JSON", "remove it");
        }
        if media_type.schema.is_none() {
            self.unsupported(
                &at,
                "a body without a schema is not supported",
                "add `schema`; `schema: {}` stands for any value",
            );
            return None;
        }
        Some((media_type, at))
    }

    fn example(&mut self, media_type: &'a MediaType, at: &Pointer) -> Option<serde_json::Value> {
        if let Some(example) = &media_type.example {
            return Some(example.clone());
        }
        let (name, node) = media_type.examples.first()?;
        let components = self.components.map(|components| &components.examples);
        let (example, _) =
            super::follow(node, &at.join("examples").join(name), "examples", components, self.schemas.diagnostics)?;
        example.value.clone()
    }

    fn responses(
        &mut self,
        responses: &'a Responses,
        at: &Pointer,
        context: &str,
    ) -> (Option<Type>, Vec<(String, Type)>) {
        let Responses { default, responses, extensions: map } = responses;
        Extensions::new(map, at).allow_only(&[], self.schemas.diagnostics);
        let mut answer = None;
        let mut failures = Vec::new();
        let listed = responses.iter().map(|(status, node)| (status_text(status), node));
        for (status, node) in listed.chain(default.iter().map(|node| ("default".to_owned(), node))) {
            let at = at.join(&status);
            let is_success = status.starts_with('2');
            if is_success && answer.is_some() {
                self.unsupported(&at, "a second kind of success is not supported", "keep one response of the 200s");
                continue;
            }
            let body = self.response(node, &at, &format!("{context} {status} response"));
            match body {
                Some(ty) if is_success => answer = Some(ty),
                Some(ty) => failures.push((status, ty)),
                None => {}
            }
        }
        if answer.is_none() && !responses.keys().any(|status| status_text(status).starts_with('2')) {
            self.unsupported(at, "the operation says nothing of success", "add the response `'200'`");
        }
        (answer, failures)
    }

    fn response(&mut self, node: &'a ReferenceOr<Response>, at: &Pointer, context: &str) -> Option<Type> {
        let components = self.components.map(|components| &components.responses);
        let (response, at) = super::follow(node, at, "responses", components, self.schemas.diagnostics)?;
        let Response { description: _, headers, content, links, extensions: map } = response;
        Extensions::new(map, &at).allow_only(&[], self.schemas.diagnostics);
        if !links.is_empty() {
            self.unsupported(&at.join("links"), "links are not supported", "remove them");
        }
        self.headers(headers, &at.join("headers"));
        if content.is_empty() {
            self.unsupported(&at, "responses without a body are not supported", "describe the body under `content`");
            return None;
        }
        let (media_type, at) = self.json(content, &at)?;
        let schema = media_type.schema.as_ref()?;
        let lowered = self.schemas.node(Node::of(schema), &at.join("schema"), &Naming::Inline(context.to_owned()))?;
        Some(lowered.ty)
    }

    fn headers(&mut self, headers: &'a IndexMap<String, ReferenceOr<Header>>, at: &Pointer) {
        let components = self.components.map(|components| &components.headers);
        for (name, node) in headers {
            let found = super::follow(node, &at.join(name), "headers", components, self.schemas.diagnostics);
            if let Some((header, at)) = found {
                service::role(self.service, name, header, &at, self.schemas.diagnostics);
            }
        }
    }
}

/// Whether two parameters are the same one: names of headers are, whatever their capitals.
fn is_same(one: &Parameter, other: &Parameter) -> bool {
    let (data, other_data) = (one.parameter_data_ref(), other.parameter_data_ref());
    match (one, other) {
        (Parameter::Header { .. }, Parameter::Header { .. }) => data.name.eq_ignore_ascii_case(&other_data.name),
        _ => std::mem::discriminant(one) == std::mem::discriminant(other) && data.name == other_data.name,
    }
}

fn status_text(status: &StatusCode) -> String {
    match status {
        StatusCode::Code(code) => code.to_string(),
        StatusCode::Range(hundreds) => format!("{hundreds}XX"),
    }
}
