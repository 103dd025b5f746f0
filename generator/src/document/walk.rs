//! A walk over a document that visits each node with its kind, and may change it.

use std::collections::HashMap;

use super::Pointer;
use super::files::FILES_KEY;
use super::grammar::{Kind, Shape, is_reference};
use super::node_path::NodePath;
use super::{Members, Value};

/// A visitor of the nodes of a document. A node for which a method returns `false` is removed.
pub(crate) trait Visit {
    /// Visits a node of a known shape before its members or elements.
    fn shape(&mut self, _shape: Shape, _node: &mut Value, _path: &NodePath<'_>) -> bool {
        true
    }

    /// Visits a reference to an object of a kind. If it is replaced by an object, that is walked.
    fn reference(&mut self, _kind: Kind, _node: &mut Value, _path: &NodePath<'_>) -> bool {
        true
    }

    /// Visits an object before its members.
    fn enter(&mut self, _kind: Kind, _node: &mut Value, _path: &NodePath<'_>) -> bool {
        true
    }

    /// Visits an object after its members.
    fn leave(&mut self, _kind: Kind, _node: &mut Value, _path: &NodePath<'_>) -> bool {
        true
    }
}

/// Walks over a whole document, including nodes that only references lead to.
pub(crate) fn walk(document: &mut Value, visit: &mut impl Visit) {
    let mut walk = Walk::default();
    walk.begin(document, visit);
    while walk.go_on(document, visit) {}
}

/// A walk that can be interrupted, to insert external files into the document.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The kind that each reference expects, for targets outside the grammar.
    claimed: HashMap<String, Kind>,
    pending: Vec<(Pointer, Kind)>,
}

impl Walk {
    pub(crate) fn begin(&mut self, document: &mut Value, visit: &mut impl Visit) {
        let root = Pointer::root();
        Step { walk: self, visit }.shape(Shape::Object(Kind::Document), document, &NodePath::Start(&root));
        let files = document.get(FILES_KEY).into_iter().flat_map(Value::members);
        let documents = files.filter(|(_, file)| is_document(file));
        documents.for_each(|(number, _)| self.claim(root.join(FILES_KEY).join(number), Kind::Document));
    }

    /// Walks over one more node that a reference leads to; false when there is none.
    pub(crate) fn go_on(&mut self, document: &mut Value, visit: &mut impl Visit) -> bool {
        let Some((at, kind)) = self.pending.pop() else { return false };
        if kind_at(document, &at) != NodeKind::Unknown && kind != Kind::Document {
            return true;
        }
        if let Some(node) = document.at_mut(&at) {
            Step { walk: self, visit }.shape(Shape::OrReference(kind), node, &NodePath::Start(&at));
        }
        true
    }

    /// Has a node walked over as well.
    pub(crate) fn claim(&mut self, at: Pointer, kind: Kind) {
        self.pending.push((at, kind));
    }

    fn claim_target(&mut self, reference: &str, kind: Kind) {
        if is_component(reference, kind) || self.claimed.contains_key(reference) {
            return;
        }
        if let Some(at) = Pointer::parse(reference).filter(|_| reference.starts_with('#')) {
            self.claimed.insert(reference.to_owned(), kind);
            self.claim(at, kind);
        }
    }
}

/// Returns whether a reference leads to where components of a kind stand.
fn is_component(reference: &str, kind: Kind) -> bool {
    let name = reference.strip_prefix("#/components/").and_then(|rest| rest.strip_prefix(kind.section()?));
    name.and_then(|rest| rest.strip_prefix('/')).is_some_and(|name| !name.contains('/'))
}

struct Step<'w, V> {
    walk: &'w mut Walk,
    visit: &'w mut V,
}

impl<V: Visit> Step<'_, V> {
    fn shape(&mut self, shape: Shape, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        if !self.visit.shape(shape, node, node_path) {
            return false;
        }
        match (shape, &mut *node) {
            (Shape::OrReference(kind), _) => self.object(kind, true, node, node_path),
            (Shape::Object(kind), _) => {
                self.object(kind, matches!(kind, Kind::PathItem | Kind::Callback), node, node_path)
            }
            (Shape::OrBool(_), Value::Bool(_)) => true,
            (Shape::OrBool(inner), _) => self.shape(*inner, node, node_path),
            (Shape::List(inner), Value::List(elements)) => {
                let mut index = 0;
                elements.retain_mut(|element| {
                    index += 1;
                    self.shape(*inner, element, &NodePath::Element(node_path, index - 1))
                });
                true
            }
            (Shape::Map(inner), Value::Object(members)) => {
                members.retain(|key, member| self.shape(*inner, member, &NodePath::Member(node_path, key)));
                true
            }
            _ => true,
        }
    }

    fn object(&mut self, kind: Kind, may_refer: bool, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        if may_refer && is_reference(node) {
            if !self.visit.reference(kind, node, node_path) {
                return false;
            }
            if let Some(reference) = node.get("$ref").and_then(Value::as_text) {
                self.walk.claim_target(reference, kind);
                return true;
            }
        }
        if !self.visit.enter(kind, node, node_path) {
            return false;
        }
        if let Value::Object(members) = node {
            self.members(kind, members, node_path);
        }
        self.visit.leave(kind, node, node_path)
    }

    fn members(&mut self, kind: Kind, members: &mut Members, node_path: &NodePath<'_>) {
        members.retain(|key, member| match kind.member_of_any_version(key) {
            Some(shape) => self.shape(shape, member, &NodePath::Member(node_path, key)),
            None => true,
        });
    }
}

/// The kind of a node by the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// An object of a kind.
    Object(Kind),
    /// A node that no reference can name.
    Other,
    /// A node outside the grammar.
    Unknown,
}

/// Returns the kind of the node at a pointer.
pub(crate) fn kind_at(document: &Value, at: &Pointer) -> NodeKind {
    let names = at.names();
    let mut names = names.as_slice();
    if let [root, number, rest @ ..] = names
        && *root == FILES_KEY
    {
        let file = document.get(root).and_then(|files| files.get(number));
        if !file.is_some_and(is_document) {
            return NodeKind::Unknown;
        }
        names = rest;
    }
    let mut shape = Shape::Object(Kind::Document);
    for name in names {
        shape = match strip(shape) {
            Shape::Object(kind) | Shape::OrReference(kind) => match kind.member_of_any_version(name) {
                Some(shape) => shape,
                None => return NodeKind::Unknown,
            },
            Shape::List(inner) | Shape::Map(inner) => *inner,
            Shape::Any => return NodeKind::Unknown,
            _ => return NodeKind::Other,
        };
    }
    match strip(shape) {
        Shape::Object(kind) | Shape::OrReference(kind) => NodeKind::Object(kind),
        Shape::Any => NodeKind::Unknown,
        _ => NodeKind::Other,
    }
}

fn strip(shape: Shape) -> Shape {
    match shape {
        Shape::OrBool(inner) => *inner,
        shape => shape,
    }
}

/// Returns whether a file has the layout of a document, instead of being a single object.
pub(crate) fn is_document(file: &Value) -> bool {
    ["openapi", "components", "paths"].iter().any(|key| file.get(key).is_some())
}
