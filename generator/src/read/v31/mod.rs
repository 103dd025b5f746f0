//! Normalizes OpenAPI 3.1 and 3.2 to 3.0, so that no other stage knows of them.
//!
//! Third-party documents mix the versions, so all of them are normalized. Each rule is a function that changes one schema,
//! whose nested schemas are normalized already. What 3.0 cannot express is left out with a diagnostic, unless it only
//! constrains values further: then just a check is lost.

mod alternatives;
mod context;
mod keywords;
mod named_references;

pub(super) use named_references::resolve as resolve_names;

use crate::diagnostics::Diagnostics;
use crate::document::grammar::Kind;
use crate::document::walk::{self, Visit};
use crate::document::{Members, NodePath, Value};
use crate::mode::Mode;
use context::Context;

/// Changes a schema; a rule that finds nothing to do does nothing.
type Rule = fn(&mut Members, &mut Context<'_>);

/// The rules in the order in which they are applied.
const RULES: &[Rule] = &[
    keywords::constant,
    keywords::exclusive_bounds,
    keywords::examples,
    keywords::content,
    keywords::tuples,
    keywords::pattern_properties,
    keywords::unevaluated,
    alternatives::types,
    alternatives::null_in_enum,
    alternatives::null_among,
    keywords::conditions,
    keywords::without_meaning,
];

/// Normalizes a whole document.
pub(super) fn normalize(document: &mut Value, mode: Mode, diagnostics: &mut Diagnostics) {
    let media_types = document.get("components").and_then(|components| components.get("mediaTypes")).cloned();
    walk::walk(document, &mut Normalize { mode, media_types, diagnostics });
    if let Value::Object(members) = document
        && !members.contains_key("paths")
    {
        members.insert("paths", Members::new().into());
    }
}

struct Normalize<'a> {
    mode: Mode,
    /// The media types that contents refer to (OpenAPI 3.2.0, Components Object).
    media_types: Option<Value>,
    diagnostics: &'a mut Diagnostics,
}

impl Normalize<'_> {
    /// Returns the media type that one refers to.
    fn referenced(&self, media_type: &Value) -> Option<Value> {
        let name = media_type.get("$ref")?.as_text()?.strip_prefix("#/components/mediaTypes/")?;
        self.media_types.as_ref()?.get(name).cloned()
    }
}

impl Visit for Normalize<'_> {
    /// Members beside a reference to a schema hold together with it; beside other references they are documentation.
    fn reference(&mut self, kind: Kind, node: &mut Value, _path: &NodePath<'_>) -> bool {
        let Value::Object(members) = node else { return true };
        if members.len() == 1 {
            return true;
        }
        match kind {
            Kind::Schema => {
                let siblings = keywords::say_something(members);
                let reference = members.remove("$ref").into_iter().map(|reference| ("$ref", reference));
                let reference: Members = reference.collect();
                if !siblings {
                    *members = reference;
                    return true;
                }
                let mut all = vec![Value::Object(reference)];
                if let Some(Value::List(others)) = members.remove("allOf") {
                    all.extend(others);
                }
                members.insert("allOf", Value::List(all));
            }
            Kind::PathItem => {}
            _ => members.retain(|key, _| !["summary", "description"].contains(&key)),
        }
        true
    }

    fn enter(&mut self, kind: Kind, node: &mut Value, _path: &NodePath<'_>) -> bool {
        match (kind, &*node) {
            (Kind::Schema, Value::Bool(true)) => *node = Members::new().into(),
            (Kind::Schema, Value::Bool(false)) => {
                *node = Members::from_iter([("not", Value::Object(Members::new()))]).into();
            }
            (Kind::MediaType, media_type) => {
                if let Some(referenced) = self.referenced(media_type) {
                    *node = referenced;
                }
            }
            _ => {}
        }
        true
    }

    fn leave(&mut self, kind: Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        let Value::Object(members) = node else { return true };
        match kind {
            Kind::Schema => {
                let mut context = Context { node_path, mode: self.mode, diagnostics: &mut *self.diagnostics };
                RULES.iter().for_each(|rule| rule(members, &mut context));
            }
            Kind::Operation if !members.contains_key("responses") => {
                members.insert("responses", Members::new().into());
            }
            Kind::MediaType => {
                // A stream of items is read as a list.
                if let Some(item) = members.remove("itemSchema")
                    && !members.contains_key("schema")
                {
                    let list = Members::from_iter([("type", Value::from("array")), ("items", item)]);
                    members.insert("schema", list.into());
                }
            }
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests;
