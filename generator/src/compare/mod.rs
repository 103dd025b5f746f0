//! What the difference between two documents means: on the wire, for the document, and for Rust code.
//!
//! [`revisions`] compares two states of one document, whose names mean the same. Models are compared, not texts: what the
//! generator takes for the same is the same. [`upstream()`] compares one document with another that describes the same
//! operations in its own way; there trees are compared, and nothing but documentation is passed over.
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
//! Each difference is a [`Change`] by a [`Rule`], and the rule decides: [`POLICY`] is the stability policy.

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

/// Returns everything that differs between two states of one document, the most serious first.
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
