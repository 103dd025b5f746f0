//! The published crate and its snapshots are exactly the output of the generator.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sdk_generator::output::{self, Files};
use sdk_generator::source::Source;
use sdk_generator::surface::{Kind, Surface};
use sdk_tests::fixture::snapshot;
use sdk_tests::{document, options, root};

const STALE: &str = "run `cargo xtask generate` and review what it changes";

fn generated() -> Files {
    let source = document();
    let generation = sdk_generator::generate(&source, &options());
    let problems = generation.diagnostics.render(&source, sdk_generator::diagnostics::Style::Plain);
    assert!(generation.diagnostics.is_empty(), "the document has problems:\n{problems}");
    generation.files.expect("a document without problems gives files")
}

#[test]
fn every_file_on_disk_is_the_one_the_generator_makes() {
    for (path, text) in generated().iter() {
        let on_disk = fs::read_to_string(root().join("generated/src").join(path)).unwrap_or_default();
        assert!(on_disk == text, "generated/src/{path} is stale: {STALE}");
    }
}

#[test]
fn no_file_stands_among_them_that_the_generator_does_not_make() {
    let files = generated();
    let made: BTreeSet<_> = files.iter().map(|(path, _)| path.to_owned()).collect();
    let sources = root().join("generated/src");
    let mut on_disk = BTreeSet::new();
    collect(&sources, &sources, &mut on_disk);
    assert_eq!(on_disk, made, "{STALE}");
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let relative = path.strip_prefix(root).expect("what is found in a folder is below it");
            let steps: Vec<_> = relative.iter().map(|step| step.to_string_lossy()).collect();
            found.insert(steps.join("/"));
        }
    }
}

#[test]
fn every_file_equals_its_snapshot() {
    for (path, text) in generated().iter() {
        let what = format!("What the generator makes of the document for generated/src/{path} in the published crate.");
        snapshot("published", &what).bind(|| insta::assert_snapshot!(path.replace('/', "__"), text));
    }
}

#[test]
fn an_example_that_no_longer_fits_is_told_and_left_out() {
    let text = fs::read_to_string(root().join("spec/zuora-payments.yaml")).unwrap();
    let source = Source::new("spec/zuora-payments.yaml", text.replacen("amount: 1.99\n", "amount: little\n", 1));
    let generation = sdk_generator::generate(&source, &options());
    let report = generation.diagnostics.render(&source, sdk_generator::diagnostics::Style::Plain);
    assert!(generation.files.is_some() && generation.diagnostics.iter().count() == 1, "{report}");
    assert!(report.contains("the example cannot be written in Rust") && report.contains("/examples/"), "{report}");
}

#[test]
fn an_example_of_a_parameter_that_no_longer_fits_is_told_and_another_value_is_shown() {
    let text = fs::read_to_string(root().join("spec/zuora-payments.yaml")).unwrap();
    let example = "            type: string\n          example: 402881e522cf4f9b0122cf5dc4020045\n";
    let with = |ty: &str| {
        let source = Source::new("spec/zuora-payments.yaml", text.replacen(example, &example.replace("string", ty), 1));
        let generation = sdk_generator::generate(&source, &options());
        let report = generation.diagnostics.render(&source, sdk_generator::diagnostics::Style::Plain);
        let files = generation.files.unwrap_or_else(|| panic!("{report}"));
        (report, files.get("operations/create_authorization.rs").unwrap().to_owned())
    };
    let (report, _) = with("string");
    assert_eq!(report, "");
    let (report, code) = with("integer");
    assert!(
        report.starts_with("warning") && report.contains("the example is not a value of the parameter's type"),
        "{report}"
    );
    assert!(report.contains("authorize/post/parameters/0/example") && report.ends_with("\n1 warning\n"), "{report}");
    assert_eq!(code.matches("create_authorization(1, &request)").count(), 4, "{code}");
}

/// Returns the sources of the runtime, of which users see what the generated crate re-exports.
fn runtime() -> Files {
    output::sources(&root().join("generator/runtime/src")).expect("the runtime can be read")
}

#[test]
fn the_surface_equals_its_snapshot() {
    let surface = Surface::with(&generated(), &[("sdk_runtime", &runtime())]).to_string();
    let sentence = "Every public item of the published crate and of the runtime that it exports.";
    snapshot("published", sentence).bind(|| insta::assert_snapshot!("surface", surface));
}

/// Names of a document can hold markup. Prose is written anew by the generator; what macros say is not.
#[test]
fn what_macros_document_quotes_no_name_of_the_document() {
    let runtime = runtime();
    let made = ["model/macros.rs", "calls/macros.rs"].map(|file| runtime.get(file).unwrap());
    let documented: Vec<_> =
        made.iter().flat_map(|text| text.lines()).filter(|line| line.contains("doc = concat!")).collect();
    assert!(!documented.is_empty());
    for line in documented {
        assert!(!line.contains("$wire") && !line.contains("$id"), "{line}");
    }
}

/// Read off the text, without any parser: every public function of every type that users can name, of either crate.
#[test]
fn the_surface_leaves_no_function_out() {
    let (own, runtime) = (generated(), runtime());
    let surface = Surface::with(&own, &[("sdk_runtime", &runtime)]);
    let types: BTreeSet<_> = surface
        .lines()
        .iter()
        .filter(|line| matches!(line.kind, Kind::Struct | Kind::Enum))
        .filter_map(|line| line.path.rsplit("::").next())
        .collect();
    let functions_listed = surface.lines().iter().filter(|line| line.kind == Kind::Fn);
    let listed: BTreeSet<_> = functions_listed.map(|line| last_two(&line.path)).collect();
    let mut seen = 0;
    let sources = own.iter().chain(runtime.iter()).filter(|(path, _)| !path.contains("tests"));
    for (path, text) in sources {
        for (owner, function) in functions(text).iter().filter(|(owner, _)| types.contains(owner)) {
            assert!(listed.contains(&(*owner, *function)), "{owner}::{function} of {path} is missing");
            seen += 1;
        }
    }
    // What the macros add to every type stands in no file of the crate.
    assert!(seen > 280, "{seen} functions were compared");
}

/// Returns the type and the function that a path ends in.
fn last_two(path: &str) -> (&str, &str) {
    let (before, function) = path.rsplit_once("::").unwrap_or(("", path));
    (before.rsplit("::").next().unwrap_or_default(), function)
}

/// Returns the types and public functions of inherent `impl` blocks, and those that rows set.
fn functions(text: &str) -> Vec<(&str, &str)> {
    let mut found = set_by_rows(text);
    let (mut owner, mut hidden) = (None, false);
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("impl") {
            // Bounds have parentheses or `>` of their own only in the runtime, where none is as odd as that.
            let head = head.strip_prefix('<').map_or(head, |rest| &rest[rest.find("> ").unwrap_or(0) + 1..]);
            let name = head.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next();
            owner = name.filter(|_| !head.contains(" for "));
        } else if line.starts_with('}') {
            owner = None;
        } else if let (Some(owner), Some(item)) = (owner, line.strip_prefix("    pub ")) {
            let item = item.trim_start_matches("const ").trim_start_matches("async ");
            let name = item.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next());
            found.extend(name.filter(|_| !hidden).map(|name| (owner, name)));
        }
        let is_attribute = line.trim_start().starts_with("#[") || line.trim_start().starts_with("///");
        hidden = line.contains("#[doc(hidden)]") || hidden && is_attribute;
    }
    found
}

/// Returns the types that invocations declare, with the names of their rows that are setters.
fn set_by_rows(text: &str) -> Vec<(&str, &str)> {
    let (mut found, mut owner, mut row) = (Vec::new(), None, None);
    for line in text.lines().filter(|line| !line.trim_start().starts_with("///")) {
        if let Some((_, head)) = line.strip_prefix("    pub ").and_then(|head| head.split_once("struct ")) {
            owner = head.split([':', ' ']).next();
        } else if line.starts_with('}') {
            owner = None;
        } else if let (Some(owner), true) = (owner, line.starts_with("    new(")) {
            found.push((owner, "new"));
        }
        let Some(inner) = line.strip_prefix("        ") else { continue };
        if !inner.starts_with(' ') {
            row = inner.split_once(": ").map(|(name, _)| name);
        }
        // An argument of `new` has an arrow, too.
        let sets = inner.contains(" => ") || inner.trim_start().starts_with("=> ");
        if let (Some(owner), Some(row), true) = (owner, row, sets && !inner.contains("new ")) {
            found.push((owner, row));
        }
    }
    found
}

/// Read off the text, too: every name that the crates' roots and public modules export.
#[test]
fn the_surface_leaves_no_export_out() {
    let (own, runtime) = (generated(), runtime());
    let surface = Surface::with(&own, &[("sdk_runtime", &runtime)]);
    let listed: BTreeSet<_> = surface.lines().iter().map(|line| line.path.as_str()).collect();
    let mut expected = exports("", own.get("lib.rs").unwrap());
    assert!(expected.iter().any(|name| name == "observe"), "{expected:?}");
    expected.extend(exports("", own.get("models/mod.rs").unwrap()));
    expected.extend(exports("operations::", own.get("operations/mod.rs").unwrap()));
    for (prefix, file) in [("observe::", "observe/mod.rs"), ("testing::", "testing.rs")] {
        expected.extend(exports(prefix, runtime.get(file).unwrap()));
    }
    let (_, transport) = runtime.get("lib.rs").unwrap().split_once("\npub mod transport {").unwrap();
    let transport = transport.split("\n}").next().unwrap().replace("\n    ", "\n");
    expected.extend(exports("transport::", &transport));
    assert!(expected.len() > 70, "{expected:?}");
    let missing: Vec<_> = expected.iter().filter(|name| !listed.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?} are missing");
}

/// Returns the names that a file declares or re-exports as public.
fn exports(prefix: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for item in text.split("\npub ").skip(1) {
        match item.split_once(' ') {
            Some(("use", rest)) => {
                let path = rest.split(';').next().unwrap_or(rest);
                let names = path.rsplit_once("::").map_or(path, |(_, names)| names);
                let names = names.split(|c: char| matches!(c, '{' | '}' | ',') || c.is_whitespace());
                found.extend(names.filter(|name| !matches!(*name, "" | "*")).map(str::to_owned));
            }
            Some(("struct" | "enum" | "trait" | "type" | "fn" | "mod" | "const", rest)) => {
                found.extend(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned));
            }
            _ => {}
        }
    }
    found.iter().map(|name| format!("{prefix}{name}")).collect()
}

/// The front page lists the features of the manifest, and which of them are defaults.
#[test]
fn the_front_page_lists_the_features_of_the_manifest() {
    let manifest = fs::read_to_string(root().join("generated/Cargo.toml")).unwrap();
    let (_, features) = manifest.split_once("[features]\n").unwrap();
    let features = features.split("\n[").next().unwrap().lines().filter_map(|line| line.split_once(" = "));
    let (default, features): (Vec<_>, Vec<_>) = features.partition(|(name, _)| *name == "default");
    let is_default = |name: &str| default[0].1.contains(&format!("\"{name}\""));
    let expected: BTreeSet<_> = features.iter().map(|(name, _)| (*name, is_default(name))).collect();
    let files = generated();
    let (_, report) = files.get("lib.rs").unwrap().split_once("//! | feature | adds | default |").unwrap();
    let rows = report.lines().filter_map(|line| line.strip_prefix("//! | `"));
    let report = rows.filter_map(|row| Some((row.split('`').next()?, row.ends_with("| yes |"))));
    assert_eq!(report.collect::<BTreeSet<_>>(), expected);
}

#[test]
fn no_snapshot_is_left_of_a_file_that_is_gone() {
    let files = generated();
    let mut expected: BTreeSet<_> = files.iter().map(|(path, _)| format!("{}.snap", path.replace('/', "__"))).collect();
    expected.insert("surface.snap".to_owned());
    let entries = fs::read_dir(root().join("tests/snapshots/published")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<_> = names.filter(|name| name.ends_with(".snap")).collect();
    assert_eq!(names, expected, "{STALE}");
}

/// The page of outcomes shows the table that decides.
#[test]
fn the_page_of_outcomes_shows_the_table_of_evidence() {
    let page = fs::read_to_string(root().join("docs/outcomes.md")).unwrap();
    let table = sdk_runtime::codegen::POLICY_TABLE;
    assert!(page.contains(table), "put this table into docs/outcomes.md:\n\n{table}");
}
