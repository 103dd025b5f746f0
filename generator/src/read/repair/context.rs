//! The context of a rule.

use crate::diagnostics::{Code, Diagnostics};
use crate::document::NodePath;

/// Where a rule is applied, and where it reports.
pub(super) struct Context<'c> {
    pub(super) node_path: &'c NodePath<'c>,
    pub(super) diagnostics: &'c mut Diagnostics,
}

impl Context<'_> {
    /// Says what was assumed about the object.
    pub(super) fn warn(&mut self, message: impl Into<String>) {
        self.diagnostics.warning(Code::Invalid, &self.node_path.pointer(), message);
    }

    /// Says what was assumed about one of its members.
    pub(super) fn warn_at(&mut self, key: &str, message: impl Into<String>) {
        self.diagnostics.warning(Code::Invalid, &self.node_path.pointer().join(key), message);
    }
}
