//! A successful response.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use super::success::Success;
use crate::idempotency::IdempotencyKey;
use crate::model::Object;
use crate::redaction::Secrets;
use crate::response::{Concurrency, Head, RateLimit, read_headers};

/// A successful response: the decoded value, its status and headers.
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

    /// Returns whether the request is done. `false` means that it is still in progress: the service has taken the call in, and what
    /// comes of it is to be looked up later. So does any state that this version of the crate does not know.
    ///
    /// What was declined is no response but an [error](crate::Error::is_decline).
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Returns the value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    pub(crate) fn value_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns all response headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the response headers that an object declares, as its fields: wire names are those of headers, whose case does not count.
    ///
    /// Lists are separated by commas. What is no value of its field is among the object's extra members, as text.
    #[must_use]
    pub fn headers_as<H: Object>(&self) -> H {
        let mut fields = H::blank();
        read_headers(&mut fields, self.headers());
        fields
    }

    /// Returns the server's ID of the request: quote it when you ask the service about the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.head.text(self.head.roles.request_id)
    }

    /// Returns the caller's track ID, as the server sent it back.
    #[must_use]
    pub fn track_id(&self) -> Option<&str> {
        self.head.text(self.head.roles.track_id)
    }

    /// Returns the server's rate limit and what is left of it, if the server sent it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head.rate_limit()
    }

    /// Returns the server's limit of concurrent calls, if the server sent it.
    #[must_use]
    pub fn concurrency(&self) -> Option<Concurrency> {
        self.head.concurrency()
    }

    /// Returns the idempotency key of the call; `None` for an operation that takes none.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    /// Returns the number of attempts.
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
        // A server may repeat a secret in any of its members.
        let value = if f.alternate() { format!("{:#?}", self.value) } else { format!("{:?}", self.value) };
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("request_id", &self.request_id().filter(|id| !self.secrets.are_in(id)))
            .field("idempotency_key", &self.key)
            .field("value", &format_args!("{}", self.secrets.redact(&value)))
            .finish_non_exhaustive()
    }
}
