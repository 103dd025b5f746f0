//! Connections: HTTP/1.1 on loopback, with bodies that can break off.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Version};
use hyper::body::{Body, Frame, Incoming as Reading, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep};

use crate::exchange::{Outgoing, exchange};
use crate::simulated_response::SimulatedResponse;
use crate::state::State;

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
    // Without this, a small response may wait for the caller's delayed acknowledgement.
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
    let (head, body) = request.into_parts();
    // A task of its own, so that a call goes through although its caller has hung up.
    let task = tokio::spawn(async move { exchange(&state, head, body).await });
    match task.await.map_err(io::Error::other)? {
        Outgoing::Response(response) => Ok(Written::response(response, Pace::AtOnce)),
        Outgoing::Slow(response, total) => Ok(Written::response(response, Pace::slow(total))),
        Outgoing::Cut(response) => Ok(Written::response(response, Pace::cut())),
        Outgoing::Bodiless(mut response) => {
            response.body = Bytes::new();
            let mut response = Written::response(response, Pace::Unannounced);
            // A body without a length ends with the connection in this version only.
            *response.version_mut() = Version::HTTP_10;
            Ok(response)
        }
        Outgoing::Close | Outgoing::Refuse => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

/// A response's body on its way out.
#[derive(Debug)]
struct Written {
    body: Bytes,
    /// How many bytes are out.
    sent: usize,
    pace: Pace,
}

/// How a body goes out.
#[derive(Debug)]
enum Pace {
    AtOnce,
    /// Byte by byte: each waits until its share of the time has passed.
    Slow {
        start: Instant,
        total: Duration,
        wait: Pin<Box<Sleep>>,
    },
    /// At once, without a length: the end of the connection is the end of the body.
    Unannounced,
    /// The first half, unharmed for this long so that it reaches the caller, then no more.
    Cut(Pin<Box<Sleep>>),
}

impl Pace {
    fn slow(total: Duration) -> Self {
        let start = Instant::now();
        Self::Slow { start, total, wait: Box::pin(tokio::time::sleep_until(start)) }
    }

    fn cut() -> Self {
        Self::Cut(Box::pin(tokio::time::sleep(Duration::from_millis(20))))
    }
}

impl Written {
    fn response(response: SimulatedResponse, pace: Pace) -> Response<Self> {
        let mut written = Response::new(Self { body: response.body, sent: 0, pace });
        *written.status_mut() = response.status;
        *written.headers_mut() = response.headers;
        written
    }

    fn send(&mut self, upto: usize) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let data = self.body.slice(self.sent..upto);
        self.sent = upto;
        Poll::Ready(Some(Ok(Frame::data(data))))
    }
}

impl Body for Written {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let (sent, length) = (self.sent, self.body.len());
        match &mut self.pace {
            Pace::Cut(_) if sent < length / 2 => self.send(length / 2),
            Pace::Cut(wait) => {
                ready!(wait.as_mut().poll(context));
                Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
            }
            _ if sent == length => Poll::Ready(None),
            Pace::AtOnce | Pace::Unannounced => self.send(length),
            Pace::Slow { start, total, wait } => {
                ready!(wait.as_mut().poll(context));
                let share = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
                let next = *start + *total / share(length).max(1) * share(sent + 1);
                wait.as_mut().reset(next);
                self.send(sent + 1)
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self.pace {
            Pace::Unannounced => SizeHint::default(),
            _ => SizeHint::with_exact((self.body.len() - self.sent) as u64),
        }
    }
}
