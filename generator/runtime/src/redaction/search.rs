//! Finds secrets in texts, in whatever spelling a server may repeat them.

use std::borrow::Cow;

use crate::model::REDACTED;

/// An escape within an escape within an escape: no more are undone.
const MOST_LAYERS: usize = 4;

/// Takes secrets out of a text: as they are, percent-encoded, as a form has them, escaped for HTML or for JSON, and these within
/// each other. The time is proportional to the length of the text.
pub(crate) fn without<'a>(text: &'a str, secrets: &[&str]) -> Cow<'a, str> {
    // No spelling is shorter than the secret.
    let secrets: Vec<_> = secrets.iter().filter(|secret| secret.len() <= text.len()).collect();
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut found = Vec::new();
    let mut layer = Layer::new(text);
    for undone in 0..=MOST_LAYERS {
        secrets.iter().for_each(|secret| layer.find(secret, &mut found));
        if undone == MOST_LAYERS || !layer.undo_escapes() {
            break;
        }
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_unstable();
    let (mut shown, mut at) = (String::new(), 0);
    for (start, end) in found {
        if start >= at {
            shown.push_str(&text[at..start]);
            shown.push_str(REDACTED);
        }
        at = at.max(end);
    }
    shown.push_str(&text[at..]);
    Cow::Owned(shown)
}

/// A text of which some escapes are undone.
struct Layer {
    text: String,
    /// Where each byte of the text comes from in the original one, and where that ends.
    origins: Vec<usize>,
}

impl Layer {
    fn new(original: &str) -> Self {
        Self { text: original.to_owned(), origins: (0..=original.len()).collect() }
    }

    /// Adds the occurrences of a secret, as ranges of the original text.
    fn find(&self, secret: &str, found: &mut Vec<(usize, usize)>) {
        if secret.is_empty() {
            return;
        }
        let mut add = |text: &str, secret: &str| {
            let occurrences = text.match_indices(secret).map(|(at, _)| at);
            found.extend(occurrences.map(|at| (self.origins[at], self.origins[at + secret.len()])));
        };
        add(&self.text, secret);
        // A form has a plus sign for a blank.
        if secret.contains(' ') && self.text.contains('+') {
            add(&self.text.replace('+', " "), secret);
        }
    }

    /// Undoes the outermost escapes; `false` if there are none.
    fn undo_escapes(&mut self) -> bool {
        if !self.text.contains(['%', '&', '\\']) {
            return false;
        }
        let (mut text, mut origins, mut at) = (String::with_capacity(self.text.len()), Vec::new(), 0);
        while let Some(plain) = self.text[at..].chars().next() {
            let rest = &self.text[at..];
            let (character, length) = match plain {
                '%' => percent(rest),
                '&' => html(rest),
                '\\' => json(rest),
                _ => None,
            }
            .unwrap_or((plain, plain.len_utf8()));
            let is_plain = character == plain && length == plain.len_utf8();
            origins.extend((0..character.len_utf8()).map(|byte| self.origins[at + if is_plain { byte } else { 0 }]));
            text.push(character);
            at += length;
        }
        let changed = text.len() < self.text.len();
        origins.push(self.origins[at]);
        *self = Self { text, origins };
        changed
    }
}

/// Decodes a character of escapes such as `%2B`, one for each of its bytes.
fn percent(text: &str) -> Option<(char, usize)> {
    let mut bytes = [0; 4];
    for length in 1..=bytes.len() {
        let escape = text.as_bytes().get(3 * (length - 1)..3 * length)?;
        bytes[length - 1] = u8::try_from(hex(escape.strip_prefix(b"%")?)?).ok()?;
        if let Some(character) = str::from_utf8(&bytes[..length]).ok().and_then(|text| text.chars().next()) {
            return Some((character, 3 * length));
        }
    }
    None
}

/// Decodes an HTML entity such as `&amp;`, `&#43;` or `&#x2b;`.
fn html(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';')?;
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let entity = &text[1..end];
    let character = match entity.strip_prefix('#') {
        Some(digits) if digits.starts_with(['x', 'X']) => number(&digits[1..], 16),
        Some(digits) => number(digits, 10),
        None => ENTITIES.iter().find(|(name, _)| *name == entity).map(|(_, character)| *character),
    };
    character.map(|character| (character, end + 1))
}

/// As long as a number of a character gets with some zeros before it.
const LONGEST_ENTITY: usize = 14;

/// The names that HTML has for characters of ASCII.
#[rustfmt::skip]
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("plus", '+'), ("sol", '/'), ("equals", '='),
    ("bsol", '\\'), ("percnt", '%'), ("num", '#'), ("dollar", '$'), ("excl", '!'), ("quest", '?'), ("commat", '@'),
    ("ast", '*'), ("midast", '*'), ("comma", ','), ("period", '.'), ("colon", ':'), ("semi", ';'), ("lowbar", '_'),
    ("UnderBar", '_'), ("Hat", '^'), ("grave", '`'), ("DiacriticalGrave", '`'), ("lpar", '('), ("rpar", ')'),
    ("lsqb", '['), ("lbrack", '['), ("rsqb", ']'), ("rbrack", ']'), ("lcub", '{'), ("lbrace", '{'), ("rcub", '}'),
    ("rbrace", '}'), ("verbar", '|'), ("vert", '|'), ("VerticalLine", '|'), ("AMP", '&'), ("LT", '<'), ("GT", '>'),
    ("QUOT", '"'),
];

/// Decodes a JSON escape such as `\/`, `\"`, `\\` or `\u002b`. Secrets have no control characters, so that those escapes do not matter.
fn json(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let escape = text.as_bytes().get(at..at + 6)?;
        u16::try_from(hex(escape.strip_prefix(b"\\u")?)?).ok()
    };
    match text[1..].chars().next()? {
        plain @ ('/' | '"' | '\'' | '\\') => Some((plain, 2)),
        'u' => {
            let first = unit(0)?;
            let pair = unit(6).map(|second| [first, second]);
            let of_pair = |pair: [u16; 2]| String::from_utf16(&pair).ok().and_then(|text| text.chars().next());
            match char::from_u32(u32::from(first)) {
                Some(character) => Some((character, 6)),
                None => pair.and_then(of_pair).map(|character| (character, 12)),
            }
        }
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    let all = digits.iter().all(u8::is_ascii_hexdigit);
    str::from_utf8(digits).ok().filter(|_| all).and_then(|digits| u32::from_str_radix(digits, 16).ok())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::without;

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        for (secret, text) in [
            ("a+b/c=", "a+b/c="),
            ("a+b/c=", "a%2Bb%2Fc%3D"),
            ("a+b/c=", "a%2bb%2fc%3d"),
            ("a+b/c=", "a%252Bb%25252Fc="),
            ("a+b/c=", "a&#43;b&#x2F;c&#x0003d;"),
            ("a+b/c=", "a&amp;#43;b/c="),
            ("a+b/c=", r"a+b\/c="),
            ("a+b/c=", r"a\u002bb\/c\u003D"),
            ("a+b/c=", r"a\\u002bb\\/c="),
            ("a+b/c=", r"\u0061%2Bb&#47;c="),
            ("a b&c", "a+b%26c"),
            ("a b&c", "a%20b&amp;c"),
            ("a b&c", "a b&amp;amp;c"),
            ("a%2Bb", "a%2Bb"),
            ("a%b", "a%25b"),
            (r#"a"<'>\b"#, r#"a\"<\'>\\b"#),
            (r#"a"<'>\b"#, r"a&quot;&lt;&apos;&gt;\b"),
            ("gé😀", "g%C3%A9%F0%9F%98%80"),
            ("gé😀", r"g\u00e9\ud83d\ude00"),
            ("gé😀", "g&#233;&#x1F600;"),
            // Escaped twice.
            ("a%b", "a%2525b"),
            ("a&amp;b", "a&amp;amp;b"),
            (r"a\b", r"a\\\\b"),
            // One escape within another.
            ("a+b", r"a\u0026#43;b"),
            ("a+b", r"a\u00252Bb"),
            ("a+b", "a&#37;2Bb"),
            ("a+b", "a%26%2343%3Bb"),
            ("a+b", "a%5Cu002bb"),
            ("a/b", "a%5C%2Fb"),
            ("a<b", "a%26lt%3Bb"),
            // Names that libraries for HTML write.
            ("a+b/c=", "a&plus;b&sol;c&equals;"),
            (r"a\u00zz/%zz&;b", r"a\u00zz/%zz&;b"),
        ] {
            let shown = format!("no such key {text}, ä; {text}");
            assert_eq!(without(&shown, &[secret]), "no such key [redacted], ä; [redacted]", "{text}");
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in
            ["", "%", "%2", "&", "&#", "&#;", "&#x;", r"\", r"\u00", "a+b/d=", "a%2Bb%2", "&amp", "100% & \\o/ 😀"]
        {
            assert!(matches!(without(text, &["a+b/c="]), Cow::Borrowed(same) if same == text), "{text}");
            assert_eq!(without(text, &[""]), text);
        }
    }

    #[test]
    fn secrets_that_overlap_are_taken_out_whole() {
        assert_eq!(without("xabcdy", &["abc", "bcd"]), "x[redacted]y");
        assert_eq!(without("abab ab", &["ab"]), "[redacted][redacted] [redacted]");
    }

    /// The text of a server that means harm takes no longer than another.
    #[test]
    fn many_escapes_take_one_pass_each() {
        let text = "%25".repeat(80_000);
        let secret = "%".repeat(200);
        assert!(without(&text, &[&secret]).len() < text.len());
        assert_eq!(without(&text, &["%2x"]), text);
    }
}
