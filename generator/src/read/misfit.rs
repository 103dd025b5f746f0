//! What texts of both languages have in common: what has no place in the tree, and keys that are shared.

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::Pointer;
use crate::mode::Mode;
use crate::source::Location;

/// How deep a document may be nested. Nobody can follow more, and the stages behind this one go down as deep.
pub(super) const DEEPEST: usize = 128;

/// What has no place in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfit<'a> {
    DuplicateKey(&'a str),
    KeyOf(&'static str),
    Tag(&'a str),
    NumberOfYaml(&'a str),
    TooDeep,
}

impl Misfit<'_> {
    /// Reports it: an error in a document of our own, a warning that says what was assumed where that is possible.
    pub(super) fn report(self, at: &Pointer, place: Option<Location>, mode: Mode, diagnostics: &mut Diagnostics) {
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
                format!("the document is nested deeper than {DEEPEST} levels"),
                "move what is inside to `components`",
                None,
            ),
        };
        let diagnostic = match assumed.filter(|_| mode == Mode::Lenient) {
            Some(assumed) => diagnostics.warning(Code::Syntax, at, format!("{message}; {assumed}")),
            None => diagnostics.error(Code::Syntax, at, message),
        };
        diagnostic.help(help);
        if let Some(place) = place {
            diagnostic.location(place);
        }
    }
}

/// The keys of a document: a few hundred words, written tens of thousands of times.
#[derive(Debug, Default)]
pub(super) struct Words(HashSet<Arc<str>>);

impl Words {
    pub(super) fn share(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.0.get(word) {
            return known.clone();
        }
        let word: Arc<str> = Arc::from(word);
        self.0.insert(word.clone());
        word
    }
}
