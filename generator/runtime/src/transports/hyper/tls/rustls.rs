//! TLS by rustls, with either of its cryptographic libraries.

use std::io;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use tokio_rustls::TlsConnector;

use super::{Peer, TlsFailure, TlsSettings, pem};
use crate::error::Error;
use crate::transport_api::BoxError;

/// Creates the connector. The provider is explicit: rustls panics if several are compiled in.
pub(super) fn connector(provider: CryptoProvider, settings: &TlsSettings) -> Result<TlsConnector, Error> {
    let mut store = RootCertStore::empty();
    if !settings.only_added_roots {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for (index, root) in pem::roots(settings)?.into_iter().enumerate() {
        store.add(root).map_err(|_| pem::unusable(index))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::configuration("TLS cannot be set up"))?
        .with_root_certificates(store);
    let config = match &settings.identity {
        None => config.with_no_client_auth(),
        Some((chain, key)) => {
            let chain = pem::chain(chain, "the client certificates")?;
            let key = PrivateKeyDer::from_pem_slice(key)
                .map_err(|_| Error::configuration("the key of the client certificate is no PEM of a private key"))?;
            config
                .with_client_auth_cert(chain, key)
                .map_err(|_| Error::configuration("the client certificate and its key do not fit"))?
        }
    };
    Ok(Arc::new(config).into())
}

/// Returns what a handshake failed for: TLS, unless the network did.
pub(super) fn failure(peer: Peer, error: io::Error) -> BoxError {
    match error.get_ref().and_then(|source| source.downcast_ref::<rustls::Error>()) {
        Some(failure) => {
            let is_untrusted = matches!(failure, rustls::Error::InvalidCertificate(_));
            TlsFailure::new(peer, is_untrusted, failure.clone()).into()
        }
        None => error.into(),
    }
}
