//! Writing JSON objects whose numbers keep their text.

use serde_json::value::RawValue;

use crate::amount::Amount;

/// A JSON object under construction; members stay in the order they were added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    members: Vec<(String, String)>,
}

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a member whose value is JSON text already.
    pub(crate) fn json(mut self, name: &str, value: impl Into<String>) -> Self {
        self.members.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn text(self, name: &str, value: &str) -> Self {
        self.json(name, quoted(value))
    }

    /// Adds text, or `null`.
    pub(crate) fn nullable(self, name: &str, value: Option<&str>) -> Self {
        self.json(name, value.map_or_else(|| "null".to_owned(), quoted))
    }

    /// Adds text, or no member at all.
    pub(crate) fn optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn amount(self, name: &str, value: &Amount) -> Self {
        self.json(name, value.text())
    }

    pub(crate) fn flag(self, name: &str, value: bool) -> Self {
        self.json(name, value.to_string())
    }

    /// Returns a value copied from a request, or no member at all.
    pub(crate) fn copied(self, name: &str, value: Option<&RawValue>) -> Self {
        match value {
            Some(value) => self.json(name, value.get()),
            None => self,
        }
    }

    pub(crate) fn object(self, name: &str, value: &Object) -> Self {
        self.json(name, value.finish())
    }

    pub(crate) fn list(self, name: &str, values: &[Object]) -> Self {
        self.json(name, array(values))
    }

    /// Returns the object's JSON text.
    pub(crate) fn finish(&self) -> String {
        let member = |(name, value): &(String, String)| format!("{}:{value}", quoted(name));
        let members: Vec<String> = self.members.iter().map(member).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// Returns a list of objects as JSON text.
pub(crate) fn array(values: &[Object]) -> String {
    let values: Vec<String> = values.iter().map(Object::finish).collect();
    format!("[{}]", values.join(","))
}

/// Returns text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is always JSON")
}
