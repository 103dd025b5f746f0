//! How long one generation takes, whole and up to the model, how long the comparison of two models and linting, and how these
//! grow with the document.
//!
//! ```text
//! cargo bench -p sdk-generator
//! ```

#![allow(missing_docs, reason = "benchmarks are not an interface")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use sdk_generator::compare::{revisions, upstream};
use sdk_generator::diagnostics::Diagnostics;
use sdk_generator::document::Document;
use sdk_generator::ir::Api;
use sdk_generator::lint::lint;
use sdk_generator::mode::Mode;
use sdk_generator::read::read;
use sdk_generator::source::Source;
use sdk_generator::{Options, generate, model};

fn main() {
    divan::main();
}

/// Returns the first document of the repository's `spec` folder.
fn document() -> Source {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let entries = fs::read_dir(folder).expect("the repository has a spec folder");
    let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    let path = paths.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    let path = path.expect("the spec folder has a document");
    Source::new("document.yaml", fs::read_to_string(path).expect("the document can be read"))
}

fn options(mode: Mode) -> Options {
    Options { crate_name: "sdk".to_owned(), mode }
}

#[divan::bench]
fn text_to_files(bencher: Bencher<'_, '_>) {
    let (source, options) = (document(), options(Mode::Strict));
    bencher.bench(|| generate(&source, &options));
}

#[divan::bench]
fn text_to_model(bencher: Bencher<'_, '_>) {
    let source = document();
    bencher.bench(|| {
        let mut diagnostics = Diagnostics::new();
        let document = read(&source, Mode::Strict, &mut diagnostics).expect("the document is one");
        model(&document, Mode::Strict, &mut diagnostics)
    });
}

#[divan::bench]
fn text_to_findings(bencher: Bencher<'_, '_>) {
    let source = document();
    bencher.bench(|| {
        let document = read(&source, Mode::Lenient, &mut Diagnostics::new()).expect("the document is one");
        lint(&source, &document, None)
    });
}

/// How many resources the smallest of the documents has that grow.
const RESOURCES: usize = 50;
/// How many operations each resource has.
const OPERATIONS: usize = 4;

/// Measures a third-party document and larger copies of it. The time for each operation should stay the same.
#[divan::bench(args = [1, 2, 4, 8], sample_count = 10)]
fn growing(bencher: Bencher<'_, '_>, times: usize) {
    let resources = RESOURCES * times;
    let (source, options) = (Source::new("document.yaml", grown(resources)), options(Mode::Lenient));
    assert!(generate(&source, &options).files.is_some(), "nothing is made of the document");
    bencher.counter(ItemsCount::new(resources * OPERATIONS)).bench(|| generate(&source, &options));
}

/// Returns such a document and the same with an edit at each resource, each with its model.
fn edited(resources: usize) -> ((Document, Api), (Document, Api)) {
    let model_of = |text: String| {
        let (source, mut diagnostics) = (Source::new("document.yaml", text), Diagnostics::new());
        let document = read(&source, Mode::Lenient, &mut diagnostics).expect("the document is one");
        let api = model(&document, Mode::Lenient, &mut diagnostics).0;
        (document, api)
    };
    let text = grown(resources);
    (model_of(text.clone()), model_of(text.replace("maxLength: 40", "maxLength: 30")))
}

/// Measures the comparison of two versions of a document.
#[divan::bench(args = [1, 2, 4, 8], sample_count = 10)]
fn revised(bencher: Bencher<'_, '_>, times: usize) {
    let ((_, old), (_, new)) = edited(RESOURCES * times);
    assert!(!revisions(&old, &new).is_empty(), "nothing was found");
    bencher.counter(ItemsCount::new(RESOURCES * times * OPERATIONS)).bench(|| revisions(&old, &new));
}

/// Measures the comparison of a document with the service's own.
#[divan::bench(args = [1, 2, 4, 8], sample_count = 10)]
fn held_against_another(bencher: Bencher<'_, '_>, times: usize) {
    let ((ours, api), (theirs, _)) = edited(RESOURCES * times);
    assert!(!upstream(&ours, &api, &theirs).is_empty(), "nothing was found");
    bencher.counter(ItemsCount::new(RESOURCES * times * OPERATIONS)).bench(|| upstream(&ours, &api, &theirs));
}

/// Resources that are listed, made, read and changed; each is an object with enums, a part that all have, members that are
/// other resources or their names, and events that are one of several.
fn grown(resources: usize) -> String {
    let (mut paths, mut schemas, mut events) = (String::new(), String::new(), String::new());
    for index in 0..resources {
        let (next, other) = ((index + 1) % resources, (index * 7 + 3) % resources);
        paths += &PATHS.replace("INDEX", &index.to_string());
        let schema = SCHEMAS.replace("INDEX", &index.to_string());
        schemas += &schema.replace("NEXT", &next.to_string()).replace("OTHER", &other.to_string());
        writeln!(events, "        - $ref: '#/components/schemas/Event{index}'").expect("text takes every text");
    }
    format!("{HEAD}paths:\n{paths}components:\n  schemas:\n{COMMON}    Event:\n      oneOf:\n{events}{schemas}")
}

const HEAD: &str = "
openapi: 3.0.3
info: { title: Resources, version: '1' }
servers: [{ url: https://api.example.com }]
";

const COMMON: &str = "
    Common:
      type: object
      required: [id, created]
      properties:
        id: { type: string, description: The name of the object. }
        created: { type: string, format: date-time }
        status: { type: string, enum: [active, archived, deleted] }
        metadata: { type: object, additionalProperties: { type: string } }
        events: { type: array, items: { $ref: '#/components/schemas/Event' } }
";

const PATHS: &str = "
  /resourcesINDEX:
    get:
      operationId: listResourcesINDEX
      summary: List them all
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
        - { name: sort, in: query, schema: { type: string, enum: [created, name] } }
      responses: { '200': { description: All of them, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/ResourceINDEX' } } } } } }
    post:
      operationId: createResourceINDEX
      summary: Make one
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/ResourceINDEX' } } } }
      responses: { '201': { description: The one, content: { application/json: { schema: { $ref: '#/components/schemas/ResourceINDEX' } } } } }
  /resourcesINDEX/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string } }
    get:
      operationId: readResourceINDEX
      summary: Read one
      responses: { '200': { description: The one, content: { application/json: { schema: { $ref: '#/components/schemas/ResourceINDEX' } } } } }
    patch:
      operationId: changeResourceINDEX
      summary: Change one
      requestBody: { required: true, content: { application/x-www-form-urlencoded: { schema: { type: object, properties: { name: { type: string }, price: { type: number } } } } } }
      responses: { '200': { description: The one, content: { application/json: { schema: { $ref: '#/components/schemas/ResourceINDEX' } } } } }
";

const SCHEMAS: &str = "
    ResourceINDEX:
      description: One of the **resources**, with `members` of all kinds.
      allOf:
        - $ref: '#/components/schemas/Common'
        - type: object
          required: [name]
          properties:
            name: { type: string, maxLength: 40, pattern: '^[a-z]+$' }
            kind: { type: string, enum: [small, large, x-large] }
            price: { type: number, minimum: 0, description: In the currency of the account. }
            next: { anyOf: [{ type: string }, { $ref: '#/components/schemas/ResourceNEXT' }] }
            others: { type: array, items: { $ref: '#/components/schemas/ResourceOTHER' } }
            address: { type: object, properties: { street: { type: string }, city: { type: string } } }
    EventINDEX:
      type: object
      required: [type, data]
      properties:
        type: { type: string, enum: [resourceINDEX.changed] }
        data: { $ref: '#/components/schemas/ResourceINDEX' }
";
