//! A successful response.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use super::call_loop::Success;
use crate::idempotency::IdempotencyKey;
use crate::model::Object;
use crate::redaction::Secrets;
use crate::response::{Concurrency, Head, RateLimit, read_headers};

/// A successful response: the value the server sent, and what came with it.
///
/// It dereferences to the value, so `response.number` reads the value's field.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    head: Head,
    key: Option<IdempotencyKey>,
    attempts: u32,
    is_done: bool,
    secrets: Arc<Secrets>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, success: Success, secrets: &Arc<Secrets>) -> Self {
        let Success { head, key, attempts, is_done, .. } = success;
        Self { value, head, key, attempts, is_done, secrets: Arc::clone(secrets) }
    }

    /// Whether what was asked for is done. `false` means that it is still open: the service has taken the call in, and what
    /// comes of it is to be looked up later. So does any state that this version of the crate does not know.
    ///
    /// What was declined is no response but an [error](crate::Error::is_decline).
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    pub(crate) fn value_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// All response headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The response headers that an object declares, as its fields: wire names are those of headers, whose case does not count.
    ///
    /// Lists are separated by commas. What is no value of its field is among the object's extra members, as text.
    #[must_use]
    pub fn headers_as<H: Object>(&self) -> H {
        let mut fields = H::blank();
        read_headers(&mut fields, self.headers());
        fields
    }

    /// The server's own id of the call: quote it when asking the service about it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.head.text(self.head.roles.request_id)
    }

    /// Returns the caller's track ID, as the server sent it back.
    #[must_use]
    pub fn track_id(&self) -> Option<&str> {
        self.head.text(self.head.roles.track_id)
    }

    /// How much of the allowed number of calls is left, if the server says so.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head.rate_limit()
    }

    /// How many simultaneous calls are allowed, if the server says so.
    #[must_use]
    pub fn concurrency(&self) -> Option<Concurrency> {
        self.head.concurrency()
    }

    /// The key the call was sent with; `None` for an operation that takes none.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    /// How many attempts it took.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Shows the value and the ids of the call, but no other header: what those hold is not ours to judge.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("request_id", &self.request_id().filter(|id| !self.secrets.are_in(id)))
            .field("idempotency_key", &self.key)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}
