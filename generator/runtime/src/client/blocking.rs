//! Calls without an async runtime: they run on one of the client's own.

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::thread::Thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::consume_budget;

use crate::error::Error;

/// The runtime of a client's blocking calls. One thread is enough for what is left to do between them: renewing tokens, closing
/// connections.
#[derive(Default)]
pub(crate) struct OwnRuntime(OnceLock<Option<Runtime>>);

impl OwnRuntime {
    fn get(&self) -> Option<&Runtime> {
        let start = || Builder::new_multi_thread().worker_threads(1).thread_name("sdk-blocking").enable_all().build();
        self.0.get_or_init(|| start().ok()).as_ref()
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(Some(runtime)) = self.0.take() {
            // To wait for it would panic where the last clone of a client is dropped inside an async runtime.
            runtime.shutdown_background();
        }
    }
}

/// Makes sure that this thread may be blocked.
pub(crate) fn check(runtime: &OwnRuntime) -> Result<(), Error> {
    if runs_async_code() {
        return Err(Error::configuration(
            "this thread runs async code and must not be blocked; use .await, or wait inside of spawn_blocking",
        ));
    }
    runtime.get().map(drop).ok_or_else(|| Error::configuration("the thread for blocking calls cannot be started"))
}

/// Runs a call to its end on this thread. It may be one that synchronous code of an async program runs on.
pub(crate) fn wait<T: Send + 'static>(
    runtime: &OwnRuntime,
    call: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    check(runtime)?;
    let Some(runtime) = runtime.get() else { return Err(Error::configuration("there is no runtime")) };
    if Handle::try_current().is_err() {
        return runtime.block_on(call);
    }
    // Tokio lets no thread of another runtime drive this one.
    match block_on(runtime.spawn(call)) {
        Ok(ended) => ended,
        Err(stopped) => match stopped.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(Error::configuration("the client's own runtime was shut down")),
        },
    }
}

/// Returns whether an async task is being polled on this thread. Tokio gives each poll a budget, and none to code that may block.
fn runs_async_code() -> bool {
    /// More than Tokio's budget of a poll.
    const PLENTY: usize = 1024;
    let mut context = Context::from_waker(Waker::noop());
    Handle::try_current().is_ok() && (0..PLENTY).any(|_| pin!(consume_budget()).poll(&mut context).is_pending())
}

/// Blocks this thread until a future is ready that needs nothing of it.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let (mut context, mut future) = (Context::from_waker(&waker), pin!(future));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
