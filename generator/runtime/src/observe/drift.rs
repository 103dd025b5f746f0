//! Reports of drift: parts of a response that the document does not describe.

use std::fmt;

use crate::model::DriftKind;
use crate::syntax::OneLine;

/// A part of a response that the document does not describe: a sign that the service has changed.
///
/// It contains the location and no value: values of responses may be sensitive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub(crate) operation: &'static str,
    pub(crate) kind: DriftKind,
    pub(crate) path: String,
}

impl Drift {
    /// Returns the name of the operation whose response it is in.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns what kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> DriftKind {
        self.kind
    }

    /// Returns where in the response it is, such as `/invoices/0/status`.
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
