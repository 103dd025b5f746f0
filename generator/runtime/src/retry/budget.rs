//! The retry budget: a token bucket.

use std::sync::atomic::{AtomicU32, Ordering};

/// A token bucket that limits the retries of a client, so that retries do not multiply the load on a failing service.
///
/// All calls of a client and its clones share it. Each retry takes one token; each success restores a fraction. While the bucket is
/// empty, calls are not retried. By default it holds 50 tokens, and ten successes restore one token. It then permits
/// 50 retries at once, and after these one retry for ten successes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    max_retries: u32,
    successes_per_retry: u32,
}

impl RetryBudget {
    /// Creates a full budget of `max_retries` retries; with 0, no call is retried. Every `successes_per_retry` successful calls restore one
    /// retry; 0 counts as 1.
    #[must_use]
    pub const fn new(max_retries: u32, successes_per_retry: u32) -> Self {
        let successes_per_retry = if successes_per_retry == 0 { 1 } else { successes_per_retry };
        Self { max_retries, successes_per_retry }
    }

    /// Creates a budget that is never exhausted.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self { max_retries: u32::MAX, successes_per_retry: 1 }
    }

    pub(crate) fn bucket(self) -> Bucket {
        let full = self.max_retries.saturating_mul(self.successes_per_retry);
        Bucket { budget: self, full, level: AtomicU32::new(full) }
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(50, 10)
    }
}

/// The bucket itself. The level counts successes: one retry costs `budget.successes_per_retry` units.
pub(crate) struct Bucket {
    budget: RetryBudget,
    full: u32,
    level: AtomicU32,
}

impl Bucket {
    /// Takes one retry. Returns `false` if the bucket does not hold one.
    pub(crate) fn take(&self) -> bool {
        if self.budget == RetryBudget::unlimited() {
            return true;
        }
        let taken = |level: u32| level.checked_sub(self.budget.successes_per_retry);
        self.level.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Restores a fraction of a retry after a successful call.
    pub(crate) fn put(&self) {
        let more = |level: u32| (level < self.full).then(|| level + 1);
        // A full bucket does not change.
        let _ = self.level.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

#[cfg(test)]
mod tests {
    use super::RetryBudget;

    #[test]
    fn successes_restore_retries() {
        let bucket = RetryBudget::new(2, 3).bucket();
        assert!(bucket.take() && bucket.take() && !bucket.take());
        bucket.put();
        bucket.put();
        assert!(!bucket.take());
        bucket.put();
        assert!(bucket.take() && !bucket.take());
    }

    #[test]
    fn a_full_bucket_does_not_grow() {
        let bucket = RetryBudget::new(1, 2).bucket();
        for _ in 0..10 {
            bucket.put();
        }
        assert!(bucket.take() && !bucket.take());
    }

    #[test]
    fn the_extremes() {
        let none = RetryBudget::new(0, 5).bucket();
        none.put();
        assert!(!none.take());
        let unlimited = RetryBudget::unlimited().bucket();
        unlimited.put();
        assert!((0..1000).all(|_| unlimited.take()));
        let odd = RetryBudget::new(u32::MAX, 0).bucket();
        assert!(odd.take());
    }
}
