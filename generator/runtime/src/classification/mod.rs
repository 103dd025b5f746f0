//! From what one attempt has seen to what that means: a success, or a kind of failure and what it is evidence of.
//!
//! Invariant: no input or output, no clock; nothing here knows a client or decides on a retry.

mod attempt_result;
mod classify;
mod error_kind;
#[macro_use]
pub(crate) mod evidence;
mod failure_body;
mod failure_kind;
mod reason;
mod success_meaning;
mod text_body;

pub(crate) use self::attempt_result::AttemptResult;
pub(crate) use self::classify::{CallFacts, Succeeded, classify};
pub use self::error_kind::ErrorKind;
pub(crate) use self::evidence::{Evidence, Next, OutcomeTracker};
pub(crate) use self::failure_body::FailureBody;
pub(crate) use self::failure_kind::{
    ApiFailure, FailureClaim, FailureKind, Limit, TimedOut, TokenFailure, UndecodableResponse, Waiting,
};
pub use self::reason::Reason;
