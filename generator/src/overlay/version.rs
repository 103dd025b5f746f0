//! Which version of the Overlay Specification an overlay is written in.

use crate::diagnostics::{Code, Diagnostics};
use crate::document::NodeRef;

/// The versions of the specification with members of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    V10,
    V11,
}

/// Returns the version of the specification that an overlay is written in.
pub(super) fn read(node: &NodeRef<'_>, diagnostics: &mut Diagnostics) -> Option<Version> {
    let text = node.value.as_text()?;
    let parts: Vec<&str> = text.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        ["1", "0", patch] if is_number(patch) => Some(Version::V10),
        ["1", "1", patch] if is_number(patch) => Some(Version::V11),
        _ => {
            let message = format!("version {text} of the Overlay Specification is not supported");
            diagnostics.error(Code::Overlay, &node.at, message).help("write `overlay: 1.0.0` or `overlay: 1.1.0`");
            None
        }
    }
}
