//! OpenAPI becomes the model: every keyword is used, named as documentation, or refused.

mod enums;
pub mod extensions;
mod keywords;
mod limits;
mod objects;
mod operations;
mod schemas;
mod service;

use openapiv3::{OpenAPI, ReferenceOr};

use crate::diagnostics::{Code, Diagnostics, closest};
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
        if let Some(name) = report_name(diagnostics, claimed, wire, Named::Server, &at) {
            let docs = Docs { text: description, notes: Vec::new() };
            lowered.push(Server { name, url: url.trim_end_matches('/').to_owned(), docs });
        }
    }
    lowered
}

/// What a name is given to; who has to give another one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Schema,
    SchemaInPlace,
    Property,
    EnumValue,
    Constructor,
    Operation,
    Parameter,
    Server,
}

impl Named {
    fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::SchemaInPlace => "schema here",
            Self::Property => "property",
            Self::EnumValue => "enum value",
            Self::Constructor => "constructor",
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::Server => "server",
        }
    }

    /// How it comes by another name.
    fn way_out(self) -> String {
        match self {
            Self::Schema | Self::Property | Self::Operation | Self::Parameter | Self::Server => {
                format!("give it a Rust name with `{}`", extensions::NAME)
            }
            Self::SchemaInPlace => "move it to #/components/schemas under a name of its own".to_owned(),
            Self::EnumValue => {
                "leave it out: a value that is not listed is kept as it comes; or leave `enum` out".to_owned()
            }
            Self::Constructor => "give it another name".to_owned(),
        }
    }

    /// Where the name stands that the document asks for.
    fn wanted_at(self, at: &Pointer) -> Pointer {
        match self {
            Self::Constructor => at.join("name"),
            Self::Operation => at.parent().unwrap_or_else(Pointer::root).join(extensions::NAME),
            _ => at.join(extensions::NAME),
        }
    }
}

/// A name, or a diagnostic that says why there is none.
fn report_name(
    diagnostics: &mut Diagnostics,
    claimed: Result<Name, NameError>,
    wire: &str,
    named: Named,
    at: &Pointer,
) -> Option<Name> {
    let what = named.as_str();
    let named_wire = if named == Named::SchemaInPlace { format!("the {what}") } else { format!("the {what} `{wire}`") };
    match claimed {
        Ok(name) => return Some(name),
        Err(NameError::Empty) => {
            let message = format!("{named_wire} has no character that can stand in a Rust name");
            diagnostics.error(Code::Name, at, message).help(named.way_out());
        }
        Err(NameError::NotAnIdentifier { wanted, spelt }) => {
            let message = format!("`{wanted}` is not how Rust spells the name of a {what}");
            let help = spelt.map_or_else(|| "write a word".to_owned(), |spelt| format!("write `{spelt}`"));
            diagnostics.error(Code::Name, &named.wanted_at(at), message).help(help);
        }
        Err(NameError::Reserved(rust)) => {
            let message =
                format!("{named_wire} would be called `{rust}`, which means something else in the generated code");
            diagnostics.error(Code::Name, at, message).help(named.way_out());
        }
        Err(NameError::Collision { rust, first }) => {
            let message = format!("{named_wire} would be called `{rust}`, which is taken");
            diagnostics.error(Code::Name, at, message).related(&first, "by this one").help(named.way_out());
        }
    }
    None
}

/// What to do about a name that nothing has.
fn correction<'n>(name: Option<&String>, known: impl Iterator<Item = &'n String>, otherwise: &str) -> String {
    let meant = name.and_then(|name| closest(name, known.map(String::as_str)));
    meant.map_or_else(|| format!("{otherwise}, or correct its name"), |meant| format!("did you mean `{meant}`?"))
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
                .error(
                    Code::Reference,
                    &at.join("$ref"),
                    format!("`{reference}` points to nothing under #/components/{kind}"),
                )
                .help(correction(
                    segments.last(),
                    components.into_iter().flat_map(|components| components.keys()),
                    "define it there",
                ));
            return None;
        };
        (node, at) = (target, Pointer::root().join("components").join(kind).join(key));
    }
    diagnostics
        .error(Code::Reference, &at, "the references go round in a circle")
        .help("let one of them be the thing itself");
    None
}
