//! TLS by whichever library is compiled in.

#[cfg(feature = "native-tls")]
mod native;
#[cfg(feature = "__tls")]
mod pem;
#[cfg(feature = "__rustls")]
mod rustls;

use super::connect::BoxStream;
use crate::Error;
use crate::transport::BoxError;

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
    pub(super) async fn handshake(&self, host: &str, stream: BoxStream) -> Result<BoxStream, BoxError> {
        match self {
            #[cfg(feature = "__rustls")]
            Self::Rustls(connector) => {
                let name = rustls_pki_types::ServerName::try_from(host.to_owned())?;
                Ok(Box::new(connector.connect(name, stream).await?))
            }
            #[cfg(feature = "native-tls")]
            Self::Native(connector) => Ok(Box::new(connector.connect(host, stream).await?)),
            Self::Missing => {
                drop((host, stream));
                Err(MISSING.into())
            }
        }
    }
}

const MISSING: &str =
    "there is no TLS in this program; turn on the feature rustls-ring, rustls-aws-lc-rs or native-tls of the SDK";
