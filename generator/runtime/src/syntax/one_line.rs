//! Text of the server on one line: without characters that are not seen, and cut to a limit.

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

/// Returns whether a character is not seen, or changes how what is around it looks: control characters, line and paragraph
/// separators, and those without width.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') || has_no_width(character)
}

/// Returns whether a character takes no room of its own: Unicode's default ignorable code points, such as marks of direction, byte order
/// marks and spaces without width, and the marks of annotations. The fillers of Hangul take some.
pub(crate) fn has_no_width(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
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

/// Shows a blank for what moves the cursor, and the number of what has no width: a reader would take two texts for equal, or one
/// word for two.
impl Display for OneLine<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            _ if has_no_width(character) => write!(f, "{}", character.escape_unicode()),
            _ if is_hidden(character) => f.write_char(' '),
            _ => f.write_char(character),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_shown() {
        for (text, shown) in [
            ("a\nb\tc\u{2028}d", "a b c d"),
            ("a\u{200b}b", r"a\u{200b}b"),
            ("\u{feff}a\u{ad}\u{2060}", r"\u{feff}a\u{ad}\u{2060}"),
            ("\u{202e}a\u{2066}", r"\u{202e}a\u{2066}"),
            ("a\u{e0041}\u{fe0f}", r"a\u{e0041}\u{fe0f}"),
            ("é€😀\u{a0}अ\u{301}", "é€😀\u{a0}अ\u{301}"),
        ] {
            assert_eq!(OneLine(text).to_string(), shown);
        }
        let most = "\u{e0041}".repeat(LONGEST_QUOTE + 1);
        assert_eq!(Plain(&most).to_string().chars().count(), LONGEST_QUOTE * r"\u{e0041}".len() + 1);
    }
}
