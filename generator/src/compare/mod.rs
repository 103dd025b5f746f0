//! Reports the differences between two documents, and the effect of each on the wire, on the document and on Rust code.
//!
//! `compare` reads models and trees and changes neither, and [`POLICY`] alone decides the effect of a difference.
//!
//! [`revisions`] compares two versions of one document. It compares their models, so a difference that the generator ignores
//! is not reported. [`upstream()`] compares the document with another document of the same operations. It compares their
//! trees, and ignores only documentation.
//!
//! ```text
//! operations, by method and path        operations.rs, parameters.rs, responses.rs
//! types, in pairs, each pair once       types.rs, objects.rs, enums_and_unions.rs, constraint_changes.rs
//! servers, schemes, failures            service.rs
//! Rust items, as they are emitted       emitted_items.rs
//! names that stand for one Rust type    declarations.rs
//! another document of the service       upstream
//! ```
//!
//! Each difference is a [`Change`] with a [`Rule`]; the policy has a verdict for each rule.

mod api_change;
mod comparison;
mod constraint_changes;
mod declarations;
mod emitted_items;
mod enums_and_unions;
mod objects;
mod operations;
mod parameters;
mod policy;
mod responses;
mod service;
mod types;
mod upstream;

use crate::ir::Api;

pub use api_change::{Change, ChangeLocation, Detail};
use comparison::Comparing;
pub use policy::{Bump, Direction, Effect, POLICY, Part, Row, Rule, Verdict, table};
pub use upstream::{Difference, extract, upstream};

/// Returns all differences between two versions of one document, the most serious first.
#[must_use]
pub fn revisions(old: &Api, new: &Api) -> Vec<Change> {
    let mut comparing = Comparing::new(old, new);
    comparing.pair_names();
    comparing.operations();
    comparing.service();
    comparing.types();
    comparing.declarations();
    comparing.in_order()
}
