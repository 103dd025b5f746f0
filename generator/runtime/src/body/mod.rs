//! Request bodies that are not JSON: payloads as they are, files, multipart.
//!
//! Invariant: nothing here knows a client or a call.

mod file_reader;
pub(crate) mod multipart;
mod payload;

pub use self::payload::Payload;
pub(crate) use self::payload::{Content, Streamed};
