//! OpenAPI becomes the model: every keyword is used, named as documentation, or reported.

mod all_of;
mod bodies;
mod component_refs;
mod constraints;
mod constructors;
mod enums;
mod extensions;
mod failures;
mod http_syntax;
mod keywords;
mod naming;
mod objects;
mod operations;
mod parameters;
mod responses;
mod schema_type;
mod schemas;
mod security;
mod servers;
mod service;
mod successes;
mod unions;

use crate::diagnostics::{Assumption, Diagnostics, Reporter};
use crate::document::Document;
use crate::document::extension_keys;
use crate::document::node_ref::NodeRef;
use crate::ir::{Api, Docs, Examples};
use crate::ledger::{Counts, Ratio};
use crate::mode::Mode;
use extensions::Extensions;
use schemas::Schemas;

/// Lowers a document. What cannot be lowered is reported and left out.
pub fn lower(document: &Document, mode: Mode, diagnostics: &mut Diagnostics) -> (Api, Counts) {
    let root = NodeRef::root(&document.value);
    let mut reporter = Reporter::new(mode, diagnostics);
    Extensions::new(&root).allow_only(&[extension_keys::FAILURE, extension_keys::TEXT], &mut reporter);
    let info = root.get("info");
    let info_text = |key: &str| info.as_ref().and_then(|info| info.text(key)).unwrap_or_default().to_owned();
    let docs = Docs { text: info_text("description"), notes: Vec::new() };
    let servers = servers::lower(&root, &mut reporter);
    let mut service = service::lower(&root, &mut reporter);
    let mut schemas = Schemas::new(document, reporter);
    let security = security::lower(&root, schemas.references, &mut schemas.reporter);
    service.token = security.token.clone();
    let operations::Lowered { operations, received, total } =
        operations::lower(&root, &security, &mut schemas, &mut service);
    let (made, all) = schemas.components();
    let counts = Counts {
        operations: Ratio { made: operations.len().min(total), total },
        schemas: Ratio { made, total: all },
        untyped: schemas.untyped,
        files: 0,
        lines: 0,
    };
    let (title, version, schemes) = (info_text("title"), info_text("version"), security.schemes);
    let examples = if schemas.assumes(Assumption::UncheckedExamples) { Examples::Shown } else { Examples::Held };
    let types = schemas.into_types();
    let api = Api { title, version, docs, servers, types, operations, received, schemes, service, examples };
    (api, counts)
}
