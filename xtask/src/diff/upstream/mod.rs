//! Our document compared with the service's own, unchanged and edited.

mod edits;
mod equivalents;
mod parts;

use std::env;
use std::path::PathBuf;

use sdk_generator::cli::diff::accepted::Accepted;
use sdk_generator::cli::diff::upstream::{Line, Ours, Report, Theirs, report};
use sdk_generator::cli::input::Overlays;
use sdk_generator::compare;
use sdk_generator::document::Document;
use sdk_generator::source::Source;

use crate::generate::DOCUMENT;

/// What the service's own document says of our operations.
const EXTRACT: &str = "tests/fixtures/upstream/zuora.yaml";

/// Our document, and what is accepted.
struct Setup {
    ours: Ours,
    accepted: Accepted,
}

impl Setup {
    fn new() -> Self {
        let root = crate::root();
        let accepted = super::accepted(&root).expect("what is accepted can be read");
        Self { ours: ours(), accepted }
    }

    fn report(&self, theirs: &Theirs) -> Report {
        report(&self.ours, theirs, &self.accepted)
    }
}

fn ours() -> Ours {
    super::own(&crate::root()).expect("our document can be read")
}

fn document(source: &Source) -> anyhow::Result<Document> {
    Theirs::of_source(source.clone()).map(|theirs| theirs.document)
}

fn extract() -> Theirs {
    let theirs = Theirs::of(&crate::root().join(EXTRACT), &Overlays::default()).expect("the extract can be read");
    Theirs { source: theirs.source.renamed(EXTRACT), ..theirs }
}

/// Returns the service's document itself, where this machine has it.
fn upstream() -> Option<PathBuf> {
    env::var_os("UPSTREAM").filter(|path| !path.is_empty()).map(PathBuf::from)
}

#[test]
fn the_report_on_the_extract_is_empty() {
    let report = Setup::new().report(&extract());
    assert!(report.is_settled(), "{}", report.text(120, false));
    let text = report.text(120, false);
    let accepted = report.lines.len();
    assert_eq!(text, format!("no differences between {DOCUMENT} and {EXTRACT}, beside {accepted} accepted\n"));
}

#[test]
fn the_extract_equals_the_upstream_document() {
    let Some(path) = upstream() else { return };
    let (setup, theirs) =
        (Setup::new(), Theirs::of(&path, &Overlays::default()).expect("the service's document can be read"));
    let report = setup.report(&theirs);
    assert!(report.is_settled(), "{}", report.text(120, false));
    let extracted = compare::extract(&setup.ours.document, &theirs.document);
    let kept = extract().document.value;
    assert_eq!(extracted.to_json(), kept.to_json(), "`cargo xtask diff --upstream FILE --extract {EXTRACT}`");
}

#[test]
fn an_accepted_difference_that_is_gone_is_stale() {
    let setup = Setup::new();
    let text =
        "[[upstream]]\nreason = 'on purpose'\ndifferences = ['0123456789 Order.note, maxLength: only ours: 3']\n";
    let accepted = Accepted::parse(text).expect("it is TOML");
    let report = report(&setup.ours, &extract(), &accepted);
    assert_eq!(report.stale, ["0123456789 (Order.note, maxLength: only ours: 3)"]);
    assert!(!report.is_settled());
    let stale = "0123456789 (Order.note, maxLength: only ours: 3) is accepted and is no difference";
    assert!(report.text(200, false).contains(stale) && report.markdown().contains(stale));
    let (twice, unsaid) =
        (text.replace("3'", "3', '0123456789 again'"), text.replace(" Order.note, maxLength: only ours: 3", ""));
    assert!(Accepted::parse(&twice).is_err() && Accepted::parse(&unsaid).is_err());
    assert!(Accepted::parse(&text.replace("on purpose", " ")).is_err());
}

#[test]
fn no_line_of_a_report_is_wider_than_the_terminal() {
    let setup = Setup::new();
    let report = setup.report(&extract());
    for width in [40, 80, 120] {
        let text = report.text(width, true);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest.is_some_and(|widest| widest <= width), "{width}: {widest:?}");
        assert_eq!(text.matches("\n    accepted").count(), report.lines.len());
    }
}

/// What is said of a shared type is said once, with the places that share it.
#[test]
fn a_difference_of_a_shared_type_is_one_line() {
    let report = Setup::new().report(&extract());
    let of_code: Vec<_> = report.lines.iter().filter(|line| line.difference.subject == "FailureReason.code").collect();
    let [line] = of_code.as_slice() else { unreachable!("{} lines speak of it", of_code.len()) };
    assert_eq!(line.difference.users.len(), 7, "{:?}", line.difference.users);
    assert_eq!(line.difference.items, ["FailureReason::code", "FailureReasonCode"]);
}

#[test]
fn markdown_and_json_tell_the_same() {
    let setup = Setup { accepted: Accepted::default(), ..Setup::new() };
    let report = setup.report(&extract());
    let json: serde_json::Value = serde_json::from_str(&report.json().expect("it is JSON")).expect("it is JSON");
    let differences = json["differences"].as_array().expect("a list");
    assert_eq!(differences.len(), report.lines.len());
    let markdown = report.markdown();
    assert!(differences.iter().all(|one| one["fingerprint"].as_str().is_some_and(|it| markdown.contains(it))));
}
