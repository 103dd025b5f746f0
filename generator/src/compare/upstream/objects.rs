//! Any object but a schema, keyword by keyword, as the grammar knows it.

use std::collections::BTreeMap;

use super::comparison::{ComparedLocation, Comparison, Pair, Texts};
use super::rules;
use super::tree::Node;
use crate::compare::policy::Direction;
use crate::document::grammar::{Kind, Shape};

/// A name that is looked for, and what each document has under it.
type Named<'a> = BTreeMap<String, (String, Option<Node<'a>>, Option<Node<'a>>)>;

impl<'a> Comparison<'a> {
    /// Compares two objects of a kind but for some of their keywords.
    pub(super) fn object(
        &mut self,
        position: &ComparedLocation,
        kind: Kind,
        ours: &Node<'a>,
        theirs: &Node<'a>,
        but: &[&str],
    ) {
        let pair = Pair { ours: Some(ours), theirs: Some(theirs) };
        if !(ours.is_mapping() && theirs.is_mapping()) {
            return self.literally(position, kind.name(), kind, Shape::Object(kind), pair);
        }
        let mut keys: Vec<_> = ours.keywords().map(|(key, _)| key).collect();
        let more = theirs.keywords().map(|(key, _)| key);
        keys.extend(more.filter(|key| !ours.value.as_object().is_some_and(|members| members.contains_key(key))));
        for key in keys.into_iter().filter(|key| !but.contains(key)) {
            let (ours, theirs) = (ours.get(key), theirs.get(key));
            let pair = Pair { ours: ours.as_ref(), theirs: theirs.as_ref() };
            self.keyword(&spot_of(position, kind, key), key, kind, pair);
        }
    }

    /// Compares what stands behind a keyword of an object.
    fn keyword(&mut self, position: &ComparedLocation, key: &str, kind: Kind, pair: Pair<'_, 'a>) {
        let shape = kind.member_of_any_version(key).unwrap_or(Shape::Any);
        match (shape, pair.ours, pair.theirs) {
            (Shape::OrReference(Kind::Schema), Some(ours), Some(theirs)) => {
                self.schema(position, std::slice::from_ref(ours), std::slice::from_ref(theirs));
            }
            (Shape::OrReference(inner) | Shape::Object(inner), Some(ours), Some(theirs)) => {
                self.referenced(position, inner, ours, theirs);
            }
            // Where only one has members, each of them is reported.
            (Shape::Map(inner), ours, theirs) if is_full(ours) && is_full(theirs) => {
                self.map(position, key, kind, *inner, pair);
            }
            _ => self.literally(position, key, kind, shape, pair),
        }
    }

    /// Compares two objects of a kind, wherever they stand.
    pub(super) fn referenced(&mut self, position: &ComparedLocation, kind: Kind, ours: &Node<'a>, theirs: &Node<'a>) {
        let (target, theirs) = (self.ours.follow(ours), self.theirs.follow(theirs));
        let position = match target.at == ours.at {
            true => position.clone(),
            false => shared(position, kind, &target),
        };
        match kind {
            Kind::Responses => self.responses(&position, &target, &theirs),
            _ => self.object(&position, kind, &target, &theirs, &[]),
        }
    }

    /// Compares responses, a mapping whose names are statuses.
    fn responses(&mut self, position: &ComparedLocation, ours: &Node<'a>, theirs: &Node<'a>) {
        if !(ours.is_mapping() && theirs.is_mapping()) {
            let pair = Pair { ours: Some(ours), theirs: Some(theirs) };
            return self.literally(position, "responses", Kind::Operation, Shape::Object(Kind::Responses), pair);
        }
        let pair = Pair { ours: Some(ours), theirs: Some(theirs) };
        self.map(position, "response", Kind::Responses, Shape::OrReference(Kind::Response), pair);
    }

    /// Compares the members of two mappings by their names.
    fn map(&mut self, position: &ComparedLocation, key: &str, kind: Kind, inner: Shape, pair: Pair<'_, 'a>) {
        // Names of headers are the same whatever their capitals.
        let known_by = |name: &str| if key == "headers" { name.to_ascii_lowercase() } else { name.to_owned() };
        let mut all = Named::new();
        for (name, node) in pair.ours.into_iter().flat_map(Node::members) {
            all.entry(known_by(name)).or_insert_with(|| (name.to_owned(), None, None)).1 = Some(node);
        }
        for (name, node) in pair.theirs.into_iter().flat_map(Node::members) {
            all.entry(known_by(name)).or_insert_with(|| (name.to_owned(), None, None)).2 = Some(node);
        }
        for (name, ours, theirs) in all.into_values() {
            let position = position.part(&part_of_map(key, &name));
            let pair = Pair { ours: ours.as_ref(), theirs: theirs.as_ref() };
            match (&ours, &theirs, inner) {
                (Some(ours), Some(theirs), Shape::OrReference(Kind::Schema)) => {
                    self.schema(&position, std::slice::from_ref(ours), std::slice::from_ref(theirs));
                }
                (Some(ours), Some(theirs), Shape::OrReference(inner) | Shape::Object(inner)) => {
                    self.referenced(&position, inner, ours, theirs);
                }
                _ => self.part(&position, key, kind, &name, inner, pair),
            }
        }
    }

    /// Notes a member of a mapping that is otherwise, or that only one of the documents has.
    fn part(
        &mut self,
        position: &ComparedLocation,
        key: &str,
        kind: Kind,
        name: &str,
        shape: Shape,
        pair: Pair<'_, 'a>,
    ) {
        let target = pair.ours.map(|node| self.ours.follow(node));
        let position = match (shape, target) {
            (Shape::OrReference(inner), Some(target)) if pair.ours.is_some_and(|node| node.at != target.at) => {
                shared(position, inner, &target)
            }
            _ => position.clone(),
        };
        let texts = self.texts(pair, shape);
        let rule = rules::of_part(kind, key, name, &texts);
        // One of several is reported.
        let keyword = if key == "headers" { "header" } else { key };
        self.note(&position, keyword, rule, texts, pair);
    }

    /// Notes what a keyword says, where it is not the same.
    pub(super) fn literally(
        &mut self,
        position: &ComparedLocation,
        key: &str,
        kind: Kind,
        shape: Shape,
        pair: Pair<'_, 'a>,
    ) {
        let texts = self.texts(pair, shape);
        let rule = rules::of_keyword(kind, key, pair);
        self.note(position, key, rule, texts, pair);
    }

    /// Returns what both documents say, word by word.
    pub(super) fn texts(&self, pair: Pair<'_, 'a>, shape: Shape) -> Texts {
        Texts {
            ours: pair.ours.map(|node| self.ours.literal(node, shape)),
            theirs: pair.theirs.map(|node| self.theirs.literal(node, shape)),
        }
    }
}

/// Returns the position of a component, which goes by its own name.
pub(super) fn shared(position: &ComparedLocation, kind: Kind, target: &Node<'_>) -> ComparedLocation {
    let Some(name) = target.at.last() else { return position.clone() };
    match kind {
        Kind::Schema => position.shared(&name),
        Kind::Header => position.shared(&format!("header {name}")),
        Kind::Response => position.shared(&format!("response {name}")),
        _ => position.clone(),
    }
}

/// Returns whether a mapping has members, or is not there at all: then each member can be reported by itself.
fn is_full(mapping: Option<&Node<'_>>) -> bool {
    mapping.is_none_or(|node| node.value.as_object().is_some_and(|members| !members.is_empty()))
}

/// Returns how the part behind a keyword is called.
fn spot_of(position: &ComparedLocation, kind: Kind, key: &str) -> ComparedLocation {
    match (kind, key) {
        (Kind::Operation, "requestBody") => position.part(" request").going(Direction::Sent),
        (Kind::Operation, "responses") => position.part(" response").going(Direction::Received),
        _ => position.clone(),
    }
}

/// Returns how a member of a mapping is called.
fn part_of_map(key: &str, name: &str) -> String {
    match key {
        "headers" => format!(" header {name}"),
        // Where bodies are JSON, that goes without saying.
        "content" if name == "application/json" => String::new(),
        _ => format!(" {name}"),
    }
}
