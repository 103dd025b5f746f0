//! The document as text, and where the things it says stand in it.

mod files;
mod locate;
mod pointer;

use std::fmt::{self, Display};
use std::io;
use std::sync::Arc;

use files::Files;
pub(crate) use files::{File, ROOT_KEY, Refusal};
pub use pointer::Pointer;

/// A document's text and the name it goes by, and how the files beside it are read.
#[derive(Debug, Clone)]
pub struct Source {
    file: Arc<File>,
    files: Option<Arc<Files>>,
}

impl Source {
    /// A document; the name is printed as it stands, so a path relative to the repository reads best.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { file: Arc::new(File { name: name.into(), text: text.into() }), files: None }
    }

    /// A document that may refer to files beside it.
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

    /// The same document under another name, such as the path by which a person finds it.
    #[must_use]
    pub fn renamed(self, name: impl Into<String>) -> Self {
        Self { file: Arc::new(File { name: name.into(), text: self.file.text.clone() }), ..self }
    }

    /// The name in messages and headers.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The text, as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// The document's own text under its name.
    pub(crate) fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// The files that were read so far, each at its number.
    pub(crate) fn loaded(&self) -> Vec<Arc<File>> {
        self.files.as_ref().map(|files| files.loaded()).unwrap_or_default()
    }

    /// The number of the file that a reference in another file leads to; the file is read if it was not before.
    ///
    /// `None` stands for the document itself, both as `from` and in the answer.
    pub(crate) fn refer(&self, path: &str, from: Option<usize>) -> Result<Option<usize>, Refusal> {
        files::refer(&self.file.name, self.files.as_deref(), path, from)
    }

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

    /// Where a node stands: its key when it is a member, its first character when it is an element.
    ///
    /// When there is no such node, the place of the nearest one above it.
    #[must_use]
    pub fn locate(&self, at: &Pointer) -> Location {
        self.locate_all(std::slice::from_ref(at)).pop().unwrap_or(Location::START)
    }

    /// The name of the file that a node was read from.
    #[must_use]
    pub fn file_name(&self, at: &Pointer) -> String {
        let (number, _) = Self::file_of(at);
        let beside = number.and_then(|number| self.loaded().get(number).map(|file| file.name.clone()));
        beside.unwrap_or_else(|| self.name().to_owned())
    }

    /// The places of many nodes, in the order they were asked for, from one walk over each text.
    #[must_use]
    pub fn locate_all(&self, pointers: &[Pointer]) -> Vec<Location> {
        let files = self.loaded();
        let mut places = vec![Location::START; pointers.len()];
        let inside: Vec<_> = pointers.iter().map(Self::file_of).collect();
        for number in std::iter::once(None).chain((0..files.len()).map(Some)) {
            let text = number.map_or(self.text(), |number: usize| &files[number].text);
            let wanted: Vec<_> = inside.iter().enumerate().filter(|(_, (file, _))| *file == number).collect();
            let found = locate::all(text, wanted.iter().map(|(_, (_, at))| at));
            for ((index, _), place) in wanted.iter().zip(found) {
                places[*index] = place;
            }
        }
        places
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl Location {
    /// The first character of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Reads the place out of a message of `serde_yaml`, which ends in `at line 3 column 5` unless it is the first.
    pub(crate) fn from_message(message: &str) -> Option<Self> {
        let Some((_, place)) = message.rsplit_once("at line ") else { return Some(Self::START) };
        let (line, column) = place.split_once(" column ")?;
        Some(Self { line: line.parse().ok()?, column: column.parse().ok()? })
    }
}

impl Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The places of characters, given by their offsets from the first to the last.
pub(crate) fn locations(text: &str, offsets: &[usize]) -> Vec<Location> {
    let starts = line_starts(text);
    let mut last = (Location::START, 0);
    let locate = |offset: &usize| {
        let line = starts.partition_point(|start| start <= offset);
        let start = line.checked_sub(1).and_then(|index| starts.get(index)).copied().unwrap_or_default();
        let (from, column) =
            if last.0.line == line && last.1 <= *offset { (last.1, last.0.column) } else { (start, 1) };
        let column = column + text.get(from..*offset).map_or(0, |before| before.chars().count());
        last = (Location { line, column }, *offset);
        last.0
    };
    offsets.iter().map(locate).collect()
}

/// Where the lines begin as YAML counts them, whose idea of a line break is wider than that of [`str::lines`].
pub(crate) fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (at, byte) in bytes.iter().enumerate() {
        let rest = &bytes[at..];
        let length = match byte {
            b'\n' => 1,
            b'\r' if rest.starts_with(b"\r\n") => continue,
            b'\r' => 1,
            0xc2 if rest.starts_with("\u{85}".as_bytes()) => 2,
            0xe2 if rest.starts_with("\u{2028}".as_bytes()) || rest.starts_with("\u{2029}".as_bytes()) => 3,
            _ => continue,
        };
        starts.push(at + length);
    }
    starts
}
