//! A call made fit to be sent: everything about it is checked, and its bytes do not change any more.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Uri};

use crate::call::{Call, Settings};
use crate::client::Shared;
use crate::encoding::percent_encode;
use crate::error::{CallContext, Key, What};
use crate::operation::{Operation, Segment};
use crate::retry::RetryPolicy;
use crate::seam::Node;
use crate::transport::MaxResponseBytes;
use crate::{Error, IdempotencyKey, Violations, gzip};

/// A call that is fit to be sent, any number of times: what does not change from one attempt to the next.
pub(crate) struct Prepared {
    pub(crate) operation: &'static Operation,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) key: Option<Key>,
    /// When the first attempt began, or the call was made resumable.
    pub(crate) began: SystemTime,
    /// The server may have acted on it already.
    pub(crate) in_doubt: bool,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) retry: RetryPolicy,
}

impl Prepared {
    /// Checks everything about a call and makes it fit to be sent.
    pub(crate) fn new(call: &Call) -> Result<Self, Error> {
        let shared = &call.core.shared;
        let mut violations = call.violations.clone();
        let url = url(call, &mut violations);
        let mut headers = standard_headers(shared, call.body.is_some());
        operation_headers(call, &mut headers, &mut violations);
        let body = encoded_body(call, &mut headers);
        let key = settle_key(call, &mut headers, &mut violations);
        check_timeouts(&call.settings, &mut violations);
        let context = CallContext { operation: Some(call.operation.id), key: key.clone() };
        if !violations.is_empty() {
            return Err(Error::new(What::Invalid(violations), context));
        }
        let method = Method::from_bytes(call.operation.method.as_bytes());
        let (Ok(method), Ok(uri)) = (method, Uri::try_from(url)) else {
            let message = "the base URL, the path and the method do not make a request".to_owned();
            return Err(Error::new(What::Configuration(message), context));
        };
        Ok(Self {
            operation: call.operation,
            method,
            uri,
            headers,
            body,
            key,
            began: shared.time.of_day(),
            in_doubt: false,
            attempt_timeout: call.settings.attempt_timeout.unwrap_or(shared.attempt_timeout),
            total_timeout: call.settings.total_timeout.unwrap_or(shared.total_timeout),
            retry: call.settings.retry.unwrap_or(shared.retry),
        })
    }

    pub(crate) fn context(&self) -> CallContext {
        CallContext { operation: Some(self.operation.id), key: self.key.clone() }
    }

    /// The request of one attempt.
    pub(crate) fn request(&self, bearer: Option<HeaderValue>, limit: usize) -> Request<Bytes> {
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

/// Puts the URL together, with the parameters encoded.
fn url(call: &Call, violations: &mut Violations) -> String {
    let mut url = String::with_capacity(256);
    url.push_str(call.core.shared.base_url.as_str());
    let mut given = call.path.iter();
    for segment in call.operation.path {
        match segment {
            Segment::Literal(text) => url.push_str(text),
            Segment::Parameter(name) => {
                let value = given.next().map_or("", String::as_str);
                if let Some(flaw) = path_flaw(value) {
                    violations.push(format_args!("path parameter {name}"), flaw);
                }
                url.push_str(&percent_encode(value));
            }
        }
    }
    url
}

/// Says what is wrong with a path parameter. Dots are refused because servers resolve them even when they are encoded.
fn path_flaw(value: &str) -> Option<&'static str> {
    match value {
        "" => Some("is empty"),
        "." | ".." => Some("is a path step, not a value"),
        _ => None,
    }
}

/// The headers that every request has.
pub(crate) fn standard_headers(shared: &Shared, has_body: bool) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(16);
    headers.insert(header::USER_AGENT, shared.user_agent.clone());
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    if has_body {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    headers
}

/// Sets the headers the operation takes: as the call says, or else the client, or else the operation itself.
fn operation_headers(call: &Call, headers: &mut HeaderMap, violations: &mut Violations) {
    for (name, _) in &call.headers {
        if !call.operation.takes(name) {
            violations.push(format_args!("header {name}"), "is not one that the operation takes");
        }
    }
    for field in call.operation.headers {
        let given = call.headers.iter().rev().chain(call.core.headers.iter().rev());
        let mut named = given.filter(|(name, _)| name.eq_ignore_ascii_case(field.name));
        let Some(text) = named.next().map(|(_, text)| &**text).or(field.send) else {
            if field.required {
                violations.push(format_args!("header {}", field.name), "is required, but was not set");
            }
            continue;
        };
        field.limits.check(&Node::Text(text.into()), &mut |flaw| {
            violations.push(format_args!("header {}", field.name), flaw);
        });
        match header_value(text) {
            Ok(value) => put(headers, field.name, value, violations),
            Err(flaw) => violations.push(format_args!("header {}", field.name), flaw),
        }
    }
}

/// Sets the idempotency key, if the operation takes any.
fn settle_key(call: &Call, headers: &mut HeaderMap, violations: &mut Violations) -> Option<Key> {
    let Some(idempotency) = call.core.shared.service.idempotency.filter(|_| call.operation.idempotent) else {
        if call.key.is_some() {
            violations.push("idempotency key", "was given, but the operation takes none");
        }
        return None;
    };
    let key = call.key.as_ref()?;
    let (length, most) = (key.text.as_str().len(), idempotency.max_length);
    if length > most {
        let flaw = format!("is {length} characters long, at most {most} are allowed");
        violations.push("idempotency key", flaw);
    }
    let kept = Duration::from_secs(idempotency.kept_seconds);
    set_key(headers, idempotency.header, &key.text, violations);
    Some(Key { text: key.text.clone(), kept, given: key.given })
}

pub(crate) fn set_key(headers: &mut HeaderMap, name: &str, key: &IdempotencyKey, violations: &mut Violations) {
    if let Ok(value) = header_value(key.as_str()) {
        put(headers, name, value, violations);
    }
}

pub(crate) fn check_timeouts(settings: &Settings, violations: &mut Violations) {
    let timeouts = [("attempt timeout", settings.attempt_timeout), ("total timeout", settings.total_timeout)];
    for (name, timeout) in timeouts {
        if timeout.is_some_and(|timeout| timeout.is_zero()) {
            violations.push(name, "is zero, which leaves no time for an answer");
        }
    }
}

fn encoded_body(call: &Call, headers: &mut HeaderMap) -> Bytes {
    match &call.body {
        Some(body) if call.core.shared.compress_requests => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            gzip::pack(body)
        }
        Some(body) => body.clone(),
        None => Bytes::new(),
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
