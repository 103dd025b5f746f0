//! Transports against real sockets, each on its own: what they make of what a server does.

#[cfg(feature = "__rustls")]
mod client_certificates;
#[cfg(feature = "hyper-transport")]
mod connecting;
mod faults;
#[cfg(feature = "hyper-transport")]
mod hyper;
#[cfg(feature = "hyper-transport")]
mod proxy;
#[cfg(feature = "reqwest")]
mod reqwest;
mod streaming;
#[cfg(feature = "__tls")]
pub(crate) mod tls;
#[cfg(feature = "tower")]
mod tower;

use std::error::Error as StdError;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::transport_api::Fault;
use crate::{MaxResponseBytes, Transport, TransportError};

const BODY: &str = r#"{"weight":1}"#;

type Exchange = Result<Response<Bytes>, TransportError>;

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Returns an address where nobody listens.
async fn nobody() -> SocketAddr {
    listen().await.1
}

async fn post(transport: &(impl Transport + ?Sized), url: String) -> Exchange {
    let request = Request::post(url).header("authorization", "Bearer s3cret").extension(MaxResponseBytes(1000));
    transport.send(request.body(Bytes::from(BODY)).unwrap()).await
}

/// Reads one request; what came of it if the client hangs up before its end.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut request = Vec::new();
    let whole =
        |bytes: &[u8]| bytes.ends_with(if bytes.starts_with(b"GET") { "\r\n\r\n".as_bytes() } else { BODY.as_bytes() });
    while !whole(&request) {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            break;
        }
    }
    String::from_utf8_lossy(&request).into_owned()
}

/// Takes one request, writes these bytes and hangs up.
async fn response(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &str) -> String {
    let request = read_request(&mut stream).await;
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream.shutdown().await.ok();
    request
}

/// Returns a server for one connection.
async fn server(bytes: impl Into<String>) -> (SocketAddr, JoinHandle<String>) {
    let (listener, address) = listen().await;
    let bytes = bytes.into();
    (address, tokio::spawn(async move { response(listener.accept().await.unwrap().0, &bytes).await }))
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Returns the result of a transport as a word.
fn verdict(response: &Exchange) -> &'static str {
    match response {
        Ok(_) => "response",
        Err(error) => match error.0 {
            Fault::NotSent(_) => "not sent",
            Fault::Tls(_) => "no tls",
            Fault::Interrupted(_) => "interrupted",
            Fault::Malformed(_) => "malformed",
            Fault::BodyLost(..) => "body lost",
            Fault::BodyTooLarge(_) => "too large",
        },
    }
}

/// Returns all texts of an error.
fn shown(response: &Exchange) -> String {
    let error = response.as_ref().unwrap_err();
    let sources = std::iter::successors(Some(error as &dyn StdError), |&error| error.source());
    let lines: Vec<_> = sources.map(|error| format!("{error} {error:?}")).collect();
    lines.join("\n")
}
