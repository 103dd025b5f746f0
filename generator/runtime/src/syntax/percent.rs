//! Percent-encoding (RFC 3986).

const UPPER_HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Encodes everything but the unreserved characters of RFC 3986, so that the text is one path segment or one form value whatever it holds.
pub(crate) fn percent_encode(text: &str) -> String {
    encode_but(text, "")
}

/// The punctuation that may stand in the value of a query as it is: not what is no part of a query, ends the value or means a space.
pub(crate) const QUERY_MARKS: &str = ":/?@!$'()*,;=";

/// Encodes what cannot stand in the value of a query as it is. What is percent-encoded already passes (RFC 6570, 3.2.3).
pub(crate) fn percent_encode_query(text: &str) -> String {
    let mut parts = text.split('%');
    let mut encoded = encode_but(parts.next().unwrap_or_default(), QUERY_MARKS);
    for part in parts {
        let is_triple = part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
        encoded.push_str(if is_triple { "%" } else { "%25" });
        encoded.push_str(&encode_but(part, QUERY_MARKS));
    }
    encoded
}

fn encode_but(text: &str, marks: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || marks.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(UPPER_HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(UPPER_HEX[usize::from(byte & 0xf)]));
        }
    }
    encoded
}

/// Takes the encoding of [`percent_encode`] back; `None` for what is not percent-encoded text.
pub(crate) fn percent_decode(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let (digits, tail) = tail.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{percent_encode, percent_encode_query};

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(percent_encode("aZ09-._~"), "aZ09-._~");
        assert_eq!(percent_encode("a/../b"), "a%2F..%2Fb");
        assert_eq!(percent_encode("a b+c=%?#"), "a%20b%2Bc%3D%25%3F%23");
        assert_eq!(percent_encode("é"), "%C3%A9");
    }

    #[test]
    fn triples_pass_where_reserved_characters_do() {
        assert_eq!(percent_encode_query("a b%41%zz%"), "a%20b%41%25zz%25");
    }
}
