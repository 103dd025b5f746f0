//! Slips of the hand and of malice. Nearly all are made in the tree, so that the text stays YAML or JSON and the reading stage
//! does not catch them all.

use fastrand::Rng;
use serde_yaml::{Mapping, Value};

use super::hostile;
use super::tree::{NodePath, Step, at, count, delete, nth, pointer};

/// Makes one slip; the document stays as it was where it has no place for it.
pub(super) fn slip(document: &mut Value, rng: &mut Rng) {
    let Some(way) = any(document, rng) else { return };
    match rng.u8(..16) {
        0 | 1 => drop(delete(document, &way)),
        2 => set(document, &way, hostile::value(rng)),
        3 => transplant(document, &way, rng),
        4 | 5 => duplicate(document, &way, rng),
        6 => rename(document, &way, rng),
        7 => deepen(document, &way, rng),
        8 => set(document, &way, hostile::long(rng).into()),
        9 | 10 => speak(document, &way, rng),
        11..14 => retype(document, rng),
        _ => refer(document, &way, rng),
    }
}

/// Changes the text itself, which may no longer be a document then.
pub(super) fn slip_in_text(text: &str, rng: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if bytes.is_empty() {
        return hostile::text(rng).to_owned();
    }
    let here = rng.usize(..bytes.len());
    let upto = (here + rng.usize(1..40)).min(bytes.len());
    match rng.u8(..6) {
        0 => bytes[here] = rng.u8(..),
        1 => drop(bytes.drain(here..upto)),
        2 => bytes.truncate(here),
        3 => drop(bytes.splice(here..here, hostile::text(rng).bytes())),
        4 => drop(bytes.splice(
            here..here,
            ["&a ", "*a", "!!binary ", "\t", "? ", ": ", "<<: ", "---\n", "%YAML 9\n"][rng.usize(..9)].bytes(),
        )),
        // A line twice makes a key that is there twice.
        _ => {
            let is_end = |byte: &u8| *byte == b'\n';
            let start = bytes[..here].iter().rposition(is_end).map_or(0, |end| end + 1);
            let end = bytes[here..].iter().position(is_end).map_or(bytes.len(), |end| here + end + 1);
            let line = bytes[start..end].to_vec();
            bytes.splice(start..start, line);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the way to any node.
fn any(document: &Value, rng: &mut Rng) -> Option<NodePath> {
    match count(document) {
        0 => None,
        count => nth(document, rng.usize(..count)),
    }
}

/// Returns the way to any mapping, if one is found soon.
fn any_mapping(document: &mut Value, rng: &mut Rng) -> Option<NodePath> {
    (0..20).find_map(|_| any(document, rng).filter(|way| at(document, way).is_some_and(|value| value.is_mapping())))
}

fn set(document: &mut Value, way: &[Step], new: Value) {
    if let Some(value) = at(document, way) {
        *value = new;
    }
}

/// Larger parts are not put into others: a few slips would make a document that is larger than any.
const LARGEST_COPY: usize = 2_000;

/// Puts a copy of another node here, which may contain this one.
fn transplant(document: &mut Value, way: &[Step], rng: &mut Rng) {
    let other = any(document, rng).and_then(|other| at(document, &other).cloned());
    if let Some(other) = other.filter(|other| count(other) <= LARGEST_COPY) {
        set(document, way, other);
    }
}

/// Has a node twice: in a list, or in a mapping under a key that is nearly the same.
fn duplicate(document: &mut Value, way: &[Step], rng: &mut Rng) {
    let Some((last, above)) = way.split_last() else { return };
    match (at(document, above), last) {
        (Some(Value::Sequence(items)), Step::Index(index)) => {
            if let Some(item) = items.get(*index).cloned() {
                items.insert(*index, item);
            }
        }
        (Some(Value::Mapping(members)), Step::Key(Value::String(key))) => {
            let twin = match rng.u8(..6) {
                0 => key.to_uppercase(),
                1 => key.to_lowercase(),
                2 => format!("{key}_"),
                3 => format!("{key}-"),
                4 => key.replace(['_', '-'], " "),
                _ => format!("{key}{}", hostile::text(rng)),
            };
            if let Some(value) = members.get(key.as_str()).cloned() {
                members.insert(twin.into(), value);
            }
        }
        _ => {}
    }
}

/// Gives a member another name, in its place.
fn rename(document: &mut Value, way: &[Step], rng: &mut Rng) {
    let Some((Step::Key(key), above)) = way.split_last() else { return };
    let old = key.as_str().unwrap_or_default();
    let new = match rng.u8(..4) {
        0 => hostile::text(rng).to_owned(),
        1 => format!("{}{old}", hostile::text(rng)),
        2 => format!("{old}{}", hostile::text(rng)),
        _ => hostile::long(rng),
    };
    if let Some(Value::Mapping(members)) = at(document, above) {
        let entries = std::mem::take(members).into_iter();
        *members = entries.map(|(name, value)| (if name == *key { new.clone().into() } else { name }, value)).collect();
    }
}

/// Puts a node below many others.
fn deepen(document: &mut Value, way: &[Step], rng: &mut Rng) {
    let Some(value) = at(document, way) else { return };
    let (levels, kind) = ([1, 8, 60, 400][rng.usize(..4)], rng.u8(..5));
    let mapping = |key: &str, value| Value::Mapping(Mapping::from_iter([(key.into(), value)]));
    for _ in 0..levels {
        let inner = std::mem::take(value);
        *value = match kind {
            0 => Value::Sequence(vec![inner]),
            1 => mapping("items", inner),
            2 => mapping("allOf", Value::Sequence(vec![inner])),
            3 => mapping("properties", mapping("a", inner)),
            _ => mapping("additionalProperties", inner),
        };
    }
}

/// Says something hostile where text stands, or in its place.
fn speak(document: &mut Value, way: &[Step], rng: &mut Rng) {
    let Some(value) = at(document, way) else { return };
    let hostile = hostile::text(rng);
    let old = value.as_str().unwrap_or_default();
    let middle = old.char_indices().nth(rng.usize(..8)).map_or(old.len(), |(at, _)| at);
    *value = Value::String(format!("{}{hostile}{}", &old[..middle], &old[middle..]));
}

/// Adds a keyword to a mapping, or says something else by one that is there.
fn retype(document: &mut Value, rng: &mut Rng) {
    let Some(way) = any_mapping(document, rng) else { return };
    if let Some(Value::Mapping(members)) = at(document, &way) {
        members.extend(hostile::keyword(rng));
    }
}

/// Makes a node a reference to any other, perhaps to one above it or to itself; beside what it says, or in its place.
fn refer(document: &mut Value, way: &[Step], rng: &mut Rng) {
    let target = match rng.u8(..4) {
        0 => pointer(&way[..rng.usize(..=way.len())]),
        1 => ["other.yaml", "other.yaml#/a", "../../x.json", "https://a.b/c.yaml#/d", "#a", "#/a/~2"][rng.usize(..6)]
            .to_owned(),
        _ => any(document, rng).map_or_else(|| "#".to_owned(), |way| pointer(&way)),
    };
    match at(document, way) {
        Some(Value::Mapping(members)) if rng.bool() => drop(members.insert("$ref".into(), target.into())),
        Some(value) => *value = Value::Mapping(Mapping::from_iter([("$ref".into(), target.into())])),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get: {tags: [a, b]}\n";

    #[test]
    fn the_same_chance_makes_the_same_slips() {
        let mut distinct = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let make = || {
                let (mut document, mut rng) = (serde_yaml::from_str(TEXT).unwrap(), Rng::with_seed(seed));
                slip(&mut document, &mut rng);
                let text = serde_yaml::to_string(&document).unwrap();
                slip_in_text(&text, &mut rng)
            };
            let made = make();
            assert_eq!(made, make());
            distinct.insert(made);
        }
        assert!(distinct.len() > 150, "only {} of 200 differ", distinct.len());
    }

    #[test]
    fn most_slips_leave_a_document_that_can_be_read() {
        let readable = (0..400).filter(|seed| {
            let (mut document, mut rng) = (serde_yaml::from_str(TEXT).unwrap(), Rng::with_seed(*seed));
            slip(&mut document, &mut rng);
            let text = serde_yaml::to_string(&document).unwrap();
            serde_yaml::from_str::<Value>(&text).is_ok()
        });
        assert!(readable.count() > 360);
    }

    #[test]
    fn nothing_has_no_place_for_a_slip() {
        for text in ["", "a", "[]", "{}"] {
            let (mut document, mut rng) = (serde_yaml::from_str(text).unwrap(), Rng::with_seed(1));
            let before = Value::clone(&document);
            slip(&mut document, &mut rng);
            assert_eq!(document, before);
        }
    }
}
