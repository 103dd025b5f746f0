//! A node of the document with its location.

use super::{Pointer, Value};

/// A node and its location.
#[derive(Debug, Clone)]
pub(crate) struct NodeRef<'a> {
    pub(crate) value: &'a Value,
    pub(crate) at: Pointer,
}

impl<'a> NodeRef<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, at: Pointer::root() }
    }

    /// Returns a member.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| Self { value, at: self.at.join(key) })
    }

    /// Returns the value of a member if it is a string.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_text()
    }

    /// Returns whether a member is `true`.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool) == Some(true)
    }

    /// Returns the members of this node, if it is a mapping.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let at = self.at.clone();
        self.value.members().map(move |(key, value)| (key, Self { value, at: at.join(key) }))
    }

    /// Returns the elements of this node, if it is a list.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Self> + use<'a> {
        let at = self.at.clone();
        self.value.elements().enumerate().map(move |(index, value)| Self { value, at: at.join(index) })
    }

    /// Returns the members of the mapping under `key`. Empty if there is none.
    pub(crate) fn members_of(&self, key: &str) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        self.get(key).into_iter().flat_map(|node| node.members())
    }

    /// Returns the elements of a member.
    pub(crate) fn elements_of(&self, key: &str) -> impl Iterator<Item = Self> + use<'a> {
        self.get(key).into_iter().flat_map(|node| node.elements())
    }

    /// Returns `$ref`, if this node is a reference.
    pub(crate) fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }
}

/// Returns the name of the component if `at` is exactly `/components/{kind}/{name}`.
pub(crate) fn component_key(at: &Pointer, kind: &str) -> Option<String> {
    let segments: Vec<_> = at.segments().take(4).collect();
    match segments.as_slice() {
        [components, section, key] if components == "components" && section == kind => Some(key.to_string()),
        _ => None,
    }
}
