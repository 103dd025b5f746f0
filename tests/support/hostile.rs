//! Documents that are as large, deep and unusual as possible.

use std::fs;

use serde_json::{Map, Value, json};

use crate::{fixtures, root};

/// A document under the name that tests call it by.
pub struct Hostile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Hostile {
    fn new(name: impl Into<String>, document: &Value) -> Self {
        Self { name: name.into(), text: document.to_string() }
    }
}

/// Returns all documents.
///
/// # Panics
///
/// When a fixture cannot be read.
#[must_use]
pub fn documents() -> Vec<Hostile> {
    let mut documents = small();
    documents.push(names());
    documents.extend(large());
    documents
}

/// Returns those of the repository, each of which was once too much.
///
/// # Panics
///
/// When one cannot be read.
#[must_use]
pub fn small() -> Vec<Hostile> {
    let folder = root().join("tests/fixtures/hostile");
    let read = |name: String| {
        let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).expect("the fixture was just listed");
        Hostile { name, text }
    };
    fixtures("hostile").into_iter().map(read).collect()
}

/// Names that mean something to Rust, to the generated code, to a file system, to HTTP or to the eye.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "async", "await", "crate", "dyn", "fn", "gen", "macro_rules", "mod", "self", "Self", "static", "super", "type", "union",
    "_", "__", "1", "3d", "404", "-1", "+1", "1.0", "", " ", "a b", "a/b", "a~b", "a.b", "foo-bar", "fooBar", "FooBar",
    "FOO_BAR", "foo_bar", "foo  bar", "\u{e9}", "\u{df}", "ss", "\u{130}", "\u{17f}", "\u{fb01}", "fi", "\u{65e5}\u{672c}",
    "\u{5e9}\u{5dc}", "\u{430}", "a", "a\u{301}", "\u{1f600}", "a\u{1f600}b", "\u{202e}", "\u{202d}x", "\u{200b}", "\u{2028}",
    "\u{7f}", "a\tb", "a\nb", "a\rb", "*/", "//", "///", "\"", "\"#", "\\", "'", "`", "```", "<b>", "#", "?", "%2e", "../x",
    "{", "}", "{a", "$ref2", "@type", "a[b]", "&", "[]", "r#type",
    "extra", "new", "table", "get", "get_mut", "blank", "node", "read", "additional", "additional_property",
    "additional properties", "default", "clone", "eq", "fmt", "call", "key", "body", "payload", "wait", "retry", "resumable",
    "attempt_timeout", "content_type", "into_future", "from", "into", "query", "cookie", "header", "send", "download", "builder",
    "resume", "core", "choose", "unknown", "place", "value", "name", "timeout", "policy", "index",
    "Unknown", "Object", "Value", "String", "Option", "Vec", "Box", "Some", "None", "Ok", "Err", "Result", "Debug", "Clone",
    "Send", "Sync", "Default", "PartialEq", "From", "Into", "Iterator", "IntoFuture", "Client", "ClientBuilder", "Environment",
    "Operation", "OperationCall", "Call", "Error", "Response", "ResponseValue", "Download", "Payload", "Json", "Map", "Nullable",
    "Decimal", "Date", "Secret", "Upload", "Extra", "Union", "Variant", "OpenEnum", "Table", "Field", "Rule", "Constraints", "Mode",
    "Members", "Parameter", "Segment", "Style", "Media", "Scheme", "Service", "Core", "Duration", "BaseUrl", "ParseError",
    "i64", "str", "u8", "bool", "char", "std", "alloc", "sdk_runtime", "models", "operations", "client", "service",
    "environment", "testing", "transport", "ALL", "OPERATION", "SERVICE", "con", "nul", "com1", "lib", "main", "test",
];

/// Returns every name in every place where there are names.
#[must_use]
pub fn names() -> Hostile {
    let long = ["x".repeat(500), "x".repeat(501), "\u{65e5}".repeat(300)];
    let names: Vec<&str> = NAMES.iter().copied().chain(long.iter().map(String::as_str)).collect();
    let each = |make: &dyn Fn(usize, &str) -> (String, Value)| -> Value {
        names.iter().enumerate().map(|(index, name)| make(index, name)).collect::<Map<_, _>>().into()
    };
    let list = |make: &dyn Fn(usize, &str) -> Value| -> Value {
        names.iter().enumerate().map(|(index, name)| make(index, name)).collect()
    };
    let properties = each(&|index, name| (name.to_owned(), scalar(index)));
    let mut schemas = each(&|index, name| (name.to_owned(), schema(index, name)));
    let all = [
        ("every optional", json!({"type": "object", "properties": properties})),
        ("every required", json!({"type": "object", "properties": properties, "required": names})),
        (
            "every typed",
            json!({"type": "object", "properties": properties, "additionalProperties": {"type": "string"}}),
        ),
        (
            "every reference",
            json!({"type": "object", "properties": each(&|_, name| (name.to_owned(), reference(name)))}),
        ),
        ("every value", json!({"type": "string", "enum": names})),
        ("every alternative", json!({"oneOf": list(&|_, name| reference(name))})),
        (
            "every title",
            json!({"oneOf": list(&|index, name| {
                let own = format!("p{index}");
                json!({"type": "object", "title": name, "properties": {&own: {"type": "string"}}, "required": [own]})
            })}),
        ),
        (
            "every tag",
            json!({"discriminator": {"propertyName": "kind"}, "oneOf": list(&|_, name| {
                json!({"type": "object", "properties": {"kind": {"type": "string", "enum": [name]}}, "required": ["kind"]})
            })}),
        ),
    ];
    let mut paths = each(&|index, name| (format!("/{index}/{{{name}}}"), path_item(index, name)));
    add_parameters(&mut paths, &names);
    for (index, (name, schema)) in all.into_iter().enumerate() {
        schemas[name] = schema;
        let headers = each(&|index, name| (name.to_owned(), json!({"schema": scalar(index)})));
        let response =
            json!({"200": {"content": {"application/json": {"schema": reference(name)}}, "headers": headers}});
        let encoding = each(&|_, name| (name.to_owned(), json!({"style": "deepObject", "contentType": name})));
        let form = json!({"schema": reference(name), "encoding": encoding});
        let media_types =
            json!({"application/json": form, "application/x-www-form-urlencoded": form, "multipart/form-data": form});
        paths[format!("/all/{index}")] =
            json!({"put": {"requestBody": {"content": media_types}, "responses": response}});
    }
    let schemes = each(&|index, name| (name.to_owned(), scheme(index, name)));
    let secured = list(&|_, name| json!({name: []}));
    paths["/secured"] = json!({"get": {"security": secured, "responses": {"204": {}}, "servers": list(&|_, name| {
        json!({"url": format!("https://a.example/{name}")})
    })}});
    Hostile::new(
        "names",
        &json!({
            "openapi": "3.0.3",
            "info": {"title": "*/ \" `x` \u{202e} [x](y", "version": "1", "description": PROSE},
            "servers": names.iter().enumerate().flat_map(|(index, name)| servers(index, name)).collect::<Value>(),
            "tags": list(&|_, name| json!({"name": name, "description": name})),
            "paths": paths,
            "components": {"schemas": schemas, "securitySchemes": schemes},
        }),
    )
}

/// Adds an operation with all names for each kind of parameter.
fn add_parameters(paths: &mut Value, names: &[&str]) {
    for (place, required) in ["query", "header", "cookie"].into_iter().flat_map(|place| [(place, true), (place, false)])
    {
        let parameters: Value =
            names.iter().enumerate().map(|(index, name)| parameter(place, name, required, index)).collect();
        paths[format!("/{place}/{required}")] = json!({"get": {"operationId": format!("{place} {required}"), "parameters": parameters, "responses": {"204": {}}}});
    }
}

/// Returns servers with a name in the path, the host and a variable.
fn servers(index: usize, name: &str) -> [Value; 3] {
    [
        json!({"url": format!("https://{index}.example/{name}"), "description": name}),
        json!({"url": format!("https://{name}.example"), "description": format!("host {name}")}),
        json!({"url": format!("https://v{index}.example/{{{name}}}"), "description": format!("variable {name}"),
               "variables": {name: {"default": name, "description": name, "enum": [name]}}}),
    ]
}

/// What rustdoc would run, link or hide if it could.
const PROSE: &str = "```\npanic!()\n```\n\n    panic!()\n\n~~~rust\npanic!()\n~~~\n[Self] [`crate`] #![x] <b> <!-- */ \" \\ \u{202e}\r\n\t";

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{}", name.replace('~', "~0").replace('/', "~1").replace('%', "%25"))})
}

fn scalar(index: usize) -> Value {
    let all = [
        json!({"type": "string"}),
        json!({"type": "integer", "minimum": 1}),
        json!({"type": "number"}),
        json!({"type": "string", "format": "date-time"}),
        json!({"type": "array", "items": {"type": "string", "pattern": "\"#*/"}}),
        json!({"type": "object", "additionalProperties": {"type": "string"}}),
        json!({"type": "boolean", "nullable": true}),
        json!({"type": "string", "format": "byte"}),
        json!({"type": "string", "enum": ["a", "b"], "default": "a"}),
        json!({}),
    ];
    all[index % all.len()].clone()
}

fn schema(index: usize, name: &str) -> Value {
    match index % 6 {
        0 => json!({"description": name, "properties": {name: {"type": "string", "default": name}, "inner": {
            "properties": {name: {"type": "integer"}},
        }}}),
        1 => json!({"type": "string", "enum": [name, "other"], "description": PROSE}),
        2 => json!({"oneOf": [
            {"type": "string"},
            {"type": "object", "title": name, "properties": {name: {"type": "boolean"}}, "required": [name]},
            {"type": "array", "items": {"type": "string"}},
        ]}),
        3 => json!({
            "required": [name, "z"],
            "properties": {name: {"type": "string", "enum": ["only"]}, "z": {"type": "number", "example": name}},
            "additionalProperties": {"type": "integer"},
        }),
        4 => json!({"type": "array", "items": {"properties": {name: {"type": "string", "format": "date"}}}}),
        _ => json!({
            "properties": {"x": {"title": name, "properties": {"y": {"type": "string", "pattern": name}}}},
            "additionalProperties": true,
            "externalDocs": {"url": name},
        }),
    }
}

fn parameter(place: &str, name: &str, required: bool, index: usize) -> Value {
    json!({"in": place, "name": name, "required": required, "deprecated": index.is_multiple_of(9), "description": name, "schema": scalar(index)})
}

fn path_item(index: usize, name: &str) -> Value {
    let content = json!({"schema": reference(name)});
    let parameters: Vec<_> = ["query", "header", "cookie", "path"]
        .into_iter()
        .enumerate()
        .map(|(at, place)| parameter(place, name, index.is_multiple_of(2) || place == "path", index + at))
        .collect();
    let mut responses = json!({"200": {"description": name, "content": {"application/json": content}}});
    if index.is_multiple_of(5) {
        let inline = json!({"properties": {name: {"type": "string"}}});
        responses["201"] = json!({"content": {"application/json": {"schema": inline}}});
    }
    if index.is_multiple_of(11) {
        responses["200"] = json!({"content": {name: {}}});
    }
    let mut operation = json!({
        "operationId": name, "summary": name, "description": name, "tags": [name],
        // Every fifth path leaves its parameters undeclared.
        "parameters": if index % 5 == 1 { &parameters[..3] } else { &parameters },
        "responses": responses,
    });
    if index.is_multiple_of(3) {
        operation["requestBody"] =
            json!({"required": index.is_multiple_of(2), "content": {"application/json": content}});
    }
    if index.is_multiple_of(7) {
        operation["requestBody"] = json!({"required": index.is_multiple_of(2), "content": {
            "application/json": content, "text/plain": {}, "multipart/form-data": content, name: {},
        }});
    }
    json!({"post": operation})
}

fn scheme(index: usize, name: &str) -> Value {
    match index % 6 {
        0 => json!({"type": "apiKey", "in": "header", "name": name, "description": name}),
        1 => json!({"type": "apiKey", "in": "query", "name": name}),
        2 => json!({"type": "apiKey", "in": "cookie", "name": name}),
        3 => json!({"type": "http", "scheme": "basic"}),
        4 => json!({"type": "http", "scheme": "bearer"}),
        _ => json!({"type": "oauth2", "flows": {"clientCredentials": {
            "tokenUrl": format!("https://a.example/{name}"), "scopes": {name: name},
        }}}),
    }
}

/// The number of schemas in a large document.
const MANY: usize = 1_000;
/// The length of a chain that would overflow the stack of a test, if each link took a frame.
const LONG: usize = 5_000;

/// Documents that would be too much for work that doubles with every level, for work that grows with the square of what there
/// is, or for a stack on which every level has its place.
fn large() -> Vec<Hostile> {
    let mut documents = chains();
    documents.extend(chains_from_their_ends());
    documents.extend(wide_schemas());
    documents.extend(children_of_one_parent());
    for (name, wrap) in [("items", "items"), ("members", "properties"), ("sums", "allOf"), ("choices", "oneOf")] {
        let deep = (0..110 / 2).fold(json!({"type": "string"}), |inner, _| match wrap {
            "properties" => json!({"properties": {"a": inner}}),
            "items" => json!({"type": "array", "items": inner}),
            list => json!({list: [inner, {"properties": {"b": {}}}]}),
        });
        documents.push(of_body(&format!("deep {name}"), only(deep)));
    }
    let middle = json!({"$ref": "#/components/schemas/S0/properties/a/items"});
    let into_middle = json!({"properties": {
        "a": {"type": "array", "items": {"properties": {"b": {"allOf": [middle, {"properties": {"c": middle}}]}}}},
        "d": {"oneOf": [middle, {"$ref": "#/components/schemas/S0/properties/d"}]},
    }});
    documents.push(of_body("references into the middle", only(into_middle)));
    let operation = json!({"parameters": [{"in": "query", "name": "a", "schema": {"type": "string", "enum": ["x"]}}], "responses": {}});
    let paths: Map<_, _> = (0..MANY)
        .map(|index| (format!("/a/b/{}", "{x}/".repeat(index % 7)) + &"-".repeat(index), json!({"get": operation})))
        .collect();
    documents.push(Hostile::new("many operations of a name", &json!({"openapi": "3.0.3", "paths": paths})));
    documents
}

/// Returns a document whose request and response bodies are the schema `S0`.
fn of_body(name: &str, schemas: Map<String, Value>) -> Hostile {
    let schema = json!({"$ref": "#/components/schemas/S0"});
    let content = json!({"application/json": {"schema": schema}});
    let operation = json!({"requestBody": {"content": content}, "responses": {"200": {"content": content}}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {"/": {"post": operation}},
        "components": {"schemas": schemas},
    });
    Hostile::new(name, &document)
}

fn object(index: usize) -> Value {
    json!({"properties": {format!("p{index}"): {"type": "string"}}})
}

fn only(schema: Value) -> Map<String, Value> {
    Map::from_iter([("S0".to_owned(), schema)])
}

/// Returns chains of schemas that end where they begin.
fn chains() -> Vec<Hostile> {
    let chain = |name: &str, count: usize, make: &dyn Fn(Value, usize) -> Value| {
        let schema = |index: usize| (format!("S{index}"), make(reference(&format!("S{}", (index + 1) % count)), index));
        of_body(name, (0..count).map(schema).collect())
    };
    vec![
        chain(
            "objects in a circle",
            MANY,
            &|next, _| json!({"properties": {"a": next, "b": {"type": "array", "items": next}}}),
        ),
        chain("required objects in a circle", MANY, &|next, _| json!({"properties": {"a": next}, "required": ["a"]})),
        chain("sums that double", MANY, &|next, index| json!({"allOf": [next, object(index), next]})),
        chain(
            "members that double",
            40,
            &|next, index| json!({"properties": {"a": {"allOf": [next, object(index)]}, "b": {"allOf": [object(index), next]}}}),
        ),
        chain(
            "members that are parts of each other",
            40,
            &|next, index| json!({"allOf": [next], "properties": {"a": {"allOf": [next], "properties": {"x": object(index)}}}}),
        ),
        chain("choices of choices", MANY, &|next, index| json!({"oneOf": [next, object(index), {"type": "string"}]})),
        chain(
            "choices that multiply",
            40,
            &|next, index| json!({"properties": {format!("p{index}"): {"type": "string"}}, "oneOf": [next, object(index), next]}),
        ),
        chain("lists of lists", MANY, &|next, _| json!({"type": "array", "items": next, "maxItems": 3})),
        chain("maps of maps", MANY, &|next, _| json!({"type": "object", "additionalProperties": next})),
        chain("other names", MANY, &|next, _| next),
        chain("other names in sums", MANY, &|next, index| json!({"allOf": [next], "description": index.to_string()})),
        chain("nothing but choices", MANY, &|next, _| json!({"anyOf": [next]})),
        of_body("names alike", (0..MANY).map(|index| (format!("S{}0", "-".repeat(index)), object(index))).collect()),
    ]
}

/// Returns chains of which the last link is read first.
fn chains_from_their_ends() -> [Hostile; 3] {
    let from_ends = |name: &str, make: &dyn Fn(Value) -> Value| {
        let schema = |index: usize| (format!("L{index}"), make(reference(&format!("L{}", index + 1))));
        let mut schemas: Map<String, Value> = (0..LONG).map(schema).collect();
        schemas.insert(format!("L{LONG}"), json!({"type": "string", "maxLength": 3}));
        let property = |index: usize| (format!("p{index}"), reference(&format!("L{index}")));
        let mut properties: Map<String, Value> = (0..=LONG).rev().map(property).collect();
        properties.insert("union".to_owned(), json!({"oneOf": [reference("L0"), {"type": "integer"}]}));
        schemas.insert("S0".to_owned(), json!({"properties": properties}));
        of_body(name, schemas)
    };
    [
        from_ends("lists of lists, from their ends", &|next| json!({"type": "array", "items": next})),
        from_ends("maps of maps, from their ends", &|next| json!({"type": "object", "additionalProperties": next})),
        from_ends("other names, from their ends", &|next| next),
    ]
}

fn wide_schemas() -> [Hostile; 5] {
    let objects: Vec<_> = (0..MANY).map(object).collect();
    let texts: Vec<_> = (0..10 * MANY).map(|index| format!("{index:b}")).collect();
    let scalars: Map<_, _> = (0..5 * MANY).map(|index| (format!("p{index}"), scalar(index))).collect();
    let required: Vec<_> = scalars.keys().collect();
    [
        of_body("many alternatives", only(json!({"oneOf": objects}))),
        of_body("many alternatives of a kind", only(json!({"properties": scalars, "anyOf": objects}))),
        of_body("many parts", only(json!({"allOf": objects}))),
        of_body("many values", only(json!({"type": "string", "enum": texts}))),
        of_body("many members", only(json!({"properties": scalars, "required": required}))),
    ]
}

fn children_of_one_parent() -> [Hostile; 2] {
    let heir = |index: usize| (format!("H{index}"), json!({"allOf": [reference("S0"), object(index)]}));
    let mut heirs: Map<String, Value> = (0..MANY).map(heir).collect();
    let mapping: Map<_, _> =
        (0..MANY).map(|index| (format!("h{index}"), json!(format!("#/components/schemas/H{index}")))).collect();
    let discriminator = json!({"propertyName": "kind", "mapping": mapping});
    heirs.insert("S0".to_owned(), json!({"properties": {"kind": {"type": "string"}}, "discriminator": discriminator}));
    let unlisted = of_body("many heirs", heirs.clone());
    let listed: Vec<_> = (0..MANY).map(|index| reference(&format!("H{index}"))).collect();
    heirs["S0"]["oneOf"] = json!(listed);
    [unlisted, of_body("many heirs that are listed", heirs)]
}
