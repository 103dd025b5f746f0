//! How TLS is set up: the library, the trusted authorities, the identity of the client.

/// A library that does TLS for the [`HyperTransport`](crate::transport::HyperTransport). A variant is there if its feature is on.
///
/// With several features on, the first in the order below is used, unless
/// [`tls_backend`](crate::transport::HyperTransportBuilder::tls_backend) names another. A feature that some other crate of the
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
pub(in crate::transports::hyper) struct TlsSettings {
    pub(in crate::transports::hyper) backend: Option<TlsBackend>,
    /// PEM files with authorities.
    pub(in crate::transports::hyper) roots: Vec<Vec<u8>>,
    pub(in crate::transports::hyper) only_added_roots: bool,
    /// PEM files: the chain, and the key.
    pub(in crate::transports::hyper) identity: Option<(Vec<u8>, Vec<u8>)>,
}
