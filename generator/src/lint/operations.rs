//! Checks the names, tags, responses and examples of operations.

use std::collections::HashSet;

use super::findings::Findings;
use super::nodes::{Nodes, name, says};
use super::rules::Rule;
use crate::document::grammar::Kind;
use crate::document::media_type::is_json;
use crate::document::{NodeRef, Value};

pub(super) fn check(nodes: &Nodes<'_>, findings: &mut Findings) {
    let tags: HashSet<_> = nodes.of_kind(Kind::Tag).filter_map(|tag| tag.text("name")).collect();
    let mut shown = HashSet::new();
    for operation in nodes.operations() {
        named(operation, findings);
        tagged(operation, &tags, findings);
        successful(operation, findings);
        for body in bodies(nodes, operation) {
            // A body that several operations share is reported once.
            if shown.insert(body.at.clone()) {
                exemplified(nodes, &body, findings);
            }
        }
    }
}

fn named(operation: &NodeRef<'_>, findings: &mut Findings) {
    if !says(operation, "operationId") {
        findings.add(Rule::OperationId, &operation.at, format!("`{}` has no `operationId`", name(&operation.at)));
    }
    if !says(operation, "summary") && !says(operation, "description") {
        let name = operation.text("operationId").map_or_else(|| name(&operation.at), str::to_owned);
        let message = format!("`{name}` has neither a summary nor a description");
        findings.add(Rule::OperationDescription, &operation.at, message);
    }
}

fn tagged(operation: &NodeRef<'_>, known: &HashSet<&str>, findings: &mut Findings) {
    for tag in operation.elements_of("tags") {
        if let Some(name) = tag.value.as_text().filter(|name| !known.contains(name)) {
            findings.add(Rule::OperationTagDefined, &tag.at, format!("the tag `{name}` is not declared"));
        }
    }
}

fn successful(operation: &NodeRef<'_>, findings: &mut Findings) {
    let mut statuses = operation.members_of("responses").map(|(status, _)| status);
    if !statuses.any(|status| status.starts_with(['2', '3'])) {
        let message = "the operation does not say what its success looks like";
        findings.add(Rule::OperationSuccessResponse, &operation.at.join("responses"), message);
    }
}

/// Returns the bodies that are worth an example: what is sent, and what a success brings.
fn bodies<'a>(nodes: &Nodes<'a>, operation: &NodeRef<'a>) -> Vec<NodeRef<'a>> {
    let request = operation.get("requestBody").and_then(|body| nodes.follow(body));
    let successes = operation.members_of("responses").filter(|(status, _)| status.starts_with('2'));
    let successes = successes.filter_map(|(_, response)| nodes.follow(response));
    request.into_iter().chain(successes).collect()
}

fn exemplified(nodes: &Nodes<'_>, body: &NodeRef<'_>, findings: &mut Findings) {
    for (media_type, content) in body.members_of("content") {
        let is_structured = is_json(media_type) || media_type.starts_with("application/x-www-form-urlencoded");
        let has_own = content.get("example").is_some() || content.members_of("examples").next().is_some();
        let Some(schema) = content.get("schema").filter(|_| is_structured && !has_own) else { continue };
        if !shows(nodes, schema) {
            findings.add(Rule::MissingExample, &content.at, format!("the body as `{media_type}` has no example"));
        }
    }
}

/// Returns whether a schema shows what its values look like: as a whole, by its elements, or by each of its properties.
fn shows<'a>(nodes: &Nodes<'a>, schema: NodeRef<'a>) -> bool {
    let has_example = |schema: &NodeRef<'a>| schema.get("example").is_some();
    let parts = nodes.all_of(schema);
    let elements: Vec<_> = parts.iter().filter_map(|part| part.get("items")).collect();
    let parts: Vec<_> = parts.into_iter().chain(elements.into_iter().flat_map(|items| nodes.all_of(items))).collect();
    let mut properties = parts.iter().flat_map(|part| part.members_of("properties")).peekable();
    let is_closed = parts.iter().any(|part| part.value.get("additionalProperties").is_some_and(|more| !more.is_null()));
    let is_empty = properties.peek().is_none() && parts.iter().all(|part| is_empty_object(part.value) && !is_closed);
    let mut each = properties.map(|(_, property)| nodes.all_of(property).iter().any(has_example)).peekable();
    parts.iter().any(has_example) || is_empty || each.peek().is_some() && each.all(|shown| shown)
}

/// Returns whether a schema describes an object and nothing in it.
fn is_empty_object(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_text) == Some("object")
        && ["oneOf", "anyOf", "allOf"].iter().all(|key| schema.get(key).is_none())
}
