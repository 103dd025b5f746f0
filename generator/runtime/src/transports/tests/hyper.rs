//! What only the transport that ships with the crate does.

use std::time::Duration;

use super::*;
use crate::ErrorKind;
use crate::transport::HyperTransport;

#[tokio::test]
async fn redirects_without_a_body_are_not_followed_either() {
    for status in [301, 302, 303] {
        let (address, _server) =
            server(format!("HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")).await;
        let response = post(&HyperTransport::new().unwrap(), format!("http://{address}/")).await.unwrap();
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn plain_http_leaves_this_machine_for_nothing() {
    for url in ["http://api.example.com/", "http://10.1.2.3:1/", "http://127.0.0.1.example.com/"] {
        let response = post(&HyperTransport::new().unwrap(), url.to_owned()).await;
        assert_eq!(verdict(&response), "not sent", "{response:?}");
        assert!(shown(&response).contains("plain http goes to this machine only"), "{response:?}");
    }
}

/// The address stands for this machine on Unix, and the transport does not know it as such.
#[cfg(unix)]
#[tokio::test]
async fn plain_http_goes_elsewhere_where_it_is_allowed() {
    let (address, _server) = server(ok("{}")).await;
    let url = format!("http://0.0.0.0:{}/", address.port());
    let transport = HyperTransport::builder().no_proxy().allow_http(true).build().unwrap();
    assert_eq!(post(&transport, url).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_in_time_has_sent_nothing() {
    // The server takes the TCP connection and keeps silent; the TLS handshake counts as part of connecting.
    let (_listener, address) = listen().await;
    let transport = HyperTransport::builder().connect_timeout(Duration::from_millis(50)).no_proxy().build().unwrap();
    let response = post(&transport, format!("https://{address}/")).await;
    assert_eq!(verdict(&response), "not sent", "{response:?}");
    #[cfg(feature = "__tls")]
    assert!(shown(&response).contains("not connected within 50ms"), "{response:?}");
}

#[tokio::test]
async fn idle_connections_are_closed() {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(ok("{}").as_bytes()).await.unwrap();
        stream.read(&mut [0]).await.unwrap()
    });
    let transport = HyperTransport::builder().idle_timeout(Duration::from_millis(20)).build().unwrap();
    post(&transport, format!("http://{address}/")).await.unwrap();
    assert_eq!(server.await.unwrap(), 0);
}

#[test]
fn settings_that_cannot_work_are_told_when_the_transport_is_built() {
    let builder = HyperTransport::builder;
    for (builder, expected) in [
        (builder().connect_timeout(Duration::ZERO), "timeout for connecting is zero"),
        (builder().proxy("socks5://u:hunter2@proxy:1"), "the address of the proxy is a proxy of a kind"),
        #[cfg(feature = "__tls")]
        (builder().add_root_certificates_pem("hunter2"), "the root certificates are not PEM"),
        #[cfg(feature = "__tls")]
        (
            builder().add_root_certificates_pem("-----BEGIN CERTIFICATE-----\nhunter2!\n-----END CERTIFICATE-----\n"),
            "the root certificates are broken PEM",
        ),
        #[cfg(feature = "__tls")]
        (
            builder().add_root_certificates_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "root certificate 1 is no certificate",
        ),
        #[cfg(feature = "__tls")]
        (builder().only_added_roots(), "none was added"),
        #[cfg(feature = "__tls")]
        (builder().client_certificate_pem("hunter2", "hunter2"), "the client certificate"),
        #[cfg(not(feature = "__tls"))]
        (builder().only_added_roots(), "there is no TLS in this program"),
    ] {
        assert!(!format!("{builder:?}").contains("hunter2"), "{builder:?}");
        let error = builder.build_in(|_| None).expect_err(expected);
        let shown = format!("{error} {error:?}");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(shown.contains(expected) && !shown.contains("hunter2"), "{shown}");
    }
}

#[cfg(feature = "rustls-ring")]
#[test]
fn features_that_are_added_do_not_replace_the_library_of_tls() {
    assert_eq!(crate::transport::TlsBackend::ALL, super::tls::backends());
    assert_eq!(crate::transport::TlsBackend::ALL[0], crate::transport::TlsBackend::RustlsRing);
}

#[cfg(not(feature = "__tls"))]
#[tokio::test]
async fn without_tls_https_says_what_is_missing() {
    let (_listener, address) = listen().await;
    let response = post(&HyperTransport::new().unwrap(), format!("https://{address}/")).await;
    assert_eq!(verdict(&response), "not sent", "{response:?}");
    assert!(shown(&response).contains("turn on the feature rustls-ring"), "{response:?}");
}
