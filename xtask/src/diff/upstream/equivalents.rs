//! Our document compared with an equivalent one, and with one that is not.

use serde_yaml::{Mapping, Value};

use super::*;

/// Returns our document told otherwise: schemas with other names, no extension of ours, parameters and headers in
/// place, and operations that are none of ours.
fn theirs() -> Value {
    let text = std::fs::read_to_string(crate::root().join(DOCUMENT)).expect("the document can be read");
    let ours: Value = serde_yaml::from_str(&text).expect("the document is YAML");
    let mut theirs = told_otherwise(&ours, &ours);
    let schemas = theirs["components"]["schemas"].as_mapping_mut().expect("there are schemas");
    let renamed = std::mem::take(schemas).into_iter().map(|(name, schema)| (name_of(&name).into(), schema));
    *schemas = renamed.collect();
    let other: Value =
        serde_yaml::from_str("get: {operationId: listThings, responses: {'200': {description: things}}}")
            .expect("YAML");
    theirs["paths"].as_mapping_mut().expect("there are paths").insert("/v1/things".into(), other);
    theirs
}

fn name_of(name: &Value) -> String {
    format!("POST{}Type", name.as_str().expect("names are texts"))
}

fn told_otherwise(node: &Value, root: &Value) -> Value {
    match node {
        Value::Mapping(members) => mapping(members, root),
        Value::Sequence(elements) => elements.iter().map(|element| told_otherwise(element, root)).collect(),
        Value::String(text) => match text.strip_prefix("#/components/schemas/") {
            Some(name) => format!("#/components/schemas/{}", name_of(&name.into())).into(),
            None => text.clone().into(),
        },
        other => other.clone(),
    }
}

fn mapping(members: &Mapping, root: &Value) -> Value {
    if let Some(reference) = members.get("$ref").and_then(Value::as_str)
        && let Some(path) = reference.strip_prefix("#/components/")
        && !path.starts_with("schemas/")
    {
        let component = path.split('/').fold(&root["components"], |node, step| &node[step]);
        return told_otherwise(component, root);
    }
    let kept = members.iter().filter(|(key, _)| !key.as_str().is_some_and(|key| key.starts_with("x-sdk-")));
    let told = kept.map(|(key, value)| match key.as_str() {
        Some("description") => (key.clone(), "Other words.".into()),
        _ => (key.clone(), told_otherwise(value, root)),
    });
    Value::Mapping(told.collect())
}

fn report_of(theirs: &Value) -> Report {
    let text = serde_yaml::to_string(theirs).expect("a value can be written");
    let source = Source::new("theirs.yaml", text);
    let document = document(&source).expect("it is a document");
    let ours = ours();
    report(&ours, &Theirs { source, document }, &Accepted::default().renamed(crate::diff::ACCEPTED))
}

fn differences(theirs: &Value) -> Vec<String> {
    report_of(theirs).lines.iter().map(|line| line.sentence(str::to_owned)).collect()
}

#[test]
fn the_same_in_other_words_is_no_difference() {
    let found = differences(&theirs());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_operation_that_they_do_not_have_is_one_line() {
    let mut theirs = theirs();
    theirs["paths"].as_mapping_mut().expect("there are paths").remove("/v1/payments");
    assert_eq!(differences(&theirs), ["createPayment, operation: only ours: POST /v1/payments"]);
}

#[test]
fn what_is_said_otherwise_is_listed_with_who_says_more() {
    let mut theirs = theirs();
    let edit = |node: &mut Value, key: &str, yaml: &str| {
        let members = node.as_mapping_mut().expect("a mapping");
        match yaml {
            "" => members.remove(key),
            yaml => members.insert(key.into(), serde_yaml::from_str(yaml).expect("YAML")),
        };
    };
    let schemas = &mut theirs["components"]["schemas"];
    let authorization = &mut schemas["POSTCreateAuthorizationRequestType"];
    edit(authorization, "required", "[amount, gatewayOrderId, currency]");
    edit(&mut authorization["properties"], "cryptogram", "{type: string, maxLength: 50}");
    edit(&mut authorization["properties"], "softDescriptor", "");
    edit(&mut authorization["properties"]["currency"], "maxLength", "4");
    edit(&mut authorization["properties"]["accountId"], "format", "uuid");
    edit(
        &mut schemas["POSTPaymentStatusType"],
        "enum",
        "[Draft, Processed, Error, Voided, Canceled, Posted, Pending, Held]",
    );
    edit(&mut schemas["POSTPaymentOptionType"]["properties"]["type"], "type", "integer");
    edit(&mut schemas["POSTSessionInvoiceType"]["properties"]["invoiceNumber"], "nullable", "true");
    let paths = &mut theirs["paths"];
    let session = &mut paths["/web-payments/sessions"]["post"];
    edit(&mut session["responses"], "429", "{description: too many}");
    edit(&mut session["responses"]["200"]["headers"], "RateLimit-Reset", "");
    session["parameters"]
        .as_sequence_mut()
        .expect("a list")
        .push(serde_yaml::from_str("{name: Zuora-Version, in: header, schema: {type: string}}").expect("YAML"));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(crate::root().join("tests/snapshots/upstream"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let sentence = "What is reported of a document of the service that says otherwise in each of these ways.";
    settings.set_description(sentence);
    // Where in the text something stands is none of the report's business.
    let text = report_of(&theirs).text(100, false);
    let lines = text.lines().filter(|line| !line.starts_with("    at  ")).map(|line| format!("{line}\n"));
    settings.bind(|| insta::assert_snapshot!("differences", lines.collect::<String>()));
}

/// Two paths that only the names of their parameters tell apart, and a schema that has a choice with itself in it.
const FILES: &str = "openapi: 3.0.3
info: {title: Files, version: '1'}
paths:
  /files/{file}:
    get:
      operationId: getFile
      parameters: [{name: file, in: path, required: true, schema: {type: string}}]
      responses:
        '200': {description: a file, content: {application/json: {schema: {$ref: '#/components/schemas/File'}}}}
  /files/{folder}:
    post:
      operationId: addFile
      parameters: [{name: folder, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: done}}
components:
  schemas:
    File:
      type: object
      properties:
        name: {type: string, maxLength: 20}
        within:
          anyOf:
            - {type: string}
            - {$ref: '#/components/schemas/File'}
";

#[test]
fn alternatives_and_paths_are_compared_one_by_one() {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let path = folder.path().join("files.yaml");
    std::fs::write(&path, FILES).expect("it can be written");
    let ours = Ours::of(&path, path.display().to_string()).expect("it is a document");
    let otherwise = |text: &str| {
        let source = Source::new("theirs.yaml", text);
        let document = document(&source).expect("it is a document");
        let report = report(&ours, &Theirs { source, document }, &Accepted::default().renamed(crate::diff::ACCEPTED));
        report.lines.iter().map(|line| line.sentence(str::to_owned)).collect::<Vec<_>>()
    };
    assert!(otherwise(FILES).is_empty(), "{:?}", otherwise(FILES));
    let changed = FILES.replace("- {type: string}", "- {type: string, maxLength: 5}").replace("'204'", "'202'");
    let expected = [
        "addFile response 202, response: only theirs: {}",
        "addFile response 204, response: only ours: {}",
        "File.within|0, maxLength: only theirs: 5",
    ];
    assert_eq!(otherwise(&changed), expected);
    let gone = otherwise(&FILES.replace("    post:", "    put:"));
    assert_eq!(gone, ["addFile, operation: only ours: POST /files/{folder}"]);
}
