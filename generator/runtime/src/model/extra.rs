//! Members that a contract does not declare.

use std::collections::BTreeMap;
use std::fmt;

use super::json::Json;
use super::secret::REDACTED;

/// The members of an object that its contract does not declare, in the order of their names.
///
/// They are kept as they came and written back. `Debug` shows their names only, since they may hold anything.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extra(BTreeMap<String, Json>);

impl Extra {
    /// Creates an empty set of members.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets a member and returns what it was before.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Json>) -> Option<Json> {
        self.0.insert(name.into(), value.into())
    }

    /// Removes a member.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        self.0.remove(name)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// Returns the members in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns how many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = format_args!("{REDACTED}");
        f.debug_map().entries(self.0.keys().map(|name| (name, redacted))).finish()
    }
}
