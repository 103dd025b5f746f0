//! A reason that the server gave for a failure.

use std::fmt;
use std::fmt::{Display, Formatter};

use crate::syntax::Quote;

/// One reason the server gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) meaning: Option<&'static str>,
}

impl Reason {
    /// Returns the code; empty if the server gave none.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns the message; empty if the server gave none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns what codes of this kind mean in general, if it is known.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static str> {
        self.meaning
    }
}

/// Code, message and meaning, as far as they are there.
impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self.code.as_str() {
            "" => "no code",
            code if code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_graphic()) => code,
            _ => "a code that is no plain word",
        })?;
        if !self.message.is_empty() {
            write!(f, " {}", Quote(&self.message))?;
        }
        match self.meaning {
            Some(meaning) => write!(f, " ({meaning})"),
            None => Ok(()),
        }
    }
}
