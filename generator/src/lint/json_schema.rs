//! Translates schemas of OpenAPI to JSON Schema, so that a library can validate values.

use std::collections::HashMap;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value as Json, json};

use super::nodes::Nodes;
use super::schemas::outermost;
use crate::document::{NodeRef, Value};

/// The formats that are checked. Others are annotations, or describe types of numbers.
const FORMATS: &[&str] = &["date", "date-time", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"];

/// Translates schemas, each once.
pub(super) struct Translator<'a, 'n> {
    nodes: &'n Nodes<'a>,
    numbers: HashMap<*const Value, usize>,
    definitions: Vec<Json>,
    open: Vec<(usize, NodeRef<'a>)>,
    /// Patterns, and whether they can be checked.
    patterns: HashMap<&'a str, bool>,
}

impl<'a, 'n> Translator<'a, 'n> {
    pub(super) fn new(nodes: &'n Nodes<'a>) -> Self {
        let (numbers, definitions) = (HashMap::new(), Vec::new());
        Self { nodes, numbers, definitions, open: Vec::new(), patterns: HashMap::new() }
    }

    /// Returns a reference to what a schema becomes.
    pub(super) fn schema(&mut self, schema: NodeRef<'a>) -> Json {
        let next = self.definitions.len();
        let number = *self.numbers.entry(std::ptr::from_ref(schema.value)).or_insert(next);
        if number == next {
            self.definitions.push(Json::Bool(true));
            self.open.push((number, schema));
        }
        json!({ "$ref": format!("#/definitions/{number}") })
    }

    /// Translates the constraints of a schema on plain values, except `enum`.
    pub(super) fn limits(&mut self, schema: &NodeRef<'a>) -> Json {
        let mut members = Map::new();
        self.plain(schema, &mut members);
        Json::Object(members)
    }

    /// Returns a validator for lists whose elements are to fit one schema each.
    pub(super) fn validator(mut self, elements: &[Json]) -> Result<Validator, String> {
        while let Some((number, schema)) = self.open.pop() {
            self.definitions[number] = self.translate(&schema);
        }
        let definitions: Map<_, _> =
            self.definitions.into_iter().enumerate().map(|(number, schema)| (number.to_string(), schema)).collect();
        let root = json!({ "items": elements, "definitions": definitions });
        options().build(&root).map_err(|error| error.to_string())
    }

    fn translate(&mut self, schema: &NodeRef<'a>) -> Json {
        if let Some(reference) = schema.reference() {
            return self.nodes.find(reference).map_or(Json::Bool(true), |target| self.schema(target));
        }
        let mut members = Map::new();
        self.plain(schema, &mut members);
        self.object(schema, &mut members);
        if let Some(items) = schema.get("items").filter(|items| items.value.as_object().is_some()) {
            members.insert("items".to_owned(), self.schema(items));
        }
        let is_composed = self.composition(schema, &mut members);
        if let Some(values) = schema.get("enum").and_then(|list| list.value.as_list()) {
            let null = schema.flag("nullable").then_some(Json::Null);
            let values = values.iter().map(Value::to_json).chain(null).collect();
            members.insert("enum".to_owned(), Json::Array(values));
        }
        match schema.flag("nullable") && is_composed {
            true => json!({ "anyOf": [{ "type": "null" }, members] }),
            false => Json::Object(members),
        }
    }

    /// Keywords about plain values.
    fn plain(&mut self, schema: &NodeRef<'a>, members: &mut Map<String, Json>) {
        const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];
        const COUNTS: &[&str] = &["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
        if let Some(name) = schema.text("type").filter(|name| TYPES.contains(name)) {
            let value = if schema.flag("nullable") { json!([name, "null"]) } else { json!(name) };
            members.insert("type".to_owned(), value);
        }
        for count in COUNTS {
            let value = schema.get(count).and_then(|value| value.value.as_number()?.parse::<u64>().ok());
            value.map(|value| members.insert((*count).to_owned(), json!(value)));
        }
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            let Some(value) = schema.get(bound).filter(|value| value.value.as_number().is_some()) else { continue };
            let keyword = if schema.flag(exclusive) { exclusive } else { bound };
            members.insert(keyword.to_owned(), value.value.to_json());
        }
        let multiple = schema.get("multipleOf").map(|value| value.value.to_json());
        multiple
            .filter(|value| value.as_f64().is_some_and(|value| value > 0.0))
            .map(|value| members.insert("multipleOf".to_owned(), value));
        if let Some(pattern) = schema.text("pattern").filter(|pattern| self.can_check(pattern)) {
            members.insert("pattern".to_owned(), json!(pattern));
        }
        if let Some(format) = schema.text("format").filter(|format| FORMATS.contains(format)) {
            members.insert("format".to_owned(), json!(format));
        }
        if schema.flag("uniqueItems") {
            members.insert("uniqueItems".to_owned(), Json::Bool(true));
        }
    }

    fn can_check(&mut self, pattern: &'a str) -> bool {
        *self.patterns.entry(pattern).or_insert_with(|| options().build(&json!({ "pattern": pattern })).is_ok())
    }

    /// Keywords about members.
    fn object(&mut self, schema: &NodeRef<'a>, members: &mut Map<String, Json>) {
        let properties: Map<_, _> =
            schema.members_of("properties").map(|(name, property)| (name.to_owned(), self.schema(property))).collect();
        if !properties.is_empty() {
            members.insert("properties".to_owned(), Json::Object(properties));
        }
        let required = self.required(schema);
        if !required.is_empty() {
            members.insert("required".to_owned(), json!(required));
        }
        match schema.get("additionalProperties") {
            Some(more) if more.value.as_bool() == Some(false) => {
                members.insert("additionalProperties".to_owned(), Json::Bool(false));
            }
            Some(more) if more.value.as_object().is_some() => {
                let more = self.schema(more);
                members.insert("additionalProperties".to_owned(), more);
            }
            _ => {}
        }
    }

    /// Returns the members that both requests and responses require.
    fn required(&self, schema: &NodeRef<'a>) -> Vec<&'a str> {
        let names = schema.elements_of("required").filter_map(|name| name.value.as_text());
        let mut names: Vec<_> = names.collect();
        if names.is_empty() {
            return names;
        }
        let parts = self.nodes.all_of(outermost(self.nodes.document, schema));
        names.retain(|name| {
            let mut properties = parts.iter().filter_map(|part| part.get("properties")?.get(name));
            !properties.any(|property| {
                let parts = self.nodes.all_of(property);
                parts.iter().any(|part| part.flag("readOnly") || part.flag("writeOnly"))
            })
        });
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Keywords that put schemas together; false when there are none.
    fn composition(&mut self, schema: &NodeRef<'a>, members: &mut Map<String, Json>) -> bool {
        let before = members.len();
        // With a discriminator, a value may fit several alternatives.
        let one_of = if schema.get("discriminator").is_some() { "anyOf" } else { "oneOf" };
        for (keyword, becomes) in [("allOf", "allOf"), ("anyOf", "anyOf"), ("oneOf", one_of)] {
            let parts: Vec<_> = schema.elements_of(keyword).map(|part| self.schema(part)).collect();
            if !parts.is_empty() && !members.contains_key(becomes) {
                members.insert(becomes.to_owned(), Json::Array(parts));
            }
        }
        if let Some(not) = schema.get("not").filter(|not| not.value.as_object().is_some()) {
            let not = self.schema(not);
            members.insert("not".to_owned(), not);
        }
        members.len() > before
    }
}

fn options<'o>() -> jsonschema::ValidationOptions<'o> {
    jsonschema::options().with_draft(Draft::Draft201909).should_validate_formats(true).offline()
}
