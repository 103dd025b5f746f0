//! Where the value of a response goes.

use crate::codegen::Value;

/// What a call brings when it succeeds.
///
/// Every value is one. An operation whose responses differ in type by their status has an enum that is none, and chooses
/// its place by the status.
pub trait ResponseValue: Sized + Send + Sync + 'static {
    /// What is there before a response is read.
    fn blank() -> Self;

    /// The place of the value that a response of this status holds. It is asked for once for each response, and may drop
    /// what an earlier one has left.
    fn slot(&mut self, status: u16) -> &mut dyn Value;
}

impl<T: Value + 'static> ResponseValue for T {
    fn blank() -> Self {
        Value::blank()
    }

    fn slot(&mut self, _: u16) -> &mut dyn Value {
        self
    }
}
