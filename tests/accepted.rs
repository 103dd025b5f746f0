//! What is supported: one small document for each construct, and the files that are made of it.
//!
//! A snapshot holds the files that differ from those of `minimal.yaml`, so that each shows its construct and little
//! else. A new construct is a new document in `fixtures/accepted`; no list has to be extended.

use std::collections::BTreeSet;
use std::fs;

use insta::Settings;
use sdk_generator::diagnostics::Style;
use sdk_generator::generate;
use sdk_generator::output::Files;
use sdk_generator::source::Source;
use sdk_tests::{fixtures, options, root, source};

/// The document that the others add a construct to.
const MINIMAL: &str = "minimal";

#[test]
fn each_construct_becomes_these_files() {
    for name in fixtures("accepted") {
        let path = path(&name);
        let files = files(&source(&path));
        let mut settings = Settings::clone_current();
        settings.set_snapshot_path(root().join("tests/snapshots/accepted"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(&path);
        settings.bind(|| insta::assert_snapshot!(name.as_str(), own_files(&name, &files)));
    }
}

#[test]
fn every_snapshot_belongs_to_a_fixture() {
    let fixtures: BTreeSet<_> = fixtures("accepted").into_iter().collect();
    let folder = root().join("tests/snapshots/accepted");
    let entries = fs::read_dir(folder).expect("the folder of snapshots is in the repository");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let snapshots: BTreeSet<_> = names.filter_map(|name| name.strip_suffix(".snap").map(str::to_owned)).collect();
    assert_eq!(fixtures, snapshots, "left: fixtures, right: snapshots");
}

#[test]
fn every_fixture_says_on_top_what_it_shows() {
    for name in fixtures("accepted") {
        let text = source(&path(&name)).text().to_owned();
        // JSON has no comments.
        assert!(text.starts_with("# ") || text.starts_with('{'), "{name} begins without a comment");
    }
}

fn path(name: &str) -> String {
    format!("tests/fixtures/accepted/{name}.yaml")
}

/// All files of a document, about which there is nothing to be said.
fn files(source: &Source) -> Files {
    let generation = generate(source, &options());
    assert!(generation.diagnostics.is_empty(), "{}", generation.diagnostics.render(source, Style::Plain));
    generation.files.expect("there are files when there are no errors")
}

/// The files that are not as `minimal.yaml` has them, one after the other, each under its path.
fn own_files(name: &str, files: &Files) -> String {
    let minimal = if name == MINIMAL { Files::new() } else { minimal_files(name) };
    let own = files.iter().filter(|(path, text)| minimal.get(path) != Some(text));
    own.map(|(path, text)| format!("=== {path}\n{text}\n")).collect()
}

/// The files of `minimal.yaml` under another document's name, which stands in their headers.
fn minimal_files(name: &str) -> Files {
    let minimal = source(&path(MINIMAL));
    files(&Source::new(path(name), minimal.text()))
}
