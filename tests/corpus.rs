//! Crates of third-party documents: the bytes that their calls send, and the responses that they decode.
//!
//! The documents are not part of this repository. `CORPUS` names a folder that holds them; without it, nothing here is run.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::document::Document;
use sdk_generator::ir::{Idempotency, Operation, Shape, Type, Visibility};
use sdk_generator::mode::Mode;
use sdk_generator::source::Source;
use sdk_tests::{DOCUMENT, root};
use serde_yaml::Value as Yaml;

/// Each document has a program of its own, which is a user of the crate that is made of the document.
macro_rules! programs {
    ($($test:ident $document:literal $($overlay:literal)?)*) => {$(
        #[test]
        fn $test() {
            run($document, &[$($overlay),*]);
        }
    )*

        /// A program that nobody runs would be passed over in silence.
        #[test]
        fn every_program_is_run() {
            let known = [$($document),*];
            let files = fs::read_dir(folder()).expect("the programs are there");
            let names = files.map(|file| file.expect("the folder can be read").path().with_extension(""));
            let names = names.map(|path| path.file_name().expect("files have names").to_string_lossy().into_owned());
            let mut unknown: Vec<_> = names.filter(|name| !known.contains(&name.as_str())).collect();
            unknown.sort();
            assert_eq!(unknown, ["support"]);
        }
    };
}

programs! {
    box_ "box" "tests/corpus-tolerant.yaml"
    github "github" "tests/corpus-tolerant.yaml"
    openai "openai" "tests/corpus-tolerant.yaml"
    paypal "paypal_checkout_orders_v2"
    petstore "petstore"
    stripe "stripe" "tests/corpus-tolerant.yaml"
    train_travel "train_travel"
    twilio "twilio_api_v2010"
    xero "xero_files"
    zuora "zuora" "spec/overlays/zuora-complete.yaml"
}

/// The overlay is for the service of our document: what a failure and a decline are is the same in both.
#[test]
fn the_overlay_says_of_failures_what_our_document_says() {
    let yaml = |path: &str| serde_yaml::from_str::<Yaml>(&read(&root().join(path))).expect("it is YAML");
    let (overlay, own) = (yaml("spec/overlays/zuora-complete.yaml"), yaml(DOCUMENT));
    let actions = overlay["actions"].as_sequence().expect("it has actions");
    let updates = |key: &str| {
        let values = actions.iter().map(|action| action["update"][key].clone());
        values.filter(|value| !value.is_null()).collect::<Vec<_>>()
    };
    assert_eq!(updates("x-sdk-failure"), [own["x-sdk-failure"].clone()]);
    assert_eq!(updates("x-sdk-text"), [own["x-sdk-text"].clone()]);
    let schemas = ["Payment", "Authorization"].map(|name| own["components"]["schemas"][name]["x-sdk-success"].clone());
    assert_eq!(updates("x-sdk-success"), schemas);
}

/// Returns where the programs are.
fn folder() -> PathBuf {
    root().join("tests/corpus")
}

/// Makes the crate as anybody makes it, puts the program beside it, and runs that.
fn run(name: &str, overlays: &[&str]) {
    let Some(documents) = env::var_os("CORPUS") else {
        return println!("not run: CORPUS names no folder of documents");
    };
    let document = find(Path::new(&documents), name)
        .unwrap_or_else(|| panic!("there is no document {name} below {}", documents.display()));
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let (made, program) = (place.join("crates").join(name), place.join("programs").join(name));
    // The programs look for examples, and need not know YAML for that.
    let texts = overlays.iter().map(|path| ((*path).to_owned(), read(&root().join(path))));
    let source = Source::new(document.display().to_string(), read(&document)).with_overlays(texts);
    let tree = tree(&source);
    write_new(&program.join("document.json"), &tree.value.to_string());
    if !overlays.is_empty() {
        println!("{name}: {}", safety(&tree));
    }
    let overlays = overlays.iter().flat_map(|path| ["--overlay", path]);
    let mut generate = cargo();
    generate
        .args(["xtask", "generate", "--workspace-root", "--name", name, "--spec"])
        .arg(&document)
        .arg("--out")
        .arg(&made);
    // One runtime for all, which is compiled once.
    generate.arg("--runtime").arg(root().join("generator/runtime"));
    succeed(generate.args(overlays));
    write_new(&program.join("Cargo.toml"), &manifest(name, &made));
    // Nothing is resolved anew and nothing downloaded.
    write_new(&program.join("Cargo.lock"), &read(&root().join("Cargo.lock")));
    // One folder for all: what the crates stand on is compiled once, and cargo lets one of them in at a time.
    succeed(
        cargo()
            .args(["test", "--offline", "--quiet", "--manifest-path"])
            .arg(program.join("Cargo.toml"))
            .env("CARGO_TARGET_DIR", place.join("target"))
            .env("DOCUMENT", program.join("document.json"))
            .env("RUST_BACKTRACE", "0"),
    );
}

fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).args(["--color", "never"]);
    cargo
}

fn succeed(command: &mut Command) {
    let output = command.output().expect("cargo is there, since it runs this test");
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}\n{errors}");
}

/// Returns what the generator reads, with every digit.
fn tree(source: &Source) -> Document {
    let mut diagnostics = Diagnostics::default();
    let document = sdk_generator::read::read(source, Mode::Lenient, &mut diagnostics);
    document.unwrap_or_else(|| panic!("{}", diagnostics.render(source, Style::Plain)))
}

/// Returns how many operations get what the extensions of the document give.
fn safety(document: &Document) -> String {
    let (api, _) = sdk_generator::model(document, Mode::Lenient, &mut Diagnostics::default());
    let success = api.service.failure.success.as_deref().unwrap_or_default();
    let count = |has: &dyn Fn(&Operation) -> bool| api.operations.iter().filter(|operation| has(operation)).count();
    let is_flagged = |ty: &Type| api.types.object(ty).is_some_and(|object| object.declares(success));
    let declare = count(&|operation| operation.response_body.types().any(is_flagged));
    let keyed = count(&|operation| operation.idempotency == Idempotency::Keyed);
    let decline = count(&|operation| {
        operation.success(&api.types).is_some() || operation.has_result_codes(&api.types, &api.service)
    });
    let fields = api.types.ids().filter_map(|id| match &api.types.get(id).shape {
        Shape::Struct(object) => Some(&object.fields),
        _ => None,
    });
    let sensitive = fields.flatten().filter(|field| field.visibility == Visibility::Sensitive).count();
    format!(
        "{} operations; {declare} declare `{success}`, and with `false` it is an error; {keyed} get an idempotency key; \
         {decline} tell declines; {sensitive} fields are redacted",
        api.operations.len()
    )
}

/// Returns the document of this name, whatever its format and however deep it is.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{} cannot be read: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let is_it = |path: &PathBuf| {
        let format = path.extension().map(OsString::from);
        path.file_stem().is_some_and(|stem| stem == name)
            && format.is_some_and(|format| format == "json" || format == "yaml" || format == "yml")
    };
    files.into_iter().find(is_it).or_else(|| folders.iter().find_map(|folder| find(folder, name)))
}

/// Returns the manifest of a crate that tests the generated one, under a name that is the same for all.
fn manifest(name: &str, made: &Path) -> String {
    let path = |path: &Path| path.display().to_string();
    let own = read(&made.join("Cargo.toml"));
    let crate_name = own.lines().find_map(|line| line.strip_prefix("name = ")).expect("the crate has a name");
    format!(
        "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [[test]]\nname = \"{name}\"\npath = {program:?}\n\n\
         [dependencies]\n\
         sdk = {{ package = {crate_name}, path = {made:?}, default-features = false, features = [\"serde\"] }}\n\
         sdk-runtime = {{ path = {runtime:?}, default-features = false }}\n\
         serde_json = \"1\"\ntempfile = \"3\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n[workspace]\n",
        program = path(&folder().join(name).with_extension("rs")),
        made = path(made),
        runtime = path(&root().join("generator/runtime")),
    )
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

/// Writes a file unless it is as it should be, so that cargo sees nothing new in it.
fn write_new(path: &Path, text: &str) {
    if !fs::read_to_string(path).is_ok_and(|old| old == text) {
        fs::create_dir_all(path.parent().expect("it stands in a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }
}
