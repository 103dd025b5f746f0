//! Whether a document is an own one or a third-party one.

/// What becomes of parts of a document that the generator does not support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// They are errors: it is an own document, which can be corrected.
    #[default]
    Strict,
    /// They are left out with a warning: it is a third-party document.
    Lenient,
}
