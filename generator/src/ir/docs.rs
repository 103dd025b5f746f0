//! Prose and examples.

use crate::document::{Pointer, Value};

/// Whether the examples of a document fit their schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// They fit: code made from them compiles.
    Held,
    /// They may not fit, as in third-party documents; they are only shown to readers.
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
    /// Where the document has it.
    pub at: Pointer,
}

/// The prose of one item.
#[derive(Debug, Clone, Default)]
pub struct Docs {
    /// CommonMark, as the document has it.
    pub text: String,
    /// Short sentences made from keywords: defaults, examples, deprecation.
    pub annotations: Vec<String>,
}

impl Docs {
    /// Returns text as a code span of CommonMark. The text may contain backticks.
    #[must_use]
    pub fn code(text: &str) -> String {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let ticks = "`".repeat(longest + 1);
        let margin = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        format!("{ticks}{margin}{text}{margin}{ticks}")
    }
}
