//! OpenAPI becomes the model: every keyword is used, named as documentation, or reported.

mod bodies;
mod choices;
mod component_refs;
mod constructors;
mod enums;
mod extensions;
mod failures;
mod keywords;
mod limits;
mod naming;
mod objects;
mod operations;
mod parameters;
mod responses;
mod schemas;
mod security;
mod servers;
mod service;
mod shapes;
mod successes;
mod sums;
mod wire;

use crate::diagnostics::Diagnostics;
use crate::document::Document;
use crate::document::extension_keys;
use crate::document::node_ref::Spot;
use crate::ir::{Api, Docs, Examples};
use crate::ledger::{Counts, Ratio};
use crate::mode::Unsupported;
use extensions::Extensions;
use schemas::Schemas;

/// Lowers a document. What cannot be lowered is reported and left out.
pub fn lower(document: &Document, unsupported: Unsupported, diagnostics: &mut Diagnostics) -> (Api, Counts) {
    let root = Spot::root(&document.value);
    Extensions::new(&root).allow_only(&[extension_keys::FAILURE, extension_keys::TEXT], diagnostics);
    let info = root.get("info");
    let info_text = |key: &str| info.as_ref().and_then(|info| info.text(key)).unwrap_or_default().to_owned();
    let docs = Docs { text: info_text("description"), notes: Vec::new() };
    let servers = servers::lower(&root, unsupported, diagnostics);
    let mut service = service::lower(&root, diagnostics);
    let mut schemas = Schemas::new(document, unsupported, diagnostics);
    let security = security::lower(&root, schemas.references, unsupported, schemas.diagnostics);
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
    let examples = if schemas.is_strict() { Examples::Held } else { Examples::Shown };
    let types = schemas.into_types();
    let api = Api { title, version, docs, servers, types, operations, received, schemes, service, examples };
    (api, counts)
}
