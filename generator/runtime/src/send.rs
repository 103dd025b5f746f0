//! The way of a call from the first attempt to its end. Nothing is judged here: `classify` says what an attempt saw, and the
//! retry policy what follows.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::classify::{KeyUse, Seen, classify};
use crate::client::Shared;
use crate::error::{BodyFlaw, History, Limit, TimedOut, Unreadable, Waiting, What};
use crate::model::drift;
use crate::observe::{AttemptReport, CallReport, Drift};
use crate::operation::Operation;
use crate::prepare::Prepared;
use crate::response::Answer;
use crate::retry::{Circumstances, End, Sight, Step, asked_for};
use crate::seam::{Node, Value, decode};
use crate::time::Moment;
use crate::trace::{self, AttemptSpan, CallSpan};
use crate::{Error, Outcome, Response};

/// Of one answer, more departures from the document than this are not reported: they tell nothing new.
const MOST_DRIFT_REPORTS: usize = 100;

/// Sends a call until it has ended.
pub(crate) async fn run(
    shared: Arc<Shared>,
    operation: &'static Operation,
    prepared: Result<Prepared, Error>,
) -> Result<Answered, Error> {
    let key = prepared.as_ref().ok().and_then(|call| call.key.as_ref());
    let span = CallSpan::new(operation, key.map(|key| &key.text));
    let begun = shared.time.now();
    let ended = match prepared {
        Ok(call) => span.around(Way::new(&shared, call, begun).walk()).await,
        Err(error) => Err(error),
    };
    match ended {
        Ok((answer, call, history)) => Ok(Answered { answer, call, history, shared, span, begun }),
        Err(error) => Err(observed(&shared, operation, &span, begun, error)),
    }
}

/// Tells everybody who wants to know that a call has failed.
fn observed(shared: &Shared, operation: &Operation, span: &CallSpan, begun: Moment, error: Error) -> Error {
    span.failed(&error);
    shared.report(|| CallReport {
        operation: operation.id,
        attempts: error.attempts(),
        duration: shared.time.now().since(begun),
        error: Some(&error),
    });
    error
}

/// The way of one call through its attempts.
struct Way<'a> {
    shared: &'a Shared,
    call: Prepared,
    /// When the call ends, whatever it is doing.
    deadline: Moment,
    history: History,
    /// How many waits there were.
    repetitions: u32,
    /// The token of the last attempt.
    bearer: Option<HeaderValue>,
}

impl<'a> Way<'a> {
    fn new(shared: &'a Shared, call: Prepared, begun: Moment) -> Self {
        let history = History { in_doubt: call.in_doubt, ..History::default() };
        Self { shared, deadline: begun.after(call.total_timeout), call, history, repetitions: 0, bearer: None }
    }

    async fn walk(mut self) -> Result<(Answer, Prepared, History), Error> {
        if self.shared.needs_tokio() && tokio::runtime::Handle::try_current().is_err() {
            let message = "there is no Tokio runtime; await the call inside of one".to_owned();
            let what = What::Configuration(message);
            return Err(Error::after_attempts(what, self.history, self.call, self.shared));
        }
        loop {
            let what = match self.attempt().await {
                Ok(answer) => {
                    self.shared.budget.put();
                    return Ok((answer, self.call, self.history));
                }
                Err(what) => what,
            };
            match self.next(&what) {
                Step::Refresh => self.history.refreshed = true,
                Step::Again(wait) => {
                    trace::again(&what, wait);
                    self.repetitions += 1;
                    self.shared.time.sleep(wait).await;
                }
                Step::Stop(end) => {
                    self.history.end = end;
                    return Err(Error::after_attempts(what, self.history, self.call, self.shared));
                }
            }
            self.history.in_doubt |= what.outcome() == Outcome::Unknown;
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

    /// What the server knows of the key before this attempt.
    fn key_use(&self) -> KeyUse {
        match &self.call.key {
            None => KeyUse::Keyless,
            Some(key) if key.given || self.history.in_doubt => KeyUse::Known,
            Some(_) => KeyUse::First,
        }
    }

    /// Sends the call once, and tells what that means.
    async fn attempt(&mut self) -> Result<Answer, What> {
        let shared = self.shared;
        // A place is waited for before anything else, so that the time of the attempt begins with it.
        let _place = match &shared.places {
            None => None,
            Some(places) => match shared.time.until(self.deadline, places.acquire()).await {
                Some(place) => place.ok(),
                None => return Err(What::TimedOut(self.timed_out(Limit::Total, Waiting::Place))),
            },
        };
        self.history.attempts += 1;
        let begun = shared.time.now();
        let span = AttemptSpan::new(&self.call, self.history.attempts);
        let seen = span.around(self.send(begun)).await;
        let judged = classify(shared.service, shared.max_response_bytes, self.key_use(), seen);
        let (status, failure) = match &judged {
            Ok(answer) => {
                span.answered(answer.head.status, answer.head.text(answer.head.roles.request_id));
                (Some(answer.head.status), None)
            }
            Err(what) => {
                span.failed(what);
                (what.head().map(|head| head.status), Some(what.kind()))
            }
        };
        if let Some(metrics) = &shared.metrics {
            let (operation, number) = (self.call.operation.id, self.history.attempts);
            let duration = shared.time.now().since(begun);
            metrics.attempt_ended(&AttemptReport { operation, number, duration, status, failure });
        }
        judged
    }

    /// Sends the call once and tells what was seen.
    async fn send(&mut self, begun: Moment) -> Seen {
        let (shared, call) = (self.shared, &self.call);
        let attempt = begun.after(call.attempt_timeout);
        let (deadline, limit) =
            if self.deadline <= attempt { (self.deadline, Limit::Total) } else { (attempt, Limit::Attempt) };
        self.bearer = match shared.time.until(deadline, shared.auth.bearer()).await {
            Some(Ok(bearer)) => bearer,
            Some(Err(failure)) => return Seen::NoToken(failure),
            None => return Seen::TimedOut(self.timed_out(limit, Waiting::Token)),
        };
        let request = call.request(self.bearer.clone(), shared.max_response_bytes);
        match shared.time.until(deadline, shared.transport.send(request)).await {
            Some(Ok(answer)) => Seen::Answer(answer),
            Some(Err(error)) => Seen::Fault(error),
            None => Seen::TimedOut(self.timed_out(limit, Waiting::Answer)),
        }
    }

    fn timed_out(&self, limit: Limit, waiting: Waiting) -> TimedOut {
        let after = match limit {
            Limit::Attempt => self.call.attempt_timeout,
            Limit::Total => self.call.total_timeout,
        };
        TimedOut { limit, after, waiting }
    }
}

/// A call that has got its answer, which is still to be read.
pub(crate) struct Answered {
    answer: Answer,
    call: Prepared,
    history: History,
    shared: Arc<Shared>,
    span: CallSpan,
    begun: Moment,
}

impl Answered {
    /// Reads the answer as its type.
    pub(crate) fn read<T: Value>(self) -> Result<Response<T>, Error> {
        match decode::<T>(&self.answer.body) {
            Ok(value) if !self.answer.confirmed && says_nothing(&value) => Err(self.unreadable(BodyFlaw::Foreign)),
            Ok(value) => {
                self.succeeded(&value);
                let key = self.call.key.map(|key| key.text);
                Ok(Response::new(value, self.answer.head, key, self.history.attempts))
            }
            Err(error) => Err(self.unreadable(BodyFlaw::Json(error))),
        }
    }

    /// Tells everybody who wants to know.
    fn succeeded(&self, value: &dyn Value) {
        let Self { shared, history, call, .. } = self;
        let operation = call.operation.id;
        self.span.succeeded(&self.answer.head, history.attempts);
        if let Some(on_drift) = &shared.on_drift {
            let mut left = MOST_DRIFT_REPORTS;
            drift(value, &mut |kind, path| {
                if left > 0 {
                    left -= 1;
                    on_drift(&Drift { operation, kind, path });
                }
            });
        }
        shared.report(|| CallReport {
            operation,
            attempts: history.attempts,
            duration: shared.time.now().since(self.begun),
            error: None,
        });
    }

    fn unreadable(self, flaw: BodyFlaw) -> Error {
        let Self { answer: Answer { head, body, confirmed }, call, history, shared, span, begun } = self;
        let what = What::Decode(Box::new(Unreadable { head, body, flaw, confirmed }));
        let operation = call.operation;
        observed(&shared, operation, &span, begun, Error::after_attempts(what, history, call, &shared))
    }
}

/// Tells whether an answer holds none of the members that its type declares: such a body comes from something in front of the
/// server, and taking it for a success would make up a call that nobody may have seen.
fn says_nothing(value: &dyn Value) -> bool {
    let Node::Object(object) = value.node() else {
        return false;
    };
    let declared = object.table().fields.len();
    let absent = |index| object.get(index).is_none_or(|value| matches!(value.node(), Node::Absent));
    declared > 0 && (0..declared).all(absent)
}
