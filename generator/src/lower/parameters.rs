//! Parameters: where each stands, of what type it is, and how it is written.

use super::extensions::{self, Extensions, IdempotencyKey};
use super::naming::{Named, Naming};
use super::schemas::{Lowered, Schemas};
use super::wire;
use crate::diagnostics::{Code, Skip};
use crate::document::extension_keys;
use crate::document::node_ref::Spot;
use crate::ir::{
    Check, Docs, HeaderParameter, IdempotencyHeader, Limits, Parameter, PathParameter, Presence, RuntimeHeader, Scalar,
    SetBy, Status, Style, StyleName, Type,
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
    /// With their places; those that could not be lowered are declared all the same.
    pub(super) path: Vec<(&'a str, Option<PathParameter>, Spot<'a>)>,
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
    operation: &Spot<'a>,
    path_item: &Spot<'a>,
    context: &str,
) -> Parameters<'a> {
    let own = behind(schemas, operation);
    let mut parameters = behind(schemas, path_item);
    parameters.retain(|shared| !own.iter().any(|own| is_same(own, shared)));
    parameters.extend(own);
    let is_keyed = parameters.iter().any(|parameter| Extensions::new(parameter).has(extension_keys::IDEMPOTENCY_KEY));
    let keyed = if schemas.is_strict() || is_keyed { KEYED_METHODS } else { &[] };
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

/// The parameters that a path or an operation lists.
fn behind<'a>(schemas: &mut Schemas<'a>, owner: &Spot<'a>) -> Vec<Spot<'a>> {
    let listed = owner.elements_of("parameters");
    listed.filter_map(|spot| schemas.follow(spot, "parameters")).collect()
}

/// Whether two parameters are the same one: names of headers are, whatever their capitals.
fn is_same(one: &Spot<'_>, other: &Spot<'_>) -> bool {
    let (place, name) = (one.text("in"), one.text("name").unwrap_or_default());
    let other_name = other.text("name").unwrap_or_default();
    place == other.text("in")
        && (name == other_name || place == Some("header") && name.eq_ignore_ascii_case(other_name))
}

struct Lowering<'s, 'c, 'a> {
    schemas: &'s mut Schemas<'a>,
    /// What the types of parameters that stand in place are named after.
    context: &'c str,
    lowered: Parameters<'a>,
}

impl<'a> Lowering<'_, '_, 'a> {
    fn repeated(&mut self, spot: &Spot<'a>) {
        let message = format!("the parameter `{}` is declared twice", spot.text("name").unwrap_or_default());
        let unsupported = self.schemas.unsupported;
        self.schemas
            .diagnostics
            .left_out(unsupported, Skip::Parameter, Code::Invalid, &spot.at, message)
            .help("remove one of the two");
    }

    fn parameter(&mut self, spot: &Spot<'a>) {
        let wire = spot.text("name").unwrap_or_default();
        match spot.text("in") {
            Some("path") => {
                let parameter = self.path(spot, wire);
                self.lowered.path.push((wire, parameter, spot.clone()));
            }
            Some("query") => {
                let parameter = self.plain(spot, wire, StyleName::Form);
                self.lowered.query.extend(parameter);
            }
            Some("cookie") => {
                let parameter = self.plain(spot, wire, StyleName::Form);
                self.lowered.cookies.extend(parameter);
            }
            Some("header") => self.header(spot, wire),
            _ => {}
        }
    }

    fn path(&mut self, spot: &Spot<'a>, wire: &'a str) -> Option<PathParameter> {
        if !spot.flag("required") && self.schemas.is_strict() {
            self.schemas
                .diagnostics
                .error(Code::Invalid, &spot.at.join("required"), format!("the path parameter `{wire}` is not required"))
                .help("add `required: true`; a path has no place for an absent value");
        }
        let parameter = self.plain(spot, wire, StyleName::Simple)?;
        let example = spot.value.get("example").and_then(extensions::text_of);
        Some(PathParameter { parameter: Parameter { presence: Presence::Required, ..parameter }, example })
    }

    /// A parameter in a URL or a cookie.
    fn plain(&mut self, spot: &Spot<'a>, wire: &'a str, style: StyleName) -> Option<Parameter> {
        Extensions::new(spot).allow_only(&[extension_keys::NAME], self.schemas.diagnostics);
        let (lowered, is_json) = self.value(spot, wire)?;
        let name = self.name(spot, wire)?;
        let style = if is_json { Style::Json } else { self::style(spot, style) };
        let presence = presence(spot);
        let docs = docs(spot, &lowered);
        let status = status(spot, &lowered);
        let (ty, limits, default) = (lowered.element(), lowered.limits, lowered.default);
        Some(Parameter { name, docs, ty, limits, presence, style, default, status, at: spot.at.clone() })
    }

    fn name(&mut self, spot: &Spot<'a>, wire: &str) -> Option<Name> {
        let wanted: Option<String> = Extensions::new(spot).get(extension_keys::NAME, self.schemas.diagnostics);
        self.schemas.claim(&mut self.lowered.names, Named::Parameter, (wire, wanted.as_deref()), &spot.at)
    }

    fn header(&mut self, spot: &Spot<'a>, wire: &'a str) {
        if IGNORED_HEADERS.contains(&wire.to_lowercase().as_str()) {
            // A foreign document means what media types and security schemes say, in other words.
            if self.schemas.is_strict() {
                self.schemas
                    .diagnostics
                    .error(Code::Invalid, &spot.at, format!("OpenAPI ignores the header parameter `{wire}`"))
                    .help("remove it: media types and security schemes say what is sent");
            }
            return;
        }
        if !wire::is_token(wire) {
            self.schemas
                .left_out(Skip::Parameter, &spot.at, format!("`{wire}` cannot be the name of a header"))
                .help("write letters, digits and hyphens");
            return;
        }
        let extensions = Extensions::new(spot);
        let allowed =
            [extension_keys::NAME, extension_keys::SET_BY, extension_keys::SEND, extension_keys::IDEMPOTENCY_KEY];
        extensions.allow_only(&allowed, self.schemas.diagnostics);
        let diagnostics = &mut *self.schemas.diagnostics;
        let set_by: extensions::SetBy = extensions.get(extension_keys::SET_BY, diagnostics).unwrap_or_default();
        let send: Option<String> = extensions.get(extension_keys::SEND, diagnostics);
        let key: Option<IdempotencyKey> = extensions.get(extension_keys::IDEMPOTENCY_KEY, diagnostics);
        if key.is_none() && extensions.has(extension_keys::IDEMPOTENCY_KEY) {
            return;
        }
        let Some((lowered, is_json)) = self.value(spot, wire) else { return };
        if let Some(IdempotencyKey { kept_for_seconds }) = key {
            let max_length = longest(&lowered.limits).unwrap_or(255);
            let (header, at) = (wire.to_owned(), spot.at.clone());
            let header = IdempotencyHeader { header, max_length, kept_seconds: kept_for_seconds, at };
            self.lowered.idempotency = Some(header);
            return;
        }
        let set_by = match set_by {
            extensions::SetBy::Transport => {
                self.lowered.runtime_headers.push(RuntimeHeader { name: wire.to_owned(), at: spot.at.clone() });
                return;
            }
            extensions::SetBy::Client => SetBy::Client,
            extensions::SetBy::Call => SetBy::Call,
        };
        let Some(name) = self.name(spot, wire) else { return };
        let style = if is_json { Style::Json } else { style(spot, StyleName::Simple) };
        let (docs, presence, status) = (docs(spot, &lowered), presence(spot), status(spot, &lowered));
        let (ty, limits, default, at) = (lowered.element(), lowered.limits, lowered.default, spot.at.clone());
        let header = HeaderParameter { name, docs, ty, limits, style, presence, set_by, send, default, status, at };
        self.lowered.headers.push(header);
    }

    /// The type and the limits of a value, and whether it is written as JSON.
    fn value(&mut self, spot: &Spot<'a>, wire: &str) -> Option<(Lowered, bool)> {
        let schema = spot.get("schema").map(|schema| (schema, false));
        let content = || spot.members_of("content").next().and_then(|(_, media_type)| media_type.get("schema"));
        let described = schema.or_else(|| content().map(|schema| (schema, true)));
        let Some((schema, is_json)) = described else {
            // Its value is text, since nothing else is said of it.
            return Some((Lowered::plain(Type::Scalar(Scalar::Text)), false));
        };
        let context = if self.schemas.is_strict() { wire.to_owned() } else { format!("{} {wire}", self.context) };
        // One that many operations share is named after itself.
        let naming = match crate::document::node_ref::component_key(&spot.at, "parameters") {
            Some(key) if !self.schemas.is_strict() => Naming::Inline(key),
            _ => Naming::Inline(context),
        };
        let lowered = self.schemas.node(&schema, &naming)?;
        // Callers hand over plain values, whatever the document calls them.
        let ty = match self.schemas.behind_aliases(&lowered.ty) {
            Type::Scalar(scalar) => Type::Scalar(*scalar),
            _ => lowered.ty.clone(),
        };
        // No style has a word for null, and what a call can do without it leaves out.
        let nullable = lowered.nullable && is_json;
        Some((Lowered { ty, nullable, ..lowered }, is_json))
    }
}

fn longest(limits: &Limits) -> Option<usize> {
    limits.checks.iter().find_map(|check| match check {
        Check::MaxLength(length) => Some(*length),
        _ => None,
    })
}

fn presence(spot: &Spot<'_>) -> Presence {
    if spot.flag("required") { Presence::Required } else { Presence::Optional }
}

fn status(spot: &Spot<'_>, lowered: &Lowered) -> Status {
    if spot.flag("deprecated") { Status::Deprecated } else { lowered.status }
}

/// What is said of a parameter, or else of its value.
fn docs(spot: &Spot<'_>, lowered: &Lowered) -> Docs {
    let own = spot.text("description").filter(|text| !text.is_empty());
    let text = own.map_or_else(|| lowered.docs.text.clone(), str::to_owned);
    let default = lowered.default.iter().map(|default| format!("Defaults to {}.", Docs::code(default)));
    Docs { text, notes: default.collect() }
}

/// How a value is written.
pub(super) fn style(spot: &Spot<'_>, usual: StyleName) -> Style {
    let name = match spot.text("style") {
        Some("simple") => StyleName::Simple,
        Some("label") => StyleName::Label,
        Some("matrix") => StyleName::Matrix,
        Some("form") => StyleName::Form,
        Some("spaceDelimited") => StyleName::SpaceDelimited,
        Some("pipeDelimited") => StyleName::PipeDelimited,
        Some("deepObject") => StyleName::DeepObject,
        _ => usual,
    };
    let explode = spot.value.get("explode").and_then(crate::document::Value::as_bool);
    Style::Styled {
        name,
        explode: explode.unwrap_or(matches!(name, StyleName::Form | StyleName::DeepObject)),
        allow_reserved: spot.flag("allowReserved"),
    }
}
