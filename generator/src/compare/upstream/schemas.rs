//! Schemas, whatever they are composed of: the parts of an `allOf` say together what one schema says.

use std::collections::{BTreeMap, BTreeSet};

use super::objects::shared;
use super::subschemas::Part;
use super::tree::{Node, Tree, joined};
use super::values;
use super::{ComparedLocation, Comparison, Pair, Said, is_true, rules};
use crate::compare::policy::Rule;
use crate::document::grammar::{Kind, Shape};
use crate::document::{Pointer, Value};

/// How a schema stands behind a keyword.
const SCHEMA: Shape = Shape::OrReference(Kind::Schema);

/// The keywords of choices.
const CHOICES: [&str; 2] = ["oneOf", "anyOf"];

/// A schema, with everything that is said of it.
#[derive(Debug)]
pub(super) struct Schema<'a> {
    pub(super) tree: Tree<'a>,
    /// Where it stands, behind references.
    pub(super) node: Node<'a>,
    /// The objects that say something.
    pub(super) parts: Vec<Part<'a>>,
    /// What stands in the place of a schema and is none.
    malformed: Vec<Node<'a>>,
}

impl<'a> Schema<'a> {
    /// Creates the schema that several nodes describe together; there is one at least.
    fn of(tree: Tree<'a>, nodes: &[Node<'a>]) -> Option<Self> {
        let node = match nodes {
            [one] => tree.follow(one),
            _ => nodes.first()?.clone(),
        };
        let mut schema = Self { tree, node, parts: Vec::new(), malformed: Vec::new() };
        let mut above = Vec::new();
        nodes.iter().for_each(|node| schema.take(node, false, &mut above));
        Some(schema)
    }

    /// Returns where it stands, given the nodes that it was made of.
    fn places(&self, nodes: &[Node<'a>]) -> Vec<Pointer> {
        match nodes {
            [_] => vec![self.node.at.clone()],
            _ => nodes.iter().map(|node| node.at.clone()).collect(),
        }
    }

    /// Takes what a node says, and what the schemas say that it refers to or consists of.
    fn take(&mut self, node: &Node<'a>, is_under_nullable: bool, above: &mut Vec<Node<'a>>) {
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
    fn keywords_of(&self, part: &Node<'a>) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        let is_reference = self.tree.target(part).is_some();
        part.keywords().filter(move |(key, value)| {
            let leads_on = *key == "$ref" && is_reference || *key == "allOf" && is_list(value);
            !leads_on
        })
    }

    fn nodes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.parts.iter().map(|part| &part.node)
    }

    /// Returns the keywords of all parts.
    fn keywords(&self) -> BTreeSet<&'a str> {
        self.parts.iter().flat_map(|part| self.keywords_of(&part.node)).map(|(key, _)| key).collect()
    }

    /// Returns what stands behind a keyword, in all parts that have it.
    pub(super) fn all(&self, keyword: &str) -> Vec<Node<'a>> {
        self.nodes().filter_map(|part| part.get(keyword)).collect()
    }

    /// Returns what the parts say by a keyword, word by word.
    fn said(&self, keyword: &str) -> Option<String> {
        let shape = Kind::Schema.member_of_any_version(keyword).unwrap_or(Shape::Any);
        // A choice in the place of a type is told as such.
        let has_told = |part: &&Node<'a>| choice(part).is_some_and(|(key, _)| key == keyword);
        let parts = self.nodes().filter(|part| !has_told(part)).filter_map(|part| part.get(keyword));
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
    fn choice(&self, key: &str, choice: &Node<'a>) -> String {
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
    fn names_required(&self) -> (BTreeSet<String>, BTreeSet<String>) {
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
    fn properties(&self) -> (BTreeMap<&'a str, Vec<Node<'a>>>, BTreeSet<String>) {
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
    fn additional(&self) -> (Option<String>, Vec<Node<'a>>) {
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

    /// Tells whether a schema lets every value pass.
    fn says_nothing(node: &Node<'a>) -> bool {
        node.keywords().next().is_none()
    }
}

impl<'a> Comparison<'a> {
    /// Compares two schemas, each of which may be described at several nodes.
    pub(super) fn schema(&mut self, spot: &ComparedLocation, ours: &[Node<'a>], theirs: &[Node<'a>]) {
        let (Some(old), Some(new)) = (Schema::of(self.ours, ours), Schema::of(self.theirs, theirs)) else { return };
        let (pair, is_new) = self.pairs.meet(old.places(ours), new.places(theirs), spot.to_use());
        if !is_new {
            return;
        }
        let is_shared = ours.first().is_some_and(|first| first.at != old.node.at);
        let spot = if is_shared { shared(spot, Kind::Schema, &old.node) } else { spot.clone() }.inside(pair);
        let paired = self.choices(&spot, &old, &new);
        self.kinds(&spot, &old, &new, &paired);
        self.enums(&spot, &old, &new);
        self.properties(&spot, &old, &new);
        self.required(&spot, &old, &new);
        self.items(&spot, &old, &new);
        self.additional(&spot, &old, &new);
        self.null(&spot, &old, &new);
        self.dependent(&spot, &old, &new);
        self.rest(&spot, &old, &new, &paired);
    }

    /// Compares the alternatives of choices, where both documents have as many; gives back the keywords of these.
    fn choices(&mut self, spot: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) -> Vec<&'static str> {
        let mut paired = Vec::new();
        for keyword in CHOICES {
            let (old, new) = (ours.all(keyword), theirs.all(keyword));
            let ([old], [new]) = (old.as_slice(), new.as_slice()) else { continue };
            let (old, new): (Vec<_>, Vec<_>) = (old.elements().collect(), new.elements().collect());
            if old.is_empty() || old.len() != new.len() {
                continue;
            }
            paired.push(keyword);
            for (index, (old, new)) in old.iter().zip(&new).enumerate() {
                let spot = spot.part(&format!("|{index}"));
                self.schema(&spot, std::slice::from_ref(old), std::slice::from_ref(new));
            }
        }
        paired
    }

    fn kinds(&mut self, spot: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>, paired: &[&str]) {
        let malformed = |schema: &Schema<'_>| {
            let malformed: BTreeSet<_> = schema.malformed.iter().map(|node| node.value.to_string()).collect();
            (!malformed.is_empty()).then(|| joined(&malformed))
        };
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        self.note(
            spot,
            "schema",
            Some(Rule::TypeChanged),
            Said { ours: malformed(ours), theirs: malformed(theirs) },
            pair,
        );
        let rule = values::relation(ours, theirs);
        let said = Said { ours: Some(ours.kind(paired)), theirs: Some(theirs.kind(paired)) };
        self.note(spot, "type", Some(rule), said, pair);
    }

    fn properties(&mut self, spot: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let ((mut old, old_malformed), (mut new, new_malformed)) = (ours.properties(), theirs.properties());
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        let malformed = |malformed: &BTreeSet<String>| (!malformed.is_empty()).then(|| joined(malformed));
        self.note(
            spot,
            "properties",
            None,
            Said { ours: malformed(&old_malformed), theirs: malformed(&new_malformed) },
            pair,
        );
        let (required, _) = theirs.names_required();
        let names: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
        for name in names {
            let spot = spot.part(&format!(".{name}"));
            let (ours, theirs) = (old.remove(name).unwrap_or_default(), new.remove(name).unwrap_or_default());
            if !(ours.is_empty() || theirs.is_empty()) {
                self.schema(&spot, &ours, &theirs);
                continue;
            }
            let rule = match ours.is_empty() {
                true if required.contains(name) => Rule::FieldAddedRequired,
                true => Rule::FieldAdded,
                false => Rule::FieldRemoved,
            };
            let said = Said { ours: self.told(self.ours, &ours), theirs: self.told(self.theirs, &theirs) };
            self.note(&spot, "property", Some(rule), said, Pair { ours: ours.first(), theirs: theirs.first() });
        }
    }

    /// Returns the schemas of one thing, word by word.
    fn told(&self, tree: Tree<'a>, nodes: &[Node<'a>]) -> Option<String> {
        let texts: BTreeSet<_> = nodes.iter().map(|node| tree.literal(node, SCHEMA)).collect();
        (!texts.is_empty()).then(|| joined(&texts))
    }

    fn required(&mut self, spot: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let ((old, old_malformed), (new, new_malformed)) = (ours.names_required(), theirs.names_required());
        let at_all = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        let malformed = |malformed: &BTreeSet<String>| (!malformed.is_empty()).then(|| joined(malformed));
        self.note(
            spot,
            "required",
            None,
            Said { ours: malformed(&old_malformed), theirs: malformed(&new_malformed) },
            at_all,
        );
        let (old_nodes, new_nodes) = (ours.properties().0, theirs.properties().0);
        for name in old.symmetric_difference(&new) {
            let spot = spot.part(&format!(".{name}"));
            let ours = old_nodes.get(name.as_str()).and_then(|nodes| nodes.first());
            let theirs = new_nodes.get(name.as_str()).and_then(|nodes| nodes.first());
            let pair = Pair { ours: ours.or(at_all.ours), theirs: theirs.or(at_all.theirs) };
            let yes = || Some("true".to_owned());
            let (rule, said) = match old.contains(name) {
                true => (Rule::FieldOptional, Said { ours: yes(), theirs: None }),
                false => (Rule::FieldRequired, Said { ours: None, theirs: yes() }),
            };
            self.note(&spot, "required", Some(rule), said, pair);
        }
    }

    fn items(&mut self, spot: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let (old, new) = (ours.all("items"), theirs.all("items"));
        match (old.is_empty(), new.is_empty()) {
            (false, false) => self.schema(&spot.part("[]"), &old, &new),
            _ => {
                let said = Said { ours: self.told(self.ours, &old), theirs: self.told(self.theirs, &new) };
                let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
                self.note(spot, "items", Some(Rule::TypeChanged), said, pair);
            }
        }
    }

    fn additional(&mut self, spot: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let ((old_word, old), (new_word, new)) = (ours.additional(), theirs.additional());
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        let text = |word: Option<String>, schemas: Option<String>| match (word, schemas) {
            (Some(word), Some(schemas)) => Some(format!("{word} and {schemas}")),
            (word, schemas) => word.or(schemas),
        };
        let rule = match (old.is_empty(), new.is_empty()) {
            (false, false) => {
                self.schema(&spot.part("{}"), &old, &new);
                Rule::AdditionalNamesChanged
            }
            (false, true) => Rule::AdditionalUntyped,
            (true, false) => Rule::AdditionalTyped,
            (true, true) if new_word.as_deref() == Some("any") => Rule::AdditionalAllowed,
            (true, true) => Rule::AdditionalRefused,
        };
        let are_both = !(old.is_empty() || new.is_empty());
        let told = |tree, nodes: &[Node<'a>]| if are_both { None } else { self.told(tree, nodes) };
        let said =
            Said { ours: text(old_word, told(self.ours, &old)), theirs: text(new_word, told(self.theirs, &new)) };
        self.note(spot, "additionalProperties", Some(rule), said, pair);
    }

    /// Compares all keywords without a rule of their own.
    fn rest(&mut self, spot: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>, paired: &[&str]) {
        const LOOKED_AT: [&str; 8] =
            ["type", "format", "enum", "properties", "required", "items", "additionalProperties", "nullable"];
        let keywords: BTreeSet<_> = ours.keywords().union(&theirs.keywords()).copied().collect();
        let is_left = |keyword: &&str| !LOOKED_AT.contains(keyword) && !paired.contains(keyword);
        for keyword in keywords.into_iter().filter(is_left) {
            let (old, new) = (ours.all(keyword), theirs.all(keyword));
            let said = Said { ours: ours.said(keyword), theirs: theirs.said(keyword) };
            let limits = Pair { ours: values::strictest(keyword, &old), theirs: values::strictest(keyword, &new) };
            let values = Pair { ours: old.first(), theirs: new.first() };
            let rule = values::of_limit(keyword, limits).or_else(|| rules::of_keyword(Kind::Schema, keyword, values));
            let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
            self.note(spot, keyword, rule, said, pair);
        }
    }
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
