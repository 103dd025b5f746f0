//! Generated crates are driven, not only compiled: programs assert the requests that they send, and how they read responses.
//!
//! Each document of `tests/fixtures/driven` has a program beside it. Each program of `tests/driven` belongs to the document of its name in
//! `tests/fixtures/accepted`. The expected bytes follow from the standards, which the programs name.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use std::fs;
use std::path::Path;

use sdk_generator::diagnostics::Style;
use sdk_generator::mode::Mode;
use sdk_generator::{Options, generate};
use sdk_tests::fixture::Fixture;
use sdk_tests::workspace::{Member, Workspace};
use sdk_tests::{root, source};

/// All crates are in one workspace, which is built once.
#[test]
fn generated_crates_send_and_read_what_the_standards_say() {
    let third_party = Fixture::all("driven");
    let members = third_party.iter().map(|fixture| {
        let program = source(&format!("tests/fixtures/driven/{}.rs", fixture.name));
        let support = source("tests/fixtures/driven/support.rs");
        let program = format!("{}\nmod support {{\n{}}}\n", program.text(), support.text());
        member(&fixture.name, &fixture.path, Mode::Lenient, program)
    });
    let accepted = accepted();
    let accepted = accepted.iter().map(|name| {
        let program = source(&format!("tests/driven/{name}.rs")).text().to_owned();
        member(name, &format!("tests/fixtures/accepted/{name}.yaml"), Mode::Strict, program)
    });
    let members: Vec<_> = members.chain(accepted).collect();
    let workspace = Workspace::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("driven"), &members);
    let output = workspace.cargo("test").arg("--examples").output();
    let output = output.expect("cargo is there, since it runs this test");
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{errors}");
}

/// Returns the names of the programs for accepted documents.
fn accepted() -> Vec<String> {
    let files = fs::read_dir(root().join("tests/driven")).expect("the programs are there");
    let paths = files.map(|file| file.expect("the folder can be read").path());
    let mut names: Vec<_> = paths.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    names
}

/// Returns the crate of a document with its program, in which the crate is called `sdk`.
fn member(name: &str, path: &str, mode: Mode, program: String) -> Member {
    let package = format!("driven-{name}");
    let document = source(path);
    let generation = generate(&document, &Options { crate_name: package.clone(), mode });
    let report = generation.diagnostics.render(&document, Style::Plain);
    let files = generation.files.unwrap_or_else(|| panic!("{path} is not accepted:\n{report}"));
    Member { package, library: "sdk".to_owned(), files, program: Some(program) }
}
