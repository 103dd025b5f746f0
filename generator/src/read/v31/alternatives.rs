//! Lists of types, and null, for which 3.0 has `nullable`.

use super::context::Context;
use crate::diagnostics::{Code, Severity};
use crate::document::grammar::TYPES;
use crate::document::{Members, Value};

/// Keywords for values of any type, which stay beside the alternatives.
const COMMON: &[&str] = &[
    "title",
    "description",
    "default",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "externalDocs",
    "xml",
    "allOf",
    "oneOf",
    "not",
    "$defs",
    "definitions",
];

/// A list of all these types has no effect.
const ANY: &[&str] = &["string", "number", "boolean", "array", "object"];

/// Converts a list of types: to one type and null, or to alternatives, each with the keywords for its type.
pub(super) fn types(schema: &mut Members, context: &mut Context<'_>) {
    null_as_type(schema, context);
    let mut names: Vec<String> = match schema.get("type") {
        Some(Value::Text(name)) if name == "null" => vec![name.clone()],
        Some(Value::List(names)) => names.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
        _ => return,
    };
    let before = names.len();
    names.retain(|name| name != "null");
    if names.iter().any(|name| name == "number") {
        names.retain(|name| name != "integer");
    }
    let mut distinct = Vec::new();
    names.into_iter().for_each(|name| {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    });
    if distinct.len() < before && schema.get("type").is_some_and(has_null) {
        schema.insert("nullable", Value::Bool(true));
    }
    if let Some(Value::List(values)) = schema.get("enum")
        && distinct.iter().any(|name| values.iter().any(|value| is_of(value, name)))
    {
        distinct.retain(|name| values.iter().any(|value| is_of(value, name)));
    }
    match distinct.as_slice() {
        // Nothing but null.
        [] => {
            schema.remove("type");
            if !schema.contains_key("enum") {
                schema.insert("enum", Value::List(vec![Value::Null]));
            }
        }
        [one] => {
            schema.insert("type", Value::from(one.as_str()));
        }
        all if ANY.iter().all(|name| all.iter().any(|known| known == name)) => drop(schema.remove("type")),
        // Beside `anyOf` the types cannot be assigned to its alternatives.
        _ if schema.contains_key("anyOf") => drop(schema.remove("type")),
        several => {
            schema.remove("type");
            let alternatives = several.iter().map(|name| Value::Object(alternative(schema, name))).collect();
            let is_common = |key: &str| COMMON.contains(&key) || key.starts_with("x-");
            schema.retain(|key, _| is_common(key));
            schema.insert("anyOf", Value::List(alternatives));
        }
    }
}

/// Takes a null in a list of types as the type of that name, and reports it.
fn null_as_type(schema: &mut Members, context: &mut Context<'_>) {
    let Some(Value::List(types)) = schema.get_mut("type") else { return };
    for (index, name) in types.iter_mut().enumerate().filter(|(_, name)| **name == Value::Null) {
        *name = Value::from("null");
        let at = context.node_path.pointer().join("type").join(index);
        let message = "YAML reads `null` without quotes as null, not as the name of a type".to_owned();
        let diagnostic = context.diagnostics.push(Severity::of(context.mode), Code::Invalid, &at, message);
        diagnostic.help("quote it: 'null'");
    }
}

fn has_null(types: &Value) -> bool {
    types.as_text() == Some("null") || types.elements().any(|name| name.as_text() == Some("null"))
}

/// Returns the keywords of a schema for one type.
fn alternative(schema: &Members, name: &str) -> Members {
    let own = TYPES.iter().find(|(known, ..)| *known == name).map_or(&[][..], |(.., own)| own);
    let mut alternative = Members::from_iter([("type", Value::from(name))]);
    for (key, value) in schema {
        match (key, value) {
            ("enum", Value::List(values)) => {
                let values: Vec<_> = values.iter().filter(|value| is_of(value, name)).cloned().collect();
                if !values.is_empty() {
                    alternative.insert("enum", Value::List(values));
                }
            }
            ("format", _) if fits_format(value, name) => drop(alternative.insert("format", value.clone())),
            _ if own.contains(&key) => drop(alternative.insert(key, value.clone())),
            _ => {}
        }
    }
    alternative
}

fn is_of(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) => name == "boolean",
        Value::Number(digits) => name == "number" || (name == "integer" && !digits.contains(['.', 'e', 'E'])),
        Value::Text(_) => name == "string",
        Value::List(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

/// Returns whether a format applies to a type. Formats that are not for numbers are for text.
fn fits_format(format: &Value, name: &str) -> bool {
    match format.as_text() {
        Some("int32" | "int64" | "float" | "double" | "decimal") => name == "integer" || name == "number",
        _ => name == "string",
    }
}

/// Converts null among the values of an enum.
pub(super) fn null_in_enum(schema: &mut Members, _: &mut Context<'_>) {
    let Some(Value::List(values)) = schema.get_mut("enum") else { return };
    // A schema of only null is an alternative; the rule for its union removes it.
    if values.iter().all(Value::is_null) || !values.iter().any(Value::is_null) {
        return;
    }
    values.retain(|value| !value.is_null());
    schema.insert("nullable", Value::Bool(true));
}

/// Converts null among alternatives.
pub(super) fn null_among(schema: &mut Members, _: &mut Context<'_>) {
    for key in ["anyOf", "oneOf"] {
        let Some(Value::List(alternatives)) = schema.get_mut(key) else { continue };
        let before = alternatives.len();
        alternatives.retain(|alternative| !is_null(alternative));
        if alternatives.len() == before {
            continue;
        }
        match alternatives.len() {
            0 => {
                schema.remove(key);
                schema.insert("enum", Value::List(vec![Value::Null]));
            }
            1 => only_one(schema, key),
            _ => {}
        }
        schema.insert("nullable", Value::Bool(true));
    }
}

/// Returns whether null is all that fits a schema.
fn is_null(schema: &Value) -> bool {
    let only =
        |value: &Value| matches!(value, Value::List(values) if !values.is_empty() && values.iter().all(Value::is_null));
    schema.get("enum").is_some_and(only)
}

/// Merges the only alternative with the keywords beside it.
fn only_one(schema: &mut Members, key: &str) {
    let Some(Value::List(mut alternatives)) = schema.remove(key) else { return };
    let Some(one) = alternatives.pop() else { return };
    match one {
        Value::Object(one)
            if !one.contains_key("$ref") && one.keys().all(|key| !schema.contains_key(key) || is_doc(key)) =>
        {
            for (key, value) in one {
                if !schema.contains_key(&key) {
                    schema.insert(key, value);
                }
            }
        }
        one => match schema.get_mut("allOf") {
            Some(Value::List(all)) => all.push(one),
            _ => drop(schema.insert("allOf", Value::List(vec![one]))),
        },
    }
}

fn is_doc(key: &str) -> bool {
    ["title", "description", "example", "examples", "nullable", "deprecated"].contains(&key)
}
