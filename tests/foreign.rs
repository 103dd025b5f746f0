//! What documents of others may say beside the letter of the standard: what is assumed, and what is made of them.
//!
//! A snapshot holds the warnings, then the files that differ from those of `minimal.yaml`. A new slip is a new document in
//! `fixtures/foreign`; no list has to be extended.

use std::collections::BTreeSet;
use std::fs;

use insta::Settings;
use sdk_generator::diagnostics::Style;
use sdk_generator::output::Files;
use sdk_generator::read::Unsupported;
use sdk_generator::source::Source;
use sdk_generator::{Generation, Options, generate};
use sdk_tests::{fixtures, options, root, source, source_with_files};

/// The document that the others are held against.
const MINIMAL: &str = "minimal";

#[test]
fn each_slip_is_told_and_mended() {
    for name in fixtures("foreign") {
        let path = path(&name);
        let source = source_with_files(&path);
        let generation = made_of(&source);
        let told = generation.diagnostics.render(&source, Style::Plain);
        let files = generation.files.unwrap_or_else(|| unreachable!("{path} is refused:\n{told}"));
        let mut settings = Settings::clone_current();
        settings.set_snapshot_path(root().join("tests/snapshots/foreign"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(&path);
        let snapshot = format!("{told}\n{}", own_files(&name, &files));
        settings.bind(|| insta::assert_snapshot!(name.as_str(), snapshot.trim_start()));
    }
}

#[test]
fn every_snapshot_belongs_to_a_fixture() {
    let fixtures: BTreeSet<_> = fixtures("foreign").into_iter().collect();
    let entries = fs::read_dir(root().join("tests/snapshots/foreign")).expect("the snapshots are in the repository");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let snapshots: BTreeSet<_> = names.filter_map(|name| name.strip_suffix(".snap").map(str::to_owned)).collect();
    assert_eq!(fixtures, snapshots, "left: fixtures, right: snapshots");
}

#[test]
fn every_fixture_says_on_top_what_it_shows() {
    for name in fixtures("foreign") {
        assert!(source(&path(&name)).text().starts_with("# "), "{name} begins without a comment");
    }
}

fn path(name: &str) -> String {
    format!("tests/fixtures/foreign/{name}.yaml")
}

fn made_of(source: &Source) -> Generation {
    generate(source, &Options { unsupported: Unsupported::Skip, ..options() })
}

/// The files that are not as `minimal.yaml` has them, one after the other, each under its path.
fn own_files(name: &str, files: &Files) -> String {
    let minimal = source(&path(MINIMAL));
    let minimal = made_of(&Source::new(path(name), minimal.text())).files.expect("nothing is wrong with it");
    let own = files.iter().filter(|(path, text)| name == MINIMAL || minimal.get(path) != Some(text));
    own.map(|(path, text)| format!("=== {path}\n{text}\n")).collect()
}
