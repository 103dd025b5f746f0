//! Whether a call is sent again after an attempt that failed, and when.
//!
//! Invariant: every decision depends on its arguments alone; nothing here waits or sends.

mod backoff;
mod budget;
mod policy;

pub(crate) use self::budget::Bucket;
pub use self::budget::RetryBudget;
pub use self::policy::{POLICY_TABLE, RetryPolicy};
pub(crate) use self::policy::{RetryContext, RetryDecision, StopReason, needed};
