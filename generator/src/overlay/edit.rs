//! Changes of a document's tree.

use std::cmp::Ordering;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::{MAX_DEPTH, Pointer, Value};
use crate::source::Origin;

/// A document, and where its nodes are written.
pub(super) struct Tree<'a> {
    pub(super) value: &'a mut Value,
    pub(super) origin: &'a mut Origin,
}

/// A value that is merged into a document, and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) value: Value,
    pub(super) origin: Origin,
    /// The query by which it was selected, if it is a node of the document.
    pub(super) query: Option<Pointer>,
}

impl Source {
    fn child(&self, name: &str, value: &Value) -> Self {
        Self { value: value.clone(), origin: self.origin.child(name), query: self.query.clone() }
    }

    /// Returns the node of the overlay that is at fault if the value does not fit.
    fn at_fault(&self) -> &Pointer {
        self.query.as_ref().unwrap_or_else(|| self.origin.at())
    }
}

impl Tree<'_> {
    /// Returns a node that a query has selected, to be merged into another one.
    pub(super) fn source(&self, at: &Pointer, query: &Pointer) -> Option<Source> {
        Some(Source { value: self.value.at(at)?.clone(), origin: self.origin.of(at), query: Some(query.clone()) })
    }

    /// Removes nodes from the mappings and lists in which they stand.
    pub(super) fn remove(&mut self, mut nodes: Vec<Pointer>, target: &Pointer, diagnostics: &mut Diagnostics) {
        // The last element of a list goes first, and what is below a node before the node.
        nodes.sort_by(|one, other| order(other, one));
        for at in nodes {
            let (Some(above), Some(name)) = (at.parent(), at.last()) else {
                diagnostics
                    .error(Code::Overlay, target, "the whole document cannot be removed")
                    .help("select a part of it");
                continue;
            };
            match self.value.at_mut(&above) {
                Some(Value::Object(members)) => drop(members.remove(&name)),
                Some(Value::List(elements)) => {
                    if let Some(index) = name.parse().ok().filter(|index| *index < elements.len()) {
                        self.origin.move_up(&above, index, elements.len());
                        elements.remove(index);
                    }
                }
                _ => {}
            }
        }
    }

    /// Merges a value into a selected node. To a list, anything but another list is appended.
    pub(super) fn merge(&mut self, at: &Pointer, source: &Source, diagnostics: &mut Diagnostics) {
        let is_appended = self.value.at(at).and_then(Value::as_list).is_some() && source.value.as_list().is_none();
        if at.names().len() + usize::from(is_appended) + depth(&source.value) > MAX_DEPTH {
            diagnostics
                .error(
                    Code::Overlay,
                    source.at_fault(),
                    format!("the document would be nested deeper than {MAX_DEPTH} levels"),
                )
                .help("merge less, or into a node nearer to the root");
            return;
        }
        match (self.value.at_mut(at), &source.value) {
            (Some(Value::List(elements)), element) if element.as_list().is_none() => {
                self.origin.set(&at.join(elements.len()), source.origin.clone());
                elements.push(element.clone());
            }
            _ => self.merge_below(at, source, diagnostics),
        }
    }

    /// Merges a value into a node: mappings member by member, lists by appending, and other values by replacing.
    fn merge_below(&mut self, at: &Pointer, source: &Source, diagnostics: &mut Diagnostics) {
        match (self.value.at_mut(at), &source.value) {
            (Some(Value::Object(_)), Value::Object(members)) => {
                for (key, value) in members {
                    let (at, source) = (at.join(key), source.child(key, value));
                    match self.value.at(&at) {
                        Some(_) => self.merge_below(&at, &source, diagnostics),
                        None => self.insert(&at, key, source),
                    }
                }
            }
            (Some(Value::List(elements)), Value::List(added)) => {
                for (index, value) in added.iter().enumerate() {
                    let source = source.child(&index.to_string(), value);
                    self.origin.set(&at.join(elements.len()), source.origin);
                    elements.push(source.value);
                }
            }
            (Some(node), value) if is_primitive(node) && is_primitive(value) => {
                *node = value.clone();
                self.origin.set(at, source.origin.clone());
            }
            (node, value) => {
                let what = node.map_or("nothing", |node| node.what());
                let message = format!("{} cannot be merged with {what}", value.what());
                let help = match value {
                    Value::Null => "leave it out: what is not named stays as it is".to_owned(),
                    _ => format!("write {what}, or remove the node of the document in an action before this one"),
                };
                diagnostics
                    .error(Code::Overlay, source.at_fault(), message)
                    .related(&self.origin.written(at), format!("this is {what}"))
                    .help(help);
            }
        }
    }

    fn insert(&mut self, at: &Pointer, key: &str, source: Source) {
        let above = at.parent().unwrap_or_default();
        if let Some(Value::Object(members)) = self.value.at_mut(&above) {
            members.insert(key, source.value);
            self.origin.set(at, source.origin);
        }
    }
}

fn is_primitive(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::List(_))
}

/// Returns how many levels there are below a node.
fn depth(value: &Value) -> usize {
    let below = match value {
        Value::Object(members) => members.values().map(depth).max(),
        Value::List(elements) => elements.iter().map(depth).max(),
        _ => return 0,
    };
    1 + below.unwrap_or_default()
}

/// Compares two nodes by their places in the document: elements by their indices, and a node before what is below it.
fn order(one: &Pointer, other: &Pointer) -> Ordering {
    let index = |name: &str| name.parse::<usize>().ok();
    let (one, other) = (one.names(), other.names());
    let steps = one.iter().zip(&other).map(|(one, other)| (index(one), *one).cmp(&(index(other), *other)));
    steps.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| one.len().cmp(&other.len()))
}
