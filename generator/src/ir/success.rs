//! What the body of a success means.

use super::failure::FailureOutcome;
use crate::document::Pointer;

/// What the body of a success means.
#[derive(Debug, Clone)]
pub struct Success {
    /// Lists of members: a body without the member that declares success is one all the same with all members of one list.
    pub known_by: Vec<Vec<String>>,
    /// What values of members mean. The first that holds decides; if none does, the call is open.
    pub states: Vec<State>,
    /// The reason codes, whole, by which a failure is known to be a decline.
    pub decline_codes: Vec<String>,
    /// Where the document says so.
    pub at: Pointer,
}

impl Success {
    /// Returns whether both say the same, wherever they stand.
    #[must_use]
    pub fn means_same(&self, other: &Self) -> bool {
        let Self { known_by, states, decline_codes, at: _ } = self;
        (known_by, states, decline_codes) == (&other.known_by, &other.states, &other.decline_codes)
    }
}

/// The meaning of a success whose members have certain values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Members, and the values of which each has one.
    pub when: Vec<(String, Vec<String>)>,
    /// Members that are there as well, and not empty.
    pub with: Vec<String>,
    /// What that means.
    pub means: Means,
}

/// What a success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// What was asked for is done.
    Done,
    /// What was asked for is under way.
    Open,
    /// What was asked for is declined; whether the server may have acted.
    Declined(FailureOutcome),
}
