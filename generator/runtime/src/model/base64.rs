//! Bytes within JSON.

use std::fmt;
use std::str::FromStr;

use super::error::ParseError;
use super::json_reader::{JsonReader, ReadError};
use super::value::{Node, Value};
use crate::syntax::{Alphabet, base64, base64_decode};

macro_rules! bytes_types {
    ($(#[doc = $doc:literal] $name:ident: $alphabet:ident;)*) => {$(
        #[doc = $doc]
        ///
        /// They are read in both alphabets, with and without padding. `Debug` shows how many there are; they may be anything, and many.
        #[derive(Clone, Default, PartialEq, Eq, Hash)]
        pub struct $name(Vec<u8>);

        impl $name {
            /// Wraps bytes.
            #[must_use]
            pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
                Self(bytes.into())
            }

            /// Returns the bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// Returns the bytes.
            #[must_use]
            pub fn into_bytes(self) -> Vec<u8> {
                self.0
            }
        }

        impl From<Vec<u8>> for $name {
            fn from(bytes: Vec<u8>) -> Self {
                Self(bytes)
            }
        }

        impl From<&[u8]> for $name {
            fn from(bytes: &[u8]) -> Self {
                Self(bytes.to_owned())
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseError;

            /// Reads base64.
            fn from_str(text: &str) -> Result<Self, ParseError> {
                base64_decode(text).map(Self).ok_or(ParseError::new("not base64"))
            }
        }

        /// Writes base64.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base64(&self.0, Alphabet::$alphabet))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "[{} bytes]", self.0.len())
            }
        }

        impl Value for $name {
            fn node(&self) -> Node<'_> {
                Node::Bytes(&self.0, Alphabet::$alphabet)
            }

            fn read(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
                reader.kind()?;
                let start = reader.offset();
                let bytes = base64_decode(&reader.text("base64")?);
                self.0 = bytes.ok_or_else(|| ReadError::new(start, "expected base64"))?;
                Ok(())
            }

            fn read_bytes(&mut self, bytes: &[u8]) -> bool {
                self.0 = bytes.to_vec();
                true
            }

            fn blank() -> Self {
                Self::default()
            }
        }

        crate::__serde_impls!($name);
    )*};
}

bytes_types! {
    /// Bytes that are written as base64, in the usual alphabet with padding.
    Base64: Standard;
    /// Bytes that are written as base64 in the alphabet of URLs and file names, with padding.
    Base64Url: UrlSafe;
}

#[cfg(test)]
mod tests {
    use super::super::constraints::Constraints;
    use super::super::decode::decode;
    use super::super::encode::encode;
    use super::*;

    #[test]
    fn bytes_are_written_as_base64() {
        let bytes = Base64::new(*b"\xff\xfe\xfd\x00");
        assert_eq!(encode(&bytes), br#""//79AA==""#);
        for json in [r#""//79AA==""#, r#""__79AA""#, r#""\/\/79\r\nAA""#] {
            assert_eq!(decode::<Base64>(json.as_bytes()), Ok(bytes.clone()));
        }
        assert_eq!("__79AA".parse(), Ok(bytes.clone()));
        assert_eq!((bytes.to_string().as_str(), bytes.as_bytes()), ("//79AA==", &b"\xff\xfe\xfd\x00"[..]));
        assert_eq!(Base64::from(bytes.as_ref()).into_bytes(), bytes.into_bytes());
    }

    #[test]
    fn urls_have_an_alphabet_of_their_own() {
        let bytes = Base64Url::new(*b"\xff\xfe\xfd\x00");
        assert_eq!((encode(&bytes), bytes.to_string().as_str()), (br#""__79AA==""#.to_vec(), "__79AA=="));
        assert_eq!(decode::<Base64Url>(br#""//79AA==""#), Ok(bytes));
    }

    #[test]
    fn other_text_is_refused_and_not_repeated() {
        let error = decode::<Base64>(br#" "canary!""#).unwrap_err();
        assert_eq!((error.offset(), error.to_string().contains("canary")), (1, false));
        assert!(decode::<Base64>(b"[]").is_err());
        assert!("é".parse::<Base64>().is_err());
    }

    #[test]
    fn the_text_is_what_keeps_to_limits() {
        let constraints = Constraints::new().max_length(4).pattern("^Z");
        assert!(constraints.violations(&Base64::new(*b"foo"), "it").is_empty());
        assert_eq!(
            constraints.violations(&Base64::new(*b"oofs"), "it").to_string(),
            "it is 8 characters long, at most 4 are allowed; it does not match the pattern ^Z"
        );
    }

    #[test]
    fn bytes_are_not_shown() {
        assert_eq!(format!("{:?}", Base64::new(*b"canary")), "[6 bytes]");
    }
}
