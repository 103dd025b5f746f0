//! A successful response.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

use crate::IdempotencyKey;
use crate::codegen::Object;
use crate::header_fields::read_headers;
use crate::retry::{reset, server_time};
use crate::secrets::Secrets;
use crate::send::Success;
use crate::service::HeaderRoles;

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

    /// The caller's id of the call, as the server sent it back.
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

/// How much of the allowed number of calls is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    limit: Option<String>,
    remaining: Option<u64>,
    reset: Option<Duration>,
}

impl RateLimit {
    /// The limit in the server's own words, which may name several periods.
    #[must_use]
    pub fn limit(&self) -> Option<&str> {
        self.limit.as_deref()
    }

    /// How many calls are left in the period that is closest to its limit.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    /// How long it takes until that period begins anew, at most a month. Where the server tells the moment instead, as a Unix time, it is held
    /// against the `Date` of the response. A number that is neither is left out.
    #[must_use]
    pub fn reset(&self) -> Option<Duration> {
        self.reset
    }
}

/// How many simultaneous calls are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concurrency {
    kind: Option<String>,
    limit: Option<u64>,
    remaining: Option<u64>,
}

impl Concurrency {
    /// The server's name for the limit that applies.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// How many calls may run at the same time.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// How many more may run at present.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }
}

/// Status and headers of a response, and what the headers mean.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) roles: &'static HeaderRoles,
}

impl Head {
    /// The value of a header that has a role; `None` also when it is empty or not text.
    pub(crate) fn text(&self, role: Option<&str>) -> Option<&str> {
        Self::value(&self.headers, role)
    }

    /// As [`text`](Self::text), of headers alone.
    pub(crate) fn value<'a>(headers: &'a HeaderMap, role: Option<&str>) -> Option<&'a str> {
        let value = headers.get(role?)?.to_str().ok()?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// A whole number in a header; decimals, which some servers add, are dropped.
    fn number(&self, role: Option<&str>) -> Option<u64> {
        let (whole, _) = self.text(role).map(|text| text.split_once('.').unwrap_or((text, "")))?;
        whole.parse().ok()
    }

    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit_at(server_time(self).unwrap_or_else(SystemTime::now))
    }

    /// As [`rate_limit`](Self::rate_limit), at a time of the server's.
    pub(crate) fn rate_limit_at(&self, now: SystemTime) -> Option<RateLimit> {
        let rate_limit = RateLimit {
            limit: self.text(self.roles.rate_limit).map(str::to_owned),
            remaining: self.number(self.roles.rate_limit_remaining),
            reset: self.text(self.roles.rate_limit_reset).and_then(|text| reset(text, now)),
        };
        let RateLimit { limit, remaining, reset } = &rate_limit;
        (limit.is_some() || remaining.is_some() || reset.is_some()).then_some(rate_limit)
    }

    pub(crate) fn concurrency(&self) -> Option<Concurrency> {
        let concurrency = Concurrency {
            kind: self.text(self.roles.concurrency_type).map(str::to_owned),
            limit: self.number(self.roles.concurrency_limit),
            remaining: self.number(self.roles.concurrency_remaining),
        };
        let Concurrency { kind, limit, remaining } = &concurrency;
        (kind.is_some() || limit.is_some() || remaining.is_some()).then_some(concurrency)
    }
}
