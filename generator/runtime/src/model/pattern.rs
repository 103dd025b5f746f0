//! Regular expressions of contracts.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;

/// Whether a pattern matches somewhere in a text; `None` when the pattern itself is no regular expression.
pub(crate) fn matches(pattern: &'static str, text: &str) -> Option<bool> {
    compiled(pattern).map(|regex| regex.is_match(text))
}

/// Patterns are compiled once, and for good: they are statics, so there are only so many.
fn compiled(pattern: &'static str) -> Option<&'static Regex> {
    static COMPILED: Mutex<BTreeMap<&'static str, Option<&'static Regex>>> = Mutex::new(BTreeMap::new());

    let compile = || Regex::new(pattern).ok().map(|regex| &*Box::leak(Box::new(regex)));
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    *compiled.entry(pattern).or_insert_with(compile)
}

/// Whether a pattern takes UUIDs. It is tried once, with one that has every digit: a pattern tells digits apart by their kind.
pub(crate) fn takes_uuids(pattern: &'static str) -> bool {
    static TAKES: Mutex<BTreeMap<&'static str, bool>> = Mutex::new(BTreeMap::new());

    let try_one = || matches(pattern, "01234567-89ab-4cde-8f01-23456789abcd") == Some(true);
    *TAKES.lock().unwrap_or_else(PoisonError::into_inner).entry(pattern).or_insert_with(try_one)
}

/// Why a text is refused, if it is.
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
    fn a_broken_pattern_refuses_every_text() {
        assert_eq!(matches("(", "a"), None);
        assert!(refusal("(", "a").unwrap().contains("no regular expression"));
    }
}
