//! Text of the server on one line: without control characters, and cut to a limit.

use std::fmt;
use std::fmt::{Display, Formatter, Write};
use std::time::Duration;

/// So many of the server's reasons are in a message.
pub(crate) const MOST_SHOWN: usize = 5;

/// Longest piece of the server's own text in a message, in characters.
pub(crate) const LONGEST_QUOTE: usize = 300;

/// The server's text in quotes: on one line, and not without end.
pub(crate) struct Quote<'a>(pub(crate) &'a str);

/// Text of the server's on one line, and not without end.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

/// Text of which some may be the server's, on one line.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

/// Formats text of the server for a log.
#[cfg(feature = "tracing")]
pub(crate) fn for_log(text: &str) -> String {
    Plain(text).to_string()
}

/// Tells whether a character is not seen, but changes how what is around it looks: control characters, line and paragraph
/// separators, and those that turn the direction of text.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A length of time in its largest whole unit.
pub(crate) struct Span(pub(crate) Duration);

impl Display for Quote<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Plain(self.0))
    }
}

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = self.0.trim();
        match text.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => write!(f, "{}…", OneLine(&text[..end])),
            None => OneLine(text).fmt(f),
        }
    }
}

impl Display for OneLine<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| f.write_char(if is_hidden(character) { ' ' } else { character }))
    }
}

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match (seconds, self.0.subsec_millis()) {
            (1.., 0) if seconds.is_multiple_of(3600) => write!(f, "{} h", seconds / 3600),
            (1.., 0) => write!(f, "{seconds} s"),
            _ => write!(f, "{} ms", self.0.as_millis()),
        }
    }
}
