//! Random numbers, by which waits are spread.

use std::sync::Arc;

use super::guarded::guarded;

/// Numbers that are spread over all of `u64`.
pub(crate) type Random = Arc<dyn Fn() -> u64 + Send + Sync>;

/// What stands for a number where there is none: waits are not spread then, which is no reason to lose a call.
const MIDDLE: u64 = u64::MAX / 2;

/// Numbers from the operating system.
pub(crate) fn from_system() -> Random {
    Arc::new(|| getrandom::u64().unwrap_or(MIDDLE))
}

/// Numbers from a source of the caller's.
pub(crate) fn from_source(source: impl Fn() -> u64 + Send + Sync + 'static) -> Random {
    Arc::new(move || guarded(&source).unwrap_or(MIDDLE))
}
