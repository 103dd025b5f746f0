//! The future of a call.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::call_loop;
use super::download::Download;
use super::prepare::PreparedCall;
use super::response::Response;
use super::response_value::{ResponseValue, Slot};
use crate::client::Shared;
use crate::contract::Operation;
use crate::environment::BoxFuture;
use crate::error::Error;

/// The future of a call.
///
/// Nothing happens until it is polled. To drop it stops waiting, not what has been sent: the call's idempotency key, or a
/// [`ResumableCall`](crate::ResumableCall) made before, finds out what became of it. Dropping it harms no other call.
#[must_use = "a call does nothing until it is awaited"]
pub struct CallFuture<T>(BoxFuture<'static, Result<Response<T>, Error>>);

/// Sends a call. Only the slot of the value depends on its type; everything else is compiled once.
pub(crate) fn call_future<T: ResponseValue>(
    shared: Arc<Shared>,
    operation: &'static Operation,
    prepared: Result<Box<PreparedCall>, Error>,
) -> CallFuture<T> {
    CallFuture(Box::pin(async move {
        let mut received: Option<T> = None;
        let mut success = call_loop::run(&shared, operation, prepared, &mut received).await?;
        let mut value = received.unwrap_or_else(|| T::blank(0));
        if let Some(begun) = success.download.take()
            && let Slot::Download(download) = value.slot()
        {
            *download = Download::new(*begun, &success.head, &shared);
        }
        Ok(Response::new(value, success, &shared.secrets))
    }))
}

impl<T> Future for CallFuture<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for CallFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}
