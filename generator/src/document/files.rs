//! Where the files that a document refers to stand in its tree.

use super::Pointer;

/// The key at the root of a document below which the files stand that it refers to, each under its number.
pub(crate) const ROOT_KEY: &str = "x-sdk-files";

/// The file that a node was read from, by its number, and the node's address in there.
pub(crate) fn file_of(at: &Pointer) -> (Option<usize>, Pointer) {
    match at.names().as_slice() {
        [root, number, rest @ ..] if *root == ROOT_KEY => match number.parse() {
            Ok(number) => (Some(number), rest.iter().fold(Pointer::root(), |above, name| above.join(name))),
            Err(_) => (None, at.clone()),
        },
        _ => (None, at.clone()),
    }
}
