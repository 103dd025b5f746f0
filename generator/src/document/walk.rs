//! A walk over a document that knows what each node is, and may change it.

use std::collections::HashMap;

use super::Pointer;
use super::files::ROOT_KEY;
use super::grammar::{Kind, Shape, is_reference};
use super::trail::Trail;
use super::{Members, Value};

/// What is done at the nodes of a document. A node for which the answer is `false` is taken out.
pub(crate) trait Visit {
    /// Something of a known shape, before anything in it.
    fn shape(&mut self, _shape: Shape, _node: &mut Value, _trail: &Trail<'_>) -> bool {
        true
    }

    /// A reference to an object of a kind. What is no reference any more afterwards is walked like any other object.
    fn reference(&mut self, _kind: Kind, _node: &mut Value, _trail: &Trail<'_>) -> bool {
        true
    }

    /// An object, before its members.
    fn enter(&mut self, _kind: Kind, _node: &mut Value, _trail: &Trail<'_>) -> bool {
        true
    }

    /// An object, after its members.
    fn leave(&mut self, _kind: Kind, _node: &mut Value, _trail: &Trail<'_>) -> bool {
        true
    }
}

/// Walks over a whole document: what the grammar finds, and what only references lead to.
pub(crate) fn walk(document: &mut Value, visit: &mut impl Visit) {
    let mut walk = Walk::default();
    walk.begin(document, visit);
    while walk.go_on(document, visit) {}
}

/// A walk that can be interrupted, to put what references lead to into the document.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// What each reference wants to find, where the grammar does not tell.
    claimed: HashMap<String, Kind>,
    pending: Vec<(Pointer, Kind)>,
}

impl Walk {
    pub(crate) fn begin(&mut self, document: &mut Value, visit: &mut impl Visit) {
        let root = Pointer::root();
        Step { walk: self, visit }.shape(Shape::Object(Kind::Document), document, &Trail::Start(&root));
        let files = document.get(ROOT_KEY).into_iter().flat_map(Value::members);
        let documents = files.filter(|(_, file)| is_document(file));
        documents.for_each(|(number, _)| self.claim(root.join(ROOT_KEY).join(number), Kind::Document));
    }

    /// Walks over one more node that a reference leads to; false when there is none.
    pub(crate) fn go_on(&mut self, document: &mut Value, visit: &mut impl Visit) -> bool {
        let Some((at, kind)) = self.pending.pop() else { return false };
        if kind_at(document, &at) != Place::Unknown && kind != Kind::Document {
            return true;
        }
        if let Some(node) = document.at_mut(&at) {
            Step { walk: self, visit }.shape(Shape::OrReference(kind), node, &Trail::Start(&at));
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

/// Whether a reference leads to where components of a kind stand.
fn is_component(reference: &str, kind: Kind) -> bool {
    let name = reference.strip_prefix("#/components/").and_then(|rest| rest.strip_prefix(kind.section()?));
    name.and_then(|rest| rest.strip_prefix('/')).is_some_and(|name| !name.contains('/'))
}

struct Step<'w, V> {
    walk: &'w mut Walk,
    visit: &'w mut V,
}

impl<V: Visit> Step<'_, V> {
    fn shape(&mut self, shape: Shape, node: &mut Value, trail: &Trail<'_>) -> bool {
        if !self.visit.shape(shape, node, trail) {
            return false;
        }
        match (shape, &mut *node) {
            (Shape::OrReference(kind), _) => self.object(kind, true, node, trail),
            (Shape::Object(kind), _) => self.object(kind, matches!(kind, Kind::PathItem | Kind::Callback), node, trail),
            (Shape::OrBool(_), Value::Bool(_)) => true,
            (Shape::OrBool(inner), _) => self.shape(*inner, node, trail),
            (Shape::List(inner), Value::List(elements)) => {
                let mut index = 0;
                elements.retain_mut(|element| {
                    index += 1;
                    self.shape(*inner, element, &Trail::Element(trail, index - 1))
                });
                true
            }
            (Shape::Map(inner), Value::Object(members)) => {
                members.retain(|key, member| self.shape(*inner, member, &Trail::Member(trail, key)));
                true
            }
            _ => true,
        }
    }

    fn object(&mut self, kind: Kind, may_refer: bool, node: &mut Value, trail: &Trail<'_>) -> bool {
        if may_refer && is_reference(node) {
            if !self.visit.reference(kind, node, trail) {
                return false;
            }
            if let Some(reference) = node.get("$ref").and_then(Value::as_text) {
                self.walk.claim_target(reference, kind);
                return true;
            }
        }
        if !self.visit.enter(kind, node, trail) {
            return false;
        }
        if let Value::Object(members) = node {
            self.members(kind, members, trail);
        }
        self.visit.leave(kind, node, trail)
    }

    fn members(&mut self, kind: Kind, members: &mut Members, trail: &Trail<'_>) {
        members.retain(|key, member| match kind.member_of_any_version(key) {
            Some(shape) => self.shape(shape, member, &Trail::Member(trail, key)),
            None => true,
        });
    }
}

/// What the grammar says about a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// An object of a kind.
    Kind(Kind),
    /// Something that nothing can refer to.
    Other,
    /// It does not come there.
    Unknown,
}

/// What the grammar says about the node at a pointer.
pub(crate) fn kind_at(document: &Value, at: &Pointer) -> Place {
    let names = at.names();
    let mut names = names.as_slice();
    if let [root, number, rest @ ..] = names
        && *root == ROOT_KEY
    {
        let file = document.get(root).and_then(|files| files.get(number));
        if !file.is_some_and(is_document) {
            return Place::Unknown;
        }
        names = rest;
    }
    let mut shape = Shape::Object(Kind::Document);
    for name in names {
        shape = match strip(shape) {
            Shape::Object(kind) | Shape::OrReference(kind) => match kind.member_of_any_version(name) {
                Some(shape) => shape,
                None => return Place::Unknown,
            },
            Shape::List(inner) | Shape::Map(inner) => *inner,
            Shape::Any => return Place::Unknown,
            _ => return Place::Other,
        };
    }
    match strip(shape) {
        Shape::Object(kind) | Shape::OrReference(kind) => Place::Kind(kind),
        Shape::Any => Place::Unknown,
        _ => Place::Other,
    }
}

fn strip(shape: Shape) -> Shape {
    match shape {
        Shape::OrBool(inner) => *inner,
        shape => shape,
    }
}

/// Whether a file is laid out like a document, and not the single thing that a reference means.
pub(crate) fn is_document(file: &Value) -> bool {
    ["openapi", "components", "paths"].iter().any(|key| file.get(key).is_some())
}
