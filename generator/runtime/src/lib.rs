//! What generated SDK crates stand on: models that keep exact numbers and unknown fields, and calls that say what became of them.
//!
//! A generated crate re-exports what its users need, so few of them name this one. It knows HTTP and JSON, and nothing of any
//! particular service: that comes in through [`seam`], as constants.

mod auth;
mod base_url;
#[cfg(feature = "blocking")]
mod blocking;
mod call;
mod classify;
mod client;
mod encoding;
mod error;
mod gzip;
mod idempotency;
mod members;
mod model;
pub mod observe;
mod operation;
mod outcome;
mod prepare;
mod random;
mod response;
mod resume;
mod retry;
#[doc(hidden)]
pub mod seam;
mod send;
mod service;
pub mod testing;
#[cfg(test)]
mod tests;
mod time;
mod trace;
pub mod transport;

pub use base_url::BaseUrl;
pub use call::CallFuture;
pub use client::ClientBuilder;
pub use error::{Error, ErrorKind, Reason};
pub use idempotency::IdempotencyKey;
pub use model::{
    Date, Decimal, DecodeError, Extra, Json, Map, Nullable, ParseError, Secret, UnknownValue, Violation, Violations,
};
pub use outcome::Outcome;
pub use response::{Concurrency, RateLimit, Response};
pub use resume::{ResumableCall, ResumedCall};
pub use retry::{RetryBudget, RetryPolicy};
pub use time::Clock;
pub use transport::{BoxFuture, MaxResponseBytes, Transport, TransportError};
