//! A transport over the user's own reqwest client.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::{Request, Response, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use crate::environment::BoxFuture;
use crate::error::Error;
use crate::transport_api::{Body, BoxError, MaxResponseBytes, SendProgress, Transport, TransportError};

/// Sends requests through a client of reqwest, with its TLS, proxies, DNS and HTTP versions.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// # use sdk_runtime::transport::ReqwestTransport;
///
/// let transport = ReqwestTransport::from_builder(reqwest::Client::builder().connect_timeout(Duration::from_secs(5)))?;
/// # let _ = transport;
/// # Ok(())
/// # }
/// ```
///
/// The crate turns on no feature of reqwest: without one of reqwest's TLS features in the program's own `Cargo.toml`,
/// it reaches `http` only. Give the client a `connect_timeout`, after which nothing was sent. Its other timeouts should
/// be longer than those of the SDK: a call that they end counts as one whose outcome is unknown.
///
/// Bodies are handed to reqwest in a form that it cannot copy, so no policy of the client makes it send a body twice,
/// and a connect error counts as "nothing sent" only if no connection has begun to take the body.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: Client,
}

impl ReqwestTransport {
    /// Takes a client as it is. It must not follow redirects: a redirect to the same URL cannot be told from a response to the request.
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Builds a client without what is unsafe for calls that must not be made twice: redirects, retries, unpacking of
    /// bodies (which the SDK does, with a limit), and the `Referer` header. Everything else is as the builder has it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the client cannot be built, such as for lack
    /// of TLS.
    pub fn from_builder(builder: ClientBuilder) -> Result<Self, Error> {
        let client = builder
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .build()
            .map_err(|error| Error::configuration(format!("the HTTP client cannot be built: {}", causes(&error))))?;
        Ok(Self::new(client))
    }
}

/// Returns an error in one line: reqwest's own text names neither what failed nor why.
fn causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

/// reqwest's client shows its default headers, among which credentials may be.
impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let limit = request.extensions().get().map_or(usize::MAX, |MaxResponseBytes(limit)| *limit);
            // The end of an empty body is not read, so that a connection took one cannot be seen.
            let watched = !request.body().is_empty() || request.method().is_safe();
            let body = |bytes: Bytes| Once { rest: (!bytes.is_empty()).then_some(bytes) };
            read_body(self.execute(request.map(body), watched).await?, limit).await
        })
    }

    fn stream(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let watched = request.body().length() != Some(0) || request.method().is_safe();
            let response: Response<reqwest::Body> = self.execute(request, watched).await?.into();
            Ok(response.map(|body| Body::of_response(Urlless(body))))
        })
    }
}

impl ReqwestTransport {
    /// Sends a request, and watches whether a connection begins to take its body, if that can be seen.
    async fn execute<B>(&self, request: Request<B>, watched: bool) -> Result<reqwest::Response, TransportError>
    where
        B: HttpBody<Data = Bytes> + Send + Sync + Unpin + 'static,
        B::Error: Into<BoxError>,
    {
        let started = Arc::new(AtomicBool::new(false));
        // A body without a byte is not asked for, so that nobody would tell when the request leaves.
        let has_body = !request.body().is_end_stream();
        let progress = request.extensions().get::<SendProgress>().filter(|_| has_body).cloned();
        progress.iter().for_each(SendProgress::hold);
        let request =
            request.map(|body| reqwest::Body::wrap(Watched { body, started: Arc::clone(&started), progress }));
        let request = reqwest::Request::try_from(request).map_err(TransportError::not_sent)?;
        let url = request.url().clone();
        let response = self.client.execute(request).await.map_err(|error| {
            let untouched = watched && !started.load(Ordering::SeqCst);
            failed(error, untouched)
        })?;
        if *response.url() != url {
            return Err(TransportError::interrupted("the HTTP client followed a redirect, which it must not do"));
        }
        Ok(response)
    }
}

/// Converts an error. reqwest reports a connect error as well when the connection for a redirect or a retry failed, and by then a server
/// has the request. That the body was not begun tells the two apart. The text is kept without the URL, which holds
/// identifiers.
fn failed(error: reqwest::Error, untouched: bool) -> TransportError {
    let never_sent = untouched && (error.is_connect() || error.is_builder());
    let error = error.without_url();
    #[cfg(feature = "__rustls")]
    if never_sent && let Some(failure) = tls_failure(&error) {
        return TransportError::tls(failure);
    }
    if never_sent { TransportError::not_sent(error) } else { TransportError::interrupted(error) }
}

/// Returns what a handshake failed for, if reqwest uses the rustls of this crate.
#[cfg(feature = "__rustls")]
fn tls_failure(error: &reqwest::Error) -> Option<String> {
    // An error of I/O holds another one without being its source.
    fn held<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
        let io = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        error.downcast_ref().or_else(|| held(io? as _))
    }
    let mut causes = std::iter::successors(error.source(), |&error| error.source());
    let failure = causes.find_map(held)?;
    Some(match failure {
        rustls::Error::InvalidCertificate(_) => format!("the server's certificate is not trusted: {failure}"),
        _ => format!("the TLS handshake with the server failed: {failure}"),
    })
}

async fn read_body(mut response: reqwest::Response, limit: usize) -> Result<Response<Bytes>, TransportError> {
    let status: StatusCode = response.status();
    let headers = response.headers().clone();
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(None) => break,
            Ok(Some(chunk)) if chunk.len() > limit - body.len() => {
                return Err(TransportError::body_too_large(status, headers));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Err(error) => return Err(TransportError::body_lost(status, headers, error.without_url())),
        }
    }
    let mut whole = Response::new(body.freeze());
    *whole.status_mut() = status;
    *whole.headers_mut() = headers;
    Ok(whole)
}

/// A body that notes when a connection begins to take it. It is no type that reqwest knows how to copy.
struct Watched<B> {
    body: B,
    started: Arc<AtomicBool>,
    progress: Option<SendProgress>,
}

impl<B> Drop for Watched<B> {
    fn drop(&mut self) {
        self.progress.iter().for_each(SendProgress::release);
    }
}

impl<B> HttpBody for Watched<B>
where
    B: HttpBody + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        self.started.store(true, Ordering::SeqCst);
        if self.progress.as_ref().is_some_and(|progress| !progress.begin()) {
            return Poll::Ready(Some(Err("the request was given up before it was sent".into())));
        }
        Pin::new(&mut self.body).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a response, whose errors are kept without the URL.
struct Urlless(reqwest::Body);

impl HttpBody for Urlless {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let frame = Pin::new(&mut self.0).poll_frame(context);
        frame.map_err(reqwest::Error::without_url)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// A body in one piece.
struct Once {
    rest: Option<Bytes>,
}

impl HttpBody for Once {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.rest.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
