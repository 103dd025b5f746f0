//! The time of the server, as the `Date` headers of its responses tell it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, header};

use super::clock::{Moment, Time};

/// A `Date` that is farther from this machine's time is a mistake, and would spoil the age of every key.
const FARTHEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The time of the server, as the `Date` of its responses tells it. It never runs backwards: a response that is repeated may
/// carry an old date.
#[derive(Debug, Default)]
pub(crate) struct ServerTime(Mutex<Observed>);

#[derive(Debug, Default)]
struct Observed {
    /// The date that was seen last, as it was written: most responses of one second have the same.
    last: Option<HeaderValue>,
    /// The latest date, and when it was seen.
    latest: Option<(SystemTime, Moment)>,
}

fn at((date, seen): (SystemTime, Moment), now: Moment) -> SystemTime {
    let elapsed = now.since(seen);
    date.checked_add(elapsed).unwrap_or(date)
}

impl ServerTime {
    /// Takes in the date of a response that has just come. One that is years off is none.
    pub(crate) fn observe(&self, headers: &HeaderMap, time: &Time) {
        let Some(text) = headers.get(header::DATE) else { return };
        let mut observed = self.observed();
        if observed.last.as_ref() == Some(text) {
            return;
        }
        observed.last = Some(text.clone());
        let (now, wall) = (time.now(), time.of_day());
        let is_credible =
            |date: &SystemTime| date.duration_since(wall).unwrap_or_else(|behind| behind.duration()) < FARTHEST;
        let date = text.to_str().ok().and_then(|text| httpdate::parse_http_date(text).ok()).filter(is_credible);
        if let Some(date) = date.filter(|date| observed.latest.is_none_or(|latest| at(latest, now) < *date)) {
            observed.latest = Some((date, now));
        }
    }

    /// Returns what time it is on the server; `None` as long as no response has told.
    pub(crate) fn at(&self, now: Moment) -> Option<SystemTime> {
        let latest = self.observed().latest;
        latest.map(|latest| at(latest, now))
    }

    fn observed(&self) -> MutexGuard<'_, Observed> {
        // It is only held to look or to set, so nothing in it is ever half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::environment::clock::PanicSafeClock;
    use crate::environment::{BoxFuture, Clock};

    /// A clock that stands where it is told to.
    struct Fixed(u64);

    fn text(seconds: u64) -> String {
        httpdate::fmt_http_date(start() + Duration::from_secs(seconds))
    }

    fn start() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    impl Clock for Fixed {
        fn now(&self) -> SystemTime {
            start()
        }

        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0)
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::ready(()))
        }
    }

    #[test]
    fn server_time_never_runs_backwards() {
        let server = ServerTime::default();
        let observe = |text: &str, seconds: u64| {
            let headers = HeaderMap::from_iter([(header::DATE, text.parse().unwrap())]);
            server.observe(&headers, &Time::Other(Arc::new(PanicSafeClock::new(Fixed(seconds)))));
        };
        let at = |seconds: u64| server.at(Moment(Duration::from_secs(seconds)));
        server.observe(&HeaderMap::new(), &Time::Other(Arc::new(PanicSafeClock::new(Fixed(0)))));
        for nothing in ["soon", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"] {
            observe(nothing, 0);
            assert_eq!(at(0), None, "{nothing}");
        }
        observe(&text(0), 0);
        assert_eq!(at(60), Some(start() + Duration::from_secs(60)));
        // A response that is repeated has the date of the first time.
        observe(&text(0), 60);
        observe("Mon, 04 Jan 2027 00:00:00 GMT", 60);
        assert_eq!(at(60), Some(start() + Duration::from_secs(60)));
        observe(&text(3600), 60);
        assert_eq!(at(61), Some(start() + Duration::from_secs(3601)));
    }
}
