//! One of two documents that are compared: its nodes, where references lead, and what of them is no documentation.

use crate::document::grammar::{Kind, Shape};
use crate::document::{Pointer, Value, extension_keys};
use std::collections::BTreeSet;

/// How many references may follow each other. A chain that is longer leads round.
const MOST_HOPS: usize = 32;

/// The keywords that only tell readers something, and change nothing of what is sent and received.
const DOCUMENTATION: [&str; 10] = [
    "description",
    "summary",
    "title",
    "example",
    "examples",
    "externalDocs",
    "tags",
    // The same in the spelling of extensions: descriptions of values, and code that makes a call.
    extension_keys::ENUM_DESCRIPTIONS,
    "x-codeSamples",
    "x-code-samples",
];

/// Returns whether a keyword of an object is one that is compared. Extensions of ours are instructions to the generator.
pub(super) fn counts(keyword: &str) -> bool {
    !is_documentation(keyword) && !keyword.starts_with(extension_keys::PREFIX)
}

/// Returns whether a keyword of an object only tells readers something.
pub(super) fn is_documentation(keyword: &str) -> bool {
    DOCUMENTATION.contains(&keyword)
}

/// A node, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) at: Pointer,
}

impl<'a> Node<'a> {
    /// Returns the member of that name.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        Some(Self { value: self.value.get(key)?, at: self.at.join(key) })
    }

    /// Returns the elements of a list; none of anything else.
    pub(super) fn elements(&self) -> impl Iterator<Item = Self> + use<'a> {
        let at = self.at.clone();
        self.value.elements().enumerate().map(move |(index, value)| Self { value, at: at.join(index) })
    }

    /// Returns the keywords of an object that are compared.
    pub(super) fn keywords(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        self.members().filter(|(key, _)| counts(key))
    }

    /// Returns the members of a mapping; none of anything else.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let at = self.at.clone();
        self.value.members().map(move |(key, value)| (key, Self { value, at: at.join(key) }))
    }

    pub(super) fn is_mapping(&self) -> bool {
        self.value.as_object().is_some()
    }
}

/// A document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree<'a> {
    root: &'a Value,
}

impl<'a> Tree<'a> {
    pub(super) fn of(root: &'a Value) -> Self {
        Self { root }
    }

    pub(super) fn root(&self) -> Node<'a> {
        Node { value: self.root, at: Pointer::root() }
    }

    /// Returns what a reference leads to, one step; nothing of what is no reference, or leads nowhere.
    pub(super) fn target(&self, node: &Node<'a>) -> Option<Node<'a>> {
        let reference = node.value.get("$ref")?.as_text().filter(|reference| reference.starts_with('#'))?;
        let at = Pointer::parse(reference)?;
        Some(Node { value: self.root.at(&at)?, at })
    }

    /// Returns the object at the end of references. One that has keywords beside its `$ref` is no reference, and stays
    /// as it is.
    pub(super) fn follow(&self, node: &Node<'a>) -> Node<'a> {
        let mut node = node.clone();
        for _ in 0..MOST_HOPS {
            let is_alone = node.value.members().all(|(key, _)| key == "$ref" || !counts(key));
            match self.target(&node).filter(|_| is_alone) {
                Some(target) => node = target,
                None => break,
            }
        }
        node
    }

    /// Returns the node as text that is the same for all that means the same: without documentation, in the order of
    /// names, and with what references lead to in the place of the first of them.
    pub(super) fn literal(&self, node: &Node<'a>, shape: Shape) -> String {
        self.spell(node, shape, &mut BTreeSet::new())
    }

    fn spell(&self, node: &Node<'a>, shape: Shape, seen: &mut BTreeSet<Pointer>) -> String {
        match (shape, node.value) {
            (Shape::Object(kind), Value::Object(_)) => self.spell_object(node, kind, seen),
            (Shape::OrReference(kind), Value::Object(_)) => {
                let target = self.follow(node);
                // What is spelt already is not spelt again: it may be a part of itself, or of all that follows.
                match target.at == node.at || seen.insert(target.at.clone()) {
                    true => self.spell_object(&target, kind, seen),
                    false => Value::from(target.at.to_string().as_str()).to_string(),
                }
            }
            (Shape::OrBool(inner), Value::Object(_)) => self.spell(node, *inner, seen),
            (Shape::Map(inner), Value::Object(_)) => {
                let mut members: Vec<_> = node.members().collect();
                members.sort_unstable_by_key(|(name, _)| *name);
                braced(members.into_iter().map(|(name, member)| (name, self.spell(&member, *inner, seen))))
            }
            (Shape::List(inner), Value::List(_)) => {
                let elements: Vec<_> = node.elements().map(|element| self.spell(&element, *inner, seen)).collect();
                format!("[{}]", elements.join(","))
            }
            (_, value) => value.to_string(),
        }
    }

    fn spell_object(&self, node: &Node<'a>, kind: Kind, seen: &mut BTreeSet<Pointer>) -> String {
        if !node.is_mapping() {
            return node.value.to_string();
        }
        let mut keywords: Vec<_> = node.keywords().collect();
        keywords.sort_unstable_by_key(|(key, _)| *key);
        let shape = |key: &str| kind.member_of_any_version(key).unwrap_or(Shape::Any);
        braced(keywords.into_iter().map(|(key, member)| (key, self.spell(&member, shape(key), seen))))
    }
}

fn braced<'k>(members: impl Iterator<Item = (&'k str, String)>) -> String {
    let members: Vec<_> = members.map(|(key, text)| format!("{}:{text}", Value::from(key))).collect();
    format!("{{{}}}", members.join(","))
}

/// Joins several values of one keyword.
pub(super) fn joined(values: &BTreeSet<String>) -> String {
    values.iter().map(String::as_str).collect::<Vec<_>>().join(" and ")
}
