//! What the end of a call claims about its effect, and whether the ledger agrees.

use std::fmt;

use simulator::{Category, Fault};
use zuora_payments::Outcome;

use crate::calls::Ended;

/// What the end of a call claims about its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// There is an answer that can be read.
    Ok,
    /// There is an answer that says so and cannot be read.
    Accepted,
    /// The server turned it down.
    Rejected,
    /// Nothing was sent.
    NotSent,
    /// There may be an effect.
    Unknown,
    /// Nobody waited for the end.
    Dropped,
}

impl Claim {
    /// What an end claims; `None` is that of a call whose future was dropped.
    #[must_use]
    pub fn of(ended: Option<&Ended>) -> Self {
        match ended {
            None => Self::Dropped,
            Some(Ok(_)) => Self::Ok,
            Some(Err(error)) => match error.outcome() {
                Outcome::Accepted => Self::Accepted,
                Outcome::Rejected => Self::Rejected,
                Outcome::NotSent => Self::NotSent,
                _ => Self::Unknown,
            },
        }
    }

    /// Whether a call that claims this may have had so many effects.
    #[must_use]
    pub fn allows(self, effects: usize) -> bool {
        match self {
            Self::Ok | Self::Accepted => effects == 1,
            Self::Rejected | Self::NotSent => effects == 0,
            Self::Unknown | Self::Dropped => effects <= 1,
        }
    }

    /// Whether there is something left to find out.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Unknown | Self::Dropped | Self::Accepted | Self::NotSent)
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotSent => "not sent",
            Self::Unknown => "unknown",
            Self::Dropped => "dropped",
        })
    }
}

/// Whether a fault leaves a caller the chance to be right. A server that acts and then says in so many words that it
/// refused leaves none: after an effect, only categories and statuses that mean "nobody knows" are the truth.
#[must_use]
pub fn is_honest(fault: &Fault) -> bool {
    match fault {
        Fault::FailureAfterProcessing(category) => {
            matches!(category, Category::Internal | Category::Temporary | Category::ExternalSystem)
        }
        Fault::StatusAfterProcessing(status) => !matches!(status, 400..=499) || matches!(status, 408 | 409 | 422),
        _ => true,
    }
}

/// Whether a fault makes the server keep a failure as the answer of a key, so that nobody ever gets another.
#[must_use]
pub fn is_kept(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::StoredError
            | Fault::StoredErrorAfterProcessing
            | Fault::Failure(_)
            | Fault::FailureStatus(_)
            | Fault::FailureAfterProcessing(_)
    )
}
