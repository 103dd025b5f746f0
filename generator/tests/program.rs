//! `sdk-generator` as a program: its commands, what it says of wrong inputs, its exit codes, and the crates that it leaves.

#![allow(missing_docs, clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SHOP: &str = "openapi: 3.0.3
info: {title: Shop, version: 1.2.0}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - {name: page, in: query, schema: {type: string}}
      responses:
        '200':
          description: Orders.
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
components:
  schemas:
    Order: {type: object, properties: {total: {type: string}}}
";

/// A folder in which the program runs.
struct Folder(tempfile::TempDir);

impl Folder {
    /// Returns a folder with a document.
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.save("shop.yaml", SHOP);
        folder
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn save(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sdk-generator"));
        command.current_dir(self.0.path()).args(arguments);
        command
    }

    /// Returns the exit code and what is said on both streams.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }

    /// Returns what is said of a success.
    fn succeed(&self, arguments: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {stdout}{stderr}");
        stdout
    }
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

const GENERATE: [&str; 5] = ["generate", "--spec", "shop.yaml", "--out", "made"];

#[test]
fn a_document_becomes_a_crate() {
    let folder = Folder::new();
    let report = folder.succeed(&[&GENERATE[..], &["--ledger", "ledger.json"]].concat());
    assert!(report.contains("added   made/src/lib.rs\n"), "{report}");
    assert!(report.contains("added   made/sdk-runtime: "), "{report}");
    let made = texts(&folder.path("made"));
    for path in ["Cargo.toml", ".gitignore", "README.md", "src/lib.rs", "sdk-runtime/src/lib.rs"] {
        assert!(made.contains_key(Path::new(path)), "{path} in {:?}", made.keys());
    }
    let ledger: serde_json::Value = serde_json::from_slice(&fs::read(folder.path("ledger.json")).unwrap()).unwrap();
    assert_eq!(ledger["errors"], 0);
    assert_eq!(ledger["counts"]["operations"]["made"], ledger["counts"]["operations"]["total"]);
    let mut metadata = Command::new("cargo");
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(folder.path("made"));
    let metadata = metadata.output().unwrap();
    assert!(String::from_utf8_lossy(&metadata.stdout).contains("\"name\":\"shop\""), "{metadata:?}");
    // What is up to date is left alone, and what is not is told.
    assert_eq!(folder.succeed(&GENERATE), "nothing changed\n");
    assert_eq!(folder.succeed(&[&GENERATE[..], &["--check"]].concat()), "everything is up to date\n");
    folder.save("shop.yaml", &SHOP.replace("total", "sum"));
    let (code, stdout, _) = folder.run(&[&GENERATE[..], &["--check"]].concat());
    assert_eq!(code, Some(1));
    assert!(stdout.contains("changed made/src/models/order.rs\n"), "{stdout}");
    assert!(stdout.contains("\nrun `sdk-generator generate` and review what it changes\n"), "{stdout}");
    assert_eq!(texts(&folder.path("made")), made);
}

#[test]
fn a_crate_moves_with_its_runtime() {
    let folder = Folder::new();
    folder.succeed(&GENERATE);
    fs::create_dir(folder.path("deep")).unwrap();
    fs::rename(folder.path("made"), folder.path("deep/moved")).unwrap();
    let again = ["generate", "--spec", "shop.yaml", "--out", "deep/moved"];
    assert_eq!(folder.succeed(&again), "nothing changed\n");
    let place = folder.0.path().to_str().unwrap();
    let texts = texts(&folder.path("deep/moved"));
    assert!(texts.values().all(|text| !text.contains(place) && !text.contains(env!("CARGO_MANIFEST_DIR"))));
}

/// Users format their projects, and the front page is the one file that rustfmt does not skip.
#[test]
fn rustfmt_leaves_the_front_page_as_it_is() {
    let folder = Folder::new();
    for formats in [&["date-time"][..], &["date-time", "byte"]] {
        let members: String =
            formats.iter().map(|format| format!("{}: {{type: string, format: {format}}}, ", &format[..2])).collect();
        folder.save("shop.yaml", &SHOP.replace("total: {type: string}", &members));
        folder.succeed(&GENERATE);
        let text = fs::read_to_string(folder.path("made/src/lib.rs")).unwrap();
        assert!(text.contains("DateTime"), "{text}");
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.args(["--edition", "2024", "--check"]);
        let output = rustfmt.arg(folder.path("made/src/lib.rs")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

/// On Windows a folder cannot be renamed while anything in it is open, and nothing is exchanged in one step.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_killed_leaves_the_old_sources_or_the_new_ones() {
    use std::process::Stdio;
    use std::thread;
    use std::time::Instant;
    let folder = Folder::new();
    folder.save("bills.yaml", &SHOP.replace("rder", "ill"));
    let generate =
        |document: &str, out: &str| folder.command(&["generate", "--name", "made", "--spec", document, "--out", out]);
    let whole = ["shop.yaml", "bills.yaml"].map(|document| {
        assert!(generate(document, document.trim_end_matches(".yaml")).output().unwrap().status.success());
        texts(&folder.path(document.trim_end_matches(".yaml")).join("src"))
    });
    assert_ne!(whole[0], whole[1]);
    let began = Instant::now();
    assert!(generate("shop.yaml", "killed").output().unwrap().status.success());
    let takes = began.elapsed();
    folder.save("killed/src/bin/mine.rs", "fn main() {}\n");
    let mine = |left: &mut BTreeMap<PathBuf, String>| left.remove(Path::new("bin/mine.rs")).is_some();
    for share in 0..24 {
        // Always towards the other one, so that there is something to interrupt.
        let is_shop = texts(&folder.path("killed/src")).keys().any(|path| path.ends_with("order.rs"));
        let document = if is_shop { "bills.yaml" } else { "shop.yaml" };
        let mut run = generate(document, "killed").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(takes * share / 20);
        run.kill().unwrap();
        run.wait().unwrap();
        let mut left = texts(&folder.path("killed/src"));
        assert!(mine(&mut left), "the user's file is gone after {share}/20 of {takes:?}");
        assert!(whole.contains(&left), "neither of the two after {share}/20 of {takes:?}: {:?}", left.keys());
    }
    // And the next run, which ends, tidies up.
    assert!(generate("bills.yaml", "killed").output().unwrap().status.success());
    let mut left = texts(&folder.path("killed/src"));
    assert!(mine(&mut left) && left == whole[1]);
    let names = fs::read_dir(folder.path("killed")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, [".gitignore", "Cargo.toml", "README.md", "sdk-runtime", "src"]);
}

#[test]
fn what_is_no_document_is_told_with_what_to_do() {
    let folder = Folder::new();
    folder.save("empty.yaml", "\n");
    folder.save("page.yaml", "<!DOCTYPE html>\n<title>API</title>\n");
    folder.save("swagger.yaml", "swagger: '2.0'\ninfo: {title: Shop, version: '1'}\npaths: {}\n");
    folder.save("broken.yaml", "openapi: [\n");
    folder.save("list.json", "[]");
    for (input, code, said) in [
        ("https://shop.example/openapi.yaml", 2, "`curl -fL -o openapi.yaml https://shop.example/openapi.yaml`"),
        (".", 2, "is a directory; name one of the documents in it: `./broken.yaml`, `./shop.yaml`"),
        ("empty.yaml", 2, "empty.yaml is empty"),
        ("page.yaml", 2, "page.yaml is a web page and no OpenAPI document"),
        ("nowhere.yaml", 2, "nowhere.yaml cannot be read"),
        ("swagger.yaml", 1, "npx swagger2openapi --outfile openapi.yaml FILE"),
        ("broken.yaml", 1, "--> broken.yaml:"),
        ("list.json", 1, "begin it with `openapi: 3.0.3`"),
    ] {
        for arguments in [
            &["generate", "--spec", input, "--out", "made"][..],
            &["docs", "--spec", input],
            &["lint", input],
            &["diff", "shop.yaml", input],
        ] {
            let (found, stdout, stderr) = folder.run(arguments);
            let text = stdout + &stderr;
            assert!(text.contains(said) || arguments[0] == "diff" && input == "nowhere.yaml", "{arguments:?}: {text}");
            assert_eq!(found, Some(code), "{arguments:?}: {text}");
            assert!(!text.contains("RUST_BACKTRACE") && !folder.path("made").exists(), "{arguments:?}: {text}");
        }
    }
    assert!(folder.run(&["diff", "main", "shop.yaml"]).2.contains("`git show main:FILE > old.yaml`"));
}

#[test]
fn the_other_commands_do_their_work() {
    let folder = Folder::new();
    assert_eq!(folder.succeed(&["docs", "--spec", "shop.yaml"]), "shop.html\n");
    assert!(fs::read_to_string(folder.path("shop.html")).unwrap().contains("listOrders"));
    let (code, stdout, _) = folder.run(&["lint", "shop.yaml"]);
    assert!(code == Some(1) && stdout.contains("property-description"), "{stdout}");
    assert!(folder.succeed(&["lint", "--rules"]).starts_with("| rule | severity |"));
    folder.save("new.yaml", &SHOP.replace("name: page,", "name: page, required: true,"));
    let stdout = folder.succeed(&["diff", "shop.yaml", "new.yaml"]);
    assert!(stdout.starts_with("1 change from shop.yaml to new.yaml: 1 breaking\n"), "{stdout}");
    let denied = ["diff", "shop.yaml", "new.yaml", "--deny", "breaking"];
    let (code, _, stderr) = folder.run(&denied);
    assert!(code == Some(1) && stderr.contains("with a reason, in the file of `--accepted`"), "{stderr}");
    let fingerprint =
        stdout.split_whitespace().find(|word| word.len() == 10 && word.chars().all(|c| c.is_ascii_hexdigit()));
    let entry = format!("[[change]]\nfingerprint = '{}'\nwhat = 'page'\nreason = 'known'\n", fingerprint.unwrap());
    folder.save("accepted.toml", &entry);
    folder.succeed(&[&denied[..], &["--accepted", "accepted.toml"]].concat());
}

#[test]
fn a_corpus_is_made_in_a_folder() {
    let folder = Folder::new();
    folder.save("documents/a/shop.yaml", SHOP);
    folder.save("documents/bills.yaml", &SHOP.replace("rder", "ill"));
    let table = folder.succeed(&["corpus", "documents", "--out", "crates"]);
    assert!(table.contains("a/shop.yaml") && table.contains("2 documents") && !table.contains("memory"), "{table}");
    assert!(
        folder.path("crates/a/shop.yaml/src/lib.rs").exists() && folder.path("crates/sdk-runtime/Cargo.toml").exists()
    );
    assert!(!folder.path("crates/a/shop.yaml/sdk-runtime").exists());
}

#[test]
fn help_and_version_are_told() {
    let folder = Folder::new();
    assert_eq!(folder.succeed(&["--version"]), format!("sdk-generator {}\n", env!("CARGO_PKG_VERSION")));
    let help = folder.succeed(&["--help"]);
    assert!(help.contains("Exit codes:") && help.contains("\nExample: sdk-generator generate"), "{help}");
    for command in ["generate", "lint", "diff", "docs", "corpus"] {
        let help = folder.succeed(&[command, "--help"]);
        assert!(help.contains(&format!("Example: sdk-generator {command} ")), "{help}");
        assert!(!help.contains("xtask") && !help.contains(env!("CARGO_MANIFEST_DIR")), "{help}");
    }
    assert_eq!(folder.run(&[]).0, Some(2));
    assert_eq!(folder.run(&["generat"]).0, Some(2));
}

/// Streams are no terminals here, whatever the environment says of them.
#[test]
fn what_no_person_sees_has_no_colors() {
    let folder = Folder::new();
    folder.save("shop.yaml", &SHOP.replace("type: string", "type: strin"));
    for (name, value) in [("TERM", "xterm-256color"), ("TERM", "dumb"), ("NO_COLOR", "1")] {
        for arguments in [&GENERATE[..], &["lint", "shop.yaml"], &["generat"]] {
            let Output { stdout, stderr, .. } = folder.command(arguments).env(name, value).output().unwrap();
            assert!(!stdout.contains(&0x1b) && !stderr.contains(&0x1b), "{name}={value} {arguments:?}");
        }
    }
}
