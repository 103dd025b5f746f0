//! The claim of an outcome about the effect, compared with the ledger.

use std::fmt;

use simulator::{Category, Fault};
use zuora_payments::Outcome;

use crate::calls::Ended;

/// What the end of a call claims about its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// There is a response that can be read, and what was asked for is done.
    Ok,
    /// There is a response that can be read, and what was asked for is under way: it may still be declined.
    Open,
    /// There is a response that says so and cannot be read.
    Accepted,
    /// The server turned it down: there is no effect, and there never will be.
    Rejected,
    /// This call sent nothing. An earlier one with the same key may have.
    NotSent,
    /// There may be an effect, or there may be one yet. For some calls that is the last word: see
    /// [`is_open`](Self::is_open).
    Unknown,
    /// Nobody waited for the end.
    Dropped,
}

impl Claim {
    /// Returns what an end claims; `None` is that of a call whose future was dropped.
    #[must_use]
    pub fn of(ended: Option<&Ended>) -> Self {
        match ended {
            None => Self::Dropped,
            Some(Ok(told)) if told.is_done => Self::Ok,
            Some(Ok(_)) => Self::Open,
            Some(Err(error)) => match error.outcome() {
                Outcome::Accepted => Self::Accepted,
                Outcome::Rejected => Self::Rejected,
                Outcome::NotSent => Self::NotSent,
                _ => Self::Unknown,
            },
        }
    }

    /// Tells whether a key may have so many effects whose first call claims this: when it ends, and ever after.
    #[must_use]
    pub fn allows(self, effects: usize) -> bool {
        match self {
            Self::Ok | Self::Accepted => effects == 1,
            Self::Rejected | Self::NotSent => effects == 0,
            Self::Open | Self::Unknown | Self::Dropped => effects <= 1,
        }
    }

    /// Tells whether there is something left to find out. Asking again need not bring it to light: not where a failure
    /// is kept that says nothing (see [`is_kept`]), or that an undated key cannot compare, nor where a success is
    /// declined inside.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Unknown | Self::Dropped | Self::Accepted | Self::NotSent)
    }
}

impl fmt::Display for Claim {
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

/// What a client knows when a request meets with a fault: it decides what the client makes of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The first attempt of a key that the client has made.
    First,
    /// A later attempt of such a key, when none before it can have reached the service.
    Clear,
    /// An earlier attempt may have reached the service. So may have an earlier call: a call with a key of the caller's
    /// begins in doubt, and so does one that is resumed.
    Doubt,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::First, Self::Clear, Self::Doubt];
}

/// Tells whether a fault leaves a caller the chance to be right. The rules of outcomes rest on premises; a fault that
/// breaks one of them leaves no chance where the rule applies.
#[must_use]
pub fn is_honest(fault: &Fault, moment: Moment) -> bool {
    match fault {
        Fault::FailureAfterProcessing(category) => match category {
            Category::Internal | Category::Temporary | Category::ExternalSystem => true,
            // The door refuses with these, too: in doubt they settle nothing.
            Category::PermissionDenied | Category::AuthenticationFailed | Category::TooManyRequests => {
                moment == Moment::Doubt
            }
            // Premise: a code that refuses says that nothing was done. Kept under the key, it is a verdict also in doubt.
            _ => false,
        },
        // Premise: what the door refuses is not passed on.
        Fault::StatusAfterProcessing(status) => moment == Moment::Doubt || !DOOR.contains(status),
        // Premise: responses are mixed up at the first attempt only. Later on the track ID may be that of an earlier response.
        Fault::OtherResponse | Fault::OtherResponseAfterProcessing => moment == Moment::First,
        _ => true,
    }
}

/// Statuses by which a request is refused before anything is done.
const DOOR: [u16; 18] = [400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 426, 428, 429, 431, 451];

/// Tells whether a fault makes keys seem older than they are: a `Date` that lies ahead. Server time never runs
/// backwards, so a client that has seen it resumes nothing any more that would be too old by then.
#[must_use]
pub fn is_ahead(fault: &Fault) -> bool {
    matches!(fault, Fault::ClockSkew(seconds) if *seconds > 0)
}

/// Tells whether a fault makes the server keep a failure as the response of a key, so that nobody ever gets another.
#[must_use]
pub fn is_kept(fault: &Fault) -> bool {
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

/// Tells whether a fault leaves a client in doubt, whatever it makes of responses.
#[must_use]
pub fn is_silent(fault: &Fault) -> bool {
    matches!(fault, Fault::CloseBeforeReading | Fault::CloseBefore | Fault::CloseAfterProcessing | Fault::Late(_))
}
