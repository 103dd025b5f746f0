//! The kinds of errors.

/// The kinds of errors, by what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was set up in a way that cannot work.
    Configuration,
    /// The call breaks rules of the service that can be checked beforehand, or cannot be resumed; [`Error::violations`](crate::Error::violations) lists
    /// everything that is in the way.
    InvalidRequest,
    /// No access token could be had. A response of 401 to the call itself is [`Api`](Self::Api).
    Authentication,
    /// The [limiter](crate::transport::Limiter) gave no permit to send a request.
    NoPermit,
    /// No connection could be made.
    Connect,
    /// The connection was lost after the request was sent, or while it was.
    Interrupted,
    /// Time ran out.
    Timeout,
    /// The server responded that the call failed.
    Api,
    /// The server responded that what was asked for was declined, by a success or by a failure. [`Error::decode_body`](crate::Error::decode_body) reads the
    /// body.
    Declined,
    /// The server responded that the call succeeded, in a way that cannot be read.
    Decode,
}

impl ErrorKind {
    /// Returns the kind in snake case, as in spans.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::InvalidRequest => "invalid_request",
            Self::Authentication => "authentication",
            Self::NoPermit => "no_permit",
            Self::Connect => "connect",
            Self::Interrupted => "interrupted",
            Self::Timeout => "timeout",
            Self::Api => "api",
            Self::Declined => "declined",
            Self::Decode => "decode",
        }
    }
}
