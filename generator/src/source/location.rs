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
    // Counted first: the table of a large text is not copied while it grows.
    let mut starts = Vec::with_capacity(1 + text.bytes().filter(|byte| *byte == b'\n').count());
    starts.push(0);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        // The others are rare, and looking for them takes ten times as long.
        if !line.is_ascii() || line.contains('\r') {
            add_rare_breaks(line, start, &mut starts);
        }
        start += line.len();
        if line.ends_with('\n') {
            starts.push(start);
        }
    }
    starts
}

/// Adds the lines that begin within a line, behind breaks other than a line feed.
fn add_rare_breaks(line: &str, start: usize, starts: &mut Vec<usize>) {
    for (at, found) in line.match_indices(['\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let end = at + found.len();
        if !(found == "\r" && line[end..].starts_with('\n')) {
            starts.push(start + end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line_starts;

    #[test]
    fn lines_begin_behind_every_break_of_yaml() {
        assert_eq!(line_starts(""), [0]);
        assert_eq!(line_starts("a\nb\n"), [0, 2, 4]);
        assert_eq!(line_starts("a\r\nb\rc\r\r\n"), [0, 3, 5, 7, 9]);
        assert_eq!(line_starts("é\u{85}b\u{2028}c\u{2029}\nä"), [0, 4, 8, 12, 13]);
    }
}
