//! One change, and what becomes of it.

use std::hash::Hasher;

use siphasher::sip::SipHasher24;

use super::policy::{Direction, Rule, Verdict};
use crate::document::Pointer;

/// One difference between two documents.
#[derive(Debug, Clone)]
pub struct Change {
    /// What kind of change it is.
    pub rule: Rule,
    /// Which way goes what has changed.
    pub way: Direction,
    /// What has changed, by its names in the document, such as `Order.status`.
    pub subject: String,
    /// The same by its path in Rust, such as `Order::status`; nothing where Rust has no item for it.
    pub rust: Option<String>,
    /// What it was, and what it is.
    pub detail: Detail,
    /// Where it stands.
    pub at: ChangeLocation,
}

/// What something was, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Nothing to be told in a line.
    None,
    /// This is new.
    Now(String),
    /// This is gone.
    Was(String),
    /// This was, and that is.
    Both(String, String),
}

/// The document that shows a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeLocation {
    /// The one before, since nothing is left of it.
    Old(Pointer),
    /// The one after.
    New(Pointer),
}

impl Change {
    /// Returns what it means.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.rule.verdict(self.way)
    }

    /// Returns what it is known by, as long as the same thing changes in the same way: ten digits that do not depend on
    /// where in the document something stands.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // A keyed hash whose result is laid down by a paper, and so is the same in every version and on every machine.
        let mut hasher = SipHasher24::new();
        let (was, is) = match &self.detail {
            Detail::None => ("", ""),
            Detail::Now(is) => ("", is.as_str()),
            Detail::Was(was) => (was.as_str(), ""),
            Detail::Both(was, is) => (was.as_str(), is.as_str()),
        };
        for part in [self.rule.id(), self.way.as_str(), &self.subject, was, is] {
            hasher.write(part.as_bytes());
            // No text has it, so that two neighbours cannot pass letters to each other.
            hasher.write_u8(0xff);
        }
        format!("{:010x}", hasher.finish() >> 24)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(subject: &str, detail: Detail, at: &str) -> Change {
        let at = ChangeLocation::New(Pointer::parse(at).unwrap());
        Change { rule: Rule::FieldRequired, way: Direction::Sent, subject: subject.to_owned(), rust: None, detail, at }
    }

    #[test]
    fn a_fingerprint_is_laid_down_and_does_not_depend_on_the_place() {
        let one = change("Order.amount", Detail::None, "/a");
        assert_eq!(one.fingerprint(), change("Order.amount", Detail::None, "/b/c").fingerprint());
        assert_eq!(one.fingerprint(), "62091a2e22");
        assert_ne!(one.fingerprint(), change("Order.amoun", Detail::Now("t".to_owned()), "/a").fingerprint());
        let (was, is) = (Detail::Was("x".to_owned()), Detail::Now("x".to_owned()));
        assert_ne!(change("a", was, "/a").fingerprint(), change("a", is, "/a").fingerprint());
    }
}
