//! One call: what it says, and its way from there to an answer.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use tokio::time::{Instant, timeout_at};

use crate::classify::{Seen, classify};
use crate::client::{Core, Shared};
use crate::encoding::percent_encode;
use crate::error::{BodyFlaw, CallContext, Key, Limit, TimedOut, Unreadable, What};
use crate::operation::{Operation, Segment};
use crate::response::Answer;
use crate::seam::{Node, Value, decode, encode, validate};
use crate::transport::MaxResponseBytes;
use crate::{Error, IdempotencyKey, Response, Violations, gzip};

/// The future of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send>>;

/// A call in the making. Whatever is wrong with it comes to light, all at once, when it is sent.
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    core: Core,
    operation: &'static Operation,
    path: Vec<String>,
    headers: Vec<(&'static str, String)>,
    body: Option<Bytes>,
    key: Option<IdempotencyKey>,
    attempt_timeout: Option<Duration>,
    total_timeout: Option<Duration>,
    violations: Violations,
}

impl Call {
    pub(crate) fn new(core: Core, operation: &'static Operation) -> Self {
        // Made before anything else, so that the caller can note it down before the call is sent.
        let takes_key = operation.idempotent && core.shared.service.idempotency.is_some();
        let key = takes_key.then(|| (core.shared.keys)());
        Self {
            core,
            operation,
            path: Vec::new(),
            headers: Vec::new(),
            body: None,
            key,
            attempt_timeout: None,
            total_timeout: None,
            violations: Violations::default(),
        }
    }

    /// Gives the next path parameter.
    pub fn path_parameter(mut self, value: impl AsRef<str>) -> Self {
        self.path.push(value.as_ref().to_owned());
        self
    }

    /// Sets a header of the operation for this call.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets the body. It is checked and encoded at once.
    pub fn body(mut self, body: &dyn Value) -> Self {
        match validate(body) {
            Ok(()) => self.body = Some(encode(body).into()),
            Err(violations) => self.violations.append(violations),
        }
        self
    }

    /// Sets the idempotency key, in place of a random one.
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.key = Some(key);
        self
    }

    /// The idempotency key that the call is sent with; `None` for an operation that takes none.
    pub fn key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    /// Limits the time from sending the request to its answer, the token included if one has to be fetched.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Limits the time of the whole call.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Sends the call. Must be awaited within a Tokio runtime that has its timer enabled.
    pub fn send<T: Value + Send + 'static>(self) -> CallFuture<T> {
        let answer: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(self.execute());
        Box::pin(async move {
            let (call, answer) = answer.await?;
            match decode::<T>(&answer.body) {
                Ok(value) if !answer.confirmed && says_nothing(&value) => {
                    Err(unreadable(call, answer, BodyFlaw::Foreign))
                }
                Ok(value) => Ok(Response::new(value, answer.head, call.key.map(|key| key.text))),
                Err(error) => Err(unreadable(call, answer, BodyFlaw::Json(error))),
            }
        })
    }

    /// The call up to an answer whose type does not matter yet.
    async fn execute(self) -> Result<(CallContext, Answer), Error> {
        let (shared, prepared) = self.prepare()?;
        let deadline = after(prepared.total_timeout);
        let seen = prepared.attempt(&shared, deadline).await;
        let limit = shared.max_response_bytes;
        let answer = classify(shared.service, limit, &prepared.context, seen)?;
        Ok((prepared.context, answer))
    }
}

/// Tells whether an answer holds none of the members that its type declares: such a body comes from something in front of the
/// server, and taking it for a success would make up a call that nobody may have seen.
fn says_nothing(value: &dyn Value) -> bool {
    let Node::Object(object) = value.node() else {
        return false;
    };
    let declared = object.table().fields.len();
    let absent = |index| object.get(index).is_none_or(|value| matches!(value.node(), Node::Absent));
    declared > 0 && (0..declared).all(absent)
}

fn unreadable(call: CallContext, Answer { head, body, confirmed }: Answer, flaw: BodyFlaw) -> Error {
    Error::new(What::Decode(Box::new(Unreadable { head, body, flaw, confirmed })), call)
}

/// The moment a timeout runs out. One beyond what the clock can tell is as good as a year.
fn after(timeout: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    Instant::now() + timeout.min(YEAR)
}

/// A call that is fit to be sent, any number of times: what does not change from one attempt to the next.
struct Prepared {
    context: CallContext,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    attempt_timeout: Duration,
    total_timeout: Duration,
}

impl Prepared {
    /// Sends the call once and tells what was seen. Nothing is judged here.
    async fn attempt(&self, shared: &Shared, total: Instant) -> Seen {
        let attempt = after(self.attempt_timeout);
        let deadline = attempt.min(total);
        let timed_out = |sent| {
            let (limit, after) = if total <= attempt {
                (Limit::Total, self.total_timeout)
            } else {
                (Limit::Attempt, self.attempt_timeout)
            };
            Seen::TimedOut(TimedOut { limit, after, sent })
        };
        let transport = &*shared.transport;
        let bearer = match timeout_at(deadline, shared.auth.bearer(transport)).await {
            Ok(Ok(bearer)) => bearer,
            Ok(Err(failure)) => return Seen::NoToken(failure),
            Err(_) => return timed_out(false),
        };
        let request = self.request(bearer.clone(), shared.max_response_bytes);
        match timeout_at(deadline, transport.send(request)).await {
            Ok(Ok(answer)) => {
                if answer.status() == StatusCode::UNAUTHORIZED {
                    shared.auth.forget(bearer.as_ref());
                }
                Seen::Answer(answer)
            }
            Ok(Err(error)) => Seen::Fault(error),
            Err(_) => timed_out(true),
        }
    }

    fn request(&self, bearer: Option<HeaderValue>, limit: usize) -> Request<Bytes> {
        let mut request = Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        if let Some(bearer) = bearer {
            request.headers_mut().insert(header::AUTHORIZATION, bearer);
        }
        request.extensions_mut().insert(MaxResponseBytes(limit));
        request
    }
}

impl Call {
    /// Checks everything about the call and makes it fit to be sent.
    fn prepare(mut self) -> Result<(std::sync::Arc<Shared>, Prepared), Error> {
        let shared = self.core.shared.clone();
        let mut context = CallContext { operation: Some(self.operation.id), key: None };
        if tokio::runtime::Handle::try_current().is_err() {
            let message = "there is no Tokio runtime; await the call inside of one".to_owned();
            return Err(Error::new(What::Configuration(message), context));
        }
        let url = self.url(shared.base_url.as_str());
        let mut headers = self.standard_headers(&shared);
        self.operation_headers(&mut headers);
        context.key = self.settle_key(&shared, &mut headers);
        self.check_timeouts();
        if !self.violations.is_empty() {
            return Err(Error::new(What::Invalid(self.violations), context));
        }
        let method = Method::from_bytes(self.operation.method.as_bytes());
        let (Ok(method), Ok(uri)) = (method, Uri::try_from(url)) else {
            let message = "the base URL, the path and the method do not make a request".to_owned();
            return Err(Error::new(What::Configuration(message), context));
        };
        let prepared = Prepared {
            method,
            uri,
            body: self.encoded_body(shared.compress_requests, &mut headers),
            headers,
            context,
            attempt_timeout: self.attempt_timeout.unwrap_or(shared.attempt_timeout),
            total_timeout: self.total_timeout.unwrap_or(shared.total_timeout),
        };
        Ok((shared, prepared))
    }

    /// Puts the URL together, with the parameters encoded.
    fn url(&mut self, base: &str) -> String {
        let mut url = base.to_owned();
        let mut given = self.path.iter();
        for segment in self.operation.path {
            match segment {
                Segment::Literal(text) => url.push_str(text),
                Segment::Parameter(name) => {
                    let value = given.next().map_or("", String::as_str);
                    if let Some(flaw) = path_flaw(value) {
                        self.violations.push(format_args!("path parameter {name}"), flaw);
                    }
                    url.push_str(&percent_encode(value));
                }
            }
        }
        url
    }

    fn standard_headers(&self, shared: &Shared) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, shared.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if self.body.is_some() {
            let json = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, json);
        }
        headers
    }

    /// Sets the headers the operation takes: as the call says, or else the client, or else the operation itself.
    fn operation_headers(&mut self, headers: &mut HeaderMap) {
        for (name, _) in &self.headers {
            if !self.operation.takes(name) {
                let place = format_args!("header {name}");
                self.violations.push(place, "is not one that the operation takes");
            }
        }
        for field in self.operation.headers {
            let given = self.headers.iter().rev();
            let given = given.chain(self.core.headers.iter().rev());
            let mut named = given.filter(|(name, _)| name.eq_ignore_ascii_case(field.name));
            let Some(text) = named.next().map(|(_, text)| &**text).or(field.send) else {
                if field.required {
                    let place = format_args!("header {}", field.name);
                    self.violations.push(place, "is required, but was not set");
                }
                continue;
            };
            let place = format!("header {}", field.name);
            self.violations.append(field.limits.violations(&text.to_owned(), &place));
            match header_value(text) {
                Ok(value) => put(headers, field.name, value, &mut self.violations),
                Err(flaw) => self.violations.push(place, flaw),
            }
        }
    }

    /// Sets the idempotency key: the caller's or a new one, if the operation takes any.
    fn settle_key(&mut self, shared: &Shared, headers: &mut HeaderMap) -> Option<Key> {
        let Some(idempotency) = shared.service.idempotency.filter(|_| self.operation.idempotent) else {
            if self.key.is_some() {
                let flaw = "was given, but the operation takes none";
                self.violations.push("idempotency key", flaw);
            }
            return None;
        };
        let text = self.key.take()?;
        let (length, most) = (text.as_str().len(), idempotency.max_length);
        if length > most {
            let flaw = format!("is {length} characters long, at most {most} are allowed");
            self.violations.push("idempotency key", flaw);
        }
        if let Ok(value) = header_value(text.as_str()) {
            put(headers, idempotency.header, value, &mut self.violations);
        }
        let kept = Duration::from_secs(idempotency.kept_seconds);
        Some(Key { text, kept })
    }

    fn check_timeouts(&mut self) {
        let timeouts = [("attempt timeout", self.attempt_timeout), ("total timeout", self.total_timeout)];
        for (name, timeout) in timeouts {
            if timeout.is_some_and(|timeout| timeout.is_zero()) {
                self.violations.push(name, "is zero, which leaves no time for an answer");
            }
        }
    }

    fn encoded_body(&self, compress: bool, headers: &mut HeaderMap) -> Bytes {
        match &self.body {
            Some(body) if compress => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                gzip::pack(body)
            }
            Some(body) => body.clone(),
            None => Bytes::new(),
        }
    }
}

/// Says what is wrong with a path parameter. Dots are refused because servers resolve them even when they are encoded.
fn path_flaw(value: &str) -> Option<&'static str> {
    match value {
        "" => Some("is empty"),
        "." | ".." => Some("is a path step, not a value"),
        _ => None,
    }
}

/// Makes a header value, or says why the text is none.
pub(crate) fn header_value(text: &str) -> Result<HeaderValue, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err("contains a character that is not printable ASCII");
    }
    if text.trim() != text {
        return Err("begins or ends with a space");
    }
    HeaderValue::from_str(text).map_err(|_| "cannot be sent as a header")
}

fn put(headers: &mut HeaderMap, name: &str, value: HeaderValue, violations: &mut Violations) {
    match HeaderName::from_bytes(name.as_bytes()) {
        Ok(name) => {
            headers.insert(name, value);
        }
        Err(_) => violations.push(format_args!("header {name}"), "has a name that cannot be sent"),
    }
}

/// Shows which call it is, and none of what it says: values may be sensitive.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("idempotency_key", &self.key)
            .finish_non_exhaustive()
    }
}
