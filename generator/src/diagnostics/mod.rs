//! What is wrong with a document.
//!
//! `diagnostics` knows messages and their locations, and no rule that makes them.

mod diagnostic;
mod render;
mod reporter;
pub(crate) mod serde_messages;
mod spelling;

pub use diagnostic::{Code, Diagnostic, Diagnostics, Omission, Severity};
pub use render::Style;
pub(crate) use reporter::{Assumption, Reporter};
pub use spelling::closest;
pub(crate) use spelling::correction;
