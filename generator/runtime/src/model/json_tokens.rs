//! The plain pieces of JSON text, which nearly all of it is made of. What looks unusual is left to the reader, and so is what is
//! wrong.

/// How many lists and objects may stand inside each other.
pub(super) const MAX_DEPTH: u8 = 128;

pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Returns where the first byte at or after `at` stands that is no white space.
#[inline]
pub(crate) fn blank(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = text.get(at) {
        at += 1;
    }
    at
}

/// Returns where the string ends that begins with the quote at `at`: behind its other quote. `None` when it has escapes.
pub(crate) fn string(text: &[u8], at: usize) -> Option<usize> {
    let end = at + 1 + literal(text.get(at + 1..)?);
    (text.get(end) == Some(&b'"')).then_some(end + 1)
}

/// Returns how many bytes stand in a string as themselves, up to a quote, a backslash or a control character.
fn literal(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(word) = text[at..].first_chunk() {
        match special(*word) {
            Some(found) => return at + found,
            None => at += word.len(),
        }
    }
    let rest = text[at..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '));
    rest.map_or(text.len(), |found| at + found)
}

/// Returns whether all of a text stands in a string as itself.
pub(crate) fn is_literal(text: &[u8]) -> bool {
    // No short circuit within a chunk, so that its bytes are looked at at once.
    let is_special = |byte: &u8| (*byte == b'"') | (*byte == b'\\') | (*byte < b' ');
    let has_special = |chunk: &[u8; 16]| chunk.iter().fold(false, |found, byte| found | is_special(byte));
    let (chunks, _) = text.as_chunks();
    match text.last_chunk() {
        // Some of its bytes are looked at twice.
        Some(last) => !chunks.iter().any(has_special) && !has_special(last),
        None => literal(text) == text.len(),
    }
}

/// Returns the first of eight bytes that does not stand for itself, found without a look at each.
fn special(word: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let word = u64::from_le_bytes(word);
    // A borrow can mark the byte after a marked one, but never the first one.
    let below = |word: u64, byte: u8| word.wrapping_sub(ONES * u64::from(byte)) & !word & HIGH;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let found = equal(b'"') | equal(b'\\') | below(word, b' ');
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

/// Returns where the number ends that begins at `at`. `None` when it has an exponent or very many digits.
pub(crate) fn number(text: &[u8], at: usize) -> Option<usize> {
    let start = if text.get(at) == Some(&b'-') { at + 1 } else { at };
    let mut end = digits(text, start)?;
    if text[start] == b'0' && end > start + 1 {
        return None;
    }
    if text.get(end) == Some(&b'.') {
        end = digits(text, end + 1)?;
    }
    let over = matches!(text.get(end), None | Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t'));
    (over && end - at <= 64).then_some(end)
}

/// Returns where the digits end that begin at `at`; at least one is needed.
fn digits(text: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    while text.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    (end > at).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::{is_literal, literal, number, string};

    #[test]
    fn literal_text_ends_where_it_must_not_stand_for_itself() {
        for length in 0..40 {
            for end in ["\"", "\\", "\u{0}", "\n", "\u{1f}", ""] {
                // Bytes next to the ones looked for, and beyond ASCII.
                let plain: String = " !#[]\u{7f}é€\u{80}\u{ff}~".chars().cycle().take(length).collect();
                let text = format!("{plain}{end}{plain}\"");
                let expected = if end.is_empty() { 2 * plain.len() } else { plain.len() };
                assert_eq!(literal(text.as_bytes()), expected, "{text:?}");
                assert!(is_literal(&text.as_bytes()[..expected]), "{text:?}");
                assert!(!is_literal(text.as_bytes()), "{text:?}");
            }
        }
    }

    #[test]
    fn strings_end_behind_their_quote() {
        assert_eq!(string(br#" "ab" "#, 1), Some(5));
        assert_eq!(string(br#""""#, 0), Some(2));
        for text in [&br#""a\n""#[..], b"\"a", b"\"", b"\"\n\""] {
            assert_eq!(string(text, 0), None);
        }
    }

    #[test]
    fn numbers_that_are_not_plain_are_left_to_the_reader() {
        for text in ["0", "-0", "12", "-1.50", "0.0"] {
            assert_eq!(number(format!("{text},").as_bytes(), 0), Some(text.len()), "{text}");
            assert_eq!(number(text.as_bytes(), 0), Some(text.len()), "{text}");
        }
        for text in ["", "-", "01", "-01", "1.", "1.,", ".5", "1e5", "1.0E5", "1x", "+1", "-Infinity", &"1".repeat(65)]
        {
            assert_eq!(number(text.as_bytes(), 0), None, "{text}");
        }
    }
}
