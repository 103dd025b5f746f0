//! Defects in the generator, each of which a snapshot or the compiler must detect.
//!
//! Snapshots hold a small part of what is generated. These mutations check that it is the right part. When one is not
//! detected, let a fixture name the item in which it shows.
//!
//! `MUTATIONS=all cargo test -p sdk-tests --test snapshots -- --nocapture` applies each of them to a copy of the repository and
//! runs the tests there, which takes ten minutes. A part of a description instead of `all` selects the mutations that
//! have it.

use std::io::Write as _;
use std::path::Path;
use std::process::Output;
use std::time::Instant;
use std::{env, fs};

use sdk_tests::copy::Copy;
use sdk_tests::root;

/// An edit of one file of the generator.
struct Mutation {
    /// What the generator does wrong.
    defect: &'static str,
    /// Below `generator/src`.
    file: &'static str,
    /// Text that the file contains once.
    old: &'static str,
    new: &'static str,
}

/// A change of the generator updates the rows that it touches, and replaces those whose subject is gone.
const MUTATIONS: [Mutation; 20] = [
    Mutation {
        defect: "an exclusive maximum is inclusive",
        file: "lower/constraints.rs",
        old: "if keywords.exclusive_maximum { Check::ExclusiveMaximum } else { Check::Maximum }",
        new: "Check::Maximum",
    },
    Mutation {
        defect: "of several limits of a kind in an `allOf` the first one holds",
        file: "lower/constraints.rs",
        old: "Some(known) => *known = check,",
        new: "Some(_) => {}",
    },
    Mutation {
        defect: "what the parts of an `allOf` require is not required",
        file: "lower/subschemas.rs",
        old: "self.list.iter().any(|subschema| subschema.keywords.required.contains(&property))",
        new: "self.root().keywords.required.contains(&property)",
    },
    Mutation {
        defect: "integers of 32 bits have 64",
        file: "lower/schema_type.rs",
        old: "Some(\"int32\" | \"int16\" | \"int8\" | \"uint8\" | \"uint16\") => Scalar::Integer32,",
        new: "Some(\"int32\" | \"int16\" | \"int8\" | \"uint8\" | \"uint16\") => Scalar::Integer64,",
    },
    Mutation {
        defect: "lists are exploded in every style",
        file: "lower/parameters.rs",
        old: "explode.unwrap_or(matches!(name, StyleName::Form | StyleName::DeepObject))",
        new: "explode.unwrap_or(true)",
    },
    Mutation {
        defect: "parameters are never deprecated by themselves",
        file: "lower/parameters.rs",
        old: "if node.flag(\"deprecated\") { Status::Deprecated } else { lowered.status }",
        new: "if node.flag(\"deprecated\") { lowered.status } else { lowered.status }",
    },
    Mutation {
        defect: "null among the values of an enum is forgotten",
        file: "lower/enums.rs",
        old: "let nullable = values.contains(&Value::Null);",
        new: "let nullable = false;",
    },
    Mutation {
        defect: "of several tags that are mapped to a schema only the first is known",
        file: "lower/unions.rs",
        old: "filter(|(_, to)| of_target(to)).map(|(tag, _)| tag.clone()).collect();",
        new: "filter(|(_, to)| of_target(to)).map(|(tag, _)| tag.clone()).take(1).collect();",
    },
    Mutation {
        defect: "a body is promised although some successes have none",
        file: "lower/responses.rs",
        old: "([ty], false, true) => ResponseBody::Optional((*ty).clone()),",
        new: "([ty], false, true) => ResponseBody::Body((*ty).clone()),",
    },
    Mutation {
        defect: "a member that may be absent or null is only absent",
        file: "lower/objects.rs",
        old: "(false, true) => Presence::OptionalNullable,",
        new: "(false, true) => Presence::Optional,",
    },
    Mutation {
        defect: "a key that belongs into the query is sent as a header",
        file: "lower/security.rs",
        old: "SchemeKind::QueryKey(name())",
        new: "SchemeKind::HeaderKey(name())",
    },
    Mutation {
        defect: "a sensitive member is shown",
        file: "emit/structs.rs",
        old: "(field.visibility == Visibility::Sensitive).then",
        new: "(field.visibility == Visibility::Sensitive && false).then",
    },
    Mutation {
        defect: "the setter of a deprecated member does not warn",
        file: "emit/structs.rs",
        old: "let deprecated = (field.status == Status::Deprecated).then",
        new: "let deprecated = (field.status == Status::Deprecated && false).then",
    },
    Mutation {
        defect: "the limits of members that no name is declared for are lost",
        file: "emit/structs.rs",
        old: "let limits = (!limits.is_empty()).then",
        new: "let limits = (!limits.is_empty() && false).then",
    },
    Mutation {
        defect: "the members of a form have no content type of their own",
        file: "emit/parameters.rs",
        old: "encoding.content_type.as_ref().map(",
        new: "encoding.content_type.as_ref().filter(|_| false).map(",
    },
    Mutation {
        defect: "JSON under another name is sent as `application/json`",
        file: "emit/operations.rs",
        old: "if media_types.as_slice() == [\"application/json\"] => None,",
        new: "if media_types.as_slice() == [\"application/json\"] || true => None,",
    },
    Mutation {
        defect: "the documentation says `at least` of an exclusive minimum",
        file: "emit/docs.rs",
        old: "format!(\"{each}more than {bound}.\")",
        new: "format!(\"{each}at least {bound}.\")",
    },
    Mutation {
        defect: "the tags of a union are not told apart by its discriminator",
        file: "emit/unions.rs",
        old: "union.discriminator.as_ref().map(",
        new: "union.discriminator.as_ref().filter(|_| false).map(",
    },
    // No snapshot shows these two. Clippy and the compiler detect them.
    Mutation {
        defect: "a setter called like an operator is taken for one",
        file: "emit/types.rs",
        old: "&[\"add\", \"sub\", \"mul\",",
        new: "&[\"add\", \"mul\",",
    },
    Mutation {
        defect: "an operation with a map in its query does not import the type",
        file: "emit/operations.rs",
        old: "    \"Map\",\n",
        new: "",
    },
];

/// The quick tests, and the slow one that runs when they pass.
const SNAPSHOTS: &[&str] = &["--test", "accepted", "--test", "third_party", "--test", "published"];
const COMPILE: &[&str] = &["--test", "compile"];

#[test]
fn each_mutation_is_an_edit_of_the_generator_as_it_is() {
    for Mutation { defect, file, old, new } in &MUTATIONS {
        let text = fs::read_to_string(root().join("generator/src").join(file)).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{defect}: generator/src/{file} must contain this once: {old}");
        assert_ne!(old, new, "{defect}");
    }
    for folder in ["lower/", "emit/"] {
        let count = MUTATIONS.iter().filter(|mutation| mutation.file.starts_with(folder)).count();
        assert!(count >= 8, "only {count} are in {folder}");
    }
}

#[test]
fn each_mutation_changes_a_snapshot_or_breaks_a_compilation() {
    let Ok(wanted) = env::var("MUTATIONS") else {
        println!("not run: MUTATIONS is not set");
        return;
    };
    // It stays for the next run, and so does what is built of it.
    let copy = Copy::of(&[""], Path::new(env!("CARGO_TARGET_TMPDIR")).join("copies/mutations"));
    assert!(test(&copy, SNAPSHOTS, &[]).status.success(), "the tests fail without a mutation");
    let mut undetected = Vec::new();
    for mutation in MUTATIONS.iter().filter(|mutation| wanted == "all" || mutation.defect.contains(&wanted)) {
        let start = Instant::now();
        let detected_by = with(&copy, mutation, failures);
        let report = detected_by.as_deref().unwrap_or("NOTHING");
        println!("{:>4} s  {}: {report}", start.elapsed().as_secs(), mutation.defect);
        std::io::stdout().flush().unwrap();
        if detected_by.is_none() {
            undetected.push(mutation.defect);
        }
    }
    assert!(undetected.is_empty(), "not detected: {undetected:#?}");
}

/// Runs something while a mutation is applied to the copy.
fn with<T>(copy: &Copy, mutation: &Mutation, act: impl FnOnce(&Copy) -> T) -> T {
    let path = Path::new("generator/src").join(mutation.file);
    let text = fs::read_to_string(copy.root().join(&path)).unwrap();
    copy.write(&path, text.replacen(mutation.old, mutation.new, 1).as_bytes());
    let done = act(copy);
    copy.write(&path, text.as_bytes());
    done
}

/// Returns what fails: snapshots, or else crates that do not compile.
fn failures(copy: &Copy) -> Option<String> {
    let built = test(copy, SNAPSHOTS, &["--no-run"]);
    assert!(
        built.status.success(),
        "the mutated generator does not compile:\n{}",
        String::from_utf8_lossy(&built.stderr)
    );
    [SNAPSHOTS, COMPILE].iter().find_map(|tests| {
        let output = test(copy, tests, &["--no-fail-fast"]);
        (!output.status.success()).then(|| failed(&output))
    })
}

fn test(copy: &Copy, tests: &[&str], arguments: &[&str]) -> Output {
    let mut command = copy.cargo(&["test", "--package", "sdk-tests"]);
    // The generator is built for each mutation and runs for seconds.
    command.args(["--config", "profile.dev.package.sdk-generator.opt-level=0"]).env("CARGO_INCREMENTAL", "1");
    command.args(tests).args(arguments).env_remove("MUTATIONS");
    command.output().expect("cargo is there, since it runs this test")
}

/// Returns the snapshots that differ, the fixtures that miss an item, and the crates that do not compile.
fn failed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let mut report: Vec<_> = text
        .lines()
        .filter_map(|line| {
            let snapshot = line.trim().strip_prefix("Snapshot file: tests/snapshots/");
            let fixture = || line.split_once(" names what is not emitted").map(|(fixture, _)| fixture);
            snapshot.or_else(fixture).or_else(|| line.strip_prefix("error: could not compile ")?.split(' ').next())
        })
        .collect();
    report.dedup();
    if report.is_empty() { format!("a test fails:\n{text}") } else { report.join(", ") }
}
