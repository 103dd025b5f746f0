//! Time: what it is now, and waiting for it to pass.

use std::future::{Future, poll_fn, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::future::BoxFuture;
use super::guarded::guarded;

/// The clock of a client. Replace it to simulate hours in a test.
///
/// Without one, a client follows Tokio's clock, which `tokio::time::pause` stops, and the system's time of day.
///
/// A clock that panics loses no response: the time of day is the system's then, the time that has elapsed is that of the last
/// reading, and Tokio's clock waits in its place. Where there is no Tokio runtime with timers, the wait is over at once, and a timeout
/// with it.
pub trait Clock: Send + Sync + 'static {
    /// Returns the time of day, which dates kept calls and is compared with `Retry-After` dates.
    fn now(&self) -> SystemTime;

    /// Returns the time since a fixed moment; it never decreases. Timeouts and waits are measured by it.
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

/// A caller's clock, guarded against panics.
pub(crate) struct PanicSafeClock {
    clock: Box<dyn Clock>,
    /// The latest reading.
    elapsed: Mutex<Duration>,
}

impl PanicSafeClock {
    pub(crate) fn new(clock: impl Clock) -> Self {
        Self { clock: Box::new(clock), elapsed: Mutex::default() }
    }

    fn now(&self) -> SystemTime {
        guarded(|| self.clock.now()).unwrap_or_else(SystemTime::now)
    }

    fn elapsed(&self) -> Duration {
        let elapsed = guarded(|| self.clock.elapsed());
        // It is only held to look or to set, so nothing in it is ever half done.
        let mut latest = self.elapsed.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = elapsed.unwrap_or(*latest);
        *latest
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let Some(mut sleep) = guarded(|| self.clock.sleep(duration)) else { return sleep_by_tokio(duration) };
        Box::pin(poll_fn(move |context| match guarded(|| sleep.as_mut().poll(context)) {
            Some(state) => state,
            None => {
                sleep = sleep_by_tokio(duration);
                sleep.as_mut().poll(context)
            }
        }))
    }
}

/// Waits by Tokio's clock, or not at all if there is none around.
fn sleep_by_tokio(duration: Duration) -> BoxFuture<'static, ()> {
    let sleep = Handle::try_current().ok().and_then(|_| guarded(|| tokio::time::sleep(duration)));
    sleep.map_or_else(|| Box::pin(ready(())) as BoxFuture<'static, ()>, |sleep| Box::pin(sleep))
}

/// A moment on a client's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(super) Duration);

impl Moment {
    /// Returns the moment that is later by `duration`. One beyond what a clock can tell is as good as a year.
    pub(crate) fn after(self, duration: Duration) -> Self {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        Self(self.0.saturating_add(duration.min(YEAR)))
    }

    /// Returns how long it is from `earlier` to this moment; nothing if it was before.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// The clock of a client.
#[derive(Clone)]
pub(crate) enum Time {
    /// Counts from the moment the client was made. Waiting on it takes no allocation.
    Tokio(Instant),
    Other(Arc<PanicSafeClock>),
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
