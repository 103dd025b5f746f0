//! Programs that call generated crates: the bytes that are sent, and the values that are read.
//!
//! Each program is `driven/NAME.rs`, and its crate is made of `fixtures/accepted/NAME.yaml`. It asserts what the standard says, and cites
//! it. A scripted transport takes the requests and brings the responses.

use std::fs;
use std::path::Path;

use sdk_generator::diagnostics::Style;
use sdk_generator::{Options, generate};
use sdk_tests::workspace::{Member, Workspace};
use sdk_tests::{options, root, source};

#[test]
fn what_is_sent_and_read_is_what_the_document_says() {
    let folder = root().join("tests/driven");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the programs are there")
        .map(|file| file.expect("the folder can be read").path())
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    let members = names.iter().map(|name| {
        let source = source(&format!("tests/fixtures/accepted/{name}.yaml"));
        let generation = generate(&source, &Options { crate_name: format!("driven-{name}"), ..options() });
        let report = generation.diagnostics.render(&source, Style::Plain);
        let program = fs::read_to_string(folder.join(name).with_extension("rs")).expect("the program can be read");
        Member {
            package: format!("driven-{name}"),
            library: "sdk".to_owned(),
            files: generation.files.unwrap_or_else(|| panic!("{name} is not accepted:\n{report}")),
            program: Some(program),
        }
    });
    let workspace =
        Workspace::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("driven"), &members.collect::<Vec<_>>());
    let output =
        workspace.cargo("test").args(["--examples"]).output().expect("cargo is there, since it runs this test");
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{errors}");
}
