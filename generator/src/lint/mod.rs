//! Reports weaknesses of a document that the generator accepts.
//!
//! `lint` knows the document's tree and text, and nothing of Rust.
//!
//! ```text
//! the rules, with their requirements and remedies       lint/rules.rs
//! the objects of a document by their kind              lint/nodes.rs
//! one group of rules each                              descriptions, operations, components, schemas, examples,
//!                                                      naming, paths, scalars, sources
//! edits of the text, checked by reading it again       lint/fix.rs
//! ```
//!
//! The rules look at the tree that the reader makes; only the quotes of scalars, which the tree does not have, are looked up
//! in the text. A breach is a [`Diagnostic`](crate::diagnostics::Diagnostic) with [`Code::Lint`](crate::diagnostics::Code::Lint).

mod components;
mod descriptions;
mod examples;
mod findings;
mod fix;
mod json_schema;
mod naming;
mod nodes;
mod operations;
mod paths;
mod rules;
mod scalars;
mod schemas;
mod sources;

pub use findings::{Findings, Fix};
pub use fix::{AppliedFix, Fixed, Refused, fix};
pub use rules::{About, Rule};
pub use sources::Sources;

use crate::document::Document;
use crate::source::Source;
use nodes::Nodes;

/// Looks for breaches of all rules.
///
/// `document` is what was read of `source`, leaving out what cannot be expressed. `sources` is the table that says where its
/// parts come from; without one, that rule is not applied.
#[must_use]
pub fn lint(source: &Source, document: &Document, sources: Option<&Sources>) -> Findings {
    let nodes = Nodes::of(&document.value);
    let mut findings = Findings::default();
    descriptions::check(&nodes, &mut findings);
    operations::check(&nodes, &mut findings);
    components::check(&nodes, &mut findings);
    schemas::check(&nodes, &mut findings);
    examples::check(&nodes, &mut findings);
    naming::check(&nodes, &mut findings);
    paths::check(&nodes, &mut findings);
    scalars::check(source, &mut findings);
    if let Some(sources) = sources {
        sources::check(&nodes, source, sources, &mut findings);
    }
    findings
}
