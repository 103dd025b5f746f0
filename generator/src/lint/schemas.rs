//! Checks for contradictions in schemas.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};

use super::findings::Findings;
use super::nodes::Nodes;
use super::rules::Rule;
use crate::document::grammar::{Kind, TYPES};
use crate::document::{NodeRef, Pointer, Value};

pub(super) fn check(nodes: &Nodes<'_>, findings: &mut Findings) {
    for schema in nodes.of_kind(Kind::Schema) {
        ranges(schema, findings);
        keywords_without_effect(schema, findings);
        duplicate_values(schema, findings);
        required(nodes, schema, findings);
    }
}

/// Reports constraints that no value satisfies.
fn ranges(schema: &NodeRef<'_>, findings: &mut Findings) {
    const RANGES: &[(&str, &str)] = &[
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
        ("minimum", "maximum"),
    ];
    for (low, high) in RANGES {
        let (Some(least), Some(most)) = (schema.get(low), schema.get(high)) else { continue };
        let (Some(least_digits), Some(most_digits)) = (least.value.as_number(), most.value.as_number()) else {
            continue;
        };
        let is_exclusive = *low == "minimum" && (schema.flag("exclusiveMinimum") || schema.flag("exclusiveMaximum"));
        let order = compare(least_digits, most_digits);
        if order == Some(Ordering::Greater) || order == Some(Ordering::Equal) && is_exclusive {
            let exclusive = if order == Some(Ordering::Equal) { ", exclusive" } else { "" };
            let message =
                format!("no value satisfies both `{low}: {least_digits}` and `{high}: {most_digits}`{exclusive}");
            findings.add(Rule::SchemaCheck, &least.at, message).related(&most.at, "and this");
        }
    }
}

/// Reports keywords that have no effect on the schema's type, or none by themselves.
fn keywords_without_effect(schema: &NodeRef<'_>, findings: &mut Findings) {
    let own = schema.text("type").and_then(|name| TYPES.iter().find(|(known, ..)| *known == name));
    if let Some((_, what, keywords)) = own {
        let others = TYPES.iter().flat_map(|(_, _, keywords)| keywords.iter()).filter(|key| !keywords.contains(key));
        let keywords_without_effect: BTreeSet<_> = others.filter(|key| schema.get(key).is_some()).collect();
        for keyword in keywords_without_effect {
            let message = format!("`{keyword}` does not apply to {what}");
            findings.add(Rule::SchemaCheck, &schema.at.join(keyword), message).help("remove it, or correct the type");
        }
    }
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if schema.flag(exclusive) && schema.get(bound).is_none() {
            let message = format!("`{exclusive}` says nothing without `{bound}`");
            findings
                .add(Rule::SchemaCheck, &schema.at.join(exclusive), message)
                .help(format!("add `{bound}`, or remove it"));
        }
    }
}

/// Values that an enum lists twice.
fn duplicate_values(schema: &NodeRef<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for value in schema.elements_of("enum") {
        let text = value.value.to_string();
        if !seen.insert(text.clone()) {
            findings.add(Rule::DuplicatedEntryInEnum, &value.at, format!("`{text}` is listed twice"));
        }
    }
}

/// Properties that are required and declared nowhere.
fn required<'a>(nodes: &Nodes<'a>, schema: &NodeRef<'a>, findings: &mut Findings) {
    if schema.elements_of("required").next().is_none() || schema.at.names().contains(&"not") {
        return;
    }
    let mut known = Known::default();
    known.add(nodes, outermost(nodes.document, schema));
    if known.allows_other_names || known.names.is_empty() {
        return;
    }
    for name in schema.elements_of("required") {
        if let Some(text) = name.value.as_text().filter(|text| !known.names.contains(text)) {
            let message = format!("the property `{text}` is required, but not declared");
            findings.add(Rule::RequiredUndefined, &name.at, message);
        }
    }
}

/// Returns the schema that this one is a part of, by `allOf`, `anyOf` or `oneOf`.
pub(super) fn outermost<'a>(document: &'a Value, schema: &NodeRef<'a>) -> NodeRef<'a> {
    let mut node = schema.clone();
    while let Some(at) = whole(&node.at) {
        match document.at(&at) {
            Some(value) => node = NodeRef { value, at },
            None => break,
        }
    }
    node
}

fn whole(at: &Pointer) -> Option<Pointer> {
    let list = at.parent()?;
    matches!(list.last()?.as_str(), "allOf" | "anyOf" | "oneOf").then(|| list.parent()).flatten()
}

/// The properties of a schema and all its parts.
#[derive(Default)]
struct Known<'a> {
    names: HashSet<&'a str>,
    /// Whether it may have others.
    allows_other_names: bool,
}

impl<'a> Known<'a> {
    fn add(&mut self, nodes: &Nodes<'a>, schema: NodeRef<'a>) {
        let mut seen = HashSet::new();
        let mut open = vec![schema];
        while let Some(next) = open.pop() {
            // What leads nowhere may be anything.
            let Some(part) = nodes.follow(next) else {
                self.allows_other_names = true;
                continue;
            };
            if !seen.insert(std::ptr::from_ref(part.value)) {
                continue;
            }
            self.names.extend(part.members_of("properties").map(|(name, _)| name));
            let more = part.value.get("additionalProperties");
            self.allows_other_names |= more.is_some_and(|more| more.as_bool() != Some(false));
            open.extend(["allOf", "anyOf", "oneOf"].into_iter().flat_map(|key| part.elements_of(key)));
        }
    }
}

/// Returns the order of two numbers by their digits, which may be more than a float holds; nothing with an exponent that is too
/// large to be written out.
fn compare(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (Decimal::read(one)?, Decimal::read(other)?);
    Some(match (one.is_negative, other.is_negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => one.cmp_magnitude(&other),
        (true, true) => other.cmp_magnitude(&one),
    })
}

/// A number: `0.digits` times ten to the power of `point`.
struct Decimal {
    is_negative: bool,
    digits: String,
    point: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let unsigned = mantissa.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let leading = all.len() - digits.len();
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()?;
        let point = point.checked_add(exponent.parse().ok()?)?;
        let digits = digits.trim_end_matches('0').to_owned();
        let is_zero = digits.is_empty();
        Some(Self {
            is_negative: mantissa.starts_with('-') && !is_zero,
            point: if is_zero { i64::MIN } else { point },
            digits,
        })
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_their_digits() {
        use Ordering::{Equal, Greater, Less};
        for (one, other, order) in [
            ("1", "2", Less),
            ("10", "9", Greater),
            ("-10", "-9", Less),
            ("-1", "1", Less),
            ("0", "-0.0", Equal),
            ("0", "0.001", Less),
            ("1.50", "1.5", Equal),
            ("1e2", "100", Equal),
            ("0.01", "1E-2", Equal),
            ("9007199254740993", "9007199254740992", Greater),
            ("0.10000000000000000001", "0.1", Greater),
        ] {
            assert_eq!(compare(one, other), Some(order), "{one} and {other}");
        }
        assert_eq!(compare("1e99999999999999999999", "1"), None);
    }
}
