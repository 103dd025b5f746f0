//! Assumptions about the service that the client cannot check.

/// A premise: something that is true of the world, and that no client can check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Premise {
    /// The service claims a key before it acts on the request.
    KeyClaimedFirst,
    /// The service keeps what it did under a key for 24 hours.
    ResultsKept,
    /// A response with a refusing code did not act.
    RefusalsDoNotAct,
    /// What is refused before the service is not passed on to it.
    DoorPassesNothingOn,
    /// The copy that a hop makes of a request is not refused before its key is looked at.
    CopiesPassTheDoor,
    /// An ID names one response and what it is a copy of.
    IdsUnique,
    /// Nobody else sends under the same key at the same time.
    NobodyBeside,
    /// No copy that a hop makes arrives after the response to another one.
    CopiesInTime,
    /// Nothing arrives later than the time that is left of a key when it is used last.
    NothingVeryLate,
    /// The wall clock is right where the token is fixed and the service's time was never seen.
    ClockRight,
    /// The response to a repeated request, or to one under a key that was used before, is that of this request.
    ResponsesNotMixed,
}

impl Premise {
    /// Every premise, in the order of the page on outcomes.
    pub const ALL: [Self; 11] = [
        Self::KeyClaimedFirst,
        Self::ResultsKept,
        Self::RefusalsDoNotAct,
        Self::DoorPassesNothingOn,
        Self::CopiesPassTheDoor,
        Self::IdsUnique,
        Self::NobodyBeside,
        Self::CopiesInTime,
        Self::NothingVeryLate,
        Self::ClockRight,
        Self::ResponsesNotMixed,
    ];

    /// Returns the name by which it is switched off on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyClaimedFirst => "key-claimed-first",
            Self::ResultsKept => "results-kept",
            Self::RefusalsDoNotAct => "refusals-do-not-act",
            Self::DoorPassesNothingOn => "door-passes-nothing-on",
            Self::CopiesPassTheDoor => "copies-pass-the-door",
            Self::IdsUnique => "ids-unique",
            Self::NobodyBeside => "nobody-beside",
            Self::CopiesInTime => "copies-in-time",
            Self::NothingVeryLate => "nothing-very-late",
            Self::ClockRight => "clock-right",
            Self::ResponsesNotMixed => "responses-not-mixed",
        }
    }

    /// Returns what its absence shows.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::KeyClaimedFirst => {
                "A service that does not claim a key before it acts can act on two requests that run at the same time."
            }
            Self::ResultsKept => {
                "A service that forgets a key within 24 hours acts again on a request that is repeated."
            }
            Self::RefusalsDoNotAct => "A service that acts and gives a refusing code makes `Rejected` wrong.",
            Self::DoorPassesNothingOn => {
                "A gateway that refuses a request and passes it on nevertheless makes `Rejected` wrong."
            }
            Self::CopiesPassTheDoor => {
                "A hop that repeats a request, and whose copy is refused before its key is looked at, makes `Rejected` wrong."
            }
            Self::IdsUnique => {
                "A service that gives the same ID to different failures makes one look like the kept result of the other."
            }
            Self::CopiesInTime => {
                "A hop whose first copy arrives after the second was refused makes `Rejected` wrong, where failures are not kept."
            }
            Self::NothingVeryLate => "A request that arrives when its key is forgotten is acted on again.",
            Self::ClockRight => {
                "A call that is kept by a wrong clock with a fixed token, before the service's time was seen, is resumed when its key is forgotten."
            }
            Self::ResponsesNotMixed => "A response that belongs to another request is taken for that of this one.",
            Self::NobodyBeside => {
                "Another process that sends under the same key can act after the client has said `NotSent` or `Rejected`."
            }
        }
    }
}

/// Which premises hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Premises(u16);

impl Premises {
    /// All of them.
    pub const ALL: Self = Self(u16::MAX);

    /// Returns the same without one.
    #[must_use]
    pub fn without(self, premise: Premise) -> Self {
        Self(self.0 & !(1 << premise as u8))
    }

    /// Returns whether a premise holds.
    #[must_use]
    pub fn hold(self, premise: Premise) -> bool {
        self.0 & (1 << premise as u8) != 0
    }
}
