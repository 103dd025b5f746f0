//! What a difference does to the values that pass.

use std::cmp::Ordering;

use super::comparison::Pair;
use super::schema::Schema;
use super::tree::Node;
use crate::compare::constraint_changes;
use crate::compare::policy::Rule;
use crate::compare::types::relate_scalars;
use crate::document::Value;
use crate::ir::Scalar;

/// Returns the rule for schemas whose types or formats are not the same.
pub(super) fn relation(ours: &Schema<'_>, theirs: &Schema<'_>) -> Rule {
    let (old, new) = (ours.simple(), theirs.simple());
    let is_one_of = |choice: &Schema<'_>, name: &str| choice.kind(&[]).split(" or ").any(|one| one == name);
    match (old, new) {
        (Some((old_type, old_format)), Some((new_type, new_format))) => {
            let scalars = scalar(&old_type, old_format.as_deref()).zip(scalar(&new_type, new_format.as_deref()));
            let relation = scalars.map(|(old, new)| relate_scalars(old, new).rule());
            match relation {
                Some(Some(rule)) => rule,
                Some(None) => Rule::FormatChanged,
                None if old_type == new_type => Rule::FormatChanged,
                None => Rule::TypeChanged,
            }
        }
        (None, Some((name, None))) if is_one_of(ours, &name) => Rule::TypeNarrowed,
        (Some((name, None)), None) if is_one_of(theirs, &name) => Rule::TypeWidened,
        _ => Rule::TypeChanged,
    }
}

/// Returns the type of Rust for values of a type and a format.
fn scalar(name: &str, format: Option<&str>) -> Option<Scalar> {
    Some(match (name, format) {
        ("string", Some("date")) => Scalar::Date,
        ("string", Some("date-time")) => Scalar::DateTime,
        ("string", Some("byte" | "base64")) => Scalar::Base64,
        ("string", Some("base64url")) => Scalar::Base64Url,
        ("string", Some("password")) => Scalar::Secret,
        ("string", _) => Scalar::Text,
        ("number", _) => Scalar::Decimal,
        ("integer", Some("int32")) => Scalar::Integer32,
        ("integer", Some("uint32")) => Scalar::Unsigned32,
        ("integer", Some("uint64")) => Scalar::Unsigned64,
        ("integer", _) => Scalar::Integer64,
        ("boolean", _) => Scalar::Boolean,
        _ => return None,
    })
}

/// Returns the rule for a limit; nothing for any other keyword.
pub(super) fn of_limit(keyword: &str, values: Pair<'_, '_>) -> Option<Rule> {
    let is_least = is_least(keyword)?;
    // The order of two patterns cannot be decided.
    if keyword == "pattern" && values.ours.is_some() && values.theirs.is_some() {
        return None;
    }
    let is_tighter = match (values.ours, values.theirs) {
        (None, _) => true,
        (_, None) => false,
        (Some(ours), Some(theirs)) => tightening(ours, theirs, is_least)?.is_lt(),
    };
    Some(if is_tighter { Rule::LimitTightened } else { Rule::LimitLoosened })
}

/// Returns the strictest value of a limit among several parts. For a keyword that is not a limit, returns the first value.
pub(super) fn strictest<'n, 'a>(keyword: &str, values: &'n [Node<'a>]) -> Option<&'n Node<'a>> {
    values.iter().reduce(|one, other| {
        let order = is_least(keyword).and_then(|is_least| tightening(one, other, is_least));
        if order.is_some_and(Ordering::is_lt) { other } else { one }
    })
}

/// Returns whether a greater value of a limit is stricter. Returns `None` for a keyword that is not a limit.
fn is_least(keyword: &str) -> Option<bool> {
    match keyword {
        "minLength" | "minItems" | "minProperties" | "minimum" | "exclusiveMinimum" => Some(true),
        "maxLength" | "maxItems" | "maxProperties" | "maximum" | "exclusiveMaximum" => Some(false),
        "uniqueItems" | "multipleOf" | "pattern" => Some(true),
        _ => None,
    }
}

/// Returns how two limits compare by strictness: less where the other one lets less pass.
fn tightening(one: &Node<'_>, other: &Node<'_>, is_least: bool) -> Option<Ordering> {
    let number = |value: &Value| match value {
        Value::Number(digits) => Some(digits.clone()),
        // No limit but a switch: on is more than off.
        Value::Bool(is_on) if is_least => Some(u8::from(*is_on).to_string()),
        Value::Bool(is_on) => Some(u8::from(!*is_on).to_string()),
        _ => None,
    };
    let order = constraint_changes::decimal_order(&number(one.value)?, &number(other.value)?)?;
    Some(if is_least { order } else { order.reverse() })
}
