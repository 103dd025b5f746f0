//! The crate that is published is the one that the generator makes, to the last byte, and its snapshots say so.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use insta::Settings;
use sdk_generator::output::Files;
use sdk_generator::surface::surface;
use sdk_tests::{document, options, root};

const STALE: &str = "run `cargo xtask generate` and review what it changes";

fn generated() -> Files {
    let source = document();
    let generation = sdk_generator::generate(&source, &options());
    let problems = generation.diagnostics.render(&source, sdk_generator::diagnostics::Style::Plain);
    assert!(generation.diagnostics.is_empty(), "the document has problems:\n{problems}");
    generation.files.expect("a document without problems gives files")
}

#[test]
fn every_file_on_disk_is_the_one_the_generator_makes() {
    for (path, text) in generated().iter() {
        let on_disk = fs::read_to_string(root().join("generated/src").join(path)).unwrap_or_default();
        assert!(on_disk == text, "generated/src/{path} is stale: {STALE}");
    }
}

#[test]
fn no_file_stands_among_them_that_the_generator_does_not_make() {
    let files = generated();
    let made: BTreeSet<_> = files.iter().map(|(path, _)| path.to_owned()).collect();
    let sources = root().join("generated/src");
    let mut on_disk = BTreeSet::new();
    collect(&sources, &sources, &mut on_disk);
    assert_eq!(on_disk, made, "{STALE}");
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let relative = path.strip_prefix(root).expect("what is found in a folder is below it");
            let steps: Vec<_> = relative.iter().map(|step| step.to_string_lossy()).collect();
            found.insert(steps.join("/"));
        }
    }
}

#[test]
fn every_file_equals_its_snapshot() {
    for (path, text) in generated().iter() {
        settings(&format!("generated/src/{path}")).bind(|| insta::assert_snapshot!(path.replace('/', "__"), text));
    }
}

#[test]
fn the_surface_equals_its_snapshot() {
    let files = generated();
    settings("public items of the generated crate").bind(|| insta::assert_snapshot!("surface", surface(&files)));
}

/// What the manifest turns on, and what the front page says of it.
#[test]
fn the_front_page_lists_the_features_of_the_manifest() {
    let manifest = fs::read_to_string(root().join("generated/Cargo.toml")).unwrap();
    let (_, features) = manifest.split_once("[features]\n").unwrap();
    let features = features.split("\n[").next().unwrap().lines().filter_map(|line| line.split_once(" = "));
    let (default, features): (Vec<_>, Vec<_>) = features.partition(|(name, _)| *name == "default");
    let is_default = |name: &str| default[0].1.contains(&format!("\"{name}\""));
    let expected: BTreeSet<_> = features.iter().map(|(name, _)| (*name, is_default(name))).collect();
    let files = generated();
    let (_, told) = files.get("lib.rs").unwrap().split_once("//! | feature | brings | default |").unwrap();
    let rows = told.lines().filter_map(|line| line.strip_prefix("//! | `"));
    let told = rows.filter_map(|row| Some((row.split('`').next()?, row.ends_with("| yes |"))));
    assert_eq!(told.collect::<BTreeSet<_>>(), expected);
}

#[test]
fn no_snapshot_is_left_of_a_file_that_is_gone() {
    let files = generated();
    let mut expected: BTreeSet<_> = files.iter().map(|(path, _)| format!("{}.snap", path.replace('/', "__"))).collect();
    expected.insert("surface.snap".to_owned());
    let entries = fs::read_dir(root().join("tests/snapshots/published")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<_> = names.filter(|name| name.ends_with(".snap")).collect();
    assert_eq!(names, expected, "{STALE}");
}

fn settings(description: &str) -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("snapshots/published");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(description);
    settings
}

/// The README shows the policy by which calls are sent again; it is the one that decides.
#[test]
fn the_readme_shows_the_retry_policy() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let table = sdk_runtime::seam::POLICY_TABLE;
    assert!(readme.contains(table), "put this table into README.md:\n\n{table}");
}
