//! OpenAPI becomes the model: every keyword is used, named as documentation, or refused.

pub mod extensions;
mod keywords;
mod objects;
mod operations;
mod schemas;
mod service;

use openapiv3::{OpenAPI, ReferenceOr};

use crate::diagnostics::{Code, Diagnostics};
use crate::ir::{Api, Docs, Server};
use crate::names::{Case, Name, NameError, Scope};
use crate::read::Document;
use crate::source::Pointer;
use extensions::Extensions;
use schemas::Schemas;

/// Lowers a document. What cannot be lowered is reported and left out.
pub fn lower(document: &Document, diagnostics: &mut Diagnostics) -> Api {
    let openapi = &document.openapi;
    let OpenAPI {
        openapi: _, // checked when the document was read
        info,
        servers,
        paths,
        components: _, // lowered as far as operations refer to them
        security,
        tags: _,          // for readers of the document
        external_docs: _, // for readers of the document
        extensions: map,
    } = openapi;
    let root = Pointer::root();
    Extensions::new(map, &root).allow_only(&[extensions::FAILURE], diagnostics);
    let docs = Docs { text: info.description.clone().unwrap_or_default(), notes: Vec::new() };
    let servers = self::servers(servers, diagnostics);
    let mut service = service::lower(openapi, diagnostics);
    let mut schemas = Schemas::new(document, diagnostics);
    let operations = operations::lower(openapi, paths, security.as_deref(), &mut schemas, &mut service);
    Api { title: info.title.clone(), docs, servers, types: schemas.into_types(), operations, service }
}

fn servers(servers: &[openapiv3::Server], diagnostics: &mut Diagnostics) -> Vec<Server> {
    let mut scope = Scope::new(Case::Pascal, &[]);
    let mut lowered = Vec::new();
    for (index, server) in servers.iter().enumerate() {
        let at = Pointer::root().join("servers").join(index);
        let openapiv3::Server { url, description, variables, extensions: map } = server;
        let extensions = Extensions::new(map, &at);
        extensions.allow_only(&[extensions::NAME], diagnostics);
        if variables.as_ref().is_some_and(|variables| !variables.is_empty()) || url.contains('{') {
            diagnostics
                .error(Code::Unsupported, &at, "servers with variables are not supported")
                .help("list one server for each base URL");
            continue;
        }
        if !url.starts_with("https://") {
            diagnostics
                .error(Code::Invalid, &at.join("url"), format!("`{url}` is not an absolute https URL"))
                .help("write the base URL out, beginning with https://");
            continue;
        }
        let wanted: Option<String> = extensions.get(extensions::NAME, diagnostics);
        let description = description.clone().unwrap_or_default();
        let wire = if description.is_empty() { url.trim_start_matches("https://") } else { &description };
        let claimed = scope.claim(wire, wanted.as_deref(), &at);
        if let Some(name) = report_name(diagnostics, claimed, wire, "server", &at) {
            let docs = Docs { text: description, notes: Vec::new() };
            lowered.push(Server { name, url: url.trim_end_matches('/').to_owned(), docs });
        }
    }
    lowered
}

/// A name, or a diagnostic that says why there is none.
fn report_name(
    diagnostics: &mut Diagnostics,
    claimed: Result<Name, NameError>,
    wire: &str,
    what: &str,
    at: &Pointer,
) -> Option<Name> {
    let message = match claimed {
        Ok(name) => return Some(name),
        Err(NameError::Empty) => format!("the {what} `{wire}` has no character that can stand in a Rust name"),
        Err(NameError::NotAnIdentifier(wanted)) => format!("`{wanted}` is not a Rust name in the case of a {what}"),
        Err(NameError::Reserved(rust)) => format!("the {what} `{wire}` would be called `{rust}`, which means something else there"),
        Err(NameError::Collision { rust, first }) => {
            format!("the {what} `{wire}` would be called `{rust}`, as is the one at {first}")
        }
    };
    diagnostics.error(Code::Name, at, message).help(format!("give it a Rust name with `{}`", extensions::NAME));
    None
}

/// The component behind a reference of one kind (`parameters`, `headers`, `responses`, ...), with its place.
fn follow<'a, T>(
    node: &'a ReferenceOr<T>,
    at: &Pointer,
    kind: &str,
    components: Option<&'a indexmap::IndexMap<String, ReferenceOr<T>>>,
    diagnostics: &mut Diagnostics,
) -> Option<(&'a T, Pointer)> {
    let (mut node, mut at) = (node, at.clone());
    // A chain of references longer than this can only be a circle.
    for _ in 0..64 {
        let reference = match node {
            ReferenceOr::Item(item) => return Some((item, at)),
            ReferenceOr::Reference { reference } => reference,
        };
        let segments: Vec<String> = Pointer::parse(reference).iter().flat_map(Pointer::segments).collect();
        let target = match segments.as_slice() {
            [first, second, key] if first == "components" && second == kind => {
                components.and_then(|components| components.get(key)).map(|target| (target, key.clone()))
            }
            _ => None,
        };
        let Some((target, key)) = target else {
            diagnostics
                .error(Code::Reference, &at.join("$ref"), format!("`{reference}` points to nothing under #/components/{kind}"))
                .help("define it there, or correct its name");
            return None;
        };
        (node, at) = (target, Pointer::root().join("components").join(kind).join(key));
    }
    diagnostics.error(Code::Reference, &at, "the references go round in a circle").help("let one of them be the thing itself");
    None
}
