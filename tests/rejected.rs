//! Every mistake is a diagnostic: what is wrong, where, and what to do.
//!
//! `fixtures/rejected` has one mistake a file; the snapshots read as a style guide of messages.

use std::collections::BTreeSet;

use sdk_generator::diagnostics::{Code, Style};
use sdk_tests::fixture::Fixture;
use sdk_tests::{options, source};

#[test]
fn every_mistake_is_told() {
    for fixture in Fixture::all("rejected") {
        let source = source(&fixture.path);
        let generation = sdk_generator::generate(&source, &options());
        assert!(!generation.diagnostics.is_empty(), "{} has no mistake", fixture.path);
        assert_eq!(generation.files.is_none(), generation.diagnostics.has_errors(), "{}", fixture.path);
        let report = generation.diagnostics.render(&source, Style::Plain);
        fixture.settings("rejected").bind(|| insta::assert_snapshot!(fixture.name.as_str(), report));
    }
}

#[test]
fn every_kind_of_problem_occurs() {
    let mut report = BTreeSet::new();
    for fixture in Fixture::all("rejected") {
        let source = source(&fixture.path);
        let generation = sdk_generator::generate(&source, &options());
        report.extend(generation.diagnostics.iter().map(|diagnostic| diagnostic.code().as_str()));
    }
    let known: BTreeSet<_> = Code::ALL.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(report, known);
}
