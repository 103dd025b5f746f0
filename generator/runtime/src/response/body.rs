//! The body of a response as it was received: unpacked, as far as that is possible.

use std::borrow::Cow;
use std::io;

use bytes::Bytes;
use http::{HeaderMap, header};

use super::body_flaw::BodyFlaw;
use crate::model::RawObject;
use crate::syntax::{Unpack, gzip};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A body that is packed more than twice is not looked into further: no server does that.
const MOST_LAYERS: usize = 2;

/// A body unpacks to a hundred times its size at most, or to one mebibyte: JSON shrinks to a tenth, and gzip goes to a
/// thousandth. What reading costs is then a multiple of what came.
const LARGEST_GROWTH: usize = 100;
const ALWAYS_ALLOWED: usize = 1024 * 1024;

/// An unpacked body. A body that cannot be unpacked has its received bytes and a flaw.
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    /// The flaw of the body. A body with a flaw proves nothing, even if its text can be decoded.
    pub(crate) flaw: Option<BodyFlaw>,
    /// The bytes are complete and unpacked, so that they may be text.
    pub(crate) is_decompressed: bool,
}

impl Body {
    /// Creates the body of a response that did not arrive.
    pub(crate) fn flawed(flaw: BodyFlaw) -> Self {
        Self { bytes: Bytes::new(), flaw: Some(flaw), is_decompressed: false }
    }

    /// Unpacks a body of at most `limit` bytes. If the headers contradict the bytes, the bytes count, but the body has a flaw.
    pub(crate) fn read(headers: &HeaderMap, bytes: Bytes, limit: usize) -> Self {
        if bytes.len() > limit {
            return Self::too_large(&bytes, limit);
        }
        let coding = Coding::named(headers);
        let allowed = limit.min(bytes.len().saturating_mul(LARGEST_GROWTH).max(ALWAYS_ALLOWED));
        // Most bodies are not packed, and are not copied either.
        let (mut unpacked, mut layers, mut is_whole) = (None::<Bytes>, 0, true);
        while layers < MOST_LAYERS && gzip::begins(unpacked.as_ref().unwrap_or(&bytes)) {
            match gzip::unpack(unpacked.as_ref().unwrap_or(&bytes), allowed) {
                Ok(next) => {
                    unpacked = Some(next.bytes);
                    is_whole &= next.is_whole;
                    layers += 1;
                }
                Err(Unpack::TooLarge) => {
                    return Self { bytes, flaw: Some(BodyFlaw::TooLarge { limit: allowed }), is_decompressed: false };
                }
                // Some servers leave out the end of the stream, which holds no text.
                Err(Unpack::Damaged(error, text)) if is_cut_off(&error) && is_whole_json(&text) => {
                    return Self { bytes: text, flaw: Some(BodyFlaw::Gzip(error)), is_decompressed: true };
                }
                Err(Unpack::Damaged(error, _)) => {
                    return Self { bytes, flaw: Some(BodyFlaw::Gzip(error)), is_decompressed: false };
                }
            }
        }
        let unpacked = unpacked.unwrap_or(bytes);
        let flaw = match (coding, layers) {
            _ if !is_whole => Some(BodyFlaw::Gzip(invalid("there is something behind its end"))),
            (Coding::None, 0) | (Coding::Gzip, 1) => unpacked.starts_with(BYTE_ORDER_MARK).then_some(BodyFlaw::Marked),
            (Coding::Gzip, 0) if unpacked.is_empty() => None,
            (Coding::Gzip, 0) => Some(BodyFlaw::Gzip(invalid("it is not gzip"))),
            _ => Some(BodyFlaw::Encoding),
        };
        Self { bytes: unpacked, flaw, is_decompressed: true }
    }

    fn too_large(bytes: &Bytes, limit: usize) -> Self {
        // A copy, so that the rest is not held.
        let bytes = Bytes::copy_from_slice(&bytes[..limit]);
        Self { bytes, flaw: Some(BodyFlaw::TooLarge { limit }), is_decompressed: false }
    }

    /// Drops the bytes beyond a limit.
    pub(crate) fn capped(self, limit: usize) -> Self {
        if self.bytes.len() > limit { Self::too_large(&self.bytes, limit) } else { self }
    }

    /// Returns the body as text, with invalid UTF-8 replaced. A body that is incomplete or packed is empty.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        if !self.is_decompressed {
            return Cow::Borrowed("");
        }
        // Nearly every body is text, and this way that is found out fast.
        str::from_utf8(&self.bytes).map_or_else(|_| String::from_utf8_lossy(&self.bytes), Cow::Borrowed)
    }
}

fn is_cut_off(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::UnexpectedEof
}

fn is_whole_json(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|text| RawObject::read(text).is_complete_object())
}

fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// How a body is packed, by its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    None,
    Gzip,
    /// In another way, or in several.
    Other,
}

impl Coding {
    fn named(headers: &HeaderMap) -> Self {
        let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
        let coding = codings.next().map(|value| value.as_bytes().trim_ascii().to_ascii_lowercase());
        match coding.as_deref() {
            _ if codings.next().is_some() => Self::Other,
            None | Some(b"" | b"identity") => Self::None,
            Some(b"gzip" | b"x-gzip") => Self::Gzip,
            Some(_) => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = br#"{"a": 1}"#;

    fn read(codings: &[&'static str], bytes: impl Into<Bytes>) -> Body {
        let mut headers = HeaderMap::new();
        for coding in codings {
            headers.append(header::CONTENT_ENCODING, coding.parse().unwrap());
        }
        Body::read(&headers, bytes.into(), 10 << 20)
    }

    #[test]
    fn what_is_packed_as_its_headers_say_has_no_flaw() {
        let packed = gzip::pack(TEXT);
        for (codings, bytes) in
            [(&[][..], TEXT), (&[""], TEXT), (&["identity"], TEXT), (&["gzip"], &packed), (&[" X-GZip"], &packed)]
        {
            let body = read(codings, bytes.to_vec());
            assert!(body.flaw.is_none() && body.bytes == TEXT, "{codings:?}");
        }
        assert!(read(&["gzip"], "").flaw.is_none());
        assert!(matches!(read(&[], "\u{feff}{}").flaw, Some(BodyFlaw::Marked)));
    }

    #[test]
    fn bytes_that_contradict_their_headers_are_read_and_flawed() {
        let packed = gzip::pack(TEXT);
        let twice = gzip::pack(&packed);
        let and_more = [&packed[..], b"more"].concat();
        for (codings, bytes) in [
            (&[][..], &packed[..]),
            (&["gzip"], TEXT),
            (&["UTF-8"], TEXT),
            (&["none"], TEXT),
            (&["string"], TEXT),
            (&["br"], TEXT),
            (&["br"], &packed),
            (&["gzip", "gzip"], TEXT),
            (&["gzip", "gzip"], &packed),
            (&["gzip, gzip"], &twice),
            (&["gzip, identity"], &packed),
            (&["gzip"], &twice),
            (&["gzip"], &and_more),
        ] {
            let body = read(codings, bytes.to_vec());
            assert!(
                body.flaw.is_some() && body.is_decompressed && body.text() == str::from_utf8(TEXT).unwrap(),
                "{codings:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_unpacked_is_kept_as_it_came() {
        let packed = gzip::pack(&TEXT.repeat(100));
        let bomb = gzip::pack(&vec![b' '; 5 << 20]);
        for bytes in [&packed[..packed.len() / 2], &bomb] {
            let body = read(&["gzip"], bytes.to_vec());
            assert!(body.flaw.is_some() && body.bytes == bytes && body.text().is_empty());
        }
    }

    #[test]
    fn a_stream_without_its_end_is_read_if_its_text_is_whole() {
        let packed = gzip::pack(TEXT);
        for length in packed.len() - 8..packed.len() {
            let body = read(&["gzip"], packed[..length].to_vec());
            assert!(matches!(body.flaw, Some(BodyFlaw::Gzip(_))) && body.bytes == TEXT, "{length}");
        }
        let mut other = packed.to_vec();
        other[packed.len() - 8] ^= 1;
        for bytes in [&packed[..packed.len() - 12], &other] {
            assert!(read(&["gzip"], bytes.to_vec()).bytes == bytes);
        }
    }

    #[test]
    fn what_is_beyond_the_limit_is_not_held() {
        let body = read(&[], vec![b' '; 11 << 20]);
        assert!(matches!(body.flaw, Some(BodyFlaw::TooLarge { limit }) if limit == body.bytes.len()));
        assert!(read(&[], TEXT).capped(TEXT.len()).flaw.is_none());
        assert_eq!(read(&[], TEXT).capped(3).bytes, TEXT[..3]);
    }
}
