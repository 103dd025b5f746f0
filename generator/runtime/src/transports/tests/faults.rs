//! What a server or a network can do to a request, through every transport that is compiled in.

use std::time::Duration;

use super::*;

/// Returns all transports, by name.
fn transports() -> Vec<(&'static str, Box<dyn Transport>)> {
    vec![
        #[cfg(feature = "hyper-transport")]
        ("hyper", Box::new(crate::transport::HyperTransport::new().unwrap())),
        #[cfg(all(feature = "hyper-transport", feature = "tower"))]
        (
            "tower",
            Box::new(crate::transport::TowerTransport::new(crate::transport::TransportService::new(
                crate::transport::HyperTransport::new().unwrap(),
            ))),
        ),
        #[cfg(feature = "reqwest")]
        (
            "reqwest",
            Box::new(
                crate::transport::ReqwestTransport::from_builder(::reqwest::Client::builder().no_proxy()).unwrap(),
            ),
        ),
    ]
}

/// Checks what all transports make of these bytes as a response.
async fn all_say(expected: &str, bytes: &str) {
    for (name, transport) in transports() {
        let (address, server) = server(bytes).await;
        let response = post(&*transport, format!("http://{address}/v1/parcels?a=b")).await;
        assert_eq!(verdict(&response), expected, "{name} {bytes:.60}: {response:?}");
        let request = server.await.unwrap();
        assert!(
            request.starts_with("POST /v1/parcels?a=b HTTP/1.1\r\n") && request.ends_with(BODY),
            "{name} {request}"
        );
        let head = request.to_lowercase();
        assert!(head.contains("\r\ncontent-length: 12\r\n"), "{name} {request}");
        assert!(head.contains("\r\nauthorization: bearer s3cret\r\n"), "{name} {request}");
        assert!(!head.contains("\r\nreferer:"), "{name} {request}");
    }
}

#[tokio::test]
async fn a_response_arrives_whatever_its_status() {
    all_say("response", &ok("{}")).await;
    all_say("response", "HTTP/1.1 503 X\r\ncontent-length: 2\r\n\r\n{}").await;
    all_say("response", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n").await;
    all_say("response", "HTTP/1.1 204 No Content\r\n\r\n").await;
}

#[tokio::test]
async fn status_headers_and_body_are_handed_on() {
    for (name, transport) in transports() {
        let (address, _server) = server("HTTP/1.1 422 X\r\nx-request-id: R-1\r\ncontent-length: 2\r\n\r\n{}").await;
        let response = post(&*transport, format!("http://{address}/")).await.unwrap();
        assert_eq!((response.status().as_u16(), &response.body()[..]), (422, &b"{}"[..]), "{name}");
        assert_eq!(response.headers()["x-request-id"], "R-1", "{name}");
    }
}

#[tokio::test]
async fn a_refused_connection_has_sent_nothing() {
    for (name, transport) in transports() {
        let response = post(&*transport, format!("http://{}/", nobody().await)).await;
        assert_eq!(verdict(&response), "not sent", "{name} {response:?}");
    }
}

#[tokio::test]
async fn a_name_nobody_has_has_sent_nothing() {
    for (name, transport) in transports() {
        let response = post(&*transport, "http://host.invalid/".to_owned()).await;
        assert_eq!(verdict(&response), "not sent", "{name} {response:?}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_may_have_seen_everything() {
    all_say("interrupted", "").await;
    for (name, transport) in transports() {
        let (listener, address) = listen().await;
        let server = tokio::spawn(async move { drop(listener.accept().await.unwrap()) });
        let response = post(&*transport, format!("http://{address}/")).await;
        assert_eq!(verdict(&response), "interrupted", "{name} {response:?}");
        server.await.unwrap();
    }
}

/// Transports may replace a pooled connection that turns out to be closed, but not once it has taken a request.
#[tokio::test]
async fn a_request_on_a_connection_used_before_is_not_sent_twice() {
    for (name, transport) in transports() {
        for taken in [0, 1, 1000] {
            let (listener, address) = listen().await;
            let server = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                read_request(&mut stream).await;
                stream.write_all(ok("{}").as_bytes()).await.unwrap();
                // Takes so much of the second request, and closes with the rest unread, which resets the connection.
                stream.readable().await.unwrap();
                assert!(taken == 0 || stream.read(&mut vec![0; taken]).await.unwrap() > 0);
                drop(stream);
                tokio::time::timeout(Duration::from_millis(50), listener.accept()).await.is_ok()
            });
            let url = format!("http://{address}/");
            assert_eq!(verdict(&post(&*transport, url.clone()).await), "response", "{name}");
            assert_eq!(verdict(&post(&*transport, url).await), "interrupted", "{name} {taken}");
            assert!(!server.await.unwrap(), "{name} {taken}: a second connection");
        }
    }
}

#[tokio::test]
async fn a_response_that_is_no_http_may_follow_a_request_that_was_carried_out() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(600_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(500));
    let lengths = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}";
    for bytes in ["HTTP/1.1 20", "+OK ready\r\n\r\n", "HTTP/1.1 200 OK\r\na b: c\r\n\r\n", &long, &many, lengths] {
        all_say_interrupted_though_unread(bytes).await;
    }
}

/// Serves one connection. A server that writes more than the client takes may see it hang up, so what the server got is not looked at.
async fn all_say_interrupted_though_unread(bytes: &str) {
    for (name, transport) in transports() {
        let (listener, address) = listen().await;
        let bytes = bytes.to_owned();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(bytes.as_bytes()).await.ok();
        });
        let response = post(&*transport, format!("http://{address}/")).await;
        assert!(matches!(verdict(&response), "interrupted" | "malformed"), "{name}: {response:?}");
        server.await.unwrap();
    }
}

/// Other transports have the limits and the words of their clients.
#[cfg(feature = "hyper-transport")]
#[tokio::test]
async fn what_is_not_http_is_told_as_that() {
    let transport = crate::transport::HyperTransport::new().unwrap();
    let many = |count: usize| format!("HTTP/1.1 200 OK\r\n{}content-length: 2\r\n\r\n{{}}", "x: y\r\n".repeat(count));
    for (bytes, expected) in [
        (many(200), "response"),
        (many(500), "malformed"),
        ("HTTP/1.1 200 OK\r\na b: c\r\n\r\n".to_owned(), "malformed"),
        ("+OK ready\r\n\r\n".to_owned(), "malformed"),
        ("HTTP/1.1 20".to_owned(), "interrupted"),
    ] {
        let (address, server) = server(bytes).await;
        let response = post(&transport, format!("http://{address}/")).await;
        assert_eq!(verdict(&response), expected, "{response:?}");
        if expected == "malformed" {
            assert_eq!(response.unwrap_err().to_string(), "the server's response cannot be read as HTTP");
        }
        server.await.unwrap();
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_lost() {
    all_say("body lost", "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{").await;
    all_say("body lost", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1f\r\n{").await;
    all_say("body lost", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno number\r\n{").await;
}

#[tokio::test]
async fn reading_stops_at_the_limit() {
    let body = " ".repeat(1001);
    all_say("too large", &ok(&body)).await;
    all_say("too large", &format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n{body}\r\n0\r\n\r\n"))
        .await;
    all_say("too large", &format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}")).await;
    all_say("response", &ok(&body[1..])).await;
}

#[tokio::test]
async fn redirects_of_a_body_are_not_followed() {
    for status in [307, 308] {
        all_say(
            "response",
            &format!("HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"),
        )
        .await;
    }
}

#[tokio::test]
async fn errors_show_no_credentials() {
    for (name, transport) in transports() {
        let refused = post(&*transport, format!("http://{}/v1/parcels?number=P-1", nobody().await)).await;
        let (address, _server) = server("").await;
        let interrupted = post(&*transport, format!("http://{address}/v1/parcels?number=P-1")).await;
        for response in [refused, interrupted] {
            let shown = shown(&response);
            assert!(!shown.contains("s3cret") && !shown.contains("P-1"), "{name} {shown}");
        }
    }
}
