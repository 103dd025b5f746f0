//! Sends a kept call again.

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Request, Uri};

use super::call::Settings;
use super::future::{CallFuture, call_future};
use super::prepare::{PreparedCall, RequestSource, check_timeouts, request};
use super::response::Response;
use super::response_value::ResponseValue;
use crate::auth::ChosenSchemes;
use crate::client::{Core, Shared, standard_headers};
use crate::contract::Operation;
use crate::error::{CallContext, Error};
use crate::idempotency::{FirstUse, Key, KeyLifetime, KeyOrigin, KeyUse, LookUp, ResumableCall};
use crate::model::Violations;
use crate::retry::RetryPolicy;
use crate::syntax::header_value;

/// Returns whether a header describes the body.
fn is_of_body(name: &HeaderName) -> bool {
    *name == CONTENT_TYPE || *name == CONTENT_ENCODING
}

impl ResumableCall {
    /// Records the request of a call of this client.
    pub(crate) fn new(
        operation: &Operation,
        request: &Request<Bytes>,
        key: &Key,
        in_doubt: bool,
        shared: &Shared,
    ) -> Self {
        let base_url = shared.base_url.of_operation(operation);
        let uri = request.uri().to_string();
        let matters = |name: &HeaderName| operation.takes(name.as_str()) || is_of_body(name);
        let headers = request.headers().iter().filter(|(name, _)| matters(name));
        let text = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let now = FirstUse::now(&shared.now(None)).earliest();
        // A date that lies ahead is a mistake, and must not make the key younger.
        let first_use = key.first_use.map_or(now, |first_use| first_use.earliest().min(now));
        let since = first_use.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            operation: operation.id.to_owned(),
            method: request.method().to_string(),
            path: uri.strip_prefix(&*base_url).unwrap_or(&uri).to_owned(),
            base_url: base_url.into_owned(),
            headers: headers.filter_map(text).collect(),
            body: request.body().clone(),
            key: key.text.clone(),
            first_used_millis: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            key_use: match key.origin {
                KeyOrigin::Fresh | KeyOrigin::Keyless { .. } => KeyUse::New,
                KeyOrigin::Dated => KeyUse::Dated,
                KeyOrigin::Undated { .. } => KeyUse::Undated,
            },
            in_doubt,
            sender: shared.sender(&key.text),
        }
    }

    /// Prepares the call for a client.
    fn prepare(
        self,
        shared: &Shared,
        operation: &'static Operation,
        settings: &Settings,
        same_tenant: bool,
    ) -> Result<Box<PreparedCall>, Error> {
        let key = self.dated_key(shared);
        let mut violations = Violations::default();
        self.check(shared, operation, &mut violations);
        if !same_tenant && self.sender != shared.sender(&self.key) {
            let flaw = "was made with other credentials; if they are of the same tenant, say so by same_tenant()";
            violations.push("resumed call", flaw);
        }
        check_timeouts(settings, &mut violations);
        let access = shared.access(operation).unwrap_or_else(|message| {
            violations.push("resumed call", format!("cannot be sent: {message}"));
            ChosenSchemes::Token
        });
        // A date that lies ahead may be right by the server's clock, which the next token tells.
        let is_over = key.lifetime(&shared.now(None)) == Some(KeyLifetime::Expired);
        if is_over {
            violations.push("resumed call", "is too old: the server may have forgotten its key, and would act anew");
        }
        let first = self.request(shared, operation, &mut violations);
        match first.filter(|_| violations.is_empty()) {
            Some(first) => {
                let key = Some(key);
                let prepared =
                    PreparedCall::from_source(RequestSource::Kept(self), first, operation, key, settings, shared);
                Ok(prepared.with_access(access))
            }
            None => {
                let look_up = LookUp::of_kept(operation, &shared.service.roles, &self);
                let context = self.context(shared, operation);
                Err(Error::refused_resume(violations, context, self, is_over, look_up))
            }
        }
    }

    fn context(&self, shared: &Shared, operation: &Operation) -> CallContext {
        CallContext::new(operation, Some(self.dated_key(shared)))
    }

    fn dated_key(&self, shared: &Shared) -> Key {
        let kept = shared.service.idempotency.map_or(0, |idempotency| idempotency.kept_seconds);
        Key {
            text: self.key.clone(),
            kept: Duration::from_secs(kept),
            origin: match self.key_use {
                KeyUse::New | KeyUse::Dated => KeyOrigin::Dated,
                KeyUse::Undated => KeyOrigin::Undated { resumed: true },
            },
            first_use: Some(FirstUse::recorded(self.first_used())),
        }
    }

    /// Returns the request; `None` if what was kept makes none, with the reasons among the violations.
    pub(crate) fn request(
        &self,
        shared: &Shared,
        operation: &Operation,
        violations: &mut Violations,
    ) -> Option<Request<Bytes>> {
        let mut headers = standard_headers(&shared.user_agent, operation);
        for (name, value) in &self.headers {
            match (HeaderName::try_from(name), header_value(value)) {
                (Ok(name), Ok(value)) if operation.takes(name.as_str()) || is_of_body(&name) => {
                    headers.insert(name, value);
                }
                _ => violations.push(format_args!("header {name}"), "cannot be one of a call of this operation"),
            }
        }
        match (&shared.key_header, HeaderValue::from_str(self.key.as_str())) {
            (Some(name), Ok(key)) => {
                headers.insert(name, key);
            }
            _ => violations.push("idempotency key", "cannot be sent"),
        }
        let url = format!("{}{}", shared.base_url.of_operation(operation), self.path);
        request(&self.method, Uri::try_from(url).ok(), headers, self.body.clone())
    }

    /// Returns whether this is a call of this operation by such a client.
    fn check(&self, shared: &Shared, operation: &Operation, violations: &mut Violations) {
        let mut refuse = |flaw: String| violations.push("resumed call", flaw);
        if self.operation != operation.id {
            refuse(format!("is one of {:?}, not of {}", self.operation, operation.id));
            return;
        }
        if self.method != operation.method || !operation.matches(&self.path) {
            refuse("has a method or a path that the operation does not have".to_owned());
        }
        let base_url = shared.base_url.of_operation(operation);
        if self.base_url != base_url {
            refuse(format!("was made for another base URL than {base_url}"));
        }
        if !operation.idempotent || shared.service.idempotency.is_none() {
            refuse("has an idempotency key, and the operation takes none".to_owned());
        }
    }
}

/// A kept call to be sent again by awaiting it.
#[must_use = "a call does nothing until it is awaited"]
pub struct ResumedCall<T> {
    core: Core,
    operation: &'static Operation,
    call: ResumableCall,
    settings: Settings,
    same_tenant: bool,
    value: PhantomData<fn() -> T>,
}

impl Core {
    /// Creates a call from one that was kept, to send it again.
    pub fn resume<T: ResponseValue>(&self, operation: &'static Operation, call: ResumableCall) -> ResumedCall<T> {
        ResumedCall::new(self.clone(), operation, call)
    }
}

impl<T: ResponseValue> ResumedCall<T> {
    pub(crate) fn new(core: Core, operation: &'static Operation, call: ResumableCall) -> Self {
        Self { core, operation, call, settings: Settings::default(), same_tenant: false, value: PhantomData }
    }

    /// Asserts that this client belongs to the tenant that made the call, although its credentials differ, such as a rotated client ID or
    /// another access token. Another tenant's service does not know the key and would act a second time.
    pub fn same_tenant(mut self) -> Self {
        self.same_tenant = true;
        self
    }

    /// Overrides the per-attempt timeout. After it fires the outcome is unknown.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = Some(timeout);
        self
    }

    /// Overrides the timeout of the whole call.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.settings.total_timeout = Some(timeout);
        self
    }

    /// Overrides the retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = Some(policy);
        self
    }

    /// Sends the call and blocks this thread until it has ended.
    ///
    /// # Errors
    ///
    /// As when it is awaited; and [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where async code runs, which must not be
    /// blocked. Nothing is sent then, and [`Error::unsent_call`] gives the call back.
    #[cfg(feature = "blocking")]
    pub fn wait(self) -> Result<Response<T>, Error> {
        let (core, kept) = (self.core.clone(), self.call.clone());
        crate::client::blocking::wait(&core.shared.own_runtime, self.into_future()).map_err(|error| error.of_kept(kept))
    }
}

impl<T: ResponseValue> IntoFuture for ResumedCall<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        let Self { core, operation, call, settings, same_tenant, .. } = self;
        let prepared = call.prepare(&core.shared, operation, &settings, same_tenant);
        call_future(core.shared, operation, prepared)
    }
}

impl<T> fmt::Debug for ResumedCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResumedCall").field(&self.call).finish()
    }
}
