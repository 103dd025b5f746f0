//! Enums: each value gets a name and a meaning.

use crate::document::extension_keys;
use std::collections::{BTreeMap, BTreeSet};

use super::all_of::Subschemas;
use super::extensions::Extensions;
use super::keywords::Group;
use super::naming::{Named, Naming};
use super::schema_type::refuse_other_groups;
use super::schemas::{Lowered, Schemas};
use crate::diagnostics::{Code, Omission};
use crate::document::Pointer;
use crate::document::Value;
use crate::ir::{Docs, Enum, Notation, Scalar, Shape, Type, Variant};
use crate::names::{Case, Scope};

/// Lowers a schema with listed values of a type; `any` for one that says no type.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    kind: &str,
    naming: &Naming,
) -> Option<Lowered> {
    refuse_other_groups(schemas, subschemas, &[Group::Enumeration, Group::Format])?;
    let subschema = subschemas.enumeration()?.clone();
    let (values, at) = (subschema.keywords.enumeration, subschema.node.at.join("enum"));
    let nullable = values.contains(&Value::Null);
    let listed = texts(schemas, values, kind, &at);
    if listed.texts.is_empty() {
        return Some(Lowered::plain(Type::Json));
    }
    if values.iter().all(|value| matches!(value, Value::Bool(_) | Value::Null)) && kind != "string" {
        return Some(Lowered { nullable, ..Lowered::plain(Type::Scalar(Scalar::Boolean)) });
    }
    let name = schemas.type_name(naming, subschemas.at())?;
    let variants = variants(schemas, &listed, &subschema.node);
    let docs = Docs {
        text: subschemas.root().keywords.annotations.description.unwrap_or_default().to_owned(),
        notes: Vec::new(),
    };
    let shape = Shape::Enum(Enum { variants, notation: listed.notation });
    let id = schemas.begin(name, docs, shape, subschemas.at(), naming);
    Some(Lowered { nullable, ..Lowered::plain(Type::Named(id)) })
}

/// The values of an enum as the wire has them, with their places.
struct Listed<'a> {
    texts: Vec<(std::borrow::Cow<'a, str>, Pointer)>,
    notation: Notation,
}

/// The texts of the values, each once; null is no value of its own.
fn texts<'a>(schemas: &mut Schemas<'a>, values: &'a [Value], kind: &str, at: &Pointer) -> Listed<'a> {
    let is_text = kind == "string" || values.iter().all(|value| matches!(value, Value::Text(_) | Value::Null));
    let notation = if is_text { Notation::Text } else { Notation::Json };
    let mut texts = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, value) in values.iter().enumerate().filter(|(_, value)| **value != Value::Null) {
        let at = at.join(index);
        let text: std::borrow::Cow<'a, str> = match (value, notation) {
            (Value::Text(text), Notation::Text) => text.as_str().into(),
            // A number in quotes, where numbers are meant.
            (Value::Text(text), Notation::Json) if kind != "any" && serde_json::from_str::<f64>(text).is_ok() => {
                text.as_str().into()
            }
            (Value::List(_) | Value::Object(_), _) => {
                schemas.unsupported(Omission::Value, &at, "only plain values can be listed").help("leave it out");
                continue;
            }
            (value, _) => {
                let message = format!("the value {value} is not text, as the `type` has it");
                let help = format!("quote it: '{value}'");
                if notation == Notation::Text
                    && schemas.reporter.strict_error(Code::Invalid, &at, message, help).is_none()
                {
                    continue;
                }
                value.to_string().into()
            }
        };
        if seen.insert(text.clone()) {
            texts.push((text, at));
        } else {
            let message = format!("the value `{text}` is listed twice");
            schemas.reporter.strict_error(Code::Invalid, &at, message, "remove one of the two");
        }
    }
    Listed { texts, notation }
}

/// A JSON value as names are made of it: the quotes around text are no part of it, and what is no digit in a number is a word.
fn in_words(json: &str) -> std::borrow::Cow<'_, str> {
    if json.starts_with('"') {
        json.trim_matches('"').into()
    } else {
        json.replace('-', "minus ").replace('.', " point ").into()
    }
}

fn variants<'a>(
    schemas: &mut Schemas<'a>,
    listed: &Listed<'a>,
    node: &crate::document::node_ref::NodeRef<'a>,
) -> Vec<Variant> {
    let meanings: BTreeMap<String, String> =
        Extensions::new(node).get(extension_keys::ENUM_DESCRIPTIONS, &mut schemas.reporter).unwrap_or_default();
    let mut scope = Scope::new(Case::Pascal, &["Unknown"]);
    let mut variants = Vec::new();
    for (text, at) in &listed.texts {
        let spelt = match listed.notation {
            Notation::Text => text.clone(),
            Notation::Json => in_words(text),
        };
        if let Some(name) = schemas.claim(&mut scope, Named::EnumValue, (&spelt, None), at) {
            let meaning = meanings.get(&**text).cloned().unwrap_or_default();
            let docs = Docs { text: meaning, notes: Vec::new() };
            variants.push(Variant { name: name.of_wire(text), docs, at: at.clone() });
        }
    }
    for value in meanings.keys().filter(|value| !listed.texts.iter().any(|(text, _)| **value == **text)) {
        let at = node.at.join(extension_keys::ENUM_DESCRIPTIONS).join(value);
        schemas
            .reporter
            .unsupported(
                Omission::Value,
                Code::Extension,
                &at,
                format!("`{value}` is described but is not a value of the enum"),
            )
            .help("add it to `enum`, or remove its description");
    }
    variants
}
