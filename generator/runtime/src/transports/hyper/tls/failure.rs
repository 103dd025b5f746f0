//! A failed handshake.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The other end of a handshake.
#[derive(Clone, Copy, Debug)]
pub(in crate::transports::hyper) enum Peer {
    Server,
    Proxy,
}

/// A handshake that failed, though the network was there.
#[derive(Clone, Debug)]
pub(in crate::transports::hyper) struct TlsFailure {
    peer: Peer,
    kind: Kind,
    source: Arc<dyn StdError + Send + Sync>,
}

/// Why a handshake failed.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Untrusted,
    NotAgreed,
}

#[cfg_attr(not(feature = "__tls"), allow(dead_code, reason = "without TLS there is no handshake"))]
impl TlsFailure {
    pub(super) fn new(peer: Peer, is_untrusted: bool, source: impl StdError + Send + Sync + 'static) -> Self {
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
