//! Lowers servers to environments.

use super::extensions::{self, Extensions};
use super::http_syntax;
use super::naming::{NameKind, claim};
use crate::diagnostics::{Assumption, Code, Omission, Reporter};
use crate::document::{NodeRef, Value, extension_keys};
use crate::ir::{Docs, Server, ServerVariable};
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
    let variables = variables(server, url, reporter)?;
    with_defaults(server, url, reporter)?;
    let wanted: Option<String> = extensions.get(extension_keys::NAME, reporter);
    let description = server.text("description").unwrap_or_default();
    // A sentence is no name.
    let is_name =
        !description.is_empty() && (description.len() <= 40 || !reporter.assumes(Assumption::ServersNamedByUrl));
    let wire = if is_name { description } else { url.trim_start_matches("https://").trim_end_matches('/') };
    let name = claim(scope, NameKind::Server, (wire, wanted.as_deref()), &server.at, reporter)?;
    let docs = Docs { text: description.to_owned(), annotations: Vec::new() };
    let url = plain(url);
    Some(Server { name, url, variables, docs, at: server.at.clone() })
}

/// Returns the URL of a server with the defaults of its variables, if calls can go there.
pub(super) fn with_defaults(server: &NodeRef<'_>, url: &str, reporter: &mut Reporter<'_>) -> Option<String> {
    let filled = server.members_of("variables").fold(url.to_owned(), |url, (name, variable)| {
        let default = variable.value.get("default").and_then(extensions::text_of).unwrap_or_default();
        url.replace(&format!("{{{name}}}"), &default)
    });
    let plain = plain(&filled);
    if http_syntax::is_base_url(&plain) {
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

/// Normalizes a URL: the host in lower case, no default port, no slashes at the end. A URL with variables is normalized when
/// these are filled in.
fn plain(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let Some(rest) = url.strip_prefix("https://").filter(|rest| !rest.contains('{')) else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    format!("https://{}{path}", authority.strip_suffix(":443").unwrap_or(&authority))
}

/// Returns the absolute URL of a server; nothing else can be called from here.
pub(super) fn url<'a>(server: &NodeRef<'a>, reporter: &mut Reporter<'_>) -> Option<&'a str> {
    let url = server.text("url").unwrap_or_default();
    if url.strip_prefix("https://").is_some_and(|host| !host.starts_with(['/', ':']) && !host.is_empty()) {
        return Some(url);
    }
    let message = format!("`{url}` is not an absolute https URL");
    reporter
        .unsupported(Omission::Server, Code::Invalid, &server.at.join("url"), message)
        .help("write the base URL out, beginning with https://");
    None
}

/// Returns the variables that occur in the URL; `None` if one of them is described nowhere.
fn variables(server: &NodeRef<'_>, url: &str, reporter: &mut Reporter<'_>) -> Option<Vec<ServerVariable>> {
    let mut scope = Scope::new(Case::Snake, &[]);
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
        let name = claim(&mut scope, NameKind::Parameter, (wire, None), &variable.at, reporter)?;
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
