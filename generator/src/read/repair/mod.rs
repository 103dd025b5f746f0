//! What documents of others get wrong, mended as everybody means it.
//!
//! ```text
//! what stands where something else belongs     repair/kinds.rs
//! schemas                                      repair/schemas.rs
//! other objects                                repair/objects.rs
//! references that lead nowhere                 repair/references.rs
//! ```
//!
//! Every change is a warning at its place that says what was assumed. Afterwards the stages behind this one can rely on
//! the shape: what OpenAPI says is a list is a list, what it says is a mapping is a mapping, and so on.

mod context;
mod kinds;
mod objects;
mod references;
mod schemas;

#[cfg(test)]
pub(super) use kinds::fits;

use crate::diagnostics::Diagnostics;
use crate::document::grammar::{Kind, Shape};
use crate::document::trail::Trail;
use crate::document::walk::{self, Visit};
use crate::document::{Members, Value};
use context::Context;

/// Changes an object before anything in it is looked at, so its members can be anything.
type Before = fn(&mut Members, &mut Context<'_>);

/// Changes an object whose members are in order; it is taken out when the answer is `false`.
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
    walk::walk(document, &mut Repair { diagnostics });
    references::repair(document, diagnostics);
}

struct Repair<'a> {
    diagnostics: &'a mut Diagnostics,
}

impl Visit for Repair<'_> {
    fn shape(&mut self, shape: Shape, node: &mut Value, trail: &Trail<'_>) -> bool {
        kinds::shape(shape, node, &mut Context { trail, diagnostics: self.diagnostics })
    }

    /// Beside a reference nothing is read, and what belongs to a schema has been put beside it by now.
    fn reference(&mut self, kind: Kind, node: &mut Value, trail: &Trail<'_>) -> bool {
        if let Value::Object(members) = node {
            let mut context = Context { trail, diagnostics: self.diagnostics };
            members.retain(|key, _| {
                let stays = key == "$ref";
                if !stays && kind.member_of_any_version(key).is_some() {
                    context.warn_at(key, format!("`{key}` beside `$ref` has no meaning; it is left out"));
                }
                stays
            });
        }
        true
    }

    fn enter(&mut self, kind: Kind, node: &mut Value, trail: &Trail<'_>) -> bool {
        if let Value::Object(members) = node {
            let mut context = Context { trail, diagnostics: self.diagnostics };
            let rules = BEFORE.iter().filter(|(known, _)| *known == kind);
            rules.for_each(|(_, rule)| rule(members, &mut context));
        }
        true
    }

    fn leave(&mut self, kind: Kind, node: &mut Value, trail: &Trail<'_>) -> bool {
        let Value::Object(members) = node else { return true };
        let mut context = Context { trail, diagnostics: self.diagnostics };
        AFTER.iter().filter(|(known, _)| *known == kind).all(|(_, rule)| rule(members, &mut context))
    }
}

#[cfg(test)]
mod tests;
