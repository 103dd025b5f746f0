//! The wait before a retry.

use std::time::Duration;

/// Returns the wait before retry `number`, counted from 1: between nothing and a ceiling that doubles each time ("full jitter"), so that
/// clients which failed together do not come back together. `random` is spread over all of `u64`.
pub(crate) fn backoff(base: Duration, cap: Duration, number: u32, random: u64) -> Duration {
    let doublings = number.saturating_sub(1).min(31);
    let ceiling = base.saturating_mul(1 << doublings).min(cap);
    let nanos = (ceiling.as_nanos().min(u128::from(u64::MAX)) * u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_ceiling_doubles_up_to_the_cap() {
        let most = |number| backoff(s(1), s(60), number, u64::MAX);
        let ceilings: Vec<_> = (1..=8).map(|number| most(number).as_secs_f32().round()).collect();
        assert_eq!(ceilings, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]);
        assert_eq!(most(u32::MAX).as_secs_f32().round(), 60.0);
    }

    #[test]
    fn the_wait_is_spread_from_nothing_to_the_ceiling() {
        assert_eq!(backoff(s(1), s(60), 3, 0), Duration::ZERO);
        assert_eq!(backoff(s(1), s(60), 3, u64::MAX / 2 + 1), s(2));
        assert!(backoff(s(1), s(60), 3, u64::MAX) < s(4));
        assert_eq!(backoff(Duration::ZERO, s(60), 3, u64::MAX), Duration::ZERO);
        assert!(backoff(Duration::MAX, Duration::MAX, 40, u64::MAX) > s(1_000_000_000));
    }
}
