//! A crate made of a third-party document: whole, and the old one or the new one at any moment.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on can only stop")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn generate(fixture: &str, out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let spec = root().join(format!("tests/fixtures/accepted/{fixture}.yaml"));
    command.arg("generate").arg("--spec").arg(spec).arg("--out").arg(out).args(["--crate", "made"]);
    command
}

fn succeed(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Returns all files below a folder with their texts.
fn texts(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => drop(found.insert(path.clone(), fs::read_to_string(path).unwrap())),
            }
        }
    }
    let relative = |path: PathBuf| path.strip_prefix(folder).unwrap().to_owned();
    found.into_iter().map(|(path, text)| (relative(path), text)).collect()
}

#[test]
fn a_document_becomes_a_crate() {
    let dir = tempfile::tempdir().unwrap();
    let (out, ledger) = (dir.path().join("made"), dir.path().join("ledger.json"));
    let mut command = generate("references", &out);
    command.arg("--ledger").arg(&ledger);
    succeed(command);
    let made = texts(&out);
    for path in ["Cargo.toml", ".gitignore", "src/lib.rs", "src/client.rs"] {
        assert!(made.contains_key(Path::new(path)), "{path} in {:?}", made.keys());
    }
    let ledger: serde_json::Value = serde_json::from_str(&fs::read_to_string(&ledger).unwrap()).unwrap();
    assert_eq!(ledger["errors"], 0);
    assert_eq!(ledger["counts"]["operations"]["made"], ledger["counts"]["operations"]["total"]);
    let mut metadata = Command::new("cargo");
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(&out);
    assert!(String::from_utf8_lossy(&succeed(metadata).stdout).contains("\"name\":\"made\""));
    // What is up to date is left alone, and what is not is told.
    let again = succeed(generate("references", &out));
    assert_eq!(String::from_utf8_lossy(&again.stdout), "nothing changed\n");
    let mut check = generate("minimal", &out);
    assert!(!check.arg("--check").output().unwrap().status.success());
    assert_eq!(texts(&out), made);
}

/// On Windows a folder cannot be renamed while anything in it is open, and nothing is exchanged in one step.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_killed_leaves_the_old_crate_or_the_new_one() {
    use std::process::Stdio;
    use std::thread;
    use std::time::Instant;
    let dir = tempfile::tempdir().unwrap();
    let whole = ["minimal", "references"].map(|fixture| {
        let out = dir.path().join(fixture).join("made");
        succeed(generate(fixture, &out));
        texts(&out)
    });
    assert_ne!(whole[0], whole[1]);
    let out = dir.path().join("killed/made");
    let began = Instant::now();
    succeed(generate("minimal", &out));
    let takes = began.elapsed();
    for share in 0..24 {
        // Always towards the other one, so that there is something to interrupt.
        let fixture = if texts(&out) == whole[0] { "references" } else { "minimal" };
        let mut run = generate(fixture, &out).stdout(Stdio::null()).spawn().unwrap();
        thread::sleep(takes * share / 20);
        run.kill().unwrap();
        run.wait().unwrap();
        let left = texts(&out);
        assert!(whole.contains(&left), "neither of the two after {share}/20 of {takes:?}: {:?}", left.keys());
    }
    // And the next run, which ends, tidies up.
    succeed(generate("references", &out));
    assert_eq!(texts(&out), whole[1]);
    assert_eq!(fs::read_dir(dir.path().join("killed")).unwrap().count(), 1);
}
