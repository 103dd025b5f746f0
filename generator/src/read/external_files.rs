//! Inserts external files into the document, and makes references to them local.

use std::collections::HashSet;

use super::text;
use crate::diagnostics::{Code, Diagnostics, Severity};
use crate::document::files::{FILES_KEY, OVERLAYS_KEY};
use crate::document::grammar::Kind;
use crate::document::walk::{Visit, Walk, is_document};
use crate::document::{Members, NodePath, Pointer, Value, references};
use crate::mode::Mode;
use crate::source::{Refusal, Source};

/// Reads all files that a document refers to, inserts them below its root, and makes the references local.
pub(super) fn graft(source: &Source, document: &mut Value, mode: Mode, diagnostics: &mut Diagnostics) {
    for key in [FILES_KEY, OVERLAYS_KEY] {
        if let Value::Object(members) = document
            && members.remove(key).is_some()
        {
            let message = format!("`{key}` is taken by the generator");
            diagnostics
                .push(Severity::of(mode), Code::Extension, &Pointer::root().join(key), message)
                .help("give it another name");
        }
    }
    let mut graft = Graft { source, mode, known: HashSet::new(), wanted: Vec::new(), diagnostics };
    let mut walk = Walk::default();
    walk.begin(document, &mut graft);
    loop {
        graft.put_wanted(document, &mut walk);
        if !walk.go_on(document, &mut graft) {
            break;
        }
    }
}

struct Graft<'a> {
    source: &'a Source,
    mode: Mode,
    /// The files that were asked for.
    known: HashSet<usize>,
    /// Those of them that are not in the document yet.
    wanted: Vec<usize>,
    diagnostics: &'a mut Diagnostics,
}

impl Graft<'_> {
    fn put_wanted(&mut self, document: &mut Value, walk: &mut Walk) {
        let Value::Object(root) = document else { return };
        let files = self.source.loaded();
        for number in self.wanted.drain(..) {
            let at = Pointer::root().join(FILES_KEY).join(number);
            let mut found = Diagnostics::new();
            let read = files.get(number).and_then(|file| text::parse(&file.text, &at, self.mode, &mut found));
            self.diagnostics.append(match self.mode {
                Mode::Strict => found,
                Mode::Lenient => found.into_warnings(),
            });
            let Some(value) = read else { continue };
            if is_document(&value) {
                walk.claim(at, Kind::Document);
            }
            if !root.contains_key(FILES_KEY) {
                root.insert(FILES_KEY, Members::new().into());
            }
            if let Some(Value::Object(grafted)) = root.get_mut(FILES_KEY) {
                grafted.insert(number.to_string(), value);
            }
        }
    }

    /// Returns the reference as one within the document.
    fn localize(&mut self, reference: &str, node_path: &NodePath<'_>, key: &str) -> Option<String> {
        let from = node_path.file();
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if path.is_empty() {
            let is_local = from.is_none() || reference.starts_with(&format!("#/{FILES_KEY}/"));
            return from.filter(|_| !is_local).map(|number| format!("#/{FILES_KEY}/{number}{fragment}"));
        }
        match self.source.refer(&references::decoded(path).unwrap_or_else(|| path.into()), from) {
            Ok(None) => Some(format!("#{fragment}")),
            Ok(Some(number)) => {
                if self.known.insert(number) {
                    self.wanted.push(number);
                }
                Some(format!("#/{FILES_KEY}/{number}{fragment}"))
            }
            Err(refusal) => {
                self.refuse(path, &refusal, &node_path.pointer().join(key));
                None
            }
        }
    }

    fn refuse(&mut self, path: &str, refusal: &Refusal, at: &Pointer) {
        let (message, help) = match refusal {
            // A later stage reports such references.
            Refusal::NoLoader if self.mode == Mode::Strict => return,
            Refusal::NoLoader => (format!("the file `{path}` is not read"), "put its contents into the document"),
            Refusal::Network => (
                format!("`{path}` is in a network, which is not accessed"),
                "put a copy of the file beside the document",
            ),
            Refusal::Outside => (
                format!("`{path}` is not in the document's folder"),
                "refer to files by a relative path that stays in that folder",
            ),
            Refusal::TooMany => (format!("`{path}` is one file too many"), "put files together"),
            Refusal::Failed(error) => {
                (format!("the file `{path}` cannot be read: {error}"), "correct the path, or put the file there")
            }
        };
        self.diagnostics.push(Severity::of(self.mode), Code::Reference, at, message).help(help);
    }
}

impl Visit for Graft<'_> {
    fn reference(&mut self, _kind: Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        let Value::Object(members) = node else { return true };
        let local =
            members.get("$ref").and_then(Value::as_text).and_then(|text| self.localize(text, node_path, "$ref"));
        if let Some(local) = local {
            members.insert("$ref", Value::Text(local));
        }
        true
    }

    fn leave(&mut self, kind: Kind, node: &mut Value, node_path: &NodePath<'_>) -> bool {
        if let (Kind::Discriminator, Value::Object(members)) = (kind, node)
            && let Some(Value::Object(mapping)) = members.get_mut("mapping")
        {
            let node_path = NodePath::Member(node_path, "mapping");
            for (key, value) in mapping.iter_mut() {
                // Other texts are names of schemas.
                let reference = value.as_text().filter(|text| text.contains(['#', '/']) || text.ends_with(".yaml"));
                if let Some(local) = reference.and_then(|text| self.localize(text, &node_path, key)) {
                    *value = Value::Text(local);
                }
            }
        }
        true
    }
}
