//! Classifies the result of one attempt: a success, or a kind of failure.

use std::borrow::Cow;

use http::{HeaderMap, StatusCode};

use super::attempt_result::AttemptResult;
use super::evidence::Evidence;
use super::failure_body::{
    FailureBody, LARGEST_FAILURE, denies_success, has_identifying_members, lists_reasons, success_flag,
};
use super::failure_kind::{ApiFailure, FailureClaim, FailureKind, UndecodableResponse};
use super::success_meaning::{has_reasons, is_known_by_members, meaning, meaning_of_members, member_text};
use super::text_body::decode_text;
use crate::contract::{CodeClass, FailureFormat, Means, Operation, Outcome, Service};
use crate::model::{DecodeError, Node, RawObject, Value, Violations, decode_into, decode_repaired};
use crate::response::{Body, BodyFlaw, Head};
use crate::transport_api::{Fault, TransportError};

/// The facts about a call on which the classification of its responses depends.
pub(crate) struct CallFacts<'a> {
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    /// The request had an idempotency key.
    pub(crate) has_key: bool,
    /// The maximum size of a response body in bytes.
    pub(crate) max_body_bytes: usize,
    /// Whether an empty body of a success is an error, even if its type could be read from `null`.
    pub(crate) needs_body: bool,
    /// Whether the body of a success may be plain text instead of JSON. The text is then decoded as the value.
    pub(crate) reads_text: bool,
    /// Returns whether a text occurs in the request.
    pub(crate) occurs_in_request: &'a dyn Fn(&str) -> bool,
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
        AttemptResult::Fault(TransportError(fault)) => classify_fault(facts, fault, value),
        AttemptResult::Response(response) => {
            let (parts, bytes) = response.into_parts();
            let body = Body::read(&parts.headers, bytes, max_body_bytes(facts, parts.status));
            classify_response(facts, head(facts, parts.status, parts.headers), body, value)
        }
        AttemptResult::Download(parts, body) => {
            let body = body.map(|bytes| Body::read(&parts.headers, bytes, facts.max_body_bytes));
            classify_download(facts, head(facts, parts.status, parts.headers), body)
        }
        AttemptResult::NoBody(error) => {
            let mut violations = Violations::default();
            violations.push("body", format!("cannot be read: {error}"));
            Err(FailureKind::Invalid(violations))
        }
    }
}

/// Classifies the response of a download.
fn classify_download(facts: &CallFacts<'_>, head: Head, body: Option<Body>) -> Result<Succeeded, FailureKind> {
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

fn classify_fault(facts: &CallFacts<'_>, fault: Fault, value: &mut dyn Value) -> Result<Succeeded, FailureKind> {
    match fault {
        Fault::NotSent(_) | Fault::Tls(_) => Err(FailureKind::NotSent(TransportError(fault))),
        Fault::Interrupted(_) | Fault::Malformed(_) => Err(FailureKind::Interrupted(TransportError(fault), None)),
        Fault::BodyLost(ref result, _) => {
            let head = head(facts, result.0, result.1.clone());
            classify_response(facts, head, Body::flawed(BodyFlaw::Lost(TransportError(fault))), value)
        }
        Fault::BodyTooLarge(result) => {
            let head = head(facts, result.0, result.1);
            classify_response(facts, head, Body::flawed(BodyFlaw::TooLarge { limit: facts.max_body_bytes }), value)
        }
    }
}

pub(crate) fn head(facts: &CallFacts<'_>, status: StatusCode, headers: HeaderMap) -> Head {
    Head { status, headers, roles: &facts.service.roles }
}

/// Returns the maximum body size for this status. Failures have a smaller maximum.
fn max_body_bytes(facts: &CallFacts<'_>, status: StatusCode) -> usize {
    let may_succeed = facts.operation.succeeds_with(status) || facts.has_key && status == StatusCode::CONFLICT;
    if may_succeed { facts.max_body_bytes } else { facts.max_body_bytes.min(LARGEST_FAILURE) }
}

/// Classifies a response by status and body, and decodes a success into `value`. It ends in one of four ways: a small body that decodes and
/// declares success; a failure by status or by what the body says; a success without that flag, perhaps large, that is credible; and a
/// success whose body cannot be used.
fn classify_response(
    facts: &CallFacts<'_>,
    head: Head,
    body: Body,
    value: &mut dyn Value,
) -> Result<Succeeded, FailureKind> {
    // A small body is decoded first. A larger body is checked for a failure first, because a decoded value can need much
    // more memory than its text.
    let has_success_status = facts.operation.succeeds_with(head.status);
    let decodes_first = has_success_status && body.is_decompressed && body.bytes.len() <= LARGEST_FAILURE;
    let mut decoded = decodes_first.then(|| decode(facts, &head, value, &body.bytes));
    if let Some(Ok(repaired)) = &decoded
        && declares_success(&facts.service.failure, value)
    {
        let is_intact = body.flaw.is_none() && repaired.is_none();
        return succeeded(facts, head, body, is_intact, value);
    }
    let text = judged_text(&body, decoded.as_ref());
    let members = RawObject::read(&text);
    let mut claims = Claims::of(facts, &members);
    let is_success = has_success_status || claims.is_replayed_success(facts, head.status);
    let is_body_lost = matches!(body.flaw, Some(BodyFlaw::Lost(_))) && !decides_alone(head.status);
    if (!is_success && !is_body_lost) || (body.is_decompressed && claims.is_denial) {
        // Repaired or re-encoded text does not prove a failure.
        let is_proof = body.flaw.is_none() && matches!(text, Cow::Borrowed(_)) && body.bytes.len() <= LARGEST_FAILURE;
        let failure_body = failure_body(facts, &head, &text, &members, !is_proof);
        drop(text);
        return Err(api_failure(facts, failure_body, head, body));
    }
    drop(text);
    if decoded.is_none() && body.is_decompressed {
        decoded = Some(decode(facts, &head, value, &body.bytes));
        if matches!(decoded, Some(Ok(Some(_)))) {
            // The check for a denial above saw the unrepaired text only.
            let text = judged_text(&body, decoded.as_ref());
            let members = RawObject::read(&text);
            claims = Claims::of(facts, &members);
            if claims.is_denial {
                let failure_body = failure_body(facts, &head, &text, &members, true);
                drop(text);
                return Err(api_failure(facts, failure_body, head, body));
            }
        }
    }
    match decoded {
        Some(Ok(repaired)) if !is_body_lost && claims.is_credible(facts, value) => {
            let is_intact = body.flaw.is_none() && repaired.is_none();
            succeeded(facts, head, body, is_intact, value)
        }
        decoded => Err(undecodable(head, body, decoded.and_then(Result::err), &claims)),
    }
}

/// Returns the text whose members are judged: the original, or the repaired text if the original is no complete object. In a complete
/// object the repair changed only single characters, and the original is preferred.
fn judged_text<'b>(body: &'b Body, decoded: Option<&Result<Option<String>, DecodeError>>) -> Cow<'b, str> {
    let text = body.text();
    match decoded {
        Some(Ok(Some(repaired))) if !RawObject::read(&text).is_complete_object() => Cow::Owned(repaired.clone()),
        _ => text,
    }
}

/// What the members of a body say about the success of its call.
struct Claims {
    /// Its success flag.
    success_flag: Option<bool>,
    /// It has members that identify a success of the operation, or the operation declares no such members.
    is_identified: bool,
    /// It says that the call has failed.
    is_denial: bool,
    /// It says that the call has succeeded.
    confirms: bool,
    /// It has the success flag, perhaps in another spelling, with another value than `true`.
    has_odd_flag: bool,
    /// It has reasons, as only failures have.
    has_reasons: bool,
    /// What was asked for is done. A truncated body never says so: it may hide a later member that reports a decline.
    is_done: bool,
    /// It is a complete object.
    is_complete: bool,
}

impl Claims {
    fn of(facts: &CallFacts<'_>, members: &RawObject<'_>) -> Self {
        let (failure, success) = (&facts.service.failure, facts.operation.success);
        let success_flag = success_flag(failure, members);
        let is_complete = members.is_complete_object();
        Self {
            success_flag,
            is_identified: success.is_none_or(|success| success.known_by.is_empty())
                || has_identifying_members(facts.operation, members),
            is_denial: denies_success(failure, facts.operation, members),
            confirms: failure.success_flag.is_none()
                || success_flag == Some(true)
                || is_known_by_members(facts.operation, failure, members),
            has_odd_flag: failure.success_flag.is_some_and(|name| members.denies(name)),
            has_reasons: lists_reasons(failure, members),
            is_done: success.is_none_or(|success| success.states.is_empty())
                || is_complete && meaning_of_members(success, members) == Means::Done,
            is_complete,
        }
    }

    /// Returns whether the response is the stored success of a key. Some servers send it with status 409.
    fn is_replayed_success(&self, facts: &CallFacts<'_>, status: StatusCode) -> bool {
        facts.has_key && status == StatusCode::CONFLICT && self.success_flag == Some(true) && self.is_identified
    }

    /// Returns whether a decoded value is from the service, and not from a proxy. Either it confirms the success, or, for a type without a success
    /// flag, it has no such flag and at least one declared member.
    fn is_credible(&self, facts: &CallFacts<'_>, value: &dyn Value) -> bool {
        let is_typed = || !lacks_declared_members(value) && !has_success_flag(&facts.service.failure, value);
        !self.has_odd_flag && (self.confirms || is_typed())
    }
}

/// Returns the failure of a success whose body cannot be used.
fn undecodable(head: Head, body: Body, error: Option<DecodeError>, claims: &Claims) -> FailureKind {
    let Body { bytes, flaw, .. } = body;
    let flaw = match (flaw, error) {
        // The missing part of the body may report a failure.
        (Some(BodyFlaw::Lost(error)), _) => return FailureKind::Interrupted(error, Some(Box::new(head))),
        // A byte order mark is not the cause of the failure. The decode error is reported instead.
        (None | Some(BodyFlaw::Marked), Some(error)) => BodyFlaw::Json(error),
        (None | Some(BodyFlaw::Marked), None) => BodyFlaw::NoExpectedMember,
        (Some(flaw), _) => flaw,
    };
    // The service stores its complete response under the key, so a retry returns it again. It does not store the response
    // of a proxy.
    let is_kept = match flaw {
        // Packed in a way that is not known, such as `br`. What is text in spite of its coding may be of a proxy.
        BodyFlaw::Encoding => str::from_utf8(&bytes).is_err(),
        BodyFlaw::Json(_) | BodyFlaw::NoExpectedMember => claims.success_flag == Some(true) && claims.is_complete,
        _ => false,
    };
    // A body that was cut behind its success flag may list reasons, or deny the success.
    let says_nothing_else = claims.is_complete && !claims.has_reasons && !claims.has_odd_flag;
    let confirmed = claims.confirms && claims.is_done && says_nothing_else;
    FailureKind::Decode(Box::new(UndecodableResponse { head, body: bytes, flaw, confirmed, is_kept }))
}

/// Interprets a decoded success: done, still in progress, or declined.
///
/// A decline proves that nothing was done only if the body is intact. It must match its headers, need no JSON repair
/// and have no duplicate members.
fn succeeded(
    facts: &CallFacts<'_>,
    head: Head,
    body: Body,
    is_intact: bool,
    value: &dyn Value,
) -> Result<Succeeded, FailureKind> {
    let declares_failure = has_reasons(&facts.service.failure, value);
    let evidence = match meaning(facts.operation.success, value) {
        // The body declares both success and failure.
        _ if declares_failure => Evidence::Open,
        Means::Done => return Ok(Succeeded { head, is_done: true }),
        // If the operation uses result codes, a response without the success code is not a success.
        Means::Open if facts.operation.result_codes && facts.operation.success.is_some() => Evidence::Open,
        Means::Open => return Ok(Succeeded { head, is_done: false }),
        Means::Declined(Outcome::Rejected) if is_intact && !RawObject::read(&body.text()).has_duplicate_members() => {
            Evidence::Declined
        }
        Means::Declined(_) => Evidence::MaybeDeclined,
    };
    let text = body.text();
    let members = RawObject::read(&text);
    let failure_body = failure_body(facts, &head, &text, &members, !is_intact);
    drop(text);
    let is_decline = evidence != Evidence::Open || failure_class(facts, value) == Some(CodeClass::Declined);
    let claim = if is_decline { FailureClaim::Declined } else { FailureClaim::Contradictory };
    Err(FailureKind::Api(Box::new(ApiFailure::new(failure_body, evidence, claim, head, body.bytes, None))))
}

/// Returns the class of the result code in a value, if the code is one of a failure.
fn failure_class(facts: &CallFacts<'_>, value: &dyn Value) -> Option<CodeClass> {
    let codes = facts.service.failure.result_codes.filter(|_| facts.operation.result_codes)?;
    let (Node::Object(object), _) = value.node().within_unions() else {
        return None;
    };
    Some(codes.find(&member_text(object, codes.member)?)?.class)
}

/// Decodes the body of a failure. An ID that occurs in the request is dropped: the server only echoed it.
fn failure_body(facts: &CallFacts<'_>, head: &Head, text: &str, members: &RawObject<'_>, flawed: bool) -> FailureBody {
    let failure = &facts.service.failure;
    let mut failure_body =
        FailureBody::read(failure, facts.operation, (head.status, &head.headers), text, members, flawed);
    failure_body.ids.header = head.text(head.roles.request_id).map(str::to_owned);
    failure_body.ids.retain(|id| !(facts.occurs_in_request)(id));
    failure_body
}

fn api_failure(facts: &CallFacts<'_>, failure_body: FailureBody, head: Head, body: Body) -> FailureKind {
    let body = body.capped(LARGEST_FAILURE);
    let evidence = failure_body.evidence(head.status, facts.has_key);
    // For these kinds of evidence, a decline code in the body is ignored.
    let by_status = [Evidence::Unauthorized, Evidence::TooMany, Evidence::Unavailable, Evidence::KeyOfAnotherRequest];
    let is_decline = failure_body.is_decline() && !by_status.contains(&evidence);
    let claim = if is_decline { FailureClaim::Declined } else { FailureClaim::Failed };
    FailureKind::Api(Box::new(ApiFailure::new(failure_body, evidence, claim, head, body.bytes, body.flaw)))
}

/// Decodes a body, and returns the repaired text if it had to be repaired. An empty body is read as `null`.
fn decode(
    facts: &CallFacts<'_>,
    head: &Head,
    value: &mut dyn Value,
    body: &[u8],
) -> Result<Option<String>, DecodeError> {
    if facts.reads_text {
        return decode_text(value, &head.headers, body).map(|()| None);
    }
    if body.is_empty() && !facts.needs_body && decode_into(value, b"null").is_ok() {
        return Ok(None);
    }
    decode_repaired(value, body)
}

/// Returns whether the success flag of a decoded value is `true`.
fn declares_success(failure: &FailureFormat, value: &dyn Value) -> bool {
    success_member(failure, value).is_some_and(|node| matches!(node, Node::Bool(true)))
}

/// Returns whether values of this type have a success flag. If they do, a body without the flag is not trusted: its other members, such as
/// `status`, are common and may be of another service.
fn has_success_flag(failure: &FailureFormat, value: &dyn Value) -> bool {
    // Some types have another member under this name.
    success_member(failure, value)
        .is_some_and(|node| !matches!(node, Node::List(_) | Node::Map(_) | Node::Object(_) | Node::Json(_)))
}

fn success_member<'a>(failure: &FailureFormat, value: &'a dyn Value) -> Option<Node<'a>> {
    let (Node::Object(object), _) = value.node().within_unions() else {
        return None;
    };
    Some(object.field_named(failure.success_flag?)?.node())
}

/// Returns whether a status decides the classification without the body.
fn decides_alone(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS)
}

/// Returns whether a value has none of the members that its type declares. Such a body comes from a proxy or gateway, so the
/// call may not have reached the service.
fn lacks_declared_members(value: &dyn Value) -> bool {
    let (Node::Object(object), _) = value.node().within_unions() else {
        return false;
    };
    let additional = object.additional().is_some_and(|members| members.entries().next().is_some());
    let is_blank = object.with_fields(|fields| fields.iter().all(|(_, value)| matches!(value.node(), Node::Absent)));
    is_blank && !object.table().fields.is_empty() && !additional
}
