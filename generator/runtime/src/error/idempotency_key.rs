//! The public constructors of an idempotency key, whose flaws are errors.

use super::Error;
use crate::idempotency::IdempotencyKey;

impl IdempotencyKey {
    /// Takes a key of the caller's making: 1 to 254 printable ASCII characters, without a space at either end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) when the text is something else.
    pub fn new(text: impl AsRef<str>) -> Result<Self, Error> {
        Self::parse(text.as_ref()).map_err(|flaw| Error::invalid_argument("idempotency key", flaw))
    }
}

impl std::str::FromStr for IdempotencyKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}
