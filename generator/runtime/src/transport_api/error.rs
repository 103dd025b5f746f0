//! Why a request has no response, and whether the server can have seen it.

use std::error::Error as StdError;
use std::fmt;
use std::iter::successors;

use http::{HeaderMap, StatusCode};

use crate::redaction::Secrets;
use crate::syntax::OneLine;

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// Why there is no response, or no whole response.
pub struct TransportError(pub(crate) Fault);

pub(crate) enum Fault {
    NotSent(BoxError),
    /// The other end is not who it should be, refuses who this one is, or does not agree on TLS. Nothing was sent that it has read.
    Tls(BoxError),
    Interrupted(BoxError),
    /// What came is not HTTP.
    Malformed(BoxError),
    /// Status and headers came; the body did not.
    BodyLost(Box<(StatusCode, HeaderMap)>, BoxError),
    /// Status and headers came; the body was not read to its end.
    BodyTooLarge(Box<(StatusCode, HeaderMap)>),
}

#[cfg(feature = "tower")]
impl Fault {
    /// Returns how the same fault is reported by an error that has this one among its sources.
    pub(crate) fn seen_through(&self) -> Box<dyn FnOnce(BoxError) -> Self> {
        match self {
            Self::NotSent(_) => Box::new(Self::NotSent),
            Self::Tls(failure) => {
                // Its text says what is wrong, and that of a layer would not.
                let text = failure.to_string();
                Box::new(|_| Self::Tls(text.into()))
            }
            Self::Interrupted(_) => Box::new(Self::Interrupted),
            Self::Malformed(_) => Box::new(Self::Malformed),
            Self::BodyLost(head, _) => {
                let head = head.clone();
                Box::new(|source| Self::BodyLost(head, source))
            }
            Self::BodyTooLarge(head) => {
                let head = head.clone();
                Box::new(|_| Self::BodyTooLarge(head))
            }
        }
    }
}

impl TransportError {
    /// Creates an error: no byte of the request has reached the server.
    pub fn not_sent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Fault::NotSent(source.into()))
    }

    /// Creates an error: nothing was sent that the server could read, since the TLS handshake failed. It is not retried. The text of
    /// `source` becomes part of the message.
    pub fn tls(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Fault::Tls(source.into()))
    }

    /// Creates an error: the request was sent, and the response is not HTTP.
    pub fn malformed(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Fault::Malformed(source.into()))
    }

    /// Creates an error: the request may have reached the server, and no response came.
    pub fn interrupted(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Fault::Interrupted(source.into()))
    }

    /// Creates an error: the response began, and the connection was lost before its end.
    pub fn body_lost(
        status: StatusCode,
        headers: HeaderMap,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Fault::BodyLost(Box::new((status, headers)), source.into()))
    }

    /// Creates an error: the response body is larger than [`MaxResponseBytes`](crate::MaxResponseBytes) allows.
    #[must_use]
    pub fn body_too_large(status: StatusCode, headers: HeaderMap) -> Self {
        Self(Fault::BodyTooLarge(Box::new((status, headers))))
    }
}

impl TransportError {
    /// Replaces what the error was made of by its text without the secrets, should one be in there: in a URL, say.
    pub(crate) fn redact(&mut self, secrets: &Secrets) {
        let (Fault::NotSent(source)
        | Fault::Tls(source)
        | Fault::Interrupted(source)
        | Fault::Malformed(source)
        | Fault::BodyLost(_, source)) = &mut self.0
        else {
            return;
        };
        let first: &(dyn StdError + 'static) = source.as_ref();
        let chain: Vec<_> = successors(Some(first), |&error| error.source()).collect();
        if chain.iter().any(|error| secrets.are_in(&format!("{error} {error:?}"))) {
            let texts: Vec<_> = chain.iter().map(ToString::to_string).collect();
            *source = secrets.redact(&texts.join(": ")).into_owned().into();
        }
    }
}

/// Leaves out the headers of a response: what they hold is not ours to judge.
impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("message", &format_args!("{self}"))
            .field("source", &self.source())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Fault::NotSent(_) => "the request could not be sent",
            // It may repeat what the server's certificate says.
            Fault::Tls(failure) => {
                return write!(f, "no secure connection could be made: {}", OneLine(&failure.to_string()));
            }
            Fault::Malformed(_) => "the server's response cannot be read as HTTP",
            Fault::Interrupted(_) => "the connection was lost before the response came",
            Fault::BodyLost(..) => "the connection was lost in the middle of the response",
            Fault::BodyTooLarge(_) => "the response is larger than allowed",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Fault::NotSent(source)
            | Fault::Interrupted(source)
            | Fault::Malformed(source)
            | Fault::BodyLost(_, source) => Some(source.as_ref()),
            // Its text is part of the message.
            Fault::Tls(failure) => failure.source(),
            Fault::BodyTooLarge(_) => None,
        }
    }
}
