//! How the client calls: what goes over the wire byte by byte, and what every kind of answer and every kind of accident
//! means for the money.

#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of test functions")]

#[path = "client/answers.rs"]
mod answers;
#[path = "client/money.rs"]
mod money;
#[path = "client/requests.rs"]
mod requests;
#[path = "client/secrecy.rs"]
mod secrecy;
#[path = "client/support.rs"]
mod support;
#[path = "client/trouble.rs"]
mod trouble;
