//! The transport that ships with the crate: hyper's pooled client.

mod builder;
mod connect;
mod proxy;
mod tls;
mod tunnel;

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Frame, SizeHint};
use hyper_util::client::legacy::{Client, ResponseFuture};

use self::connect::Connector;
use super::{Body, BoxError, BoxFuture, MaxResponseBytes, Transport, TransportError};
use crate::Error;

pub use self::builder::HyperTransportBuilder;
pub use self::tls::TlsBackend;

/// The HTTP/1.1 client the SDK uses by default: a pool of connections that clones share.
///
/// As [`new`](Self::new) makes it, it speaks TLS 1.2 and 1.3 over the first [`TlsBackend`] that is compiled in, which
/// with the default features is rustls with ring and Mozilla's list of certificate authorities, and uses the proxy that
/// the environment names. [`builder`](Self::builder) changes that. What cannot be changed: it follows no redirects,
/// repeats nothing of which the server may have seen a byte, unpacks no bodies, stops reading at [`MaxResponseBytes`],
/// and sends plain `http` to this machine only.
///
/// Bring another client by implementing [`Transport`].
#[derive(Clone)]
pub struct HyperTransport {
    pool: Arc<Pool>,
}

/// The client, whose connections are shared, and what makes one without connections.
struct Pool {
    client: RwLock<Client<Connector, Sent>>,
    empty: Box<dyn Fn() -> Client<Connector, Sent> + Send + Sync>,
}

impl HyperTransport {
    fn of(empty: impl Fn() -> Client<Connector, Sent> + Send + Sync + 'static) -> Self {
        Self { pool: Arc::new(Pool { client: RwLock::new(empty()), empty: Box::new(empty) }) }
    }

    /// Sends a request over a connection of the pool, or a new one.
    fn request(&self, request: Request<Sent>) -> ResponseFuture {
        // It is only held to begin a request, or to exchange the client, so nothing in it is ever half done.
        self.pool.client.read().unwrap_or_else(PoisonError::into_inner).request(request)
    }

    /// Makes a client with an empty pool and the settings that a builder begins with.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when TLS cannot be set up, or the environment
    /// names a proxy that cannot be used.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Begins a client with other settings: roots, proxies, timeouts, a client certificate.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::new()
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}

impl Transport for HyperTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let limit = request.extensions().get().copied();
        let answer = self.request(request.map(|bytes| Sent::Whole(Full::new(bytes))));
        Box::pin(async move { read_body(answer.await.map_err(failed)?, limit).await })
    }

    fn stream(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let answer = self.request(request.map(Sent::Streamed));
        Box::pin(async move { Ok(answer.await.map_err(failed)?.map(Body::of_answer)) })
    }

    fn close_connections(&self) {
        *self.pool.client.write().unwrap_or_else(PoisonError::into_inner) = (self.pool.empty)();
    }
}

/// A connect error comes from the connector alone: name look-up, TCP, the proxy's tunnel, the TLS handshake. Whatever fails
/// once a connection exists, a head that cannot be parsed included, is another kind of error.
fn failed(error: hyper_util::client::legacy::Error) -> TransportError {
    if error.is_connect() { TransportError::not_sent(error) } else { TransportError::interrupted(error) }
}

/// The body of a request: nearly always in memory as a whole.
enum Sent {
    Whole(Full<Bytes>),
    Streamed(Body),
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Self::Streamed(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Streamed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Streamed(body) => body.size_hint(),
        }
    }
}

async fn read_body(
    answer: Response<hyper::body::Incoming>,
    limit: Option<MaxResponseBytes>,
) -> Result<Response<Bytes>, TransportError> {
    let (head, body) = answer.into_parts();
    let MaxResponseBytes(limit) = limit.unwrap_or(MaxResponseBytes(usize::MAX));
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(Response::from_parts(head, body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Err(TransportError::body_too_large(head.status, head.headers)),
        Err(error) => Err(TransportError::body_lost(head.status, head.headers, error)),
    }
}
