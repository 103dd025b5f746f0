//! Keywords that have another form in 3.0, or none.

use super::context::Context;
use crate::document::{Members, Value};

/// Keywords that do not constrain values.
const SILENT: &[&str] =
    &["$schema", "$comment", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "id"];

/// Keywords that constrain values further than 3.0 can express.
const CHECKS: &[&str] = &[
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentRequired",
    "dependencies",
    "unevaluatedItems",
    "unevaluatedProperties",
    "additionalItems",
];

/// Returns whether the members beside a reference have an effect.
pub(super) fn say_something(members: &Members) -> bool {
    members.keys().any(|key| key != "$ref" && !SILENT.contains(&key))
}

/// Converts `const` to an enum of one value.
pub(super) fn constant(schema: &mut Members, _: &mut Context<'_>) {
    if let Some(value) = schema.remove("const")
        && !schema.contains_key("enum")
    {
        if let (false, Some(name)) = (schema.contains_key("type"), type_of(&value)) {
            schema.insert("type", Value::from(name));
        }
        schema.insert("enum", Value::List(vec![value]));
    }
}

fn type_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Bool(_) => "boolean",
        Value::Number(digits) if digits.contains(['.', 'e', 'E']) => "number",
        Value::Number(_) => "integer",
        Value::Text(_) => "string",
        Value::Null | Value::List(_) | Value::Object(_) => return None,
    })
}

/// Converts exclusive bounds: a number in 3.1, a flag beside the bound in 3.0.
pub(super) fn exclusive_bounds(schema: &mut Members, _: &mut Context<'_>) {
    for (bound, exclusive, is_minimum) in
        [("minimum", "exclusiveMinimum", true), ("maximum", "exclusiveMaximum", false)]
    {
        let Some(own) = schema.get(exclusive).and_then(Value::as_number) else { continue };
        let near = |digits: &str| digits.parse::<f64>().unwrap_or_default();
        let other = schema.get(bound).and_then(Value::as_number).map(near);
        let is_tighter = other.is_none_or(|other| if is_minimum { near(own) >= other } else { near(own) <= other });
        match schema.remove(exclusive) {
            Some(own) if is_tighter => {
                schema.insert(bound, own);
                schema.insert(exclusive, Value::Bool(true));
            }
            _ => {}
        }
    }
}

/// Keeps the first of a list of examples.
pub(super) fn examples(schema: &mut Members, _: &mut Context<'_>) {
    let Some(Value::List(examples)) = schema.get("examples") else { return };
    let first = examples.first().cloned();
    schema.remove("examples");
    if let (Some(first), false) = (first, schema.contains_key("example")) {
        schema.insert("example", first);
    }
}

/// Converts encodings of bytes to formats.
pub(super) fn content(schema: &mut Members, _: &mut Context<'_>) {
    let encoding = schema.remove("contentEncoding");
    let media = schema.remove("contentMediaType");
    let encoding = encoding.as_ref().and_then(Value::as_text);
    let media = media.as_ref().and_then(Value::as_text);
    let format = match (encoding, media) {
        (Some("base64"), _) => "byte",
        (Some("base64url"), _) => "base64url",
        (Some("binary"), _) => "binary",
        (None, Some(media)) if !is_text(media) => "binary",
        _ => return,
    };
    if !schema.contains_key("type") && !schema.contains_key("$ref") {
        schema.insert("type", Value::from("string"));
    }
    if !schema.contains_key("format") {
        schema.insert("format", Value::from(format));
    }
}

fn is_text(media: &str) -> bool {
    media.starts_with("text/") || ["json", "xml", "yaml"].iter().any(|ending| media.ends_with(ending))
}

/// Converts a tuple to a list whose elements are any of its types.
pub(super) fn tuples(schema: &mut Members, _: &mut Context<'_>) {
    let (first, rest) = match (schema.remove("prefixItems"), schema.get("items")) {
        (Some(Value::List(first)), _) => (first, schema.remove("items")),
        (_, Some(Value::List(_))) => match schema.remove("items") {
            Some(Value::List(first)) => (first, None),
            _ => return,
        },
        _ => return,
    };
    let mut any = first;
    any.extend(rest.filter(|rest| !is_nothing(rest)));
    schema.insert("items", any_of(any));
    if !schema.contains_key("type") {
        schema.insert("type", Value::from("array"));
    }
}

/// Returns a schema that admits any of some schemas.
fn any_of(mut any: Vec<Value>) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for schema in any.drain(..) {
        if !distinct.contains(&schema) {
            distinct.push(schema);
        }
    }
    match distinct.len() {
        0 => Members::new().into(),
        1 => distinct.remove(0),
        _ => Members::from_iter([("anyOf", Value::List(distinct))]).into(),
    }
}

/// Returns whether no value fits a schema.
fn is_nothing(schema: &Value) -> bool {
    let members = schema.as_object().filter(|members| members.len() == 1);
    members.and_then(|members| members.get("not")).and_then(Value::as_object).is_some_and(Members::is_empty)
}

/// Converts `patternProperties` to `additionalProperties` of any of their types.
pub(super) fn pattern_properties(schema: &mut Members, _: &mut Context<'_>) {
    let Some(Value::Object(patterns)) = schema.remove("patternProperties") else { return };
    let is_untyped = matches!(schema.get("additionalProperties"), None | Some(Value::Bool(_)));
    if patterns.is_empty() || !is_untyped {
        return;
    }
    schema.insert("additionalProperties", any_of(patterns.into_iter().map(|(_, schema)| schema).collect()));
    if !schema.contains_key("type") {
        schema.insert("type", Value::from("object"));
    }
}

/// Converts `unevaluatedProperties` to `additionalProperties`, unless that is present.
pub(super) fn unevaluated(schema: &mut Members, _: &mut Context<'_>) {
    if let Some(value @ Value::Object(_)) = schema.get("unevaluatedProperties").cloned()
        && !schema.contains_key("additionalProperties")
    {
        schema.insert("additionalProperties", value);
    }
}

/// Reports and removes conditional schemas.
pub(super) fn conditions(schema: &mut Members, context: &mut Context<'_>) {
    if schema.contains_key("if") && (schema.contains_key("then") || schema.contains_key("else")) {
        context.leave_out("if");
    }
    if schema.contains_key("dependentSchemas") {
        context.leave_out("dependentSchemas");
    }
    let keys = ["if", "then", "else", "dependentSchemas"];
    schema.retain(|key, _| !keys.contains(&key));
}

/// Removes keywords that later stages do not use.
pub(super) fn without_meaning(schema: &mut Members, _: &mut Context<'_>) {
    schema.retain(|key, _| !SILENT.contains(&key) && !CHECKS.contains(&key));
}
