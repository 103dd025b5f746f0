//! TLS by whichever library is compiled in.

use super::stream::BoxStream;
use crate::error::Error;
use crate::transport_api::BoxError;

#[cfg(feature = "__rustls")]
mod client_certificate;
mod failure;
#[cfg(feature = "native-tls")]
mod native;
#[cfg(feature = "__tls")]
mod pem;
#[cfg(feature = "__rustls")]
mod rustls;
mod settings;

pub(super) use self::failure::{Peer, TlsFailure};
pub use self::settings::TlsBackend;
pub(super) use self::settings::TlsSettings;

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
                client_certificate::connect(connector, peer, name, stream).await
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

const MISSING: &str =
    "there is no TLS in this program; turn on the feature rustls-ring, rustls-aws-lc-rs or native-tls of the SDK";
