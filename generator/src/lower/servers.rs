//! Lowers servers to environments.

use super::extensions::{self, Extensions};
use super::http_syntax;
use super::naming::{NameKind, claim};
use crate::diagnostics::{Assumption, Code, Omission, Reporter};
use crate::document::{NodeRef, Value, extension_keys};
use crate::ir::{Docs, Server, ServerTemplate, ServerVariable, plain_url};
use crate::names::{Case, Scope};

/// Lowers the servers of the whole document.
pub(super) fn lower(root: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Vec<Server> {
    // Parsing the name of an environment returns `Err`.
    let mut scope = Scope::of_items(Case::Pascal, &["Err"]);
    let servers = root.elements_of("servers");
    servers.filter_map(|server| self::server(&server, &mut scope, reporter)).collect()
}

fn server(server: &NodeRef<'_>, scope: &mut Scope, reporter: &mut Reporter<'_>) -> Option<Server> {
    let extensions = Extensions::new(server);
    extensions.allow_only(&[extension_keys::NAME], reporter);
    let url = url(server, reporter)?;
    let variables = variables(server, url, ("", &mut Scope::new(Case::Snake, &[])), reporter)?;
    with_defaults(server, url, reporter)?;
    let wanted: Option<String> = extensions.get(extension_keys::NAME, reporter);
    let description = server.text("description").unwrap_or_default();
    // A sentence is no name.
    let is_name =
        !description.is_empty() && (description.len() <= 40 || !reporter.assumes(Assumption::ServersNamedByUrl));
    let host = url.trim_start_matches("https://").trim_start_matches("http://");
    let wire = if is_name { description } else { host.trim_end_matches('/') };
    let name = claim(scope, NameKind::Server, (wire, wanted.as_deref()), &server.at, reporter)?;
    let docs = Docs { text: description.to_owned(), annotations: Vec::new() };
    let url = plain_url(url);
    Some(Server { name, url, variables, docs, at: server.at.clone() })
}

/// Returns the URL of a server with the defaults of its variables, if calls can go there.
pub(super) fn with_defaults(server: &NodeRef<'_>, url: &str, reporter: &mut Reporter<'_>) -> Option<String> {
    let filled = filled(server, url);
    let plain = plain_url(&filled);
    if http_syntax::is_base_url_of_any_scheme(&plain) {
        return Some(plain);
    }
    reporter
        .unsupported(
            Omission::Server,
            Code::Invalid,
            &server.at.join("url"),
            format!("`{filled}` cannot be the beginning of a URL"),
        )
        .help("write a host and a path, without user, query and fragment, and with nothing left to fill in");
    None
}

/// Returns a URL with the defaults of the variables of its server.
fn filled(server: &NodeRef<'_>, url: &str) -> String {
    server.members_of("variables").fold(url.to_owned(), |url, (name, variable)| {
        let default = variable.value.get("default").and_then(extensions::text_of).unwrap_or_default();
        url.replace(&format!("{{{name}}}"), &default)
    })
}

/// Returns the absolute URL of a server. Plain `http` is reported: callers have to allow it.
pub(super) fn url<'a>(server: &NodeRef<'a>, reporter: &mut Reporter<'_>) -> Option<&'a str> {
    let url = server.text("url").unwrap_or_default();
    let filled = filled(server, url);
    let is_of = |scheme: &str| {
        filled.strip_prefix(scheme).is_some_and(|host| !host.starts_with(['/', ':']) && !host.is_empty())
    };
    let at = server.at.join("url");
    let is_secure = is_of("https://") && (url.starts_with("https://") || reporter.go_on_if_lenient().is_some());
    if is_secure {
        return Some(url);
    }
    if is_of("http://") && reporter.go_on_if_lenient().is_some() {
        let message = format!("`{filled}` is plain http, which is readable on the way");
        let diagnostic = reporter.mistake(Code::NotSupported, &at, message);
        diagnostic.help("begin it with https://; else callers have to call `allow_http` of the client's builder");
        return Some(url);
    }
    if is_relative(url) && reporter.go_on_if_lenient().is_some() {
        let message = format!("`{url}` is relative to where the document is served, which is not known");
        reporter.unsupported(Omission::Server, Code::Invalid, &at, message).help(
            "write the base URL out, beginning with https://; else callers pass the base URL to the client's builder",
        );
        return None;
    }
    let message = format!("`{url}` is not an absolute https URL");
    reporter
        .unsupported(Omission::Server, Code::Invalid, &at, message)
        .help("write the base URL out, beginning with https://");
    None
}

/// Returns whether a URL has no scheme.
fn is_relative(url: &str) -> bool {
    !url.contains("://") && !url.starts_with("//") && !url.contains('{')
}

/// Returns the URLs without a host among the servers of the document.
pub(super) fn relative(root: &NodeRef<'_>) -> Vec<String> {
    let urls = root.elements_of("servers").filter_map(|server| server.text("url"));
    urls.filter(|url| is_relative(url)).map(str::to_owned).collect()
}

/// Returns the URL of a server of an operation, or the path of a relative one, which is on the host of the client's base URL.
pub(super) fn of_operation(server: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Option<String> {
    let path = server.text("url").filter(|url| url.starts_with('/') && is_relative(url));
    if let (Some(path), Some(())) = (path, reporter.go_on_if_lenient()) {
        let plain = path.trim_end_matches('/');
        if plain.is_empty() || http_syntax::is_base_url(&format!("https://host{plain}")) {
            let message =
                format!("`{path}` is relative to where the document is served; the host of the base URL is assumed");
            reporter.mistake(Code::Invalid, &server.at.join("url"), message).help("write the base URL out");
            return Some(if plain.is_empty() { "/".to_owned() } else { plain.to_owned() });
        }
    }
    let url = url(server, reporter)?;
    with_defaults(server, url, reporter)
}

/// Returns the URL of a server of an operation with its variables, if it has any that callers can give.
pub(super) fn template(server: &NodeRef<'_>, names: &mut Scope, reporter: &mut Reporter<'_>) -> Option<ServerTemplate> {
    let url = server.text("url").filter(|url| url.contains('{'))?;
    http_syntax::is_base_url_of_any_scheme(&plain_url(&filled(server, url))).then_some(())?;
    let variables = variables(server, url, ("server ", names), reporter)?;
    Some(ServerTemplate { url: plain_url(url), variables })
}

/// Returns the variables that occur in the URL; `None` if one of them is described nowhere.
fn variables(
    server: &NodeRef<'_>,
    url: &str,
    (prefix, scope): (&str, &mut Scope),
    reporter: &mut Reporter<'_>,
) -> Option<Vec<ServerVariable>> {
    let mut variables = Vec::new();
    for wire in url.split('{').skip(1).map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name)) {
        let variable = server.get("variables").and_then(|variables| variables.get(wire));
        let default = variable.as_ref().and_then(|variable| variable.value.get("default"));
        let Some((variable, default)) = variable.as_ref().zip(default.and_then(extensions::text_of)) else {
            let message = format!("the URL has `{{{wire}}}` but no variable of this name has a default");
            reporter
                .unsupported(Omission::Server, Code::Reference, &server.at.join("url"), message)
                .help("describe it under `variables`, with a `default`");
            return None;
        };
        let words = format!("{prefix}{wire}");
        let name = claim(scope, NameKind::Parameter, (&words, None), &variable.at, reporter)?.of_wire(wire);
        let values: Vec<_> =
            variable.elements_of("enum").filter_map(|value| extensions::text_of(value.value)).collect();
        let annotations = match values.as_slice() {
            [] => Vec::new(),
            values => {
                vec![format!("One of {}.", values.iter().map(|text| Docs::code(text)).collect::<Vec<_>>().join(", "))]
            }
        };
        let text = variable.value.get("description").and_then(Value::as_text).unwrap_or_default().to_owned();
        variables.push(ServerVariable { name, default, docs: Docs { text, annotations }, at: variable.at.clone() });
    }
    Some(variables)
}
