//! `cargo xtask diff` as a command: exit codes and output.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on can only stop")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SHOP: &str = "openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - {name: page, in: query, schema: {type: string}}
      responses:
        '204': {description: done}
";

/// Compares two files of a folder, from within it.
fn diff(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let command = Command::new(env!("CARGO_BIN_EXE_xtask")).current_dir(folder).arg("diff").args(arguments).output();
    let Output { status, stdout, stderr } = command.unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn only_what_is_denied_fails() {
    let folder = tempfile::tempdir().unwrap();
    let save = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    save("old.yaml", SHOP);
    save("new.yaml", &SHOP.replace("name: page,", "name: page, required: true,"));
    save("wrong.yaml", &SHOP.replace("type: string", "type: strin"));
    save("broken.yaml", &SHOP.replace("{type: string}", "{type: string"));
    let diff = |arguments: &[&str]| diff(folder.path(), arguments);

    let (code, stdout, stderr) = diff(&["old.yaml", "new.yaml"]);
    assert!(code == Some(0) && stdout.starts_with("1 change from old.yaml to new.yaml: 1 breaking\n"), "{stdout}");
    assert_eq!(stderr, "");
    // It is not our crate whose version would grow.
    assert!(stdout.contains("\nversion: major: "), "{stdout}");
    let (code, again, stderr) = diff(&["old.yaml", "new.yaml", "--deny", "breaking"]);
    assert_eq!((code, again), (Some(1), stdout));
    assert_eq!(
        stderr,
        "error: 1 denied: accept each by its fingerprint, with a reason, in spec/accepted-changes.toml\n"
    );
    assert_eq!(diff(&["old.yaml", "old.yaml", "--deny", "compatible"]).0, Some(0));

    let (code, _, stderr) = diff(&["old.yaml", "wrong.yaml"]);
    assert_eq!(code, Some(0));
    assert!(
        stderr.starts_with("note: what wrong.yaml says wrong, or cannot be expressed, is not compared"),
        "{stderr}"
    );
    let (code, stdout, stderr) = diff(&["old.yaml", "broken.yaml"]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("--> broken.yaml:"), "{stderr}");
    assert!(stderr.ends_with("error: broken.yaml cannot be compared: broken.yaml has errors\n"), "{stderr}");
    let (code, _, stderr) = diff(&["old.yaml", "nowhere.yaml"]);
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("error: `nowhere.yaml` is neither a file nor a revision"), "{stderr}");
    assert_eq!(diff(&["old.yaml", "new.yaml", "--deny", "all"]).0, Some(2));
}

#[test]
fn what_the_service_says_otherwise_fails_unless_it_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let extract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/upstream/zuora.yaml");
    let text = fs::read_to_string(extract).unwrap();
    fs::write(folder.path().join("theirs.yaml"), &text).unwrap();
    let diff = |arguments: &[&str]| diff(folder.path(), arguments);
    let in_one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");

    let (code, stdout, stderr) = diff(&["--upstream", "theirs.yaml"]);
    let stdout = in_one_line(stdout);
    assert!(code == Some(0) && stderr.is_empty(), "{stdout}{stderr}");
    assert!(stdout.starts_with("no differences between spec/zuora-payments.yaml and theirs.yaml, beside "), "{stdout}");
    assert_eq!(
        diff(&["--upstream", "theirs.yaml", "--extract", "again.yaml"]),
        (Some(0), String::new(), String::new())
    );
    assert_eq!(fs::read_to_string(folder.path().join("again.yaml")).unwrap(), text);

    fs::write(folder.path().join("theirs.yaml"), text.replace("- url: https://rest.eu.zuora.com\n", "")).unwrap();
    let (code, stdout, _) = diff(&["--upstream", "theirs.yaml"]);
    let stdout = in_one_line(stdout);
    assert!(code == Some(1) && stdout.contains(" server https://rest.eu.zuora.com, server: only ours: "), "{stdout}");
    // What is accepted is accepted of our document, and of no other.
    fs::write(folder.path().join("ours.yaml"), SHOP).unwrap();
    let (code, stdout, _) = diff(&["ours.yaml", "--upstream", "theirs.yaml"]);
    assert!(code == Some(1) && stdout.contains("  listOrders, operation: only ours: GET /orders"), "{stdout}");
    fs::write(folder.path().join("theirs.yaml"), "paths: {}\n").unwrap();
    let (code, _, stderr) = diff(&["--upstream", "theirs.yaml"]);
    assert!(code == Some(1) && stderr.contains("theirs.yaml is no OpenAPI document that can be compared"), "{stderr}");
}

#[test]
fn what_editors_and_systems_add_is_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let save = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    save("unix.yaml", SHOP);
    save("windows.yaml", &format!("\u{feff}{}", SHOP.replace('\n', "\r\n")));
    let (code, stdout, stderr) = diff(folder.path(), &["unix.yaml", "windows.yaml", "--deny", "compatible"]);
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "no changes from unix.yaml to windows.yaml\n", ""));
}

/// As in `cargo xtask diff --deny breaking | head -1`, when that has ended.
#[test]
fn a_pipe_that_nobody_reads_changes_no_outcome() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.yaml"), SHOP).unwrap();
    fs::write(folder.path().join("new.yaml"), SHOP.replace("/orders", "/order")).unwrap();
    for (arguments, code) in [(&[][..], 0), (&["--deny", "breaking"], 1)] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(folder.path()).args(["diff", "old.yaml", "new.yaml"]).args(arguments).stdout(writer);
        let Output { status, stderr, .. } = command.output().unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(code), "{stderr}");
        assert!(!stderr.contains("pipe"), "{stderr}");
    }
}
