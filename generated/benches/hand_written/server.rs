//! The server that calls over loopback go to: this program again, in a process of its own, so that neither its time nor its
//! memory counts.

use std::convert::Infallible;
use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Makes this program a server.
pub(crate) const ARGUMENT: &str = "--serve";

/// A server that is running.
pub(crate) struct Server {
    child: Child,
    port: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let program = env::current_exe().expect("a program knows where it is");
        let mut command = Command::new(program);
        let command = command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("this program can be started again");
        let mut port = String::new();
        let output = child.stdout.take().expect("its output was asked for");
        BufReader::new(output).read_line(&mut port).expect("the server says where it listens");
        Self { child, port: port.trim().to_owned() }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server ends with its input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Headers as the service sends them.
pub(crate) fn headers() -> HeaderMap {
    [
        (CONTENT_TYPE, "application/json;charset=UTF-8"),
        (HeaderName::from_static("zuora-request-id"), "cb3b4ad6-2f2a-4a0e-9f0e-9b1a3f7c1d2e"),
        (HeaderName::from_static("ratelimit-limit"), "50000, 50000;w=60"),
        (HeaderName::from_static("ratelimit-remaining"), "49999"),
        (HeaderName::from_static("ratelimit-reset"), "17.412"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
    .into_iter()
    .collect()
}

/// Responds to every request with `body`, until the input ends.
pub(crate) fn serve(body: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    runtime.spawn(accept(body));
    let ended = runtime.spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new()));
    let _ = runtime.block_on(ended);
}

async fn accept(body: &'static str) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
    let port = listener.local_addr().expect("it listens").port();
    println!("{port}");
    io::stdout().flush().expect("the output is open");
    loop {
        let (stream, _) = listener.accept().await.expect("connections can be accepted");
        let _ = stream.set_nodelay(true);
        let response = service_fn(move |request| respond(request, body));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), response));
    }
}

async fn respond(request: Request<Incoming>, body: &'static str) -> Result<Response<Full<Bytes>>, Infallible> {
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::from(body));
    *response.headers_mut() = headers();
    Ok(response)
}
