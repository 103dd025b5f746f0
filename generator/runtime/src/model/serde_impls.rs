//! The way in and out of serde, so that models can stand in the documents of their users.
//!
//! A value is written so that every digit of its numbers arrives, or not at all:
//!
//! | written to | as |
//! |---|---|
//! | JSON text | itself; numbers with all their digits |
//! | `serde_json::Value` and other trees | itself; a number that a tree cannot hold exactly is an error when it is written |
//! | a binary format | the bytes of its JSON text |
//! | another text format, such as YAML | itself; numbers as maps of one entry, which only this crate reads |
//! | what hides the format, such as `erased_serde` | as to a tree, since it may be one; a binary format as itself |
//!
//! Behind `erased_serde` a number of more than 15 digits that is no integer is an error in both directions, and one of fewer is read
//! with all its digits. Written, it loses only zeros at its end, which change neither its value nor what it is equal to.
//!
//! A format that says it is for people and writes structs as lists, as MessagePack can be told to, is not supported: it loses the
//! names by which numbers are known.
//!
//! `flatten` and internally tagged enums take what is an object, as they do of any other type. Readers that buffer (`flatten`,
//! `untagged`, `serde_json::Value`) hold numbers as `f64` unless `serde_json/arbitrary_precision` is on: a number of up to 15
//! digits is read from there, one with more is an error. What they were given with more digits may have become a number of 15
//! or fewer before it is read here, and then nothing tells: `0.30000000000000001` is read as `0.3`. Let numbers of so many digits
//! be read by types that do not buffer.
//!
//! Files are no part of JSON and are refused.

use std::any::type_name;
use std::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::decode::decode;
use super::encode::{encode, encode_node};
use super::json::Json;
use super::json_reader::{JsonReader, Kind};
use super::union::each_member_within;
use super::value::{Node, Nullable, Value};

/// The names by which `serde_json` hands over the text of a value, and that of a number with `arbitrary_precision`.
const RAW_VALUE: &str = "$serde_json::private::RawValue";
const RAW_NUMBER: &str = "$serde_json::private::Number";

/// Serializes a value.
///
/// # Errors
///
/// Those of the serializer; and when the value has a number that the format does not hold exactly, or a file.
pub fn serialize<S: Serializer>(value: &dyn Value, serializer: S) -> Result<S::Ok, S::Error> {
    let node = value.node();
    if serializer.is_human_readable() {
        return Written(&node).serialize(serializer);
    }
    serializer.serialize_bytes(&encode_node(&node))
}

/// A value as a format for people has it.
struct Written<'a>(&'a Node<'a>);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Node::Absent | Node::Null => serializer.serialize_none(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Integer(value) => serializer.serialize_i64(*value),
            Node::Decimal(value) => write_number(&value.to_string(), serializer),
            Node::Text(text) => serializer.serialize_str(text),
            Node::Enum { text, json: true, .. } => Text(text).serialize(serializer),
            Node::Enum { text, .. } | Node::Secret(text) => serializer.serialize_str(text),
            Node::Bytes(..) => Text(&text_of(self.0)).serialize(serializer),
            Node::List(list) => serializer.collect_seq(list.items().map(Nested)),
            Node::Map(map) => serializer.collect_map(map.entries().map(|(name, value)| (name, Nested(value)))),
            Node::Object(_) | Node::Union(_) => {
                let mut map = serializer.serialize_map(None)?;
                let mut result = Ok(());
                each_member_within(self.0, &mut |name, node| {
                    if result.is_ok() {
                        result = map.serialize_entry(name, &Member(node));
                    }
                });
                result?;
                map.end()
            }
            Node::Json(json) | Node::Unknown { json, .. } => Text(json.text()).serialize(serializer),
            Node::File(_) => Err(S::Error::custom("a file cannot be written as a part of a document")),
        }
    }
}

/// A value within another one. Its serializer may be of another kind than that of the whole, which `flatten` hides.
struct Nested<'a>(&'a dyn Value);

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}

/// A member of an object, likewise.
struct Member<'a>(&'a Node<'a>);

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return Written(self.0).serialize(serializer);
        }
        serializer.serialize_bytes(&encode_node(self.0))
    }
}

fn text_of(node: &Node<'_>) -> String {
    String::from_utf8(encode_node(node)).expect("JSON is written from str and ASCII only")
}

/// JSON text that was checked.
struct Text<'a>(&'a str);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_bytes(self.0.as_bytes());
        }
        let mut reader = JsonReader::new(self.0);
        let kind = reader.kind().map_err(|_| S::Error::custom(NO_JSON))?;
        match kind {
            // What is no tree takes the text as it is, in the order and the spelling it has.
            _ if !is_tree::<S>() && !is_adapter::<S>() => raw(self.0).map_err(S::Error::custom)?.serialize(serializer),
            Kind::Object => {
                let mut map = serializer.serialize_map(None)?;
                let mut result = Ok(());
                let read = reader.members(|name, reader| {
                    let value = reader.skip()?;
                    if result.is_ok() {
                        result = map.serialize_entry(&name, &Text(value));
                    }
                    Ok(())
                });
                result?;
                read.map_err(|_| S::Error::custom(NO_JSON))?;
                map.end()
            }
            Kind::List => {
                let mut list = serializer.serialize_seq(None)?;
                let mut result = Ok(());
                let read = reader.list(&mut |_, reader| {
                    let value = reader.skip()?;
                    if result.is_ok() {
                        result = list.serialize_element(&Text(value));
                    }
                    Ok(())
                });
                result?;
                read.map_err(|_| S::Error::custom(NO_JSON))?;
                list.end()
            }
            Kind::Number => write_number(self.0.trim(), serializer),
            Kind::Bool => serializer.serialize_bool(self.0.trim() == "true"),
            Kind::Null => serializer.serialize_none(),
            Kind::Text => serializer.serialize_str(&reader.str().map_err(|_| S::Error::custom(NO_JSON))?),
        }
    }
}

const NO_JSON: &str = "the text is not JSON";

fn raw(text: &str) -> Result<Box<RawValue>, serde_json::Error> {
    RawValue::from_string(text.to_owned())
}

/// Returns whether a serializer makes something that stays in memory, such as a `serde_json::Value`. One that writes text has
/// nothing to return.
fn is_tree<S: Serializer>() -> bool {
    size_of::<S::Ok>() > 0 || is_erased::<S>()
}

/// Returns whether a format hides behind `erased_serde`, so that nothing is known of it.
fn is_erased<S>() -> bool {
    type_name::<S>().contains("erased_serde::")
}

/// Returns whether a serializer is one of serde's own that puts members into an object which is begun already: it would take raw
/// text for a member.
fn is_adapter<S: Serializer>() -> bool {
    let name = type_name::<S>();
    name.contains("FlatMapSerializer") || name.contains("TaggedSerializer")
}

/// Writes a number with all its digits, or not at all.
fn write_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if is_adapter::<S>() {
        return Err(S::Error::custom("can only flatten or tag objects and maps (got a number)"));
    }
    if !is_tree::<S>() {
        return raw(text).map_err(S::Error::custom)?.serialize(serializer);
    }
    let held = serde_json::from_str::<serde_json::Number>(text).ok();
    match held.filter(|held| holds(held, text)) {
        Some(held) => held.serialize(serializer),
        None => Err(S::Error::custom(
            "a number has more digits than its place can hold; write the value as text, with serde_json::to_string say",
        )),
    }
}

/// Returns whether a number of a tree is that of a text, and is read from the tree again.
fn holds(held: &serde_json::Number, text: &str) -> bool {
    let digits = significant(&held.to_string());
    let is_read = |(_, digits, _): &(bool, String, i64)| digits.len() <= MOST_DIGITS;
    digits == significant(text) && (!held.is_f64() || trees_keep_digits() || digits.as_ref().is_some_and(is_read))
}

/// So many digits of any decimal number survive in a binary floating-point number.
const MOST_DIGITS: usize = 15;

/// Returns whether `serde_json/arbitrary_precision` is on.
pub(super) fn trees_keep_digits() -> bool {
    serde_json::from_str::<serde_json::Number>("1.10").is_ok_and(|number| number.to_string() == "1.10")
}

/// Returns the sign of a number in JSON, its digits without zeros at either end, and the power of ten of the last: equal for numbers that
/// are equal.
fn significant(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{decimals}");
    let last = digits.trim_end_matches('0');
    let digits = last.trim_start_matches('0').to_owned();
    if digits.is_empty() {
        return Some((false, digits, 0));
    }
    let exponent: i64 = exponent.parse().ok()?;
    let zeros = i64::try_from(whole.len() + decimals.len() - last.len()).ok()?;
    Some((negative, digits, exponent.checked_sub(i64::try_from(decimals.len()).ok()?)?.checked_add(zeros)?))
}

/// Deserializes a value.
///
/// # Errors
///
/// Those of the deserializer, and what [`decode`] finds wrong with the text.
pub fn deserialize<'de, D: Deserializer<'de>, T: Value>(deserializer: D) -> Result<T, D::Error> {
    let is_tree = type_name::<D>().ends_with("serde_json::value::Value") && !trees_keep_digits();
    let reader = Reader { may_be_tree: is_erased::<D>() && !trees_keep_digits() };
    let text = if is_tree {
        // It would hand over the text of what it holds, and not say that digits are lost. Where it keeps them, it would hand over some
        // numbers in binary.
        deserializer.deserialize_any(reader)
    } else if deserializer.is_human_readable() {
        deserializer.deserialize_newtype_struct(RAW_VALUE, reader)
    } else {
        deserializer.deserialize_byte_buf(reader)
    };
    decode(text?.as_bytes()).map_err(D::Error::custom)
}

/// Makes JSON text of what a deserializer has.
struct Reader {
    /// The text that `serde_json` hands over for the whole may be that of a tree, which has lost digits.
    may_be_tree: bool,
}

/// What stands within another value, and comes as itself.
const PLAIN: Reader = Reader { may_be_tree: false };

/// The same for what stands within it.
struct Part(String);

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PLAIN).map(Self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i128<E>(self, value: i128) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u128<E>(self, value: u128) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<String, E> {
        // The shortest text that reads as this value. Decimals of up to 15 digits come back from it as they were.
        let text = serde_json::Number::from_f64(value).map(|number| number.to_string());
        match text {
            Some(text) if is_held(&text) => Ok(text),
            _ => Err(E::custom(LOST)),
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(quoted(text))
    }

    /// Reads JSON text, which is how binary formats hold a value.
    fn visit_bytes<E: serde::de::Error>(self, text: &[u8]) -> Result<String, E> {
        checked(str::from_utf8(text).map_err(|_| E::custom(NO_JSON))?)
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok("null".to_owned())
    }

    fn visit_none<E>(self) -> Result<String, E> {
        Ok("null".to_owned())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        // It is another format, which hands over no texts of trees.
        deserializer.deserialize_any(PLAIN)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<String, A::Error> {
        let mut text = String::from("[");
        while let Some(Part(item)) = list.next_element()? {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&item);
        }
        text.push(']');
        Ok(text)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let mut text = String::from("{");
        while let Some(name) = map.next_key::<String>()? {
            if text.len() == 1 && matches!(name.as_str(), RAW_VALUE | RAW_NUMBER) {
                let text = map.next_value::<String>()?;
                if self.may_be_tree && numbers(&text).any(|number| !is_held(number)) {
                    return Err(A::Error::custom(LOST));
                }
                return checked(&text);
            }
            if text.len() > 1 {
                text.push(',');
            }
            let Part(value) = map.next_value()?;
            text.push_str(&quoted(&name));
            text.push(':');
            text.push_str(&value);
        }
        text.push('}');
        Ok(text)
    }
}

const LOST: &str = "a number came as a binary floating-point number, which does not hold all its digits";

/// Returns whether a number is the same after it was held in binary. Digits alone are an integer, and were never floating-point.
fn is_held(number: &str) -> bool {
    let is_integer = number.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
    is_integer || significant(number).is_some_and(|(_, digits, _)| digits.len() <= MOST_DIGITS)
}

/// Returns the numbers in JSON text.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let (mut in_string, mut is_escaped) = (false, false);
    text.split(move |character| {
        let is_plain = !in_string && !matches!(character, '"');
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = in_string,
            '"' => in_string = !in_string,
            _ => {}
        }
        !(is_plain && matches!(character, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
    })
    // `true` and `false` leave an `e`.
    .filter(|piece| piece.starts_with(|character: char| character == '-' || character.is_ascii_digit()))
}

fn quoted(text: &str) -> String {
    String::from_utf8(encode(&text.to_owned())).expect("JSON is written from str and ASCII only")
}

/// Checks that a text is exactly one JSON value, so that it can be embedded.
fn checked<E: serde::de::Error>(text: &str) -> Result<String, E> {
    Json::parse(text).map(|json| json.text().to_owned()).map_err(E::custom)
}

/// Implements serde's traits for a value; models outside this crate need no serde of their own for it.
///
/// Without the feature `serde` it does nothing: two implementations for each of thousands of types are a good part of the time
/// that a large crate takes to compile.
#[cfg(any(feature = "serde", test))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_impls {
    ($name:ident) => {
        impl $crate::codegen::serde::Serialize for $name {
            fn serialize<S: $crate::codegen::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize(self, serializer)
            }
        }

        impl<'de> $crate::codegen::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::codegen::deserialize(deserializer)
            }
        }
    };
}

/// The same without the feature.
#[cfg(not(any(feature = "serde", test)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_impls {
    ($name:ident) => {};
}

impl<T: Value> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, serializer)
    }
}

impl<'de, T: Value> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}
