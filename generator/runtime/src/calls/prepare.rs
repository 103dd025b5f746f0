//! Prepares a call: checks it and makes its request, whose bytes no longer change.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::HeaderValue;
use http::{HeaderMap, Method, Request, Uri, header};

use super::call::{Call, Settings};
use crate::auth::ChosenSchemes;
use crate::body::{Content, Streamed};
use crate::classification::FailureKind;
use crate::client::{Shared, Template, TemplateField};
use crate::contract::{HeaderField, Operation, Outcome, Segment};
use crate::environment::Moment;
use crate::error::{CallContext, Error, History, Recovery};
use crate::idempotency::{
    CLOCK_MARGIN, FirstUse, Key, KeyLifetime, KeyOrigin, KeyUse, LookUp, Now, ResumableCall, is_uuid,
};
use crate::model::{Node, Violations};
use crate::retry::RetryPolicy;
use crate::syntax::{encode_text, gzip, header_value, hex, path_flaw, percent_decode, percent_encode, static_value};

/// A valid call that can be sent any number of times.
pub(crate) struct PreparedCall {
    pub(crate) operation: &'static Operation,
    pub(crate) key: Option<Key>,
    /// When the time of the key began to count in this process.
    pub(crate) key_first_used_at: Option<Moment>,
    /// When the first attempt was sent.
    pub(crate) sent_at: Option<SystemTime>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) access: ChosenSchemes,
    origin: RequestSource,
    /// The request of the next attempt, made on demand: the same source always makes the same request.
    next: Option<Request<Bytes>>,
}

/// The source of a call's requests.
pub(crate) enum RequestSource {
    Call(Call),
    Kept(ResumableCall),
}

impl PreparedCall {
    /// Checks a call and makes its first request. Boxed, since it is moved many times.
    pub(crate) fn new(call: Call) -> Result<Box<Self>, Error> {
        let (request, key) = request_of(&call)?;
        let (operation, settings) = (call.operation, call.settings);
        let shared = Arc::clone(&call.core.shared);
        if let (Some(kept), Some(key)) = (call.kept.get().and_then(|kept| kept.call.get()), &key)
            && !kept.sends_same(&ResumableCall::new(operation, &request, key, false, &shared))
        {
            return Err(Error::new(
                FailureKind::Invalid(changed_after_kept()),
                CallContext::new(operation, Some(key.clone())),
            ));
        }
        let access = shared.access(operation).map_err(|message| {
            Error::new(FailureKind::Configuration(message), CallContext::new(operation, key.clone()))
        })?;
        let made = Self::from_source(RequestSource::Call(call), request, operation, key, &settings, &shared);
        Ok(made.with_access(access))
    }

    pub(crate) fn from_source(
        origin: RequestSource,
        first: Request<Bytes>,
        operation: &'static Operation,
        key: Option<Key>,
        settings: &Settings,
        shared: &Shared,
    ) -> Box<Self> {
        Box::new(Self {
            operation,
            key_first_used_at: key.as_ref().and_then(|key| key.first_use).map(|_| shared.time.now()),
            key,
            sent_at: None,
            attempt_timeout: settings.attempt_timeout.unwrap_or(shared.attempt_timeout),
            total_timeout: settings.total_timeout.unwrap_or(shared.total_timeout),
            retry: settings.retry.unwrap_or(shared.retry),
            access: ChosenSchemes::Token,
            origin,
            next: Some(first),
        })
    }

    pub(crate) fn with_access(mut self: Box<Self>, access: ChosenSchemes) -> Box<Self> {
        self.access = access;
        self
    }

    pub(crate) fn context(&self) -> CallContext {
        CallContext::new(self.operation, self.key.clone())
    }

    /// Returns where the key comes from; of a call without one, whether it may be repeated all the same.
    pub(crate) fn key_origin(&self) -> KeyOrigin {
        let by_method = self.operation.is_safe()
            || self.retry.repeats_idempotent_methods() && self.operation.is_idempotent_method();
        self.key.as_ref().map_or(KeyOrigin::Keyless { repeatable: by_method }, |key| key.origin)
    }

    /// Returns whether all requests under the key have the track ID of this call: those of a key that was made for it. Under a key of the
    /// caller's, others may have been sent before.
    pub(crate) fn has_own_track_id(&self) -> bool {
        match &self.origin {
            RequestSource::Call(_) => self.key_origin() == KeyOrigin::Fresh,
            RequestSource::Kept(call) => call.key_use == KeyUse::New,
        }
    }

    /// Records when the key is used for the first time, or returns how long it lives if it was used before. `None` without a key.
    pub(crate) fn record_first_use(&mut self, now: &Now) -> Option<KeyLifetime> {
        let first_use = FirstUse::now(now);
        self.sent_at.get_or_insert_with(|| first_use.earliest());
        let key = self.key.as_mut()?;
        if key.origin == KeyOrigin::Fresh && key.first_use.is_none() {
            key.first_use = Some(first_use);
            self.key_first_used_at = Some(now.at);
            return None;
        }
        key.lifetime(now)
    }

    /// Corrects when the key was used for the first time by the server's time, if a response has had it since: the clock of this machine may
    /// be wrong.
    pub(crate) fn correct_first_use(&mut self, shared: &Shared) {
        let now = shared.now(self.key_first_used_at);
        self.key.iter_mut().for_each(|key| key.correct(&now));
    }

    /// Returns how long the service is certain to remember the key; `None` if its age does not matter.
    pub(crate) fn key_lifetime(&self, shared: &Shared) -> Option<KeyLifetime> {
        self.key.as_ref()?.lifetime(&shared.now(self.key_first_used_at))
    }

    /// Returns the request of the next attempt, without a token.
    pub(crate) fn request(&mut self, shared: &Shared) -> Result<&mut Request<Bytes>, Error> {
        let next = match (self.next.take(), &self.origin) {
            (Some(next), _) => next,
            (None, RequestSource::Call(call)) => request_of(call)?.0,
            (None, RequestSource::Kept(call)) => {
                let mut violations = Violations::default();
                match call.request(shared, self.operation, &mut violations) {
                    Some(request) => request,
                    None => return Err(Error::new(FailureKind::Unresumable(violations), self.context())),
                }
            }
        };
        Ok(self.next.insert(next))
    }

    /// Takes the request of the next attempt, to send it.
    pub(crate) fn take_request(&mut self) -> Option<Request<Bytes>> {
        self.next.take()
    }

    /// Returns whether the call can be sent again, as far as its body is concerned.
    pub(crate) fn can_send_body(&self) -> bool {
        self.streamed().is_none_or(Streamed::is_there)
    }

    /// Returns the body, if it is read while it is sent.
    pub(crate) fn streamed(&self) -> Option<&Streamed> {
        match &self.origin {
            RequestSource::Call(Call { body: Some(Content::Streamed(streamed)), .. }) => Some(streamed),
            RequestSource::Call(_) | RequestSource::Kept(_) => None,
        }
    }

    /// Returns the call as it can be kept; `None` without a key, or with one of unknown age, and for a body that is not in memory.
    fn resumable(&mut self, shared: &Shared, outcome: Outcome) -> Option<ResumableCall> {
        if self.streamed().is_some() {
            return None;
        }
        let in_doubt = outcome == Outcome::Unknown;
        let key = self.key.clone().filter(|key| !matches!(key.origin, KeyOrigin::Undated { .. }))?;
        if let RequestSource::Kept(call) = &self.origin {
            return Some(call.clone());
        }
        let operation = self.operation;
        Some(ResumableCall::new(operation, self.request(shared).ok()?, &key, in_doubt, shared))
    }

    /// Returns the kept call that this one was made from.
    fn kept(&self) -> Option<ResumableCall> {
        match &self.origin {
            RequestSource::Kept(call) => Some(call.clone()),
            RequestSource::Call(_) => None,
        }
    }

    /// Returns how the call can be recovered after its last attempt.
    pub(crate) fn recovery(&mut self, shared: &Shared, history: &History) -> Recovery {
        let resumable = self.resumable(shared, history.outcome);
        let open = matches!(history.outcome, Outcome::Unknown | Outcome::Accepted);
        let undated = matches!(self.key_origin(), KeyOrigin::Undated { .. });
        let look_up = if open || undated { self.look_up(shared) } else { None };
        let refused = if history.has_sent { None } else { self.kept() };
        let is_over = self.key_lifetime(shared) == Some(KeyLifetime::Expired);
        Recovery { resumable: resumable.filter(|_| !is_over), refused, look_up }
    }

    /// Returns what is needed to look the call up with the service.
    fn look_up(&mut self, shared: &Shared) -> Option<LookUp> {
        let (operation, roles) = (self.operation, &shared.service.roles);
        let dated = self.key.as_ref().filter(|key| key.origin == KeyOrigin::Dated);
        let sent_at = dated.and_then(|key| key.first_use).map(|first_use| first_use.earliest()).or(self.sent_at);
        let request = self.request(shared).ok()?;
        let body = unpacked(request);
        Some(LookUp::new(operation, roles, request, &body, sent_at))
    }

    /// Returns whether a text is part of the request, in any case of its letters: a response that has it may only repeat it.
    pub(crate) fn request_contains(&mut self, shared: &Shared, text: &str) -> bool {
        let Ok(request) = self.request(shared) else { return false };
        let has =
            |bytes: &[u8]| bytes.windows(text.len().max(1)).any(|part| part.eq_ignore_ascii_case(text.as_bytes()));
        has(request.uri().to_string().as_bytes())
            || request.headers().values().any(|value| has(value.as_bytes()))
            || has(&unpacked(request))
    }
}

/// Returns the body of a request before it was packed.
fn unpacked(request: &Request<Bytes>) -> Bytes {
    let is_packed = request.headers().contains_key(header::CONTENT_ENCODING);
    let unpacked = is_packed.then(|| gzip::unpack(request.body(), usize::MAX).ok()).flatten();
    unpacked.map_or_else(|| request.body().clone(), |unpacked| unpacked.bytes)
}

/// Returns what is wrong with a call that is no longer the one that was kept: who resumes that would send something else under its key.
pub(crate) fn changed_after_kept() -> Violations {
    let mut violations = Violations::default();
    violations.push("call", "was changed after it was made resumable; make it resumable last");
    violations
}

/// Creates the request of a call, or lists all its violations.
pub(crate) fn request_of(call: &Call) -> Result<(Request<Bytes>, Option<Key>), Error> {
    let template = call.core.shared.template(call.operation);
    let mut violations = call.violations.clone();
    let uri = template.uri.clone().or_else(|| Uri::try_from(url(call, &mut violations)).ok());
    let mut headers = template.headers.clone();
    set_content_type(call, &template, &mut headers, &mut violations);
    if let Some(accept) = call.accept.and_then(static_value) {
        headers.insert(header::ACCEPT, accept);
    }
    // Every key is a header value.
    let key_value = call.key.as_ref().and_then(|key| HeaderValue::from_str(key.text.as_str()).ok());
    operation_headers(call, &template, key_value.as_ref(), &mut headers, &mut violations);
    call.mark_secrets(&mut headers);
    call.write_cookies(&mut headers, &mut violations);
    let body = encoded_body(call, &mut headers, &mut violations);
    let key = settle_key(call, key_value, &mut headers, &mut violations);
    check_timeouts(&call.settings, &mut violations);
    let context = || CallContext::new(call.operation, key.clone());
    if !violations.is_empty() {
        return Err(Error::new(FailureKind::Invalid(violations), context()));
    }
    match request(call.operation.method, uri, headers, body) {
        Some(request) => Ok((request, key)),
        None => {
            let refusal = call.core.shared.base_url.refusal(call.operation, &call.server_variables);
            let message = refusal.unwrap_or("the base URL, the path and the method do not make a request").to_owned();
            Err(Error::new(FailureKind::Configuration(message), context()))
        }
    }
}

/// Puts a request together; `None` if method and URL make none.
pub(crate) fn request(method: &str, uri: Option<Uri>, headers: HeaderMap, body: Bytes) -> Option<Request<Bytes>> {
    let mut request = Request::new(body);
    *request.method_mut() = Method::from_bytes(method.as_bytes()).ok()?;
    *request.uri_mut() = uri?;
    *request.headers_mut() = headers;
    Some(request)
}

/// Puts the URL together, with the parameters encoded.
fn url(call: &Call, violations: &mut Violations) -> String {
    let mut url = String::with_capacity(256);
    match call.core.shared.base_url.of_call(call.operation, &call.server_variables) {
        Ok(base_url) => url.push_str(&base_url),
        Err(flaw) => violations.push("server", flaw.to_string()),
    }
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
            Segment::Styled(parameter) => {
                // Encoded when it was given.
                let value = given.next().map_or("", String::as_str);
                if let Some(flaw) = percent_decode(value).and_then(|value| path_flaw(&value)) {
                    violations.push(format_args!("path parameter {}", parameter.name), flaw);
                }
                url.push_str(value);
            }
        }
    }
    call.write_query(&mut url, violations);
    url
}

/// Sets the content type that the call says, in place of the operation's; without a body there is none.
fn set_content_type(call: &Call, template: &Template, headers: &mut HeaderMap, violations: &mut Violations) {
    let chosen = call.content_type.as_deref();
    let content_type = match &call.parts_type {
        _ if call.body.is_none() => {
            headers.remove(header::CONTENT_TYPE);
            return if chosen.is_some() {
                violations.push("content type", "was given, but there is no body")
            };
        }
        Some(parts_type) => header_value(parts_type).map_err(str::to_owned),
        None if chosen.is_some() => call.operation.request.content_type(chosen),
        None => return template.flaw.iter().for_each(|flaw| violations.push("content type", flaw)),
    };
    match content_type {
        Ok(content_type) => {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        Err(flaw) => violations.push("content type", flaw),
    }
}

/// Sets the headers the operation takes: as the call says, or else the client, or else the operation itself.
fn operation_headers(
    call: &Call,
    template: &Template,
    key: Option<&HeaderValue>,
    headers: &mut HeaderMap,
    violations: &mut Violations,
) {
    for (name, _) in &call.headers {
        if !call.operation.takes(name) {
            violations.push(format_args!("header {name}"), "is not one that the operation takes");
        }
    }
    for (field, known) in call.operation.headers.iter().zip(&template.fields) {
        let given = call.headers.iter().rev().chain(call.core.headers.iter().rev());
        let mut named = given.filter(|(name, _)| name.eq_ignore_ascii_case(field.name));
        let Some(text) = named.next().map(|(_, text)| text) else {
            let track_id = key.filter(|_| known.is_track_id).and_then(|key| call.derived_track_id(field, known, key));
            // The document's own value needs no checks.
            match track_id.or_else(|| field.send.map(HeaderValue::from_static)) {
                Some(value) => put(headers, field, known, value, violations),
                None if field.required => {
                    violations.push(format_args!("header {}", field.name), "is required, but was not set");
                }
                None => {}
            }
            continue;
        };
        field.constraints.check(&Node::Text(text.into()), &mut |flaw| {
            violations.push(format_args!("header {}", field.name), flaw);
        });
        match header_value(text) {
            Ok(value) => put(headers, field, known, value, violations),
            Err(flaw) => violations.push(format_args!("header {}", field.name), flaw),
        }
    }
}

impl Call {
    /// Returns the track ID that is sent in a field unless the caller gives one: the idempotency key, or its digest where the field does
    /// not take it.
    fn derived_track_id(
        &self,
        field: &HeaderField,
        known: &TemplateField,
        key_value: &HeaderValue,
    ) -> Option<HeaderValue> {
        let key = self.key.as_ref()?.text.as_str();
        let fits = |text: &str| {
            let mut fits = true;
            field.constraints.check(&Node::Text(text.into()), &mut |_| fits = false);
            fits
        };
        // Nearly all keys are UUIDs, and whether those fit is known.
        let does_fit = if is_uuid(key) { known.takes_uuids } else { fits(key) };
        if does_fit {
            return Some(key_value.clone());
        }
        let digest = hex(&hmac_sha256::Hash::hash(key.as_bytes())[..16]);
        HeaderValue::from_str(&digest).ok().filter(|_| fits(&digest))
    }
}

/// Sets the idempotency key, if the operation takes any.
fn settle_key(
    call: &Call,
    value: Option<HeaderValue>,
    headers: &mut HeaderMap,
    violations: &mut Violations,
) -> Option<Key> {
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
    if let (Some(name), Some(value)) = (&call.core.shared.key_header, value) {
        headers.insert(name, value);
    }
    if call.first_use.is_some() && !key.given {
        violations.push("first use of the key", "was given, but the key was not");
    }
    let latest = || call.core.shared.now(None).latest() + CLOCK_MARGIN;
    if call.first_use.is_some_and(|first_use| first_use > latest()) {
        violations.push("first use of the key", "lies ahead, so that the age of the key is not known");
    }
    let kept_at = call.kept.get().map(|kept| kept.at);
    let (origin, first_use) = match (key.given, call.first_use) {
        (false, _) => (KeyOrigin::Fresh, kept_at),
        (true, Some(first_use)) => (KeyOrigin::Dated, Some(FirstUse::recorded(first_use))),
        (true, None) => (KeyOrigin::Undated { resumed: false }, kept_at),
    };
    Some(Key { text: key.text.clone(), kept, origin, first_use })
}

pub(crate) fn check_timeouts(settings: &Settings, violations: &mut Violations) {
    let timeouts = [("attempt timeout", settings.attempt_timeout), ("total timeout", settings.total_timeout)];
    for (name, timeout) in timeouts {
        if timeout.is_some_and(|timeout| timeout.is_zero()) {
            violations.push(name, "is zero, which leaves no time for a response");
        }
    }
}

fn encoded_body(call: &Call, headers: &mut HeaderMap, violations: &mut Violations) -> Bytes {
    let body = match &call.body {
        Some(Content::Whole(body)) => body.clone(),
        Some(Content::Text(text)) => {
            let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            in_charset(text, content_type.unwrap_or_default()).unwrap_or_else(|flaw| {
                violations.push("body", flaw);
                Bytes::new()
            })
        }
        Some(Content::Streamed(_)) | None => return Bytes::new(),
    };
    if !call.core.shared.compress_requests {
        return body;
    }
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    gzip::pack(&body)
}

/// Returns text, which is in UTF-8, in the charset of its content type.
fn in_charset(text: &Bytes, content_type: &str) -> Result<Bytes, String> {
    let encoded = encode_text(str::from_utf8(text).expect("it was made of text"), content_type)?;
    Ok(match encoded {
        Cow::Borrowed(_) => text.clone(),
        Cow::Owned(encoded) => encoded.into(),
    })
}

fn put(
    headers: &mut HeaderMap,
    field: &HeaderField,
    known: &TemplateField,
    value: HeaderValue,
    violations: &mut Violations,
) {
    match &known.name {
        Some(name) => {
            headers.insert(name, value);
        }
        None => violations.push(format_args!("header {}", field.name), "has a name that cannot be sent"),
    }
}
