//! What the body of a success means.

use super::outcome::Outcome;

/// What the body of a success means: whether what was asked for is done, still open, or declined.
#[derive(Clone, Copy, Debug)]
pub struct Success {
    /// Lists of members: a body without the member that declares success is a success all the same if it has all members of one
    /// of the lists.
    pub known_by: &'static [&'static [&'static str]],
    /// What the members say. The first that holds decides; if none does, the call is open.
    pub states: &'static [State],
    /// The reason codes, matched exactly, by which a failure of this operation is known to be a decline.
    pub decline_codes: &'static [&'static str],
}

/// What a success means whose members have certain values.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Members, and the values of which each has one.
    pub when: &'static [(&'static str, &'static [&'static str])],
    /// Members that are there as well, and not empty.
    pub with: &'static [&'static str],
    /// What that means.
    pub means: Means,
}

/// What a success means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// What was asked for is done.
    Done,
    /// What was asked for is under way.
    Open,
    /// What was asked for is declined. The outcome says whether the service may have acted.
    Declined(Outcome),
}
