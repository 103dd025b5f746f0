//! Texts in the charset of their content type.

use std::borrow::Cow;

use super::media_type::parameters;

/// A charset that is written and read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Ascii,
    Latin1,
}

/// Returns the charset of a content type; UTF-8 if it has none.
///
/// # Errors
///
/// The name of one that is not known here.
fn charset(content_type: &str) -> Result<Charset, String> {
    let declared = parameters(content_type).find_map(|(name, value)| (name == "charset").then_some(value));
    let Some(name) = declared else { return Ok(Charset::Utf8) };
    match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Ok(Charset::Utf8),
        "us-ascii" | "ascii" => Ok(Charset::Ascii),
        "iso-8859-1" | "latin1" => Ok(Charset::Latin1),
        _ => Err(name),
    }
}

/// Returns a text in the charset of its content type (RFC 9110, 8.3.2).
///
/// # Errors
///
/// What is wrong, to be read on from "body": the charset is not known, or has not all characters of the text.
pub(crate) fn encode_text<'a>(text: &'a str, content_type: &str) -> Result<Cow<'a, [u8]>, String> {
    let unknown = |name| format!("is text, which is not encoded in the charset {name}; give it as bytes");
    let lacking = |name| format!("has a character that the charset {name} does not have");
    match charset(content_type).map_err(unknown)? {
        Charset::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
        Charset::Ascii if text.is_ascii() => Ok(Cow::Borrowed(text.as_bytes())),
        Charset::Ascii => Err(lacking("us-ascii")),
        Charset::Latin1 => {
            let bytes = text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<Vec<_>>>();
            bytes.map(Cow::Owned).ok_or_else(|| lacking("iso-8859-1"))
        }
    }
}

/// Returns the text of bytes in ISO 8859-1, if that is the charset of their content type.
pub(crate) fn decode_latin1(bytes: &[u8], content_type: &str) -> Option<String> {
    (charset(content_type) == Ok(Charset::Latin1)).then(|| bytes.iter().map(|byte| char::from(*byte)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_in_its_charset_or_refused() {
        for (text, content_type, expected) in [
            ("é€", "text/plain", Some("é€".as_bytes())),
            ("é€", "text/plain; Charset=\"UTF-8\"", Some("é€".as_bytes())),
            ("é", "text/plain; charset=ISO-8859-1", Some(b"\xE9")),
            ("€", "text/plain; charset=iso-8859-1", None),
            ("a", "text/plain; charset=us-ascii", Some(b"a")),
            ("é", "text/plain; charset=us-ascii", None),
            ("a", "text/plain; charset=utf-16", None),
        ] {
            assert_eq!(encode_text(text, content_type).ok().as_deref(), expected, "{text} {content_type}");
        }
        assert_eq!(decode_latin1(b"\xE9", "text/plain; charset=latin1").as_deref(), Some("é"));
        assert_eq!(decode_latin1(b"\xE9", "text/plain"), None);
    }
}
