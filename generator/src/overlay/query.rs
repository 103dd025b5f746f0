//! JSONPath queries (RFC 9535).

use std::collections::BTreeMap;

use serde_json_path::{JsonPath, PathElement};

use crate::diagnostics::{Code, Diagnostics, closest};
use crate::document::{NodeRef, Pointer};

/// A query of an action.
#[derive(Debug)]
pub(super) struct Query<'a> {
    text: &'a str,
    /// Where it is written.
    pub(super) at: Pointer,
    path: JsonPath,
}

impl<'a> Query<'a> {
    /// Reads a query.
    pub(super) fn read(node: &NodeRef<'a>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let text = node.value.as_text()?;
        match JsonPath::parse(text) {
            Ok(path) => Some(Self { text, at: node.at.clone(), path }),
            Err(error) => {
                let valid = longest_prefix(text, |_| true).map_or_else(
                    || "it begins with `$`, which is the whole document".to_owned(),
                    |valid| format!("`{valid}` is one, and what follows it is not"),
                );
                let message = format!("`{text}` is no JSONPath query: {valid} ({})", error.message());
                diagnostics
                    .error(Code::Overlay, &node.at, message)
                    .help("write it as RFC 9535 does, such as `$.paths['/orders/{id}'].get` or `$..[?@.name == 'id']`");
                None
            }
        }
    }

    /// Returns the nodes that the query selects in a document, each once.
    pub(super) fn select(&self, document: &serde_json::Value) -> Vec<Pointer> {
        let nodes = self.path.query_located(document).dedup();
        let pointer = |steps: &mut dyn Iterator<Item = &PathElement<'_>>| {
            steps.fold(Pointer::root(), |above, step| match step {
                PathElement::Name(name) => above.join(name),
                PathElement::Index(index) => above.join(index),
            })
        };
        nodes.locations().map(|path| pointer(&mut path.iter())).collect()
    }

    /// Reports that the query selects nothing, and how far it leads.
    pub(super) fn report_no_match(&self, document: &serde_json::Value, diagnostics: &mut Diagnostics) {
        let matches = |path: &JsonPath| !path.query(document).is_empty();
        let (matching, rest) = longest_prefix(self.text, matches)
            .map_or(("", self.text), |prefix| (prefix, self.text.get(prefix.len()..).unwrap_or_default()));
        let message = format!("`{}` matches nothing in the document", self.text);
        let help = match (matching, name_at_start(rest).and_then(|name| self.known(matching, name, document))) {
            (_, Some(meant)) => format!("`{matching}` matches, and has `{meant}`: was that meant?"),
            ("", None) => "correct the query, or remove the action".to_owned(),
            (matching, None) => {
                format!("`{matching}` matches, but not `{rest}` in it: correct that, or remove the action")
            }
        };
        diagnostics.error(Code::Overlay, &self.at, message).help(help);
    }

    /// Returns the name of a member that was probably meant, of those that the nodes of a query have.
    fn known(&self, query: &str, name: &str, document: &serde_json::Value) -> Option<String> {
        let nodes = JsonPath::parse(query).ok()?;
        let nodes = nodes.query(document);
        let names = nodes.iter().filter_map(|node| node.as_object()).flat_map(|members| members.keys());
        let distinct: BTreeMap<&str, ()> = names.map(|name| (name.as_str(), ())).collect();
        closest(name, distinct.into_keys()).map(str::to_owned)
    }
}

/// Returns the longest beginning of a query that is a query itself and passes.
fn longest_prefix(text: &str, mut passes: impl FnMut(&JsonPath) -> bool) -> Option<&str> {
    let ends = text.char_indices().map(|(at, _)| at).filter(|at| text[*at..].starts_with(['.', '['])).rev();
    ends.map(|end| &text[..end]).find(|prefix| JsonPath::parse(prefix).is_ok_and(|path| passes(&path)))
}

/// Returns the name of a member that a query goes on with.
fn name_at_start(rest: &str) -> Option<&str> {
    if let Some(rest) = rest.strip_prefix("['").or_else(|| rest.strip_prefix("[\"")) {
        return rest.split(['\'', '"']).next();
    }
    let name = rest.strip_prefix('.')?;
    Some(name.split(['.', '[']).next().unwrap_or(name)).filter(|name| !name.is_empty() && *name != "*")
}
