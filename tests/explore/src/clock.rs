//! The clock of one process, which may be wrong about the time of day.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zuora_payments::Clock;
use zuora_payments::transport::BoxFuture;

use crate::world::{Millis, Shared};

/// The true time of day at which every world begins, in seconds.
const BEGIN: u64 = 1_767_225_600;

/// Returns the true time of day.
#[must_use]
pub(crate) fn time_of_day(now: Millis) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(BEGIN) + Duration::from_millis(now)
}

/// The clock of one process.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedClock {
    world: Shared,
    /// How many milliseconds its time of day is ahead of the true one.
    ahead: i64,
}

impl SimulatedClock {
    /// Makes a clock that is ahead of true time, or behind it.
    #[must_use]
    pub(crate) fn new(world: Shared, ahead: i64) -> Self {
        Self { world, ahead }
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> SystemTime {
        let truth = time_of_day(self.world.lock().now);
        let by = Duration::from_millis(self.ahead.unsigned_abs());
        if self.ahead < 0 { truth - by } else { truth + by }
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.world.lock().now)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // Never shorter than asked for: a clock of whole milliseconds rounds up.
        let wait = duration.as_nanos().div_ceil(1_000_000);
        let mut world = self.world.lock();
        let until = world.now.saturating_add(Millis::try_from(wait).unwrap_or(Millis::MAX));
        let timer = world.wake_at(until);
        Box::pin(Sleep { world: self.world.clone(), until, timer })
    }
}

struct Sleep {
    world: Shared,
    until: Millis,
    timer: usize,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut world = self.world.lock();
        if world.now >= self.until {
            return Poll::Ready(());
        }
        world.wait(context);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.world.lock().forget_timer(self.timer);
    }
}
