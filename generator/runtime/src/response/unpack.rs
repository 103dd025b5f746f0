//! Unpacking a body piece by piece. Downloads ask for bodies that are not packed, which not every server heeds.

use std::io;
use std::io::Write;

use bytes::{Buf, Bytes};
use flate2::write::MultiGzDecoder;
use http::{HeaderMap, header};

use super::body_flaw::BodyFlaw;
use crate::transport_api::{Body, TransportError};

/// How much is unpacked at a time. A packed byte can become a thousand, so this bounds the memory it takes.
const PIECE: usize = 4096;

pub(crate) struct Unpacking {
    body: Body,
    packing: Packing,
}

enum Packing {
    None,
    Gzip {
        decoder: Box<MultiGzDecoder<Vec<u8>>>,
        /// What has come and is not unpacked yet.
        packed: Bytes,
        /// Whether anything has come: a body without a byte is not damaged.
        begun: bool,
    },
    Unknown,
}

impl Unpacking {
    pub(crate) fn new(headers: &HeaderMap, body: Body) -> Self {
        let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes().trim_ascii());
        let packing = match encoding.map(<[u8]>::to_ascii_lowercase).as_deref() {
            None | Some(b"" | b"identity") => Packing::None,
            Some(b"gzip" | b"x-gzip") => {
                let decoder = Box::new(MultiGzDecoder::new(Vec::new()));
                Packing::Gzip { decoder, packed: Bytes::new(), begun: false }
            }
            Some(_) => Packing::Unknown,
        };
        Self { body, packing }
    }

    /// Returns how long the body is once it is unpacked, if that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.body.length().filter(|_| matches!(self.packing, Packing::None))
    }

    /// Returns the next piece; nothing at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, BodyFlaw> {
        let lost = |error| BodyFlaw::Lost(TransportError::interrupted(error));
        let Packing::Gzip { decoder, packed, begun } = &mut self.packing else {
            let is_known = matches!(self.packing, Packing::None);
            return if is_known { self.body.chunk().await.transpose().map_err(lost) } else { Err(BodyFlaw::Encoding) };
        };
        loop {
            if packed.is_empty() {
                let Some(piece) = self.body.chunk().await.transpose().map_err(lost)? else {
                    let rest = if *begun { finish(decoder).map_err(BodyFlaw::Gzip)? } else { Bytes::new() };
                    *begun = false;
                    return Ok((!rest.is_empty()).then_some(rest));
                };
                (*packed, *begun) = (piece, true);
            }
            let piece = unpack(decoder, packed).map_err(BodyFlaw::Gzip)?;
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
    }
}

fn unpack(decoder: &mut MultiGzDecoder<Vec<u8>>, packed: &mut Bytes) -> io::Result<Bytes> {
    let count = decoder.write(&packed[..packed.len().min(PIECE)])?;
    if count == 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "there is something behind its end"));
    }
    packed.advance(count);
    Ok(std::mem::take(decoder.get_mut()).into())
}

fn finish(decoder: &mut MultiGzDecoder<Vec<u8>>) -> io::Result<Bytes> {
    decoder.try_finish()?;
    Ok(std::mem::take(decoder.get_mut()).into())
}
