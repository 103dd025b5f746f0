//! Rate and concurrency limits, with their headers.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::clock::seconds;

/// Requests counted by the minute.
#[derive(Debug)]
pub(crate) struct Window {
    limit: u32,
    minute: u64,
    used: u32,
}

/// Where a caller stands in the current window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Seconds until the window begins anew.
    pub(crate) reset: u64,
    pub(crate) exceeded: bool,
}

impl Window {
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, minute: 0, used: 0 }
    }

    /// Counts one request in.
    pub(crate) fn count(&mut self, now: SystemTime) -> Standing {
        let now = seconds(now);
        if self.minute != now / 60 {
            (self.minute, self.used) = (now / 60, 0);
        }
        self.used = self.used.saturating_add(1);
        Standing {
            limit: self.limit,
            remaining: self.limit.saturating_sub(self.used),
            reset: 60 - now % 60,
            exceeded: self.used > self.limit,
        }
    }
}

impl Standing {
    /// Returns the standing of a caller whose quota is gone for so many seconds.
    pub(crate) fn used_up(self, reset: u64) -> Self {
        Self { remaining: 0, reset, exceeded: true, ..self }
    }

    /// Returns the standing of a caller with some quota left, in a window that ends in so many seconds.
    pub(crate) fn left_for(self, reset: u64) -> Self {
        Self { remaining: self.remaining.max(1), reset, ..self }
    }

    /// Adds the rate-limit headers of the operations: the nearest window first, then all of them.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let limit = self.limit;
        let windows = format!("{limit}, {limit};w=60, 2250000;w=3600, 27000000;w=86400");
        set(headers, "ratelimit-limit", &windows);
        set(headers, "ratelimit-remaining", &self.remaining.to_string());
        set(headers, "ratelimit-reset", &self.reset.to_string());
    }

    /// Adds the rate-limit headers of the token endpoint.
    pub(crate) fn write_for_tokens(self, headers: &mut HeaderMap) {
        set(headers, "x-ratelimit-limit-minute", &self.limit.to_string());
        set(headers, "x-ratelimit-remaining-minute", &self.remaining.to_string());
    }
}

/// Calls under way.
#[derive(Debug)]
pub(crate) struct Concurrency {
    limit: u32,
    running: AtomicU32,
}

/// One call under way; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    of: &'a Concurrency,
    place: u32,
}

impl Concurrency {
    pub(crate) fn new(limit: u32) -> Self {
        let running = AtomicU32::new(0);
        Self { limit, running }
    }

    pub(crate) fn enter(&self) -> Running<'_> {
        let place = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        Running { of: self, place }
    }
}

impl Running<'_> {
    pub(crate) fn exceeds(&self) -> bool {
        self.place > self.of.limit
    }

    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let limit = self.of.limit;
        let remaining = limit.saturating_sub(self.place);
        set(headers, "concurrency-limit-type", "Default");
        set(headers, "concurrency-limit-limit", &limit.to_string());
        set(headers, "concurrency-limit-remaining", &remaining.to_string());
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.of.running.fetch_sub(1, Ordering::SeqCst);
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
