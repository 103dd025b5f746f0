//! What the parts of an `allOf` say together, where a part also says something by what it leaves out.
//!
//! A value has to pass every part. For most keywords a part without it adds nothing, and the values of all parts tell all. Not so
//! here: enums leave what stands in each of them, null passes only where every typed part lets it, and some keywords depend on
//! others of the same part.

use std::collections::BTreeSet;

use super::comparison::{ComparedLocation, Comparison, Pair, Texts, is_true};
use super::schema::{Part, Schema};
use super::tree::{Node, joined};
use crate::compare::policy::Rule;
use crate::document::Value;
use crate::document::grammar::{Kind, Shape};

/// Keywords that depend on another one of the same part. Moved to a part without it, they mean something else.
const DEPENDENT: [(&str, &str); 11] = [
    ("additionalProperties", "properties"),
    ("additionalProperties", "patternProperties"),
    ("exclusiveMinimum", "minimum"),
    ("exclusiveMaximum", "maximum"),
    ("items", "prefixItems"),
    ("then", "if"),
    ("else", "if"),
    ("minContains", "contains"),
    ("maxContains", "contains"),
    ("contentSchema", "contentMediaType"),
    ("contentMediaType", "contentEncoding"),
];

impl<'a> Schema<'a> {
    /// Returns the values that every enum lists, if there is an enum; and what stands in the place of an enum and is none.
    fn enumerated(&self) -> (Option<BTreeSet<String>>, BTreeSet<String>) {
        let (lists, others): (Vec<_>, Vec<_>) =
            self.all("enum").into_iter().partition(|node| node.value.as_list().is_some());
        let values =
            |list: &Node<'a>| list.elements().map(|element| element.value.to_string()).collect::<BTreeSet<_>>();
        let in_all = lists.iter().map(values).reduce(|one, other| one.intersection(&other).cloned().collect());
        (in_all, others.iter().map(|node| node.value.to_string()).collect())
    }

    /// Returns what typed parts say of null, and others that speak of it; nothing if none does. A typed part that does not speak
    /// of null refuses it.
    fn null(&self, is_counted: impl Fn(&Part<'a>) -> bool) -> Option<String> {
        let counted = || self.parts.iter().filter(|part| is_counted(part)).map(|part| &part.node);
        counted().find_map(|part| part.get("nullable"))?;
        let values = counted().filter_map(|part| match part.get("nullable") {
            Some(node) => Some(node.value.to_string()),
            None => part.get("type").map(|_| "false".to_owned()),
        });
        Some(joined(&values.collect()))
    }

    /// Returns null as OpenAPI has it: every typed part counts.
    fn strict_null(&self) -> Option<String> {
        self.null(|_| true)
    }

    /// Returns null as the generator reads it: `nullable: true` beside an `allOf` is said of the whole.
    fn read_null(&self) -> Option<String> {
        self.null(|part| !part.is_under_nullable)
    }

    /// Returns the values of a keyword whose parts lack something that other parts say by the keyword it depends on.
    fn apart(&self, keyword: &str, on: &str) -> Option<String> {
        let everywhere: BTreeSet<_> = self.parts.iter().flat_map(|part| self.names_or_value(&part.node, on)).collect();
        let apart = self.parts.iter().filter_map(|part| {
            let value = part.node.get(keyword).filter(|value| restricts(keyword, value))?;
            let own = self.names_or_value(&part.node, on);
            let missing: Vec<_> = everywhere.difference(&own).map(String::as_str).collect();
            let shape = Kind::Schema.member_of_any_version(keyword).unwrap_or(Shape::Any);
            let text = || format!("{} apart from {on} {}", self.tree.literal(&value, shape), missing.join(", "));
            (!missing.is_empty()).then(text)
        });
        let apart: BTreeSet<_> = apart.collect();
        (!apart.is_empty()).then(|| joined(&apart))
    }

    /// Returns what a part says by a keyword: the names of a mapping of schemas, or the value.
    fn names_or_value(&self, part: &Node<'a>, keyword: &str) -> BTreeSet<String> {
        let shape = Kind::Schema.member_of_any_version(keyword).unwrap_or(Shape::Any);
        match (shape, part.get(keyword)) {
            (_, None) => BTreeSet::new(),
            (Shape::Map(_), Some(mapping)) => mapping.members().map(|(name, _)| name.to_owned()).collect(),
            (_, Some(value)) => BTreeSet::from([self.tree.literal(&value, shape)]),
        }
    }
}

/// Returns whether the value of a keyword lets less pass than no value does.
fn restricts(keyword: &str, value: &Node<'_>) -> bool {
    match (keyword, value.value) {
        // Of version 3.1, these are limits of their own.
        ("exclusiveMinimum" | "exclusiveMaximum", value) => *value == Value::Bool(true),
        (_, Value::Object(_)) => value.keywords().next().is_some(),
        _ => !is_true(Some(value)),
    }
}

impl<'a> Comparison<'a> {
    /// Notes each value that only one of two enums has.
    pub(super) fn enums(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        let ((old, old_malformed), (new, new_malformed)) = (ours.enumerated(), theirs.enumerated());
        let malformed = |malformed: &BTreeSet<String>| (!malformed.is_empty()).then(|| joined(malformed));
        let texts = Texts { ours: malformed(&old_malformed), theirs: malformed(&new_malformed) };
        self.note(position, "enum", None, texts, pair);
        let all = |values: &BTreeSet<String>| match values.is_empty() {
            true => "no value".to_owned(),
            false => values.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        };
        let (Some(old), Some(new)) = (&old, &new) else {
            let rule = if old.is_none() { Rule::TypeNarrowed } else { Rule::TypeWidened };
            let texts = Texts { ours: old.as_ref().map(all), theirs: new.as_ref().map(all) };
            return self.note(position, "enum", Some(rule), texts, pair);
        };
        for value in old.difference(new) {
            let texts = Texts { ours: Some(value.clone()), theirs: None };
            self.note(position, "value", Some(Rule::EnumValueRemoved), texts, pair);
        }
        for value in new.difference(old) {
            let texts = Texts { ours: None, theirs: Some(value.clone()) };
            self.note(position, "value", Some(Rule::EnumValueAdded), texts, pair);
        }
    }

    /// Compares whether null passes. Our document means what the generator reads in it; the other one may mean less by the same
    /// words, which counts unless ours has these words too.
    pub(super) fn null(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let read = ours.read_null();
        let is_lenient = read != ours.strict_null();
        let texts = Texts { ours: read, theirs: if is_lenient { theirs.read_null() } else { theirs.strict_null() } };
        let passes = |text: &Option<String>| text.as_deref() == Some("true");
        let rule = match (passes(&texts.ours), passes(&texts.theirs)) {
            (false, true) => Some(Rule::FieldNullable),
            (true, false) => Some(Rule::FieldNotNullable),
            // Null passes in neither, which is only said in other ways.
            _ => None,
        };
        self.note(position, "nullable", rule, texts, Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) });
    }

    /// Notes keywords that reach what other parts say.
    pub(super) fn dependent(&mut self, position: &ComparedLocation, ours: &Schema<'a>, theirs: &Schema<'a>) {
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        for (keyword, on) in DEPENDENT {
            let texts = Texts { ours: ours.apart(keyword, on), theirs: theirs.apart(keyword, on) };
            self.note(position, keyword, None, texts, pair);
        }
    }
}
