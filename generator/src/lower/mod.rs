//! Makes the model of a document.
//!
//! `lower` knows OpenAPI and no Rust syntax. It uses every keyword, keeps it as documentation, or reports it.

mod all_of;
mod annotations;
mod bodies;
mod component_refs;
mod constraints;
mod constructors;
mod enums;
mod extensions;
mod failures;
mod http_syntax;
mod keyword_groups;
mod keywords;
mod lowered;
mod merge_bounds;
mod naming;
mod objects;
mod operations;
mod parameters;
mod response_contents;
mod responses;
mod rules;
mod schema_refs;
mod schema_type;
mod schemas;
mod security;
mod servers;
mod service;
mod state;
mod subschemas;
mod success_meaning;
mod unions;

use crate::diagnostics::{Assumption, Diagnostics, Reporter};
use crate::document::{Document, NodeRef, extension_keys};
use crate::ir::{Api, Docs, Examples};
use crate::ledger::{Counts, Ratio};
use crate::mode::Mode;
use extensions::Extensions;
use state::Schemas;

/// Lowers a document. Parts that have no Rust are reported and left out.
pub fn lower(document: &Document, mode: Mode, diagnostics: &mut Diagnostics) -> (Api, Counts) {
    let root = NodeRef::root(&document.value);
    let mut reporter = Reporter::new(mode, diagnostics);
    Extensions::new(&root).allow_only(extension_keys::OF_ROOT, &mut reporter);
    let info = root.get("info");
    let info_text = |key: &str| info.as_ref().and_then(|info| info.text(key)).unwrap_or_default().to_owned();
    let docs = Docs { text: info_text("description"), annotations: Vec::new() };
    let servers = servers::lower(&root, &mut reporter);
    let mut service = service::lower(&root, &mut reporter);
    let mut schemas = Schemas::new(document, reporter);
    let security = security::lower(&root, schemas.references, &mut schemas.reporter);
    service.token = security.token.clone();
    let operations::LoweredOperations { operations, received, made: calls, total } =
        operations::lower(&root, &security, &mut schemas, &mut service);
    let (made, all) = schemas.components();
    let counts = Counts {
        operations: Ratio { made: calls, total },
        schemas: Ratio { made, total: all },
        untyped: schemas.made.untyped,
        files: 0,
        lines: 0,
    };
    let (title, version, schemes) = (info_text("title"), info_text("version"), security.schemes);
    let examples = if schemas.assumes(Assumption::UncheckedExamples) { Examples::Shown } else { Examples::Held };
    let types = schemas.into_types();
    let relative_servers = servers::relative(&root);
    let api = Api {
        title,
        version,
        docs,
        servers,
        relative_servers,
        types,
        operations,
        received,
        schemes,
        service,
        examples,
    };
    (api, counts)
}
