//! Rules for schemas.

use super::context::Context;
use crate::diagnostics::closest;
use crate::document::grammar::TYPES;
use crate::document::{Members, Value};

/// Moves `required: true` of a property to the list of its object.
pub(super) fn required_at_properties(schema: &mut Members, context: &mut Context<'_>) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    let mut required = Vec::new();
    let mut declared = Vec::new();
    for (name, property) in properties.iter_mut() {
        let Value::Object(property) = property else { continue };
        let Some(is_required) = property.get("required").and_then(flag) else { continue };
        property.remove("required");
        declared.push(name.to_owned());
        if is_required {
            required.push(name.to_owned());
        }
    }
    let at = context.node_path.pointer().join("properties");
    for name in declared {
        let message = format!("`required` is a list of properties; `{name}` is taken as required by its object");
        context.diagnostics.warning(crate::diagnostics::Code::Invalid, &at.join(&name).join("required"), message);
    }
    if required.is_empty() {
        return;
    }
    let mut all = match schema.remove("required") {
        Some(Value::List(all)) => all,
        _ => Vec::new(),
    };
    for name in required {
        if !all.iter().any(|known| known.as_text() == Some(&name)) {
            all.push(Value::Text(name));
        }
    }
    schema.insert("required", Value::List(all));
}

/// Removes `required: true` of a schema that is not a property.
pub(super) fn own_required(schema: &mut Members, context: &mut Context<'_>) {
    if schema.get("required").and_then(flag).is_some() {
        schema.remove("required");
        context.warn_at("required", "`required` is a list of properties; the truth value is left out");
    }
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Text(text) if text == "true" => Some(true),
        Value::Text(text) if text == "false" => Some(false),
        _ => None,
    }
}

/// Words that are not types, with the type and the format that they mean.
const OTHER_TYPES: &[(&str, &str, Option<&str>)] = &[
    ("int", "integer", None),
    ("int32", "integer", Some("int32")),
    ("int64", "integer", Some("int64")),
    ("long", "integer", Some("int64")),
    ("float", "number", Some("float")),
    ("double", "number", Some("double")),
    ("decimal", "number", None),
    ("numeric", "number", None),
    ("bool", "boolean", None),
    ("str", "string", None),
    ("text", "string", None),
    ("enum", "string", None),
    ("date", "string", Some("date")),
    ("date-time", "string", Some("date-time")),
    ("datetime", "string", Some("date-time")),
    ("timestamp", "string", Some("date-time")),
    ("uuid", "string", Some("uuid")),
    ("uri", "string", Some("uri")),
    ("url", "string", Some("uri")),
    ("email", "string", Some("email")),
    ("file", "string", Some("binary")),
    ("binary", "string", Some("binary")),
    ("list", "array", None),
    ("map", "object", None),
    ("dict", "object", None),
    ("dictionary", "object", None),
    ("hash", "object", None),
];

/// Corrects an unknown type.
pub(super) fn known_type(schema: &mut Members, context: &mut Context<'_>) {
    let Some(Value::Text(word)) = schema.get("type") else { return };
    if TYPES.iter().any(|(name, ..)| name == word) {
        return;
    }
    let lower = word.trim().to_lowercase();
    let names = || TYPES.iter().map(|(name, ..)| *name);
    let same = names().find(|name| **name == lower).map(|name| (name, None));
    let other = OTHER_TYPES.iter().find(|(other, ..)| *other == lower).map(|(_, name, format)| (*name, *format));
    let meant = same.or(other).or_else(|| closest(&lower, names()).map(|name| (name, None)));
    let message = match meant {
        Some((name, _)) => format!("`{word}` is not a type; `{name}` is assumed"),
        None => format!("`{word}` is not a type; any value is assumed"),
    };
    context.warn_at("type", message);
    match meant {
        Some((name, format)) => {
            schema.insert("type", Value::from(name));
            if let (Some(format), false) = (format, schema.contains_key("format")) {
                schema.insert("format", Value::from(format));
            }
        }
        None => drop(schema.remove("type")),
    }
}

/// Converts a discriminator of Swagger 2.0.
pub(super) fn discriminator_by_name(schema: &mut Members, context: &mut Context<'_>) {
    let Some(Value::Text(name)) = schema.get("discriminator") else { return };
    let by_name = Members::from_iter([("propertyName", Value::from(name.as_str()))]);
    context.warn_at("discriminator", format!("a discriminator is a mapping; the property `{name}` is assumed"));
    schema.insert("discriminator", by_name.into());
}

/// Adds missing `items`.
pub(super) fn items_of_arrays(schema: &mut Members, context: &mut Context<'_>) -> bool {
    if schema.get("type").and_then(Value::as_text) == Some("array") && !schema.contains_key("items") {
        context.warn("an array needs `items`; any are assumed");
        schema.insert("items", Members::new().into());
    }
    true
}
