//! What became of a call on the server.

use std::fmt;

/// What a failed call left behind on the server: the one thing to know before calling again.
///
/// Every [`Error`](crate::Error) has one. Where the facts leave room, the careful reading is taken: a call is
/// [`Unknown`](Outcome::Unknown) until something shows that it was not acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The call was not sent, so nothing can have happened. Of what was sent before under a key of the caller's own, it says nothing.
    NotSent,
    /// The server responded and did not act on the call.
    Rejected,
    /// The server may have acted on the call, or not: no response came, or one that does not tell.
    Unknown,
    /// The server accepted the call; only its response could not be read.
    Accepted,
}

impl Outcome {
    /// The outcome as a word of lower case, as spans and metrics have it.
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
