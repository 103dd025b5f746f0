//! The value that a successful call returns.

use crate::contract::Operation;
use crate::model::Value;

/// The value that a successful call returns.
///
/// Every [`Value`] is one. An operation whose responses differ in type by their status has an enum instead, which chooses
/// its slot by the status.
pub trait ResponseValue: Sized + Send + Sync + 'static {
    /// Returns the value before a response is decoded.
    fn blank() -> Self;

    /// Sets the slot for the value of a response of this status. It is called once for each response, and may discard the value of an
    /// earlier one.
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

/// The calls of one operation, as a type.
pub trait OperationCall {
    /// What a call brings when it succeeds.
    type Response: ResponseValue;

    /// The wire contract of the operation.
    const DECLARATION: &'static Operation;
}
