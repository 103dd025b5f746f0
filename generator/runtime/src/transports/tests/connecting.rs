//! Time that runs out before a request has left, and connections of several runtimes.

use std::io::{Read, Write};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::timeout;

use super::*;
use crate::SendProgress;
use crate::transport::HyperTransport;

const SHORT: Duration = Duration::from_millis(300);

/// Returns whether a request that was given up after a short time is known not to have left.
async fn is_known_unsent(transport: &dyn Transport, url: String) -> bool {
    let progress = SendProgress::default();
    let request = Request::post(url).extension(progress.clone()).body(Bytes::from(BODY)).unwrap();
    let mut sending = transport.send(request);
    timeout(SHORT, &mut sending).await.expect_err("nobody responses");
    progress.give_up()
}

#[tokio::test]
async fn a_request_that_waits_for_its_connection_has_not_left() {
    // A proxy that takes connections and says nothing.
    let (_proxy, address) = listen().await;
    let transport = HyperTransport::builder().proxy(format!("http://{address}")).build().unwrap();
    assert!(is_known_unsent(&transport, "https://api.example.com/v1".to_owned()).await);
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn a_request_that_waits_for_a_name_in_reqwest_has_not_left() {
    struct Silent;
    impl ::reqwest::dns::Resolve for Silent {
        fn resolve(&self, _: ::reqwest::dns::Name) -> ::reqwest::dns::Resolving {
            Box::pin(std::future::pending())
        }
    }
    let client = ::reqwest::Client::builder().no_proxy().dns_resolver(std::sync::Arc::new(Silent));
    let transport = crate::transport::ReqwestTransport::from_builder(client).unwrap();
    assert!(is_known_unsent(&transport, "http://api.example.com/v1".to_owned()).await);
}

#[cfg(feature = "__tls")]
#[tokio::test]
async fn a_request_that_waits_for_tls_has_not_left() {
    for backend in super::tls::backends() {
        let (_server, address) = listen().await;
        let transport = HyperTransport::builder().tls_backend(backend).no_proxy().build().unwrap();
        assert!(is_known_unsent(&transport, format!("https://localhost:{}/", address.port())).await, "{backend:?}");
    }
}

#[tokio::test]
async fn a_request_that_waits_for_its_response_may_have_arrived() {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        tokio::time::sleep(2 * SHORT).await;
        request
    });
    let transport = HyperTransport::new().unwrap();
    assert!(!is_known_unsent(&transport, format!("http://{address}/")).await);
    assert!(server.await.unwrap().ends_with(BODY));
}

/// What was given up does not leave when its connection comes at last.
#[tokio::test]
async fn what_was_given_up_never_arrives() {
    let (proxy, address) = listen().await;
    let proxy = tokio::spawn(async move {
        let (mut stream, _) = proxy.accept().await.unwrap();
        let mut seen = [0; 1024];
        let length = stream.read(&mut seen).await.unwrap();
        assert!(seen[..length].starts_with(b"CONNECT "));
        tokio::time::sleep(2 * SHORT).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut rest = Vec::new();
        timeout(SHORT, stream.read_to_end(&mut rest)).await.ok();
        String::from_utf8_lossy(&rest).into_owned()
    });
    let transport = HyperTransport::builder().proxy(format!("http://{address}")).build().unwrap();
    assert!(is_known_unsent(&transport, "https://api.example.com/v1".to_owned()).await);
    let rest = proxy.await.unwrap();
    assert!(!rest.contains("POST") && !rest.contains(BODY), "{rest}");
}

/// A connection stands still while the runtime in which it was made does.
#[test]
fn an_idle_runtime_holds_up_no_other() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || {
                let (mut stream, mut seen) = (stream.unwrap(), [0; 4096]);
                while stream.read(&mut seen).is_ok_and(|length| length > 0) {
                    stream.write_all(ok("{}").as_bytes()).unwrap();
                }
            });
        }
    });
    let transport = HyperTransport::new().unwrap();
    let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (runtime(), runtime());
    for runtime in [&first, &second, &first, &second] {
        let response = runtime.block_on(async { timeout(10 * SHORT, post(&transport, url.clone())).await });
        assert_eq!(verdict(&response.expect("nobody is waited for")), "response");
    }
    // Each of many runtimes that live for one request.
    for _ in 0..40 {
        assert_eq!(verdict(&runtime().block_on(post(&transport, url.clone()))), "response");
    }
}

#[test]
fn a_runtime_without_io_or_timers_sends_nothing() {
    let (mut without_io, mut without_time) = (Builder::new_current_thread(), Builder::new_current_thread());
    for (builder, lacks) in [(without_io.enable_time(), "no I/O"), (without_time.enable_io(), "no timers")] {
        let response = builder.build().unwrap().block_on(async {
            let transport = HyperTransport::builder().no_proxy().build().unwrap();
            post(&transport, "http://127.0.0.1:9/".to_owned()).await
        });
        assert_eq!(verdict(&response), "not sent");
        assert!(response.unwrap_err().source().is_some_and(|source| source.to_string().contains(lacks)), "{lacks}");
    }
}

/// Another transport may have it from then on.
#[tokio::test]
async fn a_request_that_was_dropped_is_no_longer_held() {
    let (_proxy, address) = listen().await;
    let transport = HyperTransport::builder().proxy(format!("http://{address}")).build().unwrap();
    let progress = SendProgress::default();
    let request = Request::post("https://api.example.com/v1").extension(progress.clone()).body(Bytes::from(BODY));
    timeout(SHORT, transport.send(request.unwrap())).await.expect_err("nobody responses");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!progress.give_up());
}
