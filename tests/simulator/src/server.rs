//! Connections: HTTP/1.1 on loopback, and bodies that can break off.

use std::io::{self, Write};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming as Reading, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Sleep;

use crate::answer::Answer;
use crate::exchange::{Incoming, LARGEST_BODY, Outgoing, exchange};
use crate::state::State;

/// Bodies above this many bytes are compressed for those who ask.
const COMPRESSED_ABOVE: usize = 1000;

/// Accepts connections until `stop` changes or its sender is gone, then waits for those that are left.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>, mut stop: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, Arc::clone(&state), stop.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, state: Arc<State>, mut stop: watch::Receiver<()>) {
    // Without this, a small answer may wait for the caller's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(request, Arc::clone(&state)));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // Errors are of the caller's making, or of a fault's.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn respond(request: Request<Reading>, state: Arc<State>) -> io::Result<Response<Written>> {
    let (parts, body) = request.into_parts();
    let accepts_gzip = accepts_gzip(&parts.headers);
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            let message = "the request has no end, or is too large";
            let answer = Answer::sentence(StatusCode::PAYLOAD_TOO_LARGE, message);
            return Ok(Written::response(answer, false, accepts_gzip));
        }
    };
    let incoming = Incoming { method: parts.method, path: parts.uri.path().to_owned(), headers: parts.headers, body };
    // A task of its own, so that a call goes through although its caller has hung up.
    let task = tokio::spawn(async move { exchange(&state, &incoming).await });
    match task.await.map_err(io::Error::other)? {
        Outgoing::Answer(answer) => Ok(Written::response(answer, false, accepts_gzip)),
        Outgoing::Cut(answer) => Ok(Written::response(answer, true, accepts_gzip)),
        Outgoing::Close => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter();
    let mut codings = values.filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
    codings.any(|coding| coding.split(';').next().unwrap_or_default().trim() == "gzip")
}

fn gzip(body: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body)?;
    Ok(encoder.finish()?.into())
}

/// An answer's body on its way out.
#[derive(Debug)]
struct Written {
    data: Option<Bytes>,
    /// What the head announces.
    length: u64,
    /// Set when the body breaks off: how long the half stays unharmed, so that it reaches the caller.
    cut: Option<Pin<Box<Sleep>>>,
}

impl Written {
    fn response(mut answer: Answer, cut: bool, accepts_gzip: bool) -> Response<Self> {
        if accepts_gzip
            && answer.body.len() > COMPRESSED_ABOVE
            && let Ok(body) = gzip(&answer.body)
        {
            answer.body = body;
            let coding = HeaderValue::from_static("gzip");
            answer.headers.insert(CONTENT_ENCODING, coding);
        }
        let length = answer.body.len();
        let sent = if cut { length / 2 } else { length };
        let data = answer.body.slice(..sent);
        let mut response = Response::new(Self {
            data: (sent > 0).then_some(data),
            length: length as u64,
            cut: cut.then(|| Box::pin(tokio::time::sleep(Duration::from_millis(20)))),
        });
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }
}

impl Body for Written {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match &mut self.cut {
            None => Poll::Ready(None),
            Some(wait) => wait.as_mut().poll(context).map(|()| Some(Err(io::ErrorKind::ConnectionAborted.into()))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
