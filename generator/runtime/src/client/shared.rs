//! What the calls of a client share.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::base_url::BaseUrl;
use super::template::{Template, TemplateSource, Templates};
use crate::auth::{Auth, ChosenSchemes, Keyring};
use crate::contract::{Operation, Service};
use crate::environment::{Limiter, Moment, Random, RuntimeCheck, ServerTime, Time, guarded};
use crate::idempotency::{IdempotencyKey, Now};
use crate::observe::{CallReport, Drift, Metrics};
use crate::redaction::Secrets;
use crate::retry::{Bucket, RetryPolicy};
use crate::syntax::hex;
use crate::transport_api::Transport;

pub(crate) struct Shared {
    pub(crate) service: &'static Service,
    pub(crate) base_url: BaseUrl,
    pub(crate) transport: Arc<dyn Transport>,
    /// The transport is the one the crate brings.
    pub(crate) own_transport: bool,
    pub(crate) auth: Auth,
    pub(crate) keyring: Keyring,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) user_agent: HeaderValue,
    /// The header that carries the idempotency key.
    pub(crate) key_header: Option<HeaderName>,
    /// The header that carries the track ID, both ways.
    pub(crate) track_header: Option<HeaderName>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Bucket,
    /// What permits requests, if their number is limited.
    pub(crate) limiter: Option<Box<dyn Limiter>>,
    pub(crate) time: Time,
    pub(crate) server_time: Arc<ServerTime>,
    /// The time of day when the client was made, and the moment of it.
    pub(crate) made: (SystemTime, Moment),
    pub(crate) random: Random,
    pub(crate) keys: KeySource,
    pub(crate) max_response_bytes: usize,
    pub(crate) compress_requests: bool,
    pub(crate) metrics: Option<Box<dyn Metrics>>,
    pub(crate) on_drift: Option<OnDrift>,
    pub(crate) runtime_check: RuntimeCheck,
    pub(crate) templates: Templates,
    #[cfg(feature = "blocking")]
    pub(crate) own_runtime: super::blocking::OwnRuntime,
}

pub(crate) type OnDrift = Box<dyn Fn(&Drift) + Send + Sync>;

pub(crate) type KeySource = Box<dyn Fn() -> IdempotencyKey + Send + Sync>;

impl Shared {
    /// Reports the end of a call to the metrics hook.
    pub(crate) fn report<'a>(&self, call: impl FnOnce() -> CallReport<'a>) {
        if let Some(metrics) = &self.metrics {
            let report = call();
            guarded(|| metrics.call_ended(&report));
        }
    }

    /// Returns the security schemes that the calls of an operation use.
    pub(crate) fn access(&self, operation: &Operation) -> Result<ChosenSchemes, String> {
        ChosenSchemes::choose(operation, self.service, &self.auth, &self.keyring)
    }

    /// Returns the template of an operation's requests.
    pub(crate) fn template(&self, operation: &'static Operation) -> Arc<Template> {
        let Self { base_url, user_agent, track_header, .. } = self;
        let source = TemplateSource { base_url, user_agent, track_header: track_header.as_ref() };
        self.templates.get(&source, operation)
    }

    /// Returns what time it is, for a call that is under way since a moment.
    pub(crate) fn now(&self, since: Option<Moment>) -> Now {
        self.now_at(self.time.now(), since)
    }

    /// Does the same as [`now`](Self::now) for a known moment.
    pub(crate) fn now_at(&self, now: Moment, since: Option<Moment>) -> Now {
        Now {
            at: now,
            wall: self.time.of_day(),
            server: self.server_time.at(now),
            steady: self.made.0.checked_add(now.since(self.made.1)).unwrap_or(self.made.0),
            waited: since.map_or(Duration::ZERO, |since| now.since(since)),
        }
    }

    /// Takes in the date of a response that has just come.
    pub(crate) fn observe_server_time(&self, headers: &HeaderMap) {
        self.server_time.observe(headers, &self.time);
    }

    /// Returns a digest of whom the client is to the service. It tells tenants apart, and no secret can be read out of
    /// it. What a transport of the caller's adds is not in it.
    pub(crate) fn sender(&self, key: &IdempotencyKey) -> String {
        let mut digest = hmac_sha256::HMAC::new(key.as_str());
        let mut add = |part: &str| {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        };
        self.auth.each_identity(&mut add);
        self.keyring.each_identity(&mut add);
        hex(&digest.finalize())
    }

    /// Returns what the Tokio runtime around a call lacks, if anything.
    pub(crate) fn runtime_flaw(&self) -> Option<&'static str> {
        self.runtime_check.flaw(matches!(self.time, Time::Tokio(_)), self.own_transport)
    }

    /// Returns whether calls need a Tokio runtime around them.
    pub(crate) fn needs_tokio(&self) -> bool {
        self.own_transport || matches!(self.time, Time::Tokio(_)) || matches!(self.auth, Auth::Tokens(_))
    }
}
