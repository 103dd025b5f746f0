//! What holds between the members of an object.

use std::collections::BTreeMap;

use super::extensions::{self, Extensions};
use super::keywords::{Keywords, SchemaList};
use super::state::Schemas;
use super::subschemas::{Subschema, is_required_list};
use crate::diagnostics::{Code, Reporter};
use crate::document::{Pointer, extension_keys, scalar_text};
use crate::ir::{Condition, Rule};

/// The rules of an object, gathered from all of its subschemas.
#[derive(Default)]
pub(super) struct Rules {
    pub(super) list: Vec<Rule>,
    pub(super) constructors: Vec<(extensions::Constructor, Pointer)>,
    pub(super) success_requires: Vec<String>,
    pub(super) successes: Vec<(extensions::Success, Pointer)>,
    pub(super) mentions: Vec<Mention>,
}

/// A property that an extension or `required` mentions, so that it has to be declared.
pub(super) struct Mention {
    pub(super) property: String,
    /// The value it is to have, as text.
    pub(super) value: Option<String>,
    /// Where it is mentioned.
    pub(super) at: Pointer,
}

impl Rules {
    /// Records the properties that a list mentions.
    pub(super) fn mention(&mut self, names: &[impl AsRef<str>], at: &Pointer) {
        let names = names.iter().enumerate();
        self.mentions.extend(names.map(|(index, name)| Mention {
            property: name.as_ref().to_owned(),
            value: None,
            at: at.join(index),
        }));
    }

    /// Records a property that is mentioned with a value.
    pub(super) fn mention_value(&mut self, property: &str, value: &str, at: &Pointer) {
        let (property, value) = (property.to_owned(), Some(value.to_owned()));
        self.mentions.push(Mention { property, value, at: at.clone() });
    }

    /// Reads a mapping from properties to their values.
    pub(super) fn conditions(
        &mut self,
        reporter: &mut Reporter<'_>,
        map: &BTreeMap<String, serde_json::Value>,
        at: &Pointer,
    ) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (property, value) in map {
            let at = at.join(property);
            let Some(text) = scalar_text(value) else {
                reporter
                    .error(Code::Extension, &at, "only texts, numbers and booleans can be compared")
                    .help("write the value as one of them");
                continue;
            };
            self.mention_value(property, &text, &at);
            conditions.push(Condition { property: property.clone(), text });
        }
        conditions
    }

    /// Adds the rules of one subschema.
    pub(super) fn gather<'a>(&mut self, schemas: &mut Schemas<'a>, subschema: &Subschema<'a>) {
        let Subschema { node, keywords } = subschema;
        self.mention(&keywords.required, &node.at.join("required"));
        for (keyword, alternatives) in [("oneOf", &keywords.one_of), ("anyOf", &keywords.any_of)] {
            self.gather_alternatives(alternatives, &node.at.join(keyword));
        }
        let extensions = Extensions::new(node);
        for (rule, at) in extensions.list(extension_keys::RULES, &mut schemas.reporter) {
            self.gather_rule(&mut schemas.reporter, rule, &at);
        }
        self.constructors.extend(extensions.list(extension_keys::CONSTRUCTORS, &mut schemas.reporter));
        let success: Vec<String> =
            extensions.get(extension_keys::SUCCESS_REQUIRES, &mut schemas.reporter).unwrap_or_default();
        self.mention(&success, &node.at.join(extension_keys::SUCCESS_REQUIRES));
        self.success_requires.extend(success);
        let success = extensions.get(extension_keys::SUCCESS, &mut schemas.reporter);
        self.successes.extend(success.map(|success| (success, node.at.join(extension_keys::SUCCESS))));
    }

    /// Reads a `oneOf` or `anyOf` between lists of `required`. Only the server checks that just one of a `oneOf` holds.
    fn gather_alternatives(&mut self, alternatives: &SchemaList<'_>, at: &Pointer) {
        if alternatives.is_empty() || !alternatives.iter().all(|alternative| is_required_list(&alternative)) {
            return;
        }
        let mut any_of = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let required = Keywords::of(&alternative).required;
            self.mention(&required, &at.join(index).join("required"));
            any_of.push(required.iter().map(|name| (*name).to_owned()).collect());
        }
        self.list.push(Rule::Require { when: Vec::new(), any_of });
    }

    /// Reads one entry of `x-sdk-rules`: conditions, and exactly one consequence.
    fn gather_rule(&mut self, reporter: &mut Reporter<'_>, rule: extensions::Rule, at: &Pointer) {
        let extensions::Rule { when, required, any_of_required, equals, max_total, of, counts, sum_of, at_most } = rule;
        let merged = (sum_of, at_most);
        let when = self.conditions(reporter, &when, &at.join("when"));
        match (required, any_of_required, equals, max_total, of, counts, merged) {
            (Some(names), None, None, None, None, None, (None, None)) => {
                self.mention(&names, &at.join("required"));
                self.list.push(Rule::Require { when, any_of: vec![names] });
            }
            (None, Some(any_of), None, None, None, None, (None, None)) => {
                for (index, names) in any_of.iter().enumerate() {
                    self.mention(names, &at.join("any-of-required").join(index));
                }
                self.list.push(Rule::Require { when, any_of });
            }
            (None, None, Some(equals), None, None, None, (None, None)) => {
                let then = self.conditions(reporter, &equals, &at.join("equals"));
                self.list.extend(then.into_iter().map(|then| Rule::Equals { when: when.clone(), then }));
            }
            // Its paths lead through other types, so they are checked when all types are known.
            (None, None, None, Some(max), Some(of), Some(counts), (None, None)) if when.is_empty() => {
                self.list.push(Rule::MaxTotal { max, of, counts, at: at.clone() });
            }
            (None, None, None, None, None, None, (Some(of), Some(at_most))) if when.is_empty() => {
                self.list.push(Rule::MaxSum { of, at_most, at: at.clone() });
            }
            _ => {
                reporter
                    .error(Code::Extension, at, "a rule has conditions in `when` and exactly one consequence")
                    .help("say one of `required`, `any-of-required`, `equals`, `max-total` with `of` and `counts`, or `sum-of` with `at-most` (both without `when`)");
            }
        }
    }
}
