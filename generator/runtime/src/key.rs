//! The age of an idempotency key: how long the service will surely remember it.

use std::time::{Duration, SystemTime};

use crate::IdempotencyKey;
use crate::evidence::KeyOrigin;

/// The last part of the time for which the service keeps a result, in which a call is not sent any more: a request takes time to
/// arrive, and clocks differ.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// The key of a call.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: IdempotencyKey,
    /// How long the service remembers a key.
    pub(crate) kept: Duration,
    pub(crate) origin: KeyOrigin,
    /// The earliest time at which something can have been sent under it; `None` as long as nothing was, or when that is not known.
    pub(crate) first_use: Option<SystemTime>,
}

/// What is known of the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    /// The clock of this machine.
    pub(crate) wall: SystemTime,
    /// The server's clock, as its responses tell it.
    pub(crate) server: Option<SystemTime>,
    /// How long this call has been under way, by a clock that cannot be set.
    pub(crate) waited: Duration,
}

impl Now {
    /// The time that a key is dated with. Of two clocks the one that is behind: it makes the key older.
    pub(crate) fn earliest(&self) -> SystemTime {
        self.server.map_or(self.wall, |server| server.min(self.wall))
    }

    /// The time that a key's age is counted to. Of two clocks the one that is ahead: it makes the key older.
    fn latest(&self) -> SystemTime {
        self.server.map_or(self.wall, |server| server.max(self.wall))
    }
}

impl Key {
    /// How long the service will surely remember the key; `None` as long as its age does not matter, nothing once that is not sure.
    pub(crate) fn lasts(&self, now: &Now) -> Option<Duration> {
        let first_use = self.first_use?;
        // A date that lies ahead was made by a clock that was wrong, and tells no age.
        let lies_ahead = first_use.duration_since(now.server.unwrap_or(now.wall)).is_ok_and(|ahead| ahead > MARGIN);
        let age = now.latest().duration_since(first_use).unwrap_or_default().max(now.waited);
        let lasts = self.kept.saturating_sub(MARGIN).saturating_sub(age);
        Some(if lies_ahead { Duration::ZERO } else { lasts })
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Now};
    use crate::IdempotencyKey;
    use crate::evidence::KeyOrigin;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_000_000 * HOUR + seconds)
    }

    fn lasts(first_use: u64, wall: u64, server: Option<u64>, waited: u64) -> u64 {
        let key = Key {
            text: IdempotencyKey::random(),
            kept: Duration::from_secs(24 * HOUR),
            origin: KeyOrigin::Dated,
            first_use: Some(at(first_use)),
        };
        let now = Now { wall: at(wall), server: server.map(at), waited: Duration::from_secs(waited) };
        key.lasts(&now).unwrap().as_secs()
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
            assert_eq!(lasts(0, wall, server, waited), expected, "{wall} {server:?} {waited}");
        }
    }

    #[test]
    fn a_date_that_lies_ahead_tells_no_age() {
        let whole = 24 * HOUR - 5 * MINUTE;
        assert_eq!(lasts(4 * MINUTE, 0, None, 0), whole);
        assert_eq!(lasts(6 * MINUTE, 0, None, 0), 0);
        // A clock that was three hours ahead when the key was dated, and still is.
        assert_eq!(lasts(3 * HOUR, 3 * HOUR, Some(0), 0), 0);
        // One that is behind now does no harm where the server tells the time.
        assert_eq!(lasts(3 * HOUR, 0, Some(3 * HOUR), 0), whole);
    }
}
