//! How long to wait before the next attempt.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{DATE, RETRY_AFTER};

use crate::response::Head;

/// The wait before repetition `number`, counted from 1: between nothing and a ceiling that doubles each time ("full jitter"), so that
/// clients which failed together do not come back together. `random` is spread over all of `u64`.
pub(crate) fn backoff(base: Duration, cap: Duration, number: u32, random: u64) -> Duration {
    let doublings = number.saturating_sub(1).min(31);
    let ceiling = base.saturating_mul(1 << doublings).min(cap);
    let nanos = (ceiling.as_nanos().min(u128::from(u64::MAX)) * u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// No server means a longer wait. What is beyond is told as this, so that whoever adds a wait to an `Instant` gets one that exists.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The longest period of a rate limit is a month. A reset that is farther away is no length of time.
const LONGEST_PERIOD: Duration = Duration::from_secs(31 * 24 * 60 * 60);

/// How long the server asks to wait at least. `Retry-After` goes first; the reset of the rate limit counts only when nothing
/// is left of it, since servers tell it with every response.
pub(crate) fn asked_for(head: &Head, now: SystemTime) -> Option<Duration> {
    let now = server_time(head).unwrap_or(now);
    let by_header = head.text(Some(RETRY_AFTER.as_str())).and_then(|text| retry_after(text, now));
    by_header.or_else(|| {
        let rate_limit = head.rate_limit_at(now)?;
        rate_limit.reset().filter(|_| rate_limit.remaining() == Some(0))
    })
}

/// The server's own time, where the response tells it: its dates are held against that.
pub(crate) fn server_time(head: &Head) -> Option<SystemTime> {
    httpdate::parse_http_date(head.text(Some(DATE.as_str()))?).ok()
}

fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let wait = match seconds(text) {
        // Decimals, which some servers add, are rounded up.
        Some(wait) if wait.subsec_nanos() > 0 => wait.saturating_add(Duration::from_secs(1)),
        Some(wait) if wait > LONGEST_WAIT => until_unix(wait.as_secs(), now).unwrap_or(LONGEST_WAIT),
        Some(wait) => wait,
        None => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(Duration::from_secs(wait.as_secs()).min(LONGEST_WAIT))
}

/// How long it is until a rate limit is reset. Most servers tell a number of seconds, some a Unix time, of which a few count
/// milliseconds; a number that is none of these is no reset.
pub(crate) fn reset(text: &str, now: SystemTime) -> Option<Duration> {
    let wait = seconds(text)?;
    if wait <= LONGEST_PERIOD {
        return Some(wait);
    }
    until_unix(wait.as_secs(), now).or_else(|| until_unix(wait.as_secs() / 1000, now))
}

/// The time to a Unix time that is within a month of now, and nothing of one that has passed.
fn until_unix(seconds: u64, now: SystemTime) -> Option<Duration> {
    let moment = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    match moment.duration_since(now) {
        Ok(ahead) => (ahead <= LONGEST_PERIOD).then_some(ahead),
        Err(behind) => (behind.duration() <= LONGEST_PERIOD).then_some(Duration::ZERO),
    }
}

/// Seconds with or without decimals. More digits than fit are as good as forever.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let nanos = decimals.bytes().chain([b'0'; 9]).take(9).fold(0, |nanos, digit| nanos * 10 + u32::from(digit - b'0'));
    Some(Duration::new(whole.parse().unwrap_or(u64::MAX), nanos))
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::service::HeaderRoles;

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

    #[test]
    fn what_servers_ask_for() {
        let roles: &'static HeaderRoles = &HeaderRoles {
            rate_limit_remaining: Some("RateLimit-Remaining"),
            rate_limit_reset: Some("RateLimit-Reset"),
            ..HeaderRoles::NONE
        };
        const YEAR: u64 = 31_536_000;
        const NOW: u64 = 1_795_348_800;
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 12:00:00 GMT").unwrap();
        assert_eq!(now, UNIX_EPOCH + s(NOW));
        for (headers, expected) in [
            (&[][..], None),
            (&[("retry-after", "120")], Some(120)),
            (&[("retry-after", "0")], Some(0)),
            (&[("retry-after", "1.5")], Some(2)),
            (&[("retry-after", "31536000")], Some(YEAR)),
            (&[("retry-after", "31536001")], Some(YEAR)),
            (&[("retry-after", "18446744073709551615")], Some(YEAR)),
            (&[("retry-after", "18446744073709551615.9")], Some(YEAR)),
            (&[("retry-after", "99999999999999999999")], Some(YEAR)),
            (&[("retry-after", "99999999999999999999999")], Some(YEAR)),
            (&[("retry-after", "-5")], None),
            (&[("retry-after", "1e3")], None),
            // a Unix time
            (&[("retry-after", (NOW + 60).to_string().as_str())], Some(60)),
            (&[("retry-after", (NOW - 60).to_string().as_str())], Some(0)),
            (&[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")], Some(YEAR)),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "")], None),
            // a date, held against the clock here
            (&[("retry-after", "Sun, 22 Nov 2026 12:01:00 GMT")], Some(60)),
            (&[("retry-after", "Sun, 22 Nov 2026 11:00:00 GMT")], Some(0)),
            // and against the server's, when it tells it: the clocks may differ
            (&[("retry-after", "Sun, 22 Nov 2026 15:00:30 GMT"), ("date", "Sun, 22 Nov 2026 15:00:00 GMT")], Some(30)),
            // a reset of any size is one that can be, or none
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", (NOW + 60).to_string().as_str())], Some(60)),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", ((NOW + 60) * 1000).to_string().as_str())], Some(60)),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", (NOW - 60).to_string().as_str())], Some(0)),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "2678400")], Some(2_678_400)),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "2678401")], None),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "99999999999999999999")], None),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "-17")], None),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "17.5")], Some(17)),
            // the rate limit counts when nothing is left of it
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "17")], Some(17)),
            (&[("ratelimit-remaining", "3"), ("ratelimit-reset", "17")], None),
            (&[("ratelimit-reset", "17")], None),
            (&[("ratelimit-remaining", "0")], None),
            (&[("retry-after", "5"), ("ratelimit-remaining", "0"), ("ratelimit-reset", "17")], Some(5)),
            (&[("retry-after", "soon"), ("ratelimit-remaining", "0"), ("ratelimit-reset", "17")], Some(17)),
        ] {
            let mut map = http::HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            let head = Head { status: StatusCode::TOO_MANY_REQUESTS, headers: map, roles };
            assert_eq!(asked_for(&head, now).map(|wait| wait.as_secs()), expected, "{headers:?}");
        }
    }
}
