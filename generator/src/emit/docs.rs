//! The documentation of items: the text of the document, and sentences that follow from its keywords.

use proc_macro2::TokenStream;
use quote::quote;

use super::line_wrapping::wrap;
use super::prose::{line, printable, prose};
use crate::ir::{Check, CodeClass, Constraints, Docs, FailureCode, HeaderParameter, Presence, Service, TypeDef};

/// Returns the doc attribute for paragraphs, and none if all of them are empty.
///
/// One attribute has all lines: tokens are dear where half of a crate is documentation.
pub(super) fn attributes(paragraphs: &[String]) -> TokenStream {
    let text = paragraphs.iter().map(|paragraph| paragraph.trim()).filter(|paragraph| !paragraph.is_empty());
    match wrap(&text.collect::<Vec<_>>().join("\n\n")) {
        text if text.is_empty() => TokenStream::new(),
        text => quote!(#[doc = #text]),
    }
}

/// Returns the paragraphs of an item: the text of the document, then sentences that follow from its keywords.
pub(super) fn paragraphs(docs: &Docs, limits: Option<&Constraints>) -> Vec<String> {
    vec![prose(&docs.text), notes(docs, limits)]
}

/// Returns a paragraph of sentences that follow from keywords.
pub(crate) fn notes(docs: &Docs, limits: Option<&Constraints>) -> String {
    let mut notes: Vec<String> = limits.map(describe).unwrap_or_default();
    notes.extend(docs.annotations.iter().map(|note| line(note)));
    notes.join(" ")
}

/// Returns the effect of leaving a header unset, if it has one.
pub(crate) fn absent(header: &HeaderParameter) -> Option<String> {
    match (&header.send, header.presence) {
        (Some(value), _) => Some(format!("Unless set, {} is sent.", code(value))),
        (None, Presence::Required) => Some("A call without it is refused.".to_owned()),
        (None, _) => None,
    }
}

/// Returns the paragraphs of a type. A type without a description is described by its location.
pub(super) fn of_type(definition: &TypeDef) -> Vec<String> {
    let paragraphs = paragraphs(&definition.docs, None);
    // A description can consist of Markdown marks only.
    if paragraphs.iter().all(|paragraph| paragraph.trim().is_empty()) {
        let location = definition.at.to_string();
        let component = location.strip_prefix("#/components/schemas/").filter(|rest| !rest.contains('/'));
        return vec![match component {
            Some(_) => format!("The schema {}.", code(&definition.at.last().unwrap_or_default())),
            None => format!("The schema at {}.", code(&location)),
        }];
    }
    paragraphs
}

/// Returns the part of a crate's front page about failed calls: the outcomes, and the meaning of the service's codes.
pub(crate) fn failures(service: &Service) -> Vec<String> {
    let mut paragraphs = vec![
        "# When a call fails".to_owned(),
        "[`Error::outcome`] says whether the server acted on the call, over all attempts:".to_owned(),
        "| outcome | meaning | what to do |\n\
         |---|---|---|\n\
         | [`NotSent`](Outcome::NotSent) | no attempt was sent | a new call, if [`Error::is_retryable`] |\n\
         | [`Rejected`](Outcome::Rejected) | the server did not act | a new call, if [`Error::is_retryable`]; otherwise change the request first |\n\
         | [`Unknown`](Outcome::Unknown) | the server may have acted | no new call: [resume](Error::resumable) this one, or [look up](Error::look_up) its effect |\n\
         | [`Accepted`](Outcome::Accepted) | the server acted, but its response is not readable | no new call: [look up](Error::look_up) its effect, or [resume](Error::resumable) it |"
            .to_owned(),
        "[`RetryPolicy`] has the table of responses: what each one means, and whether it leads to another attempt under the same \
         idempotency key. [`Error::is_decline`] tells a decline from other failures."
            .to_owned(),
    ];
    let categories = &service.failure.categories;
    if !categories.is_empty() {
        let digits = service.failure.code_digits.map_or_else(String::new, |digits| format!(" of {digits} digits"));
        paragraphs.push(format!("The last two digits of a reason's code{digits} are the category of the failure:"));
        paragraphs.push(codes("digits", categories));
    }
    paragraphs.extend(classes(service));
    paragraphs
}

/// Returns a table of codes and their meanings.
pub(crate) fn codes(head: &str, codes: &[FailureCode]) -> String {
    let rows = codes.iter().map(|known| {
        let bare = if known.bare { ", also alone" } else { "" };
        format!("\n| {}{bare} | {} | {} |", code(&known.code), line(&known.meaning), class(known.says).0)
    });
    let head = format!("| {head} | meaning | class |\n|---|---|---|");
    rows.fold(head, |table, row| table + &row)
}

/// Returns a table of the classes of codes that a service uses, with the outcome and the next step of each.
fn classes(service: &Service) -> Vec<String> {
    let results = service.failure.result.iter().flat_map(|result| &result.codes);
    let used: Vec<_> = service.failure.categories.iter().chain(results).map(|known| known.says).collect();
    if used.is_empty() {
        return Vec::new();
    }
    let rows = CLASSES.iter().filter(|known| used.contains(known)).map(|known| {
        let (word, outcome, next) = class(*known);
        format!("\n| {word} | {outcome} | {next} |")
    });
    let head = "| class | outcome | next step |\n|---|---|---|".to_owned();
    let doubt = "A call is in doubt if an attempt may have reached the server and no later response covers it. The client then \
         sends the call again under the same key. The same failure with the same ID is the result that the server keeps for the key.";
    vec![
        "The class of a code decides the outcome and the next step:".to_owned(),
        rows.fold(head, |table, row| table + &row),
        doubt.to_owned(),
    ]
}

/// All classes of codes.
const CLASSES: &[CodeClass] = &[
    CodeClass::Refused,
    CodeClass::Declined,
    CodeClass::Open,
    CodeClass::Locked,
    CodeClass::Denied,
    CodeClass::Unauthorized,
    CodeClass::TooMany,
];

/// Returns the word for a class of codes, the outcome, and the next step.
fn class(class: CodeClass) -> (&'static str, &'static str, &'static str) {
    match class {
        CodeClass::Refused => ("refused", "`Rejected`; in doubt `Unknown`, unless it is kept", "change the request"),
        CodeClass::Declined => {
            ("declined", "`Rejected`; in doubt `Unknown`, unless it is kept", "[`Error::is_decline`]")
        }
        CodeClass::Open => ("open", "`Unknown`", "look up the effect of the call"),
        CodeClass::Locked => ("locked", "`Unknown`; `Rejected` if it is kept", "sent again; if kept, make a new call"),
        CodeClass::Denied => ("denied", "`Rejected`; in doubt `Unknown`", "give the client other permissions"),
        CodeClass::Unauthorized => {
            ("unauthorized", "`Rejected`; in doubt `Unknown`", "sent again once, with a new token")
        }
        CodeClass::TooMany => ("too many", "`Rejected`; in doubt `Unknown`", "sent again after the requested wait"),
    }
}

/// Returns text as a code span, whatever it contains.
pub(crate) fn code(text: &str) -> String {
    Docs::code(&printable(text).replace(['\n', '\t'], " "))
}

/// Returns sentences about constraints.
fn describe(limits: &Constraints) -> Vec<String> {
    let mut sentences = describe_checks(&limits.checks, "");
    let (mut inner, mut each) = (&limits.each, "each ");
    while let Some(limits) = inner {
        sentences.extend(describe_checks(&limits.checks, each));
        (inner, each) = (&limits.each, "each inner ");
    }
    sentences
}

/// Returns a count with its noun.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("one {what}") } else { format!("{count} {what}s") }
}

fn describe_checks(checks: &[Check], each: &str) -> Vec<String> {
    match checks {
        [Check::MinLength(low), Check::MaxLength(high), rest @ ..] if low == high => {
            let exactly = format!("{each}exactly {}.", counted(*low, "character"));
            [capitalized(&exactly)].into_iter().chain(rest.iter().map(|check| describe_check(check, each))).collect()
        }
        checks => checks.iter().map(|check| describe_check(check, each)).collect(),
    }
}

fn describe_check(check: &Check, each: &str) -> String {
    let sentence = match check {
        Check::MinLength(length) => format!("{each}at least {}.", counted(*length, "character")),
        Check::MaxLength(length) => format!("{each}at most {}.", counted(*length, "character")),
        Check::Pattern(pattern) => format!("{each}matches {}.", code(pattern)),
        Check::Minimum(bound) => format!("{each}at least {bound}."),
        Check::ExclusiveMinimum(bound) => format!("{each}more than {bound}."),
        Check::Maximum(bound) => format!("{each}at most {bound}."),
        Check::ExclusiveMaximum(bound) => format!("{each}less than {bound}."),
        Check::MultipleOf(bound) => format!("{each}a multiple of {bound}."),
        Check::MinItems(count) => format!("{each}at least {}.", counted(*count, "element")),
        Check::MaxItems(count) => format!("{each}at most {}.", counted(*count, "element")),
        Check::UniqueItems => format!("{each}without repeated elements."),
        Check::MinProperties(count) => format!("{each}at least {}.", counted(*count, "member")),
        Check::MaxProperties(count) => format!("{each}at most {}.", counted(*count, "member")),
    };
    capitalized(&sentence)
}

fn capitalized(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
