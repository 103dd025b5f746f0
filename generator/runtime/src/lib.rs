//! What generated SDK crates stand on: models that keep exact numbers and unknown fields, and calls that say what became of them.
//!
//! A generated crate re-exports what its users need, so few of them name this one. It knows HTTP and JSON, and nothing of any
//! particular service: that comes in through [`codegen`], as constants.

mod auth;
mod body;
mod calls;
#[macro_use]
mod classification;
mod client;
#[doc(hidden)]
pub mod codegen;
mod contract;
mod environment;
mod error;
mod idempotency;
mod model;
pub mod observe;
mod redaction;
mod response;
mod retry;
mod syntax;
pub mod testing;
#[cfg(test)]
mod tests;
mod transport_api;
mod transports;

pub use body::Payload;
pub use calls::{CallFuture, Download, Response, ResumedCall};
#[cfg(feature = "item-streams")]
pub use calls::{EventStream, ItemStream, ServerSentEvent};
pub use classification::{ErrorKind, Reason};
pub use client::{BaseUrl, ClientBuilder};
pub use contract::Outcome;
pub use environment::{BoxFuture, Clock};
pub use error::Error;
pub use idempotency::{IdempotencyKey, LookUp, ResumableCall};
pub use model::{
    Base64, Base64Url, Date, DateTime, Decimal, DecodeError, Extra, IntoDecimal, Json, Map, Nullable, ParseError,
    Secret, UnknownValue, Upload, Violation, Violations,
};
pub use response::{Concurrency, RateLimit};
pub use retry::{RetryBudget, RetryPolicy};
pub use transport_api::{Body, MaxResponseBytes, SendProgress, Transport, TransportError};

/// How one request gets to the server and its response back.
pub mod transport {
    pub use crate::environment::{BoxFuture, Limiter, LocalLimiter, Permit};
    pub use crate::transport_api::{Body, MaxResponseBytes, SendProgress, Transport, TransportError};
    #[cfg(feature = "reqwest")]
    pub use crate::transports::ReqwestTransport;
    #[cfg(feature = "hyper-transport")]
    pub use crate::transports::{HyperTransport, HyperTransportBuilder, TlsBackend};
    #[cfg(feature = "tower")]
    pub use crate::transports::{TowerTransport, TransportService};
}
