//! The effect of a fault on a request and its response.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderName, StatusCode};

use crate::clock::{http_date, shifted};
use crate::distortion::Distortion;
use crate::encoding::compress;
use crate::exchange::Outgoing;
use crate::failure::{Category, Refusal, Style, UNKNOWN_RESOURCE};
use crate::faults::Fault;
use crate::limits::Standing;
use crate::lock;
use crate::simulated_response::{SimulatedResponse, page};
use crate::state::State;

/// What failures on demand say of themselves.
pub(crate) const ORDERED: &str = "as the fault asked for";

/// Returns what a fault does before anything is processed; `Some` ends the matter.
pub(crate) fn before(state: &State, fault: Option<&Fault>, standing: &mut Standing) -> Option<Outgoing> {
    let codes = state.options.codes;
    let limited = |wait: &Duration| SimulatedResponse::rate_limited(codes, wait.as_secs());
    let response = match fault? {
        Fault::Refuse => return Some(Outgoing::Refuse),
        Fault::CloseBeforeReading | Fault::CloseBefore => return Some(Outgoing::Close),
        Fault::ExpireTokens => {
            lock(&state.tokens).expire();
            return None;
        }
        Fault::Status(status) => SimulatedResponse::of_status(status_of(*status), codes),
        Fault::InProgress(style) => SimulatedResponse::in_progress(*style, &state.options),
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
        Fault::ConcurrencyLimit(wait) => SimulatedResponse::too_concurrent(codes, wait.as_secs()),
        _ => return None,
    };
    Some(Outgoing::Response(response))
}

/// Carries a request out, or does what the fault does in its place. What this returns is kept.
pub(crate) async fn carry_out(
    state: &State,
    fault: Option<&Fault>,
    process: impl FnOnce() -> SimulatedResponse,
    refuse: impl FnOnce(Option<Style>, &Refusal) -> SimulatedResponse,
) -> SimulatedResponse {
    let ordered = |category: Category| Refusal::new(category, ORDERED);
    let error = || SimulatedResponse::of_status(StatusCode::INTERNAL_SERVER_ERROR, state.options.codes);
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

/// Returns what a fault does to the response, and to the way it takes.
pub(crate) async fn after(state: &State, fault: Option<&Fault>, mut response: SimulatedResponse) -> Outgoing {
    match fault {
        Some(Fault::CloseAfterProcessing) => return Outgoing::Close,
        Some(Fault::Truncate) => return Outgoing::Cut(response),
        Some(Fault::Trickle(total)) => return Outgoing::Slow(response, *total),
        Some(Fault::OddBytes(oddity) | Fault::OddFailureAfterProcessing(oddity)) => return oddity.apply(response),
        Some(Fault::DelayResponse(delay)) => tokio::time::sleep(*delay).await,
        Some(Fault::StatusAfterProcessing(status)) => {
            response = SimulatedResponse::of_status(status_of(*status), state.options.codes);
        }
        Some(Fault::GatewayFailureAfterProcessing) => {
            let refusal = Refusal::new(Category::PermissionDenied, ORDERED);
            response = refusal.response(Style::Statuses, &state.options, UNKNOWN_RESOURCE);
            response.status = StatusCode::GATEWAY_TIMEOUT;
        }
        Some(fault) => disguise(state, fault, &mut response),
        None => {}
    }
    Outgoing::Response(response)
}

/// Lets the JSON of a response break off.
fn break_off(response: &mut SimulatedResponse) {
    let says_success = serde_json::from_slice::<serde_json::Value>(&response.body);
    if says_success.is_ok_and(|body| body["success"] == true) {
        response.body = Bytes::from_static(br#"{"success": true, "id": "8ad0"#);
    } else {
        response.body.truncate(response.body.len() / 2);
    }
}

/// Makes a true response hard to read.
fn disguise(state: &State, fault: &Fault, response: &mut SimulatedResponse) {
    let distort =
        |response: &mut SimulatedResponse, distortion: Distortion<'_>| response.body = distortion.apply(&response.body);
    match fault {
        Fault::Garbage => response.body = Bytes::from_static(b"\x00\xff{\"success\": tru\xfe not JSON"),
        Fault::BrokenJson => break_off(response),
        Fault::Html => show_page(response),
        Fault::HtmlOk => {
            response.status = StatusCode::OK;
            show_page(response);
        }
        Fault::Empty => response.body = Bytes::new(),
        Fault::WrongType => set(response, CONTENT_TYPE, "text/plain"),
        Fault::WrongEncoding => set(response, CONTENT_ENCODING, "br"),
        Fault::TruncateGzip => {
            compress(response);
            response.body.truncate(response.body.len() / 2);
        }
        Fault::Huge(size) => {
            let mut body = response.body.to_vec();
            body.resize(body.len().max(*size), b' ');
            response.body = body.into();
        }
        Fault::UnknownEnums => distort(response, Distortion::Values(state.document.enumerated())),
        Fault::UnknownFields => distort(response, Distortion::Members),
        Fault::Nulls => distort(response, Distortion::Nulls),
        Fault::NumbersAsText => distort(response, Distortion::NumbersAsText),
        Fault::TextAsNumbers => distort(response, Distortion::TextAsNumbers),
        _ => {}
    }
}

fn show_page(response: &mut SimulatedResponse) {
    response.body = page(response.status).into();
    set(response, CONTENT_TYPE, "text/html");
}

fn set(response: &mut SimulatedResponse, name: HeaderName, value: &'static str) {
    response.headers.insert(name, HeaderValue::from_static(value));
}

fn status_of(status: u16) -> StatusCode {
    let valid = StatusCode::from_u16(status).ok();
    let valid = valid.filter(|status| (200..=599).contains(&status.as_u16()));
    valid.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
