//! Which document an overlay is for.

use percent_encoding::percent_decode_str;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::NodeRef;

/// Checks that `extends` names the document to which an overlay is applied.
///
/// File names are compared, because documents are known by these. A difference is a warning: a copy of the document may have another
/// name.
pub(super) fn check(extends: &NodeRef<'_>, document: &str, diagnostics: &mut Diagnostics) {
    let reference = extends.value.as_text().unwrap_or_default();
    let path = reference.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let (named, actual) = (file_name(&decoded), file_name(document));
    if named == actual {
        return;
    }
    let message = format!("the overlay extends `{reference}`, and is applied to `{document}`");
    let diagnostic = diagnostics.warning(Code::Overlay, &extends.at, message);
    diagnostic.help(format!("apply it to that document, or write `extends: {actual}`"));
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
