//! Finds the line and column of nodes in the text of a JSON or YAML file.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use jiter::{Jiter, JiterResult, Peek};
use serde::de::{self, DeserializeSeed, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::location::{Location, locations};
use crate::document::Pointer;

/// Returns the locations of nodes, in the order of the pointers, from one walk over the text.
pub(super) fn all<'p>(text: &str, pointers: impl Iterator<Item = &'p Pointer> + Clone) -> Vec<Location> {
    let mut wanted = Wanted::default();
    pointers.clone().for_each(|pointer| wanted.want(pointer));
    if !wanted.children.is_empty() {
        wanted.record(Some(Location::START));
        if !walk_json(text, &wanted) {
            let walk = YamlWalk { wanted: &wanted, rejected: &Cell::new(false) };
            // Invalid YAML ends the walk. Nodes before the error have been found.
            let _ended_early = walk.deserialize(serde_yaml::Deserializer::from_str(text));
        }
    }
    pointers.map(|pointer| wanted.nearest_location(pointer)).collect()
}

/// Finds the wanted nodes in JSON text. Returns `false` if the text is not JSON.
fn walk_json(text: &str, wanted: &Wanted) -> bool {
    let json = text.trim_start_matches('\u{feff}');
    if !json.trim_start().starts_with('{') {
        return false;
    }
    let mut walk = JsonWalk { json: Jiter::new(json.as_bytes()), text: json, found: Vec::new() };
    let walked = walk.json.peek().and_then(|peek| walk.node(peek, wanted)).and_then(|()| walk.json.finish());
    if walked.is_err() {
        return false;
    }
    let skipped = text.len() - json.len();
    let offsets: Vec<_> = walk.found.iter().map(|(offset, _)| offset + skipped).collect();
    for ((_, node), location) in walk.found.iter().zip(locations(text, &offsets)) {
        node.record(Some(location));
    }
    true
}

/// A walk over JSON text that records the offsets of the wanted nodes.
struct JsonWalk<'w> {
    json: Jiter<'w>,
    text: &'w str,
    found: Vec<(usize, &'w Wanted)>,
}

impl<'w> JsonWalk<'w> {
    fn node(&mut self, peek: Peek, wanted: &'w Wanted) -> JiterResult<()> {
        match peek {
            _ if wanted.children.is_empty() => self.json.known_skip(peek),
            Peek::Object => self.members(wanted),
            Peek::Array => self.elements(wanted),
            _ => self.json.known_skip(peek),
        }
    }

    fn members(&mut self, wanted: &'w Wanted) -> JiterResult<()> {
        let mut before = self.json.current_index();
        let mut key = self.json.known_object()?.map(|key| wanted.children.get(key));
        while let Some(child) = key {
            match child {
                Some(child) => {
                    // A brace, a comma or white space may precede the key.
                    let gap = self.text.as_bytes()[before..].iter().take_while(|byte| **byte != b'"').count();
                    self.found.push((before + gap, child));
                    let peek = self.json.peek()?;
                    self.node(peek, child)?;
                }
                None => self.json.next_skip()?,
            }
            before = self.json.current_index();
            key = self.json.next_key()?.map(|key| wanted.children.get(key));
        }
        Ok(())
    }

    fn elements(&mut self, wanted: &'w Wanted) -> JiterResult<()> {
        let mut next = self.json.known_array()?;
        for index in 0_usize.. {
            let Some(peek) = next else { break };
            match wanted.children.get(&index.to_string()) {
                Some(child) => {
                    self.found.push((self.json.current_index(), child));
                    self.node(peek, child)?;
                }
                None => self.json.known_skip(peek)?,
            }
            next = self.json.array_step()?;
        }
        Ok(())
    }
}

/// A tree of the nodes whose locations are wanted, with the locations found so far.
#[derive(Default)]
struct Wanted {
    location: Cell<Option<Location>>,
    children: BTreeMap<String, Wanted>,
}

impl Wanted {
    fn want(&mut self, pointer: &Pointer) {
        let mut node = self;
        for segment in pointer.segments() {
            node = node.children.entry(segment).or_default();
        }
    }

    /// Records the location, unless one is known already.
    fn record(&self, location: Option<Location>) {
        if self.location.get().is_none() {
            self.location.set(location);
        }
    }

    /// Returns the location of a node, or of the nearest node around it that has one.
    fn nearest_location(&self, pointer: &Pointer) -> Location {
        let mut node = self;
        let mut location = Location::START;
        for segment in pointer.names() {
            match node.children.get(segment) {
                Some(child) => node = child,
                None => break,
            }
            location = node.location.get().unwrap_or(location);
        }
        location
    }
}

/// A walk over YAML text that records the locations of the wanted nodes below one node.
///
/// `serde_yaml` reports a location only in an error. If a visitor rejects a scalar, the error has the location of the scalar,
/// and the deserializer continues behind it. The walk therefore rejects each wanted key, and reads its location from the error.
#[derive(Clone, Copy)]
struct YamlWalk<'w> {
    wanted: &'w Wanted,
    /// Whether the current error is such a rejection.
    rejected: &'w Cell<bool>,
}

impl YamlWalk<'_> {
    /// Rejects a scalar element to get its location. A member already has the location of its key.
    fn scalar<E: de::Error>(self) -> Result<(), E> {
        if self.wanted.location.get().is_some() {
            return Ok(());
        }
        self.rejected.set(true);
        Err(E::custom(""))
    }
}

impl<'de> DeserializeSeed<'de> for YamlWalk<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for YamlWalk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        loop {
            let key = YamlKey { walk: self, text: &Cell::new(None) };
            let error = match map.next_key_seed(key) {
                Ok(None) => return Ok(()),
                Ok(Some(())) => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                Err(error) => error,
            };
            let Some(text) = key.text.take() else { return Err(error) };
            let location = Location::from_message(&error.to_string());
            // A mapping without a location gets that of its first key.
            self.wanted.record(location);
            match self.wanted.children.get(&text) {
                Some(child) => {
                    child.record(location);
                    map.next_value_seed(Self { wanted: child, ..self })?;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        // A list without a location gets the location of its first element, which is located even if nobody asks for it.
        let probe = Wanted::default();
        for index in 0_usize.. {
            let child = match self.wanted.children.get(&index.to_string()) {
                Some(child) => child,
                None if index == 0 && self.wanted.location.get().is_none() => &probe,
                None => match seq.next_element::<IgnoredAny>()? {
                    Some(IgnoredAny) => continue,
                    None => return Ok(()),
                },
            };
            match seq.next_element_seed(YamlWalk { wanted: child, rejected: self.rejected }) {
                Ok(Some(())) => {}
                Ok(None) => return Ok(()),
                Err(error) if self.rejected.replace(false) => child.record(Location::from_message(&error.to_string())),
                Err(error) => return Err(error),
            }
            self.wanted.record(child.location.get());
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

/// A key of a mapping. It is rejected if its location is wanted.
#[derive(Clone, Copy)]
struct YamlKey<'w> {
    walk: YamlWalk<'w>,
    /// The text of the rejected key.
    text: &'w Cell<Option<String>>,
}

impl YamlKey<'_> {
    fn scalar<E: de::Error>(self, text: &str) -> Result<(), E> {
        let wanted = self.walk.wanted;
        if wanted.location.get().is_some() && !wanted.children.contains_key(text) {
            return Ok(());
        }
        self.text.set(Some(text.to_owned()));
        Err(E::custom(""))
    }
}

impl<'de> DeserializeSeed<'de> for YamlKey<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for YamlKey<'_> {
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
    use crate::document::Pointer;
    use crate::source::{Location, Source};

    fn location(text: &str, pointer: &str) -> String {
        Source::new("test.yaml", text).locate(&Pointer::parse(pointer).unwrap()).to_string()
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
    fn a_member_has_the_location_of_its_key() {
        assert_eq!(location(TEXT, ""), "1:1");
        assert_eq!(location(TEXT, "/openapi"), "1:1");
        assert_eq!(location(TEXT, "/paths"), "2:1");
        assert_eq!(location(TEXT, "/paths/~1a~1{b}/get"), "4:5");
        assert_eq!(location(TEXT, "/paths/200"), "10:3");
        assert_eq!(location(TEXT, "/last"), "11:1");
    }

    #[test]
    fn an_element_has_the_location_of_its_first_scalar() {
        let get = "/paths/~1a~1{b}/get";
        assert_eq!(location(TEXT, &format!("{get}/tags/0")), "5:14");
        assert_eq!(location(TEXT, &format!("{get}/tags/1")), "5:20");
        assert_eq!(location(TEXT, &format!("{get}/tags/1/two")), "5:20");
        assert_eq!(location(TEXT, &format!("{get}/tags/2")), "5:30");
        assert_eq!(location(TEXT, &format!("{get}/parameters/0")), "7:11");
        assert_eq!(location(TEXT, &format!("{get}/parameters/0/in")), "8:11");
        assert_eq!(location(TEXT, &format!("{get}/parameters/1/name")), "9:12");
    }

    #[test]
    fn a_missing_node_has_the_location_of_its_nearest_ancestor() {
        assert_eq!(location(TEXT, "/paths/~1a~1{b}/put/x"), "3:3");
        assert_eq!(location(TEXT, "/paths/~1a~1{b}/get/tags/7"), "5:7");
        assert_eq!(location(TEXT, "/openapi/x/y"), "1:1");
        assert_eq!(location(TEXT, "/nothing"), "1:1");
    }

    #[test]
    fn one_walk_finds_all_locations() {
        let pointers = ["/last", "/paths/200", "/paths/~1a~1{b}/get/tags/2", "/paths/~1a~1{b}/get/parameters/1"];
        let pointers: Vec<_> = pointers.iter().filter_map(|text| Pointer::parse(text)).collect();
        let locations = Source::new("test.yaml", TEXT).locate_all(&pointers);
        let locations: Vec<_> = locations.iter().map(Location::to_string).collect();
        assert_eq!(locations, ["11:1", "10:3", "5:30", "9:12"]);
    }

    #[test]
    fn invalid_texts_end_the_walk() {
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
                location(text, pointer);
            }
        }
        assert_eq!(location("a: !t {b: 1}\nc: 2", "/a/b"), "1:8");
        assert_eq!(location("a: !t {b: 1}\nc: 2", "/c"), "2:1");
        assert_eq!(location("- !t x\n- y", "/1"), "2:3");
        assert_eq!(location("? [a, b]\n: 1\n? {c: 1}\n: 2\na: {b: 1}", "/a/b"), "5:5");
        assert_eq!(location("x: &x {y: 1}\na: *x\nb: 1", "/b"), "3:1");
        assert_eq!(location("a: 1\nb: [", "/a"), "1:1");
        assert_eq!(location("{\"a\":\t{\"b\":1}}", "/a/b"), "1:8");
    }

    #[test]
    fn locations_in_json_equal_those_in_yaml() {
        let json = "{ \"a\": [\n1, {\"b\" : 2}, [3]],\n \"é\":{\"\\u0062\":{}},\n\"a\": 5 }";
        let locations: Vec<_> =
            ["/a", "/a/0", "/a/1", "/a/1/b", "/a/2/0", "/é", "/é/b", "/a/7"].map(|at| location(json, at)).into();
        assert_eq!(locations, ["1:3", "2:1", "2:4", "2:5", "2:16", "3:2", "3:7", "1:3"]);
        assert_eq!(location(&format!("\u{feff}{json}"), "/é"), "3:2");
    }
}
