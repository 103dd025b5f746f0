use crate::document::Value;
use crate::read::tests::{third_party, third_party_schema, value};

/// Asserts what a schema is repaired to, and the messages.
fn assert_schema(given: &str, mended: &str, said: &[&str]) {
    let (schema, found) = third_party_schema(given);
    assert_eq!(schema, value(mended), "{given}");
    let found: Vec<_> = found.iter().map(|line| line.split_once("#/components/schemas/").unwrap().1).collect();
    assert_eq!(found, said, "{given}");
}

#[test]
fn schemas_are_mended() {
    assert_schema(
        "{type: object, required: [b], properties: {a: {type: string, required: true}, b: {required: 'false'}}}",
        "{type: object, required: [b, a], properties: {a: {type: string}, b: {}}}",
        &[
            "A/properties/a/required `required` is a list of properties; `a` is taken as required by its object",
            "A/properties/b/required `required` is a list of properties; `b` is taken as required by its object",
        ],
    );
    assert_schema(
        "{type: string, required: true}",
        "{type: string}",
        &["A/required `required` is a list of properties; the truth value is left out"],
    );
    assert_schema("{type: array}", "{type: array, items: {}}", &["A an array needs `items`; any are assumed"]);
    assert_schema("{type: strnig}", "{type: string}", &["A/type `strnig` is not a type; `string` is assumed"]);
    assert_schema(
        "{type: Date}",
        "{type: string, format: date}",
        &["A/type `Date` is not a type; `string` is assumed"],
    );
    assert_schema("{type: whatever}", "{}", &["A/type `whatever` is not a type; any value is assumed"]);
    assert_schema(
        "{type: object, discriminator: kind}",
        "{type: object, discriminator: {propertyName: kind}}",
        &["A/discriminator a discriminator is a mapping; the property `kind` is assumed"],
    );
    assert_schema("{type: string, enum: [a, null]}", "{type: string, enum: [a], nullable: true}", &[]);
    assert_schema(
        "{type: integer, maximum: 99999999999999999999}",
        "{type: integer, maximum: 99999999999999999999}",
        &[],
    );
}

#[test]
fn what_is_of_another_kind_is_taken_or_left_out() {
    assert_schema(
        "{maxLength: '3', minLength: -1, maximum: '4.50', nullable: 'yes', description: 5, required: a, properties: []}",
        "{maxLength: 3, maximum: 4.50, nullable: true, description: '5', required: [a], properties: {}}",
        &[
            "A/maxLength expected a whole number, found text; the digits are taken as one",
            "A/minLength expected a whole number, found a number; it is left out",
            "A/maximum expected a number, found text; the digits are taken as one",
            "A/nullable expected a truth value, found text; the word is taken as one",
            "A/description expected text, found a number; it is taken as text",
            "A/required expected a list, found text; it is taken as the only element",
            "A/properties expected a mapping, found a list; there is nothing in it in any case",
        ],
    );
    assert_schema(
        "{properties: {a: null, b: 5}, allOf: {type: string}, items: null, example: null}",
        "{properties: {}, allOf: [{type: string}], example: null}",
        &[
            "A/properties/a expected a schema, found null (in YAML an empty value, or `null` without quotes); it is left out",
            "A/properties/b expected a schema, found a number; it is left out",
            "A/allOf expected a list, found a mapping; it is taken as the only element",
            "A/items expected a schema, found null (in YAML an empty value, or `null` without quotes); it is left out",
        ],
    );
}

#[test]
fn other_objects_are_mended() {
    let text = "security: [{key: null}]
servers: [{description: d}]
paths:
  a:
    get:
      parameters: [{in: query, name: q}, {in: body, name: b}, {name: n}, {in: query, name: r, required: 'true', schema: {}}]
      responses: {200: {}, 4xx: {description: d}}
  /b: {get: null}
  /c: {get: {responses: {}, callbacks: {d: {$ref: '#/components/callbacks/D'}, e: {x-e: 1, '{$url}': {get: {}}}}}}
components: {callbacks: {D: {}}}
";
    let (root, found) = third_party(text, "");
    assert_eq!(root.get("security"), Some(&value("[{key: []}]")));
    assert_eq!(root.get("servers"), Some(&value("[]")));
    let a =
        "parameters: [{in: query, name: q, schema: {type: string}}, {in: query, name: r, required: true, schema: {}}]
responses: {'200': {}, 4XX: {description: d}}";
    assert_eq!(root.get("paths").and_then(|paths| paths.get("/a")?.get("get")), Some(&value(a)));
    assert_eq!(root.get("paths").and_then(|paths| paths.get("/b")), Some(&value("{}")));
    let callbacks = "{d: {$ref: '#/components/callbacks/D'}, e: {x-e: 1, '{$url}': {get: {responses: {}}}}}";
    let c = root.get("paths").and_then(|paths| paths.get("/c")?.get("get")?.get("callbacks"));
    assert_eq!(c, Some(&value(callbacks)));
    let codes: Vec<_> = found.iter().map(|line| line.split(' ').nth(2).unwrap()).collect();
    let get = "#/paths/~1a/get";
    let expected = [
        "#/security/0/key".to_owned(),
        "#/servers/0".to_owned(),
        "#/paths/a".to_owned(),
        format!("{get}/parameters/0"),
        format!("{get}/parameters/1/in"),
        format!("{get}/parameters/2"),
        format!("{get}/parameters/3/required"),
        format!("{get}/responses/4xx"),
        "#/paths/~1b/get".to_owned(),
    ];
    let mut sorted: Vec<_> = codes.iter().map(|code| (*code).to_owned()).collect();
    let mut expected = expected.to_vec();
    sorted.sort();
    expected.sort();
    assert_eq!(sorted, expected, "{found:#?}");
}

#[test]
fn references_that_lead_nowhere_go() {
    let text = "paths:
  /a:
    get:
      parameters: [{$ref: '#/components/parameters/None'}, {$ref: '#/components/parameters/P'}]
      responses:
        '200': {$ref: '#/components/responses/None'}
        '201': {$ref: '#/components/schemas/A'}
components:
  parameters: {P: {$ref: '#/components/parameters/Q'}, Q: {$ref: '#/components/parameters/P'}}
  schemas:
    A: {type: object, properties: {a: {$ref: '#/components/schemas/None'}, b: {$ref: '#/components/schemas/%41'}}}
    C: {$ref: '#/components/schemas/D'}
    D: {$ref: '#/components/schemas/C'}
    E: {$ref: '#'}
    F: {$ref: '#/x-models/M'}
x-models: {M: {type: array}}
";
    let (root, found) = third_party(text, "");
    let at = |at: &str| root.at(&crate::document::Pointer::parse(at).unwrap()).cloned().unwrap_or(Value::Null);
    assert_eq!(at("/paths/~1a/get"), value("parameters: []\nresponses: {'200': {}, '201': {}}"));
    assert_eq!(at("/components/parameters"), value("{}"));
    assert_eq!(
        at("/components/schemas"),
        value(
            "{A: {type: object, properties: {a: {}, b: {$ref: '#/components/schemas/A'}}}, C: {}, D: {}, E: {}, \
             F: {$ref: '#/x-models/M'}}"
        )
    );
    assert_eq!(at("/x-models/M"), value("{type: array, items: {}}"), "what is only referred to is mended as well");
    assert!(
        found.iter().any(|line| {
            line.starts_with(
        "6:21 reference #/paths/~1a/get/parameters/0/$ref `#/components/parameters/None` leads nowhere; it is left out"
    )
        }),
        "{found:#?}"
    );
    assert_eq!(found.len(), 11, "{found:#?}");
}
