//! Syntax of texts and bytes: percent-encoding, base64, charsets, headers, paths, media types, gzip.
//!
//! Invariant: nothing here knows a model, a service or a call.

pub(crate) mod base64;
mod charset;
pub(crate) mod gzip;
mod header;
mod hex;
mod media_type;
mod one_line;
mod path;
mod percent;
mod url;

pub use self::base64::Alphabet;
pub(crate) use self::base64::{base64, base64_decode};
pub(crate) use self::charset::{decode_latin1, encode_text};
pub(crate) use self::gzip::Unpack;
pub(crate) use self::header::{header_text, header_value, is_token, static_value};
pub(crate) use self::hex::{hex, unhex};
pub(crate) use self::media_type::{covers, essence, is_json, is_range, parameters};
#[cfg(feature = "tracing")]
pub(crate) use self::one_line::for_log;
pub(crate) use self::one_line::{LONGEST_QUOTE, MOST_SHOWN, OneLine, Plain, Quote, Span, has_no_width, is_hidden};
pub(crate) use self::path::{has_step, path_flaw};
pub(crate) use self::percent::{QUERY_MARKS, percent_decode, percent_encode, percent_encode_query};
pub(crate) use self::url::{is_loopback, is_plain_https, is_plain_url};
