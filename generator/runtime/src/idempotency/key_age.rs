//! The age of an idempotency key, and how long the service is certain to remember it.

use std::time::{Duration, SystemTime};

use super::key::IdempotencyKey;
use crate::environment::Moment;

/// The last part of the time for which the service keeps a result, in which a call is not sent any more: a request takes time to
/// arrive, and clocks differ.
pub(crate) const CLOCK_MARGIN: Duration = Duration::from_secs(5 * 60);

/// The key of a call.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: IdempotencyKey,
    /// How long the service remembers a key.
    pub(crate) kept: Duration,
    pub(crate) origin: KeyOrigin,
    /// The earliest time at which something can have been sent under it; `None` as long as nothing was, or when that is not known.
    pub(crate) first_use: Option<FirstUse>,
}

/// When a key was first used, by each clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstUse {
    wall: SystemTime,
    /// `None` as long as the server has not told its time.
    server: Option<SystemTime>,
}

impl FirstUse {
    pub(crate) fn now(now: &Now) -> Self {
        Self { wall: now.wall, server: now.server }
    }

    /// Creates a first use from a recorded time.
    pub(crate) fn recorded(at: SystemTime) -> Self {
        Self { wall: at, server: Some(at) }
    }

    /// Returns the earlier of both clocks' times, which makes the key older.
    pub(crate) fn earliest(&self) -> SystemTime {
        self.server.map_or(self.wall, |server| server.min(self.wall))
    }
}

/// What is known of the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    /// The moment by a clock that cannot be set.
    pub(crate) at: Moment,
    /// The clock of this machine.
    pub(crate) wall: SystemTime,
    /// The server's clock, as its responses tell it.
    pub(crate) server: Option<SystemTime>,
    /// The clock of this machine as it would be, had it not been set since the client was made.
    pub(crate) steady: SystemTime,
    /// How long this call has been under way, by a clock that cannot be set.
    pub(crate) waited: Duration,
}

impl Now {
    /// Returns the later of both clocks' times.
    pub(crate) fn latest(&self) -> SystemTime {
        self.server.map_or(self.wall, |server| server.max(self.wall))
    }
}

impl Key {
    /// Takes in what time it was on the server when the key was first used, once that is known.
    pub(crate) fn correct(&mut self, now: &Now) {
        if let (Some(FirstUse { server: server @ None, .. }), Some(at)) = (&mut self.first_use, now.server) {
            *server = at.checked_sub(now.waited);
        }
    }

    /// Returns how long the service is certain to remember the key; `None` if its age does not matter.
    pub(crate) fn lifetime(&self, now: &Now) -> Option<KeyLifetime> {
        let FirstUse { wall, server } = self.first_use?;
        let by_wall = now.wall.duration_since(wall);
        let by_server = now.server.map(|at| at.duration_since(server.unwrap_or(wall)));
        // The server's clock cannot be set back either; only where it is not known, the steady one is needed.
        let other = by_server.clone().unwrap_or_else(|| now.steady.duration_since(wall));
        let age = [by_wall.clone(), other].into_iter().flatten().fold(now.waited, Duration::max);
        let remaining = self.kept.saturating_sub(CLOCK_MARGIN).saturating_sub(age);
        // A date that lies ahead was made by a clock that was wrong. The server's clock is the one that counts.
        Some(match by_server.unwrap_or(by_wall) {
            _ if remaining.is_zero() => KeyLifetime::Expired,
            Err(ahead) if ahead.duration() > CLOCK_MARGIN => KeyLifetime::DatedAhead(ahead.duration()),
            _ => KeyLifetime::Remaining(remaining),
        })
    }
}

/// What the age of a key allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyLifetime {
    /// The service remembers the key for this long at least.
    Remaining(Duration),
    /// The service may have forgotten the key.
    Expired,
    /// The key is dated this far ahead, so that it has no age.
    DatedAhead(Duration),
}

impl KeyLifetime {
    /// Returns the time for which the key can still be sent.
    pub(crate) fn remaining(self) -> Duration {
        match self {
            Self::Remaining(remaining) => remaining,
            Self::Expired | Self::DatedAhead(_) => Duration::ZERO,
        }
    }

    /// Returns why the key cannot be sent any more, if so.
    pub(crate) fn flaw(self) -> Option<String> {
        match self {
            Self::Remaining(_) => None,
            Self::Expired => Some("may be forgotten by the server, which would act anew".to_owned()),
            Self::DatedAhead(ahead) => Some(format!(
                "is dated {} s ahead, so that its age is not known: set the clock of the machine that made it, or of this one",
                ahead.as_secs()
            )),
        }
    }
}

/// The origin of a call's idempotency key, which decides whether there may be earlier requests under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyOrigin {
    /// There is none.
    Keyless {
        /// The method may be repeated all the same.
        repeatable: bool,
    },
    /// Created for this call; nothing was sent under it before.
    Fresh,
    /// Something may have been sent under it before; when that was first is known.
    Dated,
    /// Something may have been sent under it before, at an unknown time: the service may have forgotten it.
    Undated {
        /// What was sent before may be of the same call, which is resumed.
        resumed: bool,
    },
}

impl KeyOrigin {
    pub(crate) fn is_keyed(self) -> bool {
        !matches!(self, Self::Keyless { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::super::KeyOrigin;
    use super::super::key::IdempotencyKey;
    use super::{FirstUse, Key, Now};
    use crate::environment::Moment;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_000_000 * HOUR + seconds)
    }

    fn remaining(first_use: u64, wall: u64, server: Option<u64>, waited: u64) -> u64 {
        let key = Key {
            text: IdempotencyKey::random(),
            kept: Duration::from_secs(24 * HOUR),
            origin: KeyOrigin::Dated,
            first_use: Some(FirstUse::recorded(at(first_use))),
        };
        let (wall, server, waited) = (at(wall), server.map(at), Duration::from_secs(waited));
        let now = Now { at: Moment::default(), wall, server, steady: wall, waited };
        key.lifetime(&now).unwrap().remaining().as_secs()
    }

    #[test]
    fn the_clock_that_makes_the_key_older_counts() {
        let whole = 24 * HOUR - 5 * MINUTE;
        for (wall, server, waited, expected) in [
            (0, None, 0, whole),
            (HOUR, None, 0, whole - HOUR),
            (HOUR, Some(2 * HOUR), 0, whole - 2 * HOUR),
            (2 * HOUR, Some(HOUR), 0, whole - 2 * HOUR),
            (0, Some(0), 3 * HOUR, whole - 3 * HOUR),
            (24 * HOUR - 5 * MINUTE, None, 0, 0),
            (25 * HOUR, None, 0, 0),
        ] {
            assert_eq!(remaining(0, wall, server, waited), expected, "{wall} {server:?} {waited}");
        }
    }

    #[test]
    fn a_date_that_lies_ahead_tells_no_age() {
        let whole = 24 * HOUR - 5 * MINUTE;
        assert_eq!(remaining(4 * MINUTE, 0, None, 0), whole);
        assert_eq!(remaining(6 * MINUTE, 0, None, 0), 0);
        // A clock that was three hours ahead when the key was dated, and still is.
        assert_eq!(remaining(3 * HOUR, 3 * HOUR, Some(0), 0), 0);
        // One that is behind now does no harm where the server tells the time.
        assert_eq!(remaining(3 * HOUR, 0, Some(3 * HOUR), 0), whole);
    }

    #[test]
    fn a_clock_is_held_against_itself() {
        let whole = 24 * HOUR - 5 * MINUTE;
        let wall = at(100 * HOUR);
        let first = Now { at: Moment::default(), wall, server: None, steady: wall, waited: Duration::ZERO };
        let mut key = Key {
            text: IdempotencyKey::random(),
            kept: Duration::from_secs(24 * HOUR),
            origin: KeyOrigin::Fresh,
            first_use: Some(FirstUse::now(&first)),
        };
        // The first response tells that the wall clock is 100 hours ahead.
        let minute = Duration::from_secs(60);
        let now = Now { wall: wall + minute, server: Some(at(60)), steady: wall + minute, waited: minute, ..first };
        assert_eq!(key.lifetime(&now).unwrap().remaining().as_secs(), 0);
        key.correct(&now);
        assert_eq!(key.lifetime(&now).unwrap().remaining().as_secs(), whole - 60);
        assert_eq!(key.first_use.unwrap().earliest(), at(0));
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_key_younger() {
        let whole = 24 * HOUR - 5 * MINUTE;
        let (wall, steady) = (at(HOUR), at(3 * HOUR));
        let mut now = Now { at: Moment::default(), wall, server: None, steady, waited: Duration::ZERO };
        let key = Key {
            text: IdempotencyKey::random(),
            kept: Duration::from_secs(24 * HOUR),
            origin: KeyOrigin::Dated,
            first_use: Some(FirstUse::recorded(at(0))),
        };
        assert_eq!(key.lifetime(&now).unwrap().remaining().as_secs(), whole - 3 * HOUR);
        // Where the server tells the time, a clock that was wrong from the start does no harm.
        now.server = Some(at(2 * HOUR));
        assert_eq!(key.lifetime(&now).unwrap().remaining().as_secs(), whole - 2 * HOUR);
    }
}
