//! Checks single values against their constraints.

use std::collections::BTreeMap;

use super::constraints::Constraints;
use super::decimal::Decimal;
use super::encode::encode;
use super::pattern;
use super::union::each_sent_member;
use super::value::{List, Node};
use super::violations::{be, counted};
use crate::syntax::base64;

impl Constraints {
    /// Passes a sentence to `report` for every limit that a value breaks; its elements are not looked into.
    pub(crate) fn check(&self, node: &Node<'_>, report: &mut dyn FnMut(String)) {
        match node {
            Node::Text(text) => self.check_text(text, report),
            // What is listed keeps to the constraints, and the length of another number says nothing.
            Node::Enum { json: true, .. } => {}
            Node::Enum { text, .. } | Node::Secret(text) => self.check_text(text, report),
            Node::Bytes(bytes, alphabet) if self.limits_text() => self.check_text(&base64(bytes, *alphabet), report),
            Node::Integer(number) => self.check_number(Decimal::new(*number, 0), report),
            Node::Decimal(number) => self.check_number(*number, report),
            Node::List(list) => self.check_list(*list, report),
            // Counting members costs as much as all the rest.
            Node::Map(_) | Node::Object(_) if self.min_properties.or(self.max_properties).is_none() => {}
            Node::Map(map) => self.check_properties(map.entries().count(), report),
            Node::Object(_) => self.check_properties(count_members(node), report),
            Node::Absent
            | Node::Null
            | Node::Bool(_)
            | Node::Bytes(..)
            | Node::Json(_)
            // Its variant is checked.
            | Node::Union(_)
            | Node::File(_)
            | Node::Unknown { .. } => {}
        }
    }

    /// Returns whether a UUID keeps to the constraints.
    pub(crate) fn takes_uuids(&self) -> bool {
        const LENGTH: usize = 36;
        self.min_length.is_none_or(|min| min <= LENGTH)
            && self.max_length.is_none_or(|max| max >= LENGTH)
            && self.pattern.is_none_or(pattern::takes_uuids)
    }

    /// Returns whether there is anything that a text has to keep to.
    fn limits_text(&self) -> bool {
        self.min_length.is_some() || self.max_length.is_some() || self.pattern.is_some()
    }

    fn check_text(&self, text: &str, report: &mut dyn FnMut(String)) {
        // No text has more characters than bytes, so that few are counted.
        if self.min_length.is_some() || self.max_length.is_some_and(|most| text.len() > most) {
            let length = text.chars().count();
            let measure = || format!("is {} long", counted(length, "character"));
            check_count(length, (self.min_length, self.max_length), &measure, report);
        }
        if let Some(refusal) = self.pattern.and_then(|pattern| pattern::refusal(pattern, text)) {
            report(refusal);
        }
    }

    fn check_number(&self, number: Decimal, report: &mut dyn FnMut(String)) {
        let mut demand = |limit: Option<Decimal>, fits: fn(Decimal, Decimal) -> bool, demand: &str| {
            if let Some(limit) = limit.filter(|limit| !fits(number, *limit)) {
                report(format!("must be {demand} {limit}"));
            }
        };
        demand(self.minimum, |number, limit| number >= limit, "at least");
        demand(self.exclusive_minimum, |number, limit| number > limit, "greater than");
        demand(self.maximum, |number, limit| number <= limit, "at most");
        demand(self.exclusive_maximum, |number, limit| number < limit, "less than");
        demand(self.multiple_of, Decimal::is_multiple_of, "a multiple of");
    }

    fn check_list(&self, list: &dyn List, report: &mut dyn FnMut(String)) {
        let length = list.count();
        let measure = || format!("has {}", counted(length, "item"));
        check_count(length, (self.min_items, self.max_items), &measure, report);
        if let Some((first, second)) = self.unique_items.then(|| twins(list)).flatten() {
            report(format!("has the same item at [{first}] and [{second}], each is allowed once"));
        }
    }

    fn check_properties(&self, count: usize, report: &mut dyn FnMut(String)) {
        let measure = || format!("has {}", counted(count, "member"));
        check_count(count, (self.min_properties, self.max_properties), &measure, report);
    }
}

fn check_count(
    count: usize,
    (min, max): (Option<usize>, Option<usize>),
    measure: &dyn Fn() -> String,
    report: &mut dyn FnMut(String),
) {
    if let Some(min) = min.filter(|min| count < *min) {
        report(format!("{}, at least {min} {} needed", measure(), be(min)));
    }
    if let Some(max) = max.filter(|max| count > *max) {
        report(format!("{}, at most {max} {} allowed", measure(), be(max)));
    }
}

fn count_members(node: &Node<'_>) -> usize {
    let mut count = 0;
    each_sent_member(node, &mut |_, _| count += 1);
    count
}

/// Returns the first two equal elements; equal is what is written alike.
fn twins(list: &dyn List) -> Option<(usize, usize)> {
    let mut first_at = BTreeMap::new();
    list.items().enumerate().find_map(|(index, item)| Some((first_at.insert(encode(item), index)?, index)))
}
