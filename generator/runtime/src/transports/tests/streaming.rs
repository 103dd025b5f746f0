//! Bodies that go and come piece by piece.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};

use super::*;
use crate::Body;

/// Returns the transports that hold no body in memory as a whole.
fn streaming() -> Vec<(&'static str, Box<dyn Transport>)> {
    vec![
        #[cfg(feature = "hyper-transport")]
        ("hyper", Box::new(crate::transport::HyperTransport::new().unwrap())),
        #[cfg(feature = "hyper-transport")]
        ("hyper, shared", Box::new(std::sync::Arc::new(crate::transport::HyperTransport::new().unwrap()))),
        #[cfg(feature = "reqwest")]
        (
            "reqwest",
            Box::new(
                crate::transport::ReqwestTransport::from_builder(::reqwest::Client::builder().no_proxy()).unwrap(),
            ),
        ),
    ]
}

/// Returns those transports, and one that collects bodies.
fn all() -> Vec<(&'static str, Box<dyn Transport>)> {
    #[allow(unused_mut, reason = "without the feature there is nothing to add")]
    let mut all = streaming();
    #[cfg(all(feature = "hyper-transport", feature = "tower"))]
    all.push((
        "tower",
        Box::new(crate::transport::TowerTransport::new(crate::transport::TransportService::new(
            crate::transport::HyperTransport::new().unwrap(),
        ))),
    ));
    all
}

fn request(address: SocketAddr, body: Body) -> Request<Body> {
    let request = Request::post(format!("http://{address}/v1?number=P-1")).header("authorization", "Bearer s3cret");
    request.body(body).unwrap()
}

/// Returns a body of the chunks that are sent to it.
fn fed(length: Option<u64>) -> (mpsc::UnboundedSender<&'static str>, Body) {
    let (sender, mut pieces) = mpsc::unbounded_channel::<&'static str>();
    let body = Body::from_fn(length, move |context| pieces.poll_recv(context).map(|piece| piece.map(|p| Ok(p.into()))));
    (sender, body)
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        assert!(stream.read_buf(&mut read).await.unwrap() > 0, "{}", String::from_utf8_lossy(&read));
    }
    String::from_utf8(read).unwrap()
}

async fn text(mut response: Response<Body>) -> String {
    let mut text = String::new();
    while let Some(piece) = response.body_mut().chunk().await {
        text += str::from_utf8(&piece.unwrap()).unwrap();
    }
    text
}

#[tokio::test]
async fn a_body_goes_out_as_it_comes() {
    for (length, head, [first, second]) in [
        (Some(6), "content-length: 6", ["one", "two"]),
        (None, "transfer-encoding: chunked", ["3\r\none\r\n", "3\r\ntwo\r\n0\r\n\r\n"]),
    ] {
        for (name, transport) in streaming() {
            let (listener, address) = listen().await;
            let (pieces, body) = fed(length);
            pieces.send("one").unwrap();
            let server = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let read = read_until(&mut stream, first).await.to_lowercase();
                // The second piece is not there before the first one has arrived.
                pieces.send("two").unwrap();
                drop(pieces);
                read_until(&mut stream, second).await;
                stream.write_all(ok("{}").as_bytes()).await.unwrap();
                read
            });
            let response = transport.stream(request(address, body)).await.unwrap();
            assert_eq!((response.body().length(), text(response).await), (Some(2), "{}".to_owned()), "{name}");
            let read = server.await.unwrap();
            assert!(read.contains(&format!("\r\n{head}\r\n")), "{name} {read}");
        }
    }
}

#[tokio::test]
async fn a_response_comes_as_it_goes_out() {
    let heads = ["content-length: 6\r\n\r\none", "transfer-encoding: chunked\r\n\r\n3\r\none\r\n"];
    for (head, rest) in heads.into_iter().zip(["two", "3\r\ntwo\r\n0\r\n\r\n"]) {
        for (name, transport) in streaming() {
            let (listener, address) = listen().await;
            let (seen, first) = oneshot::channel();
            let server = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                read_request(&mut stream).await;
                stream.write_all(format!("HTTP/1.1 201 X\r\nx: y\r\n{head}").as_bytes()).await.unwrap();
                first.await.unwrap();
                stream.write_all(rest.as_bytes()).await.unwrap();
            });
            let request = request(address, Body::from(Bytes::from(BODY)));
            let mut response = transport.stream(request).await.unwrap();
            assert_eq!((response.status().as_u16(), response.headers()["x"].to_str().unwrap()), (201, "y"), "{name}");
            assert_eq!(response.body_mut().chunk().await.unwrap().unwrap(), "one", "{name}");
            seen.send(()).unwrap();
            assert_eq!(text(response).await, "two", "{name}");
            server.await.unwrap();
        }
    }
}

#[tokio::test]
async fn without_a_body_there_is_no_word_of_one() {
    for (name, transport) in all() {
        let (address, server) = server(ok("{}")).await;
        let request = Request::get(format!("http://{address}/")).body(Body::from(Bytes::new())).unwrap();
        assert_eq!(text(transport.stream(request).await.unwrap()).await, "{}", "{name}");
        let read = server.await.unwrap().to_lowercase();
        assert!(!read.contains("transfer-encoding") && !read.contains("content-length"), "{name} {read}");
    }
}

#[tokio::test]
async fn a_response_that_breaks_off_is_an_error_of_its_body() {
    for bytes in [
        "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n9\r\n",
    ] {
        for (name, transport) in streaming() {
            let (address, _server) = server(bytes).await;
            let mut response = transport.stream(request(address, Body::from(Bytes::from(BODY)))).await.unwrap();
            assert_eq!(response.body_mut().chunk().await.unwrap().unwrap(), "{", "{name}");
            let error = response.body_mut().chunk().await.unwrap().unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("s3cret") && !shown.contains("P-1"), "{name} {shown}");
            assert!(response.body_mut().chunk().await.is_none(), "{name}");
        }
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_read() {
    for (name, transport) in all() {
        let address = nobody().await;
        let (pieces, body) = fed(Some(3));
        pieces.send("one").unwrap();
        drop(pieces);
        let error = transport.stream(request(address, body)).await.map(drop).unwrap_err();
        assert!(matches!(error.0, Fault::NotSent(_)), "{name} {error:?}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3cret") && !shown.contains("P-1"), "{name} {shown}");
    }
}

/// Of a request that breaks off, the server must not take the beginning for the whole.
#[tokio::test]
async fn a_body_that_fails_ends_the_connection() {
    for length in [Some(20), None] {
        for (name, transport) in streaming() {
            let (listener, address) = listen().await;
            let server = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut read = Vec::new();
                stream.read_to_end(&mut read).await.ok();
                String::from_utf8_lossy(&read).into_owned()
            });
            let mut pieces = [Err("no more tape".into()), Ok(Bytes::from("one"))].into_iter().collect::<Vec<_>>();
            let body = Body::from_fn(length, move |_| std::task::Poll::Ready(pieces.pop()));
            let error = transport.stream(request(address, body)).await.map(drop).unwrap_err();
            assert!(matches!(error.0, Fault::Interrupted(_)), "{name} {error:?}");
            let read = tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap();
            assert!(!read.ends_with("0\r\n\r\n"), "{name} {read}");
        }
    }
}
