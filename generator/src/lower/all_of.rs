//! What a schema says together with everything in its `allOf`, however deep.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::keywords::{AdditionalNode, Group, Keywords, Listed};
use super::schemas::Schemas;
use crate::diagnostics::Code;
use crate::diagnostics::Omission;
use crate::document::Pointer;
use crate::document::node_ref::NodeRef;
use crate::document::references::{self, Broken};

/// One schema of a sum, without what it adds up.
#[derive(Debug, Clone)]
pub(super) struct Subschema<'a> {
    pub(super) node: NodeRef<'a>,
    pub(super) keywords: Keywords<'a>,
}

impl<'a> Subschema<'a> {
    /// A part that demands nothing, in the place of another.
    pub(super) fn empty(of: &Self) -> Self {
        let description = of.keywords.annotations.description;
        let annotations = super::keywords::Annotations { description, ..Default::default() };
        Self { node: of.node.clone(), keywords: Keywords { annotations, ..Keywords::default() } }
    }
}

/// What a schema comes down to.
#[derive(Debug, Clone)]
pub(super) enum MergedSchema<'a> {
    /// It is another schema under notes of its own.
    Same {
        /// The other schema.
        other: NodeRef<'a>,
        /// What adds notes to it, the schema itself last.
        notes: Vec<NodeRef<'a>>,
    },
    /// It demands what all of its parts demand.
    Subschemas(Subschemas<'a>),
}

/// The parts of a sum, the schema itself last.
#[derive(Debug, Clone)]
pub(super) struct Subschemas<'a> {
    pub(super) list: Vec<Subschema<'a>>,
}

/// A `oneOf` or an `anyOf`.
#[derive(Debug, Clone)]
pub(super) struct UnionSchema<'a> {
    pub(super) keyword: &'static str,
    pub(super) at: Pointer,
    pub(super) alternatives: Vec<NodeRef<'a>>,
    pub(super) discriminator: Option<NodeRef<'a>>,
}

impl<'a> MergedSchema<'a> {
    /// What a schema comes down to; nothing after an error.
    pub(super) fn of(schemas: &mut Schemas<'a>, node: &NodeRef<'a>) -> Option<Self> {
        let keywords = Keywords::of(node);
        if let Some((other, mut notes)) = same(&keywords) {
            notes.push(node.clone());
            return Some(Self::Same { other, notes });
        }
        Gathering::default().gather(schemas, node, keywords).map(Self::Subschemas)
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
    let (notes, mut others): (Vec<_>, Vec<_>) = keywords.all_of.iter().partition(is_note);
    match others.as_slice() {
        [one] if one.reference().is_some() => Some((others.remove(0), notes)),
        _ => None,
    }
}

/// A sum can have this many levels; none that was meant has more.
const DEEPEST: usize = 32;

/// The parts of a sum as far as they were found.
#[derive(Default)]
struct Gathering<'a> {
    /// The schemas on the way down to the one at hand, itself included.
    open: Vec<Pointer>,
    /// All schemas that were met.
    seen: HashSet<Pointer>,
    list: Vec<Subschema<'a>>,
}

impl<'a> Gathering<'a> {
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
        if self.open.len() == DEEPEST {
            schemas
                .unsupported(Omission::Schema, &node.at, format!("parts of parts are more than {DEEPEST} levels deep"))
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
        drop_way_back(schemas, &mut keywords, &self.open);
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
fn drop_way_back<'a>(schemas: &mut Schemas<'a>, keywords: &mut Keywords<'a>, open: &[Pointer]) {
    let [children @ .., _parent] = open else { return };
    if children.is_empty() {
        return;
    }
    for listed in [&mut keywords.one_of, &mut keywords.any_of] {
        if schemas.lists(listed, children) {
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
    /// The schema that the sum is written as.
    pub(super) fn root(&self) -> &Subschema<'a> {
        self.list.last().expect("a schema is a part of itself")
    }

    pub(super) fn at(&self) -> &Pointer {
        &self.root().node.at
    }

    /// The parts with those of another schema behind them. One that both have stays where it is.
    pub(super) fn and(&self, schemas: &mut Schemas<'a>, other: &NodeRef<'a>) -> Option<Self> {
        let seen = self.list.iter().map(|subschema| subschema.node.at.clone()).collect();
        let gathering = Gathering { open: Vec::new(), seen, list: self.list.clone() };
        gathering.gather(schemas, other, Keywords::of(other))
    }

    /// The parts of a schema.
    pub(super) fn of(schemas: &mut Schemas<'a>, node: &NodeRef<'a>) -> Option<Self> {
        Gathering::default().gather(schemas, node, Keywords::of(node))
    }

    /// The type, as the last part says that says one.
    pub(super) fn kind(&self) -> Option<&'a str> {
        let said: Vec<&'a str> = self.list.iter().filter_map(|subschema| subschema.keywords.kind).collect();
        // Every integer is a number.
        if said.contains(&"integer") && said.iter().all(|kind| matches!(*kind, "integer" | "number")) {
            return Some("integer");
        }
        said.last().copied()
    }

    /// The format, as the last part says that says one.
    pub(super) fn format(&self) -> Option<&'a str> {
        self.list.iter().rev().find_map(|subschema| subschema.keywords.format)
    }

    /// The values, as the last part lists them that lists any, with its place.
    pub(super) fn enumeration(&self) -> Option<&Subschema<'a>> {
        self.list.iter().rev().find(|subschema| !subschema.keywords.enumeration.is_empty())
    }

    /// The schema of elements.
    pub(super) fn items(&self) -> Option<&NodeRef<'a>> {
        self.list.iter().rev().find_map(|subschema| subschema.keywords.items.as_ref())
    }

    /// What may stand beside declared members: a schema outweighs a yes, a yes a no.
    pub(super) fn additional(&self) -> Option<&AdditionalNode<'a>> {
        let said = || self.list.iter().rev().filter_map(|subschema| subschema.keywords.additional.as_ref());
        said().find(|node| matches!(node, AdditionalNode::Schema(_))).or_else(|| said().next())
    }

    /// The declared members, each with all places that declare it.
    pub(super) fn properties(&self) -> IndexMap<&'a str, Vec<NodeRef<'a>>> {
        let mut properties: IndexMap<&'a str, Vec<NodeRef<'a>>> = IndexMap::new();
        for (name, node) in self.list.iter().flat_map(|subschema| &subschema.keywords.properties) {
            properties.entry(name).or_default().push(node.clone());
        }
        properties
    }

    pub(super) fn requires(&self, property: &str) -> bool {
        self.list.iter().any(|subschema| subschema.keywords.required.contains(&property))
    }

    /// Whether any part has a keyword of one of these groups.
    pub(super) fn has(&self, groups: &[Group]) -> bool {
        self.list.iter().any(|subschema| subschema.keywords.present().iter().any(|(group, _)| groups.contains(group)))
    }

    /// The choices between types. Those between lists of `required` are rules of an object, and none of these.
    pub(super) fn unions(&self) -> Vec<UnionSchema<'a>> {
        let unions = self.list.iter().flat_map(|subschema| {
            let keywords = &subschema.keywords;
            let listed = [("oneOf", &keywords.one_of), ("anyOf", &keywords.any_of)];
            let are_types = |(_, listed): &(&str, &Listed<'a>)| !listed.is_empty() && !is_between_required(listed);
            listed.into_iter().filter(are_types).map(|(keyword, alternatives)| UnionSchema {
                keyword,
                at: subschema.node.at.join(keyword),
                alternatives: alternatives.iter().collect(),
                discriminator: keywords.annotations.discriminator.clone(),
            })
        });
        unions.collect()
    }

    /// The parts without their choices.
    pub(super) fn without_unions(&self) -> Self {
        let mut list = self.list.clone();
        for subschema in &mut list {
            if !is_between_required(&subschema.keywords.one_of) {
                subschema.keywords.one_of.clear();
            }
            if !is_between_required(&subschema.keywords.any_of) {
                subschema.keywords.any_of.clear();
            }
        }
        Self { list }
    }
}

/// Whether a choice is no more than which members are required.
fn is_between_required(alternatives: &Listed<'_>) -> bool {
    alternatives.iter().all(|alternative| is_required_list(&alternative))
}

/// Whether a schema says nothing but which members are required.
pub(super) fn is_required_list(alternative: &NodeRef<'_>) -> bool {
    alternative.reference().is_none() && Keywords::of(alternative).present() == [(Group::Object, "required")]
}
