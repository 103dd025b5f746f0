//! Lowers `enum`: each value gets a name and a description.

use crate::diagnostics::{Code, Omission};
use crate::document::{Pointer, Value, extension_keys};
use crate::ir::{Docs, Enum, Notation, Scalar, Shape, Type, Variant};
use crate::names::{Case, Scope};
use std::collections::{BTreeMap, BTreeSet};

use super::extensions::Extensions;
use super::keyword_groups::refuse_other_groups;
use super::keywords::Group;
use super::lowered::LoweredSchema;
use super::naming::{NameKind, Naming};
use super::state::Schemas;
use super::subschemas::Subschemas;

/// Lowers a schema with `enum`; `kind` is `any` if it has no `type`.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    kind: &str,
    naming: &Naming,
) -> Option<LoweredSchema> {
    refuse_other_groups(schemas, subschemas, &[Group::Enumeration, Group::Format])?;
    let subschema = subschemas.enumeration()?.clone();
    let (values, at) = (subschema.keywords.enumeration, subschema.node.at.join("enum"));
    let nullable = values.contains(&Value::Null);
    let listed = texts(schemas, values, kind, &at);
    if listed.texts.is_empty() {
        return Some(LoweredSchema::plain(Type::Json));
    }
    if values.iter().all(|value| matches!(value, Value::Bool(_) | Value::Null)) && kind != "string" {
        return Some(LoweredSchema { nullable, ..LoweredSchema::plain(Type::Scalar(Scalar::Boolean)) });
    }
    let name = schemas.type_name(naming, subschemas.at())?;
    let variants = variants(schemas, &listed, &subschema.node);
    let docs = Docs {
        text: subschemas.root().keywords.annotations.description.unwrap_or_default().to_owned(),
        annotations: Vec::new(),
    };
    let shape = Shape::Enum(Enum { variants, notation: listed.notation });
    let id = schemas.insert_type(name, docs, shape, subschemas.at(), naming);
    Some(LoweredSchema { nullable, ..LoweredSchema::plain(Type::Named(id)) })
}

/// The values of an enum as they are on the wire, with their locations.
struct EnumValues<'a> {
    texts: Vec<(std::borrow::Cow<'a, str>, Pointer)>,
    notation: Notation,
}

/// Returns the texts of the values, each once; null is no value of its own.
fn texts<'a>(schemas: &mut Schemas<'a>, values: &'a [Value], kind: &str, at: &Pointer) -> EnumValues<'a> {
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
    EnumValues { texts, notation }
}

/// Returns a JSON value as words for a name: text without its quotes, and the signs in a number spelt out.
fn in_words(json: &str) -> std::borrow::Cow<'_, str> {
    if json.starts_with('"') {
        json.trim_matches('"').into()
    } else {
        json.replace('-', "minus ").replace('.', " point ").into()
    }
}

fn variants<'a>(
    schemas: &mut Schemas<'a>,
    listed: &EnumValues<'a>,
    node: &crate::document::NodeRef<'a>,
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
        if let Some(name) = schemas.claim(&mut scope, NameKind::EnumValue, (&spelt, None), at) {
            let meaning = meanings.get(&**text).cloned().unwrap_or_default();
            let docs = Docs { text: meaning, annotations: Vec::new() };
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
