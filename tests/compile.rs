//! Generated crates compile without a warning.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use std::path::Path;

use sdk_generator::diagnostics::Style;
use sdk_generator::mode::Mode;
use sdk_generator::output::Files;
use sdk_generator::source::Source;
use sdk_generator::{Options, generate};
use sdk_tests::hostile::{self, Hostile};
use sdk_tests::workspace::{Member, Workspace};
use sdk_tests::{fixtures, source_with_files};

/// A document of `fixtures`, and what is done about what it says besides.
struct Fixture {
    kind: &'static str,
    name: String,
    mode: Mode,
}

impl Fixture {
    fn all() -> Vec<Self> {
        let of = |kind, mode| fixtures(kind).into_iter().map(move |name| Self { kind, name, mode }).collect::<Vec<_>>();
        of("accepted", Mode::Strict).into_iter().chain(of("third_party", Mode::Lenient)).collect()
    }

    /// Returns the name of its crate, and of its folder.
    fn crate_name(&self) -> String {
        let prefix = if self.mode == Mode::Strict { "fixture" } else { "third_party" };
        format!("{prefix}-{}", self.name.replace('_', "-"))
    }
}

/// Every fixture and every hostile document becomes a crate of its own, since generated code says `crate::`.
#[test]
fn what_is_generated_compiles_without_a_warning() {
    let crates = Fixture::all().iter().map(|fixture| (made_of(fixture), fixture.crate_name())).collect::<Vec<_>>();
    let hostile = hostile::small().into_iter().chain([hostile::names()]).map(made_of_hostile);
    let members = crates.into_iter().chain(hostile).map(|(files, package)| {
        let library = package.replace('-', "_");
        Member { package, library, files, program: None }
    });
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures");
    let workspace = Workspace::write(folder, &members.collect::<Vec<_>>());
    // The limit of lines is for code that people write: a generated function has a row for each server of its document.
    let lints = ["-D", "warnings", "-A", "clippy::too_many_lines"];
    let output = workspace.cargo("clippy").args(["--lib", "--no-deps", "--"]).args(lints).output();
    let output = output.expect("cargo is there, since it runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn made_of(fixture: &Fixture) -> Files {
    let Fixture { kind, name, mode } = fixture;
    let source = source_with_files(&format!("tests/fixtures/{kind}/{name}.yaml"));
    let options = Options { crate_name: fixture.crate_name(), mode: *mode };
    let generation = generate(&source, &options);
    let report = generation.diagnostics.render(&source, Style::Plain);
    generation.files.unwrap_or_else(|| panic!("{kind}/{name} is not accepted:\n{report}"))
}

/// Returns the files that are made of a third-party document, and the name of their crate.
fn made_of_hostile(Hostile { name, text }: Hostile) -> (Files, String) {
    let source = Source::new(format!("{name}.yaml"), text);
    let name = format!("hostile-{name}");
    let generation = generate(&source, &Options { crate_name: name.clone(), mode: Mode::Lenient });
    (generation.files.unwrap_or_else(|| panic!("{name} is not accepted")), name)
}
