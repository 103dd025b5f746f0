//! Base64 (RFC 4648).

/// The alphabet of base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// The usual one (RFC 4648, 4).
    Standard,
    /// That of URLs and file names (RFC 4648, 5).
    UrlSafe,
}

impl Alphabet {
    const fn digits(self) -> &'static [u8; 64] {
        match self {
            Self::Standard => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            Self::UrlSafe => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        }
    }
}

/// Encodes bytes as base64 with padding (RFC 4648).
pub(crate) fn base64(bytes: &[u8], alphabet: Alphabet) -> String {
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let group = u32::from_be_bytes(group);
        for digit in 0..4 {
            encoded.push(if digit <= chunk.len() {
                char::from(alphabet.digits()[(group >> (18 - 6 * digit)) as usize & 0x3f])
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

/// Returns the six bits that a digit stands for.
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

#[cfg(test)]
mod tests {
    use super::{Alphabet, base64, base64_decode};

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
            assert_eq!(base64(plain.as_bytes(), Alphabet::Standard), encoded);
            for text in [encoded, encoded.trim_end_matches('=')] {
                assert_eq!(base64_decode(text).as_deref(), Some(plain.as_bytes()));
            }
        }
    }

    #[test]
    fn base64_is_read_in_both_alphabets() {
        let bytes: Vec<u8> = (0..=255).rev().collect();
        let encoded = base64(&bytes, Alphabet::Standard);
        assert_eq!(base64_decode(&encoded).as_ref(), Some(&bytes));
        assert_eq!(base64_decode(&encoded.replace('+', "-").replace('/', "_")), Some(bytes));
        assert_eq!(base64_decode(" Zm9v\r\nYg==\n").as_deref(), Some(&b"foob"[..]));
        for text in ["Z", "Zm9vY", "Zm=v", "Zm9v!", "é", "="] {
            assert_eq!(base64_decode(text).is_some(), text == "=", "{text}");
        }
    }
}
