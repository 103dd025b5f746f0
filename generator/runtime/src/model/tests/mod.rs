//! The model at work, on hand-written models of the form the generator writes.

mod bridge;
mod debug;
mod drift;
mod exchanged;
pub(crate) mod models;
mod read;
mod typed_members;
mod union;
mod validate;
