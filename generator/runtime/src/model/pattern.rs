//! Regular expressions of contracts.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;

/// Whether a pattern matches somewhere in a text; `None` when the pattern itself is no regular expression.
pub(crate) fn matches(pattern: &'static str, text: &str) -> Option<bool> {
    compiled(pattern).map(|regex| regex.is_match(text))
}

/// Patterns are compiled once: they are statics, so there are only so many. A clone is another handle to the same one.
fn compiled(pattern: &'static str) -> Option<Regex> {
    static COMPILED: Mutex<BTreeMap<&'static str, Option<Regex>>> = Mutex::new(BTreeMap::new());

    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    compiled.entry(pattern).or_insert_with(|| Regex::new(pattern).ok()).clone()
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
