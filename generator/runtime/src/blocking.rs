//! Calls without an async runtime: they run on one of the client's own.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::call::CallFuture;
use crate::client::Shared;
use crate::{Error, Response};

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

/// Runs a call to its end on this thread.
pub(crate) fn wait<T>(shared: &Shared, call: CallFuture<T>) -> Result<Response<T>, Error> {
    if Handle::try_current().is_ok() {
        return Err(Error::configuration(
            "this thread belongs to an async runtime and must not be blocked; use .await",
        ));
    }
    let runtime = shared.own_runtime.get();
    runtime.ok_or_else(|| Error::configuration("the thread for blocking calls cannot be started"))?.block_on(call)
}
