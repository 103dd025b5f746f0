//! Outcomes over a plain socket: the ends of bodies and of connections.

use std::sync::{Arc, Mutex};

use sdk_tests::calls::{ACCOUNT, Operation};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use zuora_payments::Outcome::{Rejected, Unknown};
use zuora_payments::{BaseUrl, Client, Error, RetryPolicy};

use crate::bodies::{ID, PAID, category};

/// What is written to one request, and whether the connection is closed then.
#[derive(Clone, Debug)]
struct Written {
    bytes: Vec<u8>,
    close: bool,
}

impl Written {
    fn closing(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), close: true }
    }

    fn staying(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), close: false }
    }
}

/// A server that writes the same to every request that is like the one before it.
#[derive(Clone)]
struct Server {
    address: String,
    /// The number of the connection that each request came on.
    requests: Arc<Mutex<Vec<usize>>>,
}

impl Server {
    /// Creates a world with these replies; the last one is for all further requests.
    async fn start(list: Vec<Written>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<usize>>>::default();
        let server = Self { address, requests: requests.clone() };
        tokio::spawn(async move {
            let mut connections = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connections += 1;
                tokio::spawn(serve(stream, connections, list.clone(), requests.clone()));
            }
        });
        server
    }

    fn client(&self) -> Client {
        let base = BaseUrl::new(&self.address).unwrap();
        Client::builder(base).access_token("fixed").retry(RetryPolicy::never()).build().unwrap()
    }

    fn connections(&self) -> Vec<usize> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, connection: usize, list: Vec<Written>, requests: Arc<Mutex<Vec<usize>>>) {
    while read_request(&mut stream).await {
        let number = {
            let mut requests = requests.lock().unwrap();
            requests.push(connection);
            requests.len()
        };
        let written = &list[number.min(list.len()) - 1];
        if stream.write_all(&written.bytes).await.is_err() || written.close {
            // What is left in the buffer is read by the other end before it sees the close.
            let _ = stream.shutdown().await;
            return;
        }
    }
}

/// Reads one request with its body. `false` at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut bytes = Vec::new();
    loop {
        match stream.read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if bytes.len() >= end + 4 + length.unwrap_or(0) {
            return true;
        }
    }
}

fn response(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn pay(client: &Client) -> Result<(), Error> {
    Operation::Payment.call(client, ACCOUNT).send().await.map(|_| ())
}

async fn outcome_of(written: Written) -> zuora_payments::Outcome {
    let server = Server::start(vec![written]).await;
    let error = pay(&server.client()).await.unwrap_err();
    assert_eq!(server.connections().len(), 1, "{error}");
    error.outcome()
}

#[tokio::test]
async fn a_body_that_ends_with_the_connection_before_it_began_is_no_witness() {
    for status in ["400 Bad Request", "403 Forbidden", "404 Not Found", "405 Method Not Allowed"] {
        for headers in ["", "content-type: application/json\r\n", "connection: close\r\n"] {
            let head = format!("HTTP/1.1 {status}\r\n{headers}\r\n");
            assert_eq!(outcome_of(Written::closing(head.clone())).await, Unknown, "{head}");
            let head = head.replace("HTTP/1.1", "HTTP/1.0");
            assert_eq!(outcome_of(Written::closing(head.clone())).await, Unknown, "{head}");
        }
    }
}

#[tokio::test]
async fn an_empty_body_that_says_its_length_is_whole() {
    for status in ["400 Bad Request", "403 Forbidden", "404 Not Found", "405 Method Not Allowed"] {
        for close in [true, false] {
            let bytes = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").into_bytes();
            assert_eq!(outcome_of(Written { bytes, close }).await, Rejected, "{status}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_shorter_than_it_says_is_no_witness() {
    let whole = response("400 Bad Request", "", &category("22", Some(ID)));
    assert_eq!(outcome_of(Written::closing(whole.clone())).await, Rejected, "whole");
    let head = whole.find("\r\n\r\n").unwrap() + 4;
    for end in [head, head + 1, head + 20, whole.len() - 1] {
        assert_eq!(outcome_of(Written::closing(&whole.as_bytes()[..end])).await, Unknown, "cut at {end}");
    }
}

/// Cut in the head, at the last moment too.
#[tokio::test]
async fn a_head_that_is_cut_is_no_witness() {
    let whole = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
    for end in [0, 9, 12, 22, 24, whole.len() - 2, whole.len() - 1] {
        assert_eq!(outcome_of(Written::closing(&whole.as_bytes()[..end])).await, Unknown, "cut at {end}");
    }
}

#[tokio::test]
async fn a_chunked_body_without_its_end_is_no_witness() {
    let body = category("22", Some(ID));
    let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("{head}{:x}\r\n{body}\r\n", body.len());
    assert_eq!(outcome_of(Written::closing(format!("{chunk}0\r\n\r\n"))).await, Rejected, "whole");
    assert_eq!(outcome_of(Written::closing(chunk.clone())).await, Unknown, "without the last chunk");
    assert_eq!(outcome_of(Written::closing(head)).await, Unknown, "without a chunk");
}

/// What is behind it on this connection may belong to others, too.
#[tokio::test]
async fn a_connection_with_another_calls_echo_is_not_used_again() {
    let misled = response("200 OK", "zuora-track-id: of-another-call\r\n", PAID);
    let server = Server::start(vec![Written::staying(misled), Written::staying(response("200 OK", "", PAID))]).await;
    let client = server.client();
    let error = pay(&client).await.unwrap_err();
    assert_eq!(error.outcome(), Unknown, "{error}");
    for _ in 0..2 {
        // The connection is put back, or not, in the background.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        pay(&client).await.unwrap();
    }
    assert_eq!(server.connections(), [1, 2, 2], "the first connection is closed, the second is used again");
}

/// What the server sends unasked is not the response to the next call.
#[tokio::test]
async fn what_comes_unasked_is_no_response_to_the_next_call() {
    for stray in ["HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(), response("200 OK", "", PAID)] {
        for pause in [0, 20] {
            let first = format!("{}{stray}", response("200 OK", "", PAID));
            let lost = Written::closing(Vec::new());
            let server = Server::start(vec![Written::staying(first), lost]).await;
            let client = server.client();
            pay(&client).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
            // The second request is never responded to.
            let error = pay(&client).await.unwrap_err();
            assert_eq!(error.outcome(), Unknown, "{stray}, {pause} ms: {error}");
        }
    }
}
