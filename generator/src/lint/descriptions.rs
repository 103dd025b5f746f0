//! Checks descriptions, of enum values, too.

use super::findings::Findings;
use super::nodes::{Nodes, is_described, name, says};
use super::rules::Rule;
use crate::document::extension_keys::ENUM_DESCRIPTIONS;
use crate::document::grammar::Kind;
use crate::document::{NodeRef, Pointer, Value};

pub(super) fn check(nodes: &Nodes<'_>, findings: &mut Findings) {
    info(nodes, findings);
    responses(nodes, findings);
    parameters(nodes, findings);
    components(nodes, findings);
    properties(nodes, findings);
    enums(nodes, findings);
}

fn info(nodes: &Nodes<'_>, findings: &mut Findings) {
    for info in nodes.of_kind(Kind::Info).filter(|info| !is_described(info)) {
        findings.add(Rule::InfoDescription, &info.at, "the document does not say what the API is for");
    }
    for tag in nodes.of_kind(Kind::Tag).filter(|tag| !is_described(tag)) {
        let name = tag.text("name").unwrap_or_default();
        findings.add(Rule::TagDescription, &tag.at, format!("the tag `{name}` has no description"));
    }
}

fn responses(nodes: &Nodes<'_>, findings: &mut Findings) {
    for response in nodes.of_kind(Kind::Response).filter(|response| !is_described(response)) {
        let message = format!("the response `{}` has no description", name(&response.at));
        findings.add(Rule::ResponseDescription, &response.at, message);
    }
}

fn parameters(nodes: &Nodes<'_>, findings: &mut Findings) {
    for parameter in nodes.of_kind(Kind::Parameter).filter(|parameter| !is_described(parameter)) {
        let name = parameter.text("name").unwrap_or_default();
        findings.add(Rule::ParameterDescription, &parameter.at, format!("the parameter `{name}` has no description"));
    }
}

fn components(nodes: &Nodes<'_>, findings: &mut Findings) {
    let schemas = nodes.components("schemas").filter(|(_, schema)| schema.reference().is_none());
    for (name, schema) in schemas.filter(|(_, schema)| !is_described(schema)) {
        findings.add(Rule::ComponentDescription, &schema.at, format!("the schema `{name}` has no description"));
    }
    for header in nodes.of_kind(Kind::Header).filter(|header| !is_described(header)) {
        let message = format!("the header `{}` has no description", name(&header.at));
        findings.add(Rule::ComponentDescription, &header.at, message);
    }
}

fn properties(nodes: &Nodes<'_>, findings: &mut Findings) {
    for schema in nodes.of_kind(Kind::Schema) {
        for (name, property) in schema.members_of("properties") {
            let at = property.at.clone();
            if !nodes.all_of(property).iter().any(is_described) {
                findings.add(Rule::PropertyDescription, &at, format!("the property `{name}` has no description"));
            }
        }
    }
}

fn enums(nodes: &Nodes<'_>, findings: &mut Findings) {
    for schema in nodes.of_kind(Kind::Schema) {
        let Some(list) = schema.get("enum") else { continue };
        let values: Vec<String> = list.value.elements().filter_map(spelt).collect();
        let explained = schema.get(ENUM_DESCRIPTIONS);
        if let Some(explained) = &explained {
            for (name, stray) in explained.members().filter(|(name, _)| !values.iter().any(|value| value == name)) {
                let message = format!("`{name}` is explained, but is no value of the enum");
                findings.add(Rule::EnumValueDescription, &stray.at, message).help("remove it, or correct its name");
            }
        }
        // The only value of an enum is a constant: there is nothing to choose.
        if values.len() < 2 || list.value.elements().any(|value| value.as_bool().is_some()) {
            continue;
        }
        let prose = prose(nodes, schema);
        let is_explained = |value: &String| {
            explained.as_ref().is_some_and(|explained| says(explained, value)) || mentions(&prose, value)
        };
        let missing: Vec<_> = values.iter().filter(|value| !is_explained(value)).collect();
        if !missing.is_empty() {
            let message = match missing.len() == values.len() {
                true => "the values of the enum are not explained".to_owned(),
                false => format!("{} of the enum is not explained", few(&missing)),
            };
            findings.add(Rule::EnumValueDescription, &list.at, message);
        }
    }
}

/// Returns an enum value as it is written, except null.
fn spelt(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// Returns the first of some values, and how many there are beside them.
fn few(values: &[&String]) -> String {
    match values {
        [one] => format!("`{one}`"),
        [first, rest @ ..] => format!("`{first}`, with {} more,", rest.len()),
        [] => String::new(),
    }
}

/// Returns the descriptions of a schema and of the node that it describes.
fn prose(nodes: &Nodes<'_>, schema: &NodeRef<'_>) -> String {
    let mut text = schema.text("description").unwrap_or_default().to_owned();
    let mut at = schema.at.clone();
    while let Some(above) = above(&at) {
        let node = nodes.document.at(&above);
        let more = node.and_then(|node| node.get("description")).and_then(Value::as_text);
        text.push('\n');
        text.push_str(more.unwrap_or_default());
        at = above;
    }
    text
}

/// Returns the node that a schema describes the value of, or the elements of.
fn above(at: &Pointer) -> Option<Pointer> {
    let last = at.last()?;
    let above = at.parent()?;
    match last.as_str() {
        "schema" | "items" => Some(above),
        _ => above
            .last()
            .filter(|list| matches!(list.as_str(), "allOf" | "anyOf" | "oneOf"))
            .and_then(|_| above.parent()),
    }
}

/// Returns whether a text has a value as a word of its own.
fn mentions(text: &str, value: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    !value.is_empty()
        && text
            .match_indices(value)
            .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + value.len()..].starts_with(is_part))
}
