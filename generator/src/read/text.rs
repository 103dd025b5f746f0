//! Text to a tree, whichever of the two languages it is written in.

use super::{json, yaml};
use crate::diagnostics::Diagnostics;
use crate::document::{Pointer, Value};
use crate::mode::Mode;

/// Reads the text; nothing when it is broken, since whatever follows a break is guesswork.
///
/// JSON has a reader of its own, which takes a tenth of the time. What that cannot read may still be YAML, and otherwise
/// the reader of YAML says what is wrong.
///
/// `root` is the place of the text in the document: its root, unless it is another file.
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
