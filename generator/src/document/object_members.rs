//! The members of a mapping.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::Value;

/// Up to this many members, a linear search is faster than an index.
const FEW: usize = 16;

/// The members of a mapping, in the text's own order.
///
/// Nearly all mappings of a document have a handful of members with the same few keys. So keys are shared, and only large
/// mappings have an index.
#[derive(Clone, Default)]
pub struct Members {
    entries: Vec<(Arc<str>, Value)>,
    /// Where each key stands; nothing while there are few.
    index: Option<Box<Index>>,
}

/// Where each key stands. It is boxed where it is kept: most nodes have none, and all would be larger for it.
#[derive(Clone, Default)]
struct Index(HashMap<Arc<str>, usize>);

impl Members {
    /// Creates an empty mapping.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the member of that name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.position(key).and_then(|at| self.entries.get(at)).map(|(_, value)| value)
    }

    /// Returns the member of that name, beside the name as the mapping has it.
    pub(crate) fn get_entry(&self, key: &str) -> Option<(&str, &Value)> {
        self.position(key).and_then(|at| self.entries.get(at)).map(|(name, value)| (&**name, value))
    }

    /// Returns the member of that name, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.position(key).and_then(|at| self.entries.get_mut(at)).map(|(_, value)| value)
    }

    /// Returns whether there is a member of that name.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// Returns names and values in the text's own order.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.entries.iter())
    }

    /// Returns names and values, which may be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Value)> {
        self.entries.iter_mut().map(|(key, value)| (&**key, value))
    }

    /// Returns the names in the text's own order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| &**key)
    }

    /// Returns the values in the text's own order.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// Replaces the member of that name, or appends one.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, value: Value) -> Option<Value> {
        let key = key.into();
        if let Some(present) = self.get_mut(&key) {
            return Some(std::mem::replace(present, value));
        }
        if let Some(index) = &mut self.index {
            index.0.insert(key.clone(), self.entries.len());
        }
        self.entries.push((key, value));
        if self.index.is_none() && self.entries.len() > FEW {
            self.reindex();
        }
        None
    }

    /// Removes a member; those behind it move up.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.position(key)?;
        let (_, value) = self.entries.remove(at);
        self.reindex();
        Some(value)
    }

    /// Keeps the members that pass, which may be changed.
    pub fn retain(&mut self, mut passes: impl FnMut(&str, &mut Value) -> bool) {
        let before = self.entries.len();
        self.entries.retain_mut(|(key, value)| passes(key, value));
        if self.entries.len() < before {
            self.reindex();
        }
    }

    /// Renames members in place; `name` returns `None` for those that keep their names.
    ///
    /// A member whose new name is taken is removed.
    pub(crate) fn rename(&mut self, name: impl Fn(&str) -> Option<String>) {
        let taken: HashSet<Arc<str>> = self.entries.iter().map(|(key, _)| key.clone()).collect();
        let entries = std::mem::take(&mut self.entries).into_iter();
        let renamed = entries.filter_map(|(key, value)| match name(&key) {
            Some(other) if taken.contains(other.as_str()) => None,
            Some(other) => Some((Arc::from(other), value)),
            None => Some((key, value)),
        });
        *self = renamed.collect();
    }

    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.0.get(key).copied(),
            None => self.entries.iter().position(|(name, _)| &**name == key),
        }
    }

    fn reindex(&mut self) {
        let numbered = self.entries.iter().enumerate().map(|(at, (key, _))| (key.clone(), at));
        self.index = (self.entries.len() > FEW).then(|| Box::new(Index(numbered.collect())));
    }

    /// Frees the capacity that is not used.
    pub(crate) fn shrink(&mut self) {
        self.entries.shrink_to_fit();
    }
}

/// Names and values of a mapping.
#[derive(Debug, Clone)]
pub struct Iter<'m>(std::slice::Iter<'m, (Arc<str>, Value)>);

impl<'m> Iterator for Iter<'m> {
    type Item = (&'m str, &'m Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (&**key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'m> IntoIterator for &'m Members {
    type Item = (&'m str, &'m Value);
    type IntoIter = Iter<'m>;

    fn into_iter(self) -> Iter<'m> {
        self.iter()
    }
}

impl IntoIterator for Members {
    type Item = (Arc<str>, Value);
    type IntoIter = std::vec::IntoIter<(Arc<str>, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Into<Arc<str>>> FromIterator<(K, Value)> for Members {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let mut members = Self::new();
        for (key, value) in entries {
            members.insert(key, value);
        }
        members
    }
}

impl PartialEq for Members {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl Eq for Members {}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: usize) -> Members {
        (0..count).map(|number| (number.to_string(), Value::Number(number.to_string()))).collect()
    }

    #[test]
    fn few_and_many_members_behave_alike() {
        for count in [0, 1, FEW, FEW + 1, 100] {
            let mut members = numbered(count);
            assert_eq!(members.len(), count);
            assert!(members.iter().all(|(key, value)| value.as_number() == Some(key)));
            assert!((0..count).all(|number| members.get(&number.to_string()).is_some()));
            assert_eq!(members.get("x"), None);
            assert_eq!(members.insert("x", Value::Null), None);
            assert_eq!(members.insert("x", Value::Bool(true)), Some(Value::Null));
            assert_eq!(members.keys().last(), Some("x"));
            members.retain(|key, _| key != "0");
            members.rename(|key| (key == "x").then(|| "y".to_owned()));
            assert_eq!(members.keys().last(), Some("y"));
            assert_eq!(members.remove("y"), Some(Value::Bool(true)));
            assert_eq!(members.remove("y"), None);
            assert!((1..count).all(|number| members.get(&number.to_string()).is_some()));
            assert_eq!(members.len(), count.saturating_sub(1));
        }
    }

    #[test]
    fn the_order_does_not_make_mappings_different() {
        let backwards: Members = numbered(40).into_iter().collect::<Vec<_>>().into_iter().rev().collect();
        assert_eq!(numbered(40), backwards);
        assert_ne!(numbered(40), numbered(41));
    }
}
