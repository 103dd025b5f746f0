//! Identifiers, in the forms the API's samples show.

/// A random UUID, version 4.
pub(crate) fn uuid() -> String {
    let mut bytes = random::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex_of(&bytes);
    let (a, b, c) = (&text[..8], &text[8..12], &text[12..16]);
    format!("{a}-{b}-{c}-{}-{}", &text[16..20], &text[20..])
}

/// 32 hexadecimal digits: object ids and access tokens.
pub(crate) fn object() -> String {
    hex_of(&random::<16>())
}

/// 16 upper-case hexadecimal digits: process ids.
pub(crate) fn process() -> String {
    hex_of(&random::<8>()).to_uppercase()
}

/// 22 decimal digits: transaction ids of the gateway.
pub(crate) fn transaction() -> String {
    let digit = |byte: &u8| char::from(b'0' + byte % 10);
    format!("5{}", random::<21>().iter().map(digit).collect::<String>())
}

/// 32 letters and digits: session tokens.
pub(crate) fn session_token() -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]);
    random::<32>().iter().map(letter).collect()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("every supported system has a source of randomness");
    bytes
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(uuid().len(), 36);
        assert_eq!(uuid().as_bytes()[14], b'4');
        assert_eq!(object().len(), 32);
        assert_eq!(process().len(), 16);
        assert_eq!(transaction().len(), 22);
        assert_eq!(session_token().len(), 32);
    }
}
