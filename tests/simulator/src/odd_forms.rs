//! Responses with the same facts in unexpected forms.

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;

use crate::distortion::Distortion;
use crate::encoding::compress;
use crate::exchange::Outgoing;
use crate::json::quoted;
use crate::simulated_response::SimulatedResponse;

/// A form of a response that no client expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Oddity {
    /// A byte order mark stands in front.
    ByteOrderMark,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// `)]}'` stands in front, as services put it there against scripts.
    Prefix,
    /// The body is the only element of a list.
    InList,
    /// The body is a JSON string that holds JSON.
    InText,
    /// The body is compressed, and no header says so.
    GzipUnnamed,
    /// The body is compressed twice, which two `Content-Encoding` headers say.
    EncodedTwice,
    /// `Content-Encoding` names a coding that nobody knows.
    UnknownCoding,
    /// `reasons` is the first reason itself.
    ReasonsAsObject,
    /// `reasons` begins with a null.
    ReasonsWithNull,
    /// A code is a number with a fraction, as in `53000060.0`.
    CodeAsDecimal,
    /// A code stands between blanks.
    CodeWithBlanks,
    /// The names of members begin with capitals.
    CapitalMembers,
    /// No length is announced, and the connection closes before the body begins.
    ClosedBeforeBody,
}

impl Oddity {
    /// All of them.
    pub(crate) const ALL: &[Self] = &[
        Self::ByteOrderMark,
        Self::Utf16,
        Self::Prefix,
        Self::InList,
        Self::InText,
        Self::GzipUnnamed,
        Self::EncodedTwice,
        Self::UnknownCoding,
        Self::ReasonsAsObject,
        Self::ReasonsWithNull,
        Self::CodeAsDecimal,
        Self::CodeWithBlanks,
        Self::CapitalMembers,
        Self::ClosedBeforeBody,
    ];

    /// Returns the response in this form.
    pub(crate) fn apply(self, mut response: SimulatedResponse) -> Outgoing {
        match self {
            Self::ByteOrderMark => response.body = [b"\xef\xbb\xbf", &*response.body].concat().into(),
            Self::Utf16 => response.body = utf_16(&response.body),
            Self::Prefix => response.body = [b")]}'\n", &*response.body].concat().into(),
            Self::InList => response.body = [b"[", &*response.body, b"]"].concat().into(),
            Self::InText => response.body = quoted(&String::from_utf8_lossy(&response.body)).into(),
            Self::GzipUnnamed => {
                compress(&mut response);
                response.headers.remove(CONTENT_ENCODING);
            }
            Self::EncodedTwice => {
                compress(&mut response);
                compress(&mut response);
                append_coding(&mut response.headers, "gzip");
            }
            Self::UnknownCoding => append_coding(&mut response.headers, "x-unheard-of"),
            Self::ReasonsAsObject => response.body = Distortion::ReasonsAsObject.apply(&response.body),
            Self::ReasonsWithNull => response.body = Distortion::ReasonsWithNull.apply(&response.body),
            Self::CodeAsDecimal => response.body = Distortion::CodeAsDecimal.apply(&response.body),
            Self::CodeWithBlanks => response.body = Distortion::CodeWithBlanks.apply(&response.body),
            Self::CapitalMembers => response.body = Distortion::CapitalMembers.apply(&response.body),
            Self::ClosedBeforeBody => return Outgoing::Bodiless(response),
        }
        Outgoing::Response(response)
    }
}

fn utf_16(body: &Bytes) -> Bytes {
    let text = String::from_utf8_lossy(body);
    let units = [0xfeff].into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn append_coding(headers: &mut HeaderMap, coding: &'static str) {
    headers.append(CONTENT_ENCODING, HeaderValue::from_static(coding));
}
