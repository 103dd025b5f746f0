//! The text of a document, and the locations of its nodes.
//!
//! `source` knows lines and columns, and nothing of OpenAPI.

mod loader;
mod locate;
mod location;

use std::io;
use std::sync::Arc;

use crate::document::{Pointer, files};
use loader::Files;
pub(crate) use loader::{File, Refusal};
pub use location::Location;
pub(crate) use location::{line_starts, locations};

/// A document's text and the name it goes by, and how the files beside it are read.
#[derive(Debug, Clone)]
pub struct Source {
    file: Arc<File>,
    files: Option<Arc<Files>>,
}

impl Source {
    /// Creates a document; the name is printed as it stands, so a path relative to the repository reads best.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { file: Arc::new(File { name: name.into(), text: text.into() }), files: None }
    }

    /// Creates a document that may refer to files beside it.
    ///
    /// `load` is given their paths relative to the document's folder, such as `schemas/order.yaml`; none of them leads out
    /// of that folder. Each file is asked for once.
    pub fn with_files(
        name: impl Into<String>,
        text: impl Into<String>,
        load: impl Fn(&str) -> io::Result<String> + Send + Sync + 'static,
    ) -> Self {
        Self { files: Some(Arc::new(Files::new(load))), ..Self::new(name, text) }
    }

    /// Returns the same document under another name, such as the path by which a person finds it.
    #[must_use]
    pub fn renamed(self, name: impl Into<String>) -> Self {
        Self { file: Arc::new(File { name: name.into(), text: self.file.text.clone() }), ..self }
    }

    /// Returns the name in messages and headers.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Returns the text, as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// Returns the document's own text under its name.
    pub(crate) fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// Returns the files that were read so far, each at its number.
    pub(crate) fn loaded(&self) -> Vec<Arc<File>> {
        self.files.as_ref().map(|files| files.loaded()).unwrap_or_default()
    }

    /// Returns the number of the file that a reference in another file leads to; the file is read if it was not before.
    ///
    /// `None` stands for the document itself, both as `from` and as the result.
    pub(crate) fn refer(&self, path: &str, from: Option<usize>) -> Result<Option<usize>, Refusal> {
        loader::refer(&self.file.name, self.files.as_deref(), path, from)
    }

    /// Returns where a node stands: its key when it is a member, its first character when it is an element.
    ///
    /// When there is no such node, the location of the nearest one above it.
    #[must_use]
    pub fn locate(&self, at: &Pointer) -> Location {
        self.locate_all(std::slice::from_ref(at)).pop().unwrap_or(Location::START)
    }

    /// Returns the name of the file that a node was read from.
    #[must_use]
    pub fn file_name(&self, at: &Pointer) -> String {
        let (number, _) = files::file_of(at);
        let beside = number.and_then(|number| self.loaded().get(number).map(|file| file.name.clone()));
        beside.unwrap_or_else(|| self.name().to_owned())
    }

    /// Returns the locations of many nodes, in the order they were asked for, from one walk over each text.
    #[must_use]
    pub fn locate_all(&self, pointers: &[Pointer]) -> Vec<Location> {
        let files = self.loaded();
        let mut locations = vec![Location::START; pointers.len()];
        let inside: Vec<_> = pointers.iter().map(files::file_of).collect();
        for number in std::iter::once(None).chain((0..files.len()).map(Some)) {
            let text = number.map_or(self.text(), |number: usize| &files[number].text);
            let wanted: Vec<_> = inside.iter().enumerate().filter(|(_, (file, _))| *file == number).collect();
            let found = locate::all(text, wanted.iter().map(|(_, (_, at))| at));
            for ((index, _), location) in wanted.iter().zip(found) {
                locations[*index] = location;
            }
        }
        locations
    }
}
