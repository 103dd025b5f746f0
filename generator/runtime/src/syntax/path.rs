//! Syntax of URL paths: steps such as `..`, and what a path parameter must not be.

use super::percent::percent_decode;

/// Returns whether a segment of a path is a step within it. Servers resolve steps even when they are encoded, and what stands
/// between may decode once more.
pub(crate) fn is_step(segment: &str) -> bool {
    in_some_decoding(segment, |text| matches!(text, "." | ".."))
}

/// Returns whether a path has steps. Servers take an encoded slash or a backslash for a slash, and drop what follows a semicolon.
pub(crate) fn has_step(path: &str) -> bool {
    let is_step = |segment: &str| matches!(segment.split(';').next(), Some("." | ".."));
    path.split('/').any(|segment| in_some_decoding(segment, |text| text.split(['/', '\\']).any(is_step)))
}

/// The most times that a text is decoded. No server decodes as often.
const MOST_DECODINGS: usize = 16;

/// Returns whether something is so of a text, or of what comes out when it is decoded, or whether it is encoded too often to tell.
fn in_some_decoding(text: &str, is_so: impl Fn(&str) -> bool) -> bool {
    let mut text = text.to_owned();
    for _ in 0..MOST_DECODINGS {
        if is_so(&text) {
            return true;
        }
        match percent_decode(&text) {
            Some(decoded) if decoded != text => text = decoded,
            _ => return false,
        }
    }
    true
}

/// Returns what is wrong with a path parameter.
pub(crate) fn path_flaw(value: &str) -> Option<&'static str> {
    if value.is_empty() {
        return Some("is empty");
    }
    is_step(value).then_some("is a path step, not a value")
}
