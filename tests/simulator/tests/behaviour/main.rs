//! The simulator's own tests, over real connections and in process.

#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of test functions")]

mod arrivals;
mod calls;
mod faults;
mod forms;
mod keys;
mod mischief;
mod other_clients;
mod process;
mod refusals;
mod support;
mod tokens;
