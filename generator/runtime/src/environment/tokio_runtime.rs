//! Checks that the Tokio runtime around a call has timers and I/O.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime;
use tokio::runtime::Handle;

/// More runtimes than a program uses at the same time.
const MOST: usize = 16;

/// The runtimes that were looked at and have all that is needed.
#[derive(Default)]
pub(crate) struct RuntimeCheck(Mutex<Vec<runtime::Id>>);

impl RuntimeCheck {
    /// Returns what the surrounding runtime lacks. Tokio would panic at the first use.
    pub(crate) fn flaw(&self, needs_time: bool, needs_io: bool) -> Option<&'static str> {
        let Ok(handle) = Handle::try_current() else {
            return Some("there is no Tokio runtime; await the call inside of one");
        };
        // It is only held to look or to set, so nothing in it is ever half done.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(&handle.id()) {
            return None;
        }
        if needs_time && panics(|| drop(tokio::time::sleep(Duration::ZERO))) {
            return Some("the Tokio runtime has no timers; build it with enable_time or enable_all");
        }
        if needs_io && lacks_io() {
            return Some("the Tokio runtime has no I/O; build it with enable_io or enable_all");
        }
        if known.len() >= MOST {
            known.remove(0);
        }
        known.push(handle.id());
        None
    }
}

/// Returns whether a function panics: Tokio has no other way to tell what a runtime lacks.
fn panics(what: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(what)).is_err()
}

/// Returns whether nothing can be waited for that comes from outside. A pipe is the least that can.
#[cfg(all(feature = "hyper-transport", unix))]
fn lacks_io() -> bool {
    let Ok((reader, _writer)) = std::io::pipe() else { return false };
    panics(|| drop(tokio::net::unix::pipe::Receiver::from_owned_fd(reader.into())))
}

#[cfg(not(all(feature = "hyper-transport", unix)))]
fn lacks_io() -> bool {
    false
}
