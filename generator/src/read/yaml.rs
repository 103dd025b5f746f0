//! Parses YAML.

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::text_error::{KeyInterner, TextError};
use super::yaml_errors;
use crate::diagnostics::{Code, Diagnostics};
use crate::document::{Members, NodePath, Pointer, Value};
use crate::mode::Mode;
use crate::source::{Location, line_starts};

pub(super) fn parse(text: &str, root: &Pointer, mode: Mode, diagnostics: &mut Diagnostics) -> Option<Value> {
    let reader = Reader {
        mode,
        digits: Digits::new(text),
        keys: RefCell::default(),
        // A document without aliases has fewer nodes than characters, and by far.
        budget: Cell::new(text.len().saturating_mul(4).saturating_add(1000).min(text.len().saturating_add(100_000))),
        is_spent: Cell::new(false),
        is_broken: Cell::new(false),
        refused: RefCell::new(None),
        found: RefCell::new(Diagnostics::new()),
    };
    let node = Node { reader: &reader, node_path: &NodePath::Start(root) };
    let read = node.deserialize(serde_yaml::Deserializer::from_str(text)).or_else(|error| node.number(error));
    let (is_spent, is_broken) = (reader.is_spent.get(), reader.is_broken.get());
    diagnostics.append(reader.found.into_inner());
    match read {
        Ok(value) => Some(value).filter(|_| !is_broken),
        Err(error) => {
            yaml_errors::report(text, root, &error, is_spent, diagnostics);
            None
        }
    }
}

/// What is shared by all nodes of one reading.
struct Reader<'r> {
    mode: Mode,
    digits: Digits<'r>,
    keys: RefCell<KeyInterner>,
    /// How many more nodes there may be.
    budget: Cell<usize>,
    /// Set when there were more.
    is_spent: Cell<bool>,
    /// Set if a part of the text cannot be a node of the tree.
    is_broken: Cell<bool>,
    /// The scalar that was refused so that the parser tells its location.
    refused: RefCell<Option<Refused>>,
    found: RefCell<Diagnostics>,
}

/// A refused scalar. `serde_yaml` only tells locations in errors. A visitor that refuses a scalar gets such an error, and the
/// parser continues behind the scalar.
enum Refused {
    /// A key that the mapping has already.
    DuplicateKey(Arc<str>),
    /// A number. A scalar is given typed or as it was written, and numbers are wanted both ways: so the digits are taken
    /// from the text.
    Number,
}

impl Reader<'_> {
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

    fn refuse<E: de::Error>(&self, refused: Refused) -> E {
        self.refused.replace(Some(refused));
        E::custom("")
    }

    /// Reports a part of the text that has no location in the tree.
    fn text_error(&self, text_error: TextError<'_>, at: &Pointer, location: Option<Location>) {
        self.is_broken.set(self.is_broken.get() || self.mode == Mode::Strict);
        text_error.report(at, location, self.mode, &mut self.found.borrow_mut());
    }
}

/// Reads one node and what is below it.
#[derive(Clone, Copy)]
struct Node<'r> {
    reader: &'r Reader<'r>,
    node_path: &'r NodePath<'r>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.reader.spend()?;
        deserializer.deserialize_any(self)
    }
}

impl Node<'_> {
    /// Returns an integer, whose digits are known unless the text has integers of other sorts than JSON's.
    fn integer<E: de::Error>(self, integer: impl fmt::Display) -> Result<Value, E> {
        if self.reader.digits.are_plain { Ok(Value::Number(integer.to_string())) } else { self.float() }
    }

    fn float<E: de::Error>(self) -> Result<Value, E> {
        Err(self.reader.refuse(Refused::Number))
    }

    /// Returns the number that was refused, if that is the error.
    fn number<E: fmt::Display>(self, error: E) -> Result<Value, E> {
        if !matches!(*self.reader.refused.borrow(), Some(Refused::Number)) {
            return Err(error);
        }
        self.reader.refused.take();
        let location = Location::from_message(&error.to_string()).unwrap_or(Location::START);
        let digits = self.reader.digits.at(location);
        if is_json_number(digits) {
            return Ok(Value::Number(digits.to_owned()));
        }
        self.reader.text_error(TextError::NumberOfYaml(digits), &self.node_path.pointer(), None);
        Ok(Value::Text(digits.to_owned()))
    }

    /// Merges the mappings under `<<` in lenient mode. Members of the mapping itself win.
    fn merge(self, members: &mut Members) {
        if self.reader.mode == Mode::Strict || !matches!(members.get("<<"), Some(Value::Object(_) | Value::List(_))) {
            return;
        }
        let merged = match members.remove("<<") {
            Some(Value::List(elements)) => elements,
            other => other.into_iter().collect(),
        };
        for value in merged {
            let Value::Object(others) = value else { continue };
            for (key, value) in others {
                if !members.contains_key(&key) {
                    members.insert(key, value);
                }
            }
        }
    }
}

/// Returns whether the text is a number of JSON that a 64-bit float can come near to.
fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<f64>(text).is_ok_and(f64::is_finite)
}

/// The scalars of a text as they are written.
struct Digits<'t> {
    text: &'t str,
    lines: OnceCell<Vec<usize>>,
    /// The last location that was looked up, and where it is: on a long line, the next one is near.
    last: Cell<(Location, usize)>,
    /// Whether every integer is written as JSON writes it.
    are_plain: bool,
}

impl<'t> Digits<'t> {
    fn new(text: &'t str) -> Self {
        let are_plain = text.as_bytes().windows(3).all(|three| match three {
            [b'0', b'x' | b'o' | b'b', after] => !after.is_ascii_hexdigit(),
            [before, b'+', b'0'..=b'9'] => before.is_ascii_alphanumeric(),
            [b'-', b'0', after] => after.is_ascii_digit() || *after == b'.',
            _ => true,
        });
        let are_plain = are_plain && !text.starts_with('+') && !text.ends_with("-0");
        Self { text, lines: OnceCell::new(), last: Cell::new((Location::START, 0)), are_plain }
    }

    /// Returns the scalar at a location, without what may stand before it: an anchor, a tag, a quote.
    fn at(&self, location: Location) -> &'t str {
        let mut rest = self.text.get(self.offset(location)..).unwrap_or_default();
        while rest.starts_with(['&', '!']) {
            rest = rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
        }
        let rest = rest.trim_start_matches(['"', '\'']);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-._".contains(c)).unwrap_or(rest.len());
        &rest[..end]
    }

    fn offset(&self, location: Location) -> usize {
        let lines = self.lines.get_or_init(|| line_starts(self.text));
        let (last, offset) = self.last.get();
        let (from, columns) = if last.line == location.line && last.column <= location.column {
            (offset, location.column - last.column)
        } else {
            (
                lines.get(location.line.saturating_sub(1)).copied().unwrap_or(self.text.len()),
                location.column.saturating_sub(1),
            )
        };
        let rest = self.text.get(from..).unwrap_or_default();
        let offset = from + rest.char_indices().nth(columns).map_or(rest.len(), |(offset, _)| offset);
        self.last.set((location, offset));
        offset
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Members::new();
        loop {
            let key = match map.next_key_seed(Key { node: self, members: &members }) {
                Ok(None) => break,
                Ok(Some(Some(key))) => key,
                Ok(Some(None)) => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                Err(error) => {
                    let Some(Refused::DuplicateKey(key)) = self.reader.refused.take() else { return Err(error) };
                    let location = Location::from_message(&error.to_string());
                    let at = self.node_path.pointer().join(&key);
                    self.reader.text_error(TextError::DuplicateKey(&key), &at, location);
                    key
                }
            };
            let below = Node { reader: self.reader, node_path: &NodePath::Member(self.node_path, &key) };
            let value = map.next_value_seed(below).or_else(|error| below.number(error))?;
            members.insert(key, value);
        }
        self.merge(&mut members);
        members.shrink();
        Ok(Value::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            let node_path = NodePath::Element(self.node_path, elements.len());
            let below = Node { reader: self.reader, node_path: &node_path };
            match seq.next_element_seed(below).or_else(|error| below.number(error).map(Some))? {
                Some(element) => elements.push(element),
                None => break,
            }
        }
        elements.shrink_to_fit();
        Ok(Value::List(elements))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (tag, content) = tagged.variant::<String>()?;
        self.reader.text_error(TextError::Tag(&tag), &self.node_path.pointer(), None);
        content.newtype_variant_seed(self)
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<Value, E> {
        self.integer(integer)
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Value, E> {
        self.integer(integer)
    }

    fn visit_i128<E: de::Error>(self, integer: i128) -> Result<Value, E> {
        self.integer(integer)
    }

    fn visit_u128<E: de::Error>(self, integer: u128) -> Result<Value, E> {
        self.integer(integer)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Value, E> {
        self.float()
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

/// What a whole number is.
const INTEGER: &str = "a whole number";

/// Reads one key of a mapping; `None` if it can be none.
#[derive(Clone, Copy)]
struct Key<'r> {
    node: Node<'r>,
    members: &'r Members,
}

impl Key<'_> {
    fn text<E: de::Error>(self, text: &str) -> Result<Option<Arc<str>>, E> {
        let reader = self.node.reader;
        let key = reader.keys.borrow_mut().share(text);
        if self.members.contains_key(text) {
            return Err(reader.refuse(Refused::DuplicateKey(key)));
        }
        Ok(Some(key))
    }

    /// Reports a key that YAML reads as another type, and takes it as text. In lenient mode, a whole number is no mistake.
    fn other<E: de::Error>(self, what: &str, text: &str) -> Result<Option<Arc<str>>, E> {
        let reader = self.node.reader;
        if reader.mode == Mode::Strict {
            let above = self.node.node_path.pointer();
            let is_status = above.last().as_deref() == Some("responses");
            let help =
                if is_status { format!("quote the status code: '{text}'") } else { format!("quote it: '{text}'") };
            let message = format!("the key `{text}` is {what}, not text");
            reader.found.borrow_mut().error(Code::Syntax, &above.join(text), message).help(help);
        } else if what != INTEGER {
            let message = format!("YAML reads the key as {what}, not as text; it is taken as `{text}`");
            let at = self.node.node_path.pointer().join(text);
            reader.found.borrow_mut().warning(Code::Syntax, &at, message).help("quote it as it is meant");
        }
        self.text(text)
    }

    fn none(self, what: &'static str) {
        self.node.reader.text_error(TextError::KeyOf(what), &self.node.node_path.pointer(), None);
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<Arc<str>>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = Option<Arc<str>>;

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
        self.other(INTEGER, &key.to_string())
    }

    fn visit_u64<E: de::Error>(self, key: u64) -> Result<Self::Value, E> {
        self.other(INTEGER, &key.to_string())
    }

    fn visit_i128<E: de::Error>(self, key: i128) -> Result<Self::Value, E> {
        self.other(INTEGER, &key.to_string())
    }

    fn visit_u128<E: de::Error>(self, key: u128) -> Result<Self::Value, E> {
        self.other(INTEGER, &key.to_string())
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
