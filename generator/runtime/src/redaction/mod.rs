//! The secrets of a client, which no text that leaves it shows.
//!
//! Invariant: nothing here knows what a text is about.

mod search;
mod secrets;

pub(crate) use self::secrets::Secrets;
