//! The head of a response: its status, its headers, and what the headers mean.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

use super::retry_after::{reset, retry_after};
use crate::contract::HeaderRoles;
use crate::redaction::Secrets;
use crate::syntax::header_text;
use http::header::{DATE, RETRY_AFTER};

/// How much of the allowed number of calls is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    limit: Option<String>,
    remaining: Option<u64>,
    reset: Option<Duration>,
}

/// How many simultaneous calls are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concurrency {
    kind: Option<String>,
    limit: Option<u64>,
    remaining: Option<u64>,
}

/// Status and headers of a response, and what the headers mean.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) roles: &'static HeaderRoles,
}

impl RateLimit {
    /// Returns the limit in the server's own words, which may name several periods.
    #[must_use]
    pub fn limit(&self) -> Option<&str> {
        self.limit.as_deref()
    }

    /// Returns how many calls are left in the period that is closest to its limit.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    /// Returns the time until that period restarts, at most a month. A Unix time is converted by the `Date` of the response; other numbers
    /// are ignored.
    #[must_use]
    pub fn reset(&self) -> Option<Duration> {
        self.reset
    }
}

impl Concurrency {
    /// Returns the server's name for the limit that applies.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// Returns how many calls may run at the same time.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// Returns how many more may run at present.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }
}

impl Head {
    /// Returns the value of a header that has a role; `None` also when it is empty or not text.
    pub(crate) fn text(&self, role: Option<&str>) -> Option<&str> {
        header_text(&self.headers, role)
    }

    /// Removes the headers with IDs that go into messages, where they have a secret in them.
    pub(crate) fn redact_ids(&mut self, secrets: &Secrets) {
        for name in [self.roles.request_id, self.roles.track_id].into_iter().flatten() {
            if self.text(Some(name)).is_some_and(|id| secrets.are_in(id)) {
                self.headers.remove(name);
            }
        }
    }

    /// Returns a whole number in a header; decimals, which some servers add, are dropped.
    fn number(&self, role: Option<&str>) -> Option<u64> {
        let (whole, _) = self.text(role).map(|text| text.split_once('.').unwrap_or((text, "")))?;
        whole.parse().ok()
    }

    /// Returns how long the server asks to wait at least. `Retry-After` goes first; the reset of the rate limit counts only when nothing
    /// is left of it, since servers tell it with every response.
    pub(crate) fn requested_wait(&self, now: SystemTime) -> Option<Duration> {
        let now = self.server_time().unwrap_or(now);
        let by_header = self.text(Some(RETRY_AFTER.as_str())).and_then(|text| retry_after(text, now));
        by_header.or_else(|| {
            let rate_limit = self.rate_limit_at(now)?;
            rate_limit.reset().filter(|_| rate_limit.remaining() == Some(0))
        })
    }

    /// Returns the server's own time, where the response tells it: its dates are held against that.
    fn server_time(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.text(Some(DATE.as_str()))?).ok()
    }

    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit_at(self.server_time().unwrap_or_else(SystemTime::now))
    }

    /// Does the same as [`rate_limit`](Self::rate_limit) for a given server time.
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
