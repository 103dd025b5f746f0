//! Content encodings: gzip, both ways.

use std::io::{self, Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};

use crate::exchange::LARGEST_BODY;
use crate::simulated_response::SimulatedResponse;

/// Bodies above this many bytes are compressed for those who ask.
const COMPRESSED_ABOVE: usize = 1000;

/// Compresses a response when that is asked for and worth it. One that names its encoding stays as it is.
pub(crate) fn negotiate(response: &mut SimulatedResponse, asked: &HeaderMap) {
    let is_worth_it = response.body.len() > COMPRESSED_ABOVE && !response.headers.contains_key(CONTENT_ENCODING);
    if is_worth_it && accepts_gzip(asked) {
        compress(response);
    }
}

/// Compresses a response.
pub(crate) fn compress(response: &mut SimulatedResponse) {
    if let Ok(body) = gzip(&response.body) {
        response.body = body;
        response.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
}

/// Returns the plain text of a compressed body; `None` when it is no gzip, or grows too large.
pub(crate) fn gunzip(body: &[u8]) -> Option<Bytes> {
    let mut plain = Vec::new();
    let limit = u64::try_from(LARGEST_BODY).ok()?;
    let mut decoder = MultiGzDecoder::new(body).take(limit);
    decoder.read_to_end(&mut plain).ok()?;
    (plain.len() < LARGEST_BODY).then(|| plain.into())
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter();
    let mut codings = values.filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
    codings.any(|coding| coding.split(';').next().unwrap_or_default().trim() == "gzip")
}

fn gzip(body: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body)?;
    Ok(encoder.finish()?.into())
}
