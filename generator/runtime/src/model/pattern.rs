//! Regular expressions of contracts.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;

/// A pattern that was compiled.
struct Compiled {
    /// `None` when the pattern is no regular expression.
    regex: Option<&'static Regex>,
    /// Codes that have matched, as far as there is room.
    codes: Vec<[u8; CODE]>,
}

/// The length of codes of currencies. A client sends few of them, and to match one anew takes longer than all other checks of a request.
const CODE: usize = 3;

/// More currencies than most clients use.
const MOST_CODES: usize = 32;

/// Patterns are compiled once, and for good: they are statics, so there are only so many.
static COMPILED: Mutex<BTreeMap<&'static str, Compiled>> = Mutex::new(BTreeMap::new());

/// Returns whether a pattern matches somewhere in a text; `None` when the pattern itself is no regular expression.
pub(crate) fn matches(pattern: &'static str, text: &str) -> Option<bool> {
    // Letters only: digits may be a secret, which must not stay here.
    let code = <[u8; CODE]>::try_from(text.as_bytes()).ok().filter(|code| code.iter().all(u8::is_ascii_alphabetic));
    let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let compile =
        || Compiled { regex: Regex::new(pattern).ok().map(|regex| &*Box::leak(Box::new(regex))), codes: Vec::new() };
    let compiled = all.entry(pattern).or_insert_with(compile);
    if code.is_some_and(|code| compiled.codes.contains(&code)) {
        return Some(true);
    }
    let regex = compiled.regex?;
    let Some(code) = code else {
        drop(all);
        return Some(regex.is_match(text));
    };
    let is_match = regex.is_match(text);
    if is_match && compiled.codes.len() < MOST_CODES {
        compiled.codes.push(code);
    }
    Some(is_match)
}

/// Returns whether a pattern takes UUIDs. It is tried once, with one that has every digit: a pattern tells digits apart by their kind.
pub(crate) fn takes_uuids(pattern: &'static str) -> bool {
    static TAKES: Mutex<BTreeMap<&'static str, bool>> = Mutex::new(BTreeMap::new());

    let try_one = || matches(pattern, "01234567-89ab-4cde-8f01-23456789abcd") == Some(true);
    *TAKES.lock().unwrap_or_else(PoisonError::into_inner).entry(pattern).or_insert_with(try_one)
}

/// Returns why a text is refused, if it is.
pub(crate) fn refusal(pattern: &'static str, text: &str) -> Option<String> {
    match matches(pattern, text) {
        Some(true) => None,
        Some(false) => Some(format!("does not match the pattern {pattern}")),
        None => Some(format!("cannot be checked against the pattern {pattern}, which is no regular expression")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_anywhere_unless_anchored() {
        assert_eq!(matches("b+", "abbc"), Some(true));
        assert_eq!(matches("^b+$", "abbc"), Some(false));
        assert_eq!(matches("^b+$", "bb"), Some(true));
    }

    #[test]
    fn a_code_that_has_matched_matches_again_and_another_is_looked_at() {
        for (text, expected) in
            [("USD", true), ("USD", true), ("usd", false), ("USD", true), ("EUR", true), ("US1", false)]
        {
            assert_eq!(matches("^[A-Z]{3}$", text), Some(expected), "{text}");
        }
        assert_eq!(matches("^USD$", "EUR"), Some(false));
    }

    #[test]
    fn a_broken_pattern_refuses_every_text() {
        assert_eq!(matches("(", "a"), None);
        assert!(refusal("(", "a").unwrap().contains("no regular expression"));
    }
}
