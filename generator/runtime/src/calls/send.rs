//! Sends a call.

use std::sync::Arc;

use super::call::Call;
use super::download::Download;
use super::future::{CallFuture, call_future};
use super::prepare::PreparedCall;
#[cfg(feature = "blocking")]
use super::prepare::request_of;
#[cfg(feature = "blocking")]
use super::response::Response;
use super::response_value::ResponseValue;
#[cfg(feature = "blocking")]
use crate::error::{CallContext, Error};

impl Call {
    /// Sends the call. Must be awaited within a Tokio runtime that has its timer enabled.
    pub fn send<T: ResponseValue>(self) -> CallFuture<T> {
        let (shared, operation) = (Arc::clone(&self.core.shared), self.operation);
        call_future(shared, operation, PreparedCall::new(self))
    }

    /// Sends the call, and returns its response as text or bytes, as soon as that begins. Must be awaited within a Tokio runtime that
    /// has its timer enabled.
    pub fn download(self) -> CallFuture<Download> {
        self.send()
    }

    /// Sends the call and blocks this thread until it has ended. It may be a thread of an async program that runs synchronous code, as
    /// in Tokio's `spawn_blocking` and `block_in_place`.
    ///
    /// # Errors
    ///
    /// As when it is awaited; and [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where async code runs, which must not be
    /// blocked. Nothing is sent then, and [`Error::resumable`] gives the call back.
    #[cfg(feature = "blocking")]
    pub fn wait<T: ResponseValue>(self) -> Result<Response<T>, Error> {
        let (core, operation) = (self.core.clone(), self.operation);
        let key = request_of(&self).ok().and_then(|(_, key)| key);
        crate::client::blocking::check(&core.shared.own_runtime).map_err(|error| {
            error.of_call(CallContext::new(operation, key.clone())).giving_back(self.resumable().ok())
        })?;
        crate::client::blocking::wait(&core.shared.own_runtime, self.send())
            .map_err(|error| error.of_call(CallContext::new(operation, key)))
    }
}
