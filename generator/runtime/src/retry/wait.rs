//! How long to wait before the next attempt.

use std::time::{Duration, SystemTime};

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

/// How long the server asks to wait at least. `Retry-After` goes first; the reset of the rate limit counts only when nothing
/// is left of it, since servers tell it with every answer.
pub(crate) fn asked_for(head: &Head, now: SystemTime) -> Option<Duration> {
    if let Some(text) = head.text(Some(RETRY_AFTER.as_str())) {
        let by_header = seconds(text).or_else(|| until(head, text, now));
        if by_header.is_some() {
            return by_header;
        }
    }
    let rate_limit = head.rate_limit()?;
    rate_limit.reset().filter(|_| rate_limit.remaining() == Some(0))
}

/// Whole seconds; decimals, which some servers add, are rounded up.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let more = u64::from(decimals.bytes().any(|digit| digit != b'0'));
    // More digits than fit are as good as forever.
    Some(Duration::from_secs(whole.parse::<u64>().unwrap_or(u64::MAX).saturating_add(more)))
}

/// The time to a date. It is the server's, so it is held against the server's own clock where the answer tells it.
fn until(head: &Head, date: &str, now: SystemTime) -> Option<Duration> {
    let date = httpdate::parse_http_date(date).ok()?;
    let server = head.text(Some(DATE.as_str())).and_then(|text| httpdate::parse_http_date(text).ok());
    Some(date.duration_since(server.unwrap_or(now)).unwrap_or_default())
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
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 12:00:00 GMT").unwrap();
        for (headers, expected) in [
            (&[][..], None),
            (&[("retry-after", "120")], Some(120)),
            (&[("retry-after", "0")], Some(0)),
            (&[("retry-after", "1.5")], Some(2)),
            (&[("retry-after", "99999999999999999999999")], Some(u64::MAX)),
            (&[("retry-after", "-5")], None),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "")], None),
            // a date, held against the clock here
            (&[("retry-after", "Sun, 22 Nov 2026 12:01:00 GMT")], Some(60)),
            (&[("retry-after", "Sun, 22 Nov 2026 11:00:00 GMT")], Some(0)),
            // and against the server's, when it tells it: the clocks may differ
            (&[("retry-after", "Sun, 22 Nov 2026 15:00:30 GMT"), ("date", "Sun, 22 Nov 2026 15:00:00 GMT")], Some(30)),
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
