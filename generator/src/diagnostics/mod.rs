//! What is wrong with a document, collected and printed.

mod diagnostic;
mod render;
pub(crate) mod serde_messages;
mod spelling;

pub use diagnostic::{Code, Diagnostic, Diagnostics, Severity, Skip};
pub use render::Style;
pub use spelling::closest;
pub(crate) use spelling::correction;
