//! Repairs references that name no node, form a circle, or name a node of another kind: they become any value, or are left
//! out where that is possible.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::grammar::Kind;
use crate::document::walk::{self, NodeKind, Visit, kind_at};
use crate::document::{Members, NodePath, Pointer, Value, references};
use std::borrow::Cow;

/// What becomes of the references with one text where one kind is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Resolution {
    Keep,
    /// It is replaced by this pointer.
    ReplaceBy(String),
    Remove(&'static str),
}

/// The references of a document, by their text and the expected kind.
type Resolutions = HashMap<(String, Kind), Resolution>;

/// Repairs references until all of them name a node: a node that is left out may have been the target of another reference.
pub(super) fn repair(document: &mut Value, diagnostics: &mut Diagnostics) {
    // Each round removes references to nodes that the round before left out; real documents need one.
    for _ in 0..64 {
        let mut all = Collect(Resolutions::new());
        walk::walk(document, &mut all);
        let Collect(mut resolutions) = all;
        for ((reference, kind), resolution) in &mut resolutions {
            *resolution = resolution_of(document, reference, *kind);
        }
        if resolutions.values().all(|resolution| *resolution == Resolution::Keep) {
            return;
        }
        walk::walk(document, &mut ApplyResolutions { resolutions: &resolutions, diagnostics });
    }
    let message = "the references cannot be repaired";
    diagnostics.error(Code::Reference, &Pointer::root(), message).help("correct those that are reported");
}

struct Collect(Resolutions);

impl Visit for Collect {
    fn reference(&mut self, kind: Kind, node: &mut Value, _path: &NodePath<'_>) -> bool {
        if let Some(text) = node.get("$ref").and_then(Value::as_text) {
            self.0.entry((text.to_owned(), kind)).or_insert(Resolution::Keep);
        }
        true
    }
}

fn resolution_of(document: &Value, reference: &str, kind: Kind) -> Resolution {
    if !reference.starts_with('#') {
        return Resolution::Remove("is not in the document");
    }
    let decoded = decoded(reference);
    let (at, is_as_written) = match find(document, reference, 0) {
        Some(at) => (at, true),
        None => match find(document, &decoded, 0) {
            Some(at) => (at, false),
            None => return Resolution::Remove("leads nowhere"),
        },
    };
    match kind_at(document, &at) {
        NodeKind::Object(found) if found == kind => {}
        NodeKind::Unknown if document.at(&at).is_some_and(|node| matches!(node, Value::Object(_))) => {}
        _ => return Resolution::Remove("leads to something else"),
    }
    if !ends(document, &at) {
        return Resolution::Remove("leads round in a circle");
    }
    let text = at.to_string();
    if is_as_written && text == reference { Resolution::Keep } else { Resolution::ReplaceBy(text) }
}

/// Returns the node that a pointer means: references on the way are followed, and members of schemas are searched in their
/// alternatives, where normalizing a list of types has moved them.
fn find(document: &Value, reference: &str, hops: usize) -> Option<Pointer> {
    let target = Pointer::parse(reference)?;
    if document.at(&target).is_some() {
        return Some(target);
    }
    let mut at = Pointer::root();
    let mut node = document;
    for name in target.names() {
        if let Some(child) = node.child(name) {
            (node, at) = (child, at.join(name));
            continue;
        }
        if let Some(next) = node.get("$ref").and_then(Value::as_text) {
            if hops == 8 {
                return None;
            }
            at = find(document, next, hops + 1)?;
            node = document.at(&at)?.child(name)?;
            at = at.join(name);
            continue;
        }
        let (key, index, child) = ["allOf", "anyOf", "oneOf"].into_iter().find_map(|key| {
            let mut alternatives = node.get(key)?.elements().enumerate();
            alternatives.find_map(|(index, alternative)| Some((key, index, alternative.child(name)?)))
        })?;
        (node, at) = (child, at.join(key).join(index).join(name));
    }
    Some(at)
}

/// Returns whether a chain of references has an end.
fn ends(document: &Value, at: &Pointer) -> bool {
    let target = |text: &str| document.at(&find(document, text, 0).or_else(|| find(document, &decoded(text), 0))?);
    document.at(at).is_some_and(|node| references::follow(node, reference, |_, text| target(text)).is_ok())
}

fn reference<'a>(node: &&'a Value) -> Option<&'a str> {
    node.get("$ref")?.as_text()
}

/// Returns the text without percent-encoding, unless that is no text.
fn decoded(text: &str) -> Cow<'_, str> {
    references::decoded(text).unwrap_or(Cow::Borrowed(text))
}

struct ApplyResolutions<'a> {
    resolutions: &'a Resolutions,
    diagnostics: &'a mut Diagnostics,
}

impl Visit for ApplyResolutions<'_> {
    fn reference(&mut self, kind: Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        let text = node.get("$ref").and_then(Value::as_text).unwrap_or_default().to_owned();
        let why = match self.resolutions.get(&(text.clone(), kind)) {
            None | Some(Resolution::Keep) => return true,
            Some(Resolution::ReplaceBy(pointer)) => {
                *node = Members::from_iter([("$ref", Value::from(pointer.as_str()))]).into();
                return true;
            }
            Some(Resolution::Remove(why)) => why,
        };
        let (stays, assumed) = match kind {
            Kind::Schema => (true, "any value is assumed"),
            Kind::Response | Kind::RequestBody => (true, "nothing is known about it"),
            _ => (false, "it is left out"),
        };
        let at = node_path.pointer().join("$ref");
        self.diagnostics.warning(Code::Reference, &at, format!("`{text}` {why}; {assumed}"));
        *node = Members::new().into();
        stays
    }
}
