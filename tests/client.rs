//! How the client calls: what goes over the wire byte by byte, and what every kind of response and every kind of accident
//! means for the money.

#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of test functions")]

#[path = "client/end_to_end.rs"]
mod end_to_end;
#[path = "client/failures.rs"]
mod failures;
#[path = "client/requests.rs"]
mod requests;
#[path = "client/responses.rs"]
mod responses;
#[path = "client/secrecy.rs"]
mod secrecy;
#[path = "client/support.rs"]
mod support;
