//! Every mistake is told: what is wrong, where, and what to do about it.
//!
//! `fixtures/rejected` has one mistake a file; the snapshots read as a style guide of messages.

use std::collections::BTreeSet;
use std::fs;

use insta::Settings;
use sdk_generator::diagnostics::{Code, Style};
use sdk_tests::{fixtures, options, root, source};

#[test]
fn every_mistake_is_told() {
    for name in fixtures("rejected") {
        let path = format!("tests/fixtures/rejected/{name}.yaml");
        let source = source(&path);
        let generation = sdk_generator::generate(&source, &options());
        assert!(!generation.diagnostics.is_empty(), "{path} has no mistake");
        assert_eq!(generation.files.is_none(), generation.diagnostics.has_errors(), "{path}");
        let told = generation.diagnostics.render(&source, Style::Plain);
        settings(&path).bind(|| insta::assert_snapshot!(name, told));
    }
}

#[test]
fn every_kind_of_problem_occurs() {
    let mut told = BTreeSet::new();
    for name in fixtures("rejected") {
        let source = source(&format!("tests/fixtures/rejected/{name}.yaml"));
        let generation = sdk_generator::generate(&source, &options());
        told.extend(generation.diagnostics.iter().map(|diagnostic| diagnostic.code().as_str()));
    }
    let known: BTreeSet<_> = Code::ALL.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(told, known);
}

#[test]
fn no_snapshot_is_left_of_a_fixture_that_is_gone() {
    let entries = fs::read_dir(root().join("tests/snapshots/rejected")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let snapshots: Vec<_> = names.filter_map(|name| name.strip_suffix(".snap").map(str::to_owned)).collect();
    let known = fixtures("rejected");
    let stray: Vec<_> = snapshots.iter().filter(|name| !known.contains(name)).collect();
    assert!(stray.is_empty(), "snapshots without a fixture: {stray:?}");
}

fn settings(path: &str) -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("snapshots/rejected");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(path);
    settings
}
