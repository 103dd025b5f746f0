//! A node of a document: a JSON value, with every number as it was written.

use std::fmt;

use super::Members;
use super::Pointer;

/// A node of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, in the text's own digits; they are those of a JSON number.
    Number(String),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<Value>),
    /// A mapping, in the text's own order.
    Object(Members),
}

impl Value {
    /// Returns the member of that name, if this is a mapping that has one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object().and_then(|members| members.get(key))
    }

    /// Returns the node at a pointer that starts here.
    #[must_use]
    pub fn at(&self, at: &Pointer) -> Option<&Self> {
        at.names().into_iter().try_fold(self, Self::child)
    }

    /// Returns the node at a pointer that starts here, to be changed.
    pub(crate) fn at_mut(&mut self, at: &Pointer) -> Option<&mut Self> {
        at.names().into_iter().try_fold(self, |node, name| match node {
            Self::List(elements) => position(name).and_then(|index| elements.get_mut(index)),
            Self::Object(members) => members.get_mut(name),
            _ => None,
        })
    }

    /// Returns the member or element that goes by a name or an index.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        match self {
            Self::List(elements) => position(name).and_then(|index| elements.get(index)),
            _ => self.get(name),
        }
    }

    /// Returns the truth value, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// Returns the text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the digits of a number, if this is one.
    #[must_use]
    pub fn as_number(&self) -> Option<&str> {
        match self {
            Self::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// Returns the elements of a list, if this is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the members of a mapping, if this is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Members> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Returns whether this is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the elements of a list; none of anything else.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.as_list().into_iter().flatten()
    }

    /// Returns the names and members of a mapping; none of anything else.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.as_object().into_iter().flatten()
    }

    /// Returns the kind of value, for messages.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Object(_) => "a mapping",
        }
    }

    /// Returns the same node for serde, with numbers rounded to what fits 64 bits.
    pub(crate) fn to_yaml(&self) -> serde_yaml::Value {
        use serde_yaml::Value as Yaml;
        match self {
            Self::Null => Yaml::Null,
            Self::Bool(truth) => Yaml::Bool(*truth),
            Self::Number(digits) => Yaml::Number(number(digits)),
            Self::Text(text) => Yaml::String(text.clone()),
            Self::List(elements) => Yaml::Sequence(elements.iter().map(Self::to_yaml).collect()),
            Self::Object(members) => {
                Yaml::Mapping(members.iter().map(|(key, value)| (Yaml::from(key), value.to_yaml())).collect())
            }
        }
    }
}

impl Value {
    /// Returns the same node for serde, with numbers rounded to what fits 64 bits.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Bool(truth) => Json::Bool(*truth),
            Self::Number(digits) => serde_json::from_str(digits).unwrap_or_default(),
            Self::Text(text) => Json::String(text.clone()),
            Self::List(elements) => Json::Array(elements.iter().map(Self::to_json).collect()),
            Self::Object(members) => {
                Json::Object(members.iter().map(|(key, value)| (key.to_owned(), value.to_json())).collect())
            }
        }
    }
}

/// The node as JSON text, with every digit of its numbers.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &str| serde_json::to_string(text).map_err(|_| fmt::Error);
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(truth) => truth.fmt(f),
            Self::Number(digits) => f.write_str(digits),
            Self::Text(own) => f.write_str(&text(own)?),
            Self::List(elements) => {
                f.write_str("[")?;
                for (index, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", if index > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (key, value)) in members.iter().enumerate() {
                    write!(f, "{}{}:{value}", if index > 0 { "," } else { "" }, text(key)?)?;
                }
                f.write_str("}")
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Self {
        Self::Object(members)
    }
}

/// Returns the text of a scalar, as conditions compare it.
#[must_use]
pub(crate) fn scalar_text(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Bool(flag) => Some(flag.to_string()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    }
}

/// Returns a name as the index of an element, which has one spelling only.
fn position(name: &str) -> Option<usize> {
    let is_canonical = name == "0" || name.starts_with(|c: char| ('1'..='9').contains(&c));
    name.parse().ok().filter(|_| is_canonical)
}

fn number(digits: &str) -> serde_yaml::Number {
    if let Ok(number) = digits.parse::<i64>() {
        return number.into();
    }
    if let Ok(number) = digits.parse::<u64>() {
        return number.into();
    }
    digits.parse::<f64>().unwrap_or_default().into()
}
