//! Certificates and keys as text.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::TlsSettings;
use crate::error::Error;

/// Returns the authorities that were added, of which there must be one at least if no others are trusted.
pub(super) fn roots(settings: &TlsSettings) -> Result<Vec<CertificateDer<'static>>, Error> {
    if settings.only_added_roots && settings.roots.is_empty() {
        return Err(Error::configuration("only added roots are to be trusted, and none was added"));
    }
    let mut all = Vec::new();
    for pem in &settings.roots {
        all.extend(chain(pem, "the root certificates")?);
    }
    Ok(all)
}

/// Returns the certificates of one file.
pub(super) fn chain(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if certificates.is_empty() => {
            Err(Error::configuration(format!("{what} are not PEM: there is no BEGIN CERTIFICATE in them")))
        }
        Ok(certificates) => Ok(certificates),
        Err(_) => Err(Error::configuration(format!("{what} are broken PEM: one of them cannot be read"))),
    }
}

/// Says which of the certificates a TLS library does not take.
pub(super) fn unusable(index: usize) -> Error {
    Error::configuration(format!("root certificate {} is no certificate that can be used", index + 1))
}
