//! Bodies whose text is the value, such as `text/plain`.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::model::{DecodeError, Json, Value, decode_into};
use crate::syntax::{decode_latin1, essence, is_json};

/// Decodes a body that is a value as JSON if it is JSON, and otherwise is the value itself: a string, or the text of a number or of a
/// boolean. Some servers send text under the content type of JSON.
///
/// Bytes in base64 are text, unless the content type is one of bytes, such as `image/png`: then the body is the bytes.
pub(super) fn decode_text(value: &mut dyn Value, headers: &HeaderMap, body: &[u8]) -> Result<(), DecodeError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_json(content_type) && decode_into(value, body).is_ok() {
        return Ok(());
    }
    let is_text = content_type.is_empty() || is_json(content_type) || essence(content_type).starts_with("text/");
    if !is_text && value.read_bytes(body) {
        return Ok(());
    }
    let text = text_of(content_type, body)?;
    let as_string = decode_into(value, Json::from(&*text).text().as_bytes());
    as_string.or_else(|error| decode_into(value, text.trim().as_bytes()).map_err(|_| error))
}

/// Returns the text of a body in the charset of its content type: ISO 8859-1, or else UTF-8.
fn text_of<'a>(content_type: &str, body: &'a [u8]) -> Result<Cow<'a, str>, DecodeError> {
    match (decode_latin1(body, content_type), str::from_utf8(body)) {
        (Some(text), _) => Ok(Cow::Owned(text)),
        (None, Ok(text)) => Ok(Cow::Borrowed(text)),
        // The decoder of JSON reports where the text is not UTF-8.
        (None, Err(_)) => decode_into(&mut (), body).map(|()| Cow::Borrowed("")),
    }
}
