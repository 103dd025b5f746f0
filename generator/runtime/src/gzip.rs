//! Gzip, both ways.

use std::io::{self, Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

/// Why a body could not be unpacked.
#[derive(Debug)]
pub(crate) enum Unpack {
    /// It grows beyond the limit.
    TooLarge,
    /// It is not gzip, or is cut off.
    Damaged(io::Error),
}

/// Packs a request body.
pub(crate) fn pack(body: &[u8]) -> Bytes {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(body).and_then(|()| packer.finish()).expect("writing to memory does not fail").into()
}

/// Unpacks a response body, of at most `limit` bytes: a small body can unpack to an enormous one.
pub(crate) fn unpack(body: &[u8], limit: usize) -> Result<Bytes, Unpack> {
    let mut unpacked = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(body).take(most).read_to_end(&mut unpacked).map_err(Unpack::Damaged)?;
    if unpacked.len() > limit {
        return Err(Unpack::TooLarge);
    }
    Ok(unpacked.into())
}

#[cfg(test)]
mod tests {
    use super::{Unpack, pack, unpack};

    #[test]
    fn what_was_packed_unpacks() {
        let body = b"{\"a\":1}".repeat(100);
        let packed = pack(&body);
        assert!(packed.len() < body.len());
        assert_eq!(unpack(&packed, body.len()).unwrap(), body);
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = pack(&vec![0; 1 << 20]);
        assert!(bomb.len() < 5_000);
        assert!(matches!(unpack(&bomb, (1 << 20) - 1), Err(Unpack::TooLarge)));
    }

    #[test]
    fn a_body_that_is_cut_off_or_no_gzip_is_damaged() {
        let packed = pack(b"some text");
        for body in [&packed[..packed.len() - 3], b"some text", b"\x1f\x8b"] {
            assert!(matches!(unpack(body, 1000), Err(Unpack::Damaged(_))));
        }
    }
}
