//! The interface between calls and HTTP clients: one request out, one response or an error back.
//!
//! Invariant: nothing here knows an HTTP client, an operation, a retry or a credential.

mod body;
mod error;
mod progress;
mod transport;

pub use self::body::Body;
pub(crate) use self::body::Next;
#[cfg(any(feature = "hyper-transport", feature = "reqwest", feature = "tower"))]
pub(crate) use self::error::BoxError;
pub(crate) use self::error::Fault;
pub use self::error::TransportError;
pub use self::progress::SendProgress;
pub use self::transport::{MaxResponseBytes, Transport};
