//! Time: what it is now, and waiting for it to pass.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};
use tokio::time::Instant;

use crate::transport::BoxFuture;

/// Where a client reads the time and how it waits. Bring one to let a test pass hours in no time.
///
/// Without one, a client follows Tokio's clock, which `tokio::time::pause` stops, and the system's time of day.
pub trait Clock: Send + Sync + 'static {
    /// The time of day. It dates calls that are kept, and `Retry-After` dates are held against it.
    fn now(&self) -> SystemTime;

    /// The time since a moment that stays the same; it never runs backwards. Timeouts and waits are measured by it.
    fn elapsed(&self) -> Duration;

    /// Waits until [`elapsed`](Self::elapsed) has grown by `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

impl<T: Clock + ?Sized> Clock for Arc<T> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }

    fn elapsed(&self) -> Duration {
        (**self).elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }
}

/// A moment on a client's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Duration);

impl Moment {
    /// The moment that is later by `duration`. One beyond what a clock can tell is as good as a year.
    pub(crate) fn after(self, duration: Duration) -> Self {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        Self(self.0.saturating_add(duration.min(YEAR)))
    }

    /// How long it is from `earlier` to this moment; nothing if it was before.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// The clock of a client.
#[derive(Clone)]
pub(crate) enum Time {
    /// Counts from the moment the client was made. Waiting on it takes no allocation.
    Tokio(Instant),
    Other(Arc<dyn Clock>),
}

impl Time {
    pub(crate) fn tokio() -> Self {
        Self::Tokio(Instant::now())
    }

    pub(crate) fn now(&self) -> Moment {
        Moment(match self {
            Self::Tokio(start) => start.elapsed(),
            Self::Other(clock) => clock.elapsed(),
        })
    }

    pub(crate) fn of_day(&self) -> SystemTime {
        match self {
            Self::Tokio(_) => SystemTime::now(),
            Self::Other(clock) => clock.now(),
        }
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        match self {
            Self::Tokio(_) => tokio::time::sleep(duration).await,
            Self::Other(clock) => clock.sleep(duration).await,
        }
    }

    /// Runs a future until `deadline`; `None` if it did not end by then.
    pub(crate) async fn until<F: Future>(&self, deadline: Moment, future: F) -> Option<F::Output> {
        match self {
            Self::Tokio(start) => tokio::time::timeout_at(*start + deadline.0, future).await.ok(),
            Self::Other(clock) => {
                let mut future = pin!(future);
                let mut alarm = clock.sleep(deadline.since(self.now()));
                poll_fn(|context| match future.as_mut().poll(context) {
                    Poll::Ready(output) => Poll::Ready(Some(output)),
                    Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
                })
                .await
            }
        }
    }
}

/// The time of the server, as the `Date` of its responses tells it. It never runs backwards: a response that is repeated may
/// carry an old date.
#[derive(Debug, Default)]
pub(crate) struct ServerTime(Mutex<Option<(SystemTime, Moment)>>);

impl ServerTime {
    /// Takes in the date of a response that has just come.
    pub(crate) fn observe(&self, headers: &HeaderMap, now: Moment) {
        let date = headers.get(header::DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        let Some(date) = date else { return };
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.is_none_or(|latest| at(latest, now) < date) {
            *latest = Some((date, now));
        }
    }

    /// What time it is on the server; `None` as long as no response has told.
    pub(crate) fn at(&self, now: Moment) -> Option<SystemTime> {
        let latest = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        latest.map(|latest| at(latest, now))
    }
}

fn at((date, seen): (SystemTime, Moment), now: Moment) -> SystemTime {
    let elapsed = now.since(seen);
    date.checked_add(elapsed).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(seconds: u64) -> Moment {
        Moment(Duration::from_secs(seconds))
    }

    #[test]
    fn server_time_never_runs_backwards() {
        let time = ServerTime::default();
        let date = |text: &str| HeaderMap::from_iter([(header::DATE, text.parse().unwrap())]);
        let at = |text: &str| Some(httpdate::parse_http_date(text).unwrap());
        assert_eq!(time.at(moment(0)), None);
        time.observe(&HeaderMap::new(), moment(0));
        time.observe(&date("soon"), moment(0));
        assert_eq!(time.at(moment(0)), None);
        time.observe(&date("Sun, 22 Nov 2026 12:00:00 GMT"), moment(0));
        assert_eq!(time.at(moment(60)), at("Sun, 22 Nov 2026 12:01:00 GMT"));
        // A response that is repeated has the date of the first time.
        time.observe(&date("Sun, 22 Nov 2026 11:00:00 GMT"), moment(60));
        assert_eq!(time.at(moment(60)), at("Sun, 22 Nov 2026 12:01:00 GMT"));
        time.observe(&date("Sun, 22 Nov 2026 13:00:00 GMT"), moment(60));
        assert_eq!(time.at(moment(61)), at("Sun, 22 Nov 2026 13:00:01 GMT"));
    }
}
