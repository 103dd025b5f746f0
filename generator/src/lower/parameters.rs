//! Lowers parameters by location, with their types and styles.

use super::extensions::{self, Extensions, IdempotencyKey};
use super::http_syntax;
use super::lowered::LoweredSchema;
use super::naming::{NameKind, Naming};
use super::state::Schemas;
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::media_type::is_json;
use crate::document::{NodeRef, extension_keys};
use crate::ir::{
    Check, Constraints, Docs, HeaderParameter, IdempotencyHeader, Parameter, PathParameter, Presence, RuntimeHeader,
    Scalar, SetBy, Status, Style, StyleName, Type,
};
use crate::names::{Case, Name, Scope};

/// The methods that every call has beside its parameters, and the arguments that have no other name.
const CALL_METHODS: &[&str] = &["attempt_timeout", "total_timeout", "body", "payload", "content_type", "retry", "wait"];
/// The same for a call that takes an idempotency key.
const KEYED_METHODS: &[&str] = &["key", "idempotency_key", "key_first_used", "resumable"];
/// Header parameters that OpenAPI tells readers to ignore.
const IGNORED_HEADERS: &[&str] = &["accept", "content-type", "authorization"];

/// The parameters of one operation by where they stand.
pub(super) struct Parameters<'a> {
    /// With their nodes; a parameter that could not be lowered is declared all the same.
    pub(super) path: Vec<(&'a str, Option<PathParameter>, NodeRef<'a>)>,
    pub(super) query: Vec<Parameter>,
    pub(super) cookies: Vec<Parameter>,
    pub(super) headers: Vec<HeaderParameter>,
    pub(super) runtime_headers: Vec<RuntimeHeader>,
    pub(super) idempotency: Option<IdempotencyHeader>,
    /// The names that are taken.
    pub(super) names: Scope,
}

/// Lowers the parameters of an operation: its own, and those of its path that it does not declare anew.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    operation: &NodeRef<'a>,
    path_item: &NodeRef<'a>,
    context: &str,
) -> Parameters<'a> {
    let own = behind(schemas, operation);
    let mut parameters = behind(schemas, path_item);
    parameters.retain(|shared| !own.iter().any(|own| is_same(own, shared)));
    parameters.extend(own);
    let is_keyed = parameters.iter().any(|parameter| Extensions::new(parameter).has(extension_keys::IDEMPOTENCY_KEY));
    let keyed = if is_keyed || !schemas.assumes(Assumption::UnkeyedCalls) { KEYED_METHODS } else { &[] };
    let lowered = Parameters {
        path: Vec::new(),
        query: Vec::new(),
        cookies: Vec::new(),
        headers: Vec::new(),
        runtime_headers: Vec::new(),
        idempotency: None,
        names: Scope::new(Case::Snake, &[CALL_METHODS, keyed].concat()),
    };
    let mut lowering = Lowering { context, lowered, schemas };
    for (index, parameter) in parameters.iter().enumerate() {
        if parameters[..index].iter().any(|other| is_same(other, parameter)) {
            lowering.repeated(parameter);
        } else {
            lowering.parameter(parameter);
        }
    }
    lowering.lowered
}

/// Returns the parameters that a path or an operation lists.
fn behind<'a>(schemas: &mut Schemas<'a>, owner: &NodeRef<'a>) -> Vec<NodeRef<'a>> {
    let listed = owner.elements_of("parameters");
    listed.filter_map(|node| schemas.follow(node, "parameters")).collect()
}

/// Returns whether two parameters are the same. Names of headers are compared without case.
fn is_same(one: &NodeRef<'_>, other: &NodeRef<'_>) -> bool {
    let (place, name) = (one.text("in"), one.text("name").unwrap_or_default());
    let other_name = other.text("name").unwrap_or_default();
    place == other.text("in")
        && (name == other_name || place == Some("header") && name.eq_ignore_ascii_case(other_name))
}

struct Lowering<'s, 'c, 'a> {
    schemas: &'s mut Schemas<'a>,
    /// The context that names the types of inline schemas.
    context: &'c str,
    lowered: Parameters<'a>,
}

impl<'a> Lowering<'_, '_, 'a> {
    fn repeated(&mut self, node: &NodeRef<'a>) {
        let message = format!("the parameter `{}` is declared twice", node.text("name").unwrap_or_default());
        self.schemas
            .reporter
            .unsupported(Omission::Parameter, Code::Invalid, &node.at, message)
            .help("remove one of the two");
    }

    fn parameter(&mut self, node: &NodeRef<'a>) {
        let wire = node.text("name").unwrap_or_default();
        match node.text("in") {
            Some("path") => {
                let parameter = self.path(node, wire);
                self.lowered.path.push((wire, parameter, node.clone()));
            }
            Some("query") => {
                let parameter = self.plain(node, wire, StyleName::Form);
                self.lowered.query.extend(parameter);
            }
            Some("cookie") => {
                let parameter = self.plain(node, wire, StyleName::Form);
                self.lowered.cookies.extend(parameter);
            }
            Some("header") => self.header(node, wire),
            _ => {}
        }
    }

    fn path(&mut self, node: &NodeRef<'a>, wire: &'a str) -> Option<PathParameter> {
        if !node.flag("required") {
            let message = format!("the path parameter `{wire}` is not required");
            let help = "add `required: true`; a path has no place for an absent value";
            self.schemas.reporter.strict_error(Code::Invalid, &node.at.join("required"), message, help);
        }
        let parameter = self.plain(node, wire, StyleName::Simple)?;
        let example = node.value.get("example").and_then(extensions::text_of);
        Some(PathParameter { parameter: Parameter { presence: Presence::Required, ..parameter }, example })
    }

    /// Lowers a parameter in a URL or a cookie.
    fn plain(&mut self, node: &NodeRef<'a>, wire: &'a str, style: StyleName) -> Option<Parameter> {
        Extensions::new(node).allow_only(&[extension_keys::NAME], &mut self.schemas.reporter);
        let (lowered, is_json) = self.value(node, wire)?;
        let name = self.name(node, wire)?;
        let style = if is_json { Style::Json } else { self::style(node, style) };
        let presence = presence(node);
        let docs = docs(node, &lowered);
        let status = status(node, &lowered);
        let (ty, constraints, default) = (lowered.element(), lowered.constraints, lowered.default);
        Some(Parameter { name, docs, ty, constraints, presence, style, default, status, at: node.at.clone() })
    }

    fn name(&mut self, node: &NodeRef<'a>, wire: &str) -> Option<Name> {
        let wanted: Option<String> = Extensions::new(node).get(extension_keys::NAME, &mut self.schemas.reporter);
        self.schemas.claim(&mut self.lowered.names, NameKind::Parameter, (wire, wanted.as_deref()), &node.at)
    }

    fn header(&mut self, node: &NodeRef<'a>, wire: &'a str) {
        if IGNORED_HEADERS.contains(&wire.to_lowercase().as_str()) {
            // A third-party document says by it what its media types and security schemes say.
            let message = format!("OpenAPI ignores the header parameter `{wire}`");
            let help = "remove it: media types and security schemes say what is sent";
            self.schemas.reporter.strict_error(Code::Invalid, &node.at, message, help);
            return;
        }
        if !http_syntax::is_token(wire) {
            self.schemas
                .unsupported(Omission::Parameter, &node.at, format!("`{wire}` cannot be the name of a header"))
                .help("write letters, digits and hyphens");
            return;
        }
        let extensions = Extensions::new(node);
        let allowed =
            [extension_keys::NAME, extension_keys::SET_BY, extension_keys::SEND, extension_keys::IDEMPOTENCY_KEY];
        extensions.allow_only(&allowed, &mut self.schemas.reporter);
        let reporter = &mut self.schemas.reporter;
        let set_by: extensions::SetBy = extensions.get(extension_keys::SET_BY, reporter).unwrap_or_default();
        let send: Option<String> = extensions.get(extension_keys::SEND, reporter);
        let key: Option<IdempotencyKey> = extensions.get(extension_keys::IDEMPOTENCY_KEY, reporter);
        if key.is_none() && extensions.has(extension_keys::IDEMPOTENCY_KEY) {
            return;
        }
        let Some((lowered, is_json)) = self.value(node, wire) else { return };
        if let Some(IdempotencyKey { kept_for_seconds }) = key {
            let max_length = longest(&lowered.constraints).unwrap_or(255);
            let (header, at) = (wire.to_owned(), node.at.clone());
            let header = IdempotencyHeader { header, max_length, kept_seconds: kept_for_seconds, at };
            self.lowered.idempotency = Some(header);
            return;
        }
        let set_by = match set_by {
            extensions::SetBy::Transport => {
                self.lowered.runtime_headers.push(RuntimeHeader { name: wire.to_owned(), at: node.at.clone() });
                return;
            }
            extensions::SetBy::Client => SetBy::Client,
            extensions::SetBy::Call => SetBy::Call,
        };
        let Some(name) = self.name(node, wire) else { return };
        let style = if is_json { Style::Json } else { style(node, StyleName::Simple) };
        let (docs, presence, status) = (docs(node, &lowered), presence(node), status(node, &lowered));
        let (ty, constraints, default, at) = (lowered.element(), lowered.constraints, lowered.default, node.at.clone());
        let header =
            HeaderParameter { name, docs, ty, constraints, style, presence, set_by, send, default, status, at };
        self.lowered.headers.push(header);
    }

    /// Returns the type and the constraints of a value, and whether it is written as JSON.
    fn value(&mut self, node: &NodeRef<'a>, wire: &str) -> Option<(LoweredSchema, bool)> {
        let content = node.members_of("content").next().filter(|_| node.get("schema").is_none());
        let is_json = content.as_ref().is_some_and(|(media_type, _)| is_json(media_type));
        let text = || Some((LoweredSchema::plain(Type::Scalar(Scalar::Text)), false));
        let schema = node.get("schema").or_else(|| content.as_ref()?.1.get("schema"));
        // Without a schema the value is text.
        let Some(schema) = schema else { return text() };
        let by_context = self.schemas.assumes(Assumption::NamesByContext);
        let context = if by_context { format!("{} {wire}", self.context) } else { wire.to_owned() };
        // A parameter that many operations share is named after itself.
        let naming = match crate::document::component_key(&node.at, "parameters") {
            Some(key) if by_context => Naming::Inline(key),
            _ => Naming::Inline(context),
        };
        let lowered = self.schemas.lower(&schema, &naming)?;
        // Callers pass plain values, not aliases.
        let ty = match self.schemas.behind_aliases(&lowered.ty) {
            Type::Scalar(scalar) => Type::Scalar(*scalar),
            _ => lowered.ty.clone(),
        };
        // No style can write null; optional parameters are left out.
        let nullable = lowered.nullable && is_json;
        // What is neither JSON nor a single value, such as an object in XML, is text that the caller writes.
        if content.is_some() && !is_json && !matches!(ty, Type::Scalar(_)) {
            return text();
        }
        Some((LoweredSchema { ty, nullable, ..lowered }, is_json))
    }
}

fn longest(constraints: &Constraints) -> Option<usize> {
    constraints.checks.iter().find_map(|check| match check {
        Check::MaxLength(length) => Some(*length),
        _ => None,
    })
}

fn presence(node: &NodeRef<'_>) -> Presence {
    if node.flag("required") { Presence::Required } else { Presence::Optional }
}

fn status(node: &NodeRef<'_>, lowered: &LoweredSchema) -> Status {
    if node.flag("deprecated") { Status::Deprecated } else { lowered.status }
}

/// Returns the description of a parameter, or else of its schema.
fn docs(node: &NodeRef<'_>, lowered: &LoweredSchema) -> Docs {
    let own = node.text("description").filter(|text| !text.is_empty());
    let text = own.map_or_else(|| lowered.docs.text.clone(), str::to_owned);
    let default = lowered.default.iter().map(|default| format!("Defaults to {}.", Docs::code(default)));
    Docs { text, annotations: default.collect() }
}

/// Returns how a value is written.
pub(super) fn style(node: &NodeRef<'_>, usual: StyleName) -> Style {
    let name = match node.text("style") {
        Some("simple") => StyleName::Simple,
        Some("label") => StyleName::Label,
        Some("matrix") => StyleName::Matrix,
        Some("form") => StyleName::Form,
        Some("spaceDelimited") => StyleName::SpaceDelimited,
        Some("pipeDelimited") => StyleName::PipeDelimited,
        Some("deepObject") => StyleName::DeepObject,
        _ => usual,
    };
    let explode = node.value.get("explode").and_then(crate::document::Value::as_bool);
    Style::Styled {
        name,
        explode: explode.unwrap_or(matches!(name, StyleName::Form | StyleName::DeepObject)),
        allow_reserved: node.flag("allowReserved"),
    }
}
