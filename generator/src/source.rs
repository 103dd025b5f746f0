//! The document as text, and where the things it says stand in it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor};

/// A document's text and the name it goes by.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
}

impl Source {
    /// A document; the name is printed as it stands, so a path relative to the repository reads best.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The name in messages and headers.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a node stands: its key when it is a member, its first character when it is an element.
    ///
    /// When there is no such node, the place of the nearest one above it.
    #[must_use]
    pub fn locate(&self, at: &Pointer) -> Location {
        self.locate_all(std::slice::from_ref(at)).pop().unwrap_or(Location::START)
    }

    /// The places of many nodes, in the order they were asked for, from one walk over the text.
    #[must_use]
    pub fn locate_all(&self, pointers: &[Pointer]) -> Vec<Location> {
        let mut wanted = Wanted::default();
        for pointer in pointers {
            wanted.want(pointer);
        }
        if !wanted.children.is_empty() {
            wanted.settle(Some(Location::START));
            let walk = Walk { wanted: &wanted, refused: &Cell::new(false) };
            // Text that stops being YAML somewhere ends the walk; what stands before it has been found.
            let _ended_early = walk.deserialize(serde_yaml::Deserializer::from_str(&self.text));
        }
        pointers.iter().map(|pointer| wanted.found(pointer)).collect()
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl Location {
    /// The first character of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Reads the place out of a message of `serde_yaml`, which ends in `at line 3 column 5` unless it is the first.
    pub(crate) fn from_message(message: &str) -> Option<Self> {
        let Some((_, place)) = message.rsplit_once("at line ") else { return Some(Self::START) };
        let (line, column) = place.split_once(" column ")?;
        Some(Self { line: line.parse().ok()?, column: column.parse().ok()? })
    }
}

impl Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The address of a node in a document: a JSON pointer, printed as the fragment `#/components/schemas/Order`.
///
/// A copy costs a reference count.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(Arc<str>);

impl Pointer {
    /// The whole document.
    #[must_use]
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// The member or element of this node that goes by a name or an index.
    #[must_use]
    pub fn join(&self, segment: impl Display) -> Self {
        let segment = segment.to_string().replace('~', "~0").replace('/', "~1");
        Self(Arc::from(format!("{}/{segment}", self.0)))
    }

    /// Reads `#/a/b` or `/a/b`; nothing when the text is no JSON pointer.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('#').unwrap_or(text);
        if !text.is_empty() && !text.starts_with('/') {
            return None;
        }
        let escapes_are_whole = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        escapes_are_whole.then(|| Self(Arc::from(text)))
    }

    /// The names and indices on the way down, without escapes.
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(unescape)
    }

    /// The last name or index on the way down.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        self.0.rsplit_once('/').map(|(_, last)| unescape(last))
    }

    /// The node above; nothing above the whole document.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(Arc::from(parent)))
    }
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

impl Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// The nodes whose places are wanted, and these places once they are known.
#[derive(Default)]
struct Wanted {
    place: Cell<Option<Location>>,
    children: BTreeMap<String, Wanted>,
}

impl Wanted {
    fn want(&mut self, pointer: &Pointer) {
        let mut node = self;
        for segment in pointer.segments() {
            node = node.children.entry(segment).or_default();
        }
    }

    /// Keeps the first place that is told.
    fn settle(&self, place: Option<Location>) {
        if self.place.get().is_none() {
            self.place.set(place);
        }
    }

    fn found(&self, pointer: &Pointer) -> Location {
        let mut node = self;
        let mut place = Location::START;
        for segment in pointer.segments() {
            match node.children.get(&segment) {
                Some(child) => node = child,
                None => break,
            }
            place = node.place.get().unwrap_or(place);
        }
        place
    }
}

/// Walks into the wanted nodes below one node.
///
/// `serde_yaml` tells a place only in an error. A visitor that refuses a scalar gets such an error, and the reader
/// goes on behind the scalar as if nothing had happened: so the keys that are wanted are refused, one by one.
#[derive(Clone, Copy)]
struct Walk<'w> {
    wanted: &'w Wanted,
    /// Set when an error is such a refusal.
    refused: &'w Cell<bool>,
}

impl Walk<'_> {
    /// Refuses an element that is a scalar; a member's place is its key's, which is known by now.
    fn scalar<E: de::Error>(self) -> Result<(), E> {
        if self.wanted.place.get().is_some() {
            return Ok(());
        }
        self.refused.set(true);
        Err(E::custom(""))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        loop {
            let key = Key { walk: self, text: &Cell::new(None) };
            let error = match map.next_key_seed(key) {
                Ok(None) => return Ok(()),
                Ok(Some(())) => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                Err(error) => error,
            };
            let Some(text) = key.text.take() else { return Err(error) };
            let place = Location::from_message(&error.to_string());
            self.wanted.settle(place);
            match self.wanted.children.get(&text) {
                Some(child) => {
                    child.settle(place);
                    map.next_value_seed(Self { wanted: child, ..self })?;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        // A list without a place of its own stands where its first element does.
        let first = Wanted::default();
        for index in 0_usize.. {
            let child = match self.wanted.children.get(&index.to_string()) {
                Some(child) => child,
                None if index == 0 && self.wanted.place.get().is_none() => &first,
                None => match seq.next_element::<IgnoredAny>()? {
                    Some(IgnoredAny) => continue,
                    None => return Ok(()),
                },
            };
            match seq.next_element_seed(Walk { wanted: child, refused: self.refused }) {
                Ok(Some(())) => {}
                Ok(None) => return Ok(()),
                Err(error) if self.refused.replace(false) => child.settle(Location::from_message(&error.to_string())),
                Err(error) => return Err(error),
            }
            self.wanted.settle(child.place.get());
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (IgnoredAny, content) = tagged.variant()?;
        content.newtype_variant_seed(self)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<(), E> {
        self.scalar()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.scalar()
    }
}

/// One key of a mapping: refused when its place is wanted.
#[derive(Clone, Copy)]
struct Key<'w> {
    walk: Walk<'w>,
    /// The text of the key that was refused.
    text: &'w Cell<Option<String>>,
}

impl Key<'_> {
    fn scalar<E: de::Error>(self, text: &str) -> Result<(), E> {
        let wanted = self.walk.wanted;
        if wanted.place.get().is_some() && !wanted.children.contains_key(text) {
            return Ok(());
        }
        self.text.set(Some(text.to_owned()));
        Err(E::custom(""))
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (IgnoredAny, content) = tagged.variant()?;
        content.newtype_variant_seed(self)
    }

    fn visit_bool<E: de::Error>(self, key: bool) -> Result<(), E> {
        self.scalar(&key.to_string())
    }

    fn visit_i64<E: de::Error>(self, key: i64) -> Result<(), E> {
        self.scalar(&key.to_string())
    }

    fn visit_u64<E: de::Error>(self, key: u64) -> Result<(), E> {
        self.scalar(&key.to_string())
    }

    fn visit_i128<E: de::Error>(self, key: i128) -> Result<(), E> {
        self.scalar(&key.to_string())
    }

    fn visit_u128<E: de::Error>(self, key: u128) -> Result<(), E> {
        self.scalar(&key.to_string())
    }

    fn visit_f64<E: de::Error>(self, key: f64) -> Result<(), E> {
        self.scalar(&key.to_string())
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<(), E> {
        self.scalar(key)
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.scalar("null")
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.scalar("null")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, pointer: &str) -> String {
        Source::new("test.yaml", text).locate(&Pointer::parse(pointer).unwrap()).to_string()
    }

    #[test]
    fn pointers_escape_what_separates_them() {
        let at = Pointer::root().join("paths").join("/a~b").join(3);
        assert_eq!(at.to_string(), "#/paths/~1a~0b/3");
        assert_eq!(at.segments().collect::<Vec<_>>(), ["paths", "/a~b", "3"]);
        assert_eq!(at.last().as_deref(), Some("3"));
        assert_eq!(at.parent().unwrap().last().as_deref(), Some("/a~b"));
        assert_eq!(Pointer::parse("#/paths/~1a~0b/3"), Some(at));
    }

    #[test]
    fn the_root_has_no_parent() {
        assert_eq!(Pointer::root().to_string(), "#");
        assert_eq!(Pointer::root().parent(), None);
        assert_eq!(Pointer::root().last(), None);
        assert_eq!(Pointer::root().segments().count(), 0);
        assert_eq!(Pointer::parse("#"), Some(Pointer::root()));
        assert_eq!(Pointer::root().join("").segments().collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn other_texts_are_no_pointers() {
        for text in ["a", "#a", "#/a~", "#/a~2b", "other.yaml#/a"] {
            assert_eq!(Pointer::parse(text), None, "{text}");
        }
    }

    const TEXT: &str = "\
openapi: 3.0.3
paths:
  /a/{b}:
    get:
      tags: [one, {two: 2}, [three]]
      parameters:
        - name: b
          in: path
        - {name: c}
  200: x
last: 'é' # end
";

    #[test]
    fn a_member_stands_at_its_key() {
        assert_eq!(place(TEXT, ""), "1:1");
        assert_eq!(place(TEXT, "/openapi"), "1:1");
        assert_eq!(place(TEXT, "/paths"), "2:1");
        assert_eq!(place(TEXT, "/paths/~1a~1{b}/get"), "4:5");
        assert_eq!(place(TEXT, "/paths/200"), "10:3");
        assert_eq!(place(TEXT, "/last"), "11:1");
    }

    #[test]
    fn an_element_stands_at_its_first_scalar() {
        let get = "/paths/~1a~1{b}/get";
        assert_eq!(place(TEXT, &format!("{get}/tags/0")), "5:14");
        assert_eq!(place(TEXT, &format!("{get}/tags/1")), "5:20");
        assert_eq!(place(TEXT, &format!("{get}/tags/1/two")), "5:20");
        assert_eq!(place(TEXT, &format!("{get}/tags/2")), "5:30");
        assert_eq!(place(TEXT, &format!("{get}/parameters/0")), "7:11");
        assert_eq!(place(TEXT, &format!("{get}/parameters/0/in")), "8:11");
        assert_eq!(place(TEXT, &format!("{get}/parameters/1/name")), "9:12");
    }

    #[test]
    fn a_missing_node_stands_where_the_nearest_one_does() {
        assert_eq!(place(TEXT, "/paths/~1a~1{b}/put/x"), "3:3");
        assert_eq!(place(TEXT, "/paths/~1a~1{b}/get/tags/7"), "5:7");
        assert_eq!(place(TEXT, "/openapi/x/y"), "1:1");
        assert_eq!(place(TEXT, "/nothing"), "1:1");
    }

    #[test]
    fn all_places_come_from_one_walk() {
        let pointers = ["/last", "/paths/200", "/paths/~1a~1{b}/get/tags/2", "/paths/~1a~1{b}/get/parameters/1"];
        let pointers: Vec<_> = pointers.iter().filter_map(|text| Pointer::parse(text)).collect();
        let places = Source::new("test.yaml", TEXT).locate_all(&pointers);
        let places: Vec<_> = places.iter().map(Location::to_string).collect();
        assert_eq!(places, ["11:1", "10:3", "5:30", "9:12"]);
    }

    #[test]
    fn odd_texts_end_the_walk_without_harm() {
        for text in [
            "",
            "x",
            "[",
            "a: [b",
            "a: !t {b: 1}\nc: 2",
            "? [a, b]\n: 1\n? {c: 1}\n: 2\na: {b: 1}",
            "a: *b",
            "&a [*a]",
            "--- 1\n--- 2",
        ] {
            for pointer in ["/a", "/a/b", "/0/0/0", "/c"] {
                place(text, pointer);
            }
        }
        assert_eq!(place("a: !t {b: 1}\nc: 2", "/a/b"), "1:8");
        assert_eq!(place("a: !t {b: 1}\nc: 2", "/c"), "2:1");
        assert_eq!(place("- !t x\n- y", "/1"), "2:3");
        assert_eq!(place("? [a, b]\n: 1\n? {c: 1}\n: 2\na: {b: 1}", "/a/b"), "5:5");
        assert_eq!(place("x: &x {y: 1}\na: *x\nb: 1", "/b"), "3:1");
        assert_eq!(place("a: 1\nb: [", "/a"), "1:1");
        assert_eq!(place("{\"a\":\t{\"b\":1}}", "/a/b"), "1:8");
    }
}
