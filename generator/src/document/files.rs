//! Where the tree of a document holds the files that it refers to.

use super::Pointer;

/// The key at the root of a document that holds the files, each under its number.
pub(crate) const FILES_KEY: &str = "x-sdk-files";

/// Returns the number of the file that a node was read from, and the node's location in that file.
pub(crate) fn file_of(at: &Pointer) -> (Option<usize>, Pointer) {
    match at.names().as_slice() {
        [root, number, rest @ ..] if *root == FILES_KEY => match number.parse() {
            Ok(number) => (Some(number), rest.iter().fold(Pointer::root(), |above, name| above.join(name))),
            Err(_) => (None, at.clone()),
        },
        _ => (None, at.clone()),
    }
}
