//! What a document declares: the bodies of requests and responses, as they are written.

use crate::document::{NodeRef, Pointer, References, Value};

/// The keys of a path item that hold operations, with their methods.
const METHODS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("trace", "TRACE"),
    ("query", "QUERY"),
];
/// The keys of a path item that hold no operations.
const OTHERS: &[&str] = &["$ref", "summary", "description", "servers", "parameters", "additionalOperations"];

/// A body of a request, or a response with one of its bodies.
#[derive(Debug)]
pub(super) struct Declared<'a> {
    /// The place of its operation.
    pub(super) operation: Pointer,
    /// The method of HTTP.
    pub(super) method: String,
    /// Where the content stands, behind references.
    pub(super) at: Pointer,
    /// Where the body or the response stands, before references are followed.
    pub(super) parent: Pointer,
    pub(super) content: Content<'a>,
}

/// A content with its media type and its schema.
#[derive(Debug)]
pub(super) enum Content<'a> {
    Request {
        media_type: &'a str,
        schema: Option<&'a Value>,
    },
    /// An optional body that can only be `{}`: a call without a body says as much.
    EmptyRequest,
    Response {
        status: &'a str,
        body: Option<(&'a str, Option<&'a Value>)>,
        succeeds: bool,
    },
}

impl<'a> Content<'a> {
    pub(super) fn schema(&self) -> Option<&'a Value> {
        match self {
            Self::Request { schema, .. } | Self::Response { body: Some((_, schema)), .. } => *schema,
            Self::EmptyRequest | Self::Response { body: None, .. } => None,
        }
    }
}

/// Returns everything that the operations of a document declare.
pub(super) fn all(document: &Value) -> Vec<Declared<'_>> {
    let mut collect = Collect { references: References::new(document), all: Vec::new() };
    let root = NodeRef::root(document);
    for (path, item) in root.members_of("paths").filter(|(path, _)| !path.starts_with("x-")) {
        let Some(mut item) = collect.follow(&item) else { continue };
        // A slash is assumed in front of it.
        if !path.starts_with('/') {
            item.at = Pointer::root().join("paths").join(format!("/{path}"));
        }
        for (key, operation) in item.members() {
            let method = METHODS.iter().find(|(known, _)| *known == key).map_or(key, |(_, method)| method);
            if !OTHERS.contains(&key) && !key.starts_with("x-") && matches!(operation.value, Value::Object(_)) {
                collect.operation(method, &operation);
            }
        }
        for (method, operation) in item.members_of("additionalOperations") {
            collect.operation(method, &operation);
        }
    }
    collect.all
}

struct Collect<'a> {
    references: References<'a>,
    all: Vec<Declared<'a>>,
}

impl<'a> Collect<'a> {
    fn follow(&self, node: &NodeRef<'a>) -> Option<NodeRef<'a>> {
        self.references.follow(node.clone()).ok()
    }

    fn operation(&mut self, method: &str, operation: &NodeRef<'a>) {
        let before = self.all.len();
        if let Some(body) = operation.get("requestBody") {
            let owner = Owner { operation, method, parent: &body };
            let followed = self.follow(&body);
            for (media_type, content) in followed.iter().flat_map(|body| body.members_of("content")) {
                let schema = content.get("schema").map(|schema| schema.value);
                let is_optional = !followed.as_ref().is_some_and(|body| body.flag("required"));
                let content_of = if is_optional && schema.is_some_and(is_empty_object) {
                    Content::EmptyRequest
                } else {
                    Content::Request { media_type, schema }
                };
                self.add(&owner, &content.at, content_of);
            }
        }
        let statuses: Vec<_> = operation.members_of("responses").filter(|(key, _)| !key.starts_with("x-")).collect();
        let is_success = |status: &str| status.starts_with(['2', '3']);
        let has_success = statuses.iter().any(|(status, _)| is_success(status));
        for (status, response) in &statuses {
            let succeeds = is_success(status) || *status == "default" && !has_success;
            let owner = Owner { operation, method, parent: response };
            let followed = self.follow(response);
            let contents: Vec<_> = followed.iter().flat_map(|response| response.members_of("content")).collect();
            if contents.is_empty() {
                let content = Content::Response { status, body: None, succeeds };
                self.add(&owner, &response.at, content);
            }
            for (media_type, content) in contents {
                let body = Some((media_type, content.get("schema").map(|schema| schema.value)));
                self.add(&owner, &content.at, Content::Response { status, body, succeeds });
            }
        }
        // An operation without any of them can be called all the same.
        if self.all.len() == before {
            let owner = Owner { operation, method, parent: operation };
            self.add(&owner, &operation.at, Content::EmptyRequest);
        }
    }

    fn add(&mut self, owner: &Owner<'_, 'a>, at: &Pointer, content: Content<'a>) {
        let (operation, method) = (owner.operation.at.clone(), owner.method.to_owned());
        self.all.push(Declared { operation, method, at: at.clone(), parent: owner.parent.at.clone(), content });
    }
}

/// The operation and the node to which a content belongs.
struct Owner<'o, 'a> {
    operation: &'o NodeRef<'a>,
    method: &'o str,
    parent: &'o NodeRef<'a>,
}

/// Returns whether a key of responses is a status, a range of statuses or `default`.
pub(super) fn is_status(key: &str) -> bool {
    key == "default" || key.len() == 3 && key.starts_with(|c: char| c.is_ascii_digit())
}

/// Returns whether a schema allows only the empty object.
fn is_empty_object(schema: &Value) -> bool {
    schema.get("additionalProperties").and_then(Value::as_bool) == Some(false)
        && schema.get("type").and_then(Value::as_text) == Some("object")
        && schema.get("properties").is_none_or(|properties| properties.members().next().is_none())
}

/// Returns whether two schemas have the same values, as far as their keywords tell: behind references and without prose.
pub(super) fn is_same_schema(document: &Value, one: &Value, other: &Value) -> bool {
    one == other || is_same(document, one, other, 32)
}

fn is_same(document: &Value, one: &Value, other: &Value, depth: usize) -> bool {
    let (one, other) = (behind(document, one), behind(document, other));
    if std::ptr::eq(one, other) || one == other || depth == 0 {
        return true;
    }
    match (one, other) {
        (Value::Object(_), Value::Object(_)) => {
            let matters = |key: &str| !PROSE.contains(&key) && !key.starts_with("x-");
            let keys = |value: &Value| value.members().filter(|(key, _)| matters(key)).count();
            keys(one) == keys(other)
                && one.members().filter(|(key, _)| matters(key)).all(|(key, member)| {
                    other.get(key).is_some_and(|other| is_same(document, member, other, depth - 1))
                })
        }
        (Value::List(ones), Value::List(others)) => {
            ones.len() == others.len()
                && ones.iter().zip(others).all(|(one, other)| is_same(document, one, other, depth - 1))
        }
        _ => false,
    }
}

/// Keywords that do not change which values a schema has.
const PROSE: &[&str] = &["title", "description", "example", "examples", "externalDocs", "deprecated"];

/// Returns the schema behind references, and behind an `allOf` of one schema.
fn behind<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    for _ in 0..16 {
        let target = schema.get("$ref").and_then(Value::as_text).and_then(|text| document.at(&Pointer::parse(text)?));
        let only = schema.get("allOf").and_then(Value::as_list).filter(|all| all.len() == 1);
        let only = only.filter(|_| schema.members().all(|(key, _)| key == "allOf" || PROSE.contains(&key)));
        match target.or_else(|| only.and_then(|all| all.first())) {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}
