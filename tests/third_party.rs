//! Third-party documents that break the standard: what is assumed, and what is generated.
//!
//! A snapshot holds the warnings, then the files, or the items in them, that show what is assumed: the document names them in its
//! first comment. The rest is held by compiling it (`compile.rs`). A new slip is a new document in `fixtures/third_party`; no list has to
//! be extended.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use sdk_generator::diagnostics::Style;
use sdk_generator::mode::Mode;
use sdk_generator::output::Files;
use sdk_generator::source::Source;
use sdk_generator::{Options, generate};
use sdk_tests::fixture::Fixture;
use sdk_tests::{options, source, source_with_files};

/// The example of each extension means the same in both modes, with and without the example of an overlay.
#[test]
fn the_examples_of_extensions_are_true() {
    let page = source("docs/extensions.md");
    let blocks: Vec<_> = page.text().split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [overlay, document] = blocks.as_slice() else { panic!("an overlay and a document, and not {blocks:?}") };
    let source = Source::new("shop.yaml", *document);
    let overlaid = source.clone().with_overlays([("safety.yaml".to_owned(), (*overlay).to_owned())]);
    for mode in [Mode::Strict, Mode::Lenient] {
        let files = [&source, &overlaid].map(|source| {
            let generation = generate(source, &Options { mode, ..options() });
            let report = generation.diagnostics.render(source, Style::Plain);
            assert!(!report.contains("error[") && !report.contains("warning[overlay"), "{report}");
            generation.files.unwrap_or_else(|| panic!("{report}"))
        });
        let has = |files: &Files, path: &str| files.iter().any(|(name, _)| name == path);
        assert!(has(&files[0], "operations/create_order.rs") && has(&files[0], "operations/delete_orders.rs"));
        assert!(has(&files[1], "operations/place_order.rs") && !has(&files[1], "operations/delete_orders.rs"));
    }
}

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
