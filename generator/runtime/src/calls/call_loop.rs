//! The loop over the attempts of a call. `classify` interprets each attempt. The outcome tracker proposes the next step, and the retry
//! policy decides whether it is taken. The loop does not take it without budget, or if the request body cannot be sent again.
//!
//! Rare waits are boxed, so that the future of every call stays small.

use std::cell::RefCell;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};

use super::prepare::PreparedCall;
use super::response_value::{ResponseReceiver, SelectedContent, Slot, UndeclaredContent};
use super::success::{DownloadBody, Success};
use crate::classification::{
    AttemptResult, CallFacts, Evidence, FailureKind, Limit, Next, OutcomeTracker, Succeeded, TimedOut, Waiting,
    classify,
};
use crate::client::Shared;
use crate::contract::{ContentForm, FailureFormat, Operation, ResponseContent};
use crate::environment::{Moment, Permit, guarded, permitted};
use crate::error::{Error, History};
use crate::idempotency::CLOCK_MARGIN;
use crate::model::{Value, Violations, drift};
use crate::observe::{AttemptReport, AttemptSpan, CallReport, CallSpan, Drift, spans};
use crate::retry::{RetryContext, RetryDecision, StopReason, needed};
use crate::syntax::is_json;
use crate::transport_api::{Body, Fault, MaxResponseBytes, SendProgress, TransportError};

/// The most drift reports of one response.
const MOST_DRIFT_REPORTS: usize = 100;

/// Sends attempts of a call until one succeeds or no other is allowed, and decodes the response into `receiver`.
pub(crate) async fn run(
    shared: &Shared,
    operation: &'static Operation,
    prepared: Result<Box<PreparedCall>, Error>,
    receiver: &mut dyn ResponseReceiver,
) -> Result<Success, Error> {
    let key = prepared.as_ref().ok().and_then(|call| call.key.as_ref());
    let span = CallSpan::new(operation, key.map(|key| &key.text));
    let started = shared.time.now();
    let result = match prepared {
        Ok(call) => span.around(CallLoop::new(shared, call, started, receiver.contents()).run(receiver)).await,
        Err(error) => Err(error),
    };
    let report = |attempts, error| CallReport {
        operation: operation.id,
        attempts,
        duration: shared.time.now().since(started),
        error,
    };
    match &result {
        Ok(Success { head, attempts, .. }) => {
            span.succeeded(head, &shared.secrets, *attempts);
            span.scope(|| shared.report(|| report(*attempts, None)));
        }
        Err(error) => {
            span.failed(error);
            span.scope(|| shared.report(|| report(error.attempts(), Some(error))));
        }
    }
    result
}

/// The state of one call over its attempts.
struct CallLoop<'a> {
    shared: &'a Shared,
    call: Box<PreparedCall>,
    /// The declared contents of the responses, if one has to be selected by status or media type; otherwise none.
    contents: &'static [ResponseContent],
    /// The time at which the call ends in any case.
    deadline: Moment,
    history: History,
    /// The outcome over all attempts.
    tracker: OutcomeTracker,
    /// The track ID of the requests, if they have one.
    track_id: Option<HeaderValue>,
    /// The number of retries after a wait. A retry with a new access token does not count.
    retries: u32,
    /// The access token of the last attempt.
    bearer: Option<HeaderValue>,
    /// The body of a download.
    download: Option<Box<DownloadBody>>,
}

impl<'a> CallLoop<'a> {
    fn new(shared: &'a Shared, call: Box<PreparedCall>, started: Moment, contents: &'static [ResponseContent]) -> Self {
        Self {
            shared,
            contents,
            deadline: started.after(call.total_timeout),
            tracker: OutcomeTracker::new(call.key_origin()),
            call,
            history: History::default(),
            track_id: None,
            retries: 0,
            bearer: None,
            download: None,
        }
    }

    async fn run(mut self, receiver: &mut dyn ResponseReceiver) -> Result<Success, Error> {
        if (self.shared.needs_tokio() || self.call.streamed().is_some())
            && let Some(flaw) = self.shared.runtime_flaw()
        {
            return Err(self.failed(FailureKind::Configuration(flaw.to_owned()), StopReason::Final));
        }
        loop {
            let failure = match self.attempt(receiver).await {
                Ok(Succeeded { head, is_done }) => {
                    self.shared.budget.put();
                    let key = self.call.key.map(|key| key.text);
                    let (attempts, download) = (self.history.attempts, self.download);
                    return Ok(Success { head, key, attempts, is_done, download });
                }
                Err(failure) => failure,
            };
            match self.next_step(&failure) {
                RetryDecision::Refresh => {
                    self.log_retry(&failure, Duration::ZERO);
                    self.history.refreshed = true;
                }
                RetryDecision::Retry(wait) => {
                    self.log_retry(&failure, wait);
                    self.retries += 1;
                    Box::pin(self.shared.time.sleep(wait)).await;
                }
                RetryDecision::Stop(end) => return Err(self.failed(failure, end)),
            }
        }
    }

    fn log_retry(&self, failure: &FailureKind, wait: Duration) {
        spans::retry(&self.shared.service.telemetry, failure, self.history.attempts, wait);
    }

    /// Ends the call with an error.
    fn failed(mut self, failure: FailureKind, end: StopReason) -> Error {
        let (outcome, has_sent) = (self.tracker.outcome(), self.tracker.has_sent());
        let history = History { outcome, has_sent, end, ..self.history };
        let recovery = self.call.recovery(self.shared, &history);
        Error::after_attempts(failure, history, self.call.context(), recovery)
    }

    /// Records a failed attempt and decides what follows it.
    fn next_step(&mut self, failure: &FailureKind) -> RetryDecision {
        let Some(evidence) = failure.evidence() else {
            return RetryDecision::Stop(StopReason::Final);
        };
        let proposal = self.record(failure, evidence);
        let decision = self.call.retry.decide(
            proposal,
            &RetryContext {
                can_refresh: self.bearer.is_some() && self.shared.auth.can_refresh() && !self.history.refreshed,
                attempts: self.history.attempts,
                retries: self.retries,
                requested_wait: self.history.requested_wait,
                left: self.left(),
                needed: self.needed(),
                random: (self.shared.random)(),
            },
        );
        let costs_budget = proposal == Next::Retry && self.call.retry.keeps_to_budget();
        match decision {
            // A one-shot request body cannot be sent again.
            RetryDecision::Retry(_) | RetryDecision::Refresh if !self.call.can_send_body() => {
                RetryDecision::Stop(StopReason::Final)
            }
            RetryDecision::Retry(_) if costs_budget && !self.shared.budget.take() => {
                RetryDecision::Stop(StopReason::Budget)
            }
            decision => decision,
        }
    }

    /// Records what a failed attempt says about the token, the wait, the outcome and the key, and returns what the outcome proposes.
    fn record(&mut self, failure: &FailureKind, evidence: Evidence) -> Next {
        // A failure that the service has stored under the key comes with the IDs of its first response.
        let response_ids = match failure {
            FailureKind::Api(api_failure) => Some(&api_failure.failure_body.ids),
            _ => None,
        };
        let has_status_401 = failure.head().is_some_and(|head| head.status == StatusCode::UNAUTHORIZED);
        if response_ids.is_some() && (has_status_401 || evidence == Evidence::Unauthorized) {
            self.shared.auth.refused(self.bearer.as_ref());
        }
        self.history.requested_wait = match failure {
            FailureKind::Token(failure) => failure.requested_wait,
            _ => failure.head().and_then(|head| head.requested_wait(self.shared.time.of_day())),
        };
        let proposal = self.tracker.record(evidence, response_ids).next;
        if self.tracker.has_sent() {
            self.call.correct_first_use(self.shared);
        }
        proposal
    }

    /// Returns the time until the call or its key ends, whichever is earlier.
    fn left(&self) -> Duration {
        let of_call = self.deadline.since(self.shared.time.now());
        let of_key = self.call.key_lifetime(self.shared);
        of_key.map_or(of_call, |of_key| of_key.remaining().min(of_call))
    }

    /// Returns the time that must be left to start another attempt.
    fn needed(&self) -> Duration {
        needed(self.tracker.in_doubt(), self.call.attempt_timeout, self.call.total_timeout)
    }

    /// Sends the call once and classifies the result; a success is decoded into `receiver`.
    async fn attempt(&mut self, receiver: &mut dyn ResponseReceiver) -> Result<Succeeded, FailureKind> {
        let shared = self.shared;
        // The attempt timeout does not include this wait.
        let permit = self.concurrency_permit().await?;
        self.history.attempts += 1;
        let key = self.call.key.as_ref().map(|key| key.text.clone());
        let operation = self.call.operation;
        let request = self.call.request(shared).map_err(Error::into_kind)?;
        self.track_id = shared.track_header.as_ref().and_then(|name| request.headers().get(name).cloned());
        let span = AttemptSpan::new(&shared.service.telemetry, operation, request, key.as_ref(), self.history.attempts);
        let started = shared.time.now();
        let result = span.around(self.send(started)).await;
        let result = self.check_track_id(result);
        let content =
            result.head().map(|(status, headers)| SelectedContent::of(self.contents, operation, status, headers));
        let (mut nothing, mut undeclared) = ((), UndeclaredContent);
        let value = match content {
            Some(SelectedContent::Undeclared) => &mut undeclared as &mut dyn Value,
            Some(SelectedContent::Empty) => {
                receiver.begin(0);
                &mut nothing
            }
            Some(content) => match receiver.begin(content.index()) {
                Slot::Value(value) => value,
                Slot::Download(_) => &mut nothing,
            },
            None => &mut nothing,
        };
        let mut classified = self.classify(result, content, value);
        if let Err(failure) = &mut classified {
            failure.redact(&shared.secrets);
        }
        self.report_attempt(&span, started, &classified);
        if classified.is_ok() {
            shared.report_drift(operation, value);
            if let Some(download) = &mut self.download {
                download.permit = permit;
            }
        }
        classified
    }

    /// Waits for a permit, if the number of concurrent requests is limited.
    async fn concurrency_permit(&mut self) -> Result<Option<Permit>, FailureKind> {
        let Some(limiter) = &self.shared.limiter else { return Ok(None) };
        match Box::pin(self.shared.time.until(self.deadline, permitted(&**limiter))).await {
            Some(Ok(permit)) => Ok(Some(permit)),
            Some(Err(refusal)) => {
                self.history.attempts += 1;
                Err(FailureKind::NoPermit(TransportError::not_sent(refusal)))
            }
            None => Err(FailureKind::TimedOut(self.timed_out(Limit::Total, Waiting::Concurrency))),
        }
    }

    /// Reports an attempt to its span and to the metrics.
    fn report_attempt(&self, span: &AttemptSpan, started: Moment, classified: &Result<Succeeded, FailureKind>) {
        let (status, error_kind) = match classified {
            Ok(Succeeded { head, .. }) => {
                span.succeeded(head, &self.shared.secrets);
                (Some(head.status), None)
            }
            Err(failure) => {
                span.failed(failure);
                // A token failure carries the token endpoint's response, so its status is not reported here.
                let head = failure.head().filter(|_| !matches!(failure, FailureKind::Token(_)));
                (head.map(|head| head.status), Some(failure.kind()))
            }
        };
        if let Some(metrics) = &self.shared.metrics {
            let (operation, number) = (self.call.operation.id, self.history.attempts);
            let duration = self.shared.time.now().since(started);
            let report = AttemptReport { operation, number, duration, status, error_kind };
            guarded(|| metrics.attempt_ended(&report));
        }
    }

    /// Classifies the result of an attempt.
    fn classify(
        &mut self,
        result: AttemptResult,
        content: Option<SelectedContent>,
        value: &mut dyn Value,
    ) -> Result<Succeeded, FailureKind> {
        let (shared, call) = (self.shared, RefCell::new(&mut self.call));
        let facts = CallFacts {
            service: shared.service,
            operation: call.borrow().operation,
            has_key: call.borrow().key.is_some(),
            max_body_bytes: shared.max_response_bytes,
            needs_body: content == Some(SelectedContent::Only) && call.borrow().operation.successes.is_some(),
            reads_text: content.is_some_and(|content| content.reads_text(call.borrow().operation)),
            occurs_in_request: &|text| call.borrow_mut().request_contains(shared, text),
        };
        classify(&facts, result, value)
    }

    /// Records the server's time. If the response has the track ID of another call, closes the connections and returns a fault instead.
    fn check_track_id(&self, result: AttemptResult) -> AttemptResult {
        let headers = match &result {
            AttemptResult::Response(response) => response.headers(),
            AttemptResult::Download(parts, _) => &parts.headers,
            AttemptResult::Fault(TransportError(Fault::BodyLost(head, _) | Fault::BodyTooLarge(head))) => &head.1,
            _ => return result,
        };
        self.shared.observe_server_time(headers);
        let (Some(name), Some(sent)) = (&self.shared.track_header, &self.track_id) else { return result };
        // A track ID that the caller chose may be shared by several calls, so that another one proves nothing.
        if headers.get_all(name).iter().all(|echo| is_echo_of(echo, sent)) || !self.call.has_own_track_id() {
            return result;
        }
        self.shared.transport.close_connections();
        AttemptResult::Fault(TransportError::interrupted("the response has the track ID of another call"))
    }

    /// Sends the request and returns the result.
    async fn send(&mut self, started: Moment) -> AttemptResult {
        let attempt_deadline = started.after(self.call.attempt_timeout);
        let (deadline, limit) = if self.deadline <= attempt_deadline {
            (self.deadline, Limit::Total)
        } else {
            (attempt_deadline, Limit::Attempt)
        };
        let ready = match self.obtain_token(started, deadline, limit).await {
            Ok(ready) => ready,
            Err(result) => return *result,
        };
        match self.key_deadline(ready) {
            Ok(of_key) => self.transmit(of_key.map_or(deadline, |of_key| deadline.min(of_key)), limit).await,
            Err(result) => *result,
        }
    }

    /// Obtains the access token, if the operation takes one. Returns the time at which the request can be sent.
    async fn obtain_token(
        &mut self,
        started: Moment,
        deadline: Moment,
        limit: Limit,
    ) -> Result<Moment, Box<AttemptResult>> {
        let shared = self.shared;
        let cached = if self.call.access.takes_token() { shared.auth.cached() } else { Some(None) };
        if let Some(bearer) = cached {
            self.bearer = bearer;
            return Ok(started);
        }
        self.bearer = match Box::pin(shared.time.until(deadline, shared.auth.bearer())).await {
            Some(Ok(bearer)) => bearer,
            Some(Err(failure)) => return Err(Box::new(AttemptResult::NoToken(failure))),
            None => return Err(Box::new(AttemptResult::TimedOut(self.timed_out(limit, Waiting::Token)))),
        };
        Ok(shared.time.now())
    }

    /// Returns when the key expires on the server; `None` without a key, or if the key is used for the first time.
    ///
    /// Called after the token request, whose response may have corrected the server's time. If the key may have expired, the request could
    /// be processed twice, and is not sent.
    fn key_deadline(&mut self, ready: Moment) -> Result<Option<Moment>, Box<AttemptResult>> {
        let now = self.shared.now_at(ready, self.call.key_first_used_at);
        if self.deadline.since(now.at) < self.needed() {
            return Err(Box::new(AttemptResult::TimedOut(self.timed_out(Limit::Total, Waiting::NoTimeLeft))));
        }
        let Some(lifetime) = self.call.record_first_use(&now) else { return Ok(None) };
        if let Some(flaw) = lifetime.flaw() {
            let mut violations = Violations::default();
            violations.push("idempotency key", flaw);
            return Err(Box::new(AttemptResult::KeyForgotten(violations)));
        }
        // A transport may delay the request until then. The remaining time leaves out the margin for clocks that differ, so that no request
        // begins within it; one that has begun may use it.
        Ok(Some(now.at.after(lifetime.remaining() + CLOCK_MARGIN)))
    }

    /// Passes the request to the transport and waits for the response.
    async fn transmit(&mut self, deadline: Moment, limit: Limit) -> AttemptResult {
        let shared = self.shared;
        let (request, progress) = self.take_request();
        // The request is given up before its future is dropped. Otherwise a transport around others could see it dropped, and let another of
        // them send it.
        let waiting = || if progress.give_up() { Waiting::Connection } else { Waiting::Response };
        if self.may_download() || self.call.streamed().is_some() {
            let mut sending = Box::pin(self.stream(request));
            let result = shared.time.until(deadline, sending.as_mut()).await.ok_or_else(waiting);
            drop(sending);
            return result.unwrap_or_else(|waiting| AttemptResult::TimedOut(self.timed_out(limit, waiting)));
        }
        let mut sending = shared.transport.send(request);
        match shared.time.until(deadline, &mut sending).await.ok_or_else(waiting) {
            Ok(Ok(response)) => AttemptResult::Response(response),
            Ok(Err(error)) => AttemptResult::Fault(error),
            Err(waiting) => AttemptResult::TimedOut(self.timed_out(limit, waiting)),
        }
    }

    /// Sends a request whose body or response is streamed.
    async fn stream(&mut self, request: Request<Bytes>) -> AttemptResult {
        let (mut head, bytes) = request.into_parts();
        let body = match self.call.streamed() {
            None => Body::from(bytes),
            Some(streamed) => match streamed.open().await {
                Ok(body) => body,
                Err(error) => return AttemptResult::NoBody(error),
            },
        };
        if self.may_download() {
            head.extensions.remove::<MaxResponseBytes>();
            // Most downloaded files are already compressed.
            head.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        match self.shared.transport.stream(Request::from_parts(head, body)).await {
            Ok(response) if self.is_download(&response) => self.begin_download(response).await,
            Ok(response) => collect(response, self.shared.max_response_bytes).await,
            Err(error) => AttemptResult::Fault(error),
        }
    }

    /// Returns whether a response may be a download.
    fn may_download(&self) -> bool {
        self.contents.iter().any(|content| content.form == ContentForm::Download)
    }

    /// Returns whether a response is a download.
    fn is_download(&self, response: &Response<Body>) -> bool {
        let content = SelectedContent::of(self.contents, self.call.operation, response.status(), response.headers());
        self.call.operation.succeeds_with(response.status())
            && matches!(content, SelectedContent::Declared(_, ContentForm::Download))
    }

    /// Stores the body of a download. A short body that may report a failure is read first.
    async fn begin_download(&mut self, response: Response<Body>) -> AttemptResult {
        let (head, mut body) = response.into_parts();
        let mut failure_body = None;
        if may_report_failure(&self.shared.service.failure, &head.headers) {
            match body.read_ahead(LONGEST_FAILURE_BODY).await {
                Ok(whole) => failure_body = whole.then(|| body.ahead().clone()),
                Err(error) => return AttemptResult::Fault(TransportError::body_lost(head.status, head.headers, error)),
            }
        }
        let (call, chunk_timeout) = (self.call.context(), self.call.attempt_timeout);
        self.download = Some(Box::new(DownloadBody { body, permit: None, call, chunk_timeout }));
        AttemptResult::Download(Box::new(head), failure_body)
    }

    /// Returns the request of this attempt with its credentials, and the progress that the transport records.
    fn take_request(&mut self) -> (Request<Bytes>, SendProgress) {
        let mut request = self.call.take_request().expect("the attempt has made its request");
        if let Some(bearer) = &self.bearer {
            request.headers_mut().insert(AUTHORIZATION, bearer.clone());
        }
        self.call.access.apply(&self.shared.keyring, &mut request);
        let progress = SendProgress::default();
        request.extensions_mut().insert(MaxResponseBytes(self.shared.max_response_bytes));
        request.extensions_mut().insert(progress.clone());
        (request, progress)
    }

    fn timed_out(&self, limit: Limit, waiting: Waiting) -> TimedOut {
        let after = match limit {
            Limit::Attempt => self.call.attempt_timeout,
            Limit::Total => self.call.total_timeout,
        };
        TimedOut { limit, after, waiting }
    }
}

/// Returns whether a header repeats a track ID, or has none. A hop may have added quotes, changed the case of letters, or joined two headers.
fn is_echo_of(header: &HeaderValue, sent: &HeaderValue) -> bool {
    let (Ok(header), Ok(sent)) = (header.to_str(), sent.to_str()) else { return header == sent };
    let bare = |id: &str| id.trim_matches([' ', '\t', '"']).to_ascii_lowercase();
    let sent = bare(sent);
    bare(header) == sent || header.split(',').map(bare).all(|id| id.is_empty() || id == sent)
}

/// The longest body of a success that is checked for a failure before it is downloaded.
const LONGEST_FAILURE_BODY: usize = 64 * 1024;

/// Returns whether the body of a success response may report a failure.
fn may_report_failure(failure: &FailureFormat, headers: &HeaderMap) -> bool {
    let has_failure_form =
        failure.success_flag.is_some() || failure.reasons.is_some() || failure.result_codes.is_some();
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    has_failure_form && content_type.is_some_and(is_json)
}

/// Reads a response to its end.
async fn collect(response: Response<Body>, limit: usize) -> AttemptResult {
    let (head, body) = response.into_parts();
    match body.collect(limit).await {
        Ok(Some(bytes)) => AttemptResult::Response(Response::from_parts(head, bytes)),
        Ok(None) => AttemptResult::Fault(TransportError::body_too_large(head.status, head.headers)),
        Err(error) => AttemptResult::Fault(TransportError::body_lost(head.status, head.headers, error)),
    }
}

impl Shared {
    /// Reports the drift of a response.
    fn report_drift(&self, operation: &Operation, value: &dyn Value) {
        let Some(on_drift) = &self.on_drift else { return };
        let mut left = MOST_DRIFT_REPORTS;
        drift(value, &mut |kind, path| {
            if left > 0 {
                left -= 1;
                let path = self.secrets.redact(&path).into_owned();
                let drift = Drift { operation: operation.id, kind, path };
                guarded(|| on_drift(&drift));
            }
        });
    }
}
