//! Chance, by which waits are spread.

use std::sync::Arc;

/// Numbers that are spread over all of `u64`.
pub(crate) type Random = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Numbers from the operating system. Where it has none, waits are not spread, which is no reason to lose a call.
pub(crate) fn from_system() -> Random {
    Arc::new(|| getrandom::u64().unwrap_or(u64::MAX / 2))
}
