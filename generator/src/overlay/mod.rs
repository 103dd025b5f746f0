//! Applies overlays to a document.
//!
//! `overlay` knows the Overlay Specification 1.0 and 1.1, and nothing of OpenAPI or of texts.
//!
//! ```text
//! the objects of an overlay and their members       overlay/fields.rs
//! actions, as they are declared                     overlay/action.rs
//! JSONPath                                          overlay/query.rs
//! changes of the tree                               overlay/edit.rs
//! which document an overlay is for                  overlay/extends.rs
//! which version an overlay is written in            overlay/version.rs
//! ```
//!
//! Both versions follow the rules of 1.1, which say in detail what 1.0 leaves open. In one respect the rules are stricter than the
//! specification: an action that matches nothing is an error, because a document that has changed must not lose what the overlay
//! adds to it without notice.
//!
//! Each change of the tree records in an [`Origin`] where the new nodes are written, so that a later diagnostic about them leads to the
//! overlay.

mod action;
mod edit;
mod extends;
mod fields;
mod query;
mod version;

use action::Action;
use edit::Tree;
use version::Version;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::{NodeRef, Value};
use crate::source::Origin;

/// Applies the actions of an overlay to a document, in their order.
///
/// `overlay` is the root of the overlay, at the address by which diagnostics find it. `document` is the name of the document.
pub(crate) fn apply(
    overlay: &NodeRef<'_>,
    document: &str,
    value: &mut Value,
    origin: &mut Origin,
    diagnostics: &mut Diagnostics,
) {
    fields::check(overlay, &fields::OVERLAY, diagnostics);
    let version = match overlay.get("overlay").filter(|node| node.value.as_text().is_some()) {
        Some(node) => version::read(&node, diagnostics),
        // That it is missing is reported; the actions may have mistakes, too.
        None => Some(Version::V11),
    };
    let Some(version) = version else { return };
    if let Some(info) = overlay.get("info").filter(|node| node.value.as_object().is_some()) {
        fields::check(&info, &fields::INFO, diagnostics);
    }
    if let Some(extends) = overlay.get("extends").filter(|node| node.value.as_text().is_some()) {
        extends::check(&extends, document, diagnostics);
    }
    let actions: Vec<_> = overlay.elements_of("actions").collect();
    if overlay.get("actions").is_some_and(|node| node.value.as_list().is_some_and(<[Value]>::is_empty)) {
        let message = "an overlay has at least one action";
        diagnostics
            .error(Code::Overlay, &overlay.at.join("actions"), message)
            .help("add one, or leave the overlay out");
    }
    let mut tree = Tree { value, origin };
    for (index, node) in actions.iter().enumerate() {
        if let Some(first) = actions[..index].iter().find(|earlier| earlier.value == node.value) {
            let message = "the action is given twice";
            diagnostics
                .error(Code::Overlay, &node.at, message)
                .related(&first.at, "first here")
                .help("remove one of them");
            continue;
        }
        if let Some(action) = Action::read(node, version, diagnostics) {
            action.apply(&mut tree, diagnostics);
        }
    }
}

#[cfg(test)]
mod tests;
