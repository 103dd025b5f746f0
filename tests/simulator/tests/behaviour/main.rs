//! The simulator's own tests, over real connections.

#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of test functions")]

mod calls;
mod faults;
mod keys;
mod support;
mod tokens;
