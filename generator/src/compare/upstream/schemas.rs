//! Schemas, whatever they are composed of: the parts of an `allOf` say together what one schema says.

use std::collections::BTreeSet;

use super::comparison::{ComparedLocation, Comparison, Pair, Texts};
use super::objects::shared;
use super::rules;
use super::schema::{CHOICES, SCHEMA, Schema};
use super::tree::{Node, Tree, joined};
use super::values;
use crate::compare::policy::Rule;
use crate::document::grammar::Kind;

impl<'a> Comparison<'a> {
    /// Compares two schemas, each of which may be described at several nodes.
    pub(super) fn schema(&mut self, position: &ComparedLocation, ours: &[Node<'a>], theirs: &[Node<'a>]) {
        let (Some(old), Some(new)) = (Schema::of(self.ours, ours), Schema::of(self.theirs, theirs)) else { return };
        let (pair, is_new) = self.pairs.meet(old.locations(ours), new.locations(theirs), position.to_use());
        if !is_new {
            return;
        }
        let is_shared = ours.first().is_some_and(|first| first.at != old.node.at);
        let position =
            if is_shared { shared(position, Kind::Schema, &old.node) } else { position.clone() }.inside(pair);
        let paired = self.choices(&position, &old, &new);
        self.kinds(&position, &old, &new, &paired);
        self.enums(&position, &old, &new);
        self.properties(&position, &old, &new);
        self.required(&position, &old, &new);
        self.items(&position, &old, &new);
        self.additional(&position, &old, &new);
        self.null(&position, &old, &new);
        self.dependent(&position, &old, &new);
        self.rest(&position, &old, &new, &paired);
    }

    /// Compares the alternatives of choices, where both documents have as many; gives back the keywords of these.
    fn choices(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) -> Vec<&'static str> {
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
                let position = position.part(&format!("|{index}"));
                self.schema(&position, std::slice::from_ref(old), std::slice::from_ref(new));
            }
        }
        paired
    }

    fn kinds(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>, paired: &[&str]) {
        let malformed = |schema: &Schema<'_>| {
            let malformed: BTreeSet<_> = schema.malformed.iter().map(|node| node.value.to_string()).collect();
            (!malformed.is_empty()).then(|| joined(&malformed))
        };
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        self.note(
            position,
            "schema",
            Some(Rule::TypeChanged),
            Texts { ours: malformed(ours), theirs: malformed(theirs) },
            pair,
        );
        let rule = values::relation(ours, theirs);
        let texts = Texts { ours: Some(ours.kind(paired)), theirs: Some(theirs.kind(paired)) };
        self.note(position, "type", Some(rule), texts, pair);
    }

    fn properties(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let ((mut old, old_malformed), (mut new, new_malformed)) = (ours.properties(), theirs.properties());
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        let malformed = |malformed: &BTreeSet<String>| (!malformed.is_empty()).then(|| joined(malformed));
        self.note(
            position,
            "properties",
            None,
            Texts { ours: malformed(&old_malformed), theirs: malformed(&new_malformed) },
            pair,
        );
        let (required, _) = theirs.names_required();
        let names: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
        for name in names {
            let position = position.part(&format!(".{name}"));
            let (ours, theirs) = (old.remove(name).unwrap_or_default(), new.remove(name).unwrap_or_default());
            if !(ours.is_empty() || theirs.is_empty()) {
                self.schema(&position, &ours, &theirs);
                continue;
            }
            let rule = match ours.is_empty() {
                true if required.contains(name) => Rule::FieldAddedRequired,
                true => Rule::FieldAdded,
                false => Rule::FieldRemoved,
            };
            let texts = Texts { ours: self.summary(self.ours, &ours), theirs: self.summary(self.theirs, &theirs) };
            self.note(&position, "property", Some(rule), texts, Pair { ours: ours.first(), theirs: theirs.first() });
        }
    }

    /// Returns the schemas of one thing, word by word.
    fn summary(&self, tree: Tree<'a>, nodes: &[Node<'a>]) -> Option<String> {
        let texts: BTreeSet<_> = nodes.iter().map(|node| tree.literal(node, SCHEMA)).collect();
        (!texts.is_empty()).then(|| joined(&texts))
    }

    fn required(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let ((old, old_malformed), (new, new_malformed)) = (ours.names_required(), theirs.names_required());
        let at_all = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        let malformed = |malformed: &BTreeSet<String>| (!malformed.is_empty()).then(|| joined(malformed));
        self.note(
            position,
            "required",
            None,
            Texts { ours: malformed(&old_malformed), theirs: malformed(&new_malformed) },
            at_all,
        );
        let (old_nodes, new_nodes) = (ours.properties().0, theirs.properties().0);
        for name in old.symmetric_difference(&new) {
            let position = position.part(&format!(".{name}"));
            let ours = old_nodes.get(name.as_str()).and_then(|nodes| nodes.first());
            let theirs = new_nodes.get(name.as_str()).and_then(|nodes| nodes.first());
            let pair = Pair { ours: ours.or(at_all.ours), theirs: theirs.or(at_all.theirs) };
            let yes = || Some("true".to_owned());
            let (rule, texts) = match old.contains(name) {
                true => (Rule::FieldOptional, Texts { ours: yes(), theirs: None }),
                false => (Rule::FieldRequired, Texts { ours: None, theirs: yes() }),
            };
            self.note(&position, "required", Some(rule), texts, pair);
        }
    }

    fn items(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let (old, new) = (ours.all("items"), theirs.all("items"));
        match (old.is_empty(), new.is_empty()) {
            (false, false) => self.schema(&position.part("[]"), &old, &new),
            _ => {
                let texts = Texts { ours: self.summary(self.ours, &old), theirs: self.summary(self.theirs, &new) };
                let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
                self.note(position, "items", Some(Rule::TypeChanged), texts, pair);
            }
        }
    }

    fn additional(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let ((old_word, old), (new_word, new)) = (ours.additional(), theirs.additional());
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        let text = |word: Option<String>, schemas: Option<String>| match (word, schemas) {
            (Some(word), Some(schemas)) => Some(format!("{word} and {schemas}")),
            (word, schemas) => word.or(schemas),
        };
        let rule = match (old.is_empty(), new.is_empty()) {
            (false, false) => {
                self.schema(&position.part("{}"), &old, &new);
                Rule::AdditionalNamesChanged
            }
            (false, true) => Rule::AdditionalUntyped,
            (true, false) => Rule::AdditionalTyped,
            (true, true) if new_word.as_deref() == Some("any") => Rule::AdditionalAllowed,
            (true, true) => Rule::AdditionalRefused,
        };
        let are_both = !(old.is_empty() || new.is_empty());
        let summary = |tree, nodes: &[Node<'a>]| if are_both { None } else { self.summary(tree, nodes) };
        let texts = Texts {
            ours: text(old_word, summary(self.ours, &old)),
            theirs: text(new_word, summary(self.theirs, &new)),
        };
        self.note(position, "additionalProperties", Some(rule), texts, pair);
    }

    /// Compares all keywords without a rule of their own.
    fn rest(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>, paired: &[&str]) {
        const LOOKED_AT: [&str; 8] =
            ["type", "format", "enum", "properties", "required", "items", "additionalProperties", "nullable"];
        let keywords: BTreeSet<_> = ours.keywords().union(&theirs.keywords()).copied().collect();
        let is_left = |keyword: &&str| !LOOKED_AT.contains(keyword) && !paired.contains(keyword);
        for keyword in keywords.into_iter().filter(is_left) {
            let (old, new) = (ours.all(keyword), theirs.all(keyword));
            let texts = Texts { ours: ours.text_of(keyword), theirs: theirs.text_of(keyword) };
            let limits = Pair { ours: values::strictest(keyword, &old), theirs: values::strictest(keyword, &new) };
            let values = Pair { ours: old.first(), theirs: new.first() };
            let rule = values::of_limit(keyword, limits).or_else(|| rules::of_keyword(Kind::Schema, keyword, values));
            let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
            self.note(position, keyword, rule, texts, pair);
        }
    }
}
