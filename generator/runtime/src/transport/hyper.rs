//! The transport that ships with the crate: hyper over rustls.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tower_service::Service;

use super::{BoxFuture, MaxResponseBytes, Transport, TransportError};
use crate::Error;

/// Name look-up, connection and TLS handshake together. Time that runs out here is known to have sent nothing, so the limit
/// is well below that of an attempt.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Shorter than the idle time after which servers and balancers hang up (60 s is common), so that a call seldom meets a
/// connection that is about to go.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The HTTP/1.1 client the SDK uses by default: a pool of connections, hyper over rustls with ring.
///
/// It trusts Mozilla's list of certificate authorities, which is compiled in, speaks TLS 1.2 and 1.3, follows no redirects,
/// repeats nothing that was sent, and reads no proxy settings. Clones share the pool. Bring another client by implementing [`Transport`].
#[derive(Clone)]
pub struct HyperTransport {
    client: Client<Connector, Full<Bytes>>,
}

impl HyperTransport {
    /// Makes a client with an empty pool.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // An answer may take minutes; keep-alive probes find out that the other side is gone.
        tcp.set_keepalive(Some(Duration::from_secs(30)));
        // The provider is named: rustls refuses to guess when another crate of the program brings a second one.
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|_| Error::configuration("TLS cannot be set up"))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            // Some servers compare header names with regard to case, against the standard.
            .http1_title_case_headers(true)
            .build(Connector(tls));
        Ok(Self { client })
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
        let answer = self.client.request(request.map(Full::new));
        Box::pin(async move {
            let answer = answer.await.map_err(|error| {
                if error.is_connect() { TransportError::not_sent(error) } else { TransportError::interrupted(error) }
            })?;
            read_body(answer, limit).await
        })
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

/// Connects within [`CONNECT_TIMEOUT`].
#[derive(Clone)]
struct Connector(HttpsConnector<HttpConnector>);

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.0.call(uri);
        Box::pin(async move {
            match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    format!("not connected within {} s", CONNECT_TIMEOUT.as_secs()),
                )
                .into()),
            }
        })
    }
}
