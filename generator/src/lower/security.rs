//! Security schemes, and which of them an operation asks for.

use super::component_refs;
use super::extensions::Extensions;
use super::http_syntax;
use super::naming::{NameKind, claim};
use crate::diagnostics::{Assumption, Code, Omission, Reporter};
use crate::document::{NodeRef, References, Value, extension_keys};
use crate::ir::{Credentials, Docs, Scheme, SchemeKind, TokenEndpoint};
use crate::names::{Case, Name, Scope};

/// The ways to prove who is calling.
#[derive(Debug, Default)]
pub(super) struct Security {
    /// All schemes, with their names in the document.
    pub(super) schemes: Vec<Scheme>,
    /// Where access tokens come from.
    pub(super) token: Option<TokenEndpoint>,
    /// What operations ask for that do not say it themselves.
    default: Option<Vec<Vec<Name>>>,
    /// The names of schemes that are reported, and left out.
    refused: Vec<String>,
}

/// Reads all schemes, and what the document asks for as a whole.
pub(super) fn lower<'a>(root: &NodeRef<'a>, references: References<'a>, reporter: &mut Reporter<'_>) -> Security {
    let mut security = Security::default();
    let mut scope = Scope::of_items(Case::Snake, &["service"]);
    let components = root.get("components");
    let schemes = components.iter().flat_map(|components| components.members_of("securitySchemes"));
    for (wire, node) in schemes {
        let Some(node) = component_refs::follow(references, node, "securitySchemes", reporter) else {
            continue;
        };
        let Some(kind) = kind(&node, reporter) else {
            security.refused.push(wire.to_owned());
            continue;
        };
        if kind == SchemeKind::OAuth2 {
            let token = token(&node, reporter);
            security.take_token(token, &node, reporter);
        }
        if let Some(name) = claim(&mut scope, NameKind::Scheme, (wire, None), &node.at, reporter) {
            let text = node.text("description").unwrap_or_default().to_owned();
            let docs = Docs { text, annotations: Vec::new() };
            security.schemes.push(Scheme { name, kind, docs, at: node.at.clone() });
        }
    }
    security.default = security.requirements(root, reporter);
    security
}

impl Security {
    /// Records the token endpoint. A client has one.
    fn take_token(&mut self, token: Option<TokenEndpoint>, scheme: &NodeRef<'_>, reporter: &mut Reporter<'_>) {
        match (&self.token, token) {
            (None, token) => self.token = token,
            (Some(first), Some(other)) if first.path != other.path => {
                let message = format!("tokens come from `{}` already; a second place is not supported", first.path);
                let at = scheme.at.join("flows").join("clientCredentials").join("tokenUrl");
                reporter
                    .unsupported(Omission::Security, Code::NotSupported, &at, message)
                    .help("use one token endpoint for all schemes; callers can bring other tokens along");
            }
            (Some(_), _) => {}
        }
    }

    /// Returns the security requirements of an operation; `None` if all it needs is a token of the service's only scheme.
    pub(super) fn of_operation(&self, operation: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Option<Vec<Vec<Name>>> {
        let asked = match operation.get("security") {
            Some(_) => self.requirements(operation, reporter),
            None => self.default.clone(),
        };
        match (self.schemes.as_slice(), asked) {
            // There are no schemes.
            ([], _) => None,
            // Without requirements, every call sends a token.
            ([only], None) if only.kind == SchemeKind::OAuth2 && self.token.is_some() => None,
            (_, None) => Some(vec![Vec::new()]),
            ([only], Some(asked)) if only.kind == SchemeKind::OAuth2 && self.token.is_some() => {
                let by_token = asked.len() == 1 && asked[0].len() == 1;
                if by_token { None } else { Some(asked) }
            }
            (_, Some(asked)) => Some(asked),
        }
    }

    /// Returns the alternatives under `security`, each a set of schemes; `None` if there is no such key.
    fn requirements(&self, owner: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Option<Vec<Vec<Name>>> {
        let listed = owner.get("security")?;
        let mut alternatives = Vec::new();
        for requirement in listed.elements() {
            let names: Vec<_> = requirement.members().collect();
            let known: Vec<_> = names.iter().filter_map(|(wire, node)| self.scheme(wire, node, reporter)).collect();
            // An alternative with an unknown scheme cannot be fulfilled.
            if known.len() == names.len() && !alternatives.contains(&known) {
                alternatives.push(known);
            }
        }
        // An empty list says that nothing is asked for.
        if alternatives.is_empty() {
            alternatives.push(Vec::new());
        }
        Some(alternatives)
    }

    fn scheme(&self, wire: &str, node: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Option<Name> {
        let found = self.schemes.iter().find(|scheme| scheme.name.wire() == wire).map(|scheme| scheme.name.clone());
        if found.is_none() && !self.refused.iter().any(|refused| refused == wire) {
            let known = self.schemes.iter().map(|scheme| scheme.name.wire());
            let help =
                crate::diagnostics::correction(Some(wire), known, "define it under #/components/securitySchemes");
            let message = format!("there is no security scheme `{wire}`");
            reporter.unsupported(Omission::Security, Code::Reference, &node.at, message).help(help);
        }
        found
    }
}

/// Returns what a scheme sends.
fn kind(node: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Option<SchemeKind> {
    Extensions::new(node).allow_only(&[extension_keys::CLIENT_AUTHENTICATION], reporter);
    let name = || node.text("name").unwrap_or_default().to_owned();
    if node.text("type") == Some("apiKey") && node.text("in") != Some("query") && !http_syntax::is_token(&name()) {
        let message = format!("`{}` cannot be the name of a header or a cookie", name());
        reporter
            .unsupported(Omission::Security, Code::Invalid, &node.at.join("name"), message)
            .help("write letters, digits and hyphens");
        return None;
    }
    let scheme = node.text("scheme").map(str::to_ascii_lowercase);
    let kind = match (node.text("type"), node.text("in"), scheme.as_deref()) {
        (Some("apiKey"), Some("header"), _) if name().eq_ignore_ascii_case("authorization") => {
            SchemeKind::HeaderKey("Authorization".to_owned())
        }
        (Some("apiKey"), Some("header"), _) => SchemeKind::HeaderKey(name()),
        (Some("apiKey"), Some("query"), _) => SchemeKind::QueryKey(name()),
        (Some("apiKey"), Some("cookie"), _) => SchemeKind::CookieKey(name()),
        (Some("http"), _, Some("basic")) => SchemeKind::Basic,
        (Some("http"), _, Some("bearer")) => SchemeKind::Bearer,
        (Some("oauth2" | "openIdConnect"), ..) => SchemeKind::OAuth2,
        (Some("http"), _, Some(scheme)) if http_syntax::is_token(scheme) => {
            return own_authorization(node, reporter);
        }
        (Some("mutualTLS"), ..) => SchemeKind::Other,
        (Some(kind), ..) => {
            let message = format!("security of type `{kind}` is not supported as it is described here");
            reporter
                .unsupported(Omission::Security, Code::NotSupported, &node.at.join("type"), message)
                .help("describe it as an API key, as `basic` or `bearer`, or as OAuth 2.0");
            return None;
        }
        (None, ..) => return None,
    };
    Some(kind)
}

/// Returns the kind of a scheme whose header callers write themselves, such as `Digest`.
fn own_authorization(node: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Option<SchemeKind> {
    let scheme = node.text("scheme").unwrap_or_default();
    let message = format!("the HTTP authentication scheme `{scheme}` is neither `basic` nor `bearer`");
    let diagnostic = reporter.mistake(Code::NotSupported, &node.at.join("scheme"), message);
    diagnostic
        .help("describe it as `basic` or `bearer`; else callers give the whole value of the header `Authorization`");
    reporter.go_on_if_lenient()?;
    Some(SchemeKind::HeaderKey("Authorization".to_owned()))
}

/// Returns the token endpoint of the client credentials flow. The other flows need a user.
fn token(node: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Option<TokenEndpoint> {
    let flow = node.get("flows")?.get("clientCredentials")?;
    let scopes = flow.value.get("scopes").into_iter().flat_map(Value::members).next();
    if scopes.is_some() || flow.get("refreshUrl").is_some() {
        let message = "scopes and refresh URLs are not supported";
        let help = "leave `scopes` empty and `refreshUrl` out: tokens are requested anew";
        reporter.strict_error(Code::NotSupported, &flow.at, message, help);
    }
    let url = flow.text("tokenUrl").unwrap_or_default();
    let is_path = url.starts_with('/') && !url.starts_with("//");
    let is_elsewhere = http_syntax::is_base_url(url.split('?').next().unwrap_or(url).trim_end_matches('/'));
    if !url.bytes().all(|byte| byte.is_ascii_graphic())
        || !(is_path || is_elsewhere && reporter.assumes(Assumption::TokensFromElsewhere))
    {
        let at = flow.at.join("tokenUrl");
        reporter
            .unsupported(
                Omission::Security,
                Code::NotSupported,
                &at,
                "only a token URL on the same server is supported",
            )
            .help("write it as a path, such as `/oauth/token`");
        return None;
    }
    let credentials =
        Extensions::new(node).get(extension_keys::CLIENT_AUTHENTICATION, reporter).unwrap_or(Credentials::Basic);
    Some(TokenEndpoint { path: url.to_owned(), credentials })
}
