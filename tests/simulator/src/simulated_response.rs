//! Responses before they become bytes on a connection.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::failure::{CodeSpelling, reason};
use crate::ids::Ids;
use crate::json::Object;
use crate::options::{ConflictStyle, Options};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("zuora-request-id");
pub(crate) const TRACK_ID: HeaderName = HeaderName::from_static("zuora-track-id");

/// A status, headers and a body: what the idempotency store keeps.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl SimulatedResponse {
    pub(crate) fn json(status: StatusCode, body: &Object) -> Self {
        Self::new(status, "application/json", body.finish())
    }

    pub(crate) fn new(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        let body = body.into();
        Self { status, headers, body }
    }

    /// Creates a body that only carries a sentence, as gateways in front of the API send.
    pub(crate) fn sentence(status: StatusCode, message: &str) -> Self {
        Self::json(status, &Object::new().text("message", message))
    }

    pub(crate) fn header(mut self, name: HeaderName, value: impl ToString) -> Self {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Returns 429 for a rate: a bare category as code, the wait only in the text.
    pub(crate) fn rate_limited(spelling: CodeSpelling, seconds: u64) -> Self {
        let message = format!("API Rate limit exceeded for the minute, retry after {seconds} seconds");
        let reasons = [reason(&spelling.json(70), &message)];
        let body = Object::new().list("reasons", &reasons);
        Self::json(StatusCode::TOO_MANY_REQUESTS, &body)
    }

    /// Returns 429 for too many requests at once.
    pub(crate) fn too_concurrent(spelling: CodeSpelling, seconds: u64) -> Self {
        let message = "The total number of concurrent requests has exceeded the limit allowed by the system. \
                       Please resubmit your request later.";
        let reasons = [reason(&spelling.json(50_000_070), message)];
        let body = Object::new().flag("success", false);
        let body = body.list("reasons", &reasons);
        Self::json(StatusCode::TOO_MANY_REQUESTS, &body).header(RETRY_AFTER, seconds)
    }

    /// Returns 409 while the first request with a key is running.
    pub(crate) fn in_progress(style: ConflictStyle, options: &Options) -> Self {
        let message = "A request with this idempotency key is still in progress.";
        let reasons = [reason(&options.codes.json(50_000_050), message)];
        let body = Object::new().flag("success", false).list("reasons", &reasons);
        match style {
            ConflictStyle::Sentence => Self::sentence(StatusCode::CONFLICT, message),
            ConflictStyle::Coded => {
                let (process, request) = (options.ids.process(), options.ids.uuid());
                let body = body.text("processId", &process).text("requestId", &request);
                Self::json(StatusCode::CONFLICT, &body)
            }
            ConflictStyle::CodeOnly => Self::json(StatusCode::CONFLICT, &body),
        }
    }

    /// Creates the response of whatever failed on the way with this status: JSON from the API itself, a page from a
    /// gateway.
    pub(crate) fn of_status(status: StatusCode, spelling: CodeSpelling) -> Self {
        match status.as_u16() {
            200..=299 => Self::json(status, &Object::new()),
            401 => Self::sentence(status, "Authentication error"),
            429 => Self::rate_limited(spelling, 1),
            500 => {
                let reasons = [reason("\"SystemError\"", "internal server error")];
                Self::json(status, &Object::new().list("reasons", &reasons))
            }
            502..=599 => Self::new(status, "text/html", page(status)),
            _ => Self::sentence(status, status.canonical_reason().unwrap_or("Error")),
        }
    }
}

/// Returns the page a gateway shows with a status.
pub(crate) fn page(status: StatusCode) -> String {
    let text = status.canonical_reason().unwrap_or("Error");
    format!("<html><body><h1>{text}</h1></body></html>")
}

/// Gives a response its request id and the caller's track id, unless it has them from its first time.
pub(crate) fn identify(response: &mut SimulatedResponse, asked: &HeaderMap, ids: &Ids) {
    if response.headers.contains_key(REQUEST_ID) {
        return;
    }
    let uuid = ids.uuid().parse();
    response.headers.insert(REQUEST_ID, uuid.expect("a UUID fits into a header"));
    if let Some(track) = asked.get(TRACK_ID) {
        response.headers.insert(TRACK_ID, track.clone());
    }
}
