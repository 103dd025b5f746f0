//! A failed handshake.

use std::error::Error as StdError;
use std::iter::successors;
use std::sync::Arc;
use std::{fmt, io};

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
#[cfg_attr(not(feature = "__tls"), allow(dead_code, reason = "without TLS there is no handshake"))]
pub(super) enum Kind {
    Untrusted,
    NotAgreed,
    /// The other end does not take the client's certificate, or misses it.
    #[cfg_attr(not(feature = "__rustls"), allow(dead_code, reason = "the platforms' errors do not tell"))]
    Refused,
}

impl TlsFailure {
    #[cfg_attr(not(feature = "__tls"), allow(dead_code, reason = "without TLS there is no handshake"))]
    pub(super) fn new(peer: Peer, kind: Kind, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { peer, kind, source: Arc::new(source) }
    }

    /// Returns the failure that an error is made of. One that came up on an open connection is within an `io::Error`, which does
    /// not name it as its source.
    pub(in crate::transports::hyper) fn within<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        let inner = |error: &'a (dyn StdError + 'static)| match error.downcast_ref::<io::Error>() {
            Some(error) => error.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
            None => error.source(),
        };
        successors(Some(error), |&error| inner(error)).find_map(|error| error.downcast_ref())
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
            Kind::Refused => {
                write!(f, "the {peer} refused the client's certificate, or requires one: {}", self.source)
            }
            Kind::NotAgreed => write!(f, "the TLS handshake with the {peer} failed: {}", self.source),
        }
    }
}

impl StdError for TlsFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.source()
    }
}
