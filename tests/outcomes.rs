//! What a call claims of its outcome, held against the rules of evidence: each sequence of responses stands here as a script, and
//! what follows from it is written down from the rules, not from the code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, outside of test functions")]

#[path = "outcomes/bodies.rs"]
mod bodies;
#[path = "outcomes/dated.rs"]
mod dated;
#[path = "outcomes/declines.rs"]
mod declines;
#[path = "outcomes/degraded.rs"]
mod degraded;
#[path = "outcomes/formats.rs"]
mod formats;
#[path = "outcomes/kept.rs"]
mod kept;
#[path = "outcomes/keyless.rs"]
mod keyless;
#[path = "outcomes/keys.rs"]
mod keys;
#[path = "outcomes/less.rs"]
mod less;
#[path = "outcomes/odd.rs"]
mod odd;
#[path = "outcomes/seen.rs"]
mod seen;
#[path = "outcomes/sockets.rs"]
mod sockets;
#[path = "outcomes/success.rs"]
mod success;
#[path = "outcomes/table.rs"]
mod table;
#[path = "outcomes/timing.rs"]
mod timing;
#[path = "outcomes/track.rs"]
mod track;
#[path = "outcomes/world.rs"]
mod world;
