//! The context of a rule.

use crate::diagnostics::{Code, Diagnostics, Severity};
use crate::document::NodePath;
use crate::mode::Mode;

/// Where a rule is applied, and where it reports.
pub(super) struct Context<'c> {
    pub(super) node_path: &'c NodePath<'c>,
    pub(super) mode: Mode,
    pub(super) diagnostics: &'c mut Diagnostics,
}

impl Context<'_> {
    /// Reports a keyword that says more than 3.0 can.
    pub(super) fn leave_out(&mut self, key: &str) {
        let at = self.node_path.pointer().join(key);
        let message = format!("`{key}` is not supported; it is left out");
        self.diagnostics
            .push(Severity::of(self.mode), Code::NotSupported, &at, message)
            .help("describe the value by `properties`, `allOf`, `oneOf` or `anyOf`");
    }
}
