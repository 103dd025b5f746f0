//! A map whose entries expire after a day.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, SystemTime};

/// How long anything about a key is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Values by key. What has its day behind it goes with the next [`purge`](Self::purge), which looks at nothing else.
#[derive(Debug)]
pub(crate) struct Aging<V> {
    values: HashMap<String, (SystemTime, V)>,
    /// Keys by age, the oldest first; also those that were removed meanwhile, and set anew.
    ages: VecDeque<(SystemTime, String)>,
}

impl<V> Default for Aging<V> {
    fn default() -> Self {
        Self { values: HashMap::new(), ages: VecDeque::new() }
    }
}

impl<V> Aging<V> {
    /// Forgets what is too old.
    pub(crate) fn purge(&mut self, now: SystemTime) {
        let old = |set_at: SystemTime| now.duration_since(set_at).is_ok_and(|age| age >= KEPT);
        while self.ages.front().is_some_and(|(set_at, _)| old(*set_at)) {
            let Some((set_at, key)) = self.ages.pop_front() else { return };
            if self.values.get(&key).is_some_and(|(current, _)| *current == set_at) {
                self.values.remove(&key);
            }
        }
    }

    pub(crate) fn insert(&mut self, key: &str, value: V, now: SystemTime) {
        self.values.insert(key.to_owned(), (now, value));
        self.ages.push_back((now, key.to_owned()));
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.values.get(key).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.values.get_mut(key).map(|(_, value)| value)
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.values.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_does_not_grow_with_time() {
        let mut values = Aging::default();
        for hour in 0..1000 {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(hour * 3600);
            values.purge(now);
            values.insert(&hour.to_string(), (), now);
            assert!(values.values.len() <= 24 && values.ages.len() <= 24);
        }
    }

    #[test]
    fn what_is_set_anew_lives_its_own_day() {
        let mut values = Aging::default();
        let (start, half) = (SystemTime::UNIX_EPOCH, KEPT / 2);
        values.insert("a", 1, start);
        values.remove("a");
        values.insert("a", 2, start + half);
        values.purge(start + KEPT);
        assert_eq!(values.get("a"), Some(&2));
        values.purge(start + KEPT + half);
        assert_eq!(values.get("a"), None);
    }
}
