//! Syntax of HTTP header values and tokens.

use http::{HeaderMap, HeaderValue};

/// Creates a header value, or says why the text is none.
pub(crate) fn header_value(text: &str) -> Result<HeaderValue, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err("contains a character that is not printable ASCII");
    }
    if text.trim() != text {
        return Err("begins or ends with a space");
    }
    HeaderValue::from_str(text).map_err(|_| "cannot be sent as a header")
}

/// Returns a text of the document as a header value, without a copy; `None` for one that cannot be sent.
pub(crate) fn static_value(text: &'static str) -> Option<HeaderValue> {
    let fits = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    fits.then(|| HeaderValue::from_static(text))
}

/// Returns whether a text is a token of HTTP (RFC 9110, 5.6.2).
pub(crate) const fn is_token(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        let symbol = matches!(
            text[at],
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        );
        if !symbol && !text[at].is_ascii_alphanumeric() {
            return false;
        }
        at += 1;
    }
    !text.is_empty()
}

/// Returns the value of a header that is there and is text; `None` also when it is empty.
pub(crate) fn header_text<'a>(headers: &'a HeaderMap, name: Option<&str>) -> Option<&'a str> {
    let value = headers.get(name?)?.to_str().ok()?.trim();
    (!value.is_empty()).then_some(value)
}
