//! Decodes values from whole JSON documents.

use super::json_reader::{DecodeError, JsonReader, ReadError};
use super::json_repair::{Repaired, repair};
use super::value::Value;

/// Reads a value from a whole JSON document.
///
/// Of members that appear twice in an object the last one counts, as in most readers.
///
/// # Errors
///
/// When `bytes` is not one UTF-8 JSON document, nests deeper than 128 levels, or does not fit `T`. The error says where, and
/// never repeats what stands there.
pub fn decode<T: Value>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut value = T::blank();
    decode_into(&mut value, bytes)?;
    Ok(value)
}

/// Replaces a value by the one a whole JSON document holds.
pub(crate) fn decode_into(value: &mut dyn Value, bytes: &[u8]) -> Result<(), DecodeError> {
    let text = str::from_utf8(bytes)
        .map_err(|error| ReadError::malformed(error.valid_up_to(), "the text is not UTF-8").into_error())?;
    decode_document(value, JsonReader::document(text))
}

/// Decodes a document of a server: an invalid value in it is kept as its text, like one of another type. Returns the repaired document, if it had to be repaired.
pub(crate) fn decode_repaired(value: &mut dyn Value, bytes: &[u8]) -> Result<Option<String>, DecodeError> {
    let Err(error) = decode_into(value, bytes) else { return Ok(None) };
    let Some(Repaired { text, replaced_values }) = repair(bytes) else { return Err(error) };
    let mut reader = JsonReader::document(&text);
    reader.replaced_values = &replaced_values;
    // What is broken besides is told as of the document that came.
    decode_document(value, reader).map_err(|_| error)?;
    Ok(Some(text))
}

fn decode_document(value: &mut dyn Value, mut reader: JsonReader<'_>) -> Result<(), DecodeError> {
    value.read(&mut reader).and_then(|()| reader.finish()).map_err(ReadError::into_error)
}
