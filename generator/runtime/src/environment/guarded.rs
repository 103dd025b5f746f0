//! Callbacks of the caller, which may panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a hook of the caller's; `None` if it panics. The panic has been told by then, and must not take a response with it.
pub(crate) fn guarded<T>(hook: impl FnOnce() -> T) -> Option<T> {
    // What a hook leaves half done is the hook's own.
    catch_unwind(AssertUnwindSafe(hook)).ok()
}
