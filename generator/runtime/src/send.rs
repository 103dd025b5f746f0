//! The way of a call from the first attempt to its end. Nothing is judged here: `classify` says what an attempt saw, and the
//! retry policy what follows.
//!
//! What is seldom waited for is boxed there, so that the future of every call stays small.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response};

use crate::classify::{Asked, Seen, Succeeded, classify};
use crate::client::Shared;
use crate::codegen::Value;
use crate::download::Begun;
use crate::error::{History, Limit, TimedOut, Waiting, What};
use crate::evidence::{Evidence, Next, Standing};
use crate::key::MARGIN;
use crate::media::is_json;
use crate::model::drift;
use crate::observe::{AttemptReport, CallReport, Drift, guarded};
use crate::operation::Operation;
use crate::prepare::Prepared;
use crate::response::Head;
use crate::response_value::ResponseValue;
use crate::retry::{Circumstances, End, Step, asked_for, needed};
use crate::service::Failure;
use crate::time::Moment;
use crate::trace::{self, AttemptSpan, CallSpan};
use crate::transport::{Body, Fault, MaxResponseBytes, SendProgress, TransportError};
use crate::{Error, IdempotencyKey, Violations};

/// Of one response, more departures from the document than this are not reported: they tell nothing new.
const MOST_DRIFT_REPORTS: usize = 100;

/// Where the value of a response goes.
pub(crate) trait Place: Send {
    /// Where the value of a response of this status goes; asked for once for each response.
    fn value(&mut self, status: u16) -> &mut dyn Value;

    /// Takes out what a response has left there that was none.
    fn clear(&mut self);
}

impl<T: ResponseValue> Place for T {
    fn value(&mut self, status: u16) -> &mut dyn Value {
        self.slot(status)
    }

    fn clear(&mut self) {
        *self = T::blank();
    }
}

/// What there is to say of a call that succeeded, apart from its value.
pub(crate) struct Success {
    pub(crate) head: Head,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) attempts: u32,
    /// What was asked for is done, and not under way.
    pub(crate) is_done: bool,
    /// The body of a download.
    pub(crate) begun: Option<Box<Begun>>,
}

/// Sends a call until it has ended, and reads its response into `place`.
pub(crate) async fn run(
    shared: &Shared,
    operation: &'static Operation,
    prepared: Result<Box<Prepared>, Error>,
    place: &mut dyn Place,
) -> Result<Success, Error> {
    let key = prepared.as_ref().ok().and_then(|call| call.key.as_ref());
    let span = CallSpan::new(operation, key.map(|key| &key.text));
    let begun = shared.time.now();
    let ended = match prepared {
        Ok(call) => span.around(Way::new(shared, call, begun).walk(place)).await,
        Err(error) => Err(error),
    };
    let report = |attempts, error| CallReport {
        operation: operation.id,
        attempts,
        duration: shared.time.now().since(begun),
        error,
    };
    match &ended {
        Ok(Success { head, attempts, .. }) => {
            span.succeeded(head, &shared.secrets, *attempts);
            span.scope(|| shared.report(|| report(*attempts, None)));
        }
        Err(error) => {
            span.failed(error);
            span.scope(|| shared.report(|| report(error.attempts(), Some(error))));
        }
    }
    ended
}

/// The way of one call through its attempts.
struct Way<'a> {
    shared: &'a Shared,
    call: Box<Prepared>,
    /// When the call ends, whatever it is doing.
    deadline: Moment,
    history: History,
    /// What is known of the call over all of its attempts.
    standing: Standing,
    /// The track ID of the requests, if they have one.
    track_id: Option<HeaderValue>,
    /// How many waits there were.
    repetitions: u32,
    /// The token of the last attempt.
    bearer: Option<HeaderValue>,
    /// The body of a download that has begun.
    begun: Option<Box<Begun>>,
}

impl<'a> Way<'a> {
    fn new(shared: &'a Shared, call: Box<Prepared>, begun: Moment) -> Self {
        Self {
            shared,
            deadline: begun.after(call.total_timeout),
            standing: Standing::new(call.key_origin()),
            call,
            history: History::default(),
            track_id: None,
            repetitions: 0,
            bearer: None,
            begun: None,
        }
    }

    async fn walk(mut self, place: &mut dyn Place) -> Result<Success, Error> {
        if (self.shared.needs_tokio() || self.call.streamed().is_some())
            && let Some(flaw) = self.shared.lacking_around()
        {
            return Err(self.failed(What::Configuration(flaw.to_owned()), End::Final));
        }
        loop {
            let what = match self.attempt(place).await {
                Ok(Succeeded { head, is_done }) => {
                    self.shared.budget.put();
                    let key = self.call.key.map(|key| key.text);
                    let (attempts, begun) = (self.history.attempts, self.begun);
                    return Ok(Success { head, key, attempts, is_done, begun });
                }
                Err(what) => what,
            };
            match self.next(&what) {
                Step::Refresh => self.history.refreshed = true,
                Step::Again(wait) => {
                    trace::again(&what, wait);
                    self.repetitions += 1;
                    Box::pin(self.shared.time.sleep(wait)).await;
                }
                Step::Stop(end) => return Err(self.failed(what, end)),
            }
            place.clear();
        }
    }

    /// The error of the call, which ends here.
    fn failed(self, what: What, end: End) -> Error {
        let (outcome, has_sent) = (self.standing.outcome(), self.standing.has_sent());
        let history = History { outcome, has_sent, end, ..self.history };
        Error::after_attempts(what, history, self.call, self.shared)
    }

    /// What follows from an attempt that failed.
    fn next(&mut self, what: &What) -> Step {
        let Some(evidence) = what.evidence() else {
            return Step::Stop(End::Final);
        };
        let ids = match what {
            What::Api(refusal) => {
                if refusal.evidence == Evidence::Unauthorized {
                    self.shared.auth.refused(self.bearer.as_ref());
                }
                Some(&refusal.said.ids)
            }
            _ => None,
        };
        self.history.asked_for = match what {
            What::Token(failure) => failure.asked_for,
            _ => what.head().and_then(|head| asked_for(head, self.shared.time.of_day())),
        };
        let next = self.standing.rule(evidence, ids).next;
        if self.standing.has_sent() {
            self.call.correct_date(self.shared);
        }
        let step = self.call.retry.decide(
            next,
            &Circumstances {
                can_refresh: self.bearer.is_some() && self.shared.auth.can_refresh() && !self.history.refreshed,
                attempts: self.history.attempts,
                repetitions: self.repetitions,
                asked_for: self.history.asked_for,
                left: self.left(),
                needed: self.needed(),
                random: (self.shared.random)(),
            },
        );
        let from_budget = next == Next::Again && self.call.retry.keeps_to_budget();
        match step {
            // What was read from elsewhere than a file cannot be read again.
            Step::Again(_) | Step::Refresh if !self.call.has_body() => Step::Stop(End::Final),
            Step::Again(_) if from_budget && !self.shared.budget.take() => Step::Stop(End::Budget),
            step => step,
        }
    }

    /// The time that is left: the call has to last, and so has the server's memory of the key.
    fn left(&self) -> Duration {
        let of_call = self.deadline.since(self.shared.time.now());
        let of_key = self.call.key_life(self.shared);
        of_key.map_or(of_call, |of_key| of_key.lasts().min(of_call))
    }

    /// The time without which an attempt does not begin.
    fn needed(&self) -> Duration {
        needed(self.standing.in_doubt(), self.call.attempt_timeout, self.call.total_timeout)
    }

    /// Sends the call once, and tells what that means; a success is read into `place`.
    async fn attempt(&mut self, place: &mut dyn Place) -> Result<Succeeded, What> {
        let shared = self.shared;
        // A place is waited for before anything else, so that the time of the attempt begins with it.
        let permit = match &shared.places {
            None => None,
            Some(places) => {
                match Box::pin(shared.time.until(self.deadline, Arc::clone(places).acquire_owned())).await {
                    Some(permit) => permit.ok(),
                    None => return Err(What::TimedOut(self.timed_out(Limit::Total, Waiting::Place))),
                }
            }
        };
        self.history.attempts += 1;
        let key = self.call.key.as_ref().map(|key| key.text.clone());
        let operation = self.call.operation;
        let request = self.call.request(shared).map_err(Error::into_what)?;
        self.track_id = shared.track_header.as_ref().and_then(|name| request.headers().get(name).cloned());
        let span = AttemptSpan::new(operation, request, key.as_ref(), self.history.attempts);
        let begun = shared.time.now();
        let seen = span.around(self.send(begun)).await;
        let seen = self.own(seen);
        let mut nothing = ();
        let value = seen.status().map_or(&mut nothing as &mut dyn Value, |status| place.value(status.as_u16()));
        let mut judged = self.judge(seen, value);
        if let Err(what) = &mut judged {
            what.redact(&shared.secrets);
        }
        let (status, error_kind) = match &judged {
            Ok(Succeeded { head, .. }) => {
                span.succeeded(head, &shared.secrets);
                (Some(head.status), None)
            }
            Err(what) => {
                span.failed(what);
                // The response of a token endpoint is none to this request.
                let head = what.head().filter(|_| !matches!(what, What::Token(_)));
                (head.map(|head| head.status), Some(what.kind()))
            }
        };
        if let Some(metrics) = &shared.metrics {
            let (operation, number) = (self.call.operation.id, self.history.attempts);
            let duration = shared.time.now().since(begun);
            let report = AttemptReport { operation, number, duration, status, error_kind };
            guarded(|| metrics.attempt_ended(&report));
        }
        if judged.is_ok() {
            shared.tell_drift(self.call.operation, value);
            if let Some(begun) = &mut self.begun {
                begun.permit = permit;
            }
        }
        judged
    }

    /// Tells what an attempt means.
    fn judge(&mut self, seen: Seen, value: &mut dyn Value) -> Result<Succeeded, What> {
        let (shared, call) = (self.shared, RefCell::new(&mut self.call));
        let asked = Asked {
            service: shared.service,
            operation: call.borrow().operation,
            keyed: call.borrow().key.is_some(),
            limit: shared.max_response_bytes,
            sent: &|text| call.borrow_mut().says(shared, text),
        };
        classify(&asked, seen, value)
    }

    /// Takes in the server's time, and puts a response aside that belongs to another call.
    fn own(&self, seen: Seen) -> Seen {
        let headers = match &seen {
            Seen::Response(response) => response.headers(),
            Seen::Begun(parts, _) => &parts.headers,
            Seen::Fault(TransportError(Fault::BodyLost(head, _) | Fault::BodyTooLarge(head))) => &head.1,
            _ => return seen,
        };
        self.shared.observe_server_time(headers);
        let echo = self.shared.track_header.as_ref().and_then(|name| headers.get(name));
        let echo = echo.map(|echo| echo.as_bytes().trim_ascii()).filter(|echo| !echo.is_empty());
        let is_own = |(echo, sent): (&[u8], &HeaderValue)| echo == sent.as_bytes();
        if echo.zip(self.track_id.as_ref()).is_none_or(is_own) || !self.call.owns_track_id() {
            return seen;
        }
        self.shared.transport.close_connections();
        Seen::Fault(TransportError::interrupted("the response has the track ID of another call"))
    }

    /// Sends the request that was made and tells what was seen.
    async fn send(&mut self, begun: Moment) -> Seen {
        let shared = self.shared;
        let attempt = begun.after(self.call.attempt_timeout);
        let (mut deadline, limit) =
            if self.deadline <= attempt { (self.deadline, Limit::Total) } else { (attempt, Limit::Attempt) };
        let at_hand = if self.call.access.takes_token() { shared.auth.at_hand() } else { Some(None) };
        let waits = at_hand.is_none();
        self.bearer = match at_hand {
            Some(bearer) => bearer,
            None => match Box::pin(shared.time.until(deadline, shared.auth.bearer())).await {
                Some(Ok(bearer)) => bearer,
                Some(Err(failure)) => return Seen::NoToken(failure),
                None => return Seen::TimedOut(self.timed_out(limit, Waiting::Token)),
            },
        };
        let now = shared.now_at(if waits { shared.time.now() } else { begun }, self.call.since);
        if self.deadline.since(now.at) < self.needed() {
            return Seen::TimedOut(self.timed_out(Limit::Total, Waiting::Time));
        }
        // By now a token may have told the server's time. Once the server may have forgotten the key, it could act a second time.
        if let Some(life) = self.call.begin_key(&now) {
            if let Some(flaw) = life.flaw() {
                let mut violations = Violations::default();
                violations.push("idempotency key", flaw);
                return Seen::KeyForgotten(violations);
            }
            // Nor must what a transport holds back leave later than that.
            deadline = deadline.min(now.at.after(life.lasts() + MARGIN));
        }
        let (request, progress) = self.take_request();
        if self.call.downloads || self.call.streamed().is_some() {
            let mut sending = Box::pin(self.stream(request));
            let seen = shared.time.until(deadline, sending.as_mut()).await;
            if seen.is_none() {
                progress.give_up();
            }
            drop(sending);
            return seen.unwrap_or_else(|| self.gave_up(limit, &progress));
        }
        let mut sending = shared.transport.send(request);
        match shared.time.until(deadline, &mut sending).await {
            Some(Ok(response)) => Seen::Response(response),
            Some(Err(error)) => Seen::Fault(error),
            None => self.gave_up(limit, &progress),
        }
    }

    /// Sends a request of which the body, or the response, is not in memory as a whole.
    async fn stream(&mut self, request: Request<Bytes>) -> Seen {
        let (mut head, bytes) = request.into_parts();
        let body = match self.call.streamed() {
            None => Body::from(bytes),
            Some(streamed) => match streamed.open().await {
                Ok(body) => body,
                Err(error) => return Seen::NoBody(error),
            },
        };
        if self.call.downloads {
            head.extensions.remove::<MaxResponseBytes>();
            // What is downloaded is mostly packed by itself.
            head.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        match self.shared.transport.stream(Request::from_parts(head, body)).await {
            Ok(response) if self.call.downloads && response.status().is_success() => self.begin(response).await,
            Ok(response) => collected(response, self.shared.max_response_bytes).await,
            Err(error) => Seen::Fault(error),
        }
    }

    /// Keeps the body of a download, after a look at one that may say that the call failed.
    async fn begin(&mut self, response: Response<Body>) -> Seen {
        let (head, mut body) = response.into_parts();
        let mut said = None;
        if may_deny(&self.shared.service.failure, &head.headers) {
            match body.read_ahead(LONGEST_DENIAL).await {
                Ok(whole) => said = whole.then(|| body.ahead().clone()),
                Err(error) => return Seen::Fault(TransportError::body_lost(head.status, head.headers, error)),
            }
        }
        self.begun = Some(Box::new(Begun { body, permit: None }));
        Seen::Begun(Box::new(head), said)
    }

    /// What is seen of a request whose time is up. It is given up before its future is dropped, which would release what was held.
    fn gave_up(&self, limit: Limit, progress: &SendProgress) -> Seen {
        let waiting = if progress.give_up() { Waiting::Connection } else { Waiting::Response };
        Seen::TimedOut(self.timed_out(limit, waiting))
    }

    /// The request of this attempt, with its credentials, and where the transport notes how far it gets.
    fn take_request(&mut self) -> (Request<Bytes>, SendProgress) {
        let mut request = self.call.take_request().expect("the attempt has made its request");
        if let Some(bearer) = &self.bearer {
            request.headers_mut().insert(AUTHORIZATION, bearer.clone());
        }
        self.call.access.prove(&self.shared.keyring, &mut request);
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

/// More than any body has by which a service says that a call failed.
const LONGEST_DENIAL: usize = 64 * 1024;

/// Tells whether the body of a response may say that the call failed, its status notwithstanding.
fn may_deny(failure: &Failure, headers: &HeaderMap) -> bool {
    let speaks = failure.success.is_some() || failure.reasons.is_some() || failure.result.is_some();
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    speaks && content_type.is_some_and(is_json)
}

/// Reads a response to its end.
async fn collected(response: Response<Body>, limit: usize) -> Seen {
    let (head, body) = response.into_parts();
    match body.collect(limit).await {
        Ok(Some(bytes)) => Seen::Response(Response::from_parts(head, bytes)),
        Ok(None) => Seen::Fault(TransportError::body_too_large(head.status, head.headers)),
        Err(error) => Seen::Fault(TransportError::body_lost(head.status, head.headers, error)),
    }
}

impl Shared {
    /// Tells what a response holds that the document does not know.
    fn tell_drift(&self, operation: &Operation, value: &dyn Value) {
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
