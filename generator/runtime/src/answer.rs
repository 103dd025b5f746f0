//! Where the value of an answer goes.

use crate::seam::Value;

/// What a call brings when it succeeds.
///
/// Every value is one. An operation whose answers differ in type by their status has an enum that is none, and chooses
/// its place by the status.
pub trait Answer: Sized + Send + Sync + 'static {
    /// What is there before an answer is read.
    fn blank() -> Self;

    /// The place of the value that an answer of this status holds. It is asked for once for each answer, and may drop
    /// what an earlier one has left.
    fn place(&mut self, status: u16) -> &mut dyn Value;
}

impl<T: Value + 'static> Answer for T {
    fn blank() -> Self {
        Value::blank()
    }

    fn place(&mut self, _: u16) -> &mut dyn Value {
        self
    }
}
