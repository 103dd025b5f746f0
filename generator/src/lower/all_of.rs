//! Merges a schema with the schemas in its `allOf`, at any depth.

use std::collections::HashSet;

use super::keywords::Keywords;
use super::state::Schemas;
use super::subschemas::{Subschema, Subschemas};
use crate::diagnostics::{Code, Omission};
use crate::document::references::{self, Broken};
use crate::document::{NodeRef, Pointer, component_key};

/// A schema with its `allOf` resolved.
#[derive(Debug, Clone)]
pub(super) enum MergedSchema<'a> {
    /// The schema equals another schema, except for annotations such as `description`.
    Same {
        /// The other schema.
        other: NodeRef<'a>,
        /// The schemas that add annotations, the schema itself last.
        annotations: Vec<NodeRef<'a>>,
    },
    /// The constraints of all subschemas hold.
    Subschemas(Subschemas<'a>),
}

impl<'a> MergedSchema<'a> {
    /// Merges a schema. Returns `None` after an error.
    pub(super) fn of(schemas: &mut Schemas<'a>, node: &NodeRef<'a>) -> Option<Self> {
        let keywords = Keywords::of(node);
        if let Some((other, mut annotations)) = single_reference(&keywords)
            && !is_child(schemas, node, &other)
        {
            annotations.push(node.clone());
            return Some(Self::Same { other, annotations });
        }
        Merging::default().gather(schemas, node, keywords).map(Self::Subschemas)
    }
}

/// Splits an `allOf` that consists of one reference and of schemas with only annotations, and has no other keyword beside it. Returns `None`
/// for any other schema.
fn single_reference<'a>(keywords: &Keywords<'a>) -> Option<(NodeRef<'a>, Vec<NodeRef<'a>>)> {
    if keywords.all_of.is_empty() || keywords.present().len() != 1 || keywords.additional.is_some() {
        return None;
    }
    let is_annotation = |subschema: &NodeRef<'a>| {
        let keywords = Keywords::of(subschema);
        subschema.reference().is_none() && keywords.is_empty()
    };
    let (annotations, mut others): (Vec<_>, Vec<_>) = keywords.all_of.iter().partition(is_annotation);
    match others.as_slice() {
        [one] if one.reference().is_some() => Some((others.remove(0), annotations)),
        _ => None,
    }
}

/// Returns whether a component is one of the alternatives of its parent: the parent has a discriminator, or lists the component in `oneOf`
/// or `anyOf`. Such a component is a type of its own, and not another name of its parent.
fn is_child<'a>(schemas: &mut Schemas<'a>, node: &NodeRef<'a>, parent: &NodeRef<'a>) -> bool {
    if component_key(&node.at, "schemas").is_none() {
        return false;
    }
    let Ok(parent) = schemas.references.follow(parent.clone()) else { return false };
    let Keywords { annotations, one_of, any_of, .. } = Keywords::of(&parent);
    let child = std::slice::from_ref(&node.at);
    annotations.discriminator.is_some()
        || schemas.refers_to_any(&one_of, child)
        || schemas.refers_to_any(&any_of, child)
}

/// The deepest nesting of `allOf`.
const MAX_DEPTH: usize = 32;

/// The state of a traversal that collects subschemas.
#[derive(Default)]
struct Merging<'a> {
    /// The path of the traversal, from the outermost schema to the current one. It detects cycles.
    path: Vec<Pointer>,
    /// All visited schemas.
    seen: HashSet<Pointer>,
    list: Vec<Subschema<'a>>,
}

impl<'a> Merging<'a> {
    fn gather(
        mut self,
        schemas: &mut Schemas<'a>,
        node: &NodeRef<'a>,
        keywords: Keywords<'a>,
    ) -> Option<Subschemas<'a>> {
        self.add(schemas, node, keywords)?;
        Some(Subschemas { list: self.list })
    }

    /// Adds a schema and the schemas in its `allOf`. Parents come first, so that the schema overrides them. A parent that is reached
    /// through several `allOf` is added once; otherwise the number of subschemas could double at every level.
    fn add(&mut self, schemas: &mut Schemas<'a>, node: &NodeRef<'a>, mut keywords: Keywords<'a>) -> Option<()> {
        if !self.seen.insert(node.at.clone()) {
            return if self.path.contains(&node.at) { report_cycle(schemas, node) } else { Some(()) };
        }
        if self.path.len() == MAX_DEPTH {
            schemas
                .unsupported(Omission::Schema, &node.at, format!("`allOf` is nested more than {MAX_DEPTH} levels deep"))
                .help("declare the members in fewer levels");
            return schemas.reporter.go_on_if_lenient();
        }
        self.path.push(node.at.clone());
        for subschema in std::mem::take(&mut keywords.all_of).iter() {
            let Some(subschema) = follow(schemas, subschema) else {
                schemas.reporter.go_on_if_lenient()?;
                continue;
            };
            let inner = Keywords::of(&subschema);
            self.add(schemas, &subschema, inner)?;
        }
        drop_union_of_children(schemas, &mut keywords, &self.path);
        self.path.pop();
        self.list.push(Subschema { node: node.clone(), keywords });
        Some(())
    }
}

/// Reports a schema that contains itself in its `allOf`.
fn report_cycle(schemas: &mut Schemas<'_>, node: &NodeRef<'_>) -> Option<()> {
    schemas
        .reporter
        .unsupported(Omission::Schema, Code::Reference, &node.at, "the schema is in its own `allOf`")
        .help("remove the reference to it from the `allOf`");
    schemas.reporter.go_on_if_lenient()
}

/// Drops the `oneOf` or `anyOf` of a parent if it lists the child that is being merged. Otherwise the child would contain itself.
fn drop_union_of_children<'a>(schemas: &mut Schemas<'a>, keywords: &mut Keywords<'a>, path: &[Pointer]) {
    let [children @ .., _parent] = path else { return };
    if children.is_empty() {
        return;
    }
    for listed in [&mut keywords.one_of, &mut keywords.any_of] {
        if schemas.refers_to_any(listed, children) {
            listed.clear();
        }
    }
}

/// Follows a reference in an `allOf`.
pub(super) fn follow<'a>(schemas: &mut Schemas<'a>, subschema: NodeRef<'a>) -> Option<NodeRef<'a>> {
    let node =
        match references::follow(subschema, NodeRef::reference, |from, reference| schemas.resolve(reference, from)) {
            Ok(node) => return Some(node),
            // A dangling reference has already been reported.
            Err(Broken::Dangling(_)) => return None,
            Err(Broken::Circle(node)) => node,
        };
    schemas
        .reporter
        .unsupported(Omission::Reference, Code::Reference, &node.at, "the references form a cycle")
        .help("refer to an object schema");
    None
}

impl<'a> Subschemas<'a> {
    /// Returns the subschemas followed by those of another schema. A subschema that both have is listed once, at its
    /// position in `self`.
    pub(super) fn and(&self, schemas: &mut Schemas<'a>, other: &NodeRef<'a>) -> Option<Self> {
        let seen = self.list.iter().map(|subschema| subschema.node.at.clone()).collect();
        let merging = Merging { path: Vec::new(), seen, list: self.list.clone() };
        merging.gather(schemas, other, Keywords::of(other))
    }

    /// Returns the subschemas of a schema.
    pub(super) fn of(schemas: &mut Schemas<'a>, node: &NodeRef<'a>) -> Option<Self> {
        Merging::default().gather(schemas, node, Keywords::of(node))
    }
}
