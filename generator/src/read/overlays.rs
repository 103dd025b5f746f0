//! Reads the overlays of a document, and applies them.
//!
//! They are applied to the document as it is written: before its files are inserted and before OpenAPI 3.1 is normalized. So a target
//! selects what a person sees in the document, and what an overlay adds is treated like what stands in the document.

use super::text;
use crate::diagnostics::Diagnostics;
use crate::document::files::OVERLAYS_KEY;
use crate::document::{NodeRef, Pointer, Value};
use crate::mode::Mode;
use crate::overlay;
use crate::source::{Origin, Source};

/// Applies all overlays, whose texts are read like that of the document.
///
/// Returns `None` if what one of them says is a mistake, whatever the mode: nothing can be assumed of what it means.
pub(super) fn apply(source: &Source, document: &mut Value, mode: Mode, diagnostics: &mut Diagnostics) -> Option<()> {
    let mut origin = Origin::default();
    let mut found = Diagnostics::new();
    for (number, file) in source.overlays().iter().enumerate() {
        let at = Pointer::root().join(OVERLAYS_KEY).join(number);
        let Some(value) = text::parse(&file.text, &at, mode, &mut found) else { continue };
        overlay::apply(&NodeRef { value: &value, at }, source.name(), document, &mut origin, &mut found);
    }
    let is_applied = !found.has_errors();
    diagnostics.append(found);
    if is_applied {
        source.set_origin(origin);
    }
    is_applied.then_some(())
}
