//! Servers that refuse the client's certificate, which TLS 1.3 tells when the request may have been written.

use rustls::crypto::cipher::{OutboundChunks, OutboundPlainMessage};
use rustls::version::{TLS12, TLS13};
use rustls::{
    AlertDescription, ConnectionTrafficSecrets, ContentType, ProtocolVersion, ServerConfig, ServerConnection,
    SupportedCipherSuite,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::tls::{Authority, backends, builder, tls_server};
use super::*;
use crate::transport::TlsBackend;

fn rustls_backends() -> Vec<TlsBackend> {
    let name_of = |backend: &TlsBackend| format!("{backend:?}");
    backends().into_iter().filter(|backend| name_of(backend).starts_with("Rustls")).collect()
}

fn assert_is_refused(response: &Exchange, case: &str) {
    assert_eq!(verdict(response), "no tls", "{case}: {response:?}");
    let text = response.as_ref().unwrap_err().to_string();
    let expected = "no secure connection could be made: the server refused the client's certificate, or requires one: ";
    assert!(text.starts_with(expected), "{case}: {text}");
}

#[tokio::test]
async fn a_refused_client_certificate_has_sent_nothing() {
    for backend in rustls_backends() {
        for version in [&TLS12, &TLS13] {
            let authority = Authority::new();
            let (unknown, unknown_key) = Authority::new().sign("client");
            let builder = || builder(backend).add_root_certificates_pem(&authority.pem);
            for (case, builder) in [
                ("none", builder()),
                ("unknown", builder().client_certificate_pem(unknown.pem(), unknown_key.serialize_pem())),
            ] {
                let transport = builder.build().unwrap();
                // A body that no buffer on the way holds is still being written when the server closes the connection.
                for size in [1, 16 << 20] {
                    let config = authority.server("localhost", Some(authority.verifier()), &[version]);
                    let (port, server) = tls_server(TlsAcceptor::from(std::sync::Arc::new(config))).await;
                    let request = Request::post(format!("https://localhost:{port}/"));
                    let response = transport.send(request.body(Bytes::from(vec![b'x'; size])).unwrap()).await;
                    assert_is_refused(&response, &format!("{backend:?} {version:?} {case} {size}"));
                    assert_eq!(server.await.unwrap(), None);
                }
            }
        }
    }
}

/// A server that completes the handshake, and what it does with the request then.
struct Server {
    asks: bool,
    tickets: usize,
    /// How many requests it responds to before.
    responses: usize,
    /// What is written together with the alert.
    data: &'static str,
    alert: AlertDescription,
}

const ASKING: Server =
    Server { asks: true, tickets: 0, responses: 0, data: "", alert: AlertDescription::CertificateRequired };

impl Server {
    /// Returns the result of the last request, of which the server has read everything.
    async fn last_response(self, backend: TlsBackend) -> Exchange {
        let authority = Authority::new();
        let verifier = self.asks.then(|| authority.verifier().allow_unauthenticated());
        let mut config = authority.server("localhost", verifier, &[&TLS13]);
        config.enable_secret_extraction = true;
        config.send_tls13_tickets = self.tickets;
        let transport = builder(backend).add_root_certificates_pem(&authority.pem).build().unwrap();
        let (requests, (listener, address)) = (self.responses, listen().await);
        let server = tokio::spawn(async move { self.serve(config, listener.accept().await.unwrap().0).await });
        let url = || format!("https://localhost:{}/", address.port());
        for _ in 0..requests {
            post(&transport, url()).await.unwrap();
            // The connection is put back in the background.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let last = post(&transport, url()).await;
        server.await.unwrap();
        last
    }

    async fn serve(self, config: ServerConfig, stream: TcpStream) {
        let mut stream = TlsAcceptor::from(std::sync::Arc::new(config)).accept(stream).await.unwrap();
        for _ in 0..self.responses {
            assert!(read_request(&mut stream).await.ends_with(BODY));
            stream.write_all(ok("{}").as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
        }
        assert!(read_request(&mut stream).await.ends_with(BODY));
        let (mut stream, session) = stream.into_inner();
        stream.write_all(&records(session, self.data, self.alert)).await.unwrap();
        stream.shutdown().await.unwrap();
    }
}

/// Encrypts the last records of a server: rustls itself sends no such alert once a handshake has ended.
fn records(session: ServerConnection, data: &str, alert: AlertDescription) -> Vec<u8> {
    let Some(SupportedCipherSuite::Tls13(suite)) = session.negotiated_cipher_suite() else { panic!("TLS 1.3") };
    let secrets = session.dangerous_extract_secrets().unwrap();
    let (first, secrets) = secrets.tx;
    let (ConnectionTrafficSecrets::Aes128Gcm { key, iv }
    | ConnectionTrafficSecrets::Aes256Gcm { key, iv }
    | ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv }) = secrets
    else {
        panic!("another cipher")
    };
    let mut encrypter = suite.aead_alg.encrypter(key, iv);
    let alert = [2, u8::from(alert)];
    let contents = [(ContentType::ApplicationData, data.as_bytes()), (ContentType::Alert, &alert)];
    let mut records = Vec::new();
    for (number, (typ, content)) in (first..).zip(contents.into_iter().filter(|(_, content)| !content.is_empty())) {
        let payload = OutboundChunks::Single(content);
        let message = OutboundPlainMessage { typ, version: ProtocolVersion::TLSv1_3, payload };
        records.extend(encrypter.encrypt(message, number).unwrap().encode());
    }
    records
}

#[tokio::test]
async fn an_alert_about_the_certificate_is_a_refusal_if_it_is_the_first_thing_that_comes() {
    for backend in rustls_backends() {
        for alert in [
            AlertDescription::BadCertificate,
            AlertDescription::UnsupportedCertificate,
            AlertDescription::CertificateRevoked,
            AlertDescription::CertificateExpired,
            AlertDescription::CertificateUnknown,
            AlertDescription::UnknownCA,
            AlertDescription::AccessDenied,
            AlertDescription::CertificateRequired,
        ] {
            let response = Server { alert, ..ASKING }.last_response(backend).await;
            assert_is_refused(&response, &format!("{backend:?} {alert:?}"));
        }
    }
}

#[tokio::test]
async fn an_alert_proves_nothing_where_the_server_may_have_read_the_request() {
    for backend in rustls_backends() {
        for (case, server, expected) in [
            ("not asked for", Server { asks: false, ..ASKING }, "interrupted"),
            ("behind a ticket", Server { tickets: 1, ..ASKING }, "interrupted"),
            ("behind data", Server { data: "HTTP/1.1 200", ..ASKING }, "interrupted"),
            ("behind a response", Server { responses: 1, ..ASKING }, "interrupted"),
            ("behind two", Server { responses: 2, ..ASKING }, "interrupted"),
            ("another", Server { alert: AlertDescription::HandshakeFailure, ..ASKING }, "interrupted"),
            ("another", Server { alert: AlertDescription::InternalError, ..ASKING }, "interrupted"),
            ("another", Server { alert: AlertDescription::DecryptError, ..ASKING }, "interrupted"),
        ] {
            let alert = server.alert;
            let response = server.last_response(backend).await;
            assert_eq!(verdict(&response), expected, "{backend:?} {case} {alert:?}: {response:?}");
        }
    }
}
