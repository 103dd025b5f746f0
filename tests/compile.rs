//! What is generated compiles without a warning, and what must not be done with it does not compile.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sdk_generator::diagnostics::Style;
use sdk_generator::output::{self, Files};
use sdk_generator::read::Unsupported;
use sdk_generator::source::Source;
use sdk_generator::{Options, generate};
use sdk_tests::hostile::{self, Hostile};
use sdk_tests::{fixtures, root, source_with_files};

/// A document of `fixtures`, and what is done about what it says besides.
struct Fixture {
    kind: &'static str,
    name: String,
    unsupported: Unsupported,
}

impl Fixture {
    fn all() -> Vec<Self> {
        let of = |kind, unsupported| {
            fixtures(kind).into_iter().map(move |name| Self { kind, name, unsupported }).collect::<Vec<_>>()
        };
        of("accepted", Unsupported::Deny).into_iter().chain(of("foreign", Unsupported::Skip)).collect()
    }

    /// The name of its crate, and of its folder.
    fn crate_name(&self) -> String {
        let prefix = if self.unsupported == Unsupported::Deny { "fixture" } else { "foreign" };
        format!("{prefix}-{}", self.name.replace('_', "-"))
    }
}

/// Every fixture and every hostile document becomes a crate of its own, since generated code says `crate::`; all of them share one workspace and one
/// target folder, which stays for the next run, so that only what changed is compiled again.
#[test]
fn what_is_generated_compiles_without_a_warning() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures");
    let mut crates: Vec<_> = Fixture::all().iter().map(|fixture| (made_of(fixture), fixture.crate_name())).collect();
    crates.extend(hostile::small().into_iter().chain([hostile::names()]).map(made_of_hostile));
    let names: Vec<_> = crates.iter().map(|(_, name)| name.clone()).collect();
    let mut files = Files::new();
    files.insert("Cargo.toml", workspace_manifest(&names));
    // nothing is resolved anew and nothing downloaded: these crates stand on the runtime and nothing else
    files.insert("Cargo.lock", read(&root().join("Cargo.lock")));
    for name in &names {
        files.insert(format!("{name}/Cargo.toml"), package_manifest(name));
    }
    write_new(&workspace, &files);
    for (files, name) in &crates {
        let written = output::write(&workspace.join(name).join("src"), files);
        assert!(!written.expect("the files can be written").has_strays(), "{name}");
    }
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["clippy", "--offline", "--workspace", "--lib", "--all-features", "--no-deps", "--keep-going", "--quiet"])
        .args(["--color", "never", "--", "-D", "warnings"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .output();
    let output = output.expect("cargo is there, since it runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A workspace under the lints of this repository.
fn workspace_manifest(names: &[String]) -> String {
    let own = read(&root().join("Cargo.toml"));
    let mut manifest = "[workspace]\nresolver = \"3\"\nmembers = [\n".to_owned();
    for name in names {
        writeln!(manifest, "    \"{name}\",").expect("text takes every text");
    }
    manifest.push_str("]\n\n");
    let sections = own.split("\n[").filter(|section| section.starts_with("workspace.lints."));
    manifest.extend(sections.map(|section| format!("[{section}\n")));
    assert!(manifest.contains("missing_docs = \"deny\""), "the lints of this repository have moved");
    manifest
}

fn package_manifest(name: &str) -> String {
    let runtime = root().join("generator/runtime");
    format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [features]\nblocking = [\"sdk-runtime/blocking\"]\n\n[dependencies]\n\
         sdk-runtime = {{ path = {:?}, default-features = false }}\n\n[lints]\nworkspace = true\n",
        name,
        runtime.display().to_string(),
    )
}

fn made_of(fixture: &Fixture) -> Files {
    let Fixture { kind, name, unsupported } = fixture;
    let source = source_with_files(&format!("tests/fixtures/{kind}/{name}.yaml"));
    let options = Options { crate_name: fixture.crate_name(), unsupported: *unsupported };
    let generation = generate(&source, &options);
    let report = generation.diagnostics.render(&source, Style::Plain);
    generation.files.unwrap_or_else(|| panic!("{kind}/{name} is not accepted:\n{report}"))
}

/// The files that are made of a document of somebody else, and the name of their crate.
fn made_of_hostile(Hostile { name, text }: Hostile) -> (Files, String) {
    let source = Source::new(format!("{name}.yaml"), text);
    let name = format!("hostile-{name}");
    let generation = generate(&source, &Options { crate_name: name.clone(), unsupported: Unsupported::Skip });
    (generation.files.unwrap_or_else(|| panic!("{name} is not accepted")), name)
}

fn read(path: &PathBuf) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

/// Writes the files that differ, so that cargo sees nothing new in the others.
fn write_new(folder: &Path, files: &Files) {
    for (path, text) in files.iter() {
        let path = folder.join(path);
        if !fs::read_to_string(&path).is_ok_and(|old| old == text) {
            fs::create_dir_all(path.parent().expect("it stands in a folder")).expect("folders can be made");
            fs::write(&path, text).expect("files can be written");
        }
    }
}

/// The compiler whose words `misuse/*.stderr` hold; another one says the same in other words.
const WORDS_OF: &str = "rustc 1.95.";

/// One mistake a file, and what the compiler says about it.
#[test]
fn misuse_does_not_compile() {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc is there, since it built this test");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if version.starts_with(WORDS_OF) {
        trybuild::TestCases::new().compile_fail("misuse/*.rs");
    } else {
        println!("not compared: the messages were recorded with {WORDS_OF}x, this is {version}");
    }
}
