//! What a rule knows beside the node that it changes.

use crate::diagnostics::{Code, Diagnostics};
use crate::document::trail::Trail;

/// What a rule knows beside the object.
pub(super) struct Context<'c> {
    pub(super) trail: &'c Trail<'c>,
    pub(super) diagnostics: &'c mut Diagnostics,
}

impl Context<'_> {
    /// Says what was assumed about the object.
    pub(super) fn warn(&mut self, message: impl Into<String>) {
        self.diagnostics.warning(Code::Invalid, &self.trail.pointer(), message);
    }

    /// Says what was assumed about one of its members.
    pub(super) fn warn_at(&mut self, key: &str, message: impl Into<String>) {
        self.diagnostics.warning(Code::Invalid, &self.trail.pointer().join(key), message);
    }
}
