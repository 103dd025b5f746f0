//! TLS by whichever library is compiled in.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::stream::BoxStream;
use crate::error::Error;
use crate::transport_api::BoxError;

#[cfg(feature = "native-tls")]
mod native;
#[cfg(feature = "__tls")]
mod pem;
#[cfg(feature = "__rustls")]
mod rustls;

/// A library that does TLS for the [`HyperTransport`](super::HyperTransport). A variant is there if its feature is on.
///
/// With several features on, the first in the order below is used, unless
/// [`tls_backend`](super::HyperTransportBuilder::tls_backend) names another. A feature that some other crate of the
/// program turns on adds a choice, and never replaces the library, and with it the list of trusted authorities, of a
/// program that had one: who wants `native-tls` turns the default features off, or names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsBackend {
    /// rustls with ring, and Mozilla's list of certificate authorities, which is compiled in. Feature `rustls-ring`, on
    /// by default.
    #[cfg(feature = "rustls-ring")]
    RustlsRing,
    /// rustls with AWS-LC, and the same list of authorities. Feature `rustls-aws-lc-rs`.
    #[cfg(feature = "rustls-aws-lc-rs")]
    RustlsAwsLcRs,
    /// What the platform brings, with the authorities the platform trusts: OpenSSL on Linux, SChannel on Windows,
    /// Secure Transport on macOS. Feature `native-tls`.
    #[cfg(feature = "native-tls")]
    NativeTls,
}

impl TlsBackend {
    /// What is compiled in, in the order of preference.
    pub(crate) const ALL: &[Self] = &[
        #[cfg(feature = "rustls-ring")]
        Self::RustlsRing,
        #[cfg(feature = "rustls-aws-lc-rs")]
        Self::RustlsAwsLcRs,
        #[cfg(feature = "native-tls")]
        Self::NativeTls,
    ];
}

/// What a builder was told about TLS.
#[derive(Default)]
pub(super) struct TlsSettings {
    pub(super) backend: Option<TlsBackend>,
    /// PEM files with authorities.
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) only_added_roots: bool,
    /// PEM files: the chain, and the key.
    pub(super) identity: Option<(Vec<u8>, Vec<u8>)>,
}

/// Makes connections secure.
#[derive(Clone)]
pub(super) enum Tls {
    #[cfg(feature = "__rustls")]
    Rustls(tokio_rustls::TlsConnector),
    #[cfg(feature = "native-tls")]
    Native(tokio_native_tls::TlsConnector),
    /// None is compiled in.
    Missing,
}

impl Tls {
    pub(super) fn new(settings: &TlsSettings) -> Result<Self, Error> {
        match settings.backend.or(TlsBackend::ALL.first().copied()) {
            #[cfg(feature = "rustls-ring")]
            Some(TlsBackend::RustlsRing) => {
                rustls::connector(::rustls::crypto::ring::default_provider(), settings).map(Self::Rustls)
            }
            #[cfg(feature = "rustls-aws-lc-rs")]
            Some(TlsBackend::RustlsAwsLcRs) => {
                rustls::connector(::rustls::crypto::aws_lc_rs::default_provider(), settings).map(Self::Rustls)
            }
            #[cfg(feature = "native-tls")]
            Some(TlsBackend::NativeTls) => native::connector(settings).map(Self::Native),
            #[cfg(not(feature = "__tls"))]
            Some(none) => match none {},
            None if settings.roots.is_empty() && !settings.only_added_roots && settings.identity.is_none() => {
                Ok(Self::Missing)
            }
            None => Err(Error::configuration(MISSING)),
        }
    }

    /// Makes sure that the other end is this host, and encrypts what follows.
    pub(super) async fn handshake(&self, peer: Peer, host: &str, stream: BoxStream) -> Result<BoxStream, BoxError> {
        match self {
            #[cfg(feature = "__rustls")]
            Self::Rustls(connector) => {
                let name = rustls_pki_types::ServerName::try_from(host.to_owned())?;
                let connected = connector.connect(name, stream).await;
                Ok(Box::new(connected.map_err(|error| rustls::failure(peer, error))?))
            }
            #[cfg(feature = "native-tls")]
            Self::Native(connector) => {
                let connected = connector.connect(host, stream).await;
                Ok(Box::new(connected.map_err(|error| native::failure(peer, error))?))
            }
            Self::Missing => {
                drop((peer, host, stream));
                Err(MISSING.into())
            }
        }
    }
}

/// Who is at the other end of a handshake.
#[derive(Clone, Copy, Debug)]
pub(super) enum Peer {
    Server,
    Proxy,
}

/// A handshake that failed, though the network was there.
#[derive(Clone, Debug)]
pub(super) struct TlsFailure {
    peer: Peer,
    kind: Kind,
    source: Arc<dyn StdError + Send + Sync>,
}

/// What a handshake failed for.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Untrusted,
    NotAgreed,
}

#[cfg_attr(not(feature = "__tls"), allow(dead_code, reason = "without TLS there is no handshake"))]
impl TlsFailure {
    fn new(peer: Peer, is_untrusted: bool, source: impl StdError + Send + Sync + 'static) -> Self {
        let kind = if is_untrusted { Kind::Untrusted } else { Kind::NotAgreed };
        Self { peer, kind, source: Arc::new(source) }
    }
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer = match self.peer {
            Peer::Server => "server",
            Peer::Proxy => "proxy",
        };
        match self.kind {
            Kind::Untrusted => write!(f, "the {peer}'s certificate is not trusted: {}", self.source),
            Kind::NotAgreed => write!(f, "the TLS handshake with the {peer} failed: {}", self.source),
        }
    }
}

impl StdError for TlsFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.source()
    }
}

const MISSING: &str =
    "there is no TLS in this program; turn on the feature rustls-ring, rustls-aws-lc-rs or native-tls of the SDK";
