//! Any number and any text arrives unchanged, or is not sent.

#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of test functions")]

#[path = "property/decimals.rs"]
mod decimals;
#[path = "property/texts.rs"]
mod texts;

use std::sync::LazyLock;

use proptest::test_runner::{Config, FileFailurePersistence};
use tokio::runtime::{Builder, Runtime};

/// One for all cases: making one takes longer than most of them.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

/// Returns a configuration with so many cases and no file of failures: a case worth keeping becomes a test of its own.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Config::default() }
}
