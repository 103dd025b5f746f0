//! The OpenAPI document, as JSON Schema.
//!
//! Requests are held against the same document the client is generated from, but by a JSON Schema library: a mistake
//! in the generator cannot excuse itself here.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Value, json};

use crate::failure::{Category, Problem, UNKNOWN_RESOURCE};
use crate::tokens::unescape;

static SOURCE: &str = include_str!("../zuora-payments.yaml");
static DOCUMENT: LazyLock<Result<Document, String>> = LazyLock::new(|| Document::read(SOURCE));

/// The three operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Session,
    Payment,
    Authorization,
}

impl Operation {
    const ALL: [Self; 3] = [Self::Session, Self::Payment, Self::Authorization];

    /// Returns the operation's name in the document.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Session => "createPaymentSession",
            Self::Payment => "createPayment",
            Self::Authorization => "createAuthorization",
        }
    }

    /// Returns the six digits in front of the category. Only the ones of payments were ever seen.
    pub(crate) fn resource(self) -> u32 {
        match self {
            Self::Payment => 530_000,
            Self::Session | Self::Authorization => UNKNOWN_RESOURCE,
        }
    }
}

/// What the document says about the three operations.
pub(crate) struct Document {
    described: Vec<Described>,
    /// Names of the properties that take one of a list of values.
    enumerated: BTreeSet<String>,
}

/// What the document says about one operation.
pub(crate) struct Described {
    pub(crate) operation: Operation,
    pub(crate) method: String,
    path: String,
    body: Validator,
    headers: Vec<Parameter>,
    path_parameters: Vec<Parameter>,
    responses: Vec<(String, Validator)>,
}

struct Parameter {
    name: String,
    required: bool,
    schema: Validator,
}

impl Document {
    /// Returns the document of this workspace.
    pub(crate) fn get() -> Result<&'static Self, String> {
        DOCUMENT.as_ref().map_err(Clone::clone)
    }

    fn read(source: &str) -> Result<Self, String> {
        let mut document: Value = serde_yaml::from_str(source).map_err(|e| format!("the document is no YAML: {e}"))?;
        convert(&mut document);
        let reader = Reader { document };
        let described = Operation::ALL.into_iter().map(|o| reader.operation(o));
        let described = described.collect::<Result<_, _>>()?;
        let mut enumerated = BTreeSet::new();
        reader.enumerated(&reader.document, &mut enumerated);
        Ok(Self { described, enumerated })
    }

    /// Names of the properties that take one of a list of values, wherever the document has them.
    pub(crate) fn enumerated(&self) -> &BTreeSet<String> {
        &self.enumerated
    }

    /// Returns the operation a path belongs to, with the values of the path's parameters.
    pub(crate) fn route(&self, path: &str) -> Option<(&Described, Vec<String>)> {
        let found = |described| Some((described, Described::matches(described, path)?));
        self.described.iter().find_map(found)
    }
}

impl Described {
    /// Returns whether the path is below `/v1`, where versions and concurrency limits apply.
    pub(crate) fn is_versioned(&self) -> bool {
        self.path.starts_with("/v1/")
    }

    fn matches(&self, path: &str) -> Option<Vec<String>> {
        let (mut wanted, mut given) = (self.path.split('/'), path.split('/'));
        let mut values = Vec::new();
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return Some(values),
                (Some(name), Some(value)) if name.starts_with('{') && !value.is_empty() => {
                    values.push(unescape(value.as_bytes(), false));
                }
                (Some(name), Some(value)) if name == value => {}
                _ => return None,
            }
        }
    }

    /// Returns what is wrong with the headers and the parameters in the path.
    pub(crate) fn check_parameters(&self, headers: &http::HeaderMap, in_path: &[String]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for rule in &self.headers {
            let value = headers.get(&rule.name);
            let value = value.map(|value| String::from_utf8_lossy(value.as_bytes()));
            problems.extend(rule.check(value.as_deref()));
        }
        for (rule, value) in self.path_parameters.iter().zip(in_path) {
            problems.extend(rule.check(Some(value)));
        }
        problems
    }

    /// Returns what is wrong with the body.
    pub(crate) fn check_body(&self, body: &Value) -> Vec<Problem> {
        self.body.iter_errors(body).map(|e| problem(&e)).collect()
    }

    /// Returns where a response departs from the document; an undeclared status departs too.
    pub(crate) fn check_response(&self, status: u16, body: &[u8]) -> Vec<String> {
        let exact = status.to_string();
        let wildcard = format!("{}XX", status / 100);
        let declared = [exact.as_str(), wildcard.as_str(), "default"]
            .into_iter()
            .find_map(|wanted| self.responses.iter().find(|(name, _)| name == wanted));
        let Some((_, schema)) = declared else {
            return vec![format!("the document declares no response {status}")];
        };
        match serde_json::from_slice::<Value>(body) {
            Ok(body) => schema.iter_errors(&body).map(|e| tell(&e)).collect(),
            Err(error) => vec![format!("the body is no JSON: {error}")],
        }
    }
}

impl Parameter {
    fn check(&self, value: Option<&str>) -> Vec<Problem> {
        let name = &self.name;
        let Some(value) = value else {
            let message = format!("'{name}' is missing");
            let missing = Problem::new(Category::MissingField, message);
            return self.required.then_some(missing).into_iter().collect();
        };
        let value = Value::String(value.to_owned());
        let errors = self.schema.iter_errors(&value);
        let problem =
            |e: ValidationError<'_>| Problem::new(Category::InvalidValue, format!("'{name}': {}", e.masked()));
        errors.map(problem).collect()
    }
}

/// Returns a validation error as a reason with its category.
fn problem(error: &ValidationError<'_>) -> Problem {
    let category = match error.kind() {
        ValidationErrorKind::Required { .. } => Category::MissingField,
        ValidationErrorKind::AdditionalProperties { .. } => Category::UnknownField,
        ValidationErrorKind::AnyOf { context } if context.iter().flatten().all(is_missing) => Category::MissingField,
        _ => Category::InvalidValue,
    };
    Problem::new(category, tell(error))
}

fn is_missing(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Required { .. })
}

/// Returns an error with its place, never with the value.
fn tell(error: &ValidationError<'_>) -> String {
    let place = error.instance_path();
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            format!("'{place}/{name}' is missing")
        }
        _ => format!("'{place}': {}", error.masked()),
    }
}

/// Picks the parts out of the converted document.
struct Reader {
    document: Value,
}

impl Reader {
    fn operation(&self, operation: Operation) -> Result<Described, String> {
        let id = operation.id();
        let lacking = |what: &str| format!("the document's operation `{id}` has no {what}");
        let (path, method, item, node) =
            self.find(id).ok_or_else(|| format!("the document has no operation `{id}`"))?;
        let body = self.follow(&node["requestBody"]);
        let body = content(body).ok_or_else(|| lacking("JSON request body"))?;
        let responses = node["responses"].as_object().ok_or_else(|| lacking("responses"))?;
        let response = |(status, response): (&String, &Value)| {
            let schema = content(self.follow(response))?;
            Some(self.validator(schema).map(|v| (status.clone(), v)))
        };
        Ok(Described {
            operation,
            method: method.to_uppercase(),
            path: path.to_owned(),
            body: self.validator(body)?,
            headers: self.parameters(item, node, "header")?,
            path_parameters: self.parameters(item, node, "path")?,
            responses: responses.iter().filter_map(response).collect::<Result<_, _>>()?,
        })
    }

    /// Returns path, method, path item and operation of an operation ID.
    fn find(&self, id: &str) -> Option<(&str, &str, &Value, &Value)> {
        let paths = self.document["paths"].as_object()?;
        paths.iter().find_map(|(path, item)| {
            let methods = item.as_object()?.iter();
            let mut operations = methods.filter(|(_, node)| node["operationId"] == id);
            let (method, node) = operations.next()?;
            Some((path.as_str(), method.as_str(), item, node))
        })
    }

    fn parameters(&self, item: &Value, node: &Value, place: &str) -> Result<Vec<Parameter>, String> {
        // What negotiates encodings is the connection's business, and clients send more there than the document lists.
        let of_connection = ["accept-encoding", "content-encoding"];
        let lists = [&item["parameters"], &node["parameters"]];
        let all = lists.into_iter().filter_map(Value::as_array).flatten();
        let all = all.map(|p| self.follow(p)).filter(|p| p["in"] == place);
        let mut parameters = Vec::new();
        for parameter in all {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            if !of_connection.contains(&name.to_lowercase().as_str()) {
                let mut schema = parameter["schema"].clone();
                if name.eq_ignore_ascii_case("Idempotency-Key") {
                    // Zuora's schema has 255; the document asks for fewer, as the guide does.
                    schema["maxLength"] = Value::from(255);
                }
                parameters.push(Parameter {
                    name,
                    required: parameter["required"] == true,
                    schema: self.validator(&schema)?,
                });
            }
        }
        Ok(parameters)
    }

    fn enumerated(&self, node: &Value, names: &mut BTreeSet<String>) {
        let properties = node["properties"].as_object().into_iter().flatten();
        let listed = properties.filter(|(_, schema)| self.lists_values(schema));
        names.extend(listed.map(|(name, _)| name.clone()));
        match node {
            Value::Array(items) => items.iter().for_each(|item| self.enumerated(item, names)),
            Value::Object(members) => members.values().for_each(|member| self.enumerated(member, names)),
            _ => {}
        }
    }

    /// Returns whether a schema, or one of those it is put together from, lists its values.
    fn lists_values(&self, schema: &Value) -> bool {
        let schema = self.follow(schema);
        let parts = ["anyOf", "allOf", "oneOf"].into_iter().filter_map(|name| schema[name].as_array());
        schema["enum"].is_array() || parts.flatten().any(|part| self.lists_values(part))
    }

    /// Returns the node itself, or what its `$ref` points to.
    fn follow<'a>(&'a self, node: &'a Value) -> &'a Value {
        let target = node["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
        let target = target.and_then(|pointer| self.document.pointer(pointer));
        target.unwrap_or(node)
    }

    /// Returns a validator for one schema, with the components around it so that references resolve.
    fn validator(&self, schema: &Value) -> Result<Validator, String> {
        let root = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "allOf": [schema],
            "components": self.document["components"],
        });
        jsonschema::options()
            .with_draft(Draft::Draft7)
            .should_validate_formats(true)
            .build(&root)
            .map_err(|error| format!("the document holds a schema that cannot be used: {error}"))
    }
}

fn content(node: &Value) -> Option<&Value> {
    node.pointer("/content/application~1json/schema")
}

/// Rewrites OpenAPI 3.0's own keywords as JSON Schema's: `nullable` and the boolean `exclusiveMinimum` and `-Maximum`.
fn convert(node: &mut Value) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(convert),
        Value::Object(members) => {
            members.values_mut().for_each(convert);
            convert_limit(members, "minimum", "exclusiveMinimum");
            convert_limit(members, "maximum", "exclusiveMaximum");
            if members.get("nullable") == Some(&Value::Bool(true)) {
                members.remove("nullable");
                let schema = Value::Object(std::mem::take(members));
                *node = json!({ "anyOf": [{ "type": "null" }, schema] });
            }
        }
        _ => {}
    }
}

fn convert_limit(members: &mut serde_json::Map<String, Value>, limit: &str, exclusive: &str) {
    match members.get(exclusive) {
        Some(Value::Bool(true)) => {
            if let Some(value) = members.remove(limit) {
                members.insert(exclusive.to_owned(), value);
            }
        }
        Some(Value::Bool(false)) => {
            members.remove(exclusive);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(operation: Operation) -> &'static Described {
        let all = &Document::get().unwrap().described;
        all.iter().find(|d| d.operation == operation).unwrap()
    }

    #[test]
    fn responses_are_held_against_the_document() {
        let payment = described(Operation::Payment);
        let deviates = |status, body: &str| !payment.check_response(status, body.as_bytes()).is_empty();
        assert!(!deviates(200, r#"{"comment": null, "status": "Pending", "amount": 1.5, "new": 1}"#));
        assert!(deviates(200, r#"{"status": "Unheard"}"#));
        assert!(deviates(200, r#"{"amount": "1.5"}"#));
        assert!(deviates(200, r#"{"id": null}"#));
        assert!(deviates(200, "gibberish"));
        assert!(!deviates(422, r#"{"message": "no"}"#));
        assert!(deviates(404, r#"{"reasons": [{"code": 1.5}]}"#));
        assert!(deviates(502, "{}"));
    }

    #[test]
    fn listed_values() {
        let names = Document::get().unwrap().enumerated();
        for name in ["status", "type", "gatewayState", "transferredToAccounting"] {
            assert!(names.contains(name), "{name} {names:?}");
        }
        assert!(!names.contains("comment"));
    }

    #[test]
    fn exclusive_limits_and_nullable_are_converted() {
        let mut node = json!({"properties": {
            "a": {"type": "number", "minimum": 0, "exclusiveMinimum": true},
            "b": {"type": "number", "maximum": 9, "exclusiveMaximum": false, "nullable": true},
        }});
        convert(&mut node);
        let expected = json!({"properties": {
            "a": {"type": "number", "exclusiveMinimum": 0},
            "b": {"anyOf": [{"type": "null"}, {"type": "number", "maximum": 9}]},
        }});
        assert_eq!(node, expected);
    }

    #[test]
    fn paths() {
        let route = |path| {
            let (described, values) = Document::get().unwrap().route(path)?;
            Some((described.operation, values))
        };
        let id = vec!["a/b".to_owned()];
        assert_eq!(route("/v1/payment-methods/a%2Fb/authorize"), Some((Operation::Authorization, id)));
        assert_eq!(route("/v1/payments"), Some((Operation::Payment, vec![])));
        assert_eq!(route("/v1/payments/"), None);
        assert_eq!(route("/v1/payment-methods/a/b/authorize"), None);
    }
}
