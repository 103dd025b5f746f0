//! Models: values of the wire and the tables that describe them.
//!
//! A [`Value`] shows itself as a [`Node`]; an [`Object`] adds a [`Table`]. Reading ([`decode`]), writing ([`encode`]), checking
//! ([`validate`]) and `Debug` walk these and are compiled once, whatever the number of models.

mod base64;
mod check_constraints;
mod check_rules;
mod constraints;
mod date;
mod date_time;
mod debug;
mod decimal;
mod decode;
mod drift;
mod encode;
mod equal;
mod error;
mod extra;
mod json;
mod json_reader;
mod json_repair;
mod json_tokens;
mod json_writer;
mod leaf_values;
mod macros;
mod object;
mod open_enum;
mod path;
mod pattern;
mod raw_object;
mod read_object;
mod read_union;
mod rules;
mod secret;
mod serde_impls;
mod table;
mod union;
mod union_match;
mod upload;
mod upload_content;
mod validate;
mod value;
mod violations;
mod walk;
mod wide_characters;

pub use self::base64::{Base64, Base64Url};
pub use self::constraints::Constraints;
pub use self::date::Date;
pub use self::date_time::DateTime;
pub use self::debug::{debug_object, debug_union};
pub use self::decimal::{Decimal, IntoDecimal};
pub use self::decode::decode;
pub(crate) use self::decode::{decode_into, decode_repaired};
pub use self::drift::DriftKind;
pub(crate) use self::drift::drift;
pub use self::encode::encode;
pub(crate) use self::encode::encode_sent;
pub use self::equal::{equal_objects, equal_unions};
pub use self::error::{ParseError, parse_name};
pub use self::extra::Extra;
pub use self::json::Json;
pub use self::json_reader::{DecodeError, JsonReader, ReadError};
pub(crate) use self::json_repair::repair;
pub(crate) use self::object::Fields;
pub use self::object::{Object, Slots};
pub use self::open_enum::{
    Notation, OpenEnum, UnknownValue, blank_enum, debug_enum, enum_node, enum_text, parse_enum, read_enum,
};
pub(crate) use self::raw_object::RawObject;
pub use self::read_object::read_object;
pub use self::read_union::read_union;
pub use self::rules::{Condition, Mode, Rule};
pub(crate) use self::secret::REDACTED;
pub use self::secret::Secret;
pub use self::serde_impls::{deserialize, serialize};
pub use self::table::{Additional, Field, Row, Table};
pub(crate) use self::union::each_sent_member;
pub use self::union::{Union, UnionTable, Variant, union_node};
pub use self::upload::Upload;
pub(crate) use self::upload_content::UploadContent;
pub use self::validate::validate;
pub(crate) use self::validate::{encode_valid, validate_parts};
pub use self::value::{Entries, EntriesMut, List, Map, Node, Nullable, Value};
pub use self::violations::{Violation, Violations};
pub(crate) use self::wide_characters::{may_be_wide, wide_characters};

#[cfg(test)]
pub(crate) mod tests;
