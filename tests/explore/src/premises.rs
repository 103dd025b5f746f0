//! What the rules of the client rest on, and cannot find out.

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
}

impl Premise {
    /// Every premise, in the order of the page on outcomes.
    pub const ALL: [Self; 7] = [
        Self::KeyClaimedFirst,
        Self::ResultsKept,
        Self::RefusalsDoNotAct,
        Self::DoorPassesNothingOn,
        Self::CopiesPassTheDoor,
        Self::IdsUnique,
        Self::NobodyBeside,
    ];

    /// The name by which it is switched off on the command line.
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
        }
    }

    /// What its absence shows.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::KeyClaimedFirst => {
                "A service that does not claim a key before it acts can act on two requests that run at the same time."
            }
            Self::ResultsKept => "A service that forgets a key within 24 hours acts again on a request that is repeated.",
            Self::RefusalsDoNotAct => "A service that acts and gives a refusing code makes `Rejected` wrong.",
            Self::DoorPassesNothingOn => {
                "A gateway that refuses a request and passes it on nevertheless makes `Rejected` wrong."
            }
            Self::CopiesPassTheDoor => {
                "A hop that repeats a request, and whose copy is refused before its key is looked at, makes `Rejected` wrong."
            }
            Self::IdsUnique => "A service that gives the same ID to different failures makes one look like the kept result of the other.",
            Self::NobodyBeside => "Somebody else who sends under the same key can act after the client has said `NotSent` or `Rejected`.",
        }
    }
}

/// Which premises hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Premises(u8);

impl Premises {
    /// All of them.
    pub const ALL: Self = Self(u8::MAX);

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
