//! Checks the scalars of the text.
//!
//! The tree does not show which of them are quoted. YAML 1.1 and 1.2 disagree about those that are not, and so do parsers.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde::de::IgnoredAny;

use super::findings::{Edit, Findings};
use super::rules::Rule;
use crate::document::Pointer;
use crate::source::{Source, locations};

/// A scalar in a text.
pub(super) struct Scalar<'t> {
    /// The node, or the member whose key it is.
    pub(super) at: Pointer,
    pub(super) is_key: bool,
    pub(super) style: ScalarStyle,
    /// Its text without quotes.
    pub(super) text: Cow<'t, str>,
    /// Where it stands, with its quotes.
    pub(super) range: Range<usize>,
}

/// Visits all scalars of a text, as far as it is YAML, but for those that have a tag or an anchor.
pub(super) fn scan<'t>(text: &'t str, visit: &mut impl FnMut(Scalar<'t>)) {
    let mut walk = Walk { stack: Vec::new(), offsets: Offsets { text, at: (0, 0) } };
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { return };
        match event {
            Event::MappingStart(..) => walk.begin(|at| Frame::Mapping { at, key: None }),
            Event::SequenceStart(..) => walk.begin(|at| Frame::List { at, index: 0 }),
            Event::MappingEnd | Event::SequenceEnd => walk.end(),
            Event::Alias(_) => {
                walk.pass("");
            }
            Event::Scalar(value, style, anchor, tag) => {
                let place = walk.pass(&value);
                if let (Some((at, is_key)), 0, None) = (place, anchor, tag) {
                    let range = walk.offsets.range(span, style, &value);
                    range.into_iter().for_each(|range| {
                        visit(Scalar { at: at.clone(), is_key, style, text: value.clone(), range });
                    });
                }
            }
            Event::DocumentEnd => return,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
    }
}

/// The way down to the next node.
struct Walk<'t> {
    stack: Vec<Frame>,
    offsets: Offsets<'t>,
}

enum Frame {
    Mapping {
        at: Pointer,
        /// The member whose value comes next.
        key: Option<Pointer>,
    },
    List {
        at: Pointer,
        index: usize,
    },
    /// A key that is no scalar, and what is in it.
    Nowhere,
}

impl Walk<'_> {
    /// Returns a node that says `text` if it is a scalar: its place, and whether it is a key.
    fn pass(&mut self, text: &str) -> Option<(Pointer, bool)> {
        match self.stack.last_mut() {
            None => Some((Pointer::root(), false)),
            Some(Frame::Mapping { at, key }) => Some(match key.take() {
                Some(member) => (member, false),
                None => {
                    let member = at.join(text);
                    *key = Some(member.clone());
                    (member, true)
                }
            }),
            Some(Frame::List { at, index }) => {
                *index += 1;
                Some((at.join(*index - 1), false))
            }
            Some(Frame::Nowhere) => None,
        }
    }

    fn begin(&mut self, frame: impl FnOnce(Pointer) -> Frame) {
        let frame = match self.pass("") {
            Some((at, false)) => frame(at),
            Some((_, true)) | None => Frame::Nowhere,
        };
        self.stack.push(frame);
    }

    fn end(&mut self) {
        self.stack.pop();
    }
}

/// Offsets in bytes of places that are counted in characters, from the first to the last.
struct Offsets<'t> {
    text: &'t str,
    /// The last place, in characters and in bytes.
    at: (usize, usize),
}

impl Offsets<'_> {
    fn of(&mut self, characters: usize) -> Option<usize> {
        let (before, bytes) = if characters < self.at.0 { (0, 0) } else { self.at };
        let rest = self.text.get(bytes..)?;
        let more = characters - before;
        let end = match rest.char_indices().nth(more) {
            Some((end, _)) => end,
            None => rest.len(),
        };
        self.at = (characters, bytes + end);
        Some(bytes + end)
    }

    /// Returns where a scalar of one line stands; `None` for one that is spelt in another way.
    fn range(&mut self, span: Span, style: ScalarStyle, value: &str) -> Option<Range<usize>> {
        let (start, end) = (self.of(span.start.index())?, self.of(span.end.index())?);
        let token = self.text.get(start..end)?;
        match style {
            // Behind it there may be blanks, which are counted in.
            ScalarStyle::Plain => token.starts_with(value).then(|| start..start + value.len()),
            ScalarStyle::SingleQuoted => quoted(token, '\'').then_some(start..end),
            ScalarStyle::DoubleQuoted => quoted(token, '"').then_some(start..end),
            ScalarStyle::Literal | ScalarStyle::Folded => None,
        }
    }
}

fn quoted(token: &str, quote: char) -> bool {
    token.len() > 1 && token.starts_with(quote) && token.ends_with(quote) && !token.contains(['\n', '\r'])
}

/// Returns whether a text is JSON, where all text is in quotes.
pub(super) fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

pub(super) fn check(source: &Source, findings: &mut Findings) {
    if is_json(source.text()) {
        return;
    }
    let mut found = Vec::new();
    scan(source.text(), &mut |scalar| {
        if scalar.style == ScalarStyle::Plain
            && let Some(meaning) = meaning(&scalar.text, scalar.is_key)
        {
            found.push((scalar, meaning));
        }
    });
    let offsets: Vec<_> = found.iter().map(|(scalar, _)| scalar.range.start).collect();
    for ((scalar, meaning), place) in found.iter().zip(locations(source.text(), &offsets)) {
        let what = if scalar.is_key { "the key " } else { "" };
        let message = format!("{what}`{}` is text here, and {meaning} to some readers of YAML", scalar.text);
        let help = format!("quote it: '{}'", scalar.text);
        findings.add(Rule::AmbiguousScalar, &scalar.at, message).location(place).help(help);
        let edit = if scalar.is_key { Edit::QuoteKey } else { Edit::QuoteValue };
        findings.fix(Rule::AmbiguousScalar, &scalar.at, edit);
    }
}

/// Returns what some readers take a scalar for that is text to the reader of this document, as keys always are.
fn meaning(text: &str, is_key: bool) -> Option<&'static str> {
    const TRUTHS: &[&str] = &["y", "yes", "n", "no", "on", "off"];
    const KEYS: &[(&str, &str)] =
        &[("true", "a truth value"), ("false", "a truth value"), ("null", "null"), ("~", "null")];
    let is_in_one_case = ["", "Y", "N", "O"].iter().any(|first| {
        let rest = text.strip_prefix(first).unwrap_or(text);
        rest.chars().all(char::is_lowercase)
    }) || text.chars().all(char::is_uppercase);
    let lower = text.to_lowercase();
    if is_in_one_case && TRUTHS.contains(&lower.as_str()) {
        return Some("a truth value");
    }
    if is_date(text) {
        return Some("a date");
    }
    if is_number_of_1_1(text) {
        return Some("a number");
    }
    if !is_key {
        return None;
    }
    let word = KEYS.iter().find(|(word, _)| *word == lower).map(|(_, meaning)| *meaning);
    word.or_else(|| is_number(text).then_some("a number"))
}

/// Returns whether a text is a date such as `2017-03-01`, alone or in front of a time.
fn is_date(text: &str) -> bool {
    let Some((day, time)) = text.split_at_checked(10) else { return false };
    let is_day = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let is_of_time = |c: char| c.is_ascii_digit() || ":.+-Zz ".contains(c);
    is_day
        && (time.is_empty()
            || time.starts_with(['T', 't', ' ']) && time.contains(':') && time[1..].chars().all(is_of_time))
}

/// Numbers that only YAML 1.1 knows: octal by a zero in front, in base 60, with underscores.
fn is_number_of_1_1(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_octal = digits.len() > 1 && digits.starts_with('0') && is_digits(digits);
    let is_grouped = digits.contains('_')
        && digits.starts_with(|c: char| ('1'..='9').contains(&c))
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut parts = digits.split(':');
    let is_leading = parts.next().is_some_and(|first| is_digits(first) && !first.starts_with('0'));
    let mut rest = parts.peekable();
    let is_sexagesimal = is_leading
        && rest.peek().is_some()
        && rest.all(|part| is_digits(part) && part.len() <= 2 && part.parse::<u8>().is_ok_and(|part| part < 60));
    text.len() - digits.len() <= 1 && (is_octal || is_grouped || is_sexagesimal)
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_found_where_they_stand() {
        let text = "a: No # no\n\"é\": {on: [x, 'y', \"z\"], ? [k] : w}\nb: &c v\nd: *c\ne: |\n  No\nf: two\n  lines\n200: 'it''s'\n";
        let mut found = Vec::new();
        scan(text, &mut |scalar| {
            let key = if scalar.is_key { "key " } else { "" };
            found.push(format!("{key}{} {}", scalar.at, &text[scalar.range]));
        });
        let expected = "\
key #/a a|#/a No|key #/é \"é\"|key #/é/on on|#/é/on/0 x|#/é/on/1 'y'|#/é/on/2 \"z\"|#/é/ w|key #/b b|key #/d d|key #/e e|\
key #/f f|key #/200 200|#/200 'it''s'";
        assert_eq!(found.join("|"), expected);
    }

    #[test]
    fn broken_texts_end_the_walk_without_harm() {
        for text in ["", "a: [", "a: b: c", "? ", "- - -", "*a", "\u{feff}a: 1", "a: \"\\q\"", "--- a\n--- b", "\t"] {
            scan(text, &mut |_| {});
        }
    }

    #[test]
    fn scalars_that_readers_disagree_about() {
        for text in
            ["yes", "No", "ON", "off", "y", "N", "2017-03-01", "2017-03-01 11:30:37", "007", "1:30", "1_000", "-012"]
        {
            assert!(meaning(text, false).is_some(), "{text}");
        }
        for text in [
            "yEs",
            "nope",
            "2017-03",
            "2017-03-01x",
            "0",
            "10",
            "1.5",
            "12:61",
            "08:30",
            "_1",
            "a:1",
            "true",
            "200",
            "",
        ] {
            assert!(meaning(text, false).is_none(), "{text}");
        }
        for text in ["200", "1.5", "true", "Null", "~", "2017-03-01", "no"] {
            assert!(meaning(text, true).is_some(), "{text}");
        }
        for text in ["4XX", "default", "a", "-", ".", "inf", "nan"] {
            assert!(meaning(text, true).is_none(), "{text}");
        }
    }
}
