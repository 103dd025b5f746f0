//! What a client tells about its calls while it makes them.
//!
//! Invariant: nothing here changes what a call does.

mod drift;
mod metrics;
pub(crate) mod spans;

pub use self::drift::Drift;
pub use self::metrics::{AttemptReport, CallReport, Metrics};
pub(crate) use self::spans::{AttemptSpan, CallSpan};
pub use crate::model::DriftKind;
