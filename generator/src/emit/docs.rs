//! Prose becomes rustdoc: CommonMark stays CommonMark, but nothing in it may become a test, a broken link or markup.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Check, Docs, FailureOutcome, HeaderParameter, Limits, Presence, Retry, Service, TypeDef};

/// The doc attributes for some prose, or none for none.
pub(super) fn attributes(paragraphs: &[String]) -> TokenStream {
    let text = paragraphs.iter().map(|paragraph| paragraph.trim()).filter(|paragraph| !paragraph.is_empty());
    let text = text.collect::<Vec<_>>().join("\n\n");
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// The paragraphs of an item: what the document says, then what follows from its keywords.
pub(super) fn paragraphs(docs: &Docs, limits: Option<&Limits>) -> Vec<String> {
    let mut paragraphs = vec![prose(&docs.text)];
    let mut notes: Vec<String> = limits.map(describe).unwrap_or_default();
    notes.extend(docs.notes.iter().map(|note| prose(note)));
    paragraphs.push(notes.join(" "));
    paragraphs
}

/// What happens without a header, if anything.
pub(super) fn absent(header: &HeaderParameter) -> Option<String> {
    match (&header.send, header.presence) {
        (Some(value), _) => Some(format!("Unless set, {} is sent.", code(value))),
        (None, Presence::Required) => Some("A call without it is refused.".to_owned()),
        (None, _) => None,
    }
}

/// The paragraphs of a type; one that the document says nothing of is described by its place.
pub(super) fn of_type(definition: &TypeDef) -> Vec<String> {
    if definition.docs.text.trim().is_empty() && definition.docs.notes.is_empty() {
        let place = definition.at.to_string();
        let component = place.strip_prefix("#/components/schemas/").filter(|rest| !rest.contains('/'));
        return vec![match component {
            Some(_) => format!("The schema `{}`.", definition.at.last().unwrap_or_default()),
            None => format!("The schema at `{place}`."),
        }];
    }
    paragraphs(&definition.docs, None)
}

/// What a crate's front page says about calls that fail: what to do, and what the service's own codes mean.
pub(super) fn failures(service: &Service) -> Vec<String> {
    let mut paragraphs = vec![
        "# When a call fails".to_owned(),
        "[`Error::outcome`] says what became of the call on the server, over all of its attempts:".to_owned(),
        "| outcome | what it means | what to do |\n\
         |---|---|---|\n\
         | [`NotSent`](Outcome::NotSent) | the call was not sent, so nothing can have happened | a new call, if [`Error::is_retryable`] |\n\
         | [`Rejected`](Outcome::Rejected) | the server did not act | a new call, if [`Error::is_retryable`]; otherwise it has to change first |\n\
         | [`Unknown`](Outcome::Unknown) | the server may have acted | no new call: [resume](Error::resumable) this one, or look up what became of it |\n\
         | [`Accepted`](Outcome::Accepted) | the server acted, its answer cannot be read | no new call: look up what became of it, or [resume](Error::resumable) it |"
            .to_owned(),
        "[`RetryPolicy`] has the table of what leads to another attempt, under the same idempotency key.".to_owned(),
    ];
    let categories = &service.failure.categories;
    if !categories.is_empty() {
        paragraphs.push("The last two digits of a reason's code say what kind of failure it is:".to_owned());
        let rows = categories.iter().map(|known| {
            let outcome = match known.outcome {
                FailureOutcome::Rejected => "`Rejected`",
                FailureOutcome::Unknown => "`Unknown`",
            };
            let new_call = match (known.outcome, known.retry) {
                (FailureOutcome::Unknown, _) | (_, Retry::Never) => "no",
                (_, Retry::NewCall) => "makes sense",
                (_, Retry::NewToken) => "with another token",
                (_, Retry::SameKey) => "after a while",
            };
            format!("\n| {} | {} | {outcome} | {new_call} |", code(&known.code), prose(&known.meaning))
        });
        let head = "| digits | meaning | outcome | a new call |\n|---|---|---|---|".to_owned();
        paragraphs.push(rows.fold(head, |table, row| table + &row));
    }
    paragraphs
}

/// CommonMark made safe for rustdoc.
pub(super) fn prose(text: &str) -> String {
    let mut block = Block::Text;
    let mut lines: Vec<String> = logical_lines(text).iter().map(|line| block.line(line)).collect();
    if let Block::Fence(open) = block {
        lines.push(open.to_owned());
    }
    lines.join("\n")
}

/// The marks that open and close fences.
const FENCES: [&str; 2] = ["```", "~~~"];

/// The lines of some text. A code span that goes on over several is brought onto one, which CommonMark reads alike.
fn logical_lines(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.lines().map(|line| printable(line).trim_end().to_owned()).collect();
    let ends_text = |line: &str| {
        let start = line.trim_start();
        start.is_empty()
            || start.starts_with('>')
            || item_mark(start).is_some()
            || FENCES.iter().any(|mark| start.starts_with(mark))
    };
    let mut logical = Vec::new();
    let mut fence = None;
    let mut rest = lines.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let mark = FENCES.into_iter().find(|mark| first.trim_start().starts_with(mark));
        let is_code = mark.is_some() || fence.is_some();
        fence = match (fence, mark) {
            (None, mark) => mark,
            (Some(open), Some(mark)) if open == mark => None,
            (open, _) => open,
        };
        let goes_on = if is_code { 0 } else { others.iter().take_while(|line| !ends_text(line)).count() };
        let joined = |count: usize| {
            let others = others[..count].iter().map(|line| line.trim_start());
            std::iter::once(first.as_str()).chain(others).collect::<Vec<_>>().join(" ")
        };
        // One that never closes is no code span, and its lines stay as they are.
        let count = (0..=goes_on).find(|count| !ends_in_code_span(&joined(*count))).unwrap_or(0);
        logical.push(joined(count));
        rest = &others[count..];
    }
    logical
}

/// Whether a code span is open where the line ends.
fn ends_in_code_span(line: &str) -> bool {
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let from = &rest[start..];
        match code_span_length(from) {
            Some(length) => rest = &from[length..],
            None => return true,
        }
    }
    false
}

/// Where the lines read so far have led.
enum Block {
    /// Into a paragraph, or between two.
    Text,
    /// Into an item of a list whose text begins at this column.
    Item(usize),
    /// Into a fence, with the mark that closes it.
    Fence(&'static str),
}

impl Block {
    /// The next line made safe.
    fn line(&mut self, line: &str) -> String {
        let start = line.trim_start();
        let indent = line.len() - start.len();
        let mark = FENCES.into_iter().find(|mark| start.starts_with(mark));
        match (&*self, mark) {
            (Self::Fence(open), Some(mark)) if *open == mark => {
                *self = Self::Text;
                mark.to_owned()
            }
            (Self::Fence(_), _) => line.to_owned(),
            (_, Some(mark)) => {
                *self = Self::Fence(mark);
                // A fence without a language would be compiled as a test.
                format!("{mark}text")
            }
            (_, None) => self.text(indent, start),
        }
    }

    /// A line outside fences. What goes on from an item's text is indented like it, as clippy wants it.
    fn text(&mut self, indent: usize, start: &str) -> String {
        // Four spaces would begin a code block, and rustdoc would compile it.
        let mut indent = indent.min(3);
        match (item_mark(start), &*self) {
            (Some(mark), _) => *self = Self::Item(indent + mark),
            (None, Self::Item(column)) if !start.is_empty() && !start.starts_with(['#', '>', '|']) => indent = *column,
            (None, _) => *self = Self::Text,
        }
        " ".repeat(indent) + &inline(start)
    }
}

/// The length of the mark of a list's item, with the space behind it.
fn item_mark(start: &str) -> Option<usize> {
    let digits = start.len() - start.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = if digits > 0 { start[digits..].starts_with(['.', ')']) } else { start.starts_with(['-', '*', '+']) };
    (mark && start[digits + 1..].starts_with(' ')).then_some(digits + 2)
}

/// One line outside fences: HTML and brackets are escaped except in code spans and in links that have a target.
///
/// Runs of spaces become one: behind a list's or a quote's mark they would begin a code block.
fn inline(line: &str) -> String {
    let words: Vec<_> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    let mut escaped = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(start) = rest.find('`') {
        let (text, from) = rest.split_at(start);
        escape_text(text, &mut escaped);
        let taken = match code_span_length(from) {
            Some(length) => {
                escaped.push_str(&from[..length]);
                length
            }
            None => {
                escaped.push_str("\\`");
                1
            }
        };
        rest = &from[taken..];
    }
    escape_text(rest, &mut escaped);
    escaped
}

/// The length of the code span that begins here: as many backticks close it as open it.
fn code_span_length(from: &str) -> Option<usize> {
    let ticks = from.len() - from.trim_start_matches('`').len();
    let mut at = ticks;
    while let Some(start) = from[at..].find('`') {
        let run = &from[at + start..];
        let length = run.len() - run.trim_start_matches('`').len();
        at += start + length;
        if length == ticks {
            return Some(at);
        }
    }
    None
}

/// A line without tabs, and without characters that show nothing or turn the text around.
fn printable(line: &str) -> String {
    let is_bidirectional = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = line.replace('\t', "    ").replace('\r', " ");
    shown.chars().filter(|c| !c.is_control() && !is_bidirectional(*c)).collect()
}

/// Text as a code span, whatever is in it.
pub(super) fn code(text: &str) -> String {
    crate::ir::Docs::code(&printable(&text.replace('\n', " ")))
}

fn escape_text(text: &str, escaped: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '[', ']', '~', 'h']) {
        let (before, from) = rest.split_at(at);
        escaped.push_str(before);
        let taken = if let Some(url) = bare_url(from, before) {
            escaped.push_str(&format!("<{url}>"));
            url.len()
        } else if let Some(length) = whole_link(from) {
            escaped.push_str(&from[..length]);
            length
        } else {
            // Three tildes could open a fence behind a list's or a quote's mark; one or two are text.
            if !from.starts_with('h') && (!from.starts_with('~') || from.starts_with("~~~")) {
                escaped.push('\\');
            }
            escaped.push_str(&from[..1]);
            1
        };
        rest = &from[taken..];
    }
    escaped.push_str(rest);
}

/// The URL that begins here in plain text.
fn bare_url<'a>(from: &'a str, before: &str) -> Option<&'a str> {
    let is_url = from.starts_with("https://") || from.starts_with("http://");
    if !is_url || before.ends_with(char::is_alphanumeric) {
        return None;
    }
    let end = from.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ')' | ']' | '"')).unwrap_or(from.len());
    Some(from[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']))
}

/// The length of `[text](target)` or `<https://..>` where one begins here.
fn whole_link(from: &str) -> Option<usize> {
    if from.starts_with("<https://") || from.starts_with("<http://") {
        return from.find('>').map(|end| end + 1);
    }
    let text = from.strip_prefix('[')?;
    let close = text.find(']')?;
    let target = text[close + 1..].strip_prefix('(')?;
    let absolute = target.starts_with("https://") || target.starts_with("http://");
    let end = target.find(')')?;
    let absolute = absolute && !target[..end].contains([' ', '<', '>']);
    (absolute && !text[..close].contains('[')).then_some(1 + close + 2 + end + 1)
}

/// What limits say, as sentences.
fn describe(limits: &Limits) -> Vec<String> {
    let mut sentences = describe_checks(&limits.checks, "");
    let (mut inner, mut each) = (&limits.each, "each ");
    while let Some(limits) = inner {
        sentences.extend(describe_checks(&limits.checks, each));
        (inner, each) = (&limits.each, "each inner ");
    }
    sentences
}

/// How many there are of something.
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

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn a_code_span_over_two_lines_stays_one() {
        assert_eq!(prose("the path `GET\n/a/{b}`, which\nis [c]"), "the path `GET /a/{b}`, which\nis \\[c\\]");
        assert_eq!(prose("an odd ` and\nno more\n\nnext ` one"), "an odd \\` and\nno more\n\nnext \\` one");
        assert_eq!(prose("```\na ` b\nc ` d\n```"), "```text\na ` b\nc ` d\n```");
        assert_eq!(prose("- one `a\n  b`\n- two ` c\n- three ` d"), "- one `a b`\n- two \\` c\n- three \\` d");
    }

    #[test]
    fn nothing_in_prose_becomes_a_test_or_a_link() {
        assert_eq!(prose("a [b] `[c]` <i>d</i>"), "a \\[b\\] `[c]` \\<i>d\\</i>");
        assert_eq!(prose("see https://example.com/a."), "see <https://example.com/a>.");
        assert_eq!(prose("[a](https://example.com)"), "[a](https://example.com)");
        assert_eq!(prose("```\nlet a = 1;\n```"), "```text\nlet a = 1;\n```");
        assert_eq!(prose("```rust\nopen"), "```text\nopen\n```");
        assert_eq!(prose("      deep"), "   deep");
        assert_eq!(prose("> ```rust\n>     deep"), "> \\`\\`\\`rust\n> deep");
        assert_eq!(prose("- ~~~\n* a  `b`"), "- \\~~~\n* a `b`");
        assert_eq!(prose("- a\nb\n  1. c\nd\n\ne"), "- a\n  b\n  1. c\n     d\n\ne");
        assert_eq!(prose("an odd ` tick"), "an odd \\` tick");
        assert_eq!(prose("``a ` b`` <i>"), "``a ` b`` \\<i>");
        assert_eq!(prose("\ta\rb\u{202e}c"), "   a bc");
        assert_eq!(prose("the h of https"), "the h of https");
    }
}
