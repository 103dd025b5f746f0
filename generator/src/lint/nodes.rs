//! Collects the objects of a document by their kind, in one walk.

use std::collections::{HashMap, HashSet};

use crate::document::grammar::{Kind, Shape, is_reference};
use crate::document::walk::{NodeKind, kind_at};
use crate::document::{NodeRef, Pointer, References, Value};

/// The objects of a document, without references.
pub(super) struct Nodes<'a> {
    pub(super) document: &'a Value,
    references: References<'a>,
    by_kind: HashMap<Kind, Vec<NodeRef<'a>>>,
}

impl<'a> Nodes<'a> {
    /// Walks over what the grammar finds, and over what only references lead to.
    pub(super) fn of(document: &'a Value) -> Self {
        let references = References::new(document);
        let mut walk = Walk {
            nodes: Self { document, references, by_kind: HashMap::new() },
            seen: HashSet::new(),
            open: Vec::new(),
        };
        walk.shape(Shape::Object(Kind::Document), NodeRef::root(document));
        while let Some((reference, kind)) = walk.open.pop() {
            if let Some(target) = references.find(reference)
                && kind_at(document, &target.at) == NodeKind::Unknown
            {
                walk.shape(Shape::OrReference(kind), target);
            }
        }
        walk.nodes
    }

    /// Returns the objects of a kind, in the order of the document.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &NodeRef<'a>> {
        self.by_kind.get(&kind).into_iter().flatten()
    }

    /// Returns the operations that callers can call: not those of callbacks, which the service does.
    pub(super) fn operations(&self) -> impl Iterator<Item = &NodeRef<'a>> {
        self.of_kind(Kind::Operation).filter(|operation| !operation.at.names().contains(&"callbacks"))
    }

    /// Returns the members of a section of the components.
    pub(super) fn components(&self, section: &str) -> impl Iterator<Item = (&'a str, NodeRef<'a>)> + use<'a> {
        let components = NodeRef::root(self.document).get("components");
        components.and_then(|components| components.get(section)).into_iter().flat_map(|section| section.members())
    }

    /// Returns the object itself, or the one that it refers to; `None` if that leads nowhere.
    pub(super) fn follow(&self, node: NodeRef<'a>) -> Option<NodeRef<'a>> {
        self.references.follow(node).ok()
    }

    /// Returns what a reference names.
    pub(super) fn find(&self, reference: &str) -> Option<NodeRef<'a>> {
        self.references.find(reference)
    }

    /// Returns the schema and those that it takes over, as far as one is reached by references and `allOf`.
    pub(super) fn all_of(&self, schema: NodeRef<'a>) -> Vec<NodeRef<'a>> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        let mut open = vec![schema];
        while let Some(next) = open.pop() {
            let Some(schema) = self.follow(next) else { continue };
            if seen.insert(std::ptr::from_ref(schema.value)) {
                open.extend(schema.elements_of("allOf"));
                found.push(schema);
            }
        }
        found
    }
}

struct Walk<'a> {
    nodes: Nodes<'a>,
    seen: HashSet<&'a str>,
    open: Vec<(&'a str, Kind)>,
}

impl<'a> Walk<'a> {
    fn shape(&mut self, shape: Shape, node: NodeRef<'a>) {
        match shape {
            Shape::OrReference(kind) if is_reference(node.value) => {
                if let Some(reference) = node.reference().filter(|reference| self.seen.insert(reference)) {
                    self.open.push((reference, kind));
                }
            }
            Shape::Object(kind) | Shape::OrReference(kind) => self.object(kind, node),
            Shape::OrBool(inner) => self.shape(*inner, node),
            Shape::List(inner) => node.elements().for_each(|element| self.shape(*inner, element)),
            Shape::Map(inner) => node.members().for_each(|(_, member)| self.shape(*inner, member)),
            Shape::Any | Shape::Text | Shape::Bool | Shape::Number | Shape::Count => {}
        }
    }

    fn object(&mut self, kind: Kind, node: NodeRef<'a>) {
        if node.value.as_object().is_none() {
            return;
        }
        let members = node.members();
        self.nodes.by_kind.entry(kind).or_default().push(node);
        for (key, member) in members {
            if let Some(shape) = kind.member_of_any_version(key) {
                self.shape(shape, member);
            }
        }
    }
}

/// Returns whether something is described: by text that is not blank.
pub(super) fn is_described(node: &NodeRef<'_>) -> bool {
    says(node, "description")
}

/// Returns whether a member is text that is not blank.
pub(super) fn says(node: &NodeRef<'_>, key: &str) -> bool {
    node.text(key).is_some_and(|text| !text.trim().is_empty())
}

/// Returns the name or index by which a node goes.
pub(super) fn name(at: &Pointer) -> String {
    at.last().unwrap_or_default()
}
