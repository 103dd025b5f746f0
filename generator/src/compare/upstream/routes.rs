//! The operations of a document by method and path.

use std::collections::BTreeMap;

use super::tree::{Node, Tree};

/// An operation, and the path that it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Operation<'a> {
    pub(super) path: String,
    pub(super) item: Node<'a>,
    pub(super) node: Node<'a>,
}

/// The paths of a document by what is left of each without the names of its parameters.
#[derive(Debug, Clone)]
pub(super) struct Routes<'a>(BTreeMap<String, Vec<(String, Node<'a>)>>);

impl<'a> Routes<'a> {
    pub(super) fn of(tree: Tree<'a>) -> Self {
        let paths = tree.root().get("paths");
        let mut routes = BTreeMap::<_, Vec<_>>::new();
        for (path, item) in paths.iter().flat_map(Node::members) {
            routes.entry(without_names(path)).or_default().push((path.to_owned(), tree.follow(&item)));
        }
        Self(routes)
    }

    /// Returns the operation with a method at a path; of several paths that differ in names, at the one that has these
    /// names.
    pub(super) fn operation(&self, method: &str, path: &str) -> Option<Operation<'a>> {
        let alike = self.0.get(&without_names(path))?;
        let with_method = |(path, item): &(String, Node<'a>)| {
            Some(Operation { path: path.clone(), item: item.clone(), node: item.get(method)? })
        };
        let exact = alike.iter().filter(|(known, _)| known == path).find_map(with_method);
        exact.or_else(|| alike.iter().find_map(with_method))
    }
}

/// Returns a path whose parameters have no names.
fn without_names(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| format!("{{}}{}", part.split_once('}').map_or("", |(_, rest)| rest)));
    first + &rest.collect::<String>()
}
