//! Text that must not be shown.

use std::fmt;

use crate::syntax::has_no_width;

/// What stands for a value that must not be shown.
pub(crate) const REDACTED: &str = "[redacted]";

/// Text that `Debug` does not show: a password, a token.
///
/// It is written to the wire as it is. [`expose`](Secret::expose) is the one way to see it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Secret(pub(super) String);

impl Secret {
    /// Wraps a secret text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Says what makes it surely another text than the credential it was read from. What is read from a file has a line break
    /// at its end, and a server says no more of it than that it is wrong.
    pub(crate) fn credential_flaw(&self) -> Option<&'static str> {
        let text = self.0.as_str();
        if text.is_empty() {
            Some("is empty")
        } else if text.contains(['\n', '\r']) {
            Some("holds a line break; it may have been read with the end of its line")
        } else if text.trim() != text {
            Some("begins or ends with a blank")
        } else if text.starts_with(has_no_width) || text.ends_with(has_no_width) {
            Some("begins or ends with a character that is not seen, such as a byte order mark")
        } else if text.contains(char::is_control) {
            Some("holds a control character")
        } else {
            None
        }
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

crate::__serde_impls!(Secret);

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use super::super::encode::encode;
    use super::*;

    #[test]
    fn a_secret_is_written_but_not_shown() {
        let secret: Secret = decode(br#""canary""#).unwrap();
        assert_eq!(format!("{secret:?} {secret:#?}"), "[redacted] [redacted]");
        assert_eq!(secret.expose(), "canary");
        assert_eq!(encode(&secret), br#""canary""#);
    }
}
