//! The actions of an overlay.

use super::edit::{Source, Tree};
use super::fields;
use super::query::Query;
use super::version::Version;
use crate::diagnostics::{Code, Diagnostics};
use crate::document::{NodeRef, Pointer, Value};
use crate::source::Origin;

/// One action.
pub(super) struct Action<'a> {
    target: Query<'a>,
    change: Change<'a>,
}

/// What an action does with each of the nodes that it selects.
enum Change<'a> {
    /// Removes it.
    Remove,
    /// Merges a value of the overlay into it.
    Update(NodeRef<'a>),
    /// Merges a node of the document into it.
    Copy(Query<'a>),
    /// Nothing.
    Nothing,
}

impl<'a> Action<'a> {
    /// Reads an action.
    pub(super) fn read(node: &NodeRef<'a>, version: Version, diagnostics: &mut Diagnostics) -> Option<Self> {
        if !fields::check(node, &fields::ACTION, diagnostics) {
            return None;
        }
        let target = Query::read(&node.get("target")?, diagnostics);
        let change = Self::change(node, version, diagnostics);
        Some(Self { target: target?, change: change? })
    }

    fn change(node: &NodeRef<'a>, version: Version, diagnostics: &mut Diagnostics) -> Option<Change<'a>> {
        let (update, copy) = (node.get("update"), node.get("copy"));
        if let Some(copy) = copy.as_ref().filter(|_| version < Version::V11) {
            let message = "`copy` is a member of actions since version 1.1";
            diagnostics.error(Code::Overlay, &copy.at, message).help("write `overlay: 1.1.0`");
            return None;
        }
        if node.flag("remove") {
            for member in [update, copy].into_iter().flatten() {
                diagnostics
                    .warning(Code::Overlay, &member.at, "it has no effect beside `remove: true`")
                    .help("remove it, or write an action of its own");
            }
            return Some(Change::Remove);
        }
        match (update, copy) {
            (Some(update), Some(copy)) => {
                diagnostics
                    .error(Code::Overlay, &copy.at, "an action has `update` or `copy`, and not both")
                    .related(&update.at, "`update`")
                    .help("write two actions");
                None
            }
            (Some(update), None) => Some(Change::Update(update)),
            (None, Some(copy)) => Some(Change::Copy(Query::read(&copy, diagnostics)?)),
            (None, None) => {
                diagnostics
                    .warning(Code::Overlay, &node.at, "the action changes nothing")
                    .help("add `update`, `copy` or `remove: true`");
                Some(Change::Nothing)
            }
        }
    }

    /// Applies the action to a document.
    pub(super) fn apply(&self, tree: &mut Tree<'_>, diagnostics: &mut Diagnostics) {
        let json = tree.value.to_json();
        let targets = self.target.select(&json);
        if targets.is_empty() {
            self.target.report_no_match(&json, diagnostics);
        }
        match &self.change {
            Change::Remove => tree.remove(targets, &self.target.at, diagnostics),
            Change::Update(update) => {
                let origin = Origin::new(update.at.clone());
                let source = Source { value: update.value.clone(), origin, query: None };
                self.merge(tree, &targets, &source, diagnostics);
            }
            Change::Copy(query) => {
                let found = query.select(&json);
                match found.as_slice() {
                    [] => query.report_no_match(&json, diagnostics),
                    [at] => {
                        if let Some(source) = tree.source(at, &query.at) {
                            self.merge(tree, &targets, &source, diagnostics);
                        }
                    }
                    several => {
                        let message = format!("one node is copied, and the query selects {}", several.len());
                        diagnostics.error(Code::Overlay, &query.at, message).help("select one of them");
                    }
                }
            }
            Change::Nothing => {}
        }
    }

    /// Merges a value into each of the nodes, which are of one kind.
    fn merge(&self, tree: &mut Tree<'_>, targets: &[Pointer], source: &Source, diagnostics: &mut Diagnostics) {
        let kind = |at: &Pointer| tree.value.at(at).map(kind);
        let other = targets.iter().find(|at| kind(at) != targets.first().and_then(kind));
        if let (Some(first), Some(other)) = (targets.first(), other) {
            let what = |at: &Pointer| tree.value.at(at).map_or("nothing", Value::what);
            diagnostics
                .error(Code::Overlay, &self.target.at, "the target selects nodes of several kinds")
                .related(&tree.origin.written(first), what(first))
                .related(&tree.origin.written(other), what(other))
                .help("select only mappings, only lists or only other values");
            return;
        }
        for at in targets {
            tree.merge(at, source, diagnostics);
        }
    }
}

/// A kind of values that merge with each other.
#[derive(PartialEq, Eq)]
enum Kind {
    Object,
    List,
    Primitive,
}

fn kind(value: &Value) -> Kind {
    match value {
        Value::Object(_) => Kind::Object,
        Value::List(_) => Kind::List,
        _ => Kind::Primitive,
    }
}
