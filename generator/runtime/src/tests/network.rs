//! The transport that ships with the crate, against real sockets.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{BaseUrl, Client, ClientBuilder, GOOD, NewParcel, SERVICE, key};
use crate::transport::HyperTransport;
use crate::{Error, ErrorKind, Outcome, RetryPolicy};

fn client(address: SocketAddr) -> Client {
    ClientBuilder::new(&SERVICE, BaseUrl::new(format!("http://{address}")).unwrap())
        .retry(RetryPolicy::never())
        .access_token("fixed")
        .idempotency_key_source(|| key("key-1"))
        .max_response_bytes(1000)
        .build()
        .unwrap()
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Reads one request of ours, which has a body that ends with a brace.
async fn read_request(stream: &mut TcpStream) -> io::Result<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        let mut chunk = [0; 1024];
        match stream.read(&mut chunk).await? {
            0 => break,
            count => request.extend_from_slice(&chunk[..count]),
        }
    }
    Ok(String::from_utf8(request).unwrap())
}

/// Serves one call with these bytes and hangs up; returns the request and what the call made of the response.
async fn exchange(response: String) -> (String, Result<String, Error>) {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await.unwrap();
        stream.write_all(response.as_bytes()).await.unwrap();
        request
    });
    let result = client(address).send_parcel("D1", &NewParcel::new(1)).await;
    let number = result.map(|parcel| parcel.number.clone().unwrap());
    (server.await.unwrap(), number)
}

#[tokio::test]
async fn a_call_over_a_socket() {
    let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{GOOD}", GOOD.len());
    let (request, number) = exchange(response).await;
    assert_eq!(number.unwrap(), "P-1");
    assert!(request.starts_with("POST /v1/depots/D1/parcels HTTP/1.1\r\n"), "{request}");
    for line in ["Authorization: Bearer fixed", "Idempotency-Key: key-1", "Content-Length: 12"] {
        assert!(request.contains(&format!("\r\n{line}\r\n")), "{request}");
    }
}

#[test]
fn a_client_can_be_built_outside_of_a_runtime() {
    client(SocketAddr::from(([127, 0, 0, 1], 1)));
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..2 {
            read_request(&mut stream).await.unwrap();
            let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{GOOD}", GOOD.len());
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    });
    let client = client(address);
    for _ in 0..2 {
        client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_connection_that_went_while_idle_is_replaced() {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move {
        for _ in 0..3 {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await.unwrap();
            let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{GOOD}", GOOD.len());
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    });
    let client = client(address);
    for _ in 0..3 {
        client.send_parcel("D1", &NewParcel::new(1)).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_refused_connection_has_sent_nothing() {
    let (listener, address) = listen().await;
    drop(listener);
    let error = client(address).send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotSent);
}

#[tokio::test]
async fn a_server_that_hangs_up_leaves_the_outcome_open() {
    let (request, result) = exchange(String::new()).await;
    assert!(request.ends_with(r#"{"weight":1}"#), "{request}");
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error:?}");
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_server_that_hangs_up_without_reading_leaves_the_outcome_open() {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move { drop(listener.accept().await.unwrap()) });
    let error = client(address).send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    server.await.unwrap();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error:?}");
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_response_that_breaks_off_leaves_the_outcome_open() {
    for head in ["HTTP/1.1 20", "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"succ"] {
        let (_, result) = exchange(head.to_owned()).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{error:?}");
        assert_eq!(error.outcome(), Outcome::Unknown);
    }
    let cut = "HTTP/1.1 422 X\r\nx-request-id: R-1\r\ncontent-length: 500\r\n\r\n{";
    let (_, result) = exchange(cut.to_owned()).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Interrupted, Outcome::Unknown));
    assert_eq!(error.request_id(), Some("R-1"));
}

#[tokio::test]
async fn reading_stops_at_the_limit() {
    let body = " ".repeat(2000);
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7d0\r\n{body}\r\n0\r\n\r\n");
    let sized = format!("HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n{body}");
    for response in [chunked, sized] {
        let error = exchange(response).await.1.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown));
        assert!(error.to_string().contains("1000 bytes"), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_over_a_socket_is_not_followed() {
    let response = "HTTP/1.1 307 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let error = exchange(response.to_owned()).await.1.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Unknown));
    assert_eq!(error.status().unwrap(), 307);
}

#[tokio::test]
async fn a_server_without_tls_is_no_https_server() {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 16];
        let _ = stream.read(&mut hello).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let client: Client = ClientBuilder::new(&SERVICE, BaseUrl::new(format!("https://{address}")).unwrap())
        .retry(RetryPolicy::never())
        .access_token("fixed")
        .build()
        .unwrap();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    server.await.unwrap();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotSent);
}

/// A call whose time runs out while its connection is made.
#[tokio::test]
async fn what_waits_for_its_connection_is_not_sent() {
    let (_proxy, address) = listen().await;
    let transport = HyperTransport::builder().proxy(format!("http://{address}")).build().unwrap();
    let client = ClientBuilder::<Client>::new(&SERVICE, BaseUrl::new("https://api.example.com").unwrap())
        .access_token("fixed")
        .transport(transport)
        .retry(RetryPolicy::never())
        .attempt_timeout(Duration::from_millis(300));
    let error = client.build().unwrap().send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::NotSent));
    assert!(error.to_string().contains("no connection was made within the attempt timeout of 300 ms"), "{error}");
    assert!(error.is_retryable());
}

/// The same would happen again.
#[cfg(feature = "rustls-ring")]
#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_told_as_that_and_not_tried_again() {
    let (listener, address) = listen().await;
    let acceptor = crate::transports::tests::tls::Authority::new().acceptor("localhost", false);
    let server = tokio::spawn(connections(listener, acceptor));
    let base_url = BaseUrl::new(format!("https://localhost:{}", address.port())).unwrap();
    let client = ClientBuilder::<Client>::new(&SERVICE, base_url).access_token("fixed").build().unwrap();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::Connect, Outcome::NotSent, 1));
    assert!(error.to_string().contains("the server's certificate is not trusted: "), "{error}");
    assert!(error.to_string().contains("which authorities this client trusts"), "{error}");
    assert!(!error.is_retryable() && server.await.unwrap() == 1);
}

/// Refuses each client, and counts them.
#[cfg(feature = "rustls-ring")]
async fn connections(listener: TcpListener, acceptor: tokio_rustls::TlsAcceptor) -> usize {
    let mut connections = 0;
    while let Ok(accepted) = tokio::time::timeout(Duration::from_millis(500), listener.accept()).await {
        connections += 1;
        assert!(acceptor.accept(accepted.unwrap().0).await.is_err());
    }
    connections
}

/// In TLS 1.3 the refusal comes when the request may have been written.
#[cfg(feature = "rustls-ring")]
#[tokio::test]
async fn a_client_certificate_that_is_missing_is_told_as_that_and_not_tried_again() {
    let (listener, address) = listen().await;
    let authority = crate::transports::tests::tls::Authority::new();
    let server = tokio::spawn(connections(listener, authority.acceptor("localhost", true)));
    let base_url = BaseUrl::new(format!("https://localhost:{}", address.port())).unwrap();
    let transport = HyperTransport::builder().no_proxy().add_root_certificates_pem(&authority.pem).build().unwrap();
    let client = ClientBuilder::<Client>::new(&SERVICE, base_url).access_token("fixed").transport(transport);
    let error = client.build().unwrap().send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::Connect, Outcome::NotSent, 1));
    assert!(error.to_string().contains("the server refused the client's certificate, or requires one: "), "{error}");
    assert!(error.to_string().contains("this client's certificate if the server requires one"), "{error}");
    assert!(!error.is_retryable() && server.await.unwrap() == 1);
}

/// Tokio panics where such a runtime is used.
#[test]
fn a_runtime_that_lacks_something_is_an_error() {
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let mut builder = tokio::runtime::Builder::new_current_thread();
    for (runtime, expected) in [
        (builder.build().unwrap(), "has no timers"),
        (builder.enable_time().build().unwrap(), if cfg!(unix) { "has no I/O" } else { "" }),
    ] {
        if expected.is_empty() {
            continue;
        }
        let client = client(address);
        let error = runtime.block_on(async move { client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err() });
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// Sends over another transport where no connection can be made. The other one says nothing of how far it gets.
struct Failover(HyperTransport, crate::testing::ScriptedTransport);

impl crate::Transport for Failover {
    fn send(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> crate::BoxFuture<'_, Result<http::Response<bytes::Bytes>, crate::TransportError>> {
        Box::pin(async move {
            match self.0.send(request.clone()).await {
                Ok(response) => Ok(response),
                Err(_) => self.1.send(request).await,
            }
        })
    }
}

#[tokio::test]
async fn what_another_transport_has_sent_may_have_arrived() {
    let (_, address) = listen().await;
    let silent = crate::testing::ScriptedTransport::new().no_response();
    let client: Client = ClientBuilder::new(&SERVICE, BaseUrl::new(format!("http://{address}")).unwrap())
        .transport(Failover(HyperTransport::builder().no_proxy().build().unwrap(), silent.clone()))
        .retry(RetryPolicy::never())
        .access_token("fixed")
        .attempt_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let error = client.send_parcel("D1", &NewParcel::new(1)).await.unwrap_err();
    assert_eq!((silent.requests().len(), error.outcome()), (1, Outcome::Unknown), "{error}");
}
