//! A response as it was received: its head, its unpacked body, typed headers.
//!
//! Invariant: nothing here says whether a call succeeded.

mod body;
mod body_flaw;
mod head;
mod retry_after;
mod typed_headers;
mod unpack;

pub(crate) use self::body::Body;
pub(crate) use self::body_flaw::BodyFlaw;
pub(crate) use self::head::Head;
pub use self::head::{Concurrency, RateLimit};
pub(crate) use self::typed_headers::read_headers;
pub(crate) use self::unpack::Unpacking;
