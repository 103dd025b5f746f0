//! What a schema says together with everything in its `allOf`, however deep.

use std::collections::HashSet;

use super::keywords::Keywords;
use super::state::Schemas;
use super::subschemas::{Subschema, Subschemas};
use crate::diagnostics::Code;
use crate::diagnostics::Omission;
use crate::document::Pointer;
use crate::document::node_ref::NodeRef;
use crate::document::references::{self, Broken};

/// What a schema comes down to.
#[derive(Debug, Clone)]
pub(super) enum MergedSchema<'a> {
    /// It is another schema under notes of its own.
    Same {
        /// The other schema.
        other: NodeRef<'a>,
        /// What adds notes to it, the schema itself last.
        annotations: Vec<NodeRef<'a>>,
    },
    /// It demands what all of its parts demand.
    Subschemas(Subschemas<'a>),
}

impl<'a> MergedSchema<'a> {
    /// What a schema comes down to; nothing after an error.
    pub(super) fn of(schemas: &mut Schemas<'a>, node: &NodeRef<'a>) -> Option<Self> {
        let keywords = Keywords::of(node);
        if let Some((other, mut annotations)) = same(&keywords) {
            annotations.push(node.clone());
            return Some(Self::Same { other, annotations });
        }
        Merging::default().gather(schemas, node, keywords).map(Self::Subschemas)
    }
}

/// The one schema of an `allOf` that demands something, and those that only add notes.
fn same<'a>(keywords: &Keywords<'a>) -> Option<(NodeRef<'a>, Vec<NodeRef<'a>>)> {
    if keywords.all_of.is_empty() || keywords.present().len() != 1 || keywords.additional.is_some() {
        return None;
    }
    let is_note = |subschema: &NodeRef<'a>| {
        let keywords = Keywords::of(subschema);
        subschema.reference().is_none() && keywords.is_empty()
    };
    let (annotations, mut others): (Vec<_>, Vec<_>) = keywords.all_of.iter().partition(is_note);
    match others.as_slice() {
        [one] if one.reference().is_some() => Some((others.remove(0), annotations)),
        _ => None,
    }
}

/// A sum can have this many levels; none that was meant has more.
const MAX_DEPTH: usize = 32;

/// The parts of a sum as far as they were found.
#[derive(Default)]
struct Merging<'a> {
    /// The schemas on the way down to the one at hand, itself included.
    open: Vec<Pointer>,
    /// All schemas that were met.
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

    /// Adds a schema and everything in its `allOf`: what it stands on first, so that it has the last word. What is part of it in
    /// several ways is added once, or parts of parts would double at every level.
    fn add(&mut self, schemas: &mut Schemas<'a>, node: &NodeRef<'a>, mut keywords: Keywords<'a>) -> Option<()> {
        if !self.seen.insert(node.at.clone()) {
            return if self.open.contains(&node.at) { circle(schemas, node) } else { Some(()) };
        }
        if self.open.len() == MAX_DEPTH {
            schemas
                .unsupported(
                    Omission::Schema,
                    &node.at,
                    format!("parts of parts are more than {MAX_DEPTH} levels deep"),
                )
                .help("write the members out in fewer steps");
            return schemas.reporter.go_on();
        }
        self.open.push(node.at.clone());
        for subschema in std::mem::take(&mut keywords.all_of).iter() {
            let Some(subschema) = follow(schemas, subschema) else {
                schemas.reporter.go_on()?;
                continue;
            };
            let inner = Keywords::of(&subschema);
            self.add(schemas, &subschema, inner)?;
        }
        drop_union_of_children(schemas, &mut keywords, &self.open);
        self.open.pop();
        self.list.push(Subschema { node: node.clone(), keywords });
        Some(())
    }
}

/// Reports a schema that is a part of itself.
fn circle(schemas: &mut Schemas<'_>, node: &NodeRef<'_>) -> Option<()> {
    schemas
        .reporter
        .unsupported(Omission::Schema, Code::Reference, &node.at, "the object is a part of itself")
        .help("take the reference to it out of the `allOf`");
    schemas.reporter.go_on()
}

/// A parent that lists its children, each of which is made of it: in a child, the choice is made.
fn drop_union_of_children<'a>(schemas: &mut Schemas<'a>, keywords: &mut Keywords<'a>, open: &[Pointer]) {
    let [children @ .., _parent] = open else { return };
    if children.is_empty() {
        return;
    }
    for listed in [&mut keywords.one_of, &mut keywords.any_of] {
        if schemas.refers_to_any(listed, children) {
            listed.clear();
        }
    }
}

/// The schema behind a part of an `allOf`.
pub(super) fn follow<'a>(schemas: &mut Schemas<'a>, subschema: NodeRef<'a>) -> Option<NodeRef<'a>> {
    let node =
        match references::follow(subschema, NodeRef::reference, |from, reference| schemas.resolve(reference, from)) {
            Ok(node) => return Some(node),
            // Where it leads nowhere, that was reported.
            Err(Broken::Dangling(_)) => return None,
            Err(Broken::Circle(node)) => node,
        };
    schemas
        .reporter
        .unsupported(Omission::Reference, Code::Reference, &node.at, "the references go round in a circle")
        .help("refer to an object schema");
    None
}

impl<'a> Subschemas<'a> {
    /// The parts with those of another schema behind them. One that both have stays where it is.
    pub(super) fn and(&self, schemas: &mut Schemas<'a>, other: &NodeRef<'a>) -> Option<Self> {
        let seen = self.list.iter().map(|subschema| subschema.node.at.clone()).collect();
        let merging = Merging { open: Vec::new(), seen, list: self.list.clone() };
        merging.gather(schemas, other, Keywords::of(other))
    }

    /// The parts of a schema.
    pub(super) fn of(schemas: &mut Schemas<'a>, node: &NodeRef<'a>) -> Option<Self> {
        Merging::default().gather(schemas, node, Keywords::of(node))
    }
}
