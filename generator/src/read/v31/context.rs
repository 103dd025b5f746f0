//! What a rule knows beside the node that it changes.

use crate::diagnostics::{Code, Diagnostics, Severity};
use crate::document::trail::Trail;
use crate::mode::Mode;

/// What a rule knows beside the schema.
pub(super) struct Context<'c> {
    pub(super) trail: &'c Trail<'c>,
    pub(super) mode: Mode,
    pub(super) diagnostics: &'c mut Diagnostics,
}

impl Context<'_> {
    /// Reports a keyword that says more than 3.0 can.
    pub(super) fn leave_out(&mut self, key: &str) {
        let at = self.trail.pointer().join(key);
        let message = format!("`{key}` is not supported; it is left out");
        self.diagnostics
            .push(Severity::of(self.mode), Code::Unsupported, &at, message)
            .help("describe the value by `properties`, `allOf`, `oneOf` or `anyOf`");
    }
}
