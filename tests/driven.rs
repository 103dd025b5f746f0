//! Generated crates are driven, not only compiled: programs assert the requests that they send, and how they read responses.
//!
//! Each document of `tests/fixtures/driven` has a program beside it. The expected bytes follow from the standards, which the programs name.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use std::path::Path;

use sdk_generator::diagnostics::Style;
use sdk_generator::mode::Mode;
use sdk_generator::{Options, generate};
use sdk_tests::fixture::Fixture;
use sdk_tests::source;
use sdk_tests::workspace::{Member, Workspace};

/// All crates are in one workspace, which is built once.
#[test]
fn generated_crates_send_and_read_what_the_standards_say() {
    let members = Fixture::all("driven").iter().map(member).collect::<Vec<_>>();
    let workspace = Workspace::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("driven"), &members);
    let output = workspace.cargo("test").arg("--examples").output();
    let output = output.expect("cargo is there, since it runs this test");
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{errors}");
}

/// Returns the crate of a document with its program, in which the crate is called `sdk`.
fn member(fixture: &Fixture) -> Member {
    let package = format!("driven-{}", fixture.name);
    let document = source(&fixture.path);
    let generation = generate(&document, &Options { crate_name: package.clone(), mode: Mode::Lenient });
    let report = generation.diagnostics.render(&document, Style::Plain);
    let files = generation.files.unwrap_or_else(|| panic!("{} is not accepted:\n{report}", fixture.path));
    let program = source(&format!("tests/fixtures/driven/{}.rs", fixture.name));
    let support = source("tests/fixtures/driven/support.rs");
    let program = format!("{}\nmod support {{\n{}}}\n", program.text(), support.text());
    Member { package, library: "sdk".to_owned(), files, program: Some(program) }
}
