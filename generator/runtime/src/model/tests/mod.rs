//! The model at work, on hand-written models of the form the generator writes.

#![expect(unreachable_pub, dead_code, reason = "the declaring macros make members of every type, and make them public")]

mod debug;
mod drift;
mod equal;
mod exchanged;
pub(crate) mod models;
mod read;
mod serde_impls;
mod typed_members;
mod union;
mod validate;
