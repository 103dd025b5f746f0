//! How one request gets to the server and its answer back.

#[cfg(feature = "hyper-transport")]
mod hyper;

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};

#[cfg(feature = "hyper-transport")]
pub use self::hyper::HyperTransport;

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Sends one request and returns the answer, whatever its status.
///
/// Write one to bring an HTTP client of your own. It must not follow redirects (a request carries credentials), must not retry, and
/// must not unpack bodies. It should stop reading at [`MaxResponseBytes`], an extension of the request. Timeouts are not its
/// concern: its future is dropped when time is up.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request.
    ///
    /// The error tells whether the server can have seen the request; when in doubt, it can:
    /// [`TransportError::interrupted`].
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }
}

/// An extension of every request: the size beyond which its response body need not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxResponseBytes(pub usize);

/// Why there is no answer, or no whole answer.
pub struct TransportError(pub(crate) Fault);

pub(crate) enum Fault {
    NotSent(BoxError),
    Interrupted(BoxError),
    /// Status and headers came; the body did not.
    BodyLost(Box<(StatusCode, HeaderMap)>, BoxError),
    /// Status and headers came; the body was not read to its end.
    BodyTooLarge(Box<(StatusCode, HeaderMap)>),
}

impl TransportError {
    /// Not one byte of the request can have reached the server.
    pub fn not_sent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Fault::NotSent(source.into()))
    }

    /// The request may have reached the server, and no answer came.
    pub fn interrupted(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Fault::Interrupted(source.into()))
    }

    /// The answer began, and the connection was lost before its end.
    pub fn body_lost(
        status: StatusCode,
        headers: HeaderMap,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Fault::BodyLost(Box::new((status, headers)), source.into()))
    }

    /// The answer's body is larger than [`MaxResponseBytes`] allows.
    #[must_use]
    pub fn body_too_large(status: StatusCode, headers: HeaderMap) -> Self {
        Self(Fault::BodyTooLarge(Box::new((status, headers))))
    }
}

/// Leaves out the headers of an answer: what they hold is not ours to judge.
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
        f.write_str(match self.0 {
            Fault::NotSent(_) => "no connection could be made",
            Fault::Interrupted(_) => "the connection was lost before the answer came",
            Fault::BodyLost(..) => "the connection was lost in the middle of the answer",
            Fault::BodyTooLarge(_) => "the answer is larger than allowed",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Fault::NotSent(source) | Fault::Interrupted(source) | Fault::BodyLost(_, source) => Some(source.as_ref()),
            Fault::BodyTooLarge(_) => None,
        }
    }
}
