//! What generated SDK crates stand on: models that keep exact numbers and unknown fields, and calls that say what became of them.
//!
//! A generated crate re-exports what its users need, so few of them name this one. It knows HTTP and JSON, and nothing of any
//! particular service: that comes in through [`codegen`], as constants.

mod auth;
mod base_url;
#[cfg(feature = "blocking")]
mod blocking;
mod call;
mod classify;
mod client;
mod download;
mod encoding;
mod error;
mod response_value;
#[macro_use]
mod evidence;
#[doc(hidden)]
pub mod codegen;
mod failure;
mod gzip;
mod header_fields;
mod idempotency;
mod key;
mod look_up;
mod media;
mod members;
mod model;
mod multipart;
pub mod observe;
mod operation;
mod operation_call;
mod outcome;
mod parameters;
mod payload;
mod prepare;
mod random;
mod received;
mod redact;
mod response;
mod resume;
mod retry;
mod secrets;
mod send;
mod service;
mod style;
mod success;
mod surroundings;
mod template;
pub mod testing;
#[cfg(test)]
mod tests;
mod time;
mod trace;
pub mod transport;

pub use base_url::BaseUrl;
pub use call::CallFuture;
pub use client::ClientBuilder;
pub use download::{Download, DownloadFuture};
pub use error::{Error, ErrorKind, Reason};
pub use idempotency::IdempotencyKey;
pub use look_up::LookUp;
pub use model::{
    Base64, Date, DateTime, Decimal, DecodeError, Extra, IntoDecimal, Json, Map, Nullable, ParseError, Secret,
    UnknownValue, Upload, Violation, Violations,
};
pub use outcome::Outcome;
pub use payload::Payload;
pub use response::{Concurrency, RateLimit, Response};
pub use resume::{ResumableCall, ResumedCall};
pub use retry::{RetryBudget, RetryPolicy};
pub use time::Clock;
pub use transport::{Body, BoxFuture, MaxResponseBytes, SendProgress, Transport, TransportError};
