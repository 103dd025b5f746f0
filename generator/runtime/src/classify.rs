//! What one attempt saw, and what that means. No input or output happens here.

use std::borrow::Cow;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, Response, StatusCode};

use crate::codegen::{Node, Value};
use crate::error::{BodyFlaw, Refusal, Says, TimedOut, TokenFailure, Unreadable, What};
use crate::evidence::Evidence;
use crate::failure::{LARGEST_FAILURE, Said, denies_success, has_what_was_asked_for, says_success};
use crate::members::Members;
use crate::model::{decode_into, decode_mended};
use crate::operation::Operation;
use crate::received::Body;
use crate::response::Head;
use crate::service::{CodeClass, Failure, Means, Service};
use crate::success::{has_reasons, is_known_by_members, meaning, meaning_of_members, member_text};
use crate::transport::{Fault, TransportError};
use crate::{DecodeError, Outcome, Violations};

/// What one attempt saw.
pub(crate) enum Seen {
    /// There was no token to send.
    NoToken(TokenFailure),
    TimedOut(TimedOut),
    /// The server may have forgotten the key, so nothing was sent.
    KeyForgotten(Violations),
    Fault(TransportError),
    Response(Response<Bytes>),
    /// A success that is downloaded, whose body comes later; or is here, where it may say that the call failed.
    Begun(Box<Parts>, Option<Bytes>),
    /// The body of the request could not be opened.
    NoBody(std::io::Error),
}

impl Seen {
    /// The status of the response, if one has begun.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Response(response) => Some(response.status()),
            Self::Begun(parts, _) => Some(parts.status),
            Self::Fault(TransportError(Fault::BodyLost(head, _) | Fault::BodyTooLarge(head))) => Some(head.0),
            Self::Fault(_) | Self::NoToken(_) | Self::TimedOut(_) | Self::KeyForgotten(_) | Self::NoBody(_) => None,
        }
    }
}

/// What a response is held against.
pub(crate) struct Asked<'a> {
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    /// The request had an idempotency key.
    pub(crate) keyed: bool,
    /// Bodies beyond so many bytes are not read.
    pub(crate) limit: usize,
    /// Tells whether a text is part of the request.
    pub(crate) sent: &'a dyn Fn(&str) -> bool,
}

/// What a success says.
pub(crate) struct Succeeded {
    pub(crate) head: Head,
    pub(crate) is_done: bool,
}

/// Decides whether an attempt succeeded; if so, reads the response into `value`, if not, says what that means.
pub(crate) fn classify(asked: &Asked<'_>, seen: Seen, value: &mut dyn Value) -> Result<Succeeded, What> {
    match seen {
        Seen::NoToken(failure) => Err(What::Token(failure)),
        Seen::TimedOut(timeout) => Err(What::TimedOut(timeout)),
        Seen::KeyForgotten(violations) => Err(What::Unresumable(violations)),
        Seen::Fault(TransportError(fault)) => fault_seen(asked, fault, value),
        Seen::Response(response) => {
            let (parts, bytes) = response.into_parts();
            let body = Body::read(&parts.headers, bytes, limit(asked, parts.status));
            judge(asked, head(asked, parts.status, parts.headers), body, value)
        }
        Seen::Begun(parts, body) => {
            let body = body.map(|bytes| Body::read(&parts.headers, bytes, asked.limit));
            judge_begun(asked, head(asked, parts.status, parts.headers), body)
        }
        Seen::NoBody(error) => {
            let mut violations = Violations::default();
            violations.push("body", format!("cannot be read: {error}"));
            Err(What::Invalid(violations))
        }
    }
}

/// Tells success from failure where the body itself is what was asked for.
fn judge_begun(asked: &Asked<'_>, head: Head, body: Option<Body>) -> Result<Succeeded, What> {
    let done = |head| Ok(Succeeded { head, is_done: true });
    let Some(body) = body else { return done(head) };
    let text = body.text();
    let members = Members::read(&text);
    if !denies_success(&asked.service.failure, asked.operation, &members) {
        return done(head);
    }
    let said = said(asked, &head, &text, &members, body.flaw.is_some() || matches!(text, Cow::Owned(_)));
    drop(text);
    Err(refusal(asked, said, head, body))
}

fn fault_seen(asked: &Asked<'_>, fault: Fault, value: &mut dyn Value) -> Result<Succeeded, What> {
    match fault {
        Fault::NotSent(_) | Fault::Tls(_) => Err(What::NotSent(TransportError(fault))),
        Fault::Interrupted(_) | Fault::Malformed(_) => Err(What::Interrupted(TransportError(fault), None)),
        Fault::BodyLost(ref seen, _) => {
            let head = head(asked, seen.0, seen.1.clone());
            judge(asked, head, Body::flawed(BodyFlaw::Lost(TransportError(fault))), value)
        }
        Fault::BodyTooLarge(seen) => {
            let head = head(asked, seen.0, seen.1);
            judge(asked, head, Body::flawed(BodyFlaw::TooLarge { limit: asked.limit }), value)
        }
    }
}

fn head(asked: &Asked<'_>, status: StatusCode, headers: HeaderMap) -> Head {
    Head { status, headers, roles: &asked.service.roles }
}

/// The most that is read of a body: of a failure far less than of what can be a success.
fn limit(asked: &Asked<'_>, status: StatusCode) -> usize {
    let may_succeed = status.is_success() || asked.keyed && status == StatusCode::CONFLICT;
    if may_succeed { asked.limit } else { asked.limit.min(LARGEST_FAILURE) }
}

/// Tells success from failure by status and body, and reads a success into `value`.
fn judge(asked: &Asked<'_>, head: Head, body: Body, value: &mut dyn Value) -> Result<Succeeded, What> {
    let failure = &asked.service.failure;
    // Nearly every response is a plain success, which is told by reading it once. One that is too large for a failure is looked at
    // first, since a value can take many times the room of its text.
    let at_once = head.status.is_success() && body.is_open && body.bytes.len() <= LARGEST_FAILURE;
    let mut read = at_once.then(|| read(value, &body.bytes));
    let mended = if let Some(Ok(mended)) = &mut read { mended.take() } else { None };
    let mut is_sound = body.flaw.is_none() && mended.is_none();
    if matches!(read, Some(Ok(_))) && declares_success(failure, value) {
        return succeeded(asked, head, body, is_sound, value);
    }
    let mut text = body.text();
    // A byte that is not UTF-8 leaves the rest as it is; what cuts the members short does not.
    match mended {
        Some(mended) if !Members::read(&text).is_whole_object() => text = Cow::Owned(mended),
        _ => is_sound = body.flaw.is_none(),
    }
    let members = Members::read(&text);
    let says = says_success(failure, &members);
    // Some servers give the response they kept under a key back as a conflict. Taking it for a failure would lose it.
    let is_whole = asked.operation.success.is_none_or(|success| success.known_by.is_empty())
        || has_what_was_asked_for(asked.operation, &members);
    let kept = asked.keyed && head.status == StatusCode::CONFLICT && says == Some(true) && is_whole;
    let success = head.status.is_success() || kept;
    let lost = matches!(body.flaw, Some(BodyFlaw::Lost(_))) && !decides_alone(head.status);
    if !success && !lost || body.is_open && denies_success(failure, asked.operation, &members) {
        // Text that was made of other bytes than came proves nothing.
        let is_sound = is_sound && matches!(text, Cow::Borrowed(_)) && body.bytes.len() <= LARGEST_FAILURE;
        let said = said(asked, &head, &text, &members, !is_sound);
        drop(text);
        return Err(refusal(asked, said, head, body));
    }
    let states = asked.operation.success;
    let confirmed =
        failure.success.is_none() || says == Some(true) || is_known_by_members(asked.operation, failure, &members);
    // What is cut off may say further on that the call was declined.
    let is_done = states.is_none_or(|success| success.states.is_empty())
        || members.is_whole_object() && meaning_of_members(states, &members) == Means::Done;
    let is_own = says == Some(true) && members.is_whole_object();
    drop(text);
    if read.is_none() && body.is_open {
        read = Some(self::read(value, &body.bytes));
    }
    let Body { bytes, flaw, is_open } = body;
    let flaw = match (flaw, read) {
        // The part that is missing may be the one that says that the call failed.
        (Some(BodyFlaw::Lost(error)), _) => return Err(What::Interrupted(error, Some(Box::new(head)))),
        (flaw, Some(Ok(_))) if confirmed || !says_nothing(value) && !has_success(failure, value) => {
            return succeeded(asked, head, Body { bytes, flaw, is_open }, is_sound, value);
        }
        // A mark alone is not what keeps a body from being read.
        (None | Some(BodyFlaw::Marked), Some(Err(error))) => BodyFlaw::Json(error),
        (None | Some(BodyFlaw::Marked), _) => BodyFlaw::Foreign,
        (Some(flaw), _) => flaw,
    };
    let confirmed = confirmed && is_done;
    // What the service itself has sent as a whole it has kept; what something in front of it has sent, it has not.
    let stays = match flaw {
        BodyFlaw::Encoding => str::from_utf8(&bytes).is_err(),
        BodyFlaw::Json(_) | BodyFlaw::Foreign => is_own,
        _ => false,
    };
    Err(What::Decode(Box::new(Unreadable { head, body: bytes, flaw, confirmed, stays })))
}

/// What a success that was read says of what was asked for.
///
/// A decline is a witness that nothing was done only if its body is sound: came as its headers say, without a value that is none, and
/// says nothing twice.
fn succeeded(asked: &Asked<'_>, head: Head, body: Body, is_sound: bool, value: &dyn Value) -> Result<Succeeded, What> {
    let contradicts = has_reasons(&asked.service.failure, value);
    let evidence = match meaning(asked.operation.success, value) {
        // The body says that the call succeeded, and that it failed.
        _ if contradicts => Evidence::Open,
        Means::Done => return Ok(Succeeded { head, is_done: true }),
        // Where there is a result code, a success without the one that says so is none.
        Means::Open if asked.operation.result_codes && asked.operation.success.is_some() => Evidence::Open,
        Means::Open => return Ok(Succeeded { head, is_done: false }),
        Means::Declined(Outcome::Rejected) if is_sound && !Members::read(&body.text()).has_twins() => {
            Evidence::Declined
        }
        Means::Declined(_) => Evidence::MaybeDeclined,
    };
    let text = body.text();
    let members = Members::read(&text);
    let said = said(asked, &head, &text, &members, !is_sound);
    drop(text);
    let is_decline = evidence != Evidence::Open || failed_result(asked, value) == Some(CodeClass::Declined);
    let says = if is_decline { Says::Declined } else { Says::Both };
    Err(What::Api(Box::new(Refusal::new(said, evidence, says, head, body.bytes, None))))
}

/// What the result code of a value says, if it is one of a failure.
fn failed_result(asked: &Asked<'_>, value: &dyn Value) -> Option<CodeClass> {
    let codes = asked.service.failure.result.filter(|_| asked.operation.result_codes)?;
    let Node::Object(object) = value.node() else {
        return None;
    };
    Some(codes.find(&member_text(object, codes.member)?)?.class)
}

/// What the body of a failure says. What repeats a text of the request is no ID.
fn said(asked: &Asked<'_>, head: &Head, text: &str, members: &Members<'_>, flawed: bool) -> Said {
    let failure = &asked.service.failure;
    let mut said = Said::read(failure, asked.operation, (head.status, &head.headers), text, members, flawed);
    said.ids.header = head.text(head.roles.request_id).map(str::to_owned);
    said.ids.retain(|id| !(asked.sent)(id));
    said
}

fn refusal(asked: &Asked<'_>, said: Said, head: Head, body: Body) -> What {
    let body = body.capped(LARGEST_FAILURE);
    let evidence = said.evidence(head.status, asked.keyed);
    // Where the status decides alone, a code says nothing.
    let by_status = [Evidence::Unauthorized, Evidence::TooMany, Evidence::Unavailable, Evidence::ForeignKey];
    let is_decline = said.is_decline() && !by_status.contains(&evidence);
    let says = if is_decline { Says::Declined } else { Says::Failed };
    What::Api(Box::new(Refusal::new(said, evidence, says, head, body.bytes, body.flaw)))
}

/// Reads a body, and returns its text if that had to be mended. A body without a byte stands for `null`, which values take that may
/// be missing.
fn read(value: &mut dyn Value, body: &[u8]) -> Result<Option<String>, DecodeError> {
    if body.is_empty() && decode_into(value, b"null").is_ok() {
        return Ok(None);
    }
    decode_mended(value, body)
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
    Some(object.field_named(failure.success?)?.node())
}

/// The statuses that decide whatever the body says.
fn decides_alone(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS)
}

/// Tells whether a response holds none of the members that its type declares: such a body comes from something in front of the
/// server, and taking it for a success would make up a call that nobody may have seen.
fn says_nothing(value: &dyn Value) -> bool {
    let Node::Object(object) = value.node() else {
        return false;
    };
    let additional = object.additional().is_some_and(|members| members.entries().next().is_some());
    let is_blank = object.look(|fields| fields.iter().all(|(_, value)| matches!(value.node(), Node::Absent)));
    is_blank && !object.table().fields.is_empty() && !additional
}
