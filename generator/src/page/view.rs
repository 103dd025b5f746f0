//! What every part of the page shares: the model, and how operations and anchors look.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::ir::{Api, Operation, TypeId};

/// What the parts of the page look at.
pub(super) struct View<'a> {
    pub(super) api: &'a Api,
    pub(super) crate_name: &'a str,
    /// The types that are shown at their only use.
    pub(super) inline_types: BTreeSet<TypeId>,
}

/// Returns how an operation is called by HTTP, as a badge.
pub(super) fn method(operation: &Operation) -> Markup {
    html! { span.method.{ (operation.method.to_lowercase()) } { (operation.method) } }
}

/// Returns what a list calls an operation: by its summary, or by its name where there is none.
pub(super) fn name(operation: &Operation) -> &str {
    let summary = operation.summary.trim().trim_end_matches('.');
    if summary.is_empty() { operation.name.wire() } else { summary }
}

/// Returns a link of a heading to itself.
pub(super) fn link(anchor: &str) -> Markup {
    html! { a.anchor href={ "#" (anchor) } aria-label="Link to this" { "#" } }
}
