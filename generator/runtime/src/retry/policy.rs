//! Whether a call is sent again after an attempt that failed, and when.

use std::time::Duration;

use super::backoff::backoff;
use crate::classification::Next;

/// Whether a call is sent again after an attempt that failed, and when.
///
/// # What leads to another attempt
///
/// All attempts of a call send the same bytes under the same idempotency key, and no call ever gets a second key. The service
/// keeps the first result of a key and repeats it, so sending the call again is a safe question: it brings the result, or
/// acts once. A call is *in doubt* when an attempt may have reached the service and no verdict covers it.
///
#[doc = evidence_table!()]
///
/// *Ask again* sends the same bytes once more, to compare: a failure that comes again with the ID it had before (of the process or
/// the request, in the body or the header) and the same codes is the result that the service keeps under the key. It is a verdict for all
/// attempts, also for copies that arrive late. Without an ID nothing is compared.
///
/// The statuses of a 4xx that turn a call away are 400, 403, 404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 426, 428, 431 and 451,
/// and 422 without a key, with an empty body of length 0 or one that is documented without reasons. A 409 that carries a success is the
/// result that the service kept, and no failure. A key of the caller's is in doubt from the start; if its
/// [first use](crate::codegen::Call::key_first_used) is not known, either, the call is sent again only where nothing was sent before, or
/// with a new token.
///
/// # When
///
/// The wait before retry *n* is spread evenly between nothing and `base` · 2ⁿ⁻¹, at most `cap`: clients that failed together do not
/// come back together. It is never shorter than `Retry-After` asks for, in seconds or as a date, or, without that, the reset of a rate
/// limit of which nothing is left. A wait after which there is too little time for an attempt is not begun: the call ends at
/// once, and its error says so. In doubt, an attempt needs 1 s. Otherwise it needs the lesser of the attempt timeout and 10 s, and at
/// most half of the total timeout: one that breaks off would only leave the call in doubt. What is *sent again* takes from
/// the client's [`RetryBudget`](crate::RetryBudget); what *asks again* does not.
///
/// # Defaults
///
/// | setting | default | because |
/// |---|---|---|
/// | [`max_attempts`](Self::max_attempts) | 5 | 4 waits ride out a disturbance of some seconds; more of them seldom help within the total timeout |
/// | [`backoff`](Self::backoff) | base 1 s, cap 60 s | what services of this kind ask for: short at first, and no herd on one that comes back |
/// | [`RetryBudget`](crate::RetryBudget) | 50, one back per 10 successes | a client does not double the load of a service that is down |
/// | attempt timeout | 130 s | servers work on a call for up to 120 s; a shorter timeout leaves the outcome unknown |
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
    repeats_idempotent_methods: bool,
}

impl RetryPolicy {
    /// Creates a policy without retries. Only after the server refuses a token is the call sent again with a new one.
    #[must_use]
    pub const fn never() -> Self {
        Self {
            max_attempts: 1,
            base: Duration::from_secs(1),
            cap: Duration::from_secs(60),
            within_budget: true,
            repeats_idempotent_methods: false,
        }
    }

    /// Limits the attempts of a call, including the first; 0 counts as 1.
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

    /// Retries even when the client's [`RetryBudget`](crate::RetryBudget) is empty, and takes nothing from it.
    #[must_use]
    pub const fn ignore_budget(mut self) -> Self {
        self.within_budget = false;
        self
    }

    pub(crate) const fn keeps_to_budget(&self) -> bool {
        self.within_budget
    }

    /// Retries also calls without a key whose method is idempotent by HTTP, PUT and DELETE. Off by default: the second of two
    /// requests may have another result than the first, such as 404 for what the first one deleted.
    #[must_use]
    pub const fn repeat_idempotent_methods(mut self) -> Self {
        self.repeats_idempotent_methods = true;
        self
    }

    pub(crate) const fn repeats_idempotent_methods(&self) -> bool {
        self.repeats_idempotent_methods
    }

    /// Returns what follows from what an attempt is evidence of, as far as time and attempts allow. It depends on nothing but its arguments.
    pub(crate) fn decide(&self, next: Next, at: &RetryContext) -> RetryDecision {
        match next {
            Next::NewToken if at.can_refresh => RetryDecision::Refresh,
            Next::Retry | Next::Ask if at.attempts >= self.max_attempts => RetryDecision::Stop(StopReason::Attempts),
            Next::Retry | Next::Ask => {
                let backoff = backoff(self.base, self.cap, at.retries + 1, at.random);
                let wait = backoff.max(at.requested_wait.unwrap_or_default());
                match at.left.checked_sub(at.needed) {
                    Some(left) if wait < left => RetryDecision::Retry(wait),
                    _ => RetryDecision::Stop(StopReason::NoTime(wait)),
                }
            }
            Next::NewToken | Next::RetryIfRepeatable | Next::AskInDoubt | Next::AskOnce | Next::End => {
                RetryDecision::Stop(StopReason::Final)
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
pub(crate) struct RetryContext {
    /// Another token can be had, and was not in this call so far.
    pub(crate) can_refresh: bool,
    /// How many attempts there were.
    pub(crate) attempts: u32,
    /// How many waits there were.
    pub(crate) retries: u32,
    /// How long the server asks to wait at least.
    pub(crate) requested_wait: Option<Duration>,
    /// The time that is left to the call.
    pub(crate) left: Duration,
    /// The time that an attempt needs to begin.
    pub(crate) needed: Duration,
    /// Spread over all of `u64`.
    pub(crate) random: u64,
}

/// Returns the least time for an attempt. One that breaks off leaves the call in doubt; where it is in doubt
/// already, there is nothing to lose.
pub(crate) fn needed(in_doubt: bool, attempt_timeout: Duration, total_timeout: Duration) -> Duration {
    let needed = if in_doubt { Duration::from_secs(1) } else { Duration::from_secs(10).min(attempt_timeout) };
    needed.min(total_timeout / 2)
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    Retry(Duration),
    Refresh,
    Stop(StopReason),
}

/// Why a call ended with an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
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
pub const POLICY_TABLE: &str = evidence_table!();

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    const USUAL: RetryContext = RetryContext {
        can_refresh: true,
        attempts: 1,
        retries: 0,
        requested_wait: None,
        left: s(300),
        needed: s(10),
        random: u64::MAX / 2 + 1,
    };

    #[test]
    fn each_step_follows() {
        let retry = RetryDecision::Retry(Duration::from_millis(500));
        let end = RetryDecision::Stop(StopReason::Final);
        for (next, expected) in [
            (Next::Retry, retry),
            (Next::Ask, retry),
            (Next::NewToken, RetryDecision::Refresh),
            (Next::RetryIfRepeatable, end),
            (Next::AskInDoubt, end),
            (Next::AskOnce, end),
            (Next::End, end),
        ] {
            assert_eq!(RetryPolicy::default().decide(next, &USUAL), expected, "{next:?}");
        }
    }

    #[test]
    fn a_token_is_renewed_once() {
        let renewed = RetryContext { can_refresh: false, ..USUAL };
        assert_eq!(RetryPolicy::default().decide(Next::NewToken, &renewed), RetryDecision::Stop(StopReason::Final));
        assert_eq!(RetryPolicy::never().decide(Next::NewToken, &USUAL), RetryDecision::Refresh);
    }

    #[test]
    fn attempts_run_out() {
        for (most, attempts, expected) in [
            (5, 4, RetryDecision::Retry(s(4))),
            (5, 5, RetryDecision::Stop(StopReason::Attempts)),
            (1, 1, RetryDecision::Stop(StopReason::Attempts)),
            (0, 1, RetryDecision::Stop(StopReason::Attempts)),
            (u32::MAX, 4, RetryDecision::Retry(s(4))),
        ] {
            let at = RetryContext { attempts, retries: 3, ..USUAL };
            assert_eq!(RetryPolicy::default().max_attempts(most).decide(Next::Ask, &at), expected);
        }
    }

    #[test]
    fn the_server_can_ask_for_a_longer_wait_and_not_for_a_shorter_one() {
        for (requested_wait, expected) in [(Some(s(120)), s(120)), (Some(Duration::ZERO), s(30)), (None, s(30))] {
            let at = RetryContext { retries: 7, requested_wait, ..USUAL };
            assert_eq!(RetryPolicy::default().decide(Next::Retry, &at), RetryDecision::Retry(expected));
        }
    }

    #[test]
    fn a_wait_that_leaves_no_time_for_an_attempt_is_not_begun() {
        for (requested_wait, left, expected) in [
            (s(120), s(131), RetryDecision::Retry(s(120))),
            (s(120), s(130), RetryDecision::Stop(StopReason::NoTime(s(120)))),
            (s(86_400), s(300), RetryDecision::Stop(StopReason::NoTime(s(86_400)))),
            (Duration::MAX, s(300), RetryDecision::Stop(StopReason::NoTime(Duration::MAX))),
            (Duration::ZERO, s(9), RetryDecision::Stop(StopReason::NoTime(Duration::ZERO))),
        ] {
            let at = RetryContext { requested_wait: Some(requested_wait), left, random: 0, ..USUAL };
            assert_eq!(RetryPolicy::default().decide(Next::Retry, &at), expected);
        }
    }

    #[test]
    fn an_attempt_needs_less_time_in_doubt() {
        for (in_doubt, attempt, total, expected) in [
            (false, s(130), s(300), s(10)),
            (false, s(4), s(300), s(4)),
            (false, s(130), s(6), s(3)),
            (true, s(130), s(300), s(1)),
            (true, s(130), s(1), Duration::from_millis(500)),
        ] {
            assert_eq!(needed(in_doubt, attempt, total), expected);
        }
    }
}
