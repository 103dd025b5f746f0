//! Reports of attempts and calls, for a metrics library.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::classification::ErrorKind;
use crate::error::Error;

/// Receives measurements of calls and their attempts, for a metrics library for example.
///
/// The methods are called on the task that makes the call; they should be quick and must not block. Each does nothing unless written.
/// One that panics loses its measurement, and nothing of the call.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
///
/// use sdk_runtime::observe::{CallReport, Metrics};
///
/// /// Counts calls by operation and outcome.
/// #[derive(Default)]
/// struct Counts(Mutex<BTreeMap<(&'static str, &'static str), u64>>);
///
/// impl Metrics for Counts {
///     fn call_ended(&self, call: &CallReport<'_>) {
///         let outcome = call.error().map_or("ok", |error| error.outcome().as_str());
///         *self.0.lock().unwrap().entry((call.operation(), outcome)).or_default() += 1;
///     }
/// }
/// ```
pub trait Metrics: Send + Sync + 'static {
    /// Receives the report of an attempt that has ended.
    fn attempt_ended(&self, attempt: &AttemptReport) {
        let _ = attempt;
    }

    /// Receives the report of a call that has ended. A call whose future is dropped is not reported.
    fn call_ended(&self, call: &CallReport<'_>) {
        let _ = call;
    }
}

impl<T: Metrics + ?Sized> Metrics for Arc<T> {
    fn attempt_ended(&self, attempt: &AttemptReport) {
        (**self).attempt_ended(attempt);
    }

    fn call_ended(&self, call: &CallReport<'_>) {
        (**self).call_ended(call);
    }
}

/// One attempt that has ended.
#[derive(Clone, Debug)]
pub struct AttemptReport {
    pub(crate) operation: &'static str,
    pub(crate) number: u32,
    pub(crate) duration: Duration,
    pub(crate) status: Option<StatusCode>,
    pub(crate) error_kind: Option<ErrorKind>,
}

impl AttemptReport {
    /// Returns the name of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the number of the attempt in its call, counted from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns its duration, including the wait for a token, but not the wait for concurrency.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns the kind of failure; `None` when it succeeded.
    #[must_use]
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error_kind
    }
}

/// One call that has ended.
#[derive(Clone, Debug)]
pub struct CallReport<'a> {
    pub(crate) operation: &'static str,
    pub(crate) attempts: u32,
    pub(crate) duration: Duration,
    pub(crate) error: Option<&'a Error>,
}

impl CallReport<'_> {
    /// Returns the name of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the number of attempts; 0 for a call that was invalid, or timed out before its first attempt.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns how long it took, the waits between attempts included.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the error it ended with; `None` when it succeeded.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error
    }
}
