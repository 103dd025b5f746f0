//! The interface that an HTTP client implements to send requests.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use super::body::Body;
use super::error::TransportError;
use crate::environment::BoxFuture;

/// An HTTP client: sends one request and returns the response, whatever its status.
///
/// Write one to bring an HTTP client of your own, or to watch or change what another one sends. A transport
///
/// - does not follow redirects: a request carries credentials;
/// - does not send a request a second time: whether that is safe is for the call to decide, which knows what the first
///   one did;
/// - does not unpack bodies, or if it does, removes `Content-Encoding` and `Content-Length`;
/// - keeps to itself what it sends: the request for a token carries the client's secret in its body, other requests a token in their
///   headers;
/// - stops reading at [`MaxResponseBytes`], an extension of the request;
/// - sets no limit to the time of a whole request: its future is dropped when time is up, and [`SendProgress`](crate::SendProgress), another extension, says
///   whether anything had left by then;
/// - says which way it failed, the careful one when in doubt: a [`TransportError`] decides whether a call counts as
///   never made.
///
/// # Examples
///
/// HTTP/1.0, a connection for each request and no TLS, to a process beside this one that adds it:
///
/// ```
/// use std::error::Error;
///
/// use bytes::Bytes;
/// use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
/// # use sdk_runtime::{BoxFuture, MaxResponseBytes, SendProgress, Transport, TransportError};
/// use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
/// use tokio::net::TcpStream;
///
/// struct Sidecar {
///     address: String,
/// }
///
/// impl Transport for Sidecar {
///     fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
///         Box::pin(async move {
///             let limit = request.extensions().get().map_or(usize::MAX, |MaxResponseBytes(limit)| *limit);
///             let progress = request.extensions().get::<SendProgress>().cloned().unwrap_or_default();
///
///             // If this fails or takes too long, the server has seen nothing, and the call counts as never made.
///             progress.hold();
///             let mut stream = TcpStream::connect(&self.address).await.map_err(TransportError::not_sent)?;
///             if !progress.begin() {
///                 return Err(TransportError::not_sent("the time of the request is up"));
///             }
///
///             // From here on the server may have seen all of it, whatever fails.
///             stream.write_all(&encode(&request)).await.map_err(TransportError::interrupted)?;
///             let mut stream = BufReader::new(stream);
///             let (status, headers) = read_head(&mut stream).await.map_err(TransportError::interrupted)?;
///
///             // Status and headers are here, and are handed on even where the body is not.
///             let mut body = Vec::new();
///             if let Err(error) = stream.take((limit as u64).saturating_add(1)).read_to_end(&mut body).await {
///                 return Err(TransportError::body_lost(status, headers, error));
///             }
///             if body.len() > limit {
///                 return Err(TransportError::body_too_large(status, headers));
///             }
///             let length = headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
///             if length.is_some_and(|length: usize| length != body.len()) {
///                 return Err(TransportError::body_lost(status, headers, "the body is shorter than announced"));
///             }
///             let mut response = Response::new(Bytes::from(body));
///             *response.status_mut() = status;
///             *response.headers_mut() = headers;
///             Ok(response)
///         })
///     }
/// }
///
/// fn encode(request: &Request<Bytes>) -> Vec<u8> {
///     let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
///     let host = request.uri().authority().map_or("", |authority| authority.as_str());
///     let length = request.body().len();
///     let line = format!("{} {target} HTTP/1.0\r\n", request.method());
///     let mut bytes = format!("{line}host: {host}\r\ncontent-length: {length}\r\n").into_bytes();
///     for (name, value) in request.headers() {
///         bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
///     }
///     bytes.extend_from_slice(b"\r\n");
///     bytes.extend_from_slice(request.body());
///     bytes
/// }
///
/// async fn read_head(
///     stream: &mut BufReader<TcpStream>,
/// ) -> Result<(StatusCode, HeaderMap), Box<dyn Error + Send + Sync>> {
///     let mut lines = stream.take(64 * 1024).lines();
///     let first = lines.next_line().await?.ok_or("the server hung up")?;
///     let status = StatusCode::from_bytes(first.split(' ').nth(1).ok_or("not HTTP")?.as_bytes())?;
///     let mut headers = HeaderMap::new();
///     while let Some(line) = lines.next_line().await? {
///         if line.is_empty() {
///             return Ok((status, headers));
///         }
///         let (name, value) = line.split_once(':').ok_or("not HTTP")?;
///         headers.append(HeaderName::from_bytes(name.as_bytes())?, value.trim().parse()?);
///     }
///     Err("the head has no end".into())
/// }
/// # async fn exchange(response: &'static [u8]) -> Result<Response<Bytes>, TransportError> {
/// #     let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
/// #     let address = listener.local_addr().unwrap().to_string();
/// #     let server = tokio::spawn(async move {
/// #         let (mut stream, _) = listener.accept().await.unwrap();
/// #         let mut request = Vec::new();
/// #         while !request.ends_with(b"{}") {
/// #             stream.read_buf(&mut request).await.unwrap();
/// #         }
/// #         stream.write_all(response).await.unwrap();
/// #         String::from_utf8(request).unwrap()
/// #     });
/// #     let request = Request::post("http://localhost/v1?a=b").header("x-y", "z").extension(MaxResponseBytes(4));
/// #     let result = Sidecar { address }.send(request.body(Bytes::from("{}")).unwrap()).await;
/// #     let sent = "POST /v1?a=b HTTP/1.0\r\nhost: localhost\r\ncontent-length: 2\r\nx-y: z\r\n\r\n{}";
/// #     assert_eq!(server.await.unwrap(), sent);
/// #     result
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     let response = exchange(b"HTTP/1.1 201 Created\r\ncontent-length: 4\r\n\r\ndone").await.unwrap();
/// #     assert_eq!((response.status().as_u16(), &response.body()[..]), (201, &b"done"[..]));
/// #     exchange(b"").await.unwrap_err();
/// #     exchange(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndo").await.unwrap_err();
/// #     exchange(b"HTTP/1.1 200 OK\r\n\r\nlonger").await.unwrap_err();
/// # }
/// ```
///
/// Most stand on a client that exists already, and map its errors: see `TowerTransport` (feature `tower`), with which
/// also a layer can be put around another transport, and `ReqwestTransport` (feature `reqwest`).
pub trait Transport: Send + Sync + 'static {
    /// Sends the request.
    ///
    /// The error says whether the server can have seen the request; when in doubt, it can:
    /// [`TransportError::interrupted`].
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;

    /// Sends a request whose body, or whose response, is not to be in memory as a whole: a file that is uploaded or
    /// downloaded. The response is returned as soon as its head is there. [`MaxResponseBytes`] need not be heeded where the
    /// response's body comes piece by piece.
    ///
    /// Unless written, it collects the request's body, [sends](Self::send) it, and returns a response that is there as a
    /// whole: right, but not for what is larger than memory.
    ///
    /// The error is as that of `send`. What goes wrong while the response's body comes is an error of that body.
    fn stream(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            // While it is collected, nothing is sent.
            let collected = body.collect(usize::MAX).await.map_err(TransportError::not_sent)?;
            let response = self.send(Request::from_parts(head, collected.unwrap_or_default())).await?;
            Ok(response.map(Body::from))
        })
    }

    /// Lets no later request use a connection that there is now. It is called when a response belongs to another call: from then on the
    /// connections cannot be trusted. Requests under way go on.
    ///
    /// Unless written, it does nothing, which is right for a transport that keeps no connections.
    fn close_connections(&self) {}
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }

    fn stream(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        (**self).stream(request)
    }

    fn close_connections(&self) {
        (**self).close_connections();
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }

    fn stream(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        (**self).stream(request)
    }

    fn close_connections(&self) {
        (**self).close_connections();
    }
}

/// An extension of every request: the size beyond which its response body need not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxResponseBytes(pub usize);
