//! One schema with everything that its references and its `allOf` add to it.

use std::collections::{BTreeMap, BTreeSet};

use super::comparison::is_true;
use super::tree::{Node, Tree, joined};
use crate::document::grammar::{Kind, Shape};
use crate::document::{Pointer, Value};

/// How a schema stands behind a keyword.
pub(super) const SCHEMA: Shape = Shape::OrReference(Kind::Schema);

/// The keywords of choices.
pub(super) const CHOICES: [&str; 2] = ["oneOf", "anyOf"];

/// A schema, with everything that is said of it.
#[derive(Debug)]
pub(super) struct Schema<'a> {
    pub(super) tree: Tree<'a>,
    /// Where it stands, behind references.
    pub(super) node: Node<'a>,
    /// The objects that say something.
    pub(super) parts: Vec<Part<'a>>,
    /// What stands in the place of a schema and is none.
    pub(super) malformed: Vec<Node<'a>>,
}

impl<'a> Schema<'a> {
    /// Creates the schema that several nodes describe together; there is one at least.
    pub(super) fn of(tree: Tree<'a>, nodes: &[Node<'a>]) -> Option<Self> {
        let node = match nodes {
            [one] => tree.follow(one),
            _ => nodes.first()?.clone(),
        };
        let mut schema = Self { tree, node, parts: Vec::new(), malformed: Vec::new() };
        let mut above = Vec::new();
        nodes.iter().for_each(|node| schema.take(node, false, &mut above));
        Some(schema)
    }

    /// Returns the locations of the nodes from which the schema was made.
    pub(super) fn locations(&self, nodes: &[Node<'a>]) -> Vec<Pointer> {
        match nodes {
            [_] => vec![self.node.at.clone()],
            _ => nodes.iter().map(|node| node.at.clone()).collect(),
        }
    }

    /// Takes what a node says, and what the schemas say that it refers to or consists of.
    pub(super) fn take(&mut self, node: &Node<'a>, is_under_nullable: bool, above: &mut Vec<Node<'a>>) {
        if above.iter().any(|one| one.at == node.at) {
            return;
        }
        if !node.is_mapping() {
            return self.malformed.push(node.clone());
        }
        above.push(node.clone());
        let says_more = self.keywords_of(node).next().is_some();
        // A schema that says nothing lets everything pass, and that is said, too.
        let is_composed = self.tree.target(node).is_some() || node.get("allOf").is_some_and(|all| is_list(&all));
        if says_more || !is_composed {
            self.parts.push(Part { node: node.clone(), is_under_nullable });
        }
        let is_under_nullable = is_under_nullable || is_true(node.get("nullable").as_ref());
        if let Some(target) = self.tree.target(node) {
            self.take(&target, is_under_nullable, above);
        }
        if let Some(all) = node.get("allOf") {
            all.elements().for_each(|part| self.take(&part, is_under_nullable, above));
        }
        above.pop();
    }

    /// Returns the keywords of one part, without those that lead to other parts.
    pub(super) fn keywords_of(&self, part: &Node<'a>) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        let is_reference = self.tree.target(part).is_some();
        part.keywords().filter(move |(key, value)| {
            let leads_on = *key == "$ref" && is_reference || *key == "allOf" && is_list(value);
            !leads_on
        })
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.parts.iter().map(|part| &part.node)
    }

    /// Returns the keywords of all parts.
    pub(super) fn keywords(&self) -> BTreeSet<&'a str> {
        self.parts.iter().flat_map(|part| self.keywords_of(&part.node)).map(|(key, _)| key).collect()
    }

    /// Returns what stands behind a keyword, in all parts that have it.
    pub(super) fn all(&self, keyword: &str) -> Vec<Node<'a>> {
        self.nodes().filter_map(|part| part.get(keyword)).collect()
    }

    /// Returns what the parts say by a keyword, word by word.
    pub(super) fn text_of(&self, keyword: &str) -> Option<String> {
        let shape = Kind::Schema.member_of_any_version(keyword).unwrap_or(Shape::Any);
        // A choice in the place of a type is told as such.
        let is_choice = |part: &&Node<'a>| choice(part).is_some_and(|(key, _)| key == keyword);
        let parts = self.nodes().filter(|part| !is_choice(part)).filter_map(|part| part.get(keyword));
        let values: BTreeSet<_> = parts.map(|node| self.tree.literal(&node, shape)).collect();
        (!values.is_empty()).then(|| joined(&values))
    }

    /// Returns the types that values may have, in words. Choices whose alternatives are compared one by one are only
    /// named.
    pub(super) fn kind(&self, paired: &[&str]) -> String {
        let kinds = self.nodes().map(|part| match (part.get("type"), choice(part)) {
            (Some(name), _) => plain(name.value),
            (None, Some((key, _))) if paired.contains(&key) => key.to_owned(),
            (None, Some((key, choice))) => self.choice(key, &choice),
            (None, None) => "any".to_owned(),
        });
        let kinds: BTreeSet<_> = kinds.collect();
        let formats: BTreeSet<_> = self.all("format").iter().map(|node| plain(node.value)).collect();
        let format = if formats.is_empty() { String::new() } else { format!(" ({})", joined(&formats)) };
        format!("{}{format}", joined(&kinds))
    }

    /// Returns a choice of schemas, in words.
    pub(super) fn choice(&self, key: &str, choice: &Node<'a>) -> String {
        let alternatives = choice.elements().map(|node| match Self::of(self.tree, std::slice::from_ref(&node)) {
            Some(schema) if schema.keywords().iter().all(|key| ["type", "format"].contains(key)) => schema.kind(&[]),
            _ => self.tree.literal(&node, SCHEMA),
        });
        let alternatives: Vec<_> = alternatives.collect();
        match key {
            "oneOf" => alternatives.join(" or "),
            _ => format!("{key}: {}", alternatives.join(", ")),
        }
    }

    /// Returns the type and the format of a schema that has one type.
    pub(super) fn simple(&self) -> Option<(String, Option<String>)> {
        let one = |keyword: &str| match self.all(keyword).as_slice() {
            [one] => Some(plain(one.value)),
            _ => None,
        };
        one("type").filter(|_| self.parts.len() == 1).map(|name| (name, one("format")))
    }

    /// Returns the names that `required` lists; and what it says that are no names.
    pub(super) fn names_required(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut names, mut malformed) = (BTreeSet::new(), BTreeSet::new());
        for list in self.all("required") {
            if list.value.as_list().is_none() {
                malformed.insert(list.value.to_string());
            }
            for element in list.elements() {
                match element.value.as_text() {
                    Some(name) => names.insert(name.to_owned()),
                    None => malformed.insert(element.value.to_string()),
                };
            }
        }
        (names, malformed)
    }

    /// Returns the properties, each with all that is said of it; and what is no mapping of properties.
    pub(super) fn properties(&self) -> (BTreeMap<&'a str, Vec<Node<'a>>>, BTreeSet<String>) {
        let (mut properties, mut malformed) = (BTreeMap::<_, Vec<_>>::new(), BTreeSet::new());
        for mapping in self.all("properties") {
            if !mapping.is_mapping() {
                malformed.insert(mapping.value.to_string());
            }
            for (name, node) in mapping.members() {
                properties.entry(name).or_default().push(node);
            }
        }
        (properties, malformed)
    }

    /// Returns what may stand beside the properties: nothing that is said, a word, or a schema.
    pub(super) fn additional(&self) -> (Option<String>, Vec<Node<'a>>) {
        let mut words = BTreeSet::new();
        let mut schemas = Vec::new();
        for node in self.all("additionalProperties") {
            match node.value {
                Value::Bool(true) => words.insert("any".to_owned()),
                Value::Object(_) if Self::says_nothing(&node) => words.insert("any".to_owned()),
                Value::Object(_) => {
                    schemas.push(node);
                    continue;
                }
                other => words.insert(other.to_string()),
            };
        }
        ((!words.is_empty()).then(|| joined(&words)), schemas)
    }

    /// Returns whether a schema lets every value pass.
    pub(super) fn says_nothing(node: &Node<'a>) -> bool {
        node.keywords().next().is_none()
    }
}

/// A part of a schema.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) node: Node<'a>,
    /// Whether a schema that consists of it says `nullable: true` of the whole.
    pub(super) is_under_nullable: bool,
}

/// Returns the choice that a part has in the place of a type.
fn choice<'a>(part: &Node<'a>) -> Option<(&'static str, Node<'a>)> {
    if part.get("type").is_some() {
        return None;
    }
    CHOICES.into_iter().find_map(|key| Some((key, part.get(key)?)))
}

fn is_list(node: &Node<'_>) -> bool {
    node.value.as_list().is_some()
}

/// Returns a text as it stands, and anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_text().map_or_else(|| value.to_string(), str::to_owned)
}
