//! The transports that ship with the crate: over hyper, over a client of reqwest, through services of tower.
//!
//! Invariant: nothing here knows a call, an operation or a model.

#[cfg(feature = "hyper-transport")]
mod hyper;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "hyper-transport")]
pub use self::hyper::{HyperTransport, HyperTransportBuilder, TlsBackend};
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "tower")]
pub use self::tower::{TowerTransport, TransportService};
