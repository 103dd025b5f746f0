//! Secrets in the texts of others, in whatever spelling they come back.

use std::borrow::Cow;

use crate::model::REDACTED;

/// Takes a secret out of a text, should the server repeat it: as it is, percent-encoded once or more often, as a form has it,
/// escaped for HTML or for JSON, and any mixture of these.
pub(crate) fn without<'a>(text: &'a str, secret: &str) -> Cow<'a, str> {
    if secret.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut shown, mut kept, mut at) = (String::new(), 0, 0);
    while let Some(character) = text[at..].chars().next() {
        match spelt(&text[at..], secret) {
            Some(length) => {
                shown.push_str(&text[kept..at]);
                shown.push_str(REDACTED);
                at += length;
                kept = at;
            }
            None => at += character.len_utf8(),
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[kept..]);
    Cow::Owned(shown)
}

/// The length of a secret's spelling at the beginning of a text.
fn spelt(text: &str, secret: &str) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    let mut at = 0;
    for character in secret.chars() {
        at += spelling(text.get(at..)?, character)?;
    }
    Some(at)
}

/// The length of the longest spelling of a character at the beginning of a text. An escape that stands for the character is
/// longer than the character, which may be the one that begins escapes.
fn spelling(text: &str, character: char) -> Option<usize> {
    let escaped = match text.as_bytes().first()? {
        b'%' => percent(text.as_bytes(), character),
        b'&' => html(text, character),
        b'\\' => json(text, character),
        b'+' if character == ' ' => Some(1),
        _ => None,
    };
    escaped.or_else(|| text.starts_with(character).then(|| character.len_utf8()))
}

/// `%2B`, or `%252B` where it was encoded twice, and so on.
fn percent(text: &[u8], character: char) -> Option<usize> {
    let mut at = 0;
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        if text.get(at) != Some(&b'%') {
            return None;
        }
        at += 1;
        while hex(text.get(at..at + 2)?) != Some(u32::from(byte)) {
            if text.get(at..at + 2) != Some(b"25") {
                return None;
            }
            at += 2;
        }
        at += 2;
    }
    Some(at)
}

/// `&amp;`, `&#43;` and `&#x2b;`, and these with `&amp;` for the `&` again.
fn html(text: &str, character: char) -> Option<usize> {
    let mut name = text.strip_prefix('&')?;
    let mut longest = None;
    while let Some(end) = name.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';') {
        if named(&name[..end]) == Some(character) {
            longest = Some(text.len() - name.len() + end + 1);
        }
        match name.strip_prefix("amp;") {
            Some(inner) => name = inner,
            None => break,
        }
    }
    longest
}

/// As long as a number of a character gets with some zeros before it.
const LONGEST_ENTITY: usize = 12;

fn named(entity: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match entity.strip_prefix('#')? {
            digits if digits.starts_with(['x', 'X']) => number(&digits[1..], 16),
            digits => number(digits, 10),
        },
    }
}

/// As many as texts get that were escaped four times.
const MOST_SLASHES: usize = 16;

/// `\/` and `\u002b`, and these with more backslashes where they were escaped again.
fn json(text: &str, character: char) -> Option<usize> {
    let mut at = 0;
    let mut units = [0; 2];
    for (index, unit) in character.encode_utf16(&mut units).iter().enumerate() {
        let rest = &text[at..];
        let slashes = rest.bytes().take(MOST_SLASHES).take_while(|byte| *byte == b'\\').count();
        let escape = &rest[slashes..];
        if slashes == 0 {
            return None;
        }
        let digits = escape.strip_prefix('u').and_then(|escape| escape.as_bytes().get(..4)).and_then(hex);
        if digits == Some(u32::from(*unit)) {
            at += slashes + 5;
            continue;
        }
        // A backslash escapes itself.
        if index == 0 && character == '\\' && slashes > 1 {
            return Some(2);
        }
        let plain = matches!(character, '/' | '"' | '\'').then_some(character);
        return plain.filter(|plain| escape.starts_with(*plain)).map(|_| slashes + 1);
    }
    Some(at)
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
        ] {
            let shown = format!("no such key {text}, ä; {text}");
            assert_eq!(without(&shown, secret), "no such key [redacted], ä; [redacted]", "{text}");
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in
            ["", "%", "%2", "&", "&#", "&#;", "&#x;", r"\", r"\u00", "a+b/d=", "a%2Bb%2", "&amp", "100% & \\o/ 😀"]
        {
            assert!(matches!(without(text, "a+b/c="), Cow::Borrowed(same) if same == text), "{text}");
            assert_eq!(without(text, ""), text);
        }
    }
}
