//! A proxy on this machine, and what goes through it.

#[cfg(feature = "__tls")]
use super::tls::{Authority, backends};
use super::*;
use crate::transport::HyperTransport;

/// The user and password of [`CREDENTIALS`], as a proxy gets them.
const BASIC: &str = "Basic dXNlcjpwQHNz";
const CREDENTIALS: &str = "user:p%40ss";

/// What the proxy does with the one connection it takes.
#[derive(Clone)]
enum Manner {
    /// Connects to this port of this machine, whatever the name.
    #[cfg(feature = "__tls")]
    Connect(u16),
    Say(&'static str),
}

/// Serves one client; returns the head of its request.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, manner: Manner) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
            break;
        }
    }
    match manner {
        #[cfg(feature = "__tls")]
        Manner::Connect(port) => {
            let mut upstream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n").await.unwrap();
            tokio::io::copy_bidirectional(&mut stream, &mut upstream).await.ok();
        }
        Manner::Say(bytes) => {
            stream.write_all(bytes.as_bytes()).await.unwrap();
            stream.shutdown().await.ok();
        }
    }
    String::from_utf8(head).unwrap()
}

async fn proxy(manner: Manner) -> (SocketAddr, JoinHandle<String>) {
    let (listener, address) = listen().await;
    (address, tokio::spawn(async move { serve(listener.accept().await.unwrap().0, manner).await }))
}

/// Returns a TLS server for one connection under a name that no name server knows.
#[cfg(feature = "__tls")]
async fn secure_server(authority: &Authority) -> (u16, JoinHandle<String>) {
    let (listener, address) = listen().await;
    let acceptor = authority.acceptor("api.invalid", false);
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        response(acceptor.accept(stream).await.unwrap(), &ok("{}")).await
    });
    (address.port(), server)
}

#[cfg(feature = "__tls")]
#[tokio::test]
async fn https_goes_through_the_tunnel_of_a_proxy() {
    for backend in backends() {
        for from_environment in [false, true] {
            let authority = Authority::new();
            let (port, server) = secure_server(&authority).await;
            let (address, proxy) = proxy(Manner::Connect(port)).await;
            let url = format!("http://{CREDENTIALS}@{address}");
            let builder = HyperTransport::builder().tls_backend(backend).add_root_certificates_pem(&authority.pem);
            let transport = if from_environment {
                builder.build_in(|name| (name == "HTTPS_PROXY").then(|| url.clone()))
            } else {
                builder.proxy(url.clone()).build_in(|name| (name == "NO_PROXY").then(|| "*".to_owned()))
            };
            let transport = transport.unwrap();
            let response = post(&transport, "https://api.invalid/v1".to_owned()).await;
            assert_eq!(verdict(&response), "response", "{backend:?} {response:?}");
            // The connection goes back to the pool and keeps the tunnel open.
            drop(transport);

            let request = server.await.unwrap();
            assert!(request.starts_with("POST /v1 HTTP/1.1\r\n"), "{request}");
            assert!(!request.to_lowercase().contains("proxy-authorization"), "{request}");
            let expected = "CONNECT api.invalid:443 HTTP/1.1\r\nHost: api.invalid:443\r\n";
            assert_eq!(proxy.await.unwrap(), format!("{expected}Proxy-Authorization: {BASIC}\r\n\r\n"));
        }
    }
}

#[cfg(feature = "__tls")]
#[tokio::test]
async fn a_proxy_can_be_reached_by_https_itself() {
    for backend in backends() {
        let authority = Authority::new();
        let (port, server) = secure_server(&authority).await;
        let (listener, address) = listen().await;
        let acceptor = authority.acceptor("localhost", false);
        let proxy = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            serve(acceptor.accept(stream).await.unwrap(), Manner::Connect(port)).await
        });
        let transport = HyperTransport::builder()
            .tls_backend(backend)
            .add_root_certificates_pem(&authority.pem)
            .proxy(format!("https://localhost:{}", address.port()))
            .build()
            .unwrap();
        let response = post(&transport, "https://api.invalid:8443/".to_owned()).await;
        assert_eq!(verdict(&response), "response", "{backend:?} {response:?}");
        drop(transport);
        server.await.unwrap();
        assert_eq!(proxy.await.unwrap(), "CONNECT api.invalid:8443 HTTP/1.1\r\nHost: api.invalid:8443\r\n\r\n");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_leaves_nothing_sent_and_no_password_shown() {
    for (bytes, expected) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "another user or password (it responded with 407)"),
        (
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno",
            "refused to connect to the server (it responded with 403)",
        ),
        ("HTTP/1.1 302 Found\r\nlocation: https://example.com\r\n\r\n", "(it responded with 302)"),
        ("HTTP/1.1 2000 OK\r\n\r\n", "is not HTTP"),
        ("SSH-2.0-OpenSSH\r\n\r\n", "is not HTTP"),
        ("HTTP/1.1 200 O", "the connection to the proxy was lost"),
        ("", "the connection to the proxy was lost"),
    ] {
        let (address, proxy) = proxy(Manner::Say(bytes)).await;
        let builder = HyperTransport::builder().proxy(format!("http://{CREDENTIALS}@{address}"));
        let builder_shown = format!("{builder:?}");
        let transport = builder.build().unwrap();
        let response = post(&transport, "https://api.invalid/".to_owned()).await;
        assert_eq!(verdict(&response), "not sent", "{response:?}");
        assert!(shown(&response).contains(expected), "{expected}: {}", shown(&response));
        assert!(proxy.await.unwrap().contains(BASIC));
        for text in [builder_shown, format!("{transport:?}"), shown(&response)] {
            for secret in ["p@ss", "p%40ss", &BASIC[6..]] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_named_as_the_cause() {
    let address = nobody().await;
    let transport = HyperTransport::builder().proxy(format!("http://{CREDENTIALS}@{address}")).build().unwrap();
    let response = post(&transport, "https://api.invalid/".to_owned()).await;
    assert_eq!(verdict(&response), "not sent", "{response:?}");
    let shown = shown(&response);
    assert!(shown.contains("the proxy cannot be reached") && !shown.contains("p@ss"), "{shown}");
}

#[tokio::test]
async fn no_proxy_is_heeded() {
    let (listener, address) = listen().await;
    let variables = |name: &str| match name {
        "HTTPS_PROXY" => Some(format!("http://{address}")),
        "NO_PROXY" => Some("example.com, invalid".to_owned()),
        _ => None,
    };
    for builder in [HyperTransport::builder(), HyperTransport::builder().no_proxy()] {
        let transport = builder.build_in(variables).unwrap();
        let response = post(&transport, "https://api.invalid/".to_owned()).await;
        assert_eq!(verdict(&response), "not sent", "{response:?}");
        assert!(!shown(&response).contains("proxy"), "{response:?}");
    }
    let accepted = tokio::time::timeout(std::time::Duration::from_millis(20), listener.accept()).await;
    assert!(accepted.is_err(), "the proxy was used");
}

#[tokio::test]
async fn this_machine_is_reached_without_a_proxy() {
    let dead = nobody().await;
    let given = HyperTransport::builder().proxy(format!("http://{dead}")).build().unwrap();
    let environment =
        HyperTransport::builder().build_in(|name| (name == "HTTPS_PROXY").then(|| format!("http://{dead}"))).unwrap();
    for transport in [given, environment] {
        let (address, server) = server(ok("{}")).await;
        let response = post(&transport, format!("http://localhost:{}/v1", address.port())).await;
        assert_eq!(verdict(&response), "response", "{response:?}");
        assert!(server.await.unwrap().starts_with("POST /v1 HTTP/1.1\r\n"));
    }
}

/// The one test of the real environment. It runs itself in another process, where variables can be set.
#[test]
fn the_environment_of_the_process_is_read() {
    if std::env::var_os("CHILD_OF_THE_TEST").is_some() {
        let error = HyperTransport::new().unwrap_err().to_string();
        assert!(error.contains("HTTPS_PROXY") && error.contains("not supported"), "{error}");
        return;
    }
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "transports::tests::proxy::the_environment_of_the_process_is_read"])
        .env("CHILD_OF_THE_TEST", "1")
        .env("HTTPS_PROXY", "socks5://127.0.0.1:1")
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && shown.contains("1 passed"), "{shown}");
}
