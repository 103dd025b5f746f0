//! What an item's documentation says: the document's own words, and what follows from its keywords.

use proc_macro2::TokenStream;
use quote::quote;

use super::prose::{line, printable, prose};
use super::wrap::wrap;
use crate::ir::{Check, CodeClass, Constraints, Docs, FailureCode, HeaderParameter, Presence, Service, TypeDef};

/// Returns the doc attributes for some prose, or none for none.
pub(super) fn attributes(paragraphs: &[String]) -> TokenStream {
    let text = paragraphs.iter().map(|paragraph| paragraph.trim()).filter(|paragraph| !paragraph.is_empty());
    let text = wrap(&text.collect::<Vec<_>>().join("\n\n"));
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// Returns the paragraphs of an item: what the document says, then what follows from its keywords.
pub(super) fn paragraphs(docs: &Docs, limits: Option<&Constraints>) -> Vec<String> {
    vec![prose(&docs.text), notes(docs, limits)]
}

/// Returns what follows from keywords, in a paragraph.
pub(crate) fn notes(docs: &Docs, limits: Option<&Constraints>) -> String {
    let mut notes: Vec<String> = limits.map(describe).unwrap_or_default();
    notes.extend(docs.annotations.iter().map(|note| line(note)));
    notes.join(" ")
}

/// Returns what happens without a header, if anything.
pub(crate) fn absent(header: &HeaderParameter) -> Option<String> {
    match (&header.send, header.presence) {
        (Some(value), _) => Some(format!("Unless set, {} is sent.", code(value))),
        (None, Presence::Required) => Some("A call without it is refused.".to_owned()),
        (None, _) => None,
    }
}

/// Returns the paragraphs of a type; one that the document says nothing of is described by its place.
pub(super) fn of_type(definition: &TypeDef) -> Vec<String> {
    let told = paragraphs(&definition.docs, None);
    // What a document says may be nothing but a mark.
    if told.iter().all(|paragraph| paragraph.trim().is_empty()) {
        let place = definition.at.to_string();
        let component = place.strip_prefix("#/components/schemas/").filter(|rest| !rest.contains('/'));
        return vec![match component {
            Some(_) => format!("The schema {}.", code(&definition.at.last().unwrap_or_default())),
            None => format!("The schema at {}.", code(&place)),
        }];
    }
    told
}

/// Returns what a crate's front page says about calls that fail: what to do, and what the service's own codes mean.
pub(crate) fn failures(service: &Service) -> Vec<String> {
    let mut paragraphs = vec![
        "# When a call fails".to_owned(),
        "[`Error::outcome`] says what became of the call on the server, over all of its attempts:".to_owned(),
        "| outcome | what it means | what to do |\n\
         |---|---|---|\n\
         | [`NotSent`](Outcome::NotSent) | the call was not sent, so nothing can have happened | a new call, if [`Error::is_retryable`] |\n\
         | [`Rejected`](Outcome::Rejected) | the server did not act | a new call, if [`Error::is_retryable`]; otherwise it has to change first |\n\
         | [`Unknown`](Outcome::Unknown) | the server may have acted | no new call: [resume](Error::resumable) this one, or [look up](Error::look_up) what became of it |\n\
         | [`Accepted`](Outcome::Accepted) | the server acted, its answer cannot be read | no new call: [look up](Error::look_up) what became of it, or [resume](Error::resumable) it |"
            .to_owned(),
        "[`RetryPolicy`] has the table of what each response means and of what leads to another attempt, under the same \
         idempotency key. [`Error::is_decline`] tells a decline from other failures."
            .to_owned(),
    ];
    let categories = &service.failure.categories;
    if !categories.is_empty() {
        let digits = service.failure.code_digits.map_or_else(String::new, |digits| format!(" of {digits} digits"));
        paragraphs.push(format!("The last two digits of a reason's code{digits} say what kind of failure it is:"));
        paragraphs.push(codes("digits", categories));
    }
    paragraphs.extend(classes(service));
    paragraphs
}

/// Returns what codes mean, as a table.
pub(crate) fn codes(head: &str, codes: &[FailureCode]) -> String {
    let rows = codes.iter().map(|known| {
        let bare = if known.bare { ", also alone" } else { "" };
        format!("\n| {}{bare} | {} | {} |", code(&known.code), line(&known.meaning), class(known.says).0)
    });
    let head = format!("| {head} | meaning | says |\n|---|---|---|");
    rows.fold(head, |table, row| table + &row)
}

/// Returns what the codes of a service say about a call, and what follows.
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
    let head = "| says | outcome | what follows |\n|---|---|---|".to_owned();
    let doubt = "A call is in doubt when an attempt may have reached the server and nothing that came later covers it. The server \
         is asked again then, under the same key: if it sends the same failure with the same ID, that is what it keeps for the call.";
    vec!["What a code says about the call:".to_owned(), rows.fold(head, |table, row| table + &row), doubt.to_owned()]
}

/// All that codes can say.
const CLASSES: &[CodeClass] = &[
    CodeClass::Refused,
    CodeClass::Declined,
    CodeClass::Open,
    CodeClass::Locked,
    CodeClass::Denied,
    CodeClass::Unauthorized,
    CodeClass::TooMany,
];

/// Returns what a code says about a call: in a word, as an outcome, and what follows.
fn class(class: CodeClass) -> (&'static str, &'static str, &'static str) {
    match class {
        CodeClass::Refused => {
            ("refused", "`Rejected`; in doubt `Unknown`, unless it is kept", "the call has to change")
        }
        CodeClass::Declined => {
            ("declined", "`Rejected`; in doubt `Unknown`, unless it is kept", "[`Error::is_decline`]")
        }
        CodeClass::Open => ("open", "`Unknown`", "look up what became of the call"),
        CodeClass::Locked => {
            ("locked", "`Unknown`; `Rejected` if it is kept", "asked again; if kept, a new call makes sense")
        }
        CodeClass::Denied => ("denied", "`Rejected`; in doubt `Unknown`", "the client needs other rights"),
        CodeClass::Unauthorized => {
            ("unauthorized", "`Rejected`; in doubt `Unknown`", "sent again once, with a new token")
        }
        CodeClass::TooMany => {
            ("too many", "`Rejected`; in doubt `Unknown`", "sent again after the wait that is asked for")
        }
    }
}

/// Returns text as a code span, whatever it contains.
pub(crate) fn code(text: &str) -> String {
    Docs::code(&printable(text).replace(['\n', '\t'], " "))
}

/// Returns what limits say, as sentences.
fn describe(limits: &Constraints) -> Vec<String> {
    let mut sentences = describe_checks(&limits.checks, "");
    let (mut inner, mut each) = (&limits.each, "each ");
    while let Some(limits) = inner {
        sentences.extend(describe_checks(&limits.checks, each));
        (inner, each) = (&limits.each, "each inner ");
    }
    sentences
}

/// Returns how many there are of something.
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
