//! The part of another document that our operations reach, without its prose.

use std::collections::BTreeSet;

use super::routes::{Operation, Routes};
use super::tree::{Node, Tree, is_documentation};
use crate::document::grammar::{Kind, Shape};
use crate::document::{Document, Members, Pointer, Value};

/// What is documentation and no prose: names.
const NAMES: [&str; 2] = ["title", "tags"];

/// Returns the part of another document that [`upstream()`](super::upstream()) compares, as a document.
#[must_use]
pub fn extract(ours: &Document, theirs: &Document) -> Value {
    let mut extract =
        Extract { tree: Tree::of(&theirs.value), made: Value::Object(Members::new()), seen: BTreeSet::new() };
    let root = extract.tree.root();
    for keyword in ["openapi", "servers", "security"] {
        if let Some(node) = root.get(keyword) {
            let shape = Kind::Document.member(keyword).unwrap_or(Shape::Any);
            let copy = extract.copy(&node, shape);
            extract.put(&node.at, copy);
        }
    }
    let ours = Tree::of(&ours.value);
    let tokens = ours.token_paths().into_iter().map(|(_, _, path)| ("post", path));
    let routes = ours.operations().into_iter().map(|(method, operation)| (method, operation.path));
    let theirs = Routes::of(extract.tree);
    for (method, path) in routes.chain(tokens).collect::<Vec<_>>() {
        if let Some(operation) = theirs.operation(method, &path) {
            extract.operation(&operation);
        }
    }
    extract.made
}

struct Extract<'a> {
    tree: Tree<'a>,
    made: Value,
    seen: BTreeSet<Pointer>,
}

impl<'a> Extract<'a> {
    /// Puts an operation into the document that is made, with what its path says of all of its operations.
    fn operation(&mut self, operation: &Operation<'a>) {
        let copy = self.copy(&operation.node, Shape::Object(Kind::Operation));
        self.put(&operation.node.at, copy);
        for keyword in ["parameters", "servers"] {
            if let Some(node) = operation.item.get(keyword) {
                let copy = self.copy(&node, Kind::PathItem.member(keyword).unwrap_or(Shape::Any));
                self.put(&node.at, copy);
            }
        }
        for (_, scheme) in self.tree.schemes_of(operation) {
            let copy = self.copy(&scheme, Shape::OrReference(Kind::SecurityScheme));
            self.put(&scheme.at, copy);
        }
    }

    /// Puts a node where it stands in the other document.
    fn put(&mut self, at: &Pointer, node: Value) {
        let mut place = &mut self.made;
        let names: Vec<_> = at.segments().collect();
        let Some((last, above)) = names.split_last() else { return };
        for name in above {
            let Value::Object(members) = place else { return };
            if !members.contains_key(name) {
                members.insert(name.as_str(), Value::Object(Members::new()));
            }
            let Some(next) = members.get_mut(name) else { return };
            place = next;
        }
        if let Value::Object(members) = place {
            members.insert(last.as_str(), node);
        }
    }

    /// Returns a node without prose; what it refers to is put into the document that is made.
    fn copy(&mut self, node: &Node<'a>, shape: Shape) -> Value {
        match (shape, node.value) {
            (Shape::OrReference(kind), Value::Object(_)) => {
                if let Some(target) = self.tree.target(node)
                    && self.seen.insert(target.at.clone())
                {
                    let copy = self.copy(&target, shape);
                    self.put(&target.at, copy);
                }
                self.copy_object(node, kind)
            }
            (Shape::Object(kind), Value::Object(_)) => self.copy_object(node, kind),
            (Shape::OrBool(inner), Value::Object(_)) => self.copy(node, *inner),
            (Shape::Map(inner), Value::Object(_)) => {
                let members = node.members().map(|(name, member)| (name, self.copy(&member, *inner)));
                members.collect::<Vec<_>>().into_iter().collect::<Members>().into()
            }
            (Shape::List(inner), Value::List(_)) => {
                Value::List(node.elements().map(|element| self.copy(&element, *inner)).collect())
            }
            (_, value) => value.clone(),
        }
    }

    fn copy_object(&mut self, node: &Node<'a>, kind: Kind) -> Value {
        let mut members = Members::new();
        for (key, member) in node.members().filter(|(key, _)| !is_documentation(key) || NAMES.contains(key)) {
            let shape = kind.member_of_any_version(key).unwrap_or(Shape::Any);
            members.insert(key, self.copy(&member, shape));
        }
        members.into()
    }
}
