//! What a call claims of its outcome, held against the rules of evidence: each sequence of responses stands here as a script, and
//! what follows from it is written down from the rules, not from the code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, outside of test functions")]

#[path = "outcomes/bodies.rs"]
mod bodies;
#[path = "outcomes/dated_keys.rs"]
mod dated_keys;
#[path = "outcomes/declines.rs"]
mod declines;
#[path = "outcomes/degraded.rs"]
mod degraded;
#[path = "outcomes/evidence_table.rs"]
mod evidence_table;
#[path = "outcomes/harness.rs"]
mod harness;
#[path = "outcomes/kept_call_formats.rs"]
mod kept_call_formats;
#[path = "outcomes/kept_results.rs"]
mod kept_results;
#[path = "outcomes/keyless.rs"]
mod keyless;
#[path = "outcomes/keys.rs"]
mod keys;
#[path = "outcomes/less_information.rs"]
mod less_information;
#[path = "outcomes/regressions.rs"]
mod regressions;
#[path = "outcomes/sockets.rs"]
mod sockets;
#[path = "outcomes/success.rs"]
mod success;
#[path = "outcomes/timing.rs"]
mod timing;
#[path = "outcomes/track_ids.rs"]
mod track_ids;
#[path = "outcomes/unusual_responses.rs"]
mod unusual_responses;
