//! What the machine and the program around a client provide: time, random numbers, a Tokio runtime, callbacks of the caller.
//!
//! Invariant: nothing here knows HTTP calls; of HTTP only the `Date` header.

mod clock;
mod future;
mod guarded;
mod limiter;
pub(crate) mod random;
mod server_time;
mod tokio_runtime;

pub use self::clock::Clock;
pub(crate) use self::clock::{Moment, PanicSafeClock, Time};
pub use self::future::BoxFuture;
pub(crate) use self::guarded::guarded;
pub(crate) use self::limiter::permitted;
pub use self::limiter::{Limiter, LocalLimiter, Permit};
pub(crate) use self::random::Random;
pub(crate) use self::server_time::ServerTime;
pub(crate) use self::tokio_runtime::RuntimeCheck;
