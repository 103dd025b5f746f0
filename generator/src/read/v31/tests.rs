use crate::document::Value;
use crate::read::tests::{third_party, third_party_schema, value};

/// Asserts what a schema of 3.1 is normalized to without a message.
fn assert_schema(given: &str, normal: &str) {
    let (schema, found) = third_party_schema(given);
    assert_eq!(schema, value(normal), "{given}");
    assert_eq!(found, Vec::<String>::new(), "{given}");
}

#[test]
fn several_types_are_alternatives_and_null_is_nullable() {
    assert_schema("{type: [string, 'null'], maxLength: 3}", "{type: string, maxLength: 3, nullable: true}");
    assert_schema("{type: [integer]}", "{type: integer}");
    assert_schema("{type: [integer, number]}", "{type: number}");
    assert_schema(
        "{type: [string, array, 'null'], title: t, maxLength: 3, items: {type: string}, x-a: 1}",
        "{title: t, x-a: 1, nullable: true, anyOf: [{type: string, maxLength: 3}, {type: array, items: {type: string}}]}",
    );
    assert_schema("{type: [string, number, boolean, array, object, 'null'], title: t}", "{title: t, nullable: true}");
    assert_schema("{type: [string, integer], enum: [a, b]}", "{type: string, enum: [a, b]}");
    assert_schema(
        "{type: [string, integer], enum: [a, 1], format: int64}",
        "{anyOf: [{type: string, enum: [a]}, {type: integer, enum: [1], format: int64}]}",
    );
    assert_schema("{type: 'null'}", "{enum: [null], nullable: true}");
}

#[test]
fn null_among_alternatives_is_nullable() {
    let reference = "{$ref: '#/components/schemas/B'}";
    assert_schema(
        &format!("{{anyOf: [{reference}, {{type: 'null'}}]}}"),
        &format!("{{allOf: [{reference}], nullable: true}}"),
    );
    assert_schema("{oneOf: [{type: string}, {const: null}], title: t}", "{type: string, title: t, nullable: true}");
    assert_schema(
        &format!("{{oneOf: [{reference}, {{type: integer}}, {{enum: [null]}}]}}"),
        &format!("{{oneOf: [{reference}, {{type: integer}}], nullable: true}}"),
    );
    assert_schema("{type: [string, 'null'], enum: [a, null]}", "{type: string, enum: [a], nullable: true}");
}

#[test]
fn keywords_take_their_form_of_3_0() {
    assert_schema("{const: a}", "{type: string, enum: [a]}");
    assert_schema("{type: integer, exclusiveMinimum: 3}", "{type: integer, minimum: 3, exclusiveMinimum: true}");
    assert_schema("{type: number, exclusiveMaximum: 3.50, maximum: 2}", "{type: number, maximum: 2}");
    assert_schema("{type: string, examples: [a, b]}", "{type: string, example: a}");
    assert_schema("{contentEncoding: base64}", "{type: string, format: byte}");
    assert_schema("{type: string, contentMediaType: image/png}", "{type: string, format: binary}");
    assert_schema("{type: string, contentMediaType: application/json}", "{type: string}");
    assert_schema(
        "{type: array, prefixItems: [{type: string}, {type: integer}, {type: string}], items: false}",
        "{type: array, items: {anyOf: [{type: string}, {type: integer}]}}",
    );
    assert_schema(
        "{patternProperties: {'^a': {type: string}}, additionalProperties: false}",
        "{type: object, additionalProperties: {type: string}}",
    );
    assert_schema("{type: object, unevaluatedProperties: false, $comment: c, propertyNames: {}}", "{type: object}");
    assert_schema("{properties: {a: true, b: false}}", "{properties: {a: {}, b: {not: {}}}}");
    assert_schema("{type: object, additionalProperties: false}", "{type: object, additionalProperties: false}");
}

#[test]
fn what_stands_beside_a_reference_holds_together_with_it() {
    let reference = "{$ref: '#/components/schemas/B'}";
    assert_schema(reference, reference);
    assert_schema("{$ref: '#/components/schemas/B', $comment: c}", reference);
    assert_schema(
        "{$ref: '#/components/schemas/B', type: [string, 'null']}",
        &format!("{{allOf: [{reference}], type: string, nullable: true}}"),
    );
    assert_schema(
        "{$ref: '#/components/schemas/B', allOf: [{maxLength: 3}], description: d}",
        &format!("{{allOf: [{reference}, {{maxLength: 3}}], description: d}}"),
    );
}

#[test]
fn references_by_name_become_pointers() {
    let text = "paths: {}
components:
  schemas:
    A: {$id: 'https://example.com/a', $defs: {x: {$anchor: x, type: [string, 'null']}}, properties: {b: {$ref: '#x'}}}
    B: {$dynamicAnchor: node, properties: {b: {$dynamicRef: '#node'}, a: {$ref: 'https://example.com/a'}}}
    C: {type: [object, string], properties: {d: {type: string}}}
    D: {$ref: '#/components/schemas/C/properties/d'}
";
    let (schemas, found) = third_party(text, "#/components/schemas");
    assert_eq!(found, Vec::<String>::new());
    let reference = |at: &str| {
        let node = schemas.at(&crate::document::Pointer::parse(at).unwrap()).and_then(|node| node.get("$ref"));
        node.and_then(Value::as_text).unwrap_or_default().to_owned()
    };
    assert_eq!(reference("/A/properties/b"), "#/components/schemas/A/$defs/x");
    assert_eq!(schemas.get("A").and_then(|a| a.get("$defs")?.get("x")), Some(&value("{type: string, nullable: true}")));
    assert_eq!(reference("/B/properties/b"), "#/components/schemas/B");
    assert_eq!(reference("/B/properties/a"), "#/components/schemas/A");
    assert_eq!(reference("/D"), "#/components/schemas/C/anyOf/0/properties/d");
}

#[test]
fn conditions_are_left_out_with_a_word() {
    let (schema, found) =
        third_party_schema("{type: object, if: {required: [a]}, then: {required: [b]}, dependentSchemas: {c: {}}}");
    assert_eq!(schema, value("{type: object}"));
    assert_eq!(found.len(), 2);
    assert!(
        found[0].starts_with("7:23 unsupported #/components/schemas/A/if `if` is not supported; it is left out"),
        "{found:?}"
    );
}
