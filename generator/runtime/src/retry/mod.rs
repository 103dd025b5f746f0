//! Whether a call is sent again after an attempt that failed, and when.

mod budget;
#[macro_use]
mod policy;
mod wait;

use std::time::Duration;

pub(crate) use budget::Bucket;
pub use budget::RetryBudget;
use policy::Action;
pub(crate) use policy::Sight;
pub(crate) use wait::asked_for;

/// Whether a call is sent again after an attempt that failed, and when.
///
/// # What leads to another attempt
///
/// All attempts of a call send the same bytes under the same idempotency key, and no call ever gets a second key. So a server that
/// acted on one attempt gives its answer to the next, instead of acting again. That makes two kinds of failure different:
/// one by which no answer arrived, where the next attempt brings it, and one that is an answer, which the server
/// keeps under the key and would only repeat.
///
#[doc = policy_table!()]
///
/// "With a key" holds for methods, too, that HTTP declares idempotent. A 409 that carries a success is the answer the server kept,
/// and no failure. Once an attempt may have reached the server, the call stays `Unknown` until an answer settles it: one
/// that is a success, or by whose codes the service itself turned the call down. A refusal at the door that comes later, such as a
/// 429, settles nothing.
///
/// # When
///
/// The wait before repetition *n* is spread evenly between nothing and `base` · 2ⁿ⁻¹, at most `cap`: clients that failed together do not
/// come back together. It is never shorter than `Retry-After` asks for, in seconds or as a date, or, without that, the reset of a rate
/// limit of which nothing is left. A wait that would reach beyond the total timeout is not begun: the call ends at once, and its
/// error says so. So does the error of a call that has used up its attempts, or found the client's [`RetryBudget`] empty.
///
/// # Defaults
///
/// | setting | default | because |
/// |---|---|---|
/// | [`max_attempts`](Self::max_attempts) | 5 | 4 waits ride out a disturbance of some seconds; more of them seldom help within the total timeout |
/// | [`backoff`](Self::backoff) | base 1 s, cap 60 s | what services of this kind ask for: short at first, and no herd on one that comes back |
/// | [`RetryBudget`] | 50, one back per 10 successes | a client does not double the load of a service that is down |
/// | attempt timeout | 130 s | servers work on a call for up to 120 s; giving up earlier leaves calls behind of which nobody knows what became |
/// | total timeout | 300 s | two attempts that run into the server's limit, and the waits between |
///
/// ```
/// # use sdk_runtime::RetryPolicy;
/// use std::time::Duration;
///
/// let patient = RetryPolicy::default().max_attempts(8).backoff(Duration::from_millis(200), Duration::from_secs(20));
/// let once = RetryPolicy::never();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    base: Duration,
    cap: Duration,
    within_budget: bool,
}

impl RetryPolicy {
    /// Every call is sent once. Only a token that the server refuses is still renewed, and the call sent again with the new one.
    #[must_use]
    pub const fn never() -> Self {
        Self { max_attempts: 1, base: Duration::from_secs(1), cap: Duration::from_secs(60), within_budget: true }
    }

    /// Limits the attempts of a call, the first one included. 0 counts as 1.
    #[must_use]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = if attempts == 0 { 1 } else { attempts };
        self
    }

    /// Sets the ceiling of the first wait, which doubles with each further one, and the longest ceiling, which also bounds the first. Zero
    /// waits only as long as the server asks.
    #[must_use]
    pub const fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.base = base;
        self.cap = cap;
        self
    }

    /// Sends calls again even when the client's [`RetryBudget`] is empty, and takes nothing out of it.
    #[must_use]
    pub const fn beyond_budget(mut self) -> Self {
        self.within_budget = false;
        self
    }

    pub(crate) const fn keeps_to_budget(&self) -> bool {
        self.within_budget
    }

    /// What follows from what an attempt saw. It depends on nothing but its arguments.
    pub(crate) fn decide(&self, sight: Sight, at: &Circumstances) -> Step {
        let row = sight.row();
        match if at.repeatable { row.repeatable } else { row.once } {
            Action::Refresh if at.can_refresh => Step::Refresh,
            Action::Refresh | Action::Stop => Step::Stop(End::Final),
            Action::Again if at.attempts >= self.max_attempts => Step::Stop(End::Attempts),
            Action::Again => {
                let backoff = wait::backoff(self.base, self.cap, at.repetitions + 1, at.random);
                let wait = backoff.max(at.asked_for.unwrap_or_default());
                if wait < at.left { Step::Again(wait) } else { Step::Stop(End::NoTime(wait)) }
            }
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::never().max_attempts(5)
    }
}

/// What else matters to the next step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    /// The call carries an idempotency key, or its method is idempotent by HTTP.
    pub(crate) repeatable: bool,
    /// Another token can be had, and was not in this call so far.
    pub(crate) can_refresh: bool,
    /// How many attempts there were.
    pub(crate) attempts: u32,
    /// How many waits there were.
    pub(crate) repetitions: u32,
    /// How long the server asks to wait at least.
    pub(crate) asked_for: Option<Duration>,
    /// The time until the last attempt may begin.
    pub(crate) left: Duration,
    /// Spread over all of `u64`.
    pub(crate) random: u64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Again(Duration),
    Refresh,
    Stop(End),
}

/// Why a call ended with an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The policy says so.
    Final,
    /// That was the last of the attempts it has.
    Attempts,
    /// The wait before the next attempt would have outlasted the total timeout.
    NoTime(Duration),
    /// The client's budget is empty.
    Budget,
}

/// The policy as a table in Markdown, as the docs show it.
#[doc(hidden)]
pub const POLICY_TABLE: &str = policy_table!();

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    const USUAL: Circumstances = Circumstances {
        repeatable: true,
        can_refresh: true,
        attempts: 1,
        repetitions: 0,
        asked_for: None,
        left: s(300),
        random: u64::MAX / 2 + 1,
    };

    /// The table spelled out a second time, by hand, so that a change of a row is a change in two places.
    #[test]
    fn each_sight_leads_where_the_policy_says() {
        use Sight::*;
        let again = Step::Again(Duration::from_millis(500));
        let end = Step::Stop(End::Final);
        for (sight, with_key, without) in [
            (NotConnected, again, again),
            (NoToken, again, again),
            (TokenRefused, end, end),
            (ConnectionLost, again, end),
            (NoAnswer, again, end),
            (TooMany, again, again),
            (Unavailable, again, end),
            (InProgress, again, end),
            (Unauthorized, Step::Refresh, Step::Refresh),
            (Refused, end, end),
            (Unreadable, end, end),
        ] {
            let policy = RetryPolicy::default();
            assert_eq!(policy.decide(sight, &USUAL), with_key, "{sight:?} with a key");
            let keyless = Circumstances { repeatable: false, ..USUAL };
            assert_eq!(policy.decide(sight, &keyless), without, "{sight:?} without");
        }
        assert_eq!(policy::ROWS.len(), 11);
    }

    #[test]
    fn a_token_is_renewed_once() {
        let renewed = Circumstances { can_refresh: false, ..USUAL };
        let step = RetryPolicy::default().decide(Sight::Unauthorized, &renewed);
        assert_eq!(step, Step::Stop(End::Final));
        assert_eq!(RetryPolicy::never().decide(Sight::Unauthorized, &USUAL), Step::Refresh);
    }

    #[test]
    fn attempts_run_out() {
        for (most, attempts, expected) in [
            (5, 4, Step::Again(s(4))),
            (5, 5, Step::Stop(End::Attempts)),
            (1, 1, Step::Stop(End::Attempts)),
            (0, 1, Step::Stop(End::Attempts)),
            (u32::MAX, 4, Step::Again(s(4))),
        ] {
            let at = Circumstances { attempts, repetitions: 3, ..USUAL };
            assert_eq!(RetryPolicy::default().max_attempts(most).decide(Sight::ConnectionLost, &at), expected);
        }
    }

    #[test]
    fn the_server_can_ask_for_a_longer_wait_and_not_for_a_shorter_one() {
        for (asked_for, expected) in [(Some(s(120)), s(120)), (Some(Duration::ZERO), s(30)), (None, s(30))] {
            let at = Circumstances { repetitions: 7, asked_for, ..USUAL };
            assert_eq!(RetryPolicy::default().decide(Sight::TooMany, &at), Step::Again(expected));
        }
    }

    #[test]
    fn a_wait_that_outlasts_the_call_is_not_begun() {
        for (asked_for, left, expected) in [
            (s(120), s(121), Step::Again(s(120))),
            (s(120), s(120), Step::Stop(End::NoTime(s(120)))),
            (s(86_400), s(300), Step::Stop(End::NoTime(s(86_400)))),
            (Duration::MAX, s(300), Step::Stop(End::NoTime(Duration::MAX))),
            (Duration::ZERO, Duration::ZERO, Step::Stop(End::NoTime(Duration::ZERO))),
        ] {
            let at = Circumstances { asked_for: Some(asked_for), left, random: 0, ..USUAL };
            assert_eq!(RetryPolicy::default().decide(Sight::TooMany, &at), expected);
        }
    }

    #[test]
    fn the_docs_show_every_row() {
        assert_eq!(POLICY_TABLE.lines().count(), 2 + policy::ROWS.len());
        assert!(POLICY_TABLE.lines().all(|line| line.matches('|').count() == 6), "{POLICY_TABLE}");
    }
}
