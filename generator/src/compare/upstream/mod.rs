//! One document held against another one that describes the same operations in its own way.
//!
//! The model of a document forgets what Rust code does not need. Here nothing may be forgotten: whatever the other document
//! says otherwise may be the ground that moves. So two trees are compared, as the grammar of OpenAPI knows them, and only what
//! is [documentation](tree) is passed over. Names that no wire sees cannot be trusted: operations are matched by method and
//! path, schemas by where they stand.
//!
//! ```text
//! what a comparison knows and finds        comparison.rs, difference.rs
//! nodes, references, literal texts         tree.rs
//! any object, keyword by keyword           objects.rs
//! schemas, with what they are composed of  schema.rs, schemas.rs, subschemas.rs, values.rs
//! operations, parameters, servers          routes.rs, operations.rs
//! credentials, the token endpoint          security.rs
//! which rule of the policy it is           rules.rs
//! Rust items of ours                       rust_items.rs
//! who uses what is shared                  uses.rs
//! the part of the other one that counts    extract.rs
//! ```

mod comparison;
mod difference;
mod extract;
mod objects;
mod operations;
mod routes;
mod rules;
mod rust_items;
mod schema;
mod schemas;
mod security;
mod subschemas;
mod tree;
mod uses;
mod values;

use std::collections::BTreeMap;

use crate::document::Document;
use crate::ir::Api;
use comparison::Comparison;
pub use difference::Difference;
pub use extract::extract;
use routes::Routes;
use rust_items::Items;
use tree::Tree;
use uses::Pairs;

/// Returns everything that another document says otherwise of the operations of ours, the most serious first.
#[must_use]
pub fn upstream(ours: &Document, api: &Api, theirs: &Document) -> Vec<Difference> {
    let mut comparison = Comparison {
        ours: Tree::of(&ours.value),
        theirs: Tree::of(&theirs.value),
        items: Items::of(api),
        routes: Routes::of(Tree::of(&theirs.value)),
        pairs: Pairs::default(),
        found: BTreeMap::new(),
    };
    comparison.version();
    comparison.servers_of_all();
    comparison.operations();
    comparison.token_endpoints();
    comparison.in_order()
}
