//! Classifies the result of one attempt: a success, or a kind of failure.

use std::borrow::Cow;

use http::{HeaderMap, StatusCode};

use super::attempt_result::AttemptResult;
use super::evidence::Evidence;
use super::failure_body::{FailureBody, LARGEST_FAILURE, denies_success, has_what_was_asked_for, says_success};
use super::failure_kind::{ApiFailure, FailureClaim, FailureKind, UndecodableResponse};
use super::success_meaning::{has_reasons, is_known_by_members, meaning, meaning_of_members, member_text};
use crate::contract::{CodeClass, Failure, Means, Operation, Outcome, Service};
use crate::model::{DecodeError, Node, RawObject, Value, Violations, decode_into, decode_repaired};
use crate::response::{Body, BodyFlaw, Head};
use crate::transport_api::{Fault, TransportError};

/// The facts of a call that its responses are classified by.
pub(crate) struct CallFacts<'a> {
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    /// The request had an idempotency key.
    pub(crate) keyed: bool,
    /// The maximum size of a response body in bytes.
    pub(crate) limit: usize,
    /// Tells whether a text occurs in the request.
    pub(crate) sent: &'a dyn Fn(&str) -> bool,
}

/// A classified success.
pub(crate) struct Succeeded {
    pub(crate) head: Head,
    pub(crate) is_done: bool,
}

/// Classifies an attempt: decodes a success into `value`, or returns the kind of failure.
pub(crate) fn classify(
    facts: &CallFacts<'_>,
    result: AttemptResult,
    value: &mut dyn Value,
) -> Result<Succeeded, FailureKind> {
    match result {
        AttemptResult::NoToken(failure) => Err(FailureKind::Token(failure)),
        AttemptResult::TimedOut(timeout) => Err(FailureKind::TimedOut(timeout)),
        AttemptResult::KeyForgotten(violations) => Err(FailureKind::Unresumable(violations)),
        AttemptResult::Fault(TransportError(fault)) => fault_seen(facts, fault, value),
        AttemptResult::Response(response) => {
            let (parts, bytes) = response.into_parts();
            let body = Body::read(&parts.headers, bytes, limit(facts, parts.status));
            judge(facts, head(facts, parts.status, parts.headers), body, value)
        }
        AttemptResult::Begun(parts, body) => {
            let body = body.map(|bytes| Body::read(&parts.headers, bytes, facts.limit));
            judge_begun(facts, head(facts, parts.status, parts.headers), body)
        }
        AttemptResult::NoBody(error) => {
            let mut violations = Violations::default();
            violations.push("body", format!("cannot be read: {error}"));
            Err(FailureKind::Invalid(violations))
        }
    }
}

/// Classifies the response of a download.
fn judge_begun(facts: &CallFacts<'_>, head: Head, body: Option<Body>) -> Result<Succeeded, FailureKind> {
    let done = |head| Ok(Succeeded { head, is_done: true });
    let Some(body) = body else { return done(head) };
    let text = body.text();
    let members = RawObject::read(&text);
    if !denies_success(&facts.service.failure, facts.operation, &members) {
        return done(head);
    }
    let failure_body =
        failure_body(facts, &head, &text, &members, body.flaw.is_some() || matches!(text, Cow::Owned(_)));
    drop(text);
    Err(api_failure(facts, failure_body, head, body))
}

fn fault_seen(facts: &CallFacts<'_>, fault: Fault, value: &mut dyn Value) -> Result<Succeeded, FailureKind> {
    match fault {
        Fault::NotSent(_) | Fault::Tls(_) => Err(FailureKind::NotSent(TransportError(fault))),
        Fault::Interrupted(_) | Fault::Malformed(_) => Err(FailureKind::Interrupted(TransportError(fault), None)),
        Fault::BodyLost(ref result, _) => {
            let head = head(facts, result.0, result.1.clone());
            judge(facts, head, Body::flawed(BodyFlaw::Lost(TransportError(fault))), value)
        }
        Fault::BodyTooLarge(result) => {
            let head = head(facts, result.0, result.1);
            judge(facts, head, Body::flawed(BodyFlaw::TooLarge { limit: facts.limit }), value)
        }
    }
}

pub(crate) fn head(facts: &CallFacts<'_>, status: StatusCode, headers: HeaderMap) -> Head {
    Head { status, headers, roles: &facts.service.roles }
}

/// Returns the maximum body size for this status. Failures have a smaller maximum.
fn limit(facts: &CallFacts<'_>, status: StatusCode) -> usize {
    let may_succeed = status.is_success() || facts.keyed && status == StatusCode::CONFLICT;
    if may_succeed { facts.limit } else { facts.limit.min(LARGEST_FAILURE) }
}

/// Classifies a response by status and body, and decodes a success into `value`.
fn judge(facts: &CallFacts<'_>, head: Head, body: Body, value: &mut dyn Value) -> Result<Succeeded, FailureKind> {
    let failure = &facts.service.failure;
    // Fast path: decodes a small body at once. A larger body is checked for failure first, since a decoded value can
    // need much more memory than its text.
    let at_once = head.status.is_success() && body.is_open && body.bytes.len() <= LARGEST_FAILURE;
    let mut read = at_once.then(|| read(value, &body.bytes));
    let repaired = if let Some(Ok(repaired)) = &mut read { repaired.take() } else { None };
    let mut is_sound = body.flaw.is_none() && repaired.is_none();
    if matches!(read, Some(Ok(_))) && declares_success(failure, value) {
        return succeeded(facts, head, body, is_sound, value);
    }
    let mut text = body.text();
    // Invalid UTF-8 affects only single characters, so the original text is used. If the JSON object is incomplete, the
    // repaired text is used.
    match repaired {
        Some(repaired) if !RawObject::read(&text).is_whole_object() => text = Cow::Owned(repaired),
        _ => is_sound = body.flaw.is_none(),
    }
    let members = RawObject::read(&text);
    let claim = says_success(failure, &members);
    // Some servers replay the stored response of a key with status 409. Such a response is a success.
    let is_whole = facts.operation.success.is_none_or(|success| success.known_by.is_empty())
        || has_what_was_asked_for(facts.operation, &members);
    let kept = facts.keyed && head.status == StatusCode::CONFLICT && claim == Some(true) && is_whole;
    let success = head.status.is_success() || kept;
    let lost = matches!(body.flaw, Some(BodyFlaw::Lost(_))) && !decides_alone(head.status);
    if !success && !lost || body.is_open && denies_success(failure, facts.operation, &members) {
        // Repaired or re-encoded text does not prove a failure.
        let is_sound = is_sound && matches!(text, Cow::Borrowed(_)) && body.bytes.len() <= LARGEST_FAILURE;
        let failure_body = failure_body(facts, &head, &text, &members, !is_sound);
        drop(text);
        return Err(api_failure(facts, failure_body, head, body));
    }
    let states = facts.operation.success;
    let confirmed =
        failure.success.is_none() || claim == Some(true) || is_known_by_members(facts.operation, failure, &members);
    // A truncated body may hide a later member that reports a decline.
    let is_done = states.is_none_or(|success| success.states.is_empty())
        || members.is_whole_object() && meaning_of_members(states, &members) == Means::Done;
    let is_own = claim == Some(true) && members.is_whole_object();
    drop(text);
    if read.is_none() && body.is_open {
        read = Some(self::read(value, &body.bytes));
    }
    let Body { bytes, flaw, is_open } = body;
    let flaw = match (flaw, read) {
        // The part that is missing may be the one that says that the call failed.
        (Some(BodyFlaw::Lost(error)), _) => return Err(FailureKind::Interrupted(error, Some(Box::new(head)))),
        (flaw, Some(Ok(_))) if confirmed || !says_nothing(value) && !has_success(failure, value) => {
            return succeeded(facts, head, Body { bytes, flaw, is_open }, is_sound, value);
        }
        // A byte order mark is not the cause of the failure. The decode error is reported instead.
        (None | Some(BodyFlaw::Marked), Some(Err(error))) => BodyFlaw::Json(error),
        (None | Some(BodyFlaw::Marked), _) => BodyFlaw::Unrelated,
        (Some(flaw), _) => flaw,
    };
    let confirmed = confirmed && is_done;
    // A complete response from the service itself is stored under the key, so a retry returns it again. A response from
    // a proxy is not stored.
    let stays = match flaw {
        BodyFlaw::Encoding => str::from_utf8(&bytes).is_err(),
        BodyFlaw::Json(_) | BodyFlaw::Unrelated => is_own,
        _ => false,
    };
    Err(FailureKind::Decode(Box::new(UndecodableResponse { head, body: bytes, flaw, confirmed, stays })))
}

/// Interprets a decoded success: done, still in progress, or declined.
///
/// A decline proves that nothing was done only if the body is intact. It must match its headers, need no JSON repair
/// and have no duplicate members.
fn succeeded(
    facts: &CallFacts<'_>,
    head: Head,
    body: Body,
    is_sound: bool,
    value: &dyn Value,
) -> Result<Succeeded, FailureKind> {
    let contradicts = has_reasons(&facts.service.failure, value);
    let evidence = match meaning(facts.operation.success, value) {
        // The body says that the call succeeded, and that it failed.
        _ if contradicts => Evidence::Open,
        Means::Done => return Ok(Succeeded { head, is_done: true }),
        // If the operation uses result codes, a response without the success code is not a success.
        Means::Open if facts.operation.result_codes && facts.operation.success.is_some() => Evidence::Open,
        Means::Open => return Ok(Succeeded { head, is_done: false }),
        Means::Declined(Outcome::Rejected) if is_sound && !RawObject::read(&body.text()).has_twins() => {
            Evidence::Declined
        }
        Means::Declined(_) => Evidence::MaybeDeclined,
    };
    let text = body.text();
    let members = RawObject::read(&text);
    let failure_body = failure_body(facts, &head, &text, &members, !is_sound);
    drop(text);
    let is_decline = evidence != Evidence::Open || failed_result(facts, value) == Some(CodeClass::Declined);
    let claim = if is_decline { FailureClaim::Declined } else { FailureClaim::Contradictory };
    Err(FailureKind::Api(Box::new(ApiFailure::new(failure_body, evidence, claim, head, body.bytes, None))))
}

/// Returns what the result code of a value says, if it is one of a failure.
fn failed_result(facts: &CallFacts<'_>, value: &dyn Value) -> Option<CodeClass> {
    let codes = facts.service.failure.result.filter(|_| facts.operation.result_codes)?;
    let (Node::Object(object), _) = value.node().within_unions() else {
        return None;
    };
    Some(codes.find(&member_text(object, codes.member)?)?.class)
}

/// Returns what the body of a failure says. An ID that occurs in the request is dropped: the server only echoed our
/// text.
fn failure_body(facts: &CallFacts<'_>, head: &Head, text: &str, members: &RawObject<'_>, flawed: bool) -> FailureBody {
    let failure = &facts.service.failure;
    let mut failure_body =
        FailureBody::read(failure, facts.operation, (head.status, &head.headers), text, members, flawed);
    failure_body.ids.header = head.text(head.roles.request_id).map(str::to_owned);
    failure_body.ids.retain(|id| !(facts.sent)(id));
    failure_body
}

fn api_failure(facts: &CallFacts<'_>, failure_body: FailureBody, head: Head, body: Body) -> FailureKind {
    let body = body.capped(LARGEST_FAILURE);
    let evidence = failure_body.evidence(head.status, facts.keyed);
    // For these kinds of evidence, a decline code in the body is ignored.
    let by_status = [Evidence::Unauthorized, Evidence::TooMany, Evidence::Unavailable, Evidence::KeyOfAnotherRequest];
    let is_decline = failure_body.is_decline() && !by_status.contains(&evidence);
    let claim = if is_decline { FailureClaim::Declined } else { FailureClaim::Failed };
    FailureKind::Api(Box::new(ApiFailure::new(failure_body, evidence, claim, head, body.bytes, body.flaw)))
}

/// Decodes a body, and returns the repaired text if it had to be repaired. An empty body is read as `null`.
fn read(value: &mut dyn Value, body: &[u8]) -> Result<Option<String>, DecodeError> {
    if body.is_empty() && decode_into(value, b"null").is_ok() {
        return Ok(None);
    }
    decode_repaired(value, body)
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
    let (Node::Object(object), _) = value.node().within_unions() else {
        return None;
    };
    Some(object.field_named(failure.success?)?.node())
}

/// Returns the statuses that decide whatever the body says.
fn decides_alone(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS)
}

/// Tells whether a response holds none of the members that its type declares: such a body comes from a proxy or gateway,
/// and the call may not have reached the service.
fn says_nothing(value: &dyn Value) -> bool {
    let (Node::Object(object), _) = value.node().within_unions() else {
        return false;
    };
    let additional = object.additional().is_some_and(|members| members.entries().next().is_some());
    let is_blank = object.look(|fields| fields.iter().all(|(_, value)| matches!(value.node(), Node::Absent)));
    is_blank && !object.table().fields.is_empty() && !additional
}
