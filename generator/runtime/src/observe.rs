//! What a client tells about its calls while it makes them.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::OneLine;
pub use crate::model::DriftKind;
use crate::{Error, ErrorKind};

/// Runs a hook of the caller's; `None` if it panics. The panic has been told by then, and must not take a response with it.
pub(crate) fn guarded<T>(hook: impl FnOnce() -> T) -> Option<T> {
    // What a hook leaves half done is the hook's own.
    catch_unwind(AssertUnwindSafe(hook)).ok()
}

/// Takes measurements of calls and their attempts, say for a metrics library.
///
/// The methods are called on the task that makes the call; they should be quick and must not block. Each does nothing unless written.
/// One that panics loses its measurement, and nothing of the call.
pub trait Metrics: Send + Sync + 'static {
    /// An attempt has ended, however it did.
    fn attempt_ended(&self, attempt: &AttemptReport) {
        let _ = attempt;
    }

    /// A call has ended. One whose future is dropped is not reported.
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
    /// The name of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The number of the attempt in its call, counted from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How long it took. The wait for a token counts, that for a free place among the simultaneous requests does not.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// How it failed; `None` when it succeeded.
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
    /// The name of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// How many attempts there were; 0 for a call that was refused before it was sent, or had no place in time.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long it took, the waits between attempts included.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The error it ended with; `None` when it succeeded.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error
    }
}

/// Something in a response that the document does not know: a sign that the service has moved on.
///
/// It says where, and never what: values of responses may be sensitive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub(crate) operation: &'static str,
    pub(crate) kind: DriftKind,
    pub(crate) path: String,
}

impl Drift {
    /// The name of the operation whose response it is in.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// What kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> DriftKind {
        self.kind
    }

    /// Where in the response it is, such as `/invoices/0/status`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// In words, such as `unknown field at /invoices/0/colour in a response of getInvoice`.
impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} in a response of {}", self.kind, OneLine(&self.path), self.operation)
    }
}
