//! Pairs that differ in one thing: what is found, and what the compiler says of a program against the old crate that meets
//! the new one.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::path::Path;

use sdk_generator::compare::{Effect, revisions};
use sdk_tests::fixture::Fixture;
use sdk_tests::workspace::{Member, Workspace};
use serde_json::Value as Json;

use crate::cases::Base;
use crate::document::{Made, complaint, line, worst};
use crate::policy::Policy;

#[test]
fn each_row_of_the_policy_has_a_case() {
    let (policy, bases) = (Policy::read(), Base::all());
    let cases: Vec<_> = bases.iter().flat_map(|base| &base.cases).collect();
    let covered: BTreeSet<_> = cases.iter().map(|case| case.row.clone()).collect();
    let without: Vec<_> = policy.rows().filter(|row| !covered.contains(row)).collect();
    assert!(without.is_empty(), "rows without a case: {without:#?}");
    let names: BTreeSet<_> = cases.iter().map(|case| case.slug()).collect();
    assert_eq!(names.len(), cases.len(), "cases with one name");
}

#[test]
fn each_change_is_found_and_called_what_it_is() {
    let (policy, mut wrong) = (Policy::read(), String::new());
    for base in Base::all() {
        let (old, mut found) = (base.made(), String::new());
        for case in &base.cases {
            let new = match base.made_of(case) {
                Ok(new) => new,
                Err(report) => {
                    writeln!(wrong, "{}: {} is refused:\n{report}", base.name, case.name)
                        .expect("text takes every text");
                    continue;
                }
            };
            let changes = revisions(&old.read.api, &new.read.api);
            writeln!(found, "{}", case.name).expect("text takes every text");
            for change in &changes {
                writeln!(found, "    {}", line(&policy, change)).expect("text takes every text");
            }
            if !changes.iter().any(|change| case.row == format!("{} {}", change.rule.id(), change.way)) {
                writeln!(wrong, "{}: {}: not found", base.name, case.name).expect("text takes every text");
            }
            if let Some(complaint) = complaint(&policy, &old, &new) {
                writeln!(wrong, "{}: {}: {complaint}", base.name, case.name).expect("text takes every text");
            }
        }
        let document = Fixture::read(&format!("tests/fixtures/changes/{}/document.yaml", base.name));
        let mut settings = document.settings("changes");
        let sentence = format!("What is found when one thing in this document changes. {}", document.sentence);
        settings.set_description(sentence);
        settings.bind(|| insta::assert_snapshot!(base.name.as_str(), found));
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// One program for each base, and each base and each of its changes as a crate that has the program as an example: cargo
/// tells of which it compiles.
#[test]
fn the_compiler_agrees() {
    let policy = Policy::read();
    let mut members = Vec::new();
    let mut verdicts = BTreeMap::new();
    for base in Base::all() {
        let old = base.made();
        for case in &base.cases {
            let package = format!("{}-{}", base.name, case.slug());
            // What is refused is told by the test of what is found.
            let Ok(new) = base.made_of(case) else { continue };
            verdicts.insert(package.clone(), worst(&policy, &revisions(&old.read.api, &new.read.api)));
            members.push(member(&base, package, new));
        }
        verdicts.insert(base.name.clone(), Effect::None);
        members.push(member(&base, base.name.clone(), old));
    }
    let workspace = Workspace::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("changes"), &members);
    let output = workspace.cargo("check").args(["--examples", "--message-format", "json"]).output();
    let output = output.expect("cargo is there, since it runs this test");
    let compiled = Compiled::of(&String::from_utf8_lossy(&output.stdout));
    let trouble = String::from_utf8_lossy(&output.stderr);
    for Base { name, .. } in Base::all() {
        let error = compiled.errors.get(&name).map_or(&*trouble, String::as_str);
        assert!(compiled.compiled.contains(&name), "the program does not even fit the document as it stands: {error}");
    }
    let mut wrong = String::new();
    for (package, verdict) in verdicts {
        let does_compile = compiled.compiled.contains(&package);
        if does_compile == (verdict == Effect::Breaking) {
            let error = compiled.errors.get(&package).map_or("it compiles", String::as_str);
            writeln!(wrong, "{package} is {verdict}, and the compiler says: {error}").expect("text takes every text");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn member(base: &Base, package: String, made: Made) -> Member {
    Member { package, library: base.name.clone(), files: made.files, program: Some(base.program.clone()) }
}

/// What cargo says of programs, by package.
#[derive(Default)]
struct Compiled {
    compiled: BTreeSet<String>,
    /// The first error of each that did not.
    errors: BTreeMap<String, String>,
}

impl Compiled {
    fn of(messages: &str) -> Self {
        let mut compiled = Self::default();
        for message in messages.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok()) {
            let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
            // Such as `path+file:///folder/package#0.0.0`.
            let package = text(&message["package_id"]);
            let package = package.split('#').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
            let is_program = message["target"]["name"] == "program";
            match message["reason"].as_str() {
                Some("compiler-artifact") if is_program => drop(compiled.compiled.insert(package.to_owned())),
                Some("compiler-message") if message["message"]["level"] == "error" => {
                    let of = if is_program { "" } else { "not even the crate compiles: " };
                    let error = format!("{of}{}", text(&message["message"]["rendered"]));
                    compiled.errors.entry(package.to_owned()).or_insert(error);
                }
                _ => {}
            }
        }
        compiled
    }
}
