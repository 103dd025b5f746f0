//! Lines and columns.

use std::fmt::{self, Display};

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

    /// Reads the location out of a message of `serde_yaml`, which ends in `at line 3 column 5` unless it is the first.
    pub(crate) fn from_message(message: &str) -> Option<Self> {
        let Some((_, location)) = message.rsplit_once("at line ") else { return Some(Self::START) };
        let (line, column) = location.split_once(" column ")?;
        Some(Self { line: line.parse().ok()?, column: column.parse().ok()? })
    }
}

impl Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Returns the locations of characters, given by their offsets from the first to the last.
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

/// Returns where the lines begin as YAML counts them, whose idea of a line break is wider than that of [`str::lines`].
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
