//! What a fault does to a request and to its answer.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderName, StatusCode};

use crate::answer::{Answer, page};
use crate::clock::{http_date, shifted};
use crate::distortion::Distortion;
use crate::encoding::compress;
use crate::exchange::Outgoing;
use crate::failure::{Category, Refusal, Style, UNKNOWN_RESOURCE};
use crate::faults::Fault;
use crate::limits::Standing;
use crate::lock;
use crate::state::State;

/// What failures on demand say of themselves.
pub(crate) const ORDERED: &str = "as the fault asked for";

/// What a fault does before anything is processed; `Some` ends the matter.
pub(crate) fn before(state: &State, fault: Option<&Fault>, standing: &mut Standing) -> Option<Outgoing> {
    let codes = state.options.codes;
    let limited = |wait: &Duration| Answer::rate_limited(codes, wait.as_secs());
    let answer = match fault? {
        Fault::Refuse => return Some(Outgoing::Refuse),
        Fault::CloseBeforeReading | Fault::CloseBefore => return Some(Outgoing::Close),
        Fault::ExpireTokens => {
            lock(&state.tokens).expire();
            return None;
        }
        Fault::Status(status) => Answer::of_status(status_of(*status), codes),
        Fault::InProgress(style) => Answer::in_progress(*style, &state.options),
        Fault::RateLimit(wait) => {
            *standing = standing.used_up(wait.as_secs());
            limited(wait)
        }
        Fault::RateLimitRemaining(wait) => {
            *standing = standing.left_for(wait.as_secs());
            limited(wait)
        }
        Fault::RateLimitText(wait) => limited(wait),
        Fault::RetryAfter(wait) => limited(wait).header(RETRY_AFTER, wait.as_secs()),
        Fault::RetryAfterDate(wait) => {
            let wait_seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
            limited(wait).header(RETRY_AFTER, http_date(shifted(state.told_time(0), wait_seconds)))
        }
        Fault::ConcurrencyLimit(wait) => Answer::too_concurrent(codes, wait.as_secs()),
        _ => return None,
    };
    Some(Outgoing::Answer(answer))
}

/// Carries a request out, or does what the fault does in its place. What this answers is kept.
pub(crate) async fn carry_out(
    state: &State,
    fault: Option<&Fault>,
    process: impl FnOnce() -> Answer,
    refuse: impl FnOnce(Option<Style>, &Refusal) -> Answer,
) -> Answer {
    let ordered = |category: Category| Refusal::new(category, ORDERED);
    let error = || Answer::of_status(StatusCode::INTERNAL_SERVER_ERROR, state.options.codes);
    match fault {
        Some(Fault::Delay(delay)) => {
            tokio::time::sleep(*delay).await;
            process()
        }
        Some(Fault::StoredError) => error(),
        Some(Fault::StoredErrorAfterProcessing) => {
            process();
            error()
        }
        Some(Fault::Failure(category)) => refuse(Some(Style::Body), &ordered(*category)),
        Some(Fault::FailureStatus(category)) => refuse(Some(Style::Statuses), &ordered(*category)),
        Some(Fault::FailureAfterProcessing(category)) => {
            process();
            refuse(None, &ordered(*category))
        }
        Some(Fault::CodesAfterProcessing(codes)) => {
            process();
            refuse(None, &Refusal::with_codes(codes.texts(), ORDERED))
        }
        Some(Fault::OddFailureAfterProcessing(_)) => {
            process();
            refuse(None, &Refusal::with_codes(&["53000060"], ORDERED))
        }
        _ => process(),
    }
}

/// What a fault does to the answer, and to the way it takes.
pub(crate) async fn after(state: &State, fault: Option<&Fault>, mut answer: Answer) -> Outgoing {
    match fault {
        Some(Fault::CloseAfterProcessing) => return Outgoing::Close,
        Some(Fault::Truncate) => return Outgoing::Cut(answer),
        Some(Fault::Trickle(total)) => return Outgoing::Slow(answer, *total),
        Some(Fault::OddBytes(oddity) | Fault::OddFailureAfterProcessing(oddity)) => return oddity.apply(answer),
        Some(Fault::DelayAnswer(delay)) => tokio::time::sleep(*delay).await,
        Some(Fault::StatusAfterProcessing(status)) => {
            answer = Answer::of_status(status_of(*status), state.options.codes);
        }
        Some(Fault::GatewayFailureAfterProcessing) => {
            let refusal = Refusal::new(Category::PermissionDenied, ORDERED);
            answer = refusal.answer(Style::Statuses, &state.options, UNKNOWN_RESOURCE);
            answer.status = StatusCode::GATEWAY_TIMEOUT;
        }
        Some(fault) => disguise(state, fault, &mut answer),
        None => {}
    }
    Outgoing::Answer(answer)
}

/// Lets the JSON of an answer break off.
fn break_off(answer: &mut Answer) {
    let says_success = serde_json::from_slice::<serde_json::Value>(&answer.body);
    if says_success.is_ok_and(|body| body["success"] == true) {
        answer.body = Bytes::from_static(br#"{"success": true, "id": "8ad0"#);
    } else {
        answer.body.truncate(answer.body.len() / 2);
    }
}

/// Makes a true answer hard to read.
fn disguise(state: &State, fault: &Fault, answer: &mut Answer) {
    let distort = |answer: &mut Answer, distortion: Distortion<'_>| answer.body = distortion.apply(&answer.body);
    match fault {
        Fault::Garbage => answer.body = Bytes::from_static(b"\x00\xff{\"success\": tru\xfe not JSON"),
        Fault::BrokenJson => break_off(answer),
        Fault::Html => show_page(answer),
        Fault::HtmlOk => {
            answer.status = StatusCode::OK;
            show_page(answer);
        }
        Fault::Empty => answer.body = Bytes::new(),
        Fault::WrongType => set(answer, CONTENT_TYPE, "text/plain"),
        Fault::WrongEncoding => set(answer, CONTENT_ENCODING, "br"),
        Fault::TruncateGzip => {
            compress(answer);
            answer.body.truncate(answer.body.len() / 2);
        }
        Fault::Huge(size) => {
            let mut body = answer.body.to_vec();
            body.resize(body.len().max(*size), b' ');
            answer.body = body.into();
        }
        Fault::UnknownEnums => distort(answer, Distortion::Values(state.document.enumerated())),
        Fault::UnknownFields => distort(answer, Distortion::Members),
        Fault::Nulls => distort(answer, Distortion::Nulls),
        Fault::NumbersAsText => distort(answer, Distortion::NumbersAsText),
        Fault::TextAsNumbers => distort(answer, Distortion::TextAsNumbers),
        _ => {}
    }
}

fn show_page(answer: &mut Answer) {
    answer.body = page(answer.status).into();
    set(answer, CONTENT_TYPE, "text/html");
}

fn set(answer: &mut Answer, name: HeaderName, value: &'static str) {
    answer.headers.insert(name, HeaderValue::from_static(value));
}

fn status_of(status: u16) -> StatusCode {
    let valid = StatusCode::from_u16(status).ok();
    let valid = valid.filter(|status| (200..=599).contains(&status.as_u16()));
    valid.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
