//! The escapes of URLs.

use std::borrow::Cow;

/// The text without its escapes, if it has any and they are text.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn escapes_are_decoded_when_they_are_whole() {
        for (escaped, plain) in
            [("a", "a"), ("%7Ba%7d", "{a}"), ("%C3%A9", "é"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz")]
        {
            assert_eq!(decode(escaped), plain);
        }
        assert_eq!(decode("%FF"), "%FF", "what is no text stays as it is");
    }
}
