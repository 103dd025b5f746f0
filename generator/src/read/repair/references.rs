//! References that lead nowhere, round in a circle or to the wrong kind of thing: what they stand for is any value, or
//! is left out where the rest can live without it.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::Pointer;
use crate::document::grammar::Kind;
use crate::document::trail::Trail;
use crate::document::walk::{self, Place, Visit, kind_at};
use crate::document::{Members, Value, references};
use std::borrow::Cow;

/// What becomes of the references with one text in places of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Stays,
    /// It means this pointer.
    Becomes(String),
    Goes(&'static str),
}

/// The references of a document by their text and what they are to find.
type Fates = HashMap<(String, Kind), Fate>;

/// Mends references until all of them lead somewhere: what is left out may have been the target of another one.
pub(super) fn repair(document: &mut Value, diagnostics: &mut Diagnostics) {
    // Each round takes out what the one before has cut off; real documents need one.
    for _ in 0..64 {
        let mut all = Collect(Fates::new());
        walk::walk(document, &mut all);
        let Collect(mut fates) = all;
        for ((reference, kind), fate) in &mut fates {
            *fate = fate_of(document, reference, *kind);
        }
        if fates.values().all(|fate| *fate == Fate::Stays) {
            return;
        }
        walk::walk(document, &mut Mend { fates: &fates, diagnostics });
    }
    let message = "the references are broken beyond repair";
    diagnostics.error(Code::Reference, &Pointer::root(), message).help("correct those that are reported");
}

struct Collect(Fates);

impl Visit for Collect {
    fn reference(&mut self, kind: Kind, node: &mut Value, _trail: &Trail<'_>) -> bool {
        if let Some(text) = node.get("$ref").and_then(Value::as_text) {
            self.0.entry((text.to_owned(), kind)).or_insert(Fate::Stays);
        }
        true
    }
}

fn fate_of(document: &Value, reference: &str, kind: Kind) -> Fate {
    if !reference.starts_with('#') {
        return Fate::Goes("leads out of the document");
    }
    let decoded = decoded(reference);
    let (at, is_as_written) = match find(document, reference, 0) {
        Some(at) => (at, true),
        None => match find(document, &decoded, 0) {
            Some(at) => (at, false),
            None => return Fate::Goes("leads nowhere"),
        },
    };
    match kind_at(document, &at) {
        Place::Kind(found) if found == kind => {}
        Place::Unknown if document.at(&at).is_some_and(|node| matches!(node, Value::Object(_))) => {}
        _ => return Fate::Goes("leads to something else"),
    }
    if !ends(document, &at) {
        return Fate::Goes("leads round in a circle");
    }
    let text = at.to_string();
    if is_as_written && text == reference { Fate::Stays } else { Fate::Becomes(text) }
}

/// The node that a pointer means: on the way down, references are followed, and members of schemas are looked for among
/// their alternatives, where a list of types has put them.
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

/// Whether the references that begin at a node end somewhere.
fn ends(document: &Value, at: &Pointer) -> bool {
    let target = |text: &str| document.at(&find(document, text, 0).or_else(|| find(document, &decoded(text), 0))?);
    document.at(at).is_some_and(|node| references::follow(node, reference, |_, text| target(text)).is_ok())
}

fn reference<'a>(node: &&'a Value) -> Option<&'a str> {
    node.get("$ref")?.as_text()
}

/// The text without percent-encoding, unless that is no text.
fn decoded(text: &str) -> Cow<'_, str> {
    references::decoded(text).unwrap_or(Cow::Borrowed(text))
}

struct Mend<'a> {
    fates: &'a Fates,
    diagnostics: &'a mut Diagnostics,
}

impl Visit for Mend<'_> {
    fn reference(&mut self, kind: Kind, node: &mut Value, trail: &Trail<'_>) -> bool {
        let text = node.get("$ref").and_then(Value::as_text).unwrap_or_default().to_owned();
        let why = match self.fates.get(&(text.clone(), kind)) {
            None | Some(Fate::Stays) => return true,
            Some(Fate::Becomes(pointer)) => {
                *node = Members::from_iter([("$ref", Value::from(pointer.as_str()))]).into();
                return true;
            }
            Some(Fate::Goes(why)) => why,
        };
        let (stays, assumed) = match kind {
            Kind::Schema => (true, "any value is assumed"),
            Kind::Response | Kind::RequestBody => (true, "nothing is known about it"),
            _ => (false, "it is left out"),
        };
        let at = trail.pointer().join("$ref");
        self.diagnostics.warning(Code::Reference, &at, format!("`{text}` {why}; {assumed}"));
        *node = Members::new().into();
        stays
    }
}
