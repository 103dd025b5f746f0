//! Changes within an `allOf` are reported, even if no subschema says more than before.

use std::collections::BTreeSet;
use std::thread;

use sdk_generator::document::Pointer;
use sdk_generator::document::{Members, Value};

use super::edits::{Path, edited};
use super::*;

/// Returns a node, from YAML.
fn yaml(text: &str) -> Value {
    let source = Source::new("node.yaml", format!("openapi: 3.0.3\nnode: {text}\n"));
    let document = document(&source).expect("it is YAML");
    document.value.get("node").expect("it is a member").clone()
}

fn all_of(parts: impl IntoIterator<Item = Value>) -> Value {
    [("allOf", Value::List(parts.into_iter().collect()))].into_iter().collect::<Members>().into()
}

/// Returns a mapping with one more member.
fn with(node: &Value, key: &str, value: Value) -> Value {
    let members = node.members().filter(|(known, _)| *known != key).map(|(known, member)| (known, member.clone()));
    members.chain([(key, value)]).collect::<Members>().into()
}

fn at<'v>(root: &'v Value, pointer: &str) -> &'v Value {
    let node = Pointer::parse(pointer).and_then(|pointer| root.at(&pointer));
    node.unwrap_or_else(|| unreachable!("{pointer} leads nowhere"))
}

fn path(pointer: &str) -> Path {
    pointer.trim_start_matches("#/").split('/').map(|step| step.replace("~1", "/")).collect()
}

/// Returns what nobody has accepted yet of a document of theirs, in sentences.
fn open(setup: &Setup, value: Value) -> Vec<String> {
    let theirs = Document { value, files: Vec::new() };
    let differences = compare::upstream(&setup.ours.document, &setup.ours.api, &theirs);
    let new = differences.into_iter().filter(|one| setup.accepted.reason_of_upstream(&one.fingerprint()).is_none());
    new.map(|one| Line::new(one, String::new(), &setup.accepted).sentence(str::to_owned)).collect()
}

/// The finances of payments in the extract.
const FINANCES: &str =
    "#/components/schemas/GETARPaymentTypeWithPaymentOption/allOf/0/properties/financeInformation/properties";

#[test]
fn an_enum_in_another_part_takes_values_away() {
    let (setup, theirs) = (Setup::new(), extract().document.value);
    let property = format!("{FINANCES}/transferredToAccounting");
    let restriction = yaml("{type: string, nullable: true, enum: [Processing]}");
    let wrapped = all_of([at(&theirs, &property).clone(), restriction]);
    let found = open(&setup, edited(&theirs, &path(&property), Some(&wrapped)));
    let gone = ["Error", "Ignore", "No", "Yes"];
    let expected =
        gone.map(|value| format!("PaymentFinanceInformation.transferredToAccounting, value: only ours: \"{value}\""));
    assert_eq!(found, expected);
}

#[test]
fn null_passes_only_where_every_typed_part_lets_it() {
    let (setup, theirs) = (Setup::new(), extract().document.value);
    let property = format!("{FINANCES}/bankAccountAccountingCode");
    let nullable = at(&theirs, &property).clone();
    let found = |part: &str| {
        let wrapped = all_of([nullable.clone(), yaml(part)]);
        open(&setup, edited(&theirs, &path(&property), Some(&wrapped)))
    };
    assert!(found("{type: string, nullable: true}").is_empty());
    let refused = ["PaymentFinanceInformation.bankAccountAccountingCode, nullable: ours true, theirs false and true"];
    assert_eq!(found("{type: string}"), refused);
    assert_eq!(found("{type: string, nullable: false}"), refused);
}

/// A scheme that no operation asks for says nothing of the endpoint that our credentials go to.
#[test]
fn a_scheme_that_is_not_used_hides_no_token_endpoint() {
    let (setup, theirs) = (Setup::new(), extract().document.value);
    let scheme = yaml("{type: oauth2, flows: {clientCredentials: {tokenUrl: /oauth/token, scopes: {}}}}");
    let schemes = with(at(&theirs, "#/components/securitySchemes"), "unused", scheme);
    let theirs = edited(&theirs, &path("#/components/securitySchemes"), Some(&schemes));
    assert!(open(&setup, theirs.clone()).is_empty());
    let gone = edited(&theirs, &path("#/paths/~1oauth~1token"), None);
    assert_eq!(open(&setup, gone), ["token endpoint, operation: only ours: POST /oauth/token"]);
    let required = "#/paths/~1oauth~1token/post/requestBody/content/application~1x-www-form-urlencoded/schema/required";
    let more = yaml("[client_id, client_secret, grant_type, tenant]");
    let found = open(&setup, edited(&theirs, &path(required), Some(&more)));
    assert_eq!(found, ["token endpoint request application/x-www-form-urlencoded.tenant, required: only theirs: true"]);
}

/// Returns what one schema says otherwise than another one, each as the body of the only response.
fn between(ours: &str, theirs: &str) -> Vec<String> {
    let text = |schema: &str| {
        format!(
            "openapi: 3.0.3
info: {{title: Things, version: '1'}}
paths:
  /thing:
    get:
      operationId: getThing
      responses: {{'200': {{description: a thing, content: {{application/json: {{schema: {schema}}}}}}}}}
"
        )
    };
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let path = folder.path().join("things.yaml");
    std::fs::write(&path, text(ours)).expect("it can be written");
    let ours = Ours::of(&path, path.display().to_string()).expect("it is a document");
    let source = Source::new("theirs.yaml", text(theirs));
    let document = document(&source).expect("it is a document");
    let report = report(&ours, &Theirs { source, document }, &Accepted::default());
    report.lines.iter().map(|line| line.sentence(str::to_owned)).collect()
}

/// Where `additionalProperties` stands in an `allOf` decides which names it is about.
#[test]
fn a_keyword_that_moves_to_another_part_is_noticed() {
    let names = |first: &str, second: &str| {
        format!(
            "{{allOf: [{{type: object, properties: {{a: {{type: string}}}}{first}}}, \
             {{type: object, properties: {{b: {{type: string}}}}{second}}}]}}"
        )
    };
    let closed = ", additionalProperties: false";
    let (first, second) = (names(closed, ""), names("", closed));
    assert!(between(&first, &first).is_empty());
    assert_eq!(
        between(&first, &second),
        ["getThing response 200, additionalProperties: ours false apart from properties b, theirs false apart from \
          properties a"]
    );
    let whole = "{type: object, properties: {a: {type: string}, b: {type: string}}, additionalProperties: false}";
    assert_eq!(
        between(whole, &first),
        ["getThing response 200, additionalProperties: only theirs: false apart from properties b"]
    );
    let together = "{allOf: [{type: integer, minimum: 5, exclusiveMinimum: true}, {type: integer}]}";
    let moved = "{allOf: [{type: integer, minimum: 5}, {type: integer, exclusiveMinimum: true}]}";
    assert!(between("{type: integer, minimum: 5, exclusiveMinimum: true}", together).is_empty());
    assert_eq!(
        between(together, moved),
        ["getThing response 200, exclusiveMinimum: only theirs: true apart from minimum 5"]
    );
}

/// `nullable: true` beside an `allOf` means what the generator reads in it, in our document; theirs may mean what OpenAPI says.
#[test]
fn nullable_beside_an_all_of_is_no_difference_only_from_ours() {
    let thing = |property: &str| format!("{{type: object, properties: {{a: {property}}}}}");
    let plain = thing("{type: string, nullable: true}");
    let beside = thing("{type: string, nullable: true, allOf: [{type: string}]}");
    assert!(between(&beside, &plain).is_empty());
    assert!(between(&beside, &beside).is_empty());
    let expected = ["getThing response 200.a, nullable: ours true, theirs false and true"];
    assert_eq!(between(&plain, &beside), expected);
}

/// Enums of which no value is left let nothing pass, unlike no enum.
#[test]
fn enums_without_a_common_value_are_no_missing_enum() {
    let none = "{allOf: [{type: string, enum: [a]}, {type: string, enum: [b]}]}";
    assert_eq!(between("{type: string}", none), ["getThing response 200, enum: only theirs: no value"]);
}

/// Of several limits the strictest counts.
#[test]
fn a_stricter_limit_in_another_part_is_told_as_such() {
    let (setup, theirs) = (Setup::new(), extract().document.value);
    let property = "#/components/schemas/CreatePaymentType/allOf/0/properties/gatewayOrderId";
    let wrapped = all_of([at(&theirs, property).clone(), yaml("{type: string, maxLength: 7}")]);
    let value = edited(&theirs, &path(property), Some(&wrapped));
    let differences = compare::upstream(&setup.ours.document, &setup.ours.api, &Document { value, files: Vec::new() });
    let told: Vec<_> = differences.iter().filter(|one| one.theirs.as_deref() == Some("50 and 7")).collect();
    let [one] = told.as_slice() else { unreachable!("{} differences tell of it", told.len()) };
    assert_eq!(one.rule, Some(compare::Rule::LimitTightened));
}

/// Lists all schemas below a node.
fn schemas(node: &Value, path: &Path, names: &str, found: &mut Vec<Path>) {
    const CHOICES: [&str; 3] = ["allOf", "anyOf", "oneOf"];
    let below = |name: &str| path.iter().cloned().chain([name.to_owned()]).collect::<Path>();
    for (key, member) in node.members() {
        let path = below(key);
        let is_schema = match names {
            "" => ["schema", "items", "additionalProperties"].contains(&key),
            names => ["properties", "schemas"].contains(&names),
        };
        // What stands behind these keywords has names of the document's own.
        let has_names = names.is_empty() && ["properties", "schemas", "headers", "content", "paths"].contains(&key);
        schemas(member, &path, if has_names { key } else { "" }, found);
        for (index, part) in member.elements().enumerate() {
            let path = path.iter().cloned().chain([index.to_string()]).collect();
            schemas(part, &path, "", found);
            if names.is_empty() && CHOICES.contains(&key) {
                found.push(path);
            }
        }
        if is_schema && member.as_object().is_some() {
            found.push(path);
        }
    }
}

/// Returns the type of a schema, which may stand behind a reference or in a part.
fn type_of<'v>(root: &'v Value, schema: &'v Value) -> &'v str {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_text) {
        return type_of(root, at(root, reference));
    }
    let own = schema.get("type").and_then(Value::as_text);
    let of_part = || Some(type_of(root, schema.get("allOf")?.elements().next()?));
    own.or_else(of_part).unwrap_or("object")
}

/// Returns what a schema may be restricted by, of its own type where nothing else is said: then the type tells nothing.
fn restrictions(root: &Value, schema: &Value) -> Vec<Value> {
    let name = type_of(root, schema);
    let of_type = yaml(&format!("{{type: {name}}}"));
    let listed = schema.get("enum").filter(|values| values.elements().count() > 1);
    let value = listed.and_then(|values| values.elements().next()).cloned().unwrap_or_else(|| "other".into());
    let other = if name == "string" { "integer" } else { "string" };
    let mut all = vec![
        with(&of_type, "enum", Value::List(vec![value])),
        with(&of_type, "maxLength", Value::Number("0".to_owned())),
        with(&of_type, "required", yaml("[nameOfNothing]")),
        yaml(&format!("{{type: {other}}}")),
    ];
    if name == "object" {
        all.push(with(&of_type, "additionalProperties", Value::Bool(false)));
    }
    if schema.get("nullable").is_some() {
        all.push(of_type);
    }
    all
}

/// Returns the fingerprints of everything that a document of theirs says otherwise.
fn fingerprints(setup: &Setup, value: Value) -> BTreeSet<String> {
    let theirs = Document { value, files: Vec::new() };
    let differences = compare::upstream(&setup.ours.document, &setup.ours.api, &theirs);
    differences.iter().map(compare::Difference::fingerprint).collect()
}

/// Restricts some schemas of a document in every way, one at a time; returns how many ways there were, and which change nothing.
fn restricted(setup: &Setup, theirs: &Value, paths: &[Path]) -> (usize, Vec<String>) {
    let before = fingerprints(setup, theirs.clone());
    let (mut count, mut unnoticed) = (0, Vec::new());
    for path in paths {
        let schema = at(theirs, &pointer(path)).clone();
        for restriction in restrictions(theirs, &schema) {
            count += 1;
            let told = format!("/{}: {restriction}", path.join("/"));
            let wrapped = all_of([schema.clone(), restriction]);
            if fingerprints(setup, edited(theirs, path, Some(&wrapped))) == before {
                unnoticed.push(told);
            }
        }
    }
    (count, unnoticed)
}

fn pointer(path: &Path) -> String {
    let steps = path.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1")));
    format!("#{}", steps.collect::<String>())
}

#[test]
fn every_restriction_by_an_all_of_changes_the_report() {
    let (setup, theirs) = (Setup::new(), extract().document.value);
    let mut all = Vec::new();
    schemas(&theirs, &Path::new(), "", &mut all);
    let share = all.len().div_ceil(thread::available_parallelism().map_or(1, usize::from));
    let results: Vec<_> = thread::scope(|scope| {
        let shares = all.chunks(share).map(|share| scope.spawn(|| restricted(&setup, &theirs, share)));
        let shares: Vec<_> = shares.collect();
        shares.into_iter().map(|share| share.join().expect("no restriction ends a comparison")).collect()
    });
    let count: usize = results.iter().map(|(count, _)| count).sum();
    let unnoticed: Vec<_> = results.into_iter().flat_map(|(_, unnoticed)| unnoticed).collect();
    println!("schemas: {}, restrictions: {count}", all.len());
    assert!(unnoticed.is_empty(), "{} restrictions change nothing:\n{}", unnoticed.len(), unnoticed.join("\n"));
    assert!(count > 1000, "{count}: the extract is not what it was");
}
