//! Identifiers, in the forms the API's samples show.

use std::sync::atomic::{AtomicU64, Ordering};

/// Where identifiers come from.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    /// `None` takes the system's randomness.
    seeded: Option<AtomicU64>,
}

impl Ids {
    /// Creates a source of the same identifiers in each run.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { seeded: Some(AtomicU64::new(seed)) }
    }

    /// Returns a random UUID, version 4.
    pub(crate) fn uuid(&self) -> String {
        let mut bytes = self.random::<16>();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let text = hex_of(&bytes);
        let (a, b, c) = (&text[..8], &text[8..12], &text[12..16]);
        format!("{a}-{b}-{c}-{}-{}", &text[16..20], &text[20..])
    }

    /// Returns 32 hexadecimal digits: object IDs and access tokens.
    pub(crate) fn object(&self) -> String {
        hex_of(&self.random::<16>())
    }

    /// Returns 16 upper-case hexadecimal digits: process IDs.
    pub(crate) fn process(&self) -> String {
        hex_of(&self.random::<8>()).to_uppercase()
    }

    /// Returns 22 decimal digits: transaction IDs of the gateway.
    pub(crate) fn transaction(&self) -> String {
        let digit = |byte: &u8| char::from(b'0' + byte % 10);
        format!("5{}", self.random::<21>().iter().map(digit).collect::<String>())
    }

    /// Returns 32 letters and digits: session tokens.
    pub(crate) fn session_token(&self) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let letter = |byte: &u8| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]);
        self.random::<32>().iter().map(letter).collect()
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.seeded {
            Some(state) => bytes.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&next(state)[..chunk.len()])),
            None => getrandom::fill(&mut bytes).expect("every supported system has a source of randomness"),
        }
        bytes
    }
}

/// Returns the next bytes of SplitMix64.
fn next(state: &AtomicU64) -> [u8; 8] {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut mixed = state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ mixed >> 31).to_le_bytes()
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for ids in [Ids::default(), Ids::seeded(7)] {
            assert_eq!(ids.uuid().len(), 36);
            assert_eq!(ids.uuid().as_bytes()[14], b'4');
            assert_eq!(ids.object().len(), 32);
            assert_eq!(ids.process().len(), 16);
            assert_eq!(ids.transaction().len(), 22);
            assert_eq!(ids.session_token().len(), 32);
        }
    }

    #[test]
    fn a_seed_repeats_itself() {
        let (one, same, other) = (Ids::seeded(7), Ids::seeded(7), Ids::seeded(8));
        let first = one.object();
        assert_eq!(first, same.object());
        assert_ne!(first, other.object());
        assert_ne!(first, one.object());
    }
}
