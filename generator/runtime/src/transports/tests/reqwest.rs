//! Clients of reqwest that are set up in ways they should not be.

use std::time::Duration;

use ::reqwest::Client;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::SendProgress;
use crate::transport::ReqwestTransport;

fn client() -> ::reqwest::ClientBuilder {
    Client::builder().no_proxy()
}

/// Serves each connection with the next of these, and returns the first lines of the requests.
async fn script(responses: Vec<Vec<u8>>) -> (SocketAddr, JoinHandle<Vec<String>>) {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move {
        let mut lines = Vec::new();
        for bytes in responses {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = read_request(&mut stream).await;
            lines.push(request.lines().next().unwrap_or_default().to_owned());
            stream.write_all(&bytes).await.unwrap();
            stream.shutdown().await.ok();
        }
        lines
    });
    (address, server)
}

fn redirect(status: u16, location: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .into_bytes()
}

#[tokio::test]
async fn a_redirect_that_was_followed_is_no_response() {
    for status in [301, 302, 303] {
        let (address, server) = script(vec![redirect(status, "/other"), ok("{}").into_bytes()]).await;
        let transport = ReqwestTransport::new(client().build().unwrap());
        let response = post(&transport, format!("http://{address}/v1")).await;
        assert_eq!(verdict(&response), "interrupted", "{response:?}");
        assert!(shown(&response).contains("followed a redirect, which it must not do"), "{response:?}");
        assert_eq!(server.await.unwrap(), ["POST /v1 HTTP/1.1", "GET /other HTTP/1.1"]);
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_no_proof_that_nothing_was_sent() {
    for status in [301, 302, 303] {
        let (address, server) = script(vec![redirect(status, &format!("http://{}/", nobody().await))]).await;
        let transport = ReqwestTransport::new(client().build().unwrap());
        let response = post(&transport, format!("http://{address}/v1")).await;
        assert_eq!(verdict(&response), "interrupted", "{response:?}");
        assert_eq!(server.await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_client_of_our_making_follows_no_redirect() {
    for status in [301, 302, 303, 307, 308] {
        let (address, _server) = script(vec![redirect(status, "/other")]).await;
        let builder = client().redirect(::reqwest::redirect::Policy::limited(5));
        let response =
            post(&ReqwestTransport::from_builder(builder).unwrap(), format!("http://{address}/")).await.unwrap();
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn no_policy_sends_a_body_twice() {
    let retry = || {
        ::reqwest::retry::for_host("127.0.0.1").classify_fn(|response| match response.status() {
            Some(status) if status.is_success() => response.success(),
            _ => response.retryable(),
        })
    };
    let own = ReqwestTransport::new(client().retry(retry()).build().unwrap());
    let ours = ReqwestTransport::from_builder(client().retry(retry())).unwrap();
    for transport in [own, ours] {
        let busy = b"HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let (address, server) = script(vec![busy.to_vec()]).await;
        let response = post(&transport, format!("http://{address}/")).await.unwrap();
        assert_eq!(response.status(), 503);
        assert_eq!(server.await.unwrap().len(), 1);
    }
}

/// Returns `{}`, compressed.
fn packed(body: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    std::io::Write::write_all(&mut encoder, body.as_bytes()).unwrap();
    let bytes = encoder.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bytes.len());
    [head.into_bytes(), bytes].concat()
}

#[tokio::test]
async fn bodies_are_unpacked_once() {
    let (address, _server) = script(vec![packed("{}"), packed("{}"), packed(&" ".repeat(2000))]).await;
    let url = format!("http://{address}/");
    let own = ReqwestTransport::new(client().build().unwrap());
    let response = post(&own, url.clone()).await.unwrap();
    assert_eq!(&response.body()[..], b"{}");
    assert!(!response.headers().contains_key("content-encoding") && !response.headers().contains_key("content-length"));

    let ours = ReqwestTransport::from_builder(client().gzip(true)).unwrap();
    let response = post(&ours, url.clone()).await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_ne!(&response.body()[..], b"{}");

    // The limit is one of memory, so it counts what came out.
    assert_eq!(verdict(&post(&own, url).await), "too large");
}

#[tokio::test]
async fn timeouts_of_the_client_leave_the_outcome_open() {
    for (builder, cut) in [
        (client().timeout(Duration::from_millis(50)), ""),
        (client().read_timeout(Duration::from_millis(50)), ""),
        (client().read_timeout(Duration::from_millis(50)), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"),
    ] {
        let (listener, address) = listen().await;
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(cut.as_bytes()).await.unwrap();
            assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
        });
        let response = post(&ReqwestTransport::from_builder(builder).unwrap(), format!("http://{address}/")).await;
        let expected = if cut.is_empty() { "interrupted" } else { "body lost" };
        assert_eq!(verdict(&response), expected, "{response:?}");
        server.await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_went_while_idle_is_replaced() {
    let (address, server) = script(vec![ok("{}").into_bytes(); 3]).await;
    let transport = ReqwestTransport::from_builder(client()).unwrap();
    for _ in 0..3 {
        post(&transport, format!("http://{address}/")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(server.await.unwrap().len(), 3);
}

#[tokio::test]
async fn requests_without_a_body() {
    let transport = ReqwestTransport::from_builder(client()).unwrap();
    let (address, server) = script(vec![ok("{}").into_bytes()]).await;
    let get = |address| Request::get(format!("http://{address}/")).body(Bytes::new()).unwrap();
    assert_eq!(transport.send(get(address)).await.unwrap().status(), 200);
    assert_eq!(server.await.unwrap(), ["GET / HTTP/1.1"]);
    assert_eq!(verdict(&transport.send(get(nobody().await)).await), "not sent");
    // Whether a connection took an empty body cannot be seen, so where it matters the careful word is given.
    let empty_post = Request::post(format!("http://{}/", nobody().await)).body(Bytes::new()).unwrap();
    assert_eq!(verdict(&transport.send(empty_post).await), "interrupted");
}

#[test]
fn a_client_with_credentials_shows_none() {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-key", http::HeaderValue::from_static("hunter2"));
    let transport = ReqwestTransport::from_builder(client().default_headers(headers)).unwrap();
    assert_eq!(format!("{transport:?}"), "ReqwestTransport { .. }");
}

/// The end of an empty body is not read, so that nobody tells when the request leaves.
#[tokio::test]
async fn a_request_without_a_body_may_have_arrived() {
    let transport = ReqwestTransport::from_builder(client()).unwrap();
    let (listener, address) = listen().await;
    let progress = SendProgress::default();
    let request = Request::get(format!("http://{address}/")).extension(progress.clone()).body(Bytes::new()).unwrap();
    let mut sending = transport.send(request);
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        (read_request(&mut stream).await, stream)
    });
    tokio::time::timeout(Duration::from_millis(500), &mut sending).await.expect_err("nobody responses");
    assert!(!progress.give_up());
    assert!(server.await.unwrap().0.starts_with("GET / HTTP/1.1"));
}
