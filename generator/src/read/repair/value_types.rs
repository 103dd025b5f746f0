//! Converts values of another type than expected, or leaves them out.

use super::context::Context;
use crate::document::grammar::{Kind, Shape};
use crate::document::{Members, Value};

/// Makes a node fit a shape. Returns false if that is not possible.
pub(super) fn shape(shape: Shape, node: &mut Value, context: &mut Context<'_>) -> bool {
    if fits(shape, node) {
        return true;
    }
    let found = match &*node {
        Value::Null => "null (in YAML an empty value, or `null` without quotes)",
        other => other.what(),
    };
    if let Some((fitting, how)) = fitting(shape, node) {
        *node = fitting;
        context.warn(format!("expected {}, found {found}; {how}", expected(shape)));
        return true;
    }
    context.warn(format!("expected {}, found {found}; it is left out", expected(shape)));
    false
}

/// Returns whether a node has a shape, regardless of its members.
pub(in crate::read) fn fits(shape: Shape, node: &Value) -> bool {
    match (shape, node) {
        (Shape::Any, _) | (Shape::OrBool(_), Value::Bool(_)) => true,
        (Shape::OrBool(inner), _) => fits(*inner, node),
        (Shape::Text, Value::Text(_))
        | (Shape::Bool, Value::Bool(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::List(_), Value::List(_))
        | (Shape::Object(_) | Shape::OrReference(_) | Shape::Map(_), Value::Object(_)) => true,
        (Shape::Count, Value::Number(digits)) => digits.parse::<u64>().is_ok(),
        _ => false,
    }
}

/// Returns the value that was meant, and what was assumed.
fn fitting(shape: Shape, node: &Value) -> Option<(Value, &'static str)> {
    let meant = match (shape, node) {
        (_, Value::Null) => return None,
        (Shape::Text, Value::Number(digits)) => (Value::Text(digits.clone()), "it is taken as text"),
        (Shape::Text, Value::Bool(truth)) => (Value::Text(truth.to_string()), "it is taken as text"),
        (Shape::Bool, Value::Text(text)) => (Value::Bool(truth(text)?), "the word is taken as one"),
        (Shape::Number, Value::Text(digits)) if is_number(digits) => {
            (Value::Number(digits.trim().to_owned()), "the digits are taken as one")
        }
        (Shape::Count, Value::Text(digits) | Value::Number(digits)) => {
            (Value::Number(count(digits)?.to_string()), "the digits are taken as one")
        }
        (Shape::List(Shape::Any | Shape::Map(_)), Value::List(_)) => return None,
        (Shape::List(inner), node) if fits(*inner, node) => {
            (Value::List(vec![node.clone()]), "it is taken as the only element")
        }
        (Shape::Map(_) | Shape::Object(_), Value::List(elements)) if elements.is_empty() => {
            (Members::new().into(), "there is nothing in it in any case")
        }
        (Shape::OrBool(_), Value::Text(text)) => (Value::Bool(truth(text)?), "the word is taken as one"),
        _ => return None,
    };
    Some(meant)
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

fn is_number(digits: &str) -> bool {
    serde_json::from_str::<f64>(digits).is_ok_and(f64::is_finite)
}

/// Parses a whole number, with or without a fraction of zeros.
fn count(digits: &str) -> Option<u64> {
    let digits = digits.trim();
    let whole = digits.split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0'));
    whole.map_or(digits, |(whole, _)| whole).parse().ok()
}

fn expected(shape: Shape) -> &'static str {
    match shape {
        Shape::Any => "anything",
        Shape::Text => "text",
        Shape::Bool => "a truth value",
        Shape::Number => "a number",
        Shape::Count => "a whole number",
        Shape::List(_) => "a list",
        Shape::Map(_) => "a mapping",
        Shape::OrBool(_) => "a schema or a truth value",
        Shape::Object(kind) | Shape::OrReference(kind) => Kind::name(kind),
    }
}
