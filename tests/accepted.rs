//! Supported constructs: one small document for each, and the generated files that show it.
//!
//! A snapshot holds the files, or the items in them, that show the construct: the document names them in its first comment. The
//! rest is held by compiling it (`compile.rs`). A new construct is a new document in `fixtures/accepted`; no list has to be
//! extended.

use sdk_generator::diagnostics::Style;
use sdk_generator::generate;
use sdk_generator::output::Files;
use sdk_generator::source::Source;
use sdk_tests::fixture::Fixture;
use sdk_tests::{options, source};

#[test]
fn each_construct_becomes_these_files() {
    let mut missing = Vec::new();
    for fixture in Fixture::all("accepted") {
        assert!(fixture.locks_output(), "{} names nothing of the output", fixture.path);
        match fixture.locked(&files(&source(&fixture.path))) {
            Ok(locked) => {
                fixture.settings("accepted").bind(|| insta::assert_snapshot!(fixture.name.as_str(), locked));
            }
            Err(report) => missing.push(report),
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Returns all files of a document, about which there is nothing to be said.
fn files(source: &Source) -> Files {
    let generation = generate(source, &options());
    assert!(generation.diagnostics.is_empty(), "{}", generation.diagnostics.render(source, Style::Plain));
    generation.files.expect("there are files when there are no errors")
}
