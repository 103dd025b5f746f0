//! Repairs JSON documents in which single values are invalid: bytes that are not UTF-8, lone surrogates, unescaped control characters,
//! `NaN`, too deeply nested lists.
//!
//! One invalid value must not cost the whole document. It becomes a string, whose position is recorded so that no member takes it for its
//! value. The nesting of lists and objects is not changed: a document whose nesting is broken is not repaired.

use super::json_tokens::{BYTE_ORDER_MARK, MAX_DEPTH};

/// The reader takes no number of more digits.
const LONGEST_NUMBER: usize = 4096;

/// A repaired document.
pub(crate) struct Repaired {
    pub(crate) text: String,
    /// The positions of the replaced values, in order.
    pub(crate) replaced_values: Vec<usize>,
}

/// Repairs a document; `None` if there is nothing to repair, or it cannot be repaired.
pub(crate) fn repair(bytes: &[u8]) -> Option<Repaired> {
    let (text, replaced) = replace_bad_bytes(bytes);
    let mut repairer =
        Repairer { text: &text, replaced: &replaced, at: 0, repaired: String::with_capacity(text.len()) };
    let replaced_values = repairer.document()?;
    let is_repaired = !replaced_values.is_empty() || repairer.repaired.len() < text.len();
    is_repaired.then_some(Repaired { text: repairer.repaired, replaced_values })
}

/// Returns the text with replacement characters for invalid UTF-8, and their positions.
fn replace_bad_bytes(bytes: &[u8]) -> (String, Vec<usize>) {
    let (mut text, mut replaced) = (String::with_capacity(bytes.len()), Vec::new());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            replaced.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    (text, replaced)
}

struct Repairer<'a> {
    text: &'a str,
    /// Where characters were replaced that are still to come.
    replaced: &'a [usize],
    at: usize,
    repaired: String,
}

impl Repairer<'_> {
    /// Writes the repaired document, and returns the positions of the replaced values.
    fn document(&mut self) -> Option<Vec<usize>> {
        let mut replaced_values = Vec::new();
        // For each list or object that is open: whether it is an object.
        let mut open = Vec::new();
        // A document that is one word is none of JSON.
        let mut takes_value = false;
        // It is passed over, and nothing that comes behind it is to be lost for its sake.
        if self.text.starts_with(BYTE_ORDER_MARK) {
            self.repaired.push(BYTE_ORDER_MARK);
            self.at = BYTE_ORDER_MARK.len_utf8();
        }
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => {}
                // Servers written in C forget that a text ends before the zero.
                b'\0' if open.is_empty() && self.text[self.at..].bytes().all(|byte| byte == 0) => break,
                b'{' | b'[' if open.len() >= usize::from(MAX_DEPTH) => {
                    replaced_values.push(self.repaired.len());
                    self.subtree()?;
                    takes_value = false;
                    continue;
                }
                b'{' | b'[' => {
                    open.push(byte == b'{');
                    takes_value = byte == b'[';
                }
                b'}' | b']' => {
                    open.pop()?;
                    takes_value = false;
                }
                b':' => takes_value = true,
                b',' => takes_value = !*open.last()?,
                _ => {
                    let start = self.repaired.len();
                    let is_sound = if byte == b'"' { self.string()? } else { self.word(takes_value)? };
                    if !is_sound {
                        replaced_values.push(start);
                    }
                    takes_value = false;
                    continue;
                }
            }
            self.repaired.push(char::from(byte));
            self.at += 1;
        }
        Some(replaced_values)
    }

    /// Writes the next string, and returns whether it is one.
    fn string(&mut self) -> Option<bool> {
        let mut is_sound = true;
        self.repaired.push('"');
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let character = rest.chars().next()?;
            let length = match character {
                '"' => {
                    self.repaired.push('"');
                    self.at += 1;
                    return Some(is_sound);
                }
                '\\' => {
                    let (length, escape) = escape(rest.as_bytes());
                    is_sound &= escape.is_none();
                    self.repaired.push_str(escape.unwrap_or(&rest[..length]));
                    length
                }
                '\0'..' ' => {
                    is_sound = false;
                    self.push_escaped(character);
                    1
                }
                _ => {
                    is_sound &= !self.take_replaced();
                    self.repaired.push(character);
                    character.len_utf8()
                }
            };
            self.at += length;
        }
    }

    /// Writes the list or object that is next, which nests deeper than is read, as a string with its text.
    fn subtree(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let (start, mut open, mut in_string) = (self.at, 0_usize, false);
        loop {
            match bytes.get(self.at)? {
                b'\\' if in_string => self.at += 1,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => open += 1,
                b'}' | b']' if !in_string => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                break;
            }
        }
        self.push_as_string(self.text.get(start..self.at)?);
        Some(())
    }

    /// Writes the next word, and returns whether it is a value. One that is none becomes a string.
    fn word(&mut self, takes_value: bool) -> Option<bool> {
        let rest = &self.text[self.at..];
        let ends =
            |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'[' | b']' | b'{' | b'}' | b'"');
        let length = rest.bytes().position(ends).unwrap_or(rest.len());
        let word = &rest[..length];
        let is_sound = is_scalar(word) && length <= LONGEST_NUMBER;
        if !takes_value || length == 0 {
            return None;
        }
        self.at += length;
        if is_sound {
            self.repaired.push_str(word);
        } else {
            self.push_as_string(word);
        }
        Some(is_sound)
    }

    /// Writes a text that has been passed as a string.
    fn push_as_string(&mut self, text: &str) {
        self.repaired.push('"');
        for character in text.chars() {
            if character < ' ' || matches!(character, '\\' | '"') {
                self.push_escaped(character);
            } else {
                self.repaired.push(character);
            }
        }
        self.repaired.push('"');
        while self.replaced.first().is_some_and(|at| *at < self.at) {
            self.replaced = &self.replaced[1..];
        }
    }

    /// Returns whether the character that is next was replaced.
    fn take_replaced(&mut self) -> bool {
        let is_replaced = self.replaced.first() == Some(&self.at);
        self.replaced = &self.replaced[usize::from(is_replaced)..];
        is_replaced
    }

    fn push_escaped(&mut self, character: char) {
        self.repaired.push_str(&format!("\\u{:04x}", u32::from(character)));
    }
}

/// Returns how long the escape is that a text begins with, and what stands for it if it is none.
fn escape(text: &[u8]) -> (usize, Option<&'static str>) {
    match text.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (2, None),
        Some(b'u') => match (unit(text), text.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
            (Some(0xd800..=0xdfff), _) => (6, Some("\\ufffd")),
            (Some(_), _) => (6, None),
            (None, _) => (1, Some("\\\\")),
        },
        _ => (1, Some("\\\\")),
    }
}

/// Returns the unit of UTF-16 that a text begins with as an escape.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    u16::from_str_radix(str::from_utf8(digits).ok().filter(|_| is_hex)?, 16).ok()
}

/// Returns whether a word is a value of JSON.
fn is_scalar(word: &str) -> bool {
    if matches!(word, "true" | "false" | "null") {
        return true;
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (number, None),
    };
    let (whole, decimals) = match mantissa.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && decimals.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::{BYTE_ORDER_MARK, repair};

    #[track_caller]
    fn repaired(document: &[u8], expected: &str, values: &[&str]) {
        let repaired = repair(document).unwrap();
        assert_eq!(repaired.text, expected);
        let found: Vec<_> =
            repaired.replaced_values.iter().map(|at| repaired.text[*at..].split([',', '}', ']']).next()).collect();
        assert_eq!(found, values.iter().map(|value| Some(*value)).collect::<Vec<_>>());
        let unmarked = repaired.text.trim_start_matches(BYTE_ORDER_MARK);
        serde_json::from_str::<serde_json::Value>(unmarked).unwrap();
    }

    #[test]
    fn each_value_that_is_none_becomes_a_string() {
        repaired(
            br#"{"a": NaN, "b": [1, -Infinity], "c": 1}"#,
            r#"{"a": "NaN", "b": [1, "-Infinity"], "c": 1}"#,
            &[r#""NaN""#, r#""-Infinity""#],
        );
        repaired(
            b"{\"a\": \"x\xffy\", \"b\": \"\xef\xbf\xbd\"}",
            "{\"a\": \"x\u{fffd}y\", \"b\": \"\u{fffd}\"}",
            &["\"x\u{fffd}y\""],
        );
        repaired(b"{\"a\": \"x\ny\0\"}", r#"{"a": "x\u000ay\u0000"}"#, &[r#""x\u000ay\u0000""#]);
        repaired(
            br#"{"a": "\ud83d", "b": "\ud83d\ude00"}"#,
            r#"{"a": "\ufffd", "b": "\ud83d\ude00"}"#,
            &[r#""\ufffd""#],
        );
        repaired(br#"{"a": "\x\u12", "b": "\\"}"#, r#"{"a": "\\x\\u12", "b": "\\"}"#, &[r#""\\x\\u12""#]);
        repaired(b"{\"a\": 44.\xff1}", "{\"a\": \"44.\u{fffd}1\"}", &["\"44.\u{fffd}1\""]);
        repaired(
            b"{\"a\": 01, \"b\": +1, \"c\": .5, \"d\": 1e+2}",
            r#"{"a": "01", "b": "+1", "c": ".5", "d": 1e+2}"#,
            &[r#""01""#, r#""+1""#, r#"".5""#],
        );
    }

    #[test]
    fn neither_a_byte_order_mark_nor_a_long_number_is_in_the_way() {
        repaired("\u{feff}{\"a\": NaN}".as_bytes(), "\u{feff}{\"a\": \"NaN\"}", &[r#""NaN""#]);
        repaired(b"\xef\xbb\xbf{\"a\": \"\xff\"}", "\u{feff}{\"a\": \"\u{fffd}\"}", &["\"\u{fffd}\""]);
        let long = "1".repeat(100);
        let document = format!("{{\"a\": {long}, \"b\": NaN}}");
        repaired(document.as_bytes(), &document.replace("NaN", "\"NaN\""), &[r#""NaN""#]);
    }

    #[test]
    fn what_is_beyond_the_reader_becomes_text() {
        let deep = format!("{}\"]\\\"\"{}", "[".repeat(130), "]".repeat(130));
        let document = format!("{{\"a\": {deep}, \"b\": 1}}");
        let repair_deep = repair(document.as_bytes()).unwrap();
        assert_eq!(repair_deep.replaced_values.len(), 1);
        super::super::decode::decode::<super::super::json::Json>(repair_deep.text.as_bytes()).unwrap();
        let (digits, word) = ("1".repeat(5000), "a".repeat(5000));
        for long in [digits, word] {
            repaired(
                format!("{{\"a\": {long}}}").as_bytes(),
                &format!("{{\"a\": \"{long}\"}}"),
                &[&format!("\"{long}\"")],
            );
        }
        repaired(b"{\"a\": 1}\0\0", "{\"a\": 1}", &[]);
        assert!(repair(b"{\"a\": 1}\0x").is_none() && repair(b"{\"a\": 1\0}").is_some());
        assert!(repair(format!("{{\"a\": {}", "[".repeat(130)).as_bytes()).is_none());
    }

    #[test]
    fn what_is_sound_or_broken_elsewhere_is_not_mended() {
        for document in [
            &br#"{"a": [1, -2.50e-3, true, null, "\u00e9\ud83d\ude00"]}"#[..],
            b"{a: 1}",
            b"{\"a\": 1, NaN: 2}",
            b"{\"a\": \"x\xff",
            b"<html>",
            b"NaN",
            b"{\"a\": \x0cNaN}",
            b"{\"a\": NaN}}",
            "\u{feff}\u{feff}{\"a\": NaN}".as_bytes(),
            "{\"a\": \u{feff}NaN, b: 1}".as_bytes(),
            b"",
            "{\"a\": \"\u{fffd}\"}".as_bytes(),
        ] {
            assert!(repair(document).is_none(), "{document:?}");
        }
    }

    /// Whatever the bytes are, the repair ends, takes a multiple of their room, and notes strings only.
    #[test]
    fn any_bytes_are_mended_within_bounds() {
        const PIECES: [&[u8]; 12] =
            [b"\"", b"\\", b"\\u", b"\\ud83d", b"\xff", b"\xf0\x9f", b"NaN", b"{", b"]", b",", b":", b"\0"];
        let sound =
            r#"{"a": [1, -2.50, true, null], "b": {"c": "x\u00e9\ud83d\ude00", "d": "\u{e9}"}, "e": "f"}"#.as_bytes();
        let (mut random, mut repaired_ones) = (1_u64, 0);
        let mut next = |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(random >> 33).unwrap() % below
        };
        for _ in 0..50_000 {
            let mut document = sound.to_vec();
            for _ in 0..=next(3) {
                let at = next(document.len());
                let end = (at + next(3)).min(document.len());
                document.splice(at..end, PIECES[next(PIECES.len())].iter().copied());
            }
            if let Some(repaired) = repair(&document) {
                assert!(repaired.text.len() <= 6 * document.len() + 2);
                assert!(
                    repaired.replaced_values.iter().all(|at| repaired.text[*at..].starts_with('"')),
                    "{document:?}"
                );
                repaired_ones += usize::from(serde_json::from_str::<serde_json::Value>(&repaired.text).is_ok());
            }
        }
        assert!(repaired_ones > 1000, "{repaired_ones}");
    }
}
