//! How long the server asks to wait.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longer waits are capped to this, so that the sum of a wait and an `Instant` exists.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The longest period of a rate limit is a month. A reset that is farther away is no length of time.
const LONGEST_PERIOD: Duration = Duration::from_secs(31 * 24 * 60 * 60);

pub(crate) fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let wait = match seconds(text) {
        // Decimals, which some servers add, are rounded up.
        Some(wait) if wait.subsec_nanos() > 0 => wait.saturating_add(Duration::from_secs(1)),
        Some(wait) if wait > LONGEST_WAIT => until_unix(wait.as_secs(), now).unwrap_or(LONGEST_WAIT),
        Some(wait) => wait,
        None => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(Duration::from_secs(wait.as_secs()).min(LONGEST_WAIT))
}

/// Returns how long it is until a rate limit is reset. Most servers tell a number of seconds, some a Unix time, of which a few count
/// milliseconds; a number that is none of these is no reset.
pub(crate) fn reset(text: &str, now: SystemTime) -> Option<Duration> {
    let wait = seconds(text)?;
    if wait <= LONGEST_PERIOD {
        return Some(wait);
    }
    until_unix(wait.as_secs(), now).or_else(|| until_unix(wait.as_secs() / 1000, now))
}

/// Returns the time to a Unix time that is within a month of now, and nothing of one that has passed.
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
    use crate::contract::HeaderRoles;
    use crate::response::Head;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
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
            assert_eq!(head.requested_wait(now).map(|wait| wait.as_secs()), expected, "{headers:?}");
        }
    }
}
