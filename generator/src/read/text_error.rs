//! Errors of texts in JSON and YAML, and their shared keys.

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::{MAX_DEPTH, Pointer};
use crate::mode::Mode;
use crate::source::Location;

/// A part of a text that cannot be a node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextError<'a> {
    DuplicateKey(&'a str),
    KeyOf(&'static str),
    Tag(&'a str),
    NumberOfYaml(&'a str),
    TooDeep,
}

impl TextError<'_> {
    /// Reports it: an error in strict mode; in lenient mode a warning with what was assumed, if possible.
    pub(super) fn report(self, at: &Pointer, location: Option<Location>, mode: Mode, diagnostics: &mut Diagnostics) {
        let (message, help, assumed) = match self {
            Self::DuplicateKey(key) => {
                (format!("the key `{key}` is given twice"), "remove one of them", Some("the last one is taken"))
            }
            Self::KeyOf(what) => (format!("{what} cannot be a key"), "use text", Some("it is left out")),
            Self::Tag(tag) => (
                format!("the tag `!{tag}` has no meaning here"),
                "remove it, or quote what begins with `!`",
                Some("what follows it is taken as it stands"),
            ),
            Self::NumberOfYaml(digits) => (
                format!("`{digits}` is not how JSON writes a number"),
                "write it in decimal digits, or quote it",
                Some("it is taken as text"),
            ),
            Self::TooDeep => (
                format!("the document is nested deeper than {MAX_DEPTH} levels"),
                "move what is inside to `components`",
                None,
            ),
        };
        let diagnostic = match assumed.filter(|_| mode == Mode::Lenient) {
            Some(assumed) => diagnostics.warning(Code::Syntax, at, format!("{message}; {assumed}")),
            None => diagnostics.error(Code::Syntax, at, message),
        };
        diagnostic.help(help);
        if let Some(location) = location {
            diagnostic.location(location);
        }
    }
}

/// Shares the keys of a document: there are a few hundred, repeated tens of thousands of times.
#[derive(Debug, Default)]
pub(super) struct KeyInterner(HashSet<Arc<str>>);

impl KeyInterner {
    pub(super) fn share(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.0.get(word) {
            return known.clone();
        }
        let word: Arc<str> = Arc::from(word);
        self.0.insert(word.clone());
        word
    }
}
