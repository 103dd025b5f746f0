//! Gzip, both ways.

use std::io;
use std::io::{Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// What every gzip stream begins with: its two magic bytes, and the only method there is.
const BEGINNING: [u8; 3] = [0x1f, 0x8b, 8];

/// A stream can have several members. Each costs a decoder, however little is in it, and servers send one.
const MOST_MEMBERS: usize = 64;

/// Why a body could not be unpacked.
#[derive(Debug)]
pub(crate) enum Unpack {
    /// It grows beyond the limit.
    TooLarge,
    /// It is not gzip, or is cut off. With it comes what could be unpacked.
    Damaged(io::Error, Bytes),
}

/// A body that was unpacked.
#[derive(Debug)]
pub(crate) struct Unpacked {
    pub(crate) bytes: Bytes,
    /// Nothing stands behind the end of the stream.
    pub(crate) is_whole: bool,
}

/// Packs a request body.
pub(crate) fn pack(body: &[u8]) -> Bytes {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(body).and_then(|()| packer.finish()).expect("writing to memory does not fail").into()
}

/// Returns whether bytes begin as a gzip stream does. No text does.
pub(crate) fn begins(body: &[u8]) -> bool {
    body.starts_with(&BEGINNING)
}

/// Unpacks a response body, of at most `limit` bytes: a small body can unpack to an enormous one.
pub(crate) fn unpack(body: &[u8], limit: usize) -> Result<Unpacked, Unpack> {
    let mut unpacked = Vec::new();
    let mut rest = body;
    for _ in 0..MOST_MEMBERS {
        let most = u64::try_from(limit - unpacked.len()).unwrap_or(u64::MAX).saturating_add(1);
        let mut member = GzDecoder::new(rest).take(most);
        if let Err(error) = member.read_to_end(&mut unpacked) {
            return Err(Unpack::Damaged(error, unpacked.into()));
        }
        if unpacked.len() > limit {
            return Err(Unpack::TooLarge);
        }
        rest = member.into_inner().into_inner();
        if !begins(rest) {
            break;
        }
    }
    Ok(Unpacked { bytes: unpacked.into(), is_whole: rest.is_empty() })
}

#[cfg(test)]
mod tests {
    use super::{Unpack, begins, pack, unpack};

    #[test]
    fn what_was_packed_unpacks() {
        let body = b"{\"a\":1}".repeat(100);
        let packed = pack(&body);
        assert!(packed.len() < body.len() && begins(&packed) && !begins(&body));
        let unpacked = unpack(&packed, body.len()).unwrap();
        assert!(unpacked.is_whole);
        assert_eq!(unpacked.bytes, body);
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = pack(&vec![0; 1 << 20]);
        assert!(bomb.len() < 5_000);
        assert!(matches!(unpack(&bomb, (1 << 20) - 1), Err(Unpack::TooLarge)));
        let two = [&bomb[..], &bomb].concat();
        assert!(matches!(unpack(&two, (2 << 20) - 1), Err(Unpack::TooLarge)));
        assert_eq!(unpack(&two, 2 << 20).unwrap().bytes.len(), 2 << 20);
    }

    #[test]
    fn a_body_that_is_cut_off_or_no_gzip_is_damaged() {
        let packed = pack(b"some text");
        for body in [&packed[..packed.len() - 3], b"some text", b"\x1f\x8b"] {
            assert!(matches!(unpack(body, 1000), Err(Unpack::Damaged(..))));
        }
    }

    #[test]
    fn what_stands_behind_the_end_is_told() {
        let packed = pack(b"some text");
        for behind in [&b"\0\0\0"[..], b"more", b"\x1f\x8b"] {
            let unpacked = unpack(&[&packed[..], behind].concat(), 1000).unwrap();
            assert_eq!((&unpacked.bytes[..], unpacked.is_whole), (&b"some text"[..], false));
        }
        let twice = unpack(&[&packed[..], &packed].concat(), 1000).unwrap();
        assert_eq!((&twice.bytes[..], twice.is_whole), (&b"some textsome text"[..], true));
        let many = packed.repeat(1000);
        assert!(!unpack(&many, 1 << 20).unwrap().is_whole);
    }
}
