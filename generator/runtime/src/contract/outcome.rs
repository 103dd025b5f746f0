//! What became of a call on the server.

use std::fmt;

/// The outcome of a failed call on the server: what to check before you call again.
///
/// Every [`Error`](crate::Error) has one. It errs on the safe side: a call is [`Unknown`](Outcome::Unknown) until something proves that the
/// server did not act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The call was not sent, or the server refused the connection before it read the call, so nothing can have happened. Of what was
    /// sent before under a key of the caller's own, it says nothing.
    NotSent,
    /// The server responded and did not act on the call.
    Rejected,
    /// The server may have acted on the call, or not: no response came, or one that does not tell.
    Unknown,
    /// The server accepted the call; only its response could not be read.
    Accepted,
}

impl Outcome {
    /// Returns the outcome in snake case, as in spans and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
        }
    }
}

/// As a sentence without its stop, such as `the server may have acted on the call`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "the call was not sent",
            Self::Rejected => "the server did not act on the call",
            Self::Unknown => "the server may have acted on the call",
            Self::Accepted => "the server accepted the call",
        })
    }
}
