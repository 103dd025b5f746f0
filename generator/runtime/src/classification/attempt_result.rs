//! The result of one attempt.

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, Response, StatusCode};

use super::failure_kind::{TimedOut, TokenFailure};
use crate::model::Violations;
use crate::transport_api::{Fault, TransportError};

/// The result of one attempt.
pub(crate) enum AttemptResult {
    /// There was no token to send.
    NoToken(TokenFailure),
    TimedOut(TimedOut),
    /// The server may have forgotten the key, so nothing was sent.
    KeyForgotten(Violations),
    Fault(TransportError),
    Response(Response<Bytes>),
    /// A success that is downloaded, whose body comes later; or is here, where it may say that the call failed.
    Download(Box<Parts>, Option<Bytes>),
    /// The body of the request could not be opened.
    NoBody(std::io::Error),
}

impl AttemptResult {
    /// Returns status and headers of the response, if one has begun.
    pub(crate) fn head(&self) -> Option<(StatusCode, &HeaderMap)> {
        match self {
            Self::Response(response) => Some((response.status(), response.headers())),
            Self::Download(parts, _) => Some((parts.status, &parts.headers)),
            Self::Fault(TransportError(Fault::BodyLost(head, _) | Fault::BodyTooLarge(head))) => {
                Some((head.0, &head.1))
            }
            Self::Fault(_) | Self::NoToken(_) | Self::TimedOut(_) | Self::KeyForgotten(_) | Self::NoBody(_) => None,
        }
    }
}
