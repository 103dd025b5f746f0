//! TLS by rustls, with either of its cryptographic libraries.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use tokio_rustls::TlsConnector;

use super::client_certificate::ClientCertificate;
use super::pem;
use super::settings::TlsSettings;
use crate::error::Error;

/// Creates the connector. The provider is explicit: rustls panics if several are compiled in.
pub(super) fn connector(provider: CryptoProvider, settings: &TlsSettings) -> Result<TlsConnector, Error> {
    let mut store = RootCertStore::empty();
    if !settings.only_added_roots {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for (index, root) in pem::roots(settings)?.into_iter().enumerate() {
        store.add(root).map_err(|_| pem::unusable(index))?;
    }
    let certificate = match &settings.identity {
        None => None,
        Some((chain, key)) => {
            let chain = pem::chain(chain, "the client certificates")?;
            let key = PrivateKeyDer::from_pem_slice(key)
                .map_err(|_| Error::configuration("the key of the client certificate is no PEM of a private key"))?;
            let certified = CertifiedKey::from_der(chain, key, &provider)
                .map_err(|_| Error::configuration("the client certificate and its key do not fit"))?;
            Some(Arc::new(certified))
        }
    };
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::configuration("TLS cannot be set up"))?
        .with_root_certificates(store)
        .with_client_cert_resolver(Arc::new(ClientCertificate(certificate)));
    Ok(Arc::new(config).into())
}
