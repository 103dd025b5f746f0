use super::*;
use crate::diagnostics::Style;
use crate::document::{Members, NodePath, grammar, walk};

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n";

fn run(text: &str, mode: Mode) -> (Option<Document>, Vec<String>) {
    run_source(&Source::new("api.yaml", text), mode)
}

fn run_source(source: &Source, mode: Mode) -> (Option<Document>, Vec<String>) {
    let mut diagnostics = Diagnostics::new();
    let document = read_with(source, &["x-sdk-name", "x-sdk-rules"], mode, &mut diagnostics);
    assert!(document.is_some() || diagnostics.has_errors(), "nothing was read and nothing was said");
    // Whatever is found must be printable.
    assert_eq!(diagnostics.render(source, Style::Plain).is_empty(), diagnostics.is_empty());
    let lines = diagnostics.to_json_lines(source);
    let found = lines.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let help = if line["help"].is_null() { String::new() } else { format!(" ({})", text("help")) };
        let file = if text("file") == source.name() { String::new() } else { text("file") + ":" };
        let location = format!("{file}{}:{}", line["line"], line["column"]);
        format!("{location} {} {} {}{help}", text("code"), text("pointer"), text("message"))
    });
    (document, found.collect())
}

/// Returns the diagnostics of an own document that begins with [`HEAD`].
fn wrong(text: &str) -> Vec<String> {
    run(&format!("{HEAD}{text}"), Mode::Strict).1
}

/// Returns what is wrong with a document that has one schema.
fn wrong_schema(schema: &str) -> Vec<String> {
    wrong(&format!("paths: {{}}\ncomponents:\n  schemas:\n    A: {schema}\n"))
}

/// Returns a third-party document that begins with [`HEAD`]: the node at a pointer, and what was assumed.
pub(super) fn third_party(text: &str, at: &str) -> (Value, Vec<String>) {
    let (document, found) = run(&format!("{HEAD}{text}"), Mode::Lenient);
    let document = document.unwrap();
    let node = document.value_at(&Pointer::parse(at).unwrap()).unwrap_or(&Value::Null);
    (node.clone(), found)
}

/// Returns the schema `A` of such a document, and what was assumed.
pub(super) fn third_party_schema(schema: &str) -> (Value, Vec<String>) {
    let text = format!("paths: {{}}\ncomponents:\n  schemas:\n    B: {{type: string}}\n    A: {schema}\n");
    third_party(&text, "#/components/schemas/A")
}

/// Returns a text as the tree that it says.
pub(super) fn value(text: &str) -> Value {
    let mut diagnostics = Diagnostics::new();
    text::parse(text, &Pointer::root(), Mode::Strict, &mut diagnostics).unwrap()
}

#[test]
fn a_good_document_is_read_without_a_word() {
    let text = format!(
        "{HEAD}x-other: 1
paths:
  /a/{{b}}:
    parameters: [{{in: path, name: b, required: true, schema: {{type: string}}}}]
    post:
      operationId: a
      x-sdk-name: c
      requestBody: {{$ref: '#/components/requestBodies/B'}}
      responses:
        '200': {{description: ok, headers: {{H: {{schema: {{type: integer}}}}}}, content: {{a/b: {{schema: {{}}}}}}}}
        4XX: {{$ref: '#/components/responses/R'}}
        default: {{description: no}}
components:
  responses: {{R: {{description: r}}}}
  requestBodies: {{B: {{content: {{a/b: {{schema: {{$ref: '#/components/schemas/Z'}}}}}}}}}}
  securitySchemes:
    o: {{type: oauth2, flows: {{clientCredentials: {{tokenUrl: /t, scopes: {{}}}}}}}}
    k: {{type: apiKey, in: header, name: K}}
  schemas:
    Z: {{type: object, deprecated: false, required: [], properties: {{Yes: {{enum: [No, on]}}, a: {{maximum: 10.10}}}}}}
    A: {{type: array, items: {{type: number, maximum: 99999999999999999999.99}}, additionalProperties: null}}
"
    );
    let (document, found) = run(&text.replace(", additionalProperties: null", ""), Mode::Strict);
    assert_eq!(found, Vec::<String>::new());
    let document = document.unwrap();
    let schemas = document.value_at(&Pointer::parse("#/components/schemas").unwrap()).unwrap();
    assert_eq!(schemas.members().map(|(name, _)| name).collect::<Vec<_>>(), ["Z", "A"], "the text's own order");
    let at = |text: &str| document.value_at(&Pointer::parse(text).unwrap()).unwrap();
    assert_eq!(at("#/components/schemas/Z/properties/a/maximum").as_number(), Some("10.10"));
    assert_eq!(at("#/components/schemas/A/items/maximum").as_number(), Some("99999999999999999999.99"));
    assert_eq!(at("#/components/schemas/Z/properties/Yes/enum/0").as_text(), Some("No"));
    assert_eq!(at("#/paths/~1a~1{b}/parameters/0/name").as_text(), Some("b"));
    assert_eq!(document.value_at(&Pointer::parse("#/nothing/here").unwrap()), None);
}

#[test]
fn json_is_read_like_yaml() {
    let text = "{\n\t\"openapi\": \"3.0.3\",\n\t\"info\": {\"title\": \"t\\u00e9\\/\", \"version\": \"1\"},\n\t\"paths\": {}, \"x\": 1\n}\n";
    let (document, found) = run(text, Mode::Strict);
    let title = Pointer::parse("#/info/title").unwrap();
    assert_eq!(document.unwrap().value_at(&title).and_then(Value::as_text), Some("té/"));
    let expected = "4:15 unknown-key #/x `x` has no meaning in a document \
                    (remove it, or prefix it with `x-` if other tools read it)";
    assert_eq!(found, [expected]);
}

#[test]
fn text_that_is_broken_is_reported_where_it_breaks() {
    assert_eq!(
        wrong("paths: [\n"),
        ["4:1 syntax # a value is missing here (write it, or remove the comma or colon before it)"]
    );
    assert_eq!(
        wrong("a: *b\n"),
        ["3:4 syntax # the alias refers to no anchor (quote text that begins with `*`, or define the anchor above)"]
    );
    assert_eq!(run("", Mode::Strict).1, ["1:1 invalid # the document is empty (begin it with `openapi: 3.0.3`)"]);
    assert_eq!(wrong("---\na: b\n").len(), 1);
    let deep = format!("{HEAD}x-a: {}{}", "[".repeat(200), "]".repeat(200));
    assert!(run(&deep, Mode::Strict).1[0].contains("nested deeper than 128 levels"));
}

#[test]
fn keys_are_text_and_given_once() {
    assert_eq!(
        wrong("paths: {}\nx-n: {a: 1, a: 2}\npaths: {}\n"),
        [
            "4:13 syntax #/x-n/a the key `a` is given twice (remove one of them)",
            "5:1 syntax #/paths the key `paths` is given twice (remove one of them)",
        ]
    );
    assert_eq!(wrong("paths: {}\n? [a]\n: 1\n"), ["1:1 syntax # a list cannot be a key (use text)"]);
    assert_eq!(
        wrong("paths: {}\nx-n: !t {a: 1}\n"),
        ["4:1 syntax #/x-n the tag `!t` has no meaning here (remove it, or quote what begins with `!`)"]
    );
}

#[test]
fn a_status_code_without_quotes_is_an_error_in_our_document_only() {
    let text = format!("{HEAD}paths:\n  /a:\n    get:\n      responses:\n        200: {{description: ok}}\n");
    let (document, found) = run(&text, Mode::Strict);
    let expected = "7:9 syntax #/paths/~1a/get/responses/200 the key `200` is a whole number, not text \
                    (quote the status code: '200')";
    assert_eq!(found, [expected]);
    assert!(document.is_some());
    let (document, found) = run(&text, Mode::Lenient);
    assert_eq!(found, Vec::<String>::new());
    let at = Pointer::parse("#/paths/~1a/get/responses/200/description").unwrap();
    assert_eq!(document.unwrap().value_at(&at).and_then(Value::as_text), Some("ok"));
}

#[test]
fn numbers_are_those_of_json() {
    for digits in ["0x10", "0o7", ".5", "+1", ".inf", ".nan", "-.inf", "5."] {
        let found = wrong_schema(&format!("{{type: number, maximum: {digits}}}"));
        let expected = format!(
            "6:23 syntax #/components/schemas/A/maximum `{digits}` is not how JSON writes a number \
             (write it in decimal digits, or quote it)"
        );
        assert_eq!(found, [expected]);
    }
    for digits in ["1e30", "99999999999999999999999999999999999999", "-0", "18446744073709551615", "1E-5"] {
        assert_eq!(
            wrong_schema(&format!("{{type: number, maximum: {digits}, enum: [{digits}]}}")),
            Vec::<String>::new()
        );
        run(
            &format!("{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{type: integer, maximum: {digits}}}}}}}"),
            Mode::Strict,
        );
    }
    assert!(wrong_schema("{type: number, maximum: 1e999}")[0].contains("expected a JSON number, found text"));
}

#[test]
fn the_digits_of_numbers_are_those_of_the_text() {
    let list = "[1.50, 007, -0, 10, [2.0], {a: 1e3, b: &n 0.10}, *n, !!float 3.140, -5, 18446744073709551616]";
    let expected = ["1.50", "", "-0", "10", "", "", "0.10", "3.140", "-5", "18446744073709551616"];
    for text in [list.to_owned(), format!("# é 0x1F\n{list}"), list.replace("[1", "\n  [é, 1").replace("é, ", "")] {
        let list = value(&text);
        let digits: Vec<_> = list.elements().map(|element| element.as_number().unwrap_or_default()).collect();
        assert_eq!(digits, expected, "{text}");
        assert_eq!(list.at(&Pointer::parse("/5/a").unwrap()).unwrap().as_number(), Some("1e3"));
        assert_eq!(list.at(&Pointer::parse("/4/0").unwrap()).unwrap().as_number(), Some("2.0"));
    }
    assert_eq!(value("2.50").as_number(), Some("2.50"));
    assert_eq!(value("{\"a\": [1.50, 1E400, 123456789012345678901234567890]}").get("a").unwrap().elements().count(), 3);
}

#[test]
fn a_third_party_tree_is_repaired() {
    let text = "paths: {}\nx-a: {a: 1, a: 2}\nx-b: !t {c: .inf}\nx-c: {[d]: 1, 5: 6}\nx-m: &m {e: 1, f: 2}\nx-n: {<<: *m, f: 3}\n";
    let (root, found) = third_party(text, "");
    let expected = [
        "4:13 syntax #/x-a/a the key `a` is given twice; the last one is taken (remove one of them)",
        "5:1 syntax #/x-b the tag `!t` has no meaning here; what follows it is taken as it stands (remove it, or quote what begins with `!`)",
        "5:10 syntax #/x-b/c `.inf` is not how JSON writes a number; it is taken as text (write it in decimal digits, or quote it)",
        "6:1 syntax #/x-c a list cannot be a key; it is left out (use text)",
    ];
    assert_eq!(found, expected);
    assert_eq!(root.get("x-a"), Some(&value("a: 2")));
    assert_eq!(root.get("x-b"), Some(&value("c: '.inf'")));
    assert_eq!(root.get("x-c"), Some(&value("'5': 6")));
    assert_eq!(root.get("x-n"), Some(&value("{e: 1, f: 3}")));
    let json =
        "{\"openapi\": \"3.0.3\", \"paths\": {},\n \"info\": {\"title\": \"é\", \"version\": \"1\", \"title\": \"t\"}}";
    let expected = "2:41 syntax #/info/title the key `title` is given twice";
    assert!(run(json, Mode::Lenient).1[0].starts_with(expected), "{:?}", run(json, Mode::Lenient).1);
    assert!(run(json, Mode::Strict).0.is_none());
}

#[test]
fn nesting_without_end_is_a_diagnostic() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let json = format!("{{\"openapi\": \"3.0.3\", \"x-a\": {deep}}}");
        let yaml = format!("{HEAD}x-a: {}", deep.replace(':', ": "));
        for text in [json, yaml] {
            for mode in [Mode::Strict, Mode::Lenient] {
                let found = run(&text, mode).1;
                assert!(found[0].contains("nested deeper than 128 levels"), "{found:?}");
            }
        }
    }
}

#[test]
fn aliases_are_followed_as_far_as_that_is_reasonable() {
    let (document, found) = run(&format!("{HEAD}paths: {{}}\nx-a: &a {{b: 1.50}}\nx-c: [*a, *a]\n"), Mode::Strict);
    assert_eq!(found, Vec::<String>::new());
    let at = Pointer::parse("/x-c/1/b").unwrap();
    assert_eq!(document.unwrap().value_at(&at).unwrap().as_number(), Some("1.50"));
    let mut bomb = format!("{HEAD}paths: {{}}\nx-0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for level in 1..40 {
        let above = level - 1;
        bomb += &format!("x-{level}: &a{level} [*a{above},*a{above},*a{above},*a{above},*a{above},*a{above}]\n");
    }
    assert!(run(&bomb, Mode::Strict).1[0].contains("aliases repeat more than a document can hold"));
    assert_eq!(wrong("x-a: &a [*a]\n").len(), 1);
}

#[test]
fn only_known_versions_are_read() {
    let version = |version: &str| run(&format!("openapi: {version}\n"), Mode::Strict).1.remove(0);
    assert_eq!(
        version("3.2.0"),
        "1:1 unsupported #/openapi OpenAPI 3.2.0 is not supported \
         (write the document in OpenAPI 3.0 or 3.1, such as `openapi: 3.0.3`)"
    );
    assert!(version("3.0").contains("the version 3.0 is a number, not text"));
    assert!(version("[3]").contains("the version is a list, not text"));
    assert!(version("3.0.x").contains("OpenAPI 3.0.x is not supported"));
    assert!(run("swagger: '2.0'\n", Mode::Strict).1[0].contains("Swagger 2.0 is not supported"));
    assert!(run("a: 1\n", Mode::Strict).1[0].contains("does not say which version"));
}

#[test]
fn every_node_that_cannot_be_read_is_reported_at_its_own_place() {
    let found = wrong(
        "paths:
  /a:
    get:
      operationId: 5
      parameters:
        - {in: bogy, name: x, schema: {}}
        - {in: query, schema: {type: string, maxLength: many}}
        - {in: query, name: y}
        - {in: query, name: z, schema: {}, content: {}}
        - 7
      responses:
        '200': {content: {a/b: {schema: {properties: {p: {items: {minItems: -1}}}}}}}
        '400': {$ref: 5}
  /b: {get: {}}
components:
  schemas:
    A: {required: [a, 1, b, {c: 1}], nullable: maybe}
    B: [1]
    C: {additionalProperties: 5, allOf: [{type: [string]}]}
  securitySchemes:
    s: {type: oauth3}
    t: {type: apiKey, in: head, name: n}
    u: {type: apiKey, name: n}
  links: {l: {operationRef: 5, operationId: x}}
",
    );
    let at = "/paths/~1a/get";
    let expected = [
        format!("6:7 invalid #{at}/operationId expected text, found integer `5`"),
        format!("8:12 invalid #{at}/parameters/0/in `bogy` is not one of `query`, `header`, `path`, `cookie`"),
        format!("9:12 invalid #{at}/parameters/1 a parameter needs `name`"),
        format!("9:46 invalid #{at}/parameters/1/schema/maxLength expected a whole number, found text \"many\""),
        format!("10:12 invalid #{at}/parameters/2 a parameter needs `schema` or `content`"),
        format!("11:12 invalid #{at}/parameters/3 a parameter has `schema` or `content`, not both"),
        format!("12:11 invalid #{at}/parameters/4 a parameter is a mapping, not a number"),
        format!("14:9 invalid #{at}/responses/200 a response needs `description`"),
        format!(
            "14:67 invalid #{at}/responses/200/content/a~1b/schema/properties/p/items/minItems \
             expected a whole number, found integer `-1`"
        ),
        format!("15:17 invalid #{at}/responses/400/$ref the reference is not text"),
        "16:8 invalid #/paths/~1b/get an operation needs `responses`".to_owned(),
        "19:23 invalid #/components/schemas/A/required/1 expected text, found integer `1`".to_owned(),
        "19:30 invalid #/components/schemas/A/required/3 expected text, found a mapping".to_owned(),
    ];
    for (found, expected) in found.iter().zip(&expected) {
        let message = found.split_once(" (").map_or(found.as_str(), |(message, _help)| message);
        assert_eq!(message, expected);
    }
    let rest: Vec<_> = found[expected.len()..].iter().map(String::as_str).collect();
    let pointers: Vec<_> = rest.iter().map(|line| line.split(' ').nth(2).unwrap()).collect();
    let expected = [
        "#/components/schemas/A/nullable",
        "#/components/schemas/B",
        "#/components/schemas/C/additionalProperties",
        "#/components/schemas/C/allOf/0/type",
        "#/components/securitySchemes/s/type",
        "#/components/securitySchemes/t/in",
        "#/components/securitySchemes/u",
        "#/components/links/l",
    ];
    assert_eq!(pointers, expected, "{rest:#?}");
}

#[test]
fn a_fault_deep_in_a_document_is_found_at_once() {
    let depth = 40;
    let schema = format!("{}{{maxLength: x}}{}", "{items: ".repeat(depth), "}".repeat(depth));
    let found = wrong_schema(&schema);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("/items/items/maxLength expected a whole number"), "{found:?}");
}

#[test]
fn misspelt_and_misplaced_keys_are_reported() {
    let found = wrong(
        "paths:
  a: {}
  /a:
    get:
      operationld: x
      responses:
        '20': {description: d}
        2xx: {description: d}
        '200': {description: d, contents: {}}
components:
  schemas:
    A: {type: string, maxLenght: 3, xml: {}, x-sdk-nmae: a, x-mine: 1}
    B: {$ref: '#/components/schemas/A', description: d}
    C: {type: number, maxLength: 3, properties: {}}
    D: {type: strnig, requierd: false}
    E: {required: [], type: date}
    F: {maxLength: 3, minimum: 4, items: {}, properties: {}}
webhooks: {}
",
    );
    let expected = [
        "4:3 unknown-key #/paths/a the path `a` does not begin with `/` (write `/a`)",
        "7:7 unknown-key #/paths/~1a/get/operationld `operationld` has no meaning in an operation (did you mean `operationId`?)",
        "9:9 unknown-key #/paths/~1a/get/responses/20 `20` is not a status code (write it as '200', '2XX' or `default`)",
        "10:9 unsupported #/paths/~1a/get/responses/2xx `2xx` is not supported here (remove it)",
        "11:33 unknown-key #/paths/~1a/get/responses/200/contents `contents` has no meaning in a response (did you mean `content`?)",
        "14:23 unknown-key #/components/schemas/A/maxLenght `maxLenght` has no meaning in a schema (did you mean `maxLength`?)",
        "14:37 unsupported #/components/schemas/A/xml `xml` is not supported here (remove it)",
        "14:46 extension #/components/schemas/A/x-sdk-nmae the extension `x-sdk-nmae` is not known (did you mean `x-sdk-name`?)",
        "15:41 unknown-key #/components/schemas/B/description `description` beside `$ref` is ignored (move it to the referenced definition, or wrap the reference in `allOf`)",
        "16:23 unknown-key #/components/schemas/C/maxLength `maxLength` does not apply to a number (remove it, or change the type to string)",
        "16:37 unknown-key #/components/schemas/C/properties `properties` does not apply to a number (remove it, or change the type to object)",
        "17:9 invalid #/components/schemas/D/type `strnig` is not a type (did you mean `string`?)",
        "17:23 unknown-key #/components/schemas/D/requierd `requierd` has no meaning in a schema (did you mean `required`?)",
        "18:23 invalid #/components/schemas/E/type `date` is not a type (use one of string, number, integer, array, object, boolean)",
        "20:1 unknown-key #/webhooks `webhooks` has no meaning in a document (remove it, or prefix it with `x-` if other tools read it)",
    ];
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn unknown_keys_of_a_third_party_document_are_reported_once() {
    let schemas = "{A: {maxLenght: 3}, B: {maxLenght: 3, items: {maxLenght: 4}}}";
    let text = format!("{HEAD}paths: {{}}\nwebhook: {{}}\nx-sdk-no: 1\ncomponents: {{schemas: {schemas}}}\n");
    let (document, found) = run(&text, Mode::Lenient);
    assert!(document.is_some());
    let root = "4:1 unknown-key #/webhook `webhook` has no meaning in a document (remove it, or prefix it with `x-` if other tools read it)";
    let first = "6:28 unknown-key #/components/schemas/A/maxLenght `maxLenght` has no meaning in a schema; there are 3 such keys, and \
                 this is the first (did you mean `maxLength`?)";
    let extension = "5:1 unknown-key #/x-sdk-no the extension `x-sdk-no` is not known (remove it, or correct its name)";
    assert_eq!(found, [root, extension, first]);
}

#[test]
fn newer_third_party_versions_are_read_as_the_newest_known_one() {
    let found = |version: &str| run(&format!("{}paths: {{}}\n", HEAD.replace("3.0.3", version)), Mode::Lenient).1;
    for version in ["'3.0'", "'3.1'", "3.1.1", "3.0.0-rc1"] {
        assert_eq!(found(version), Vec::<String>::new(), "{version}");
    }
    assert_eq!(found("3.1"), ["1:1 invalid #/openapi expected text, found a number; it is taken as text"]);
    assert_eq!(
        found("3.2.0"),
        [
            "1:1 unsupported #/openapi of OpenAPI 3.2.0, what 3.1 has is supported, and the methods, `itemSchema` and `mediaTypes` of 3.2; \
             anything else has no effect"
        ]
    );
    assert!(found("2.0")[0].contains("OpenAPI 2.0 is not supported"));
}

/// Every node of a document is left out and exchanged for each sort of value: never a panic, never silence.
#[test]
fn no_change_to_a_document_does_harm() {
    let text = format!(
        "{HEAD}paths:
  /a:
    get:
      parameters: [{{in: query, name: q, schema: {{type: string, enum: [a]}}, examples: {{e: {{value: 1}}}}}}]
      requestBody: {{content: {{a/b: {{schema: {{oneOf: [{{}}], not: {{}}, discriminator: {{propertyName: p}}}}}}}}}}
      callbacks: {{c: {{/d: {{get: {{responses: {{default: {{description: d}}}}}}}}}}}}
      responses:
        '200':
          description: d
          headers: {{h: {{schema: {{type: integer, minimum: 1}}}}}}
          links: {{l: {{operationId: o, parameters: {{p: 1}}}}}}
components:
  securitySchemes:
    s: {{type: oauth2, flows: {{implicit: {{authorizationUrl: u, scopes: {{}}}}}}}}
  schemas:
    A: {{type: object, additionalProperties: {{type: array, items: {{multipleOf: 2}}}}, required: [a]}}
"
    );
    let (document, found) = run(&text, Mode::Strict);
    assert_eq!(found, Vec::<String>::new());
    let whole: serde_yaml::Value = document.unwrap().value.to_yaml();
    let mut paths = Vec::new();
    collect(&whole, &mut Vec::new(), &mut paths);
    assert!(paths.len() > 60);
    let replacements =
        ["5", "-1.5", "1e300", "x", "'200'", "null", "true", "[]", "[1]", "{}", "{a: 1}", "{$ref: a}", "{$ref: 1}"];
    for path in &paths {
        for replacement in replacements.iter().map(|text| serde_yaml::from_str(text).ok()).chain([None]) {
            let mut changed = whole.clone();
            put(&mut changed, path, replacement);
            let text = serde_yaml::to_string(&changed).unwrap();
            run(&text, Mode::Strict);
            run(&text.replacen("3.0.3", "3.1.0", 1), Mode::Strict);
            if let Some(mut document) = run(&text, Mode::Lenient).0 {
                walk::walk(&mut document.value, &mut InOrder { changed: &text });
            }
        }
        let mut renamed = whole.clone();
        rename(&mut renamed, path);
        run(&serde_yaml::to_string(&renamed).unwrap(), Mode::Lenient);
    }
}

/// Asserts what the stages behind this one rely on.
struct InOrder<'t> {
    changed: &'t str,
}

impl walk::Visit for InOrder<'_> {
    fn shape(&mut self, shape: grammar::Shape, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        assert!(repair::fits(shape, node), "{} is {} in\n{}", node_path.pointer(), node.what(), self.changed);
        true
    }

    fn reference(&mut self, _: grammar::Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        assert_eq!(node.as_object().map(Members::len), Some(1), "{} has siblings", node_path.pointer());
        true
    }
}

type Yaml = serde_yaml::Value;

fn collect(value: &Yaml, path: &mut Vec<Yaml>, paths: &mut Vec<Vec<Yaml>>) {
    let children: Vec<(Yaml, &Yaml)> = match value {
        Yaml::Mapping(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Yaml::Sequence(elements) => elements.iter().enumerate().map(|(i, value)| (Yaml::from(i), value)).collect(),
        _ => return,
    };
    for (key, child) in children {
        path.push(key);
        paths.push(path.clone());
        collect(child, path, paths);
        path.pop();
    }
}

fn parent<'y>(value: &'y mut Yaml, path: &[Yaml]) -> &'y mut Yaml {
    path.iter().fold(value, |value, key| match value {
        Yaml::Mapping(members) => members.get_mut(key).unwrap(),
        Yaml::Sequence(elements) => &mut elements[usize::try_from(key.as_u64().unwrap()).unwrap()],
        _ => panic!("no such node"),
    })
}

fn put(value: &mut Yaml, path: &[Yaml], replacement: Option<Yaml>) {
    let (last, above) = path.split_last().unwrap();
    match (parent(value, above), replacement) {
        (Yaml::Mapping(members), Some(replacement)) => drop(members.insert(last.clone(), replacement)),
        (Yaml::Mapping(members), None) => drop(members.remove(last)),
        (Yaml::Sequence(elements), Some(replacement)) => elements[0] = replacement,
        (Yaml::Sequence(elements), None) => drop(elements.remove(0)),
        _ => panic!("no such node"),
    }
}

fn rename(value: &mut Yaml, path: &[Yaml]) {
    let (last, above) = path.split_last().unwrap();
    if let Yaml::Mapping(members) = parent(value, above) {
        let child = members.remove(last).unwrap();
        members.insert(Yaml::from(5), child);
    }
}

/// Returns a document beside which there are files.
fn beside(text: &str, files: &'static [(&'static str, &'static str)], mode: Mode) -> (Option<Document>, Vec<String>) {
    let load = move |path: &str| {
        let file = files.iter().find(|(name, _)| *name == path);
        file.map(|(_, text)| (*text).to_owned()).ok_or_else(|| std::io::Error::other("there is no such file"))
    };
    run_source(&Source::with_files("spec/api.yaml", format!("{HEAD}{text}"), load), mode)
}

const BUNDLE: &str = "paths:
  /a: {$ref: 'paths/a.yaml'}
components:
  schemas:
    Order: {$ref: 'models.yaml#/Order'}
    Here: {type: string}
";

const FILES: &[(&str, &str)] = &[
    (
        "paths/a.yaml",
        "get: {responses: {'200': {description: d, content: {a/b: {schema: {$ref: '../models.yaml#/Order'}}}}}}",
    ),
    (
        "models.yaml",
        "Order: {type: object, properties: {next: {$ref: '#/Order'}, line: {$ref: './line.yaml'}, here: {$ref: 'api.yaml#/components/schemas/Here'}}}",
    ),
    ("line.yaml", "type: array\nitems: {$ref: 'models.yaml#/Order'}\nmaxItems: '3'\n"),
];

#[test]
fn files_beside_a_document_are_read_into_it() {
    for mode in [Mode::Strict, Mode::Lenient] {
        let (document, found) = beside(BUNDLE, FILES, mode);
        let document = document.unwrap();
        let reference = |at: &str| {
            let node = document.value_at(&Pointer::parse(at).unwrap()).unwrap_or_else(|| panic!("{at}"));
            node.get("$ref").and_then(Value::as_text).unwrap_or_default().to_owned()
        };
        assert_eq!(reference("/paths/~1a"), "#/x-sdk-files/0");
        assert_eq!(reference("/components/schemas/Order"), "#/x-sdk-files/1/Order");
        assert_eq!(reference("/x-sdk-files/1/Order/properties/next"), "#/x-sdk-files/1/Order");
        assert_eq!(reference("/x-sdk-files/1/Order/properties/line"), "#/x-sdk-files/2");
        assert_eq!(reference("/x-sdk-files/1/Order/properties/here"), "#/components/schemas/Here");
        assert_eq!(reference("/x-sdk-files/2/items"), "#/x-sdk-files/1/Order");
        let line = "spec/line.yaml:3:1 invalid #/x-sdk-files/2/maxItems expected a whole number, found text; the digits are taken as one";
        let expected = if mode == Mode::Lenient { vec![line.to_owned()] } else { Vec::new() };
        assert_eq!(found, expected);
    }
}

#[test]
fn files_that_cannot_be_read_are_reported_where_they_are_wanted() {
    let text = "paths: {}\ncomponents:\n  schemas:\n    A: {$ref: 'none.yaml#/A'}\n    B: {$ref: '../b.yaml'}\n    C: {$ref: 'https://c/c.yaml'}\n    D: {$ref: 'bad.yaml'}\n";
    let files: &[_] = &[("bad.yaml", "a: [b")];
    let (_, found) = beside(text, files, Mode::Strict);
    let expected = [
        "6:9 reference #/components/schemas/A/$ref the file `none.yaml` cannot be read: there is no such file (correct the path, or put the file there)",
        "7:9 reference #/components/schemas/B/$ref `../b.yaml` is not in the document's folder (refer to files by a relative path that stays in that folder)",
        "8:9 reference #/components/schemas/C/$ref `https://c/c.yaml` is in a network, which is not accessed (put a copy of the file beside the document)",
    ];
    assert_eq!(found[..3], expected);
    assert!(found[3].starts_with("spec/bad.yaml:1:4 syntax #/x-sdk-files/0 the bracket that opens here"), "{found:?}");
    let (document, found) = beside(text, files, Mode::Lenient);
    assert_eq!(
        document.unwrap().value.get("components").unwrap().get("schemas"),
        Some(&value("{A: {}, B: {}, C: {}, D: {}}"))
    );
    assert!(found.iter().any(|line| line.contains("any value is assumed")), "{found:?}");
}
