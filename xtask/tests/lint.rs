//! `cargo xtask lint` as a command: its output, the files it writes, and its exit codes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on can only stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("tests/fixtures/lint")
}

fn lint(arguments: &[&str], file: Option<&Path>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).arg("lint").args(arguments).args(file).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Returns a fixture in a folder of its own.
fn copied(name: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::copy(fixtures().join(name), &path).unwrap();
    (dir, path)
}

#[test]
fn our_document_is_clean() {
    let output = lint(&[], None);
    assert!(output.status.success(), "{}", stdout(&output));
}

#[test]
fn findings_are_printed_and_counted() {
    let output = lint(&[], Some(&fixtures().join("duplicated-entry-in-enum.yaml")));
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("error[duplicated-entry-in-enum]") && text.contains("\n1 error\n"), "{text}");
    assert!(text.ends_with("     1  duplicated-entry-in-enum: an enum lists each value once\n"), "{text}");
}

#[test]
fn findings_are_json_for_tools() {
    let output = lint(&["--format", "json"], Some(&fixtures().join("oas-schema-check.yaml")));
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() > 1 && lines.iter().all(|line| line["code"] == "oas-schema-check"), "{lines:?}");
    assert_eq!(lines[0]["line"], 33);
}

#[test]
fn what_can_be_mended_is() {
    let (dir, path) = copied("yaml-ambiguous-scalar.yaml");
    let output = lint(&["--fix"], Some(&path));
    let text = stdout(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("16:9: 204 is '204' now [yaml-ambiguous-scalar]\n"), "{text}");
    let mended = fs::read_to_string(&path).unwrap();
    assert!(mended.contains("        '204':  # No Content\n"), "{mended}");
    // Nothing else is left in the folder.
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert!(lint(&["--fix"], Some(&path)).status.success());
    assert_eq!(fs::read_to_string(&path).unwrap(), mended);
}

#[test]
fn what_cannot_be_mended_is_left_as_it_is() {
    let (_dir, path) = copied("typed-enum.yaml");
    let output = lint(&["--fix"], Some(&path));
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(": 36 is '36' now [typed-enum]\n") && text.contains("`\"two\"` is text"), "{text}");
    let before = fs::read_to_string(fixtures().join("typed-enum.yaml")).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), before.replace("[36, ", "['36', "));
}

#[test]
fn a_table_beside_a_document_is_looked_at() {
    let (dir, path) = copied("fact-source.yaml");
    assert!(lint(&[], Some(&path)).status.success());
    fs::copy(fixtures().join("fact-source.md"), dir.path().join("README.md")).unwrap();
    let text = stdout(&lint(&[], Some(&path)));
    assert!(text.contains("names the schema `Order`"), "{text}");
}

#[test]
fn what_cannot_be_read_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("broken.yaml");
    fs::write(&path, "openapi: [\n").unwrap();
    let output = lint(&["--fix"], Some(&path));
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("error[syntax]"), "{}", stdout(&output));
    assert_eq!(fs::read_to_string(&path).unwrap(), "openapi: [\n");
    let missing = lint(&[], Some(&dir.path().join("none.yaml")));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("none.yaml cannot be read"));
}

#[test]
fn the_rules_are_listed() {
    let text = stdout(&lint(&["--rules"], None));
    assert!(text.starts_with("| rule | severity |") && text.lines().count() > 25, "{text}");
}
