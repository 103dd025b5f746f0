//! The text of a document, and the locations of its nodes.
//!
//! `source` knows lines and columns, and nothing of OpenAPI.

mod loader;
mod locate;
mod location;
mod origin;

use std::io;
use std::sync::{Arc, OnceLock};

use crate::document::{Pointer, files};
use loader::Files;
pub(crate) use loader::{File, Refusal};
pub use location::Location;
pub(crate) use location::{line_starts, locations};
pub(crate) use origin::Origin;

/// A document's text and the name it goes by, how the files beside it are read, and the overlays that change it.
#[derive(Debug, Clone)]
pub struct Source {
    file: Arc<File>,
    files: Option<Arc<Files>>,
    overlays: Arc<Overlays>,
}

/// The overlays of a document.
#[derive(Debug, Default)]
struct Overlays {
    files: Vec<Arc<File>>,
    /// Where the nodes of the document are written. It is known when the overlays have been applied, and the same each time.
    origin: OnceLock<Origin>,
}

impl Source {
    /// Creates a document; the name is printed as it stands, so a path relative to the repository reads best.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let file = Arc::new(File { name: name.into(), text: text.into() });
        Self { file, files: None, overlays: Arc::default() }
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
        let text = Arc::try_unwrap(self.file).map_or_else(|file| file.text.clone(), |file| file.text);
        Self { file: Arc::new(File { name: name.into(), text }), ..self }
    }

    /// Returns the same document with overlays, each a name and a text, which are applied in this order whenever it is read.
    #[must_use]
    pub fn with_overlays(self, overlays: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = overlays.into_iter().map(|(name, text)| Arc::new(File { name, text })).collect();
        Self { overlays: Arc::new(Overlays { files, origin: OnceLock::new() }), ..self }
    }

    /// Returns the name in messages and headers.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Returns the names of its overlays, without their folders.
    #[must_use]
    pub fn overlay_names(&self) -> Vec<String> {
        let name = |file: &Arc<File>| file.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        self.overlays.files.iter().map(name).collect()
    }

    /// Returns the text, as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// Returns all files that were read so far: the document, its overlays, and the files that it refers to.
    pub(crate) fn all_files(&self) -> Vec<Arc<File>> {
        let own = std::iter::once(Arc::clone(&self.file));
        own.chain(self.overlays.files.iter().map(Arc::clone)).chain(self.loaded()).collect()
    }

    /// Returns the file in which a node is written, as its index in [`Self::all_files`], and the node's location there.
    pub(crate) fn written(&self, at: &Pointer) -> (usize, Pointer) {
        match (self.addressed(at), self.overlays.origin.get()) {
            ((0, at), Some(origin)) => self.addressed(&origin.written(&at)),
            (addressed, _) => addressed,
        }
    }

    /// Returns the same for a part of a text, such as a key that is there twice, wherever overlays have it from.
    pub(crate) fn addressed(&self, at: &Pointer) -> (usize, Pointer) {
        let overlays = self.overlays.files.len();
        match (files::file_of(at), files::overlay_of(at)) {
            ((Some(number), inside), _) => (1 + overlays + number, inside),
            (_, Some((number, inside))) if number < overlays => (1 + number, inside),
            _ => (0, at.clone()),
        }
    }

    /// Returns the overlays in the order in which they are applied.
    pub(crate) fn overlays(&self) -> &[Arc<File>] {
        &self.overlays.files
    }

    /// Records where the nodes of the document are written, now that its overlays have been applied.
    pub(crate) fn set_origin(&self, origin: Origin) {
        self.overlays.origin.get_or_init(|| origin);
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

    /// Returns the name of the file in which a node is written.
    #[must_use]
    pub fn file_name(&self, at: &Pointer) -> String {
        let (number, _) = self.written(at);
        self.all_files().get(number).map_or_else(|| self.name().to_owned(), |file| file.name.clone())
    }

    /// Returns the locations of many nodes, in the order they were asked for, from one walk over each text.
    #[must_use]
    pub fn locate_all(&self, pointers: &[Pointer]) -> Vec<Location> {
        let mut locations = vec![Location::START; pointers.len()];
        let written: Vec<_> = pointers.iter().map(|at| self.written(at)).collect();
        for (number, file) in self.all_files().iter().enumerate() {
            let wanted: Vec<_> = written.iter().enumerate().filter(|(_, (file, _))| *file == number).collect();
            let found = locate::all(&file.text, wanted.iter().map(|(_, (_, at))| at));
            for ((index, _), location) in wanted.iter().zip(found) {
                locations[*index] = location;
            }
        }
        locations
    }
}
