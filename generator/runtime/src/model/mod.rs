//! Models: values of the wire and the tables that describe them.
//!
//! A [`Value`] shows itself as a [`Node`]; an [`Object`] adds a [`Table`]. Reading ([`decode`]), writing ([`encode`]), checking
//! ([`validate`]) and `Debug` walk these and are compiled once, whatever the number of models.

mod base64;
mod bridge;
mod characters;
mod constraints;
mod date;
mod date_time;
mod debug;
mod decimal;
mod declare;
mod drift;
mod encode;
mod equal;
mod error;
mod extra;
mod fit;
mod input;
mod json;
mod mend;
mod object;
mod open_enum;
mod path;
mod pattern;
mod rules;
mod scalars;
mod scan;
mod secret;
mod table;
mod union;
mod upload;
mod validate;
mod value;
mod walk;

pub use self::base64::Base64;
pub use self::bridge::{deserialize, serialize};
pub(crate) use self::characters::{may_be_wide, wide_characters};
pub use self::constraints::Constraints;
pub use self::date::Date;
pub use self::date_time::DateTime;
pub use self::debug::{debug_object, debug_union};
pub use self::decimal::{Decimal, IntoDecimal};
pub use self::drift::DriftKind;
pub(crate) use self::drift::drift;
pub use self::encode::encode;
pub(crate) use self::encode::{each_member, encode_node};
pub use self::equal::{equal_objects, equal_unions};
pub use self::error::{ParseError, parse_name};
pub use self::extra::Extra;
pub use self::input::{DecodeError, Fault, Input, decode};
pub(crate) use self::input::{decode_into, decode_mended};
pub use self::json::Json;
pub(crate) use self::mend::mend;
pub(crate) use self::object::Fields;
pub use self::object::{Object, Slots, read_object};
pub use self::open_enum::{
    Notation, OpenEnum, UnknownValue, blank_enum, debug_enum, enum_node, enum_text, parse_enum, read_enum,
};
pub use self::rules::{Condition, Mode, Rule};
pub(crate) use self::secret::REDACTED;
pub use self::secret::Secret;
pub use self::table::{Additional, Field, Table};
pub use self::union::{Union, UnionTable, Variant, read_union, union_node};
pub use self::upload::Upload;
pub use self::validate::{Violation, Violations, validate};
pub(crate) use self::validate::{encode_valid, validate_parts};
pub use self::value::{Entries, List, Map, Members, Node, Nullable, Value};

#[cfg(test)]
pub(crate) mod tests;
