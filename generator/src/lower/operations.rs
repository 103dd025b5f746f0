//! Lowers path items to operations.

use crate::diagnostics::{Assumption, Code, Omission, closest};
use crate::document::grammar::Kind;
use crate::document::{NodeRef, Pointer, Value, extension_keys};
use crate::ir::{
    Docs, Idempotency, IdempotencyHeader, Operation, PathParameter, ResponseBody, Segment, ServerTemplate, Service,
    Status, Type,
};
use crate::names::{Case, Name, Scope};
use std::collections::HashSet;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::bodies::{self, NamedBody};
use super::extensions::Extensions;
use super::http_syntax;
use super::naming::NameKind;
use super::parameters::{self, Parameters};
use super::responses::{self, Responses};
use super::security::Security;
use super::servers;
use super::state::Schemas;

/// The methods that every client has beside its operations. Those that take a client by value would win over an operation.
const CLIENT_METHODS: &[&str] = &["builder", "new", "clone", "resume", "into", "try_into"];
/// The methods of HTTP, as path items have them.
const METHODS: &[(&str, &str)] = &[
    ("GET", "get"),
    ("PUT", "put"),
    ("POST", "post"),
    ("DELETE", "delete"),
    ("OPTIONS", "options"),
    ("HEAD", "head"),
    ("PATCH", "patch"),
    ("TRACE", "trace"),
];
/// The method that path items have since OpenAPI 3.2.
const QUERY: (&str, &str) = ("QUERY", "query");
/// The key of the methods that have no key of their own, since OpenAPI 3.2.
const OTHER_METHODS: &str = "additionalOperations";
/// The characters of a path that are percent-encoded. `?` begins the query, and a fragment is not sent.
const LITERAL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'\\').add(b'^').add(b'|');

/// All operations of a document.
pub(super) struct LoweredOperations {
    /// In the order of their names.
    pub(super) operations: Vec<Operation>,
    /// The types of webhook and callback bodies.
    pub(super) received: Vec<Type>,
    /// How many operations of the document have a call.
    pub(super) made: usize,
    /// How many operations the document has.
    pub(super) total: usize,
}

/// Lowers all operations.
pub(super) fn lower<'a>(
    root: &NodeRef<'a>,
    security: &Security,
    schemas: &mut Schemas<'a>,
    service: &mut Service,
) -> LoweredOperations {
    let names = Scope::of_items(Case::Snake, CLIENT_METHODS);
    let (received, ids) = (Vec::new(), HashSet::new());
    let has_query = has_query(root);
    let mut lowering = Lowering { security, schemas, service, names, received, ids, made: 0, total: 0, has_query };
    let mut operations = Vec::new();
    for (path, item) in root.members_of("paths").filter(|(path, _)| path.starts_with('/')) {
        if let Some(item) = lowering.path_item(item) {
            lowering.operations(path, &item, &mut operations);
        }
    }
    for (_, item) in root.members_of("webhooks") {
        lowering.receive(item);
    }
    // Not before all types have their names.
    let mut calls = lowering.schemas.beside_types();
    for operation in &mut operations {
        let name = lowering.call_name(&mut calls, &operation.name, &operation.at);
        operation.call = name.unwrap_or_else(|| operation.name.clone());
    }
    operations.sort_by(|a, b| a.name.rust().cmp(b.name.rust()));
    LoweredOperations { operations, received: lowering.received, made: lowering.made, total: lowering.total }
}

struct Lowering<'s, 'a> {
    security: &'s Security,
    schemas: &'s mut Schemas<'a>,
    service: &'s mut Service,
    names: Scope,
    received: Vec<Type>,
    /// The `operationId`s so far.
    ids: HashSet<String>,
    made: usize,
    total: usize,
    /// Path items have the method QUERY and other methods.
    has_query: bool,
}

impl<'a> Lowering<'_, 'a> {
    fn unsupported(&mut self, omission: Omission, at: &Pointer, message: impl Into<String>, help: &str) {
        self.schemas.unsupported(omission, at, message).help(help);
    }

    fn strict_error(&mut self, at: &Pointer, message: &str, help: &str) -> Option<()> {
        self.schemas.reporter.strict_error(Code::NotSupported, at, message, help)
    }

    /// Returns an inline or referenced path item.
    fn path_item(&mut self, item: NodeRef<'a>) -> Option<NodeRef<'a>> {
        if item.reference().is_none() {
            return Some(item);
        }
        let (message, help) = ("references to path items are not supported", "write the path item out in place");
        self.strict_error(&item.at, message, help)?;
        self.schemas.follow(item, "pathItems")
    }

    fn operations(&mut self, path: &str, item: &NodeRef<'a>, operations: &mut Vec<Operation>) {
        Extensions::new(item).allow_only(&[], &mut self.schemas.reporter);
        if item.elements_of("servers").next().is_some() {
            let help = "list the server at the document's root";
            self.strict_error(&item.at.join("servers"), "servers of a single path are not supported", help);
        }
        let mut declared = self.declared(item);
        self.total += declared.len();
        self.refuse_unknown_methods(item, &mut declared);
        for (method, operation) in declared {
            let lowered = self.operation(&method, path, item, &operation);
            if lowered.is_none() && self.schemas.reporter.go_on_if_lenient().is_some() {
                let help = "correct what the warnings about it report";
                self.unsupported(Omission::Operation, &operation.at, "the operation is left out", help);
            }
            self.made += usize::from(lowered.is_some());
            operations.extend(lowered.into_iter().flatten());
        }
    }

    /// Returns the operations of a path item with their methods.
    fn declared(&self, item: &NodeRef<'a>) -> Vec<(String, NodeRef<'a>)> {
        let query = self.has_query.then_some(&QUERY);
        let known = METHODS.iter().chain(query);
        let mut declared: Vec<_> =
            known.filter_map(|(method, key)| Some(((*method).to_owned(), item.get(key)?))).collect();
        if self.has_query {
            declared.extend(item.members_of(OTHER_METHODS).map(|(method, operation)| (method.to_owned(), operation)));
        }
        declared
    }

    /// Reports operations whose methods cannot be sent, and unknown keys that hold operations. In strict mode, reading the
    /// document has reported the keys.
    fn refuse_unknown_methods(&mut self, item: &NodeRef<'a>, declared: &mut Vec<(String, NodeRef<'a>)>) {
        declared.retain(|(method, operation)| {
            let is_other = operation.at.parent().is_some_and(|above| above != item.at);
            let Some((message, help)) = other_method_flaw(method).filter(|_| is_other) else { return true };
            self.schemas.unsupported(Omission::Operation, &operation.at, message).help(help);
            false
        });
        if self.schemas.reporter.go_on_if_lenient().is_none() {
            return;
        }
        for (key, member) in item.members() {
            let is_of_3_2 = [QUERY.1, OTHER_METHODS].contains(&key);
            if is_known_key(key) || is_of_3_2 && self.has_query || !matches!(member.value, Value::Object(_)) {
                continue;
            }
            let lost: Vec<_> = if key == OTHER_METHODS {
                member.members().map(|(_, node)| node.at).collect()
            } else {
                vec![member.at]
            };
            self.total += lost.len();
            for at in lost {
                let (message, help) = unknown_method(key);
                let reporter = &mut self.schemas.reporter;
                reporter.unsupported(Omission::Operation, Code::UnknownKey, &at, message).help(help);
            }
        }
    }

    /// Returns an operation, once for each family of media types that its body can be of.
    fn operation(
        &mut self,
        method: &str,
        path: &str,
        item: &NodeRef<'a>,
        node: &NodeRef<'a>,
    ) -> Option<Vec<Operation>> {
        let extensions = Extensions::new(node);
        extensions.allow_only(&[extension_keys::NAME], &mut self.schemas.reporter);
        let wanted: Option<String> = extensions.get(extension_keys::NAME, &mut self.schemas.reporter);
        let wire = self.operation_id(method, path, node)?;
        let name = self.operation_name(&wire, wanted.as_deref(), node)?;
        self.refuse_unsupported(node);
        let by_context = self.schemas.assumes(Assumption::NamesByContext);
        let context = if by_context { name.rust().to_owned() } else { wire.clone() };
        let parameters = parameters::lower(self.schemas, node, item, &context);
        let Parameters { path: path_parameters, query, cookies, headers, runtime_headers, idempotency, mut names } =
            parameters;
        let path = self.segments(path, path_parameters, &mut names, &item.at);
        let bodies = bodies::lower(self.schemas, node, &context);
        let responses = responses::lower(self.schemas, self.service, node, method, &context);
        let idempotency = self.idempotency(idempotency, &node.at);
        self.callbacks(node);
        let security = self.security.of_operation(node, &mut self.schemas.reporter);
        let servers = self.servers(node, item);
        let server_template = self.server_template(node, item, &mut names);
        let (
            mut bodies,
            Responses {
                response_body,
                accept,
                alternatives,
                item_alternatives,
                reads_text,
                statuses: successes,
                headers: response_headers,
                failures,
                documented_responses,
            },
        ) = (bodies?, responses?);
        let first = if bodies.is_empty() { None } else { Some(bodies.remove(0).body) };
        let summary = node.text("summary").unwrap_or_default().to_owned();
        let links = node.value.get("externalDocs").and_then(|docs| docs.get("url")?.as_text());
        let notes = links.map(|url| format!("See <{url}>.")).into_iter().collect();
        let docs = Docs { text: node.text("description").unwrap_or_default().to_owned(), annotations: notes };
        let status = if node.flag("deprecated") { Status::Deprecated } else { Status::Current };
        let operation = Operation {
            call: name.clone(),
            name,
            summary,
            docs,
            method: method.to_owned(),
            path,
            query,
            cookies,
            headers,
            runtime_headers,
            idempotency,
            body: first,
            response_body,
            accept,
            alternatives,
            item_alternatives,
            reads_text,
            successes,
            response_headers,
            failures,
            documented_responses,
            security,
            servers,
            server_template,
            status,
            at: node.at.clone(),
        };
        let others = bodies.into_iter().filter_map(|body| self.with_other_body(&operation, body));
        let others: Vec<_> = others.collect();
        Some([operation].into_iter().chain(others).collect())
    }

    /// Returns the operation for a body of another family, under a name of its own.
    fn with_other_body(&mut self, operation: &Operation, NamedBody { body, suffix }: NamedBody) -> Option<Operation> {
        let wire = format!("{} {suffix}", operation.name.rust());
        let name = self.schemas.claim(&mut self.names, NameKind::Operation, (&wire, None), &operation.at)?;
        let mut response_body = operation.response_body.clone();
        if let ResponseBody::Cases(cases) = &mut response_body {
            cases.name = responses::cases_name(self.schemas, name.rust(), &operation.at)?;
        }
        Some(Operation {
            name: name.of_wire(operation.name.wire()),
            body: Some(body),
            response_body,
            ..operation.clone()
        })
    }

    /// Returns the `operationId`, or else the method and path.
    fn operation_id(&mut self, method: &str, path: &str, node: &NodeRef<'a>) -> Option<String> {
        // The second operation with the same `operationId` is named after its method and path.
        let any_name = !self.schemas.assumes(Assumption::OperationsNamedByPath);
        let is_name = |wire: &&str| any_name || !wire.is_empty() && !self.ids.contains(*wire);
        if let Some(wire) = node.text("operationId").filter(is_name) {
            self.ids.insert(wire.to_owned());
            return Some(wire.to_owned());
        }
        let message = "the operation has no `operationId`, so it has no name";
        let help = "add `operationId`, such as `createOrder`";
        self.schemas.reporter.strict_error(Code::Invalid, &node.at, message, help)?;
        let steps = path.split('/').map(|step| step.trim_matches(|c: char| !c.is_alphanumeric()));
        let steps: Vec<_> = steps.filter(|step| !step.is_empty()).collect();
        Some(format!("{} {}", method.to_lowercase(), steps.join(" ")))
    }

    fn operation_name(&mut self, wire: &str, wanted: Option<&str>, node: &NodeRef<'a>) -> Option<Name> {
        let at = node.at.join("operationId");
        self.schemas.claim(&mut self.names, NameKind::Operation, (wire, wanted), &at)
    }

    /// Returns the name of the call's type: that of the operation, unless a type of the document has it.
    fn call_name(&mut self, calls: &mut Scope, name: &Name, at: &Pointer) -> Option<Name> {
        let plain = name.type_ident().to_string();
        let wire = if self.schemas.has_type(&plain) { format!("{} call", name.rust()) } else { name.rust().to_owned() };
        self.schemas.claim(calls, NameKind::CallType, (&wire, None), at)
    }

    /// Reports unsupported members of an operation in strict mode.
    fn refuse_unsupported(&mut self, node: &NodeRef<'a>) {
        if node.members_of("callbacks").next().is_some() {
            let help = "describe what the server calls in a document of its own";
            self.strict_error(&node.at.join("callbacks"), "callbacks are not supported", help);
        }
        if node.elements_of("servers").next().is_some() {
            let help = "list the server at the document's root";
            let at = node.at.join("servers");
            self.strict_error(&at, "servers of a single operation are not supported", help);
        }
    }

    /// Records the idempotency header, which is the same for all operations. Of several declarations the strictest holds.
    fn idempotency(&mut self, header: Option<IdempotencyHeader>, at: &Pointer) -> Idempotency {
        let Some(header) = header else { return Idempotency::None };
        match &self.service.idempotency {
            Some(first) if first.header != header.header => {
                let message =
                    format!("the idempotency key is `{}` here but `{}` elsewhere", header.header, first.header);
                let help = "use one header for all operations";
                self.unsupported(Omission::Parameter, &at.join("parameters"), message, help);
            }
            Some(first) => {
                let max_length = first.max_length.min(header.max_length);
                let kept_seconds = first.kept_seconds.min(header.kept_seconds);
                self.service.idempotency = Some(IdempotencyHeader { max_length, kept_seconds, ..first.clone() });
            }
            None => self.service.idempotency = Some(header),
        }
        Idempotency::Keyed
    }

    /// Returns the URLs of the operation's own servers.
    fn servers(&mut self, node: &NodeRef<'a>, item: &NodeRef<'a>) -> Vec<String> {
        let own = own_servers(node, item);
        own.filter_map(|server| servers::of_operation(&server, &mut self.schemas.reporter)).collect()
    }

    /// Returns the first of the operation's own servers, if it has variables.
    fn server_template(&mut self, node: &NodeRef<'a>, item: &NodeRef<'a>, names: &mut Scope) -> Option<ServerTemplate> {
        let first = own_servers(node, item).next()?;
        servers::template(&first, names, &mut self.schemas.reporter)
    }

    /// Lowers the bodies of callbacks.
    fn callbacks(&mut self, node: &NodeRef<'a>) {
        for (_, callback) in node.members_of("callbacks") {
            let Some(callback) = self.schemas.follow(callback, "callbacks") else { continue };
            for (_, item) in callback.members() {
                self.receive(item);
            }
        }
    }

    /// Lowers the bodies of a webhook or callback.
    fn receive(&mut self, item: NodeRef<'a>) {
        let Some(item) = self.path_item(item) else { return };
        for operation in METHODS.iter().filter_map(|(_, key)| item.get(key)) {
            let context = operation
                .text("operationId")
                .map_or_else(|| item.at.last().unwrap_or_default().to_string(), str::to_owned);
            let bodies = bodies::lower(self.schemas, &operation, &context).unwrap_or_default();
            self.received.extend(bodies.iter().filter_map(|named| named.body.ty().cloned()));
        }
    }

    /// Splits the path at its parameters. Each template expression needs a parameter, and each parameter an expression.
    fn segments(
        &mut self,
        path: &str,
        mut parameters: Vec<(&'a str, Option<PathParameter>, NodeRef<'a>)>,
        names: &mut Scope,
        at: &Pointer,
    ) -> Vec<Segment> {
        let path = with_braces(path, &parameters);
        let mut segments = Vec::new();
        // Some documents distinguish operations of one path by a fragment, which is never sent.
        let mut rest = path.split('#').next().unwrap_or(&path);
        while let Some((literal, tail)) = rest.split_once('{') {
            let Some((name, tail)) = tail.split_once('}') else {
                self.schemas
                    .reporter
                    .unsupported(Omission::Parameter, Code::Invalid, at, "a `{` in the path is never closed")
                    .help("close it, or remove it");
                return segments;
            };
            segments.extend(self::literal(literal));
            match parameters.iter().position(|(declared, ..)| *declared == name) {
                Some(index) => {
                    let (_, parameter, _) = parameters.remove(index);
                    segments.extend(parameter.map(|parameter| Segment::Parameter(Box::new(parameter))));
                }
                None => segments.extend(self.undeclared(name, names, at)),
            }
            rest = tail;
        }
        segments.extend(self::literal(rest));
        for (name, _, node) in &parameters {
            let message = format!("the path parameter `{name}` is not in the path");
            self.schemas
                .reporter
                .unsupported(Omission::Parameter, Code::Reference, &node.at, message)
                .help("write it into the path in braces, or remove the parameter");
        }
        segments
    }

    /// Reports a template expression without a parameter. In lenient mode it is text.
    fn undeclared(&mut self, wire: &str, names: &mut Scope, at: &Pointer) -> Option<Segment> {
        let message = format!("the path has `{{{wire}}}` but no path parameter declares it");
        let diagnostic = self.schemas.reporter.mistake(Code::Reference, at, message);
        diagnostic.help("declare a parameter of this name with `in: path`");
        self.schemas.reporter.go_on_if_lenient()?;
        let name = self.schemas.claim(names, NameKind::Parameter, (wire, None), at)?;
        Some(Segment::Parameter(Box::new(PathParameter::undeclared(name, at.clone()))))
    }
}

/// Returns a path in which each step such as `:id` is one such as `{id}`, where a parameter of that name is declared.
fn with_braces(path: &str, parameters: &[(&str, Option<PathParameter>, NodeRef<'_>)]) -> String {
    let steps = path.split('/').map(|step| match step.strip_prefix(':') {
        Some(name) if parameters.iter().any(|(declared, ..)| *declared == name) => format!("{{{name}}}"),
        _ => step.to_owned(),
    });
    steps.collect::<Vec<_>>().join("/")
}

/// Returns a piece of a path that is sent as it stands.
fn literal(text: &str) -> Option<Segment> {
    (!text.is_empty()).then(|| Segment::Literal(utf8_percent_encode(text, LITERAL).to_string()))
}

/// Returns whether the version of the document has the method QUERY: since OpenAPI 3.2.
fn has_query(root: &NodeRef<'_>) -> bool {
    let minor =
        root.text("openapi").and_then(|version| version.trim().strip_prefix("3.")?.split('.').next()?.parse().ok());
    minor.is_some_and(|minor: u32| minor >= 2)
}

/// Returns whether a key of a path item is no lost operation.
fn is_known_key(key: &str) -> bool {
    key == "$ref" || key.starts_with("x-") || Kind::PathItem.member(key).is_some()
}

/// Returns what is wrong with a method among the additional operations, and what to do.
fn other_method_flaw(method: &str) -> Option<(String, &'static str)> {
    if !http_syntax::is_token(method) {
        return Some((format!("`{method}` cannot be a method of HTTP"), "write letters, digits and hyphens"));
    }
    let known = METHODS.iter().chain([&QUERY]).any(|(known, _)| known.eq_ignore_ascii_case(method));
    if known {
        let message = format!("`{method}` is not among the additional methods of OpenAPI; the operation is left out");
        return Some((message, "write it under the path, with its method in lower case"));
    }
    let connects = method.eq_ignore_ascii_case("CONNECT");
    connects.then(|| ("CONNECT opens a tunnel, and is no call".to_owned(), "remove it"))
}

/// Returns what is wrong with an unknown key that holds an operation, and what to do.
fn unknown_method(key: &str) -> (String, String) {
    if [QUERY.1, OTHER_METHODS].contains(&key) {
        let message = format!("`{key}` has no meaning before OpenAPI 3.2; the operation is left out");
        return (message, "write `openapi: 3.2.0` if the service has this method".to_owned());
    }
    let message = format!("`{key}` is no method of a path; the operation is left out");
    let lower = key.to_ascii_lowercase();
    let methods = METHODS.iter().map(|(_, known)| *known);
    let meant = methods.clone().find(|known| *known == lower).or_else(|| closest(&lower, methods));
    match meant {
        Some(meant) => (message, format!("did you mean `{meant}`?")),
        None => (message, "write one of get, put, post, delete, options, head, patch, trace".to_owned()),
    }
}
/// Returns the servers of an operation or else of its path.
fn own_servers<'a>(node: &NodeRef<'a>, item: &NodeRef<'a>) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
    let own = [node, item].into_iter().find(|owner| owner.elements_of("servers").next().is_some());
    own.map(|owner| owner.elements_of("servers").collect::<Vec<_>>()).unwrap_or_default().into_iter()
}
