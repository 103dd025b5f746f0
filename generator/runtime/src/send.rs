//! The way of a call from the first attempt to its end. Nothing is judged here: `classify` says what an attempt saw, and the
//! retry policy what follows.
//!
//! What is seldom waited for is boxed there, so that the future of every call stays small.

use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};

use crate::classify::{KeyUse, Seen, classify};
use crate::client::Shared;
use crate::error::{History, Limit, TimedOut, Waiting, What};
use crate::model::drift;
use crate::observe::{AttemptReport, CallReport, Drift};
use crate::operation::Operation;
use crate::prepare::Prepared;
use crate::response::Head;
use crate::retry::{Circumstances, End, Sight, Step, asked_for};
use crate::seam::Value;
use crate::time::Moment;
use crate::trace::{self, AttemptSpan, CallSpan};
use crate::transport::MaxResponseBytes;
use crate::{Error, IdempotencyKey, Outcome};

/// Of one answer, more departures from the document than this are not reported: they tell nothing new.
const MOST_DRIFT_REPORTS: usize = 100;

/// Where the value of an answer goes.
pub(crate) trait Place: Send {
    /// The value, to be read.
    fn value(&mut self) -> &mut dyn Value;

    /// Takes out what an answer has left there that was none.
    fn clear(&mut self);
}

impl<T: Value> Place for T {
    fn value(&mut self) -> &mut dyn Value {
        self
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
}

/// Sends a call until it has ended, and reads its answer into `place`.
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
            span.succeeded(head, *attempts);
            span.scope(|| {
                shared.tell_drift(operation, place.value());
                shared.report(|| report(*attempts, None));
            });
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
    /// How many waits there were.
    repetitions: u32,
    /// The token of the last attempt.
    bearer: Option<HeaderValue>,
}

impl<'a> Way<'a> {
    fn new(shared: &'a Shared, call: Box<Prepared>, begun: Moment) -> Self {
        let history = History { in_doubt: call.in_doubt, ..History::default() };
        Self { shared, deadline: begun.after(call.total_timeout), call, history, repetitions: 0, bearer: None }
    }

    async fn walk(mut self, place: &mut dyn Place) -> Result<Success, Error> {
        if self.shared.needs_tokio() && tokio::runtime::Handle::try_current().is_err() {
            let message = "there is no Tokio runtime; await the call inside of one".to_owned();
            let what = What::Configuration(message);
            return Err(Error::after_attempts(what, self.history, self.call, self.shared));
        }
        loop {
            let what = match self.attempt(place.value()).await {
                Ok(head) => {
                    self.shared.budget.put();
                    let key = self.call.key.map(|key| key.text);
                    return Ok(Success { head, key, attempts: self.history.attempts });
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
                Step::Stop(end) => {
                    self.history.end = end;
                    return Err(Error::after_attempts(what, self.history, self.call, self.shared));
                }
            }
            self.history.in_doubt |= what.outcome() == Outcome::Unknown;
            place.clear();
        }
    }

    /// What follows from an attempt that failed.
    fn next(&mut self, what: &What) -> Step {
        let Some(sight) = Sight::of(what) else {
            return Step::Stop(End::Final);
        };
        if sight == Sight::Unauthorized {
            self.shared.auth.refused(self.bearer.as_ref());
        }
        self.history.asked_for = match what {
            What::Token(failure) => failure.asked_for,
            _ => what.head().and_then(|head| asked_for(head, self.shared.time.of_day())),
        };
        let step = self.call.retry.decide(
            sight,
            &Circumstances {
                repeatable: self.call.operation.is_repeatable(self.call.key.is_some()),
                can_refresh: self.shared.auth.can_refresh() && !self.history.refreshed,
                attempts: self.history.attempts,
                repetitions: self.repetitions,
                asked_for: self.history.asked_for,
                left: self.left(),
                random: (self.shared.random)(),
            },
        );
        match step {
            Step::Again(_) if self.call.retry.keeps_to_budget() && !self.shared.budget.take() => {
                Step::Stop(End::Budget)
            }
            step => step,
        }
    }

    /// The time until the last attempt may begin: the call has to last, and so has the server's memory of the key.
    fn left(&self) -> Duration {
        let of_call = self.deadline.since(self.shared.time.now());
        let of_key = self.call.key_lasts(self.shared.time.of_day());
        of_key.map_or(of_call, |of_key| of_key.min(of_call))
    }

    /// Tells whether the call may still be sent. One that may have been acted on must not be, once the server may have forgotten its
    /// key, however long the call has waited and for whatever.
    fn key_holds(&self) -> bool {
        let lasts = || self.call.key_lasts(self.shared.time.of_day());
        !self.history.in_doubt || lasts().is_none_or(|lasts| !lasts.is_zero())
    }

    /// What the server knows of the key before this attempt.
    fn key_use(&self) -> KeyUse {
        match &self.call.key {
            None => KeyUse::Keyless,
            Some(key) if key.given || self.history.in_doubt => KeyUse::Known,
            Some(_) => KeyUse::First,
        }
    }

    /// Sends the call once, and tells what that means; a success is read into `value`.
    async fn attempt(&mut self, value: &mut dyn Value) -> Result<Head, What> {
        let shared = self.shared;
        // A place is waited for before anything else, so that the time of the attempt begins with it.
        let _place = match &shared.places {
            None => None,
            Some(places) => match Box::pin(shared.time.until(self.deadline, places.acquire())).await {
                Some(place) => place.ok(),
                None => return Err(What::TimedOut(self.timed_out(Limit::Total, Waiting::Place))),
            },
        };
        self.history.attempts += 1;
        let key = self.call.key.as_ref().map(|key| key.text.clone());
        let operation = self.call.operation;
        let request = self.call.request(shared).map_err(Error::into_what)?;
        let span = AttemptSpan::new(operation, request, key.as_ref(), self.history.attempts);
        let begun = shared.time.now();
        let seen = span.around(self.send(begun)).await;
        let mut judged = classify(shared.service, shared.max_response_bytes, self.key_use(), seen, value);
        if let (Err(What::Api(refusal)), Some(bearer)) = (&mut judged, &self.bearer) {
            refusal.redact(bearer);
        }
        let (status, failure) = match &judged {
            Ok(head) => {
                span.answered(head.status, head.text(head.roles.request_id));
                (Some(head.status), None)
            }
            Err(what) => {
                span.failed(what);
                // The answer of a token endpoint is none to this request.
                let head = what.head().filter(|_| !matches!(what, What::Token(_)));
                (head.map(|head| head.status), Some(what.kind()))
            }
        };
        if let Some(metrics) = &shared.metrics {
            let (operation, number) = (self.call.operation.id, self.history.attempts);
            let duration = shared.time.now().since(begun);
            metrics.attempt_ended(&AttemptReport { operation, number, duration, status, failure });
        }
        judged
    }

    /// Sends the request that was made and tells what was seen.
    async fn send(&mut self, begun: Moment) -> Seen {
        let shared = self.shared;
        let attempt = begun.after(self.call.attempt_timeout);
        let (deadline, limit) =
            if self.deadline <= attempt { (self.deadline, Limit::Total) } else { (attempt, Limit::Attempt) };
        self.bearer = match shared.auth.at_hand() {
            Some(bearer) => bearer,
            None => match Box::pin(shared.time.until(deadline, shared.auth.bearer())).await {
                Some(Ok(bearer)) => bearer,
                Some(Err(failure)) => return Seen::NoToken(failure),
                None => return Seen::TimedOut(self.timed_out(limit, Waiting::Token)),
            },
        };
        if !self.key_holds() {
            return Seen::KeyForgotten;
        }
        match shared.time.until(deadline, shared.transport.send(self.take_request())).await {
            Some(Ok(answer)) => Seen::Answer(answer),
            Some(Err(error)) => Seen::Fault(error),
            None => Seen::TimedOut(self.timed_out(limit, Waiting::Answer)),
        }
    }

    /// The request of this attempt, with its token.
    fn take_request(&mut self) -> Request<Bytes> {
        let mut request = self.call.take_request().expect("the attempt has made its request");
        if let Some(bearer) = &self.bearer {
            request.headers_mut().insert(AUTHORIZATION, bearer.clone());
        }
        request.extensions_mut().insert(MaxResponseBytes(self.shared.max_response_bytes));
        request
    }

    fn timed_out(&self, limit: Limit, waiting: Waiting) -> TimedOut {
        let after = match limit {
            Limit::Attempt => self.call.attempt_timeout,
            Limit::Total => self.call.total_timeout,
        };
        TimedOut { limit, after, waiting }
    }
}

impl Shared {
    /// Tells what an answer holds that the document does not know.
    fn tell_drift(&self, operation: &Operation, value: &dyn Value) {
        let Some(on_drift) = &self.on_drift else { return };
        let mut left = MOST_DRIFT_REPORTS;
        drift(value, &mut |kind, path| {
            if left > 0 {
                left -= 1;
                on_drift(&Drift { operation: operation.id, kind, path });
            }
        });
    }
}
