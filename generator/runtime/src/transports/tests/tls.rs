//! Real handshakes, by every TLS library that is compiled in, with a server that has certificates of its own making.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::server::{ClientCertVerifierBuilder, WebPkiClientVerifier};
use rustls::{ALL_VERSIONS, RootCertStore, ServerConfig, SupportedProtocolVersion};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::transport::{HyperTransport, HyperTransportBuilder, TlsBackend};

/// An authority, and what it has signed.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        // OpenSSL tells authorities apart by their names.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test authority {}", COUNT.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    pub(super) fn sign(&self, host: &str) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, host);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// Returns the acceptor of TLS connections for a host, which asks for a certificate of this
    /// authority if told so.
    pub(crate) fn acceptor(&self, host: &str, mutual: bool) -> TlsAcceptor {
        Arc::new(self.server(host, mutual.then(|| self.verifier()), ALL_VERSIONS)).into()
    }

    /// Returns what a server for a host is set up with: how it judges certificates of clients, and its versions of TLS.
    pub(super) fn server(
        &self,
        host: &str,
        verifier: Option<ClientCertVerifierBuilder>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> ServerConfig {
        let (certificate, key) = self.sign(host);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
        let config = match verifier {
            Some(verifier) => config.with_client_cert_verifier(verifier.build().unwrap()),
            None => config.with_no_client_auth(),
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        config.with_single_cert(vec![certificate.der().clone()], key).unwrap()
    }

    /// Requires certificates of this authority from clients.
    pub(super) fn verifier(&self) -> ClientCertVerifierBuilder {
        let mut roots = RootCertStore::empty();
        roots.add(self.root()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
    }

    fn root(&self) -> rustls_pki_types::CertificateDer<'static> {
        use rustls_pki_types::pem::PemObject;
        rustls_pki_types::CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()
    }
}

/// Returns a server for one TLS connection. It returns the request; none if the handshake failed.
pub(super) async fn tls_server(acceptor: TlsAcceptor) -> (u16, JoinHandle<Option<String>>) {
    let (listener, address) = listen().await;
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.ok()?;
        Some(response(stream, &ok("{}")).await)
    });
    (address.port(), server)
}

pub(super) fn backends() -> Vec<TlsBackend> {
    vec![
        #[cfg(feature = "rustls-ring")]
        TlsBackend::RustlsRing,
        #[cfg(feature = "rustls-aws-lc-rs")]
        TlsBackend::RustlsAwsLcRs,
        #[cfg(feature = "native-tls")]
        TlsBackend::NativeTls,
    ]
}

pub(super) fn builder(backend: TlsBackend) -> HyperTransportBuilder {
    HyperTransport::builder().tls_backend(backend).no_proxy()
}

#[tokio::test]
async fn an_added_root_is_trusted() {
    for backend in backends() {
        let authority = Authority::new();
        // A bundle, as administrators hand it out: with words between the certificates.
        let bundle = format!("# ours\n{}\n# another\n{}", Authority::new().pem, authority.pem);
        for builder in [
            builder(backend).add_root_certificates_pem(&bundle),
            builder(backend).add_root_certificates_pem(&bundle).only_added_roots(),
            builder(backend).add_root_certificates_pem(Authority::new().pem).add_root_certificates_pem(&authority.pem),
        ] {
            let (port, server) = tls_server(authority.acceptor("localhost", false)).await;
            let response = post(&builder.build().unwrap(), format!("https://localhost:{port}/v1")).await;
            assert_eq!(verdict(&response), "response", "{backend:?} {response:?}");
            assert!(server.await.unwrap().unwrap().starts_with("POST /v1 HTTP/1.1\r\n"));
        }
    }
}

fn assert_is_untrusted(backend: TlsBackend, response: &Exchange) {
    assert_eq!(verdict(response), "no tls", "{backend:?} {response:?}");
    let text = response.as_ref().unwrap_err().to_string();
    let expected = "no secure connection could be made: the server's certificate is not trusted: ";
    assert!(text.strip_prefix(expected).is_some_and(|why| !why.is_empty()), "{backend:?} {text}");
}

#[tokio::test]
async fn a_server_nobody_vouches_for_gets_nothing() {
    for backend in backends() {
        for builder in [
            builder(backend),
            builder(backend).add_root_certificates_pem(Authority::new().pem),
            builder(backend).add_root_certificates_pem(Authority::new().pem).only_added_roots(),
        ] {
            let (port, server) = tls_server(Authority::new().acceptor("localhost", false)).await;
            let response = post(&builder.build().unwrap(), format!("https://localhost:{port}/")).await;
            assert_is_untrusted(backend, &response);
            assert!(server.await.unwrap().is_none_or(|request| request.is_empty()), "{backend:?}");
        }
    }
}

#[tokio::test]
async fn a_server_of_another_name_gets_nothing() {
    for backend in backends() {
        for (named, called) in [("api.example.com", "localhost"), ("localhost", "127.0.0.1")] {
            let authority = Authority::new();
            let (port, server) = tls_server(authority.acceptor(named, false)).await;
            let transport = builder(backend).add_root_certificates_pem(&authority.pem).build().unwrap();
            let response = post(&transport, format!("https://{called}:{port}/")).await;
            assert_is_untrusted(backend, &response);
            assert!(server.await.unwrap().is_none_or(|request| request.is_empty()), "{backend:?}");
        }
    }
}

#[tokio::test]
async fn an_address_can_have_a_certificate() {
    for backend in backends() {
        let authority = Authority::new();
        let (port, _server) = tls_server(authority.acceptor("127.0.0.1", false)).await;
        let transport = builder(backend).add_root_certificates_pem(&authority.pem).build().unwrap();
        let response = post(&transport, format!("https://127.0.0.1:{port}/")).await;
        assert_eq!(verdict(&response), "response", "{backend:?} {response:?}");
    }
}

#[tokio::test]
async fn a_client_certificate_is_shown() {
    for backend in backends() {
        let authority = Authority::new();
        let (certificate, key) = authority.sign("client");
        let builder = || builder(backend).add_root_certificates_pem(&authority.pem);
        let with = builder().client_certificate_pem(certificate.pem(), key.serialize_pem()).build().unwrap();
        let (port, _server) = tls_server(authority.acceptor("localhost", true)).await;
        let response = post(&with, format!("https://localhost:{port}/")).await;
        assert_eq!(verdict(&response), "response", "{backend:?} {response:?}");

        let (port, server) = tls_server(authority.acceptor("localhost", true)).await;
        let response = post(&builder().build().unwrap(), format!("https://localhost:{port}/")).await;
        // In TLS 1.3 a client is done with the handshake before the server has judged its certificate, and not every library tells
        // the refusal from a lost connection. Those that do have a test of their own.
        assert!(matches!(verdict(&response), "no tls" | "not sent" | "interrupted"), "{backend:?} {response:?}");
        assert_eq!(server.await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_handshake_that_breaks_off_has_sent_nothing() {
    for backend in backends() {
        for (bytes, verdicts) in [("", &["not sent"][..]), ("HTTP/1.1 400 Bad Request\r\n\r\n", &["no tls"])] {
            let (listener, address) = listen().await;
            let server = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 16]).await;
                let _ = stream.write_all(bytes.as_bytes()).await;
            });
            let response = post(&builder(backend).build().unwrap(), format!("https://{address}/")).await;
            assert!(verdicts.contains(&verdict(&response)), "{backend:?} {response:?}");
            server.await.unwrap();
        }
    }
}
