//! What one attempt saw, and what that means. No input or output happens here.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};

use crate::error::{BodyFlaw, CallContext, Reason, Refusal, TimedOut, TokenFailure, Unreadable, What};
use crate::gzip::{self, Unpack};
use crate::members::Members;
use crate::response::{Answer, Head};
use crate::service::{Code, Failure, Retry, Service};
use crate::transport::{Fault, TransportError};
use crate::{Error, Outcome};

/// What one attempt saw.
pub(crate) enum Seen {
    /// There was no token to send.
    NoToken(TokenFailure),
    TimedOut(TimedOut),
    Fault(TransportError),
    Answer(Response<Bytes>),
}

/// Decides whether an attempt succeeded; if not, what is left of the call and whether to try again.
///
/// A success is one as far as can be told without reading the body as its type. Bodies beyond `limit` bytes are not read.
pub(crate) fn classify(
    service: &'static Service,
    limit: usize,
    call: &CallContext,
    seen: Seen,
) -> Result<Answer, Error> {
    let judged = match seen {
        Seen::NoToken(failure) => Err(What::Token(failure)),
        Seen::TimedOut(timeout) => Err(What::TimedOut(timeout)),
        Seen::Fault(TransportError(fault)) => fault_seen(service, limit, fault, call.key.is_some()),
        Seen::Answer(answer) => {
            let (parts, bytes) = answer.into_parts();
            let body = Body::read(&parts.headers, bytes, limit);
            judge(service, head(service, parts.status, parts.headers), body, call.key.is_some())
        }
    };
    judged.map_err(|what| Error::new(what, call.clone()))
}

fn fault_seen(service: &'static Service, limit: usize, fault: Fault, keyed: bool) -> Result<Answer, What> {
    match fault {
        Fault::NotSent(_) => Err(What::NotSent(TransportError(fault))),
        Fault::Interrupted(_) => Err(What::Interrupted(TransportError(fault), None)),
        Fault::BodyLost(ref seen, _) => {
            let head = head(service, seen.0, seen.1.clone());
            judge(service, head, Body::flawed(BodyFlaw::Lost(TransportError(fault))), keyed)
        }
        Fault::BodyTooLarge(seen) => {
            let head = head(service, seen.0, seen.1);
            judge(service, head, Body::flawed(BodyFlaw::TooLarge { limit }), keyed)
        }
    }
}

fn head(service: &'static Service, status: StatusCode, headers: HeaderMap) -> Head {
    Head { status, headers: Box::new(headers), roles: &service.roles }
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

    pub(crate) fn members(&self) -> Members {
        Members::read(&self.bytes)
    }
}

/// Tells success from failure by status and body; `keyed` says whether the call was sent with an idempotency key.
fn judge(service: &Service, head: Head, body: Body, keyed: bool) -> Result<Answer, What> {
    let members = body.members();
    // Some servers give the answer they kept under a key back as a conflict. Taking it for a failure would lose it.
    let kept = keyed && head.status == StatusCode::CONFLICT && says_success(&service.failure, &members) == Some(true);
    let success = head.status.is_success() || kept;
    match body.flaw {
        None if success => {
            if denies_success(&service.failure, &members) {
                Err(refusal(service, head, body, &members, keyed))
            } else {
                let confirmed = confirms_success(&service.failure, &members);
                Ok(Answer { head, body: body.bytes, confirmed })
            }
        }
        // The part that is missing may be the one that says that the call failed.
        Some(BodyFlaw::Lost(error)) if success => Err(What::Interrupted(error, Some(head))),
        Some(flaw) if success => {
            let confirmed = confirms_success(&service.failure, &members);
            Err(What::Decode(Box::new(Unreadable { head, body: body.bytes, flaw, confirmed })))
        }
        _ => Err(refusal(service, head, body, &members, keyed)),
    }
}

/// What a body itself says about success, if anything.
fn says_success(failure: &Failure, members: &Members) -> Option<bool> {
    failure.success.and_then(|success| members.boolean(success))
}

/// Tells whether a body says that the call failed, its status notwithstanding. One that says neither does so by its reasons, or by
/// a result code that is listed, as only those of failures are.
fn denies_success(failure: &Failure, members: &Members) -> bool {
    let reasons = || failure.reasons.is_some_and(|at| !members.objects(at.member).is_empty());
    let result =
        || failure.result.is_some_and(|at| members.text(at.member).is_some_and(|code| at.find(&code).is_some()));
    says_success(failure, members).map_or_else(|| reasons() || result(), |success| !success)
}

/// Tells whether a body proves success. Where bodies can say so and this one does not, the status alone proves nothing:
/// it may be a page of a proxy's.
fn confirms_success(failure: &Failure, members: &Members) -> bool {
    failure.success.is_none() || says_success(failure, members) == Some(true)
}

fn refusal(service: &Service, head: Head, body: Body, members: &Members, keyed: bool) -> What {
    let said = Said::read(&service.failure, members);
    let text = |member: Option<&str>| members.text(member?).filter(|text| !text.is_empty());
    What::Api(Box::new(Refusal {
        outcome: said.outcome(head.status, keyed),
        retry: said.retry(head.status, keyed),
        process_id: text(service.failure.process_id),
        request_id: text(service.failure.request_id),
        reasons: said.reasons,
        result: said.result,
        message: said.message,
        head,
        body: body.bytes,
        flaw: body.flaw,
    }))
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
}

impl Said {
    pub(crate) fn read(failure: &Failure, members: &Members) -> Self {
        let mut codes = Vec::new();
        let reason = |known: Option<&'static Code>, code: String, message: Option<String>| Reason {
            code,
            message: message.unwrap_or_default(),
            meaning: known.map(|known| known.meaning),
        };
        let mut reasons = Vec::new();
        if let Some(at) = failure.reasons {
            for element in members.objects(at.member) {
                let code = element.text(at.code).unwrap_or_default();
                let known = category(failure.categories, &code);
                codes.extend(known);
                reasons.push(reason(known, code, element.text(at.message)));
            }
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
        Self { reasons, result, message, codes, claims_success }
    }

    /// What became of the call; `keyed` says whether it was sent with an idempotency key.
    fn outcome(&self, status: StatusCode, keyed: bool) -> Outcome {
        match status {
            // Another call is in the way, which may be an earlier attempt of this one, whatever code comes with it.
            StatusCode::CONFLICT if keyed => return Outcome::Unknown,
            // The key may belong to another request, which had its effect.
            StatusCode::UNPROCESSABLE_ENTITY if keyed && self.codes.is_empty() => return Outcome::Unknown,
            _ if self.claims_success => return Outcome::Unknown,
            _ => {}
        }
        let surely_not = |code: &&Code| matches!(code.outcome, Outcome::Rejected | Outcome::NotSent);
        if !self.codes.is_empty() {
            return if self.codes.iter().all(surely_not) { Outcome::Rejected } else { Outcome::Unknown };
        }
        match status {
            StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => Outcome::Unknown,
            status if status.is_client_error() => Outcome::Rejected,
            _ => Outcome::Unknown,
        }
    }

    fn retry(&self, status: StatusCode, keyed: bool) -> Retry {
        if keyed && status == StatusCode::CONFLICT {
            return Retry::SameKey;
        }
        let by_status = match status.as_u16() {
            401 => Retry::NewToken,
            408 | 409 | 429 | 502 | 503 | 504 => Retry::SameKey,
            _ => Retry::Never,
        };
        let known = self.codes.iter().map(|code| code.retry).min();
        known.unwrap_or(by_status)
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
