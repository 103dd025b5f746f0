//! The transport that ships with the crate: hyper's pooled client.

use std::error::Error as StdError;
use std::fmt;
use std::iter::successors;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Frame, SizeHint};
use hyper_util::client::legacy::{Client, ResponseFuture};
use tokio::runtime;
use tokio::runtime::Handle;

use self::connect::Connector;
use self::tls::TlsFailure;
use crate::environment::{BoxFuture, RuntimeCheck};
use crate::error::Error;
use crate::transport_api::{Body, BoxError, MaxResponseBytes, SendProgress, Transport, TransportError};

mod builder;
mod connect;
mod proxy;
mod stream;
mod tls;
mod tunnel;

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

/// The clients, and what makes one without connections. A connection is driven by the runtime in which it was made, and stands still while
/// that one does; so each runtime has connections of its own.
struct Pool {
    clients: RwLock<Vec<(runtime::Id, Client<Connector, Sent>)>>,
    empty: Box<dyn Fn() -> Client<Connector, Sent> + Send + Sync>,
}

/// More runtimes than a program uses at the same time. What is made for each call would fill the memory otherwise.
const MOST_RUNTIMES: usize = 16;

impl HyperTransport {
    fn of(empty: impl Fn() -> Client<Connector, Sent> + Send + Sync + 'static) -> Self {
        Self { pool: Arc::new(Pool { clients: RwLock::default(), empty: Box::new(empty) }) }
    }

    /// Sends a request over a connection of this runtime, or a new one.
    async fn request(&self, request: Request<Sent>) -> Result<Response<hyper::body::Incoming>, TransportError> {
        let runtime = Handle::try_current().map_err(TransportError::not_sent)?.id();
        let response = self.pool.request(runtime, request)?;
        response.await.map_err(failed)
    }

    /// Creates a transport with default settings.
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

impl Pool {
    /// Begins a request. The lock is only held for that, or to change the list, so nothing in it is ever half done.
    fn request(&self, runtime: runtime::Id, request: Request<Sent>) -> Result<ResponseFuture, TransportError> {
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(id, _)| *id == runtime) {
            return Ok(client.request(request));
        }
        drop(clients);
        // A runtime that lacks what connections need would make Tokio panic.
        if let Some(flaw) = RuntimeCheck::default().flaw(true, true) {
            return Err(TransportError::not_sent(flaw));
        }
        let client = (self.empty)();
        let response = client.request(request);
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MOST_RUNTIMES {
            clients.remove(0);
        }
        clients.push((runtime, client));
        Ok(response)
    }
}

impl Transport for HyperTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let limit = request.extensions().get().copied();
        let request = sent(request, |bytes| Content::Whole(Full::new(bytes)));
        Box::pin(async move { read_body(self.request(request).await?, limit).await })
    }

    fn stream(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let request = sent(request, |body| Content::Streamed(Box::new(body)));
        Box::pin(async move { Ok(self.request(request).await?.map(Body::of_response)) })
    }

    fn close_connections(&self) {
        self.pool.clients.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Returns the error of this transport for hyper's. A connect error comes from the connector alone: name look-up, TCP, the proxy's
/// tunnel, the TLS handshake. Whatever fails once a connection exists, a head that cannot be parsed included, is another kind of
/// error, apart from a server's refusal of the client's certificate.
fn failed(error: hyper_util::client::legacy::Error) -> TransportError {
    if let Some(failure) = TlsFailure::within(&error) {
        return TransportError::tls(failure.clone());
    }
    if error.is_connect() {
        return TransportError::not_sent(error);
    }
    let mut causes = successors(Some(&error as &(dyn StdError + 'static)), |&error| error.source());
    let is_malformed = |cause: &(dyn StdError + 'static)| cause.downcast_ref().is_some_and(hyper::Error::is_parse);
    if causes.any(is_malformed) { TransportError::malformed(error) } else { TransportError::interrupted(error) }
}

/// The body of a request, which notes when a connection begins to take it.
struct Sent {
    content: Content,
    /// `None` where the body is empty: then no connection asks for it.
    progress: Option<SendProgress>,
}

/// What a body holds: nearly always it is in memory as a whole.
enum Content {
    Whole(Full<Bytes>),
    /// Boxed, since hyper moves requests about.
    Streamed(Box<Body>),
}

/// Returns nothing of the request leaves before its body is asked for: head and body are written together.
fn sent<B>(request: Request<B>, content: impl FnOnce(B) -> Content) -> Request<Sent> {
    let (head, body) = request.into_parts();
    let content = content(body);
    let progress = head.extensions.get::<SendProgress>().filter(|_| !content.is_end_stream()).cloned();
    progress.iter().for_each(SendProgress::hold);
    Request::from_parts(head, Sent { content, progress })
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.progress.iter().for_each(SendProgress::release);
    }
}

impl Content {
    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => hyper::body::Body::is_end_stream(body),
            Self::Streamed(body) => hyper::body::Body::is_end_stream(&**body),
        }
    }
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        // The connection is closed then, with what it has of the head.
        if self.progress.as_ref().is_some_and(|progress| !progress.begin()) {
            return Poll::Ready(Some(Err("the request was given up before it was sent".into())));
        }
        match &mut self.content {
            Content::Whole(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Content::Streamed(body) => Pin::new(&mut **body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(body) => body.size_hint(),
            Content::Streamed(body) => body.size_hint(),
        }
    }
}

async fn read_body(
    response: Response<hyper::body::Incoming>,
    limit: Option<MaxResponseBytes>,
) -> Result<Response<Bytes>, TransportError> {
    let (head, body) = response.into_parts();
    let MaxResponseBytes(limit) = limit.unwrap_or(MaxResponseBytes(usize::MAX));
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(Response::from_parts(head, body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Err(TransportError::body_too_large(head.status, head.headers)),
        Err(error) => Err(TransportError::body_lost(head.status, head.headers, error)),
    }
}
