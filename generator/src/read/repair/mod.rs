//! Repairs third-party documents.
//!
//! ```text
//! values of another type than expected         repair/value_types.rs
//! schemas                                      repair/schemas.rs
//! other objects                                repair/objects.rs
//! references that lead nowhere                 repair/references.rs
//! ```
//!
//! Every change is a warning with what was assumed. Afterwards each node has the type that OpenAPI requires, and every reference
//! names a node.

mod context;
mod objects;
mod references;
mod schemas;
mod value_types;

#[cfg(test)]
pub(super) use value_types::fits;

use super::gathered_keys::GatheredKeys;
use crate::diagnostics::Diagnostics;
use crate::document::extension_keys::PREFIX;
use crate::document::grammar::{Kind, Shape};
use crate::document::walk::{self, Visit};
use crate::document::{Members, NodePath, Value};
use context::Context;

/// Changes an object before its members are repaired, so they can be anything.
type Before = fn(&mut Members, &mut Context<'_>);

/// Changes an object whose members are repaired. The object is removed if it returns `false`.
type After = fn(&mut Members, &mut Context<'_>) -> bool;

const BEFORE: &[(Kind, Before)] = &[
    (Kind::Schema, schemas::required_at_properties),
    (Kind::Schema, schemas::own_required),
    (Kind::Schema, schemas::known_type),
    (Kind::Schema, schemas::discriminator_by_name),
    (Kind::Paths, objects::paths_begin_with_a_slash),
    (Kind::Responses, objects::ranges_in_capitals),
    (Kind::Document, objects::requirements_without_scopes),
    (Kind::Operation, objects::requirements_without_scopes),
];

const AFTER: &[(Kind, After)] = &[
    (Kind::Schema, schemas::items_of_arrays),
    (Kind::Parameter, objects::parameter),
    (Kind::Server, objects::server),
    (Kind::SecurityScheme, objects::security_scheme),
    (Kind::Discriminator, objects::discriminator),
    (Kind::Tag, objects::tag),
    (Kind::Operation, objects::operation),
    (Kind::Document, objects::document),
];

pub(super) fn repair(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut repair = Repair { diagnostics, beside_references: GatheredKeys::default() };
    walk::walk(document, &mut repair);
    let beside_references = repair.beside_references;
    beside_references.report(diagnostics, |_, key| {
        let message = format!("`{key}` beside `$ref` has no meaning; it is left out");
        (message, "move it to the referenced definition, or wrap the reference in `allOf`".to_owned())
    });
    references::repair(document, diagnostics);
}

struct Repair<'a> {
    diagnostics: &'a mut Diagnostics,
    beside_references: GatheredKeys,
}

impl Visit for Repair<'_> {
    fn shape(&mut self, shape: Shape, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        value_types::shape(shape, node, &mut Context { node_path, diagnostics: self.diagnostics })
    }

    /// Removes members beside a reference. Those of schemas were moved to `allOf` before.
    fn reference(&mut self, kind: Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        if let Value::Object(members) = node {
            members.retain(|key, _| {
                let stays = key == "$ref";
                if !stays && (!key.starts_with("x-") || key.starts_with(PREFIX)) {
                    self.beside_references.add(kind, key, node_path);
                }
                stays
            });
        }
        true
    }

    fn enter(&mut self, kind: Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        if let Value::Object(members) = node {
            let mut context = Context { node_path, diagnostics: self.diagnostics };
            let rules = BEFORE.iter().filter(|(known, _)| *known == kind);
            rules.for_each(|(_, rule)| rule(members, &mut context));
        }
        true
    }

    fn leave(&mut self, kind: Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        let Value::Object(members) = node else { return true };
        let mut context = Context { node_path, diagnostics: self.diagnostics };
        AFTER.iter().filter(|(known, _)| *known == kind).all(|(_, rule)| rule(members, &mut context))
    }
}

#[cfg(test)]
mod tests;
