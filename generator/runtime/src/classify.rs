//! What one attempt saw, and what that means. No input or output happens here.

use std::borrow::Cow;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, Response, StatusCode, header};

use crate::error::{BodyFlaw, Reason, Refusal, TimedOut, TokenFailure, Unreadable, What};
use crate::gzip::{self, Unpack};
use crate::members::Members;
use crate::model::decode_into;
use crate::response::Head;
use crate::seam::{Node, Value};
use crate::service::{Code, Failure, Retry, Service};
use crate::transport::{Fault, TransportError};
use crate::{DecodeError, Outcome, Violations};

/// What one attempt saw.
pub(crate) enum Seen {
    /// There was no token to send.
    NoToken(TokenFailure),
    TimedOut(TimedOut),
    /// The server may have forgotten the key, so nothing was sent.
    KeyForgotten,
    Fault(TransportError),
    Answer(Response<Bytes>),
    /// A success that is downloaded, whose body comes later; or is here, where it may say that the call failed.
    Begun(Box<Parts>, Option<Bytes>),
    /// The body of the request could not be opened.
    NoBody(std::io::Error),
}

impl Seen {
    /// The status of the answer, if one has begun.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Answer(answer) => Some(answer.status()),
            Self::Begun(parts, _) => Some(parts.status),
            Self::Fault(TransportError(Fault::BodyLost(head, _) | Fault::BodyTooLarge(head))) => Some(head.0),
            Self::Fault(_) | Self::NoToken(_) | Self::TimedOut(_) | Self::KeyForgotten | Self::NoBody(_) => None,
        }
    }
}

/// The idempotency key an attempt was sent with, as far as it matters to what an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyUse {
    /// There is none.
    Keyless,
    /// It was made for this call, and no attempt before this one can have brought it to the server.
    First,
    /// An earlier attempt, or another call of the caller's, may have brought it to the server.
    Known,
}

/// Decides whether an attempt succeeded; if so, reads the answer into `value`, if not, says what that means. Bodies beyond
/// `limit` bytes are not read.
pub(crate) fn classify(
    service: &'static Service,
    limit: usize,
    key: KeyUse,
    seen: Seen,
    value: &mut dyn Value,
) -> Result<Head, What> {
    match seen {
        Seen::NoToken(failure) => Err(What::Token(failure)),
        Seen::TimedOut(timeout) => Err(What::TimedOut(timeout)),
        Seen::KeyForgotten => {
            let mut violations = Violations::default();
            violations.push("idempotency key", "may be forgotten by the server, which would act anew");
            Err(What::Unresumable(violations))
        }
        Seen::Fault(TransportError(fault)) => fault_seen(service, limit, fault, key, value),
        Seen::Answer(answer) => {
            let (parts, bytes) = answer.into_parts();
            let body = Body::read(&parts.headers, bytes, limit);
            judge(service, head(service, parts.status, parts.headers), body, key, value)
        }
        Seen::Begun(parts, body) => {
            let body = body.map(|bytes| Body::read(&parts.headers, bytes, limit));
            judge_begun(service, head(service, parts.status, parts.headers), body, key)
        }
        Seen::NoBody(error) => {
            let mut violations = Violations::default();
            violations.push("body", format!("cannot be read: {error}"));
            Err(What::Invalid(violations))
        }
    }
}

/// Tells success from failure where the body itself is what was asked for.
fn judge_begun(service: &Service, head: Head, body: Option<Body>, key: KeyUse) -> Result<Head, What> {
    let Some(body) = body else { return Ok(head) };
    let text = body.text();
    let members = Members::read(&text);
    if !denies_success(&service.failure, &members) {
        return Ok(head);
    }
    let told = Told::read(service, &head, &members, key, true);
    drop(text);
    Err(told.refusal(head, body))
}

fn fault_seen(
    service: &'static Service,
    limit: usize,
    fault: Fault,
    key: KeyUse,
    value: &mut dyn Value,
) -> Result<Head, What> {
    match fault {
        Fault::NotSent(_) => Err(What::NotSent(TransportError(fault))),
        Fault::Interrupted(_) => Err(What::Interrupted(TransportError(fault), None)),
        Fault::BodyLost(ref seen, _) => {
            let head = head(service, seen.0, seen.1.clone());
            judge(service, head, Body::flawed(BodyFlaw::Lost(TransportError(fault))), key, value)
        }
        Fault::BodyTooLarge(seen) => {
            let head = head(service, seen.0, seen.1);
            judge(service, head, Body::flawed(BodyFlaw::TooLarge { limit }), key, value)
        }
    }
}

fn head(service: &'static Service, status: StatusCode, headers: HeaderMap) -> Head {
    Head { status, headers, roles: &service.roles }
}

/// A body, unpacked; nothing and the reason why, if that was not possible.
pub(crate) struct Body {
    bytes: Bytes,
    flaw: Option<BodyFlaw>,
}

impl Body {
    fn flawed(flaw: BodyFlaw) -> Self {
        Self { bytes: Bytes::new(), flaw: Some(flaw) }
    }

    pub(crate) fn read(headers: &HeaderMap, bytes: Bytes, limit: usize) -> Self {
        if bytes.len() > limit {
            return Self::flawed(BodyFlaw::TooLarge { limit });
        }
        let encoding =
            headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes().trim_ascii().to_ascii_lowercase());
        match encoding.as_deref() {
            None | Some(b"" | b"identity") => Self { bytes, flaw: None },
            Some(b"gzip" | b"x-gzip") if bytes.is_empty() => Self { bytes, flaw: None },
            Some(b"gzip" | b"x-gzip") => match gzip::unpack(&bytes, limit) {
                Ok(bytes) => Self { bytes, flaw: None },
                Err(Unpack::TooLarge) => Self::flawed(BodyFlaw::TooLarge { limit }),
                Err(Unpack::Damaged(error)) => Self::flawed(BodyFlaw::Gzip(error)),
            },
            Some(_) => Self::flawed(BodyFlaw::Encoding),
        }
    }

    /// The body as text; what is not text is replaced.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        // Nearly every body is text, and this way that is found out fast.
        str::from_utf8(&self.bytes).map_or_else(|_| String::from_utf8_lossy(&self.bytes), Cow::Borrowed)
    }
}

/// Tells success from failure by status and body, and reads a success into `value`.
fn judge(service: &Service, head: Head, body: Body, key: KeyUse, value: &mut dyn Value) -> Result<Head, What> {
    let failure = &service.failure;
    // Nearly every answer is a plain success, which is told by reading it once.
    let mut read = (body.flaw.is_none() && head.status.is_success()).then(|| read(value, &body.bytes));
    if matches!(read, Some(Ok(()))) && declares_success(failure, value) {
        return Ok(head);
    }
    let text = body.text();
    let members = Members::read(&text);
    let says = says_success(failure, &members);
    // Some servers give the answer they kept under a key back as a conflict. Taking it for a failure would lose it.
    let kept = key != KeyUse::Keyless && head.status == StatusCode::CONFLICT && says == Some(true);
    let success = head.status.is_success() || kept;
    let lost = matches!(body.flaw, Some(BodyFlaw::Lost(_))) && !at_door(head.status);
    if !success && !lost || body.flaw.is_none() && denies_success(failure, &members) {
        let told = Told::read(service, &head, &members, key, body.flaw.is_none());
        drop(text);
        return Err(told.refusal(head, body));
    }
    let confirmed = failure.success.is_none() || says == Some(true);
    drop(text);
    if kept && body.flaw.is_none() {
        read = Some(self::read(value, &body.bytes));
    }
    let flaw = match (body.flaw, read) {
        // The part that is missing may be the one that says that the call failed.
        (Some(BodyFlaw::Lost(error)), _) => return Err(What::Interrupted(error, Some(Box::new(head)))),
        (Some(flaw), _) => flaw,
        (None, Some(Err(error))) => BodyFlaw::Json(error),
        (None, _) if !confirmed && (says_nothing(value) || has_success(failure, value)) => BodyFlaw::Foreign,
        (None, _) => return Ok(head),
    };
    Err(What::Decode(Box::new(Unreadable { head, body: body.bytes, flaw, confirmed })))
}

/// Reads a body. One without a byte stands for `null`, which values take that may be missing.
fn read(value: &mut dyn Value, body: &[u8]) -> Result<(), DecodeError> {
    if body.is_empty() && decode_into(value, b"null").is_ok() {
        return Ok(());
    }
    decode_into(value, body)
}

/// Tells whether a value that was read says itself that the call succeeded.
fn declares_success(failure: &Failure, value: &dyn Value) -> bool {
    success_member(failure, value).is_some_and(|node| matches!(node, Node::Bool(true)))
}

/// Tells whether values of this type can say that the call succeeded. A body that does not, where it could, is none of the service's:
/// other services have members of the same name, such as `status`.
fn has_success(failure: &Failure, value: &dyn Value) -> bool {
    success_member(failure, value).is_some()
}

fn success_member<'a>(failure: &Failure, value: &'a dyn Value) -> Option<Node<'a>> {
    let Node::Object(object) = value.node() else {
        return None;
    };
    let index = object.table().position(failure.success?)?;
    Some(object.get(index)?.node())
}

/// The statuses by which a call is refused before anybody looks at it, whatever the body says.
fn at_door(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS)
}

/// Tells whether an answer holds none of the members that its type declares: such a body comes from something in front of the
/// server, and taking it for a success would make up a call that nobody may have seen.
fn says_nothing(value: &dyn Value) -> bool {
    let Node::Object(object) = value.node() else {
        return false;
    };
    let declared = object.table().fields.len();
    let absent = |index| object.get(index).is_none_or(|value| matches!(value.node(), Node::Absent));
    let additional = object.additional().is_some_and(|members| members.entries().next().is_some());
    declared > 0 && !additional && (0..declared).all(absent)
}

/// What a body itself says about success, if anything.
fn says_success(failure: &Failure, members: &Members<'_>) -> Option<bool> {
    failure.success.and_then(|success| members.boolean(success))
}

/// Tells whether a body says that the call failed, its status notwithstanding. One that says neither does so by its reasons, or by
/// a result code that is listed, as only those of failures are.
fn denies_success(failure: &Failure, members: &Members<'_>) -> bool {
    let reasons = || failure.reasons.is_some_and(|at| !members.objects(at.member).is_empty());
    let result =
        || failure.result.is_some_and(|at| members.text(at.member).is_some_and(|code| at.find(&code).is_some()));
    says_success(failure, members).map_or_else(|| reasons() || result(), |success| !success)
}

/// What an answer by which the call failed says, and what follows.
struct Told {
    said: Said,
    process_id: Option<String>,
    request_id: Option<String>,
    outcome: Outcome,
    retry: Retry,
    in_progress: bool,
    settles: bool,
    open_for_good: bool,
}

impl Told {
    /// `whole` says whether the body could be read.
    fn read(service: &Service, head: &Head, members: &Members<'_>, key: KeyUse, whole: bool) -> Self {
        let mut said = Said::read(&service.failure, members);
        said.whole &= whole;
        let text = |member: Option<&str>| members.text(member?).filter(|text| !text.is_empty());
        Self {
            process_id: text(service.failure.process_id),
            request_id: text(service.failure.request_id),
            outcome: said.outcome(head.status, key),
            retry: said.retry(head.status, key),
            in_progress: said.in_progress(head.status, key),
            settles: said.settles(head.status, key),
            open_for_good: said.open_for_good(head.status, key),
            said,
        }
    }

    fn refusal(self, head: Head, body: Body) -> What {
        let Self { said, process_id, request_id, outcome, retry, in_progress, settles, open_for_good } = self;
        let Said { reasons, result, message, .. } = said;
        What::Api(Box::new(Refusal {
            head,
            body: body.bytes,
            flaw: body.flaw,
            reasons,
            result,
            message,
            process_id,
            request_id,
            outcome,
            retry,
            in_progress,
            settles,
            open_for_good,
        }))
    }
}

/// What the body of a failure says.
pub(crate) struct Said {
    pub(crate) reasons: Vec<Reason>,
    pub(crate) result: Option<Reason>,
    pub(crate) message: Option<String>,
    /// The codes whose meaning is known and that decide.
    codes: Vec<&'static Code>,
    /// The body says that the call succeeded, against its status.
    claims_success: bool,
    /// Nothing of the body is missing.
    whole: bool,
}

impl Said {
    pub(crate) fn read(failure: &Failure, members: &Members<'_>) -> Self {
        let mut codes = Vec::new();
        let reason = |known: Option<&'static Code>, code: String, message: Option<String>| Reason {
            code,
            message: message.unwrap_or_default(),
            meaning: known.map(|known| known.meaning),
        };
        let mut reasons: Vec<Reason> = Vec::new();
        if let Some(at) = failure.reasons {
            for element in members.objects(at.member) {
                let code = element.text(at.code).unwrap_or_default();
                let known = category(failure.categories, &code);
                codes.extend(known);
                reasons.push(reason(known, code, element.text(at.message)));
            }
        }
        if codes.len() < reasons.len() {
            // What is not known may outweigh what is.
            codes.clear();
        }
        let result = failure.result.and_then(|at| {
            let code = members.text(at.member)?;
            let known = at.find(&code);
            if let Some(known) = known {
                // The result code speaks of this very call, a category of a whole class of failures.
                codes = vec![known];
            }
            let message = at.message.and_then(|member| members.text(member));
            Some(reason(known, code, message))
        });
        let message = failure
            .message
            .filter(|_| reasons.is_empty())
            .and_then(|member| members.text(member))
            .filter(|message| !message.is_empty());
        let claims_success = says_success(failure, members) == Some(true);
        Self { reasons, result, message, codes, claims_success, whole: !members.is_cut_off() }
    }

    /// Tells whether an earlier request may be running under the key: by a conflict, or by a lock, which that request may hold. The
    /// service uses the same status for locks; a conflict that has a code is one of those when no earlier request can have
    /// carried the key.
    fn in_progress(&self, status: StatusCode, key: KeyUse) -> bool {
        match key {
            KeyUse::Keyless => false,
            KeyUse::First => status == StatusCode::CONFLICT && self.codes.is_empty(),
            KeyUse::Known => status == StatusCode::CONFLICT || self.codes.iter().any(|code| code.is_lock()),
        }
    }

    /// What became of the call.
    fn outcome(&self, status: StatusCode, key: KeyUse) -> Outcome {
        if self.in_progress(status, key) || self.claims_success || !self.whole && !at_door(status) {
            return Outcome::Unknown;
        }
        let surely_not = |code: &&Code| matches!(code.outcome, Outcome::Rejected | Outcome::NotSent);
        if !self.codes.is_empty() {
            return if self.codes.iter().all(surely_not) { Outcome::Rejected } else { Outcome::Unknown };
        }
        match status {
            StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => Outcome::Unknown,
            // The key may belong to another request, which had its effect.
            StatusCode::UNPROCESSABLE_ENTITY if key != KeyUse::Keyless => Outcome::Unknown,
            status if status.is_client_error() => Outcome::Rejected,
            _ => Outcome::Unknown,
        }
    }

    /// Whether calling again makes sense, and how.
    fn retry(&self, status: StatusCode, key: KeyUse) -> Retry {
        if self.in_progress(status, key) {
            return Retry::SameKey;
        }
        match self.codes.iter().map(|code| code.retry).min() {
            // What came with the status of a success was said by the service itself, and is kept under the key.
            Some(Retry::SameKey) if status.is_success() => Retry::NewCall,
            Some(known) => known,
            None => match status.as_u16() {
                401 => Retry::NewToken,
                408 | 429 | 502 | 503 | 504 => Retry::SameKey,
                _ => Retry::Never,
            },
        }
    }

    /// Tells whether the service itself has answered by a code that leaves the outcome open: it keeps that answer, and has no other.
    fn open_for_good(&self, status: StatusCode, key: KeyUse) -> bool {
        let by_service = !self.codes.is_empty() && self.codes.iter().all(|code| !code.at_door);
        by_service && self.whole && !self.in_progress(status, key) && self.outcome(status, key) == Outcome::Unknown
    }

    /// Tells whether the service itself turned the call down, having looked at its key: then no earlier attempt had an effect,
    /// since its answer would have come instead. A refusal at the door says nothing about earlier attempts, and neither does one
    /// without a code, which may be of somebody in front of the service.
    fn settles(&self, status: StatusCode, key: KeyUse) -> bool {
        let at_door = matches!(status.as_u16(), 401 | 403 | 407 | 408 | 429);
        let by_service = !self.codes.is_empty() && self.codes.iter().all(|code| !code.at_door);
        by_service && !at_door && self.outcome(status, key) == Outcome::Rejected
    }
}

/// The category of an all-digit code: its last two digits.
fn category(categories: &'static [Code], code: &str) -> Option<&'static Code> {
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let category: u8 = code[code.len().saturating_sub(2)..].parse().ok()?;
    categories.iter().find(|known| known.code.parse() == Ok(category))
}
