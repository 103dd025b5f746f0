//! Parses a text in JSON or YAML to a tree.

use super::{json, yaml};
use crate::diagnostics::Diagnostics;
use crate::document::{Pointer, Value};
use crate::mode::Mode;

/// Parses the text. Returns `None` after a syntax error.
///
/// JSON has a parser of its own, which takes a tenth of the time. If that fails, the text may still be YAML; if it is not, the
/// parser of YAML reports what is wrong.
///
/// `root` is the location of the text in the document: the root, unless it is another file.
pub(super) fn parse(text: &str, root: &Pointer, mode: Mode, diagnostics: &mut Diagnostics) -> Option<Value> {
    if looks_like_json(text)
        && let Ok(read) = json::parse(text, root, mode)
    {
        diagnostics.append(read.found);
        return read.value;
    }
    yaml::parse(text, root, mode, diagnostics)
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}
