//! The text as a tree: what JSON can say, with every number as it was written.

use std::cell::{Cell, RefCell};
use std::fmt;

use indexmap::IndexMap;
use serde::de::{self, DeserializeSeed, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::{Unsupported, broken};
use crate::diagnostics::{Code, Diagnostics};
use crate::source::{Location, Pointer, Source};

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
    Object(IndexMap<String, Value>),
}

impl Value {
    /// The member of that name, if this is a mapping that has one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(key),
            _ => None,
        }
    }

    /// The node at a pointer that starts here.
    #[must_use]
    pub fn at(&self, at: &Pointer) -> Option<&Self> {
        at.segments().try_fold(self, |node, segment| match node {
            Self::List(elements) => segment.parse::<usize>().ok().and_then(|index| elements.get(index)),
            _ => node.get(&segment),
        })
    }

    /// The text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The digits of a number, if this is one.
    #[must_use]
    pub fn as_number(&self) -> Option<&str> {
        match self {
            Self::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// What it is, for messages.
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

    /// The same node for serde, with numbers rounded to what fits 64 bits.
    pub(super) fn to_yaml(&self) -> serde_yaml::Value {
        use serde_yaml::Value as Yaml;
        match self {
            Self::Null => Yaml::Null,
            Self::Bool(truth) => Yaml::Bool(*truth),
            Self::Number(digits) => Yaml::Number(number(digits)),
            Self::Text(text) => Yaml::String(text.clone()),
            Self::List(elements) => Yaml::Sequence(elements.iter().map(Self::to_yaml).collect()),
            Self::Object(members) => {
                Yaml::Mapping(members.iter().map(|(key, value)| (Yaml::String(key.clone()), value.to_yaml())).collect())
            }
        }
    }
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

/// Whether the text is a number of JSON that a 64-bit float can come near to.
fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<f64>(text).is_ok_and(f64::is_finite)
}

/// Reads the text; nothing when it is broken, since whatever follows a break is guesswork.
pub(super) fn parse(source: &Source, unsupported: Unsupported, diagnostics: &mut Diagnostics) -> Option<Value> {
    let text = source.text();
    let reader = Reader {
        unsupported,
        // A document without aliases has fewer nodes than characters.
        budget: Cell::new(text.len().saturating_mul(4).saturating_add(1000)),
        is_spent: Cell::new(false),
        is_broken: Cell::new(false),
        refused: Cell::new(None),
        found: RefCell::new(Diagnostics::new()),
    };
    let root = Node { reader: &reader, trail: &Trail::Root };
    let read = root.deserialize(serde_yaml::Deserializer::from_str(text)).and_then(|mut value| {
        if reader.is_broken.get() {
            return Ok(value);
        }
        let digits = Digits { reader: &reader, trail: &Trail::Root, value: &mut value };
        digits.deserialize(serde_yaml::Deserializer::from_str(text)).map(|()| value)
    });
    let (is_spent, is_broken) = (reader.is_spent.get(), reader.is_broken.get());
    diagnostics.append(reader.found.into_inner());
    match read {
        Ok(value) => Some(value).filter(|_| !is_broken),
        Err(error) => {
            broken::report(source, &error, is_spent, diagnostics);
            None
        }
    }
}

/// What is shared by all nodes of one reading.
struct Reader {
    unsupported: Unsupported,
    /// How many more nodes there may be.
    budget: Cell<usize>,
    /// Set when there were more.
    is_spent: Cell<bool>,
    /// Set when a part of the text has no place in the tree.
    is_broken: Cell<bool>,
    /// The key that was refused because the mapping has it already.
    refused: Cell<Option<String>>,
    found: RefCell<Diagnostics>,
}

impl Reader {
    fn spend<E: de::Error>(&self) -> Result<(), E> {
        match self.budget.get().checked_sub(1) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => {
                self.is_spent.set(true);
                Err(E::custom("too many nodes"))
            }
        }
    }

    /// Reports a part of the text that has no place in the tree.
    fn broken(&self, at: &Pointer, message: String, help: &str, place: Option<Location>) {
        self.is_broken.set(true);
        self.error(at, message, help, place);
    }

    fn error(&self, at: &Pointer, message: String, help: impl Into<String>, place: Option<Location>) {
        let mut found = self.found.borrow_mut();
        let diagnostic = found.error(Code::Syntax, at, message).help(help);
        if let Some(place) = place {
            diagnostic.place(place);
        }
    }
}

/// The way down to a node; a pointer is only made of it when something is wrong.
enum Trail<'t> {
    Root,
    Member(&'t Trail<'t>, &'t str),
    Element(&'t Trail<'t>, usize),
}

impl Trail<'_> {
    fn pointer(&self) -> Pointer {
        match self {
            Self::Root => Pointer::root(),
            Self::Member(above, key) => above.pointer().join(key),
            Self::Element(above, index) => above.pointer().join(index),
        }
    }
}

/// Reads one node and what is below it; the digits of numbers are left out.
#[derive(Clone, Copy)]
struct Node<'r> {
    reader: &'r Reader,
    trail: &'r Trail<'r>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.reader.spend()?;
        deserializer.deserialize_any(self)
    }
}

impl Node<'_> {
    /// A number whose digits follow in a second reading.
    fn number<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Number(String::new()))
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = IndexMap::new();
        loop {
            let key = match map.next_key_seed(Key { node: self, members: &members }) {
                Ok(None) => return Ok(Value::Object(members)),
                Ok(Some(Some(key))) => key,
                Ok(Some(None)) => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                Err(error) => {
                    let Some(key) = self.reader.refused.take() else { return Err(error) };
                    let place = Location::from_message(&error.to_string());
                    let at = self.trail.pointer().join(&key);
                    self.reader.broken(&at, format!("the key `{key}` is given twice"), "remove one of them", place);
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let value = map.next_value_seed(Node { reader: self.reader, trail: &Trail::Member(self.trail, &key) })?;
            members.insert(key, value);
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            let trail = Trail::Element(self.trail, elements.len());
            match seq.next_element_seed(Node { reader: self.reader, trail: &trail })? {
                Some(element) => elements.push(element),
                None => return Ok(Value::List(elements)),
            }
        }
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (tag, content) = tagged.variant::<String>()?;
        let message = format!("the tag `!{tag}` has no meaning here");
        self.reader.broken(&self.trail.pointer(), message, "remove it, or quote what begins with `!`", None);
        content.newtype_variant_seed(self)
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Value, E> {
        self.number()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Value, E> {
        self.number()
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Value, E> {
        self.number()
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Value, E> {
        self.number()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Value, E> {
        self.number()
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

/// Reads one key of a mapping; nothing when it can be none.
#[derive(Clone, Copy)]
struct Key<'r> {
    node: Node<'r>,
    members: &'r IndexMap<String, Value>,
}

impl Key<'_> {
    fn text<E: de::Error>(self, text: &str) -> Result<Option<String>, E> {
        if !self.members.contains_key(text) {
            return Ok(Some(text.to_owned()));
        }
        // The reader tells the place of what it is told to refuse, and goes on behind it.
        self.node.reader.refused.set(Some(text.to_owned()));
        Err(E::custom(""))
    }

    /// Keys of JSON are text. What YAML reads as something else is text again in a document that cannot be changed.
    fn other<E: de::Error>(self, what: &str, text: &str) -> Result<Option<String>, E> {
        if self.node.reader.unsupported == Unsupported::Deny {
            let above = self.node.trail.pointer();
            let is_status = above.last().as_deref() == Some("responses");
            let help =
                if is_status { format!("quote the status code: '{text}'") } else { format!("quote it: '{text}'") };
            self.node.reader.error(&above.join(text), format!("the key `{text}` is {what}, not text"), help, None);
        }
        self.text(text)
    }

    fn none(self, what: &str) {
        let message = format!("{what} cannot be a key");
        self.node.reader.broken(&self.node.trail.pointer(), message, "use text", None);
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<String>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        self.none("a mapping");
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        self.none("a list");
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Self::Value, A::Error> {
        self.none("a tagged value");
        let (IgnoredAny, content) = tagged.variant()?;
        content.newtype_variant::<IgnoredAny>()?;
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, key: bool) -> Result<Self::Value, E> {
        self.other("a truth value", &key.to_string())
    }

    fn visit_i64<E: de::Error>(self, key: i64) -> Result<Self::Value, E> {
        self.other("a number", &key.to_string())
    }

    fn visit_u64<E: de::Error>(self, key: u64) -> Result<Self::Value, E> {
        self.other("a number", &key.to_string())
    }

    fn visit_i128<E: de::Error>(self, key: i128) -> Result<Self::Value, E> {
        self.other("a number", &key.to_string())
    }

    fn visit_u128<E: de::Error>(self, key: u128) -> Result<Self::Value, E> {
        self.other("a number", &key.to_string())
    }

    fn visit_f64<E: de::Error>(self, key: f64) -> Result<Self::Value, E> {
        self.other("a number", &key.to_string())
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        self.text(key)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        self.other("null", "null")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        self.other("null", "null")
    }
}

/// Puts the digits of numbers into a tree that has none, in a second reading of the same text.
///
/// `serde_yaml` gives a scalar either typed or as it was written. Only the first reading can tell a number from text
/// that looks like one, only the second has its digits.
struct Digits<'r> {
    reader: &'r Reader,
    trail: &'r Trail<'r>,
    value: &'r mut Value,
}

impl<'de> DeserializeSeed<'de> for Digits<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.value {
            Value::Number(_) => deserializer.deserialize_str(self),
            Value::List(_) => deserializer.deserialize_seq(self),
            Value::Object(_) => deserializer.deserialize_map(self),
            Value::Null | Value::Bool(_) | Value::Text(_) => {
                deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ())
            }
        }
    }
}

impl<'de> Visitor<'de> for Digits<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was there in the first reading")
    }

    fn visit_str<E: de::Error>(self, digits: &str) -> Result<(), E> {
        if !is_json_number(digits) {
            let message = format!("`{digits}` is not how JSON writes a number");
            self.reader.broken(&self.trail.pointer(), message, "write it in decimal digits, or quote it", None);
        }
        *self.value = Value::Number(digits.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Value::List(elements) = self.value else { return Ok(()) };
        for (index, value) in elements.iter_mut().enumerate() {
            let trail = Trail::Element(self.trail, index);
            seq.next_element_seed(Digits { reader: self.reader, trail: &trail, value })?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Value::Object(members) = self.value else { return Ok(()) };
        for (key, value) in members {
            map.next_key::<IgnoredAny>()?;
            map.next_value_seed(Digits { reader: self.reader, trail: &Trail::Member(self.trail, key), value })?;
        }
        Ok(())
    }
}
