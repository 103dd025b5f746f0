//! Everything that a document describes can be reached through its crate, or a diagnostic says why not.
//!
//! `CORPUS` names a folder of further documents; without it, only the fixtures are checked.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sdk_generator::diagnostics::Diagnostics;
use sdk_generator::mode::Mode;
use sdk_generator::output::Files;
use sdk_generator::reach::{Reach, Reason};
use sdk_generator::source::Source;
use sdk_generator::{Generation, Options, generate};
use sdk_tests::fixture::Fixture;
use sdk_tests::{options, source_with_files};

/// Returns how much of a document can be reached through files, which may not be those that are generated.
fn reach_through(source: &Source, change: impl Fn(&str, &str) -> String) -> Reach {
    let Generation { files, diagnostics, .. } = generate(source, &Options { mode: Mode::Lenient, ..options() });
    let Some(files) = files else { panic!("{} is refused", source.name()) };
    let mut changed = Files::new();
    for (path, text) in files.iter() {
        changed.insert(path, change(path, text));
    }
    let document = sdk_generator::read::read_unrepaired(source, &mut Diagnostics::new());
    Reach::of(&document.expect("what is generated can be read"), &changed, &diagnostics)
}

fn reach(source: &Source) -> Reach {
    reach_through(source, |_, text| text.to_owned())
}

/// Returns the places that nothing explains, and adds the others to a table.
fn unexplained(name: &str, reach: &Reach, table: &mut BTreeMap<Reason, usize>) -> Vec<String> {
    for (reason, count) in reach.by_reason() {
        *table.entry(reason).or_default() += count;
    }
    let unexplained = reach.unreachable.iter().filter(|unreachable| unreachable.reason == Reason::Unexplained);
    unexplained.map(|unreachable| format!("{name}: {}", unreachable.pointer)).collect()
}

fn print(what: &str, reachable: usize, total: usize, table: &BTreeMap<Reason, usize>) {
    println!("{what}: {reachable} of {total} are reachable");
    for (reason, count) in table {
        println!("{count:>6}  {}", reason.as_str());
    }
}

#[test]
fn everything_in_the_fixtures_is_reached_or_explained() {
    let (mut table, mut lost, mut totals) = (BTreeMap::new(), Vec::new(), (0, 0));
    for fixture in ["accepted", "third_party"].into_iter().flat_map(Fixture::all) {
        let reach = reach(&source_with_files(&fixture.path));
        totals = (totals.0 + reach.reachable, totals.1 + reach.total);
        lost.extend(unexplained(&fixture.path, &reach, &mut table));
    }
    print("fixtures", totals.0, totals.1, &table);
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn everything_in_the_corpus_is_reached_or_explained() {
    let Some(folder) = env::var_os("CORPUS") else {
        return println!("not run: CORPUS names no folder of documents");
    };
    let (mut table, mut lost, mut totals) = (BTreeMap::new(), Vec::new(), (0, 0));
    for path in documents(Path::new(&folder)) {
        let text = fs::read_to_string(&path).expect("the document can be read");
        let reach = reach(&Source::new(path.display().to_string(), text));
        print(&path.display().to_string(), reach.reachable, reach.total, &reach.by_reason());
        totals = (totals.0 + reach.reachable, totals.1 + reach.total);
        lost.extend(unexplained(&path.display().to_string(), &reach, &mut table));
    }
    print("corpus", totals.0, totals.1, &table);
    assert!(lost.is_empty(), "{}", lost.join("\n"));
    assert!(totals.0 * 100 >= totals.1 * 99, "{} of {}", totals.0, totals.1);
}

/// Returns the documents below a folder.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("the folder can be read").map(|entry| entry.expect("it has entries").path());
    let mut found: Vec<_> =
        entries.flat_map(|path| if path.is_dir() { documents(&path) } else { vec![path] }).collect();
    found.retain(|path| path.file_name().is_some_and(|name| name != "manifest.json"));
    found.sort();
    found
}

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /a:
    post:
      operationId: askA
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/One'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Two'}}
      responses:
        '200': {description: Yes., content: {application/json: {schema: {$ref: '#/components/schemas/One'}}}}
        '201': {description: Yes., content: {application/json: {schema: {$ref: '#/components/schemas/Two'}}, text/csv: {}}}
        '202': {description: Yes.}
        '400': {description: No., content: {application/json: {schema: {$ref: '#/components/schemas/Two'}}}}
components:
  schemas:
    One: {type: object, properties: {one: {type: string}}}
    Two: {type: object, properties: {two: {type: string}}}
"##;

#[test]
fn a_planted_loss_is_seen() {
    let source = Source::new("shop.yaml", DOCUMENT);
    let whole = reach(&source);
    assert_eq!((whole.reachable, whole.total), (7, 7), "{whole:?}");
    for (from, to, lost) in [
        ("pub fn ask_a(&self", "fn ask_a(&self", 7 - 1),
        (".request(Media::Form(&[]))", "", 1),
        ("\"201\"", "\"203\"", 2),
        ("= empty(\"202\")", "= json(\"202\")", 1),
        ("\"POST\"", "\"PUT\"", 7),
        (".accept(\"text/csv\")", ".accept(\"text/plain\")", 1),
        ("`400`", "`499`", 1),
    ] {
        let reach = reach_through(&source, |_, text| text.replace(from, to));
        let unexplained = reach.unreachable.iter().filter(|unreachable| unreachable.reason == Reason::Unexplained);
        assert!(unexplained.count() > 0, "{from} -> {to}: {reach:?}");
        assert!(reach.total - reach.reachable <= lost, "{from} -> {to}: {reach:?}");
    }
}
