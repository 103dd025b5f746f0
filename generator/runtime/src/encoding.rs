//! Percent-encoding and base64.

const UPPER_HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Encodes everything but the unreserved characters of RFC 3986, so that the text is one path segment or one form value whatever it holds.
pub(crate) fn percent_encode(text: &str) -> String {
    encode_but(text, "")
}

/// The punctuation that may stand in the value of a query as it is: not what is no part of a query, ends the value or means a space.
pub(crate) const QUERY_MARKS: &str = ":/?@!$'()*,;=";

/// Encodes what cannot stand in the value of a query as it is.
pub(crate) fn percent_encode_query(text: &str) -> String {
    encode_but(text, QUERY_MARKS)
}

fn encode_but(text: &str, marks: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || marks.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(UPPER_HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(UPPER_HEX[usize::from(byte & 0xf)]));
        }
    }
    encoded
}

/// Takes the encoding of [`percent_encode`] back; `None` for what is not percent-encoded text.
pub(crate) fn percent_decode(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let (digits, tail) = tail.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Tells whether a segment of a path is a step within it. Servers resolve steps even when they are encoded, and what stands
/// between may decode once more.
pub(crate) fn is_step(segment: &str) -> bool {
    in_some_decoding(segment, |text| matches!(text, "." | ".."))
}

/// Tells whether a path has steps. Servers take an encoded slash or a backslash for a slash, and drop what follows a semicolon.
pub(crate) fn has_step(path: &str) -> bool {
    let is_step = |segment: &str| matches!(segment.split(';').next(), Some("." | ".."));
    path.split('/').any(|segment| in_some_decoding(segment, |text| text.split(['/', '\\']).any(is_step)))
}

/// Tells whether something is so of a text, or of what comes out when it is decoded, however often.
fn in_some_decoding(text: &str, is_so: impl Fn(&str) -> bool) -> bool {
    let mut text = text.to_owned();
    loop {
        if is_so(&text) {
            return true;
        }
        match percent_decode(&text) {
            Some(decoded) if decoded != text => text = decoded,
            _ => return false,
        }
    }
}

/// Encodes bytes as base64 with padding (RFC 4648).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let group = u32::from_be_bytes(group);
        for digit in 0..4 {
            encoded.push(if digit <= chunk.len() {
                char::from(DIGITS[(group >> (18 - 6 * digit)) as usize & 0x3f])
            } else {
                '='
            });
        }
    }
    encoded
}

/// Takes base64 back, with either alphabet (RFC 4648, 4 and 5), with or without padding and white space; `None` for other text.
pub(crate) fn base64_decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    // The bits of the digits of a group.
    let (mut bits, mut count) = (0_u32, 0_usize);
    for digit in text.trim_end().trim_end_matches('=').bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        bits = bits << 6 | u32::from(base64_digit(digit)?);
        count += 1;
        if count % 4 == 0 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            bits = 0;
        }
    }
    match count % 4 {
        0 => {}
        // Six bits are no byte.
        1 => return None,
        rest => bytes.extend_from_slice(&(bits << (32 - 6 * rest)).to_be_bytes()[..rest - 1]),
    }
    Some(bytes)
}

/// The six bits that a digit stands for.
fn base64_digit(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Writes bytes as hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads pairs of hex digits.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pairs = digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::{base64, base64_decode, percent_encode};

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(percent_encode("aZ09-._~"), "aZ09-._~");
        assert_eq!(percent_encode("a/../b"), "a%2F..%2Fb");
        assert_eq!(percent_encode("a b+c=%?#"), "a%20b%2Bc%3D%25%3F%23");
        assert_eq!(percent_encode("é"), "%C3%A9");
    }

    #[test]
    fn base64_of_the_rfc() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
            for text in [encoded, encoded.trim_end_matches('=')] {
                assert_eq!(base64_decode(text).as_deref(), Some(plain.as_bytes()));
            }
        }
    }

    #[test]
    fn base64_is_read_in_both_alphabets() {
        let bytes: Vec<u8> = (0..=255).rev().collect();
        let encoded = base64(&bytes);
        assert_eq!(base64_decode(&encoded).as_ref(), Some(&bytes));
        assert_eq!(base64_decode(&encoded.replace('+', "-").replace('/', "_")), Some(bytes));
        assert_eq!(base64_decode(" Zm9v\r\nYg==\n").as_deref(), Some(&b"foob"[..]));
        for text in ["Z", "Zm9vY", "Zm=v", "Zm9v!", "é", "="] {
            assert_eq!(base64_decode(text).is_some(), text == "=", "{text}");
        }
    }
}
