//! A route to a content.

/// A route to a content in an emitted call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Route {
    /// Bytes or text that the caller takes apart.
    Bytes,
    /// A value of one type, in the row with this name.
    Typed(String),
}
