//! The effect on the server that the result of a call claims, and the simulated faults under which the claim must be true.

use std::fmt;

use zuora_payments::Outcome;
use zuora_simulator::{Category, Fault};

use crate::calls::Ended;

/// The claim of a call's result about its effect on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectClaim {
    /// The response is readable, and the operation is done.
    Ok,
    /// The response is readable, and the operation is still open: it may be declined later.
    Open,
    /// The response reports success, but its body cannot be decoded.
    Accepted,
    /// The server rejected the call: it has no effect, now or later.
    Rejected,
    /// This call sent nothing. An earlier call with the same key may have an effect.
    NotSent,
    /// There may be an effect, now or later. See [`lacks_result`](Self::lacks_result).
    Unknown,
    /// The caller dropped the future of the call.
    Dropped,
}

impl EffectClaim {
    /// Returns the claim of a result; `None` is a call whose future was dropped.
    #[must_use]
    pub fn of(ended: Option<&Ended>) -> Self {
        match ended {
            None => Self::Dropped,
            Some(Ok(finished)) if finished.is_done => Self::Ok,
            Some(Ok(_)) => Self::Open,
            Some(Err(error)) => match error.outcome() {
                Outcome::Accepted => Self::Accepted,
                Outcome::Rejected => Self::Rejected,
                Outcome::NotSent => Self::NotSent,
                _ => Self::Unknown,
            },
        }
    }

    /// Returns whether the claim is consistent with this number of effects on the server: for the first call with a key, when it ends and ever
    /// after.
    #[must_use]
    pub fn allows(self, effects: usize) -> bool {
        match self {
            Self::Ok | Self::Accepted => effects == 1,
            Self::Rejected | Self::NotSent => effects == 0,
            Self::Open | Self::Unknown | Self::Dropped => effects <= 1,
        }
    }

    /// Returns whether the call is resumed to get its result. An [`Open`](Self::Open) call has it. Even a resumed call can fail to get it: the
    /// service may have stored a failure that proves nothing (see [`stores_failure`]), the key may have no date, or the response may
    /// contradict itself.
    #[must_use]
    pub fn lacks_result(self) -> bool {
        matches!(self, Self::Unknown | Self::Dropped | Self::Accepted | Self::NotSent)
    }
}

impl fmt::Display for EffectClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotSent => "not sent",
            Self::Unknown => "unknown",
            Self::Dropped => "dropped",
        })
    }
}

/// The client's knowledge of earlier attempts when a fault affects a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The first attempt with a key that the client created.
    First,
    /// A later attempt with such a key, if no earlier one can have reached the service.
    Clear,
    /// An earlier attempt may have reached the service. A call with the caller's own key and a resumed call begin in
    /// doubt, too.
    Doubt,
}

impl Moment {
    /// All moments.
    pub const ALL: [Self; 3] = [Self::First, Self::Clear, Self::Doubt];
}

/// Returns whether the claim must be true under a fault. The client derives its claims from premises about the service, which
/// `docs/outcomes.md` lists. Under a fault that violates one of them the claim may be false.
#[must_use]
pub fn is_binding(fault: &Fault, moment: Moment) -> bool {
    match fault {
        Fault::FailureAfterProcessing(category) => match category {
            Category::Internal | Category::Temporary | Category::ExternalSystem => true,
            // The server also returns these before processing. The client then assumes no effect, unless an earlier
            // attempt is in doubt.
            Category::PermissionDenied | Category::AuthenticationFailed | Category::TooManyRequests => {
                moment == Moment::Doubt
            }
            // Premise: a failure of any other category means that nothing was done. The server stores it under the key, so the client
            // trusts it even in doubt.
            _ => false,
        },
        // Premise: a gateway that responds with one of these statuses has not forwarded the request.
        Fault::StatusAfterProcessing(status) => moment == Moment::Doubt || !EARLY_REFUSALS.contains(status),
        // Premise: a response is not mixed up with that of an earlier attempt of the same call. All attempts have one track ID, so the client
        // could not notice. The first attempt has no earlier one.
        Fault::OtherResponse | Fault::OtherResponseAfterProcessing => moment == Moment::First,
        _ => true,
    }
}

/// The statuses of early refusals.
const EARLY_REFUSALS: [u16; 18] =
    [400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 426, 428, 429, 431, 451];

/// Returns whether a fault sends a `Date` header in the future, and so moves forward what the client takes for the server's time. The client never
/// sets this time back, so it no longer resumes calls whose key would have expired by then.
#[must_use]
pub fn shifts_clock_forward(fault: &Fault) -> bool {
    matches!(fault, Fault::ClockSkew(seconds) if *seconds > 0)
}

/// Returns whether a fault makes the server store a failure as the final response of a key.
#[must_use]
pub fn stores_failure(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::StoredError
            | Fault::StoredErrorAfterProcessing
            | Fault::Failure(_)
            | Fault::FailureStatus(_)
            | Fault::FailureAfterProcessing(_)
            | Fault::CodesAfterProcessing(_)
            | Fault::OddFailureAfterProcessing(_)
    )
}

/// Returns whether a fault prevents a response within the timeout, so that the client cannot know the effect.
#[must_use]
pub fn prevents_response(fault: &Fault) -> bool {
    matches!(fault, Fault::CloseBeforeReading | Fault::CloseBefore | Fault::CloseAfterProcessing | Fault::Late(_))
}
