//! Prose and examples.

use crate::document::{Pointer, Value};

/// How far the examples of a document can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// They are what their schemas say: code that is made of them compiles.
    Held,
    /// They are for readers; those of documents of others seldom are what their schemas say.
    Shown,
}

/// One example of a body.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name, if the document lists several.
    pub name: Option<String>,
    /// What it shows, in a line.
    pub summary: String,
    /// The body, to the last digit.
    pub value: Value,
    /// Where it stands.
    pub at: Pointer,
}

/// The prose of one item.
#[derive(Debug, Clone, Default)]
pub struct Docs {
    /// CommonMark, as the document has it.
    pub text: String,
    /// Short sentences that follow from keywords: defaults, examples, deprecation.
    pub notes: Vec<String>,
}

impl Docs {
    /// Text as a code span of CommonMark, whatever backticks are in it.
    #[must_use]
    pub fn code(text: &str) -> String {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let ticks = "`".repeat(longest + 1);
        let margin = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        format!("{ticks}{margin}{text}{margin}{ticks}")
    }
}
