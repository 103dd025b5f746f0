//! The key by which a server recognises a repeated call.

use std::fmt;
use std::sync::Arc;

/// The longest key that every service takes: one less than the customary 255, which some read as "less than".
const MAX_LENGTH: usize = 254;

/// Text by which the server recognises a call that is repeated, so that it acts on it once only.
///
/// Every call that takes a key gets a random one, made before the first attempt and the same on all of them. Give one of your own
/// when the call may be repeated by another process, say by a job queue after a crash. One key belongs to one call with one body.
///
/// A key is not secret; errors and responses show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Arc<str>);

impl IdempotencyKey {
    /// Reads a key of the caller's making; the error says what is wrong with the text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match flaw(text) {
            Some(flaw) => Err(flaw),
            None => Ok(Self(text.into())),
        }
    }

    /// Creates a random key, a UUID of version 4.
    ///
    /// # Panics
    ///
    /// If the operating system gives no random bytes. A weaker key could be taken for another call's.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        Self(uuid_v4(bytes))
    }

    /// Returns the key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns whether a text has the form of a UUID.
pub(crate) fn is_uuid(text: &str) -> bool {
    let are_digits = |digits: &[u8]| digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let bytes = text.as_bytes();
    bytes.len() == 36
        && [8, 13, 18, 23].iter().all(|at| bytes[*at] == b'-')
        && [0..8, 9..13, 14..18, 19..23, 24..36].into_iter().all(|group| are_digits(&bytes[group]))
}

/// Returns what is wrong with a key, if anything is.
fn flaw(text: &str) -> Option<String> {
    let length = text.chars().count();
    if length == 0 {
        Some("is empty; give 1 to 254 printable ASCII characters".into())
    } else if length > MAX_LENGTH {
        Some(format!("is {length} characters long, at most {MAX_LENGTH} are allowed"))
    } else if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        Some("contains a character that is not printable ASCII".into())
    } else if text.trim() != text {
        Some("begins or ends with a space".into())
    } else {
        None
    }
}

/// Writes random bytes as a UUID of version 4 (RFC 9562).
fn uuid_v4(mut bytes: [u8; 16]) -> Arc<str> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    /// Where the digits of each byte stand.
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = [b'-'; 36];
    for (byte, at) in bytes.into_iter().zip(PLACES) {
        text[at] = DIGITS[usize::from(byte >> 4)];
        text[at + 1] = DIGITS[usize::from(byte & 0xf)];
    }
    str::from_utf8(&text).expect("digits and hyphens are text").into()
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdempotencyKey({:?})", &*self.0)
    }
}

impl AsRef<str> for IdempotencyKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{IdempotencyKey, is_uuid, uuid_v4};

    #[test]
    fn a_random_key_is_a_uuid_of_version_4() {
        assert_eq!(&*uuid_v4([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(&*uuid_v4([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_ne!(IdempotencyKey::random(), IdempotencyKey::random());
        assert!(is_uuid(IdempotencyKey::random().as_str()));
    }

    #[test]
    fn a_uuid_has_hyphens_and_small_digits_in_their_places() {
        for (text, expected) in [
            ("01234567-89ab-4cde-8f01-23456789abcd", true),
            ("01234567-89AB-4cde-8f01-23456789abcd", false),
            ("0123456789ab-4cde-8f01-23456789abcd-", false),
            ("01234567-89ab-4cde-8f01-23456789abc-", false),
            ("01234567-89ab-4cde-8f0123456789abcdef", false),
            ("01234567-89ab-4cde-8f01", false),
        ] {
            assert_eq!(is_uuid(text), expected, "{text}");
        }
    }

    #[test]
    fn a_key_is_1_to_254_printable_ascii_characters() {
        for good in ["a", "order 17/2", &"x".repeat(254)] {
            assert_eq!(IdempotencyKey::new(good).unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("", "is empty"),
            (&*"x".repeat(255), "is 255 characters long, at most 254 are allowed"),
            ("é", "not printable ASCII"),
            ("a\r\nb", "not printable ASCII"),
            (" a", "begins or ends with a space"),
        ] {
            let error = IdempotencyKey::new(bad).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            assert_eq!(error.outcome(), crate::contract::Outcome::NotSent);
        }
    }
}
