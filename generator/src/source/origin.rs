//! Where the nodes of a document are written, after overlays have changed it.

use std::collections::BTreeMap;

use crate::document::Pointer;

/// Where a node is written, and where the nodes below it are.
///
/// What stands below a node is written below it, unless it has an origin of its own.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    at: Pointer,
    /// The nodes below, by name or index: those that are written elsewhere, and those on the way to them.
    below: BTreeMap<String, Origin>,
}

impl Default for Origin {
    /// Creates the origin of a document that no overlay has changed.
    fn default() -> Self {
        Self::new(Pointer::root())
    }
}

impl Origin {
    /// Creates the origin of a node that is written at an address with everything below it.
    pub(crate) fn new(at: Pointer) -> Self {
        Self { at, below: BTreeMap::new() }
    }

    /// Returns where the node is written.
    pub(crate) fn at(&self) -> &Pointer {
        &self.at
    }

    /// Returns the origin of a member or an element of the node.
    pub(crate) fn child(&self, name: &str) -> Self {
        self.below.get(name).cloned().unwrap_or_else(|| Self::new(self.at.join(name)))
    }

    /// Returns the origin of a node below this one.
    pub(crate) fn of(&self, at: &Pointer) -> Self {
        let mut node = self;
        let names = at.names();
        for (index, name) in names.iter().enumerate() {
            match node.below.get(*name) {
                Some(child) => node = child,
                None => return Self::new(names[index..].iter().fold(node.at.clone(), |above, name| above.join(name))),
            }
        }
        node.clone()
    }

    /// Returns where a node below this one is written.
    pub(crate) fn written(&self, at: &Pointer) -> Pointer {
        let (mut node, mut rest) = (Some(self), self.at.clone());
        for name in at.names() {
            node = node.and_then(|node| node.below.get(name));
            rest = node.map_or_else(|| rest.join(name), |node| node.at.clone());
        }
        rest
    }

    /// Records that a node below this one is written elsewhere.
    pub(crate) fn set(&mut self, at: &Pointer, origin: Self) {
        *self.entry(at) = origin;
    }

    /// Records that an element was removed from a list of a length, so that those behind it moved up.
    pub(crate) fn move_up(&mut self, list: &Pointer, removed: usize, length: usize) {
        let list = self.entry(list);
        for index in removed + 1..length {
            let moved = list.child(&index.to_string());
            list.below.insert((index - 1).to_string(), moved);
        }
        if let Some(last) = length.checked_sub(1) {
            list.below.remove(&last.to_string());
        }
    }

    fn entry(&mut self, at: &Pointer) -> &mut Self {
        at.names().into_iter().fold(self, |node, name| {
            let written = node.at.join(name);
            node.below.entry(name.to_owned()).or_insert_with(|| Self::new(written))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Pointer {
        Pointer::parse(text).unwrap()
    }

    #[test]
    fn what_stands_below_a_node_is_written_below_it() {
        let mut origin = Origin::default();
        origin.set(&at("/a/b"), Origin::new(at("/elsewhere/0")));
        for (node, written) in
            [("/a", "/a"), ("/a/b", "/elsewhere/0"), ("/a/b/c/d", "/elsewhere/0/c/d"), ("/a/c", "/a/c"), ("", "")]
        {
            assert_eq!(origin.written(&at(node)), at(written), "{node}");
            assert_eq!(*origin.of(&at(node)).at(), at(written), "{node}");
        }
    }

    #[test]
    fn elements_keep_their_origins_when_they_move_up() {
        let mut origin = Origin::default();
        origin.set(&at("/list/3"), Origin::new(at("/new")));
        origin.move_up(&at("/list"), 1, 4);
        let written: Vec<_> =
            (0..3).map(|index| origin.written(&at("/list").join(index).join("x")).to_string()).collect();
        assert_eq!(written, ["#/list/0/x", "#/list/2/x", "#/new/x"]);
        origin.move_up(&at("/list"), 0, 3);
        assert_eq!(origin.written(&at("/list/0")), at("/list/2"));
        assert_eq!(origin.written(&at("/list/1")), at("/new"));
    }
}
