//! Where the tree of a document holds the files that it refers to, and how its overlays are addressed.

use super::Pointer;

/// The key at the root of a document that holds the files, each under its number.
pub(crate) const FILES_KEY: &str = "x-sdk-files";

/// The key under which diagnostics address the nodes of overlays, each overlay under its number. It is in no tree.
pub(crate) const OVERLAYS_KEY: &str = "x-sdk-overlays";

/// Returns the number of the file that a node was read from, and the node's location in that file.
pub(crate) fn file_of(at: &Pointer) -> (Option<usize>, Pointer) {
    numbered(FILES_KEY, at).map_or_else(|| (None, at.clone()), |(number, inside)| (Some(number), inside))
}

/// Returns the number of the overlay that a pointer leads into, and the node's location in that overlay.
pub(crate) fn overlay_of(at: &Pointer) -> Option<(usize, Pointer)> {
    numbered(OVERLAYS_KEY, at)
}

fn numbered(key: &str, at: &Pointer) -> Option<(usize, Pointer)> {
    match at.names().as_slice() {
        [root, number, rest @ ..] if *root == key => {
            Some((number.parse().ok()?, rest.iter().fold(Pointer::root(), |above, name| above.join(name))))
        }
        _ => None,
    }
}
