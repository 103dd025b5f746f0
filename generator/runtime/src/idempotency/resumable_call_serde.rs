//! A kept call as serde's formats write and read it: by the names of its fields, or by their order.

use std::fmt;

use bytes::Bytes;
use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::key::IdempotencyKey;
use super::resumable_call::{KeyUse, ResumableCall};
use crate::syntax::{hex, unhex};

/// The version of the layout. A change of it gets another number.
const VERSION: u64 = 2;

/// Declares the fields once, with what writes and reads them.
macro_rules! fields {
    ($($name:ident: $type:ty,)*) => {
        /// The fields, in the order in which they are written.
        struct Written {
            $($name: $type,)*
        }

        const FIELDS: &[&str] = &[$(stringify!($name)),*];

        impl Serialize for Written {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut fields = serializer.serialize_struct("ResumableCall", FIELDS.len())?;
                $(fields.serialize_field(stringify!($name), &self.$name)?;)*
                fields.end()
            }
        }

        impl<'de> Visitor<'de> for Fields {
            type Value = Written;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a resumable call")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Written, A::Error> {
                $(let mut $name: Option<$type> = None;)*
                while let Some(Name(field)) = map.next_key()? {
                    $(if field == stringify!($name) {
                        if $name.replace(map.next_value()?).is_some() {
                            return Err(A::Error::duplicate_field(stringify!($name)));
                        }
                        continue;
                    })*
                    return Err(A::Error::unknown_field(field, FIELDS));
                }
                Ok(Written {
                    $($name: $name.ok_or_else(|| A::Error::missing_field(stringify!($name)))?,)*
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Written, A::Error> {
                let mut read = 0;
                $(
                    let $name: $type = list.next_element()?.ok_or_else(|| A::Error::invalid_length(read, &self))?;
                    read += 1;
                )*
                // A format that knows where a list ends must not have more.
                if list.size_hint().is_some_and(|left| left > 0) && list.next_element::<IgnoredAny>()?.is_some() {
                    return Err(A::Error::invalid_length(read + 1, &self));
                }
                Ok(Written { $($name,)* })
            }
        }
    };
}

fields! {
    version: Version,
    operation: String,
    method: String,
    base_url: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
    body_is_hex: bool,
    idempotency_key: String,
    first_used_millis: u64,
    key_use: KeyUse,
    in_doubt: bool,
    sender: String,
}

/// The version, which is looked at before anything else is taken for what it seems.
struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        VERSION.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            VERSION => Ok(Self),
            other => Err(D::Error::custom(format_args!(
                "the call was written in version {other} of its layout, by another version of the library; this one reads version {VERSION}"
            ))),
        }
    }
}

/// Each use with the word by which it is written.
const KEY_USES: [(KeyUse, &str); 3] = [(KeyUse::New, "new"), (KeyUse::Dated, "dated"), (KeyUse::Undated, "undated")];

impl Serialize for KeyUse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let word = KEY_USES.iter().find(|(key_use, _)| key_use == self).map(|(_, word)| *word);
        word.unwrap_or_default().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeyUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let key_use = KEY_USES.iter().find(|(_, known)| *known == word).map(|(key_use, _)| *key_use);
        key_use.ok_or_else(|| D::Error::custom("`key_use` is not \"new\", \"dated\" or \"undated\""))
    }
}

struct Fields;

/// The name of a field, or its index in formats that write that.
struct Name(&'static str);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_u64<E: serde::de::Error>(self, index: u64) -> Result<Name, E> {
        let name = usize::try_from(index).ok().and_then(|index| FIELDS.get(index));
        name.map(|name| Name(name)).ok_or_else(|| E::custom(format_args!("there is no field {index}")))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Name, E> {
        let name = FIELDS.iter().find(|name| **name == text);
        name.map(|name| Name(name)).ok_or_else(|| E::unknown_field(text, FIELDS))
    }

    fn visit_bytes<E: serde::de::Error>(self, text: &[u8]) -> Result<Name, E> {
        self.visit_str(&String::from_utf8_lossy(text))
    }
}

impl Serialize for ResumableCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Bytes that are no text are those of a packed body.
        let text = str::from_utf8(&self.body).map(str::to_owned);
        let call = self.clone();
        let written = Written {
            version: Version,
            operation: call.operation,
            method: call.method,
            base_url: call.base_url,
            path: call.path,
            headers: call.headers,
            body_is_hex: text.is_err(),
            body: text.unwrap_or_else(|_| hex(&self.body)),
            idempotency_key: call.key.as_str().to_owned(),
            first_used_millis: call.first_used_millis,
            key_use: call.key_use,
            in_doubt: call.in_doubt,
            sender: call.sender,
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ResumableCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = deserializer.deserialize_struct("ResumableCall", FIELDS, Fields)?;
        let body = if written.body_is_hex {
            let body = unhex(&written.body);
            Bytes::from(body.ok_or_else(|| D::Error::custom("`body` is not made of pairs of hex digits"))?)
        } else {
            Bytes::from(written.body)
        };
        let key = IdempotencyKey::parse(&written.idempotency_key);
        Ok(Self {
            operation: written.operation,
            method: written.method,
            base_url: written.base_url,
            path: written.path,
            headers: written.headers,
            body,
            key: key.map_err(|_| D::Error::custom("`idempotency_key` is no idempotency key"))?,
            first_used_millis: written.first_used_millis,
            key_use: written.key_use,
            in_doubt: written.in_doubt,
            sender: written.sender,
        })
    }
}
