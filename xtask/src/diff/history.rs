//! Past changes of Zuora, replayed as edits of the document: the report of each, and its version.

use insta::Settings;
use sdk_generator::cli::diff::accepted::Accepted;
use sdk_generator::cli::diff::report;
use sdk_generator::cli::diff::sides::Side;
use sdk_generator::cli::version::Version;
use sdk_generator::document::Pointer;
use sdk_generator::mode::Mode;
use sdk_generator::source::Source;

use crate::generate::DOCUMENT;

/// The document, taken back to what it was.
struct Past(String);

impl Past {
    fn new() -> Self {
        Self(std::fs::read_to_string(crate::root().join(DOCUMENT)).expect("the document can be read"))
    }

    /// Returns the line of a node, counted from 0.
    fn line(&self, at: &str) -> usize {
        let (above, key) = at.rsplit_once('/').expect("a pointer below the root");
        let source = Source::new("past", self.0.clone());
        let [node, above] = [at, above].map(|at| source.locate(&Pointer::parse(at).expect("a pointer")).line);
        let text = self.0.lines().nth(node - 1).expect("a line of the text");
        assert!(node > above && text.trim_start().starts_with(key), "the document has no {at} any more");
        node - 1
    }

    /// Deletes a member that has lines of its own.
    fn without(self, at: &str) -> Self {
        let first = self.line(at);
        let indent = |line: &str| line.len() - line.trim_start().len();
        let lines: Vec<_> = self.0.lines().collect();
        let inner = lines[first + 1..].iter().take_while(|line| indent(line) > indent(lines[first]));
        let rest = first + 1 + inner.count();
        let kept = lines[..first].iter().chain(&lines[rest..]);
        Self(kept.map(|line| format!("{line}\n")).collect())
    }

    /// Sets another value of a member on one line.
    fn with(self, at: &str, value: &str) -> Self {
        let line = self.line(at);
        let lines = self.0.lines().enumerate().map(|(number, text)| match text.split_once(':') {
            Some((key, _)) if number == line => format!("{key}: {value}\n"),
            _ => format!("{text}\n"),
        });
        Self(lines.collect())
    }
}

fn replay(name: &str, sentence: &str, past: Past) {
    let side = |shown: &str, text: &str| {
        let source = Source::new(DOCUMENT, text);
        Side::new(shown.to_owned(), source, Mode::Strict).expect("the document has no errors")
    };
    let (old, new) = (side("before", &past.0), side("after", &Past::new().0));
    let version = Version::parse("1.4.2").ok();
    let report = report(&old, &new, &Accepted::default(), version);
    // Where in the text something stands is none of the history's business.
    let locations = without_numbers(&report.text());
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(crate::root().join("tests/snapshots/history"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(sentence);
    settings.bind(|| insta::assert_snapshot!(name, locations));
}

/// Returns the report with `LINE:COLUMN` in the place of numbers.
fn without_numbers(text: &str) -> String {
    let words = |line: &str| {
        let words = line.split(' ').map(|word| match word.split_once(DOCUMENT) {
            Some(("", place)) if place.starts_with(':') => format!("{DOCUMENT}:LINE:COLUMN"),
            _ => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    text.lines().map(|line| words(line) + "\n").collect()
}

/// 2026-09-11: an authorization may name its currency, and its response does.
#[test]
fn authorizations_got_a_currency() {
    let past = Past::new()
        .without("/components/schemas/CreateAuthorizationRequest/properties/currency")
        .without("/components/schemas/Authorization/properties/currency");
    let sentence = "What is reported of the change by which an authorization may name its currency.";
    replay("authorizations_got_a_currency", sentence, past);
}

/// 2026-09-11: what responses had always shown as null was declared.
#[test]
fn six_fields_of_payments_became_nullable() {
    let fields = [
        "markedForSubmissionOn",
        "submittedOn",
        "authTransactionId",
        "bankIdentificationNumber",
        "gatewayOrderId",
        "gatewayResponseCode",
    ];
    let past = fields.into_iter().fold(Past::new(), |past, field| {
        past.without(&format!("/components/schemas/Payment/allOf/1/properties/{field}/nullable"))
    });
    let sentence = "What is reported of the change by which six fields of a payment may be null.";
    replay("six_fields_of_payments_became_nullable", sentence, past);
}

/// 2024-06-26: the amount of a session is `amount` in every mode, and `authAmount` is on its way out.
#[test]
fn sessions_got_one_amount() {
    let schema = "/components/schemas/CreatePaymentSessionRequest";
    let past = Past::new()
        .with(&format!("{schema}/required"), "[currency, processPayment]")
        .with(&format!("{schema}/x-sdk-constructors/0/required"), "[authAmount, currency]")
        .without(&format!("{schema}/properties/authAmount/deprecated"));
    let sentence = "What is reported of the change by which a session has one amount in every mode.";
    replay("sessions_got_one_amount", sentence, past);
}
