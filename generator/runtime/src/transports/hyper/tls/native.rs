//! TLS by what the platform brings.

use std::error::Error as StdError;
use std::io;
use std::iter::successors;

use native_tls::{Certificate, Identity, Protocol};
use tokio_native_tls::TlsConnector;

use super::failure::{Kind, Peer, TlsFailure};
use super::pem;
use super::settings::TlsSettings;
use crate::error::Error;
use crate::transport_api::BoxError;

pub(super) fn connector(settings: &TlsSettings) -> Result<TlsConnector, Error> {
    let mut builder = native_tls::TlsConnector::builder();
    builder.min_protocol_version(Some(Protocol::Tlsv12)).disable_built_in_roots(settings.only_added_roots);
    for (index, root) in pem::roots(settings)?.iter().enumerate() {
        builder.add_root_certificate(Certificate::from_der(root).map_err(|_| pem::unusable(index))?);
    }
    if let Some((chain, key)) = &settings.identity {
        let identity = Identity::from_pkcs8(chain, key).map_err(|_| {
            Error::configuration("the client certificate and its key cannot be read, or the key is not PKCS#8")
        })?;
        builder.identity(identity);
    }
    let connector = builder.build().map_err(|_| Error::configuration("TLS cannot be set up"))?;
    Ok(connector.into())
}

/// Returns what a handshake failed for: TLS, unless the network did. The platforms' errors have no kinds, only words.
pub(super) fn failure(peer: Peer, error: native_tls::Error) -> BoxError {
    let first: &(dyn StdError + 'static) = &error;
    if successors(Some(first), |&error| error.source()).any(|cause| cause.is::<io::Error>()) {
        return error.into();
    }
    let is_untrusted = error.to_string().to_ascii_lowercase().contains("certificate");
    let kind = if is_untrusted { Kind::Untrusted } else { Kind::NotAgreed };
    TlsFailure::new(peer, kind, error).into()
}
