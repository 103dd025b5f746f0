//! Breaches of rules, and the edits that fix them.

use super::rules::Rule;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::Pointer;

/// The findings of the linter.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The breaches.
    pub diagnostics: Diagnostics,
    /// What can be done about some of them without a person.
    pub fixes: Vec<Fix>,
}

/// An edit of one scalar of a document's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    pub(super) rule: Rule,
    pub(super) at: Pointer,
    pub(super) edit: Edit,
}

/// The edit of a scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// The same characters, as text.
    QuoteValue,
    /// Likewise, for the key of a mapping's member.
    QuoteKey,
    /// Other text.
    Text(String),
}

impl Findings {
    pub(super) fn add(&mut self, rule: Rule, at: &Pointer, message: impl Into<String>) -> &mut Diagnostic {
        let about = rule.about();
        let diagnostic = self.diagnostics.push(about.severity, Code::Lint(about.id), at, message.into());
        diagnostic.help(about.help)
    }

    pub(super) fn fix(&mut self, rule: Rule, at: &Pointer, edit: Edit) {
        self.fixes.push(Fix { rule, at: at.clone(), edit });
    }
}
