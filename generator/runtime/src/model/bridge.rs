//! The way in and out of serde, so that models can stand in the JSON of their users.
//!
//! Values cross it as raw JSON text, which keeps every digit of a number, whatever features of `serde_json` a neighbour turns
//! on. The price is that it is for `serde_json` only: other formats, and adapters that buffer (`flatten`, `untagged`), do not
//! know raw text.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::encode::encode;
use super::input::decode;
use super::value::{Nullable, Value};

/// Serializes a value as its own JSON text.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(value: &dyn Value, serializer: S) -> Result<S::Ok, S::Error> {
    raw(value).map_err(S::Error::custom)?.serialize(serializer)
}

fn raw(value: &dyn Value) -> Result<Box<RawValue>, serde_json::Error> {
    let text = String::from_utf8(encode(value)).expect("JSON is written from str and ASCII only");
    RawValue::from_string(text)
}

/// Deserializes a value from its JSON text.
///
/// # Errors
///
/// Those of the deserializer, and what [`decode`] finds wrong with the text.
pub fn deserialize<'de, D: Deserializer<'de>, T: Value>(deserializer: D) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    decode(raw.get().as_bytes()).map_err(D::Error::custom)
}

/// Implements serde's traits for a value; models outside this crate need no serde of their own for it.
///
/// Without the feature `serde` it does nothing: two implementations for each of thousands of types are a good part of the time
/// that a large crate takes to compile.
#[cfg(any(feature = "serde", test))]
#[doc(hidden)]
#[macro_export]
macro_rules! __bridge {
    ($name:ident) => {
        impl $crate::seam::serde::Serialize for $name {
            fn serialize<S: $crate::seam::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::seam::serialize(self, serializer)
            }
        }

        impl<'de> $crate::seam::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::seam::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::seam::deserialize(deserializer)
            }
        }
    };
}

/// The same without the feature.
#[cfg(not(any(feature = "serde", test)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __bridge {
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
