//! Whose document it is, and so what becomes of parts that the generator has no Rust for.

/// What to do about a part of a document that says nothing to the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Report an error: the document is ours and can be changed.
    #[default]
    Strict,
    /// Leave the part out and warn: the document is somebody else's.
    Lenient,
}
