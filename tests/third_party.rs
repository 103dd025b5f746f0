//! Third-party documents that break the standard: what is assumed, and what is generated.
//!
//! A snapshot holds the warnings, then the files, or the items in them, that show what is assumed: the document names them in its
//! first comment. The rest is held by compiling it (`compile.rs`). A new slip is a new document in `fixtures/third_party`; no list has to
//! be extended.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use sdk_generator::diagnostics::Style;
use sdk_generator::mode::Mode;
use sdk_generator::{Options, generate};
use sdk_tests::fixture::Fixture;
use sdk_tests::{options, source_with_files};

#[test]
fn each_slip_is_told_and_mended() {
    let mut missing = Vec::new();
    for fixture in Fixture::all("third_party") {
        let path = &fixture.path;
        assert!(fixture.locks_output(), "{path} names nothing of the output");
        let source = source_with_files(path);
        let generation = generate(&source, &Options { mode: Mode::Lenient, ..options() });
        let report = generation.diagnostics.render(&source, Style::Plain);
        let files = generation.files.unwrap_or_else(|| panic!("{path} is refused:\n{report}"));
        match fixture.locked(&files) {
            Ok(locked) => {
                let snapshot = format!("{report}\n{locked}");
                let settings = fixture.settings("third_party");
                settings.bind(|| insta::assert_snapshot!(fixture.name.as_str(), snapshot.trim_start()));
            }
            Err(report) => missing.push(report),
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
