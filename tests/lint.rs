//! The linter: every rule finds its fixture, and fixes change nothing else.
//!
//! `fixtures/lint` has a document for every rule, which breaks that rule and no other. Its snapshot shows the findings, and what
//! `--fix` makes of the text.

use std::collections::BTreeSet;
use std::fs;

use sdk_generator::diagnostics::{Code, Diagnostics, Style};
use sdk_generator::lint::{self, Findings, Fixed, Refused, Rule, Sources};
use sdk_generator::mode::Mode;
use sdk_generator::read;
use sdk_generator::source::Source;
use sdk_tests::fixture::Fixture;
use sdk_tests::{DOCUMENT, document, fixtures, hostile, root, source, source_with_files};

#[test]
fn every_breach_is_told() {
    for fixture in Fixture::all("lint") {
        let source = source(&fixture.path);
        let findings = findings(&source, sources(&fixture.name).as_ref()).expect("the fixtures can be read");
        let report = findings.diagnostics.render(&source, Style::Plain);
        let fixed = lint::fix(&source, &findings.fixes).expect("only scalars are mended");
        let mended = if fixed.done.is_empty() { String::new() } else { format!("\n{}", diff(&source, &fixed)) };
        let snapshot = format!("{report}{mended}");
        fixture.settings("lint").bind(|| insta::assert_snapshot!(fixture.name.as_str(), snapshot));
    }
}

#[test]
fn every_rule_has_a_document_that_breaks_it_alone() {
    let ids: BTreeSet<_> = Rule::ALL.iter().map(|about| about.id.to_owned()).collect();
    let names: BTreeSet<_> = fixtures("lint").into_iter().collect();
    assert_eq!(ids, names, "left: rules, right: fixtures");
    for name in names {
        let found = findings(&source(&path(&name)), sources(&name).as_ref()).expect("the fixtures can be read");
        let broken: BTreeSet<_> = rules(&found.diagnostics).into_iter().map(Rule::id).collect();
        assert_eq!(broken, BTreeSet::from([name.as_str()]));
    }
}

#[test]
fn every_rule_that_mends_does() {
    let expected: BTreeSet<_> = Rule::ALL.iter().filter(|about| about.fix.is_some()).map(|about| about.rule).collect();
    let mut mended = BTreeSet::new();
    for name in fixtures("lint") {
        let source = source(&path(&name));
        mended.extend(fixed(&source).expect("only scalars are mended").done.iter().map(|done| done.rule));
    }
    assert_eq!(mended, expected);
}

#[test]
fn our_document_breaks_no_rule() {
    let source = document();
    let readme = fs::read_to_string(root().join(DOCUMENT).with_file_name("README.md")).expect("it stands beside");
    let sources = Sources::read(&readme).expect("it has a table of sources");
    let found = findings(&source, Some(&sources)).expect("our document can be read");
    assert_eq!(found.diagnostics.render(&source, Style::Plain), "");
}

#[test]
fn our_document_has_something_to_look_at() {
    // What is taken away is missed: the rules see our document.
    let text = document().text().to_owned();
    for (part, instead, rule) in [
        ("'Yes', 'No', Error", "Yes, 'No', Error", Rule::AmbiguousScalar),
        ("        Submitted: Submitted for settlement.\n", "", Rule::EnumValueDescription),
        ("maxLength: 64\n        pattern", "maxLength: 5\n        pattern", Rule::ValidMediaExample),
        ("operationId: createPayment\n", "operationId: makePayment\n", Rule::FactSource),
        ("example: P-00000001\n", "example: 00000001\n", Rule::AmbiguousScalar),
        ("maxItems: 2\n", "maxItems: 1\n", Rule::ValidMediaExample),
    ] {
        assert!(text.contains(part), "{part}");
        let readme = fs::read_to_string(root().join(DOCUMENT).with_file_name("README.md")).expect("it stands beside");
        let source = Source::new(DOCUMENT, text.replacen(part, instead, 1));
        let found = findings(&source, Sources::read(&readme).as_ref()).expect("it can be read");
        assert!(rules(&found.diagnostics).contains(&rule), "{part}: {}", found.diagnostics.to_json_lines(&source));
    }
}

#[test]
fn mending_changes_nothing_else_in_any_document() {
    for source in documents() {
        let Some(found) = findings(&source, None) else { continue };
        let _printed = found.diagnostics.render(&source, Style::Plain);
        let Ok(fixed) = lint::fix(&source, &found.fixes) else { continue };
        assert_eq!(undone(source.text(), &fixed), source.text(), "{}", source.name());
        if fixed.done.is_empty() {
            continue;
        }
        let mended = Source::new(source.name(), fixed.text.clone());
        let found = findings(&mended, None).expect("what could be read can be read");
        let again = lint::fix(&mended, &found.fixes).expect("only scalars are mended");
        assert_eq!(again, Fixed { text: fixed.text, done: Vec::new() }, "{}", source.name());
    }
}

#[test]
fn quotes_that_were_taken_away_come_back() {
    let quoted = [
        "'200':",
        "'500':",
        "'Yes'",
        "'No'",
        "'2026-09-11'",
        "'2025-08-12'",
        "'2024-08-13'",
        "'2022-10-21'",
        "'2017-03-01'",
        "'2017-03-01 11:30:37'",
        "'5231719060426316203012'",
    ];
    let ours = document();
    let bare = quoted.iter().fold(ours.text().to_owned(), |text, quoted| {
        assert!(text.contains(quoted), "{quoted} is not in our document");
        text.replace(quoted, &quoted.replace('\'', ""))
    });
    let fixed = fixed(&Source::new(DOCUMENT, bare)).expect("only scalars are mended");
    assert!(fixed.done.len() > quoted.len());
    assert!(fixed.text == ours.text(), "{}", diff(&ours, &fixed));
}

/// Returns the mended text with the edits taken back, one by one.
fn undone(text: &str, fixed: &Fixed) -> String {
    let (mut before, mut after, mut undone) = (text, fixed.text.as_str(), String::new());
    for done in &fixed.done {
        let is_here = |at: &usize| before.get(..*at) == after.get(..*at) && after[*at..].starts_with(&done.after);
        let at = before.match_indices(&done.before).map(|(at, _)| at).find(is_here).expect("the edit is in the text");
        undone.push_str(&after[..at]);
        undone.push_str(&done.before);
        (before, after) = (&before[at + done.before.len()..], &after[at + done.after.len()..]);
    }
    undone + after
}

#[test]
fn what_is_refused_by_the_generator_does_not_bring_the_linter_down() {
    for source in documents() {
        if let Some(document) = read::read(&source, Mode::Strict, &mut Diagnostics::new()) {
            let _found = lint::lint(&source, &document, None);
        }
    }
}

/// Returns all documents that the tests have: good ones, bad ones, and those meant to do harm.
fn documents() -> Vec<Source> {
    let kinds = ["accepted", "rejected", "third_party", "lint", "hostile"];
    let of = |kind: &'static str| {
        fixtures(kind).into_iter().map(move |name| source_with_files(&format!("tests/fixtures/{kind}/{name}.yaml")))
    };
    let hostile = hostile::documents().into_iter().map(|hostile| Source::new("hostile.yaml", hostile.text));
    kinds.into_iter().flat_map(of).chain(hostile).chain([document()]).collect()
}

fn path(name: &str) -> String {
    format!("tests/fixtures/lint/{name}.yaml")
}

/// Returns the table beside a fixture.
fn sources(name: &str) -> Option<Sources> {
    let text = fs::read_to_string(root().join(path(name)).with_extension("md")).ok()?;
    Some(Sources::read(&text).expect("it has a table of sources"))
}

/// Returns what is found in a document; nothing when it cannot be read.
fn findings(source: &Source, sources: Option<&Sources>) -> Option<Findings> {
    let document = read::read(source, Mode::Lenient, &mut Diagnostics::new())?;
    Some(lint::lint(source, &document, sources))
}

fn fixed(source: &Source) -> Result<Fixed, Refused> {
    let fixes = findings(source, None).map(|findings| findings.fixes).unwrap_or_default();
    lint::fix(source, &fixes)
}

fn rules(diagnostics: &Diagnostics) -> BTreeSet<Rule> {
    let rule = |code| if let Code::Lint(id) = code { Rule::by_id(id) } else { None };
    diagnostics.iter().filter_map(|diagnostic| rule(diagnostic.code())).collect()
}

/// Returns the lines that were mended, before and after.
fn diff(source: &Source, fixed: &Fixed) -> String {
    let lines = source.text().lines().zip(fixed.text.lines()).filter(|(before, after)| before != after);
    lines.map(|(before, after)| format!("-{before}\n+{after}\n")).collect()
}
