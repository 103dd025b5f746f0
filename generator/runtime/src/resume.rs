//! Calls that outlive their process: kept as data, and sent again under the same key.

mod written;

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Request, Uri};

use crate::auth::Access;
use crate::call::{CallFuture, Settings, call_future};
use crate::client::{Core, Shared};
use crate::error::CallContext;
use crate::evidence::KeyOrigin;
use crate::key::{FirstUse, Key, Life};
use crate::look_up::LookUp;
use crate::operation::Operation;
use crate::prepare::{Origin, Prepared, check_timeouts, header_value, request};
use crate::response_value::ResponseValue;
use crate::retry::RetryPolicy;
use crate::template::standard_headers;
use crate::{Error, IdempotencyKey, Response, Violations};

/// A call that can be kept, in a database say, and sent again later, also by another process: the same bytes under the same
/// idempotency key.
///
/// There are two ways to one: from the call before it is sent, by its own `resumable()`, so that even a process that is killed leaves it
/// behind, and from the [error](Error::resumable) of a call whose outcome is unknown. The client's `resume` sends it, and the response
/// tells what became of the call: a server that has acted on it before gives the same response again, and one that has not
/// acts now. Either way there is one effect, as long as nobody else sends it at the same time.
///
/// The server forgets a key after a time, commonly 24 hours; from then on the same request would act anew. So a call can be
/// resumed until five minutes before that and not later, only against the base URL it was made for, and only by a client with
/// the credentials it was made with, unless the caller [says](ResumedCall::same_tenant) that others are of the same tenant.
///
/// It serialises to a plain structure of texts, numbers and booleans, in any format that has lists. It holds the request's body, and
/// whatever is sensitive in that; keep it as you would the data the request was made from. It holds no credentials and no token,
/// but a digest of them. `Debug` shows neither body nor headers.
#[derive(Clone, PartialEq, Eq)]
pub struct ResumableCall {
    pub(crate) operation: String,
    pub(crate) method: String,
    pub(crate) base_url: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) key: IdempotencyKey,
    /// In whole milliseconds since 1970, so that it survives being written and read.
    pub(crate) first_used_millis: u64,
    pub(crate) key_use: KeyUse,
    pub(crate) in_doubt: bool,
    /// A digest of the credentials it was made with.
    pub(crate) sender: String,
}

/// What was known of the key of a kept call when the call was first made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyUse {
    /// It was made for the call, so that all requests under it are those of the call.
    New,
    /// It was the caller's, who said when it was first used.
    Dated,
    /// It was the caller's, and may have been used before at an unknown time.
    Undated,
}

impl ResumableCall {
    /// The name of the operation.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The idempotency key.
    #[must_use]
    pub fn idempotency_key(&self) -> &IdempotencyKey {
        &self.key
    }

    /// When the key was first used, or the call was made resumable, if that was before. The age of the key counts from then. Under a key
    /// of the caller's own of which the first use is not known, it is the time of this call.
    #[must_use]
    pub fn first_used(&self) -> SystemTime {
        // A time beyond what the platform can tell counts as long ago.
        UNIX_EPOCH.checked_add(Duration::from_millis(self.first_used_millis)).unwrap_or(UNIX_EPOCH)
    }

    /// Tells whether both send the same request under the same key.
    pub(crate) fn sends_same(&self, other: &Self) -> bool {
        let request =
            |call: &Self| (call.operation.clone(), call.method.clone(), call.base_url.clone(), call.path.clone());
        request(self) == request(other)
            && self.headers == other.headers
            && self.body == other.body
            && self.key == other.key
    }

    /// Whether an attempt may have reached the server when the call was kept. When it is resumed it is in doubt in any case, since
    /// it may have been sent after that.
    #[must_use]
    pub fn in_doubt(&self) -> bool {
        self.in_doubt
    }
}

/// Tells whether a header describes the body.
fn is_of_body(name: &HeaderName) -> bool {
    *name == CONTENT_TYPE || *name == CONTENT_ENCODING
}

impl ResumableCall {
    /// Takes down the request of a call that is sent by this client.
    pub(crate) fn new(
        operation: &Operation,
        request: &Request<Bytes>,
        key: &Key,
        in_doubt: bool,
        shared: &Shared,
    ) -> Self {
        let base_url = operation.base_url(&shared.base_url);
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
            path: uri.strip_prefix(base_url).unwrap_or(&uri).to_owned(),
            base_url: base_url.to_owned(),
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

    /// Makes the call fit to be sent by a client.
    fn prepare(
        self,
        shared: &Shared,
        operation: &'static Operation,
        settings: &Settings,
        same_tenant: bool,
    ) -> Result<Box<Prepared>, Error> {
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
            Access::Token
        });
        // A date that lies ahead may be right by the server's clock, which the next token tells.
        let is_over = key.life(&shared.now(None)) == Some(Life::Spent);
        if is_over {
            violations.push("resumed call", "is too old: the server may have forgotten its key, and would act anew");
        }
        let first = self.request(shared, operation, &mut violations);
        match first.filter(|_| violations.is_empty()) {
            Some(first) => {
                let key = Some(key);
                let prepared = Prepared::made_of(Origin::Kept(self), first, operation, key, settings, shared);
                Ok(prepared.proved_by(access))
            }
            None => {
                let look_up = LookUp::of_kept(operation, &shared.service.roles, &self);
                let context = self.context(shared, operation);
                Err(Error::refused_resume(violations, context, self, is_over, look_up))
            }
        }
    }

    fn context(&self, shared: &Shared, operation: &Operation) -> CallContext {
        operation.context(Some(self.dated_key(shared)))
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
            first_use: Some(FirstUse::taken_down(self.first_used())),
        }
    }

    /// The request; `None` if what was kept makes none, with the reasons among the violations.
    pub(crate) fn request(
        &self,
        shared: &Shared,
        operation: &Operation,
        violations: &mut Violations,
    ) -> Option<Request<Bytes>> {
        let mut headers = standard_headers(shared, operation);
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
        let url = format!("{}{}", operation.base_url(&shared.base_url), self.path);
        request(&self.method, Uri::try_from(url).ok(), headers, self.body.clone())
    }

    /// Whether this is a call of this operation by such a client.
    fn check(&self, shared: &Shared, operation: &Operation, violations: &mut Violations) {
        let mut refuse = |flaw: String| violations.push("resumed call", flaw);
        if self.operation != operation.id {
            refuse(format!("is one of {:?}, not of {}", self.operation, operation.id));
            return;
        }
        if self.method != operation.method || !operation.matches(&self.path) {
            refuse("has a method or a path that the operation does not have".to_owned());
        }
        let base_url = operation.base_url(&shared.base_url);
        if self.base_url != base_url {
            refuse(format!("was made for another base URL than {base_url}"));
        }
        if !operation.idempotent || shared.service.idempotency.is_none() {
            refuse("has an idempotency key, and the operation takes none".to_owned());
        }
    }
}

impl fmt::Debug for ResumableCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumableCall")
            .field("operation", &self.operation)
            .field("idempotency_key", &self.key)
            .field("first_used", &self.first_used())
            .finish_non_exhaustive()
    }
}

/// A call that is sent again, to be awaited.
#[must_use = "a call does nothing until it is awaited"]
pub struct ResumedCall<T> {
    core: Core,
    operation: &'static Operation,
    call: ResumableCall,
    settings: Settings,
    same_tenant: bool,
    value: PhantomData<fn() -> T>,
}

impl<T: ResponseValue> ResumedCall<T> {
    pub(crate) fn new(core: Core, operation: &'static Operation, call: ResumableCall) -> Self {
        Self { core, operation, call, settings: Settings::default(), same_tenant: false, value: PhantomData }
    }

    /// States that this client belongs to the tenant that made the call, though its credentials differ: a rotated client ID, or another
    /// access token of the caller's, each of which counts as another credential. The service of another tenant does not know the key,
    /// and would act a second time.
    pub fn same_tenant(mut self) -> Self {
        self.same_tenant = true;
        self
    }

    /// Gives up on an attempt after this time.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = Some(timeout);
        self
    }

    /// Gives up on the call after this time, whatever it is doing.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.settings.total_timeout = Some(timeout);
        self
    }

    /// Sets when the call is sent again after an attempt that failed.
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
        crate::blocking::wait(&core.shared, self.into_future()).map_err(|error| error.of_kept(kept))
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
