//! Calls that outlive their process: kept as data, and sent again under the same key.

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::answer::Answer;
use crate::auth::Access;
use crate::call::{CallFuture, Settings, call_future};
use crate::client::{Core, Shared};
use crate::error::{CallContext, Key, What};
use crate::operation::Operation;
use crate::prepare::{Origin, Prepared, check_timeouts, header_value, request, set_key, standard_headers};
use crate::retry::RetryPolicy;
use crate::{Error, IdempotencyKey, Response, Violations};

/// The last part of the time for which the server keeps an answer, in which a call is not sent any more: a request takes time to
/// arrive, and clocks differ.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// A call that can be kept, in a database say, and sent again later, also by another process: the same bytes under the same
/// idempotency key.
///
/// There are two ways to one: from the call before it is sent, by its own `resumable()`, so that even a process that is killed leaves it
/// behind, and from the [error](Error::resumable) of a call whose outcome is unknown. The client's `resume` sends it, and the answer
/// tells what became of the call: a server that has acted on it before gives the same answer again, and one that has not
/// acts now. Either way there is one effect.
///
/// The server forgets a key after a time, commonly 24 hours; from then on the same request would act anew. So a call can be
/// resumed until five minutes before that and not later, and only against the base URL it was made for.
///
/// It serialises to a plain structure of texts and numbers, in formats that write the names of fields, such as JSON. It holds the request's body, and whatever is sensitive in that; keep it as you would
/// the data the request was made from. It holds no credentials and no token. `Debug` shows neither body nor headers.
#[derive(Clone, PartialEq, Eq)]
pub struct ResumableCall {
    operation: String,
    method: String,
    base_url: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Bytes,
    key: IdempotencyKey,
    /// In whole milliseconds since 1970, so that it survives being written and read.
    began_millis: u64,
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

    /// When the first attempt began, or when the call was made resumable, if that was before.
    #[must_use]
    pub fn began(&self) -> SystemTime {
        // A time beyond what the platform can tell counts as long ago.
        UNIX_EPOCH.checked_add(Duration::from_millis(self.began_millis)).unwrap_or(UNIX_EPOCH)
    }
}

impl Prepared {
    /// How long the server will surely remember the key; `None` without a key. Nothing once that is not sure.
    pub(crate) fn key_lasts(&self, now: SystemTime) -> Option<Duration> {
        let kept = self.key.as_ref()?.kept;
        let Some(lasts) = kept.checked_sub(MARGIN) else {
            return Some(Duration::ZERO);
        };
        Some(match now.duration_since(self.began) {
            Ok(age) => lasts.saturating_sub(age),
            // Clocks differ a little; one that is far off cannot tell how old the call is.
            Err(ahead) if ahead.duration() > MARGIN => Duration::ZERO,
            Err(_) => lasts,
        })
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
        key: IdempotencyKey,
        began: SystemTime,
        shared: &Shared,
    ) -> Self {
        let base_url = operation.base_url(&shared.base_url);
        let uri = request.uri().to_string();
        let matters = |name: &HeaderName| operation.takes(name.as_str()) || is_of_body(name);
        let headers = request.headers().iter().filter(|(name, _)| matters(name));
        let text = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let since = began.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            operation: operation.id.to_owned(),
            method: request.method().to_string(),
            path: uri.strip_prefix(base_url).unwrap_or(&uri).to_owned(),
            base_url: base_url.to_owned(),
            headers: headers.filter_map(text).collect(),
            body: request.body().clone(),
            key,
            began_millis: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Makes the call fit to be sent by a client.
    fn prepare(
        self,
        shared: &Shared,
        operation: &'static Operation,
        settings: &Settings,
    ) -> Result<Box<Prepared>, Error> {
        let context = self.context(shared, operation);
        let (first, began) = (self.request(shared, operation)?, self.began());
        let mut violations = Violations::default();
        check_timeouts(settings, &mut violations);
        let access = shared.access(operation).unwrap_or_else(|message| {
            violations.push("resumed call", format!("cannot be sent: {message}"));
            Access::Token
        });
        let key = context.key.clone();
        let prepared = Prepared::made_of(Origin::Kept(self), first, operation, key, began, settings, shared);
        let prepared = prepared.proved_by(access);
        if prepared.key_lasts(shared.time.of_day()).is_none_or(|lasts| lasts.is_zero()) {
            let flaw = "is too old, or its time lies ahead: the server may have forgotten its key, and would act anew";
            violations.push("resumed call", flaw);
        }
        if violations.is_empty() { Ok(prepared) } else { Err(Error::new(What::Unresumable(violations), context)) }
    }

    fn context(&self, shared: &Shared, operation: &Operation) -> CallContext {
        let kept = shared.service.idempotency.map_or(0, |idempotency| idempotency.kept_seconds);
        let key = Key { text: self.key.clone(), kept: Duration::from_secs(kept), given: true };
        CallContext { operation: Some(operation.id), key: Some(key) }
    }

    /// The request, if it is one of a call of this operation by such a client.
    pub(crate) fn request(&self, shared: &Shared, operation: &Operation) -> Result<Request<Bytes>, Error> {
        let mut violations = Violations::default();
        self.check(shared, operation, &mut violations);
        let mut headers = standard_headers(shared, operation, None);
        for (name, value) in &self.headers {
            match (HeaderName::try_from(name), header_value(value)) {
                (Ok(name), Ok(value)) if operation.takes(name.as_str()) || is_of_body(&name) => {
                    headers.insert(name, value);
                }
                _ => violations.push(format_args!("header {name}"), "cannot be one of a call of this operation"),
            }
        }
        if let Some(idempotency) = shared.service.idempotency {
            set_key(&mut headers, idempotency.header, &self.key, &mut violations);
        }
        let url = format!("{}{}", operation.base_url(&shared.base_url), self.path);
        match request(&self.method, url, headers, self.body.clone()) {
            Some(request) if violations.is_empty() => Ok(request),
            _ => Err(Error::new(What::Unresumable(violations), self.context(shared, operation))),
        }
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
            .field("began", &self.began())
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
    value: PhantomData<fn() -> T>,
}

impl<T: Answer> ResumedCall<T> {
    pub(crate) fn new(core: Core, operation: &'static Operation, call: ResumableCall) -> Self {
        Self { core, operation, call, settings: Settings::default(), value: PhantomData }
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
    /// As when it is awaited; and [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) on a thread of an async runtime, which must
    /// not be blocked.
    #[cfg(feature = "blocking")]
    pub fn wait(self) -> Result<Response<T>, Error> {
        let core = self.core.clone();
        crate::blocking::wait(&core.shared, self.into_future()).map_err(Error::in_doubt)
    }
}

impl<T: Answer> IntoFuture for ResumedCall<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        let Self { core, operation, call, settings, .. } = self;
        let prepared = call.prepare(&core.shared, operation, &settings);
        call_future(core.shared, operation, prepared)
    }
}

impl<T> fmt::Debug for ResumedCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResumedCall").field(&self.call).finish()
    }
}

/// The layout of what is written. A change of it gets another number.
const LAYOUT: u64 = 1;

const FIELDS: [&str; 10] = [
    "layout",
    "operation",
    "method",
    "base_url",
    "path",
    "headers",
    "body",
    "packed_body",
    "idempotency_key",
    "began_millis",
];

impl Serialize for ResumableCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ResumableCall", FIELDS.len() - 1)?;
        fields.serialize_field("layout", &LAYOUT)?;
        fields.serialize_field("operation", &self.operation)?;
        fields.serialize_field("method", &self.method)?;
        fields.serialize_field("base_url", &self.base_url)?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("headers", &self.headers)?;
        // Bytes that are no text are those of a packed body.
        match str::from_utf8(&self.body) {
            Ok(text) => fields.serialize_field("body", text)?,
            Err(_) => fields.serialize_field("packed_body", &hex(&self.body))?,
        }
        fields.serialize_field("idempotency_key", self.key.as_str())?;
        fields.serialize_field("began_millis", &self.began_millis)?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for ResumableCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("ResumableCall", &FIELDS, Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = ResumableCall;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resumable call")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ResumableCall, A::Error> {
        let [mut operation, mut method, mut base_url, mut path, mut body, mut packed, mut key] = [const { None }; 7];
        let (mut layout, mut headers, mut began_millis) = (None, None, None);
        while let Some(field) = map.next_key::<String>()? {
            match field.as_str() {
                "layout" => layout = Some(map.next_value::<u64>()?),
                "operation" => operation = Some(map.next_value::<String>()?),
                "method" => method = Some(map.next_value()?),
                "base_url" => base_url = Some(map.next_value()?),
                "path" => path = Some(map.next_value()?),
                "headers" => headers = Some(map.next_value::<Vec<(String, String)>>()?),
                "body" => body = Some(map.next_value()?),
                "packed_body" => packed = Some(map.next_value()?),
                "idempotency_key" => key = Some(map.next_value()?),
                "began_millis" => began_millis = Some(map.next_value::<u64>()?),
                other => return Err(A::Error::unknown_field(other, &FIELDS)),
            }
        }
        if layout != Some(LAYOUT) {
            return Err(A::Error::custom("the call was written in another layout, by another version of the library"));
        }
        let body = match (body, packed) {
            (Some(text), None) => Bytes::from(text),
            (None, Some(packed)) => {
                unhex(&packed).ok_or_else(|| A::Error::custom("`packed_body` is not made of pairs of hex digits"))?
            }
            _ => return Err(A::Error::custom("there is not exactly one of `body` and `packed_body`")),
        };
        let key = key.ok_or_else(|| A::Error::missing_field("idempotency_key"))?;
        Ok(ResumableCall {
            operation: operation.ok_or_else(|| A::Error::missing_field("operation"))?,
            method: method.ok_or_else(|| A::Error::missing_field("method"))?,
            base_url: base_url.ok_or_else(|| A::Error::missing_field("base_url"))?,
            path: path.ok_or_else(|| A::Error::missing_field("path"))?,
            headers: headers.ok_or_else(|| A::Error::missing_field("headers"))?,
            body,
            key: IdempotencyKey::new(key).map_err(|_| A::Error::custom("`idempotency_key` is no idempotency key"))?,
            began_millis: began_millis.ok_or_else(|| A::Error::missing_field("began_millis"))?,
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Bytes> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pairs = digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect()
}
