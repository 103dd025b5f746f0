//! Keys without an effect in a third-party document. Each is reported once for each kind of object, so that a key in a thousand
//! schemas hides no other warning.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostics, closest, correction};
use crate::document::extension_keys::{KNOWN, PREFIX};
use crate::document::files::FILES_KEY;
use crate::document::grammar::Kind;
use crate::document::walk::{self, Visit};
use crate::document::{NodePath, Pointer, Value};

/// How often a key occurs in a kind of object, and where first.
#[derive(Debug)]
struct Occurrences {
    kind: Kind,
    key: String,
    first: Pointer,
    count: usize,
}

/// The keys by kind, in the order of their first occurrences.
#[derive(Debug, Default)]
pub(super) struct GatheredKeys {
    found: Vec<Occurrences>,
    known: HashMap<Kind, HashMap<String, usize>>,
}

impl GatheredKeys {
    /// Adds an occurrence of a key in an object.
    pub(super) fn add(&mut self, kind: Kind, key: &str, object: &NodePath<'_>) {
        let known = self.known.entry(kind).or_default();
        if let Some(index) = known.get(key) {
            self.found[*index].count += 1;
            return;
        }
        known.insert(key.to_owned(), self.found.len());
        self.found.push(Occurrences { kind, key: key.to_owned(), first: object.pointer().join(key), count: 1 });
    }

    /// Reports each key at its first place. `text` gives the message and the help.
    pub(super) fn report(self, diagnostics: &mut Diagnostics, text: impl Fn(Kind, &str) -> (String, String)) {
        for Occurrences { kind, key, first, count } in self.found {
            let (mut message, help) = text(kind, &key);
            if count > 1 {
                message = format!("{message}; there are {count} such keys, and this is the first");
            }
            diagnostics.warning(Code::UnknownKey, &first, message).help(help);
        }
    }
}

/// Reports the keys of a document that have no meaning in any version of OpenAPI.
pub(super) fn report(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut unknown = Unknown(GatheredKeys::default());
    walk::walk(document, &mut unknown);
    unknown.0.report(diagnostics, |kind, key| {
        if key.starts_with(PREFIX) {
            let help = correction(Some(key), KNOWN.iter().copied(), "remove it");
            return (format!("the extension `{key}` is not known"), help);
        }
        let message = match kind {
            Kind::Responses => format!("`{key}` is not a status code; the response is left out"),
            _ => format!("`{key}` has no meaning in {}", kind.name()),
        };
        let help = match closest(key, kind.members().iter().map(|(name, _)| *name)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if kind == Kind::Responses => "write it as '200', '2XX' or `default`".to_owned(),
            None => "remove it, or prefix it with `x-` if other tools read it".to_owned(),
        };
        (message, help)
    });
}

struct Unknown(GatheredKeys);

impl Visit for Unknown {
    fn enter(&mut self, kind: Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        for (key, value) in node.members() {
            let has_meaning = kind.member_of_any_version(key).is_some() || kind.unsupported().contains(&key);
            // Lowering reports the operations that stand behind unknown methods of paths.
            let is_operation = || kind == Kind::PathItem && matches!(value, Value::Object(_)) && is_called(node_path);
            // References of 3.1 lead there.
            let is_library =
                matches!(kind, Kind::Document | Kind::Components) && ["$defs", "definitions"].contains(&key);
            let is_extension = key.starts_with("x-") && (!key.starts_with(PREFIX) || is_known(kind, key));
            if !has_meaning && !is_library && !is_extension && key != "$ref" && !is_operation() {
                self.0.add(kind, key, node_path);
            }
        }
        true
    }
}

/// Returns whether an extension with our prefix is known; the root has the files that the document refers to.
fn is_known(kind: Kind, key: &str) -> bool {
    KNOWN.contains(&key) || kind == Kind::Document && key == FILES_KEY
}

/// Returns whether the operations of a path item are calls, and not what the service calls.
fn is_called(path_item: &NodePath<'_>) -> bool {
    let at = path_item.pointer();
    !at.segments().any(|segment| segment == "webhooks" || segment == "callbacks")
}
