//! Every operation with every fault at every attempt, and tens of thousands of calls with all of them at once: what a call
//! says of itself is held against the ledger.

#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of test functions")]

#[path = "faults/declined.rs"]
mod declined;
#[path = "faults/dropped.rs"]
mod dropped;
#[path = "faults/harness.rs"]
mod harness;
#[path = "faults/matrix.rs"]
mod matrix;
#[path = "faults/soak.rs"]
mod soak;
#[path = "faults/sockets.rs"]
mod sockets;
#[path = "faults/tokens.rs"]
mod tokens;
#[path = "faults/undated_keys.rs"]
mod undated_keys;
