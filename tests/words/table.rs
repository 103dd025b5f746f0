//! The rows of `words.md`.

/// What a row forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word in prose, in an identifier (split by case and underscore) or in the name of a file, inflected or not.
    Word,
    /// Several words in a row, in prose or within an identifier.
    Phrase,
    /// A whole identifier, case-sensitive.
    Name,
    /// The whole name of a file or folder, without its extension.
    File,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) replacement: String,
    pub(crate) allowed: Vec<Allowed>,
}

/// A place where a word of the table may stand, for a reason.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// A file, a folder, or nothing for everywhere.
    pub(crate) path: String,
    /// What the line must contain, if anything.
    pub(crate) quote: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
}

impl Table {
    /// Reads the rows of all Markdown tables with four columns: kind, text, replacement, allowed places.
    pub(crate) fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| kind |"));
        Self { rows: lines.map(Row::parse).collect() }
    }
}

impl Row {
    fn parse(line: &str) -> Self {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [kind, text, replacement, allowed] = cells[..] else { panic!("not four columns: {line}") };
        let kind = match kind {
            "word" => Kind::Word,
            "phrase" => Kind::Phrase,
            "name" => Kind::Name,
            "file" => Kind::File,
            _ => panic!("no such kind: {line}"),
        };
        let allowed =
            allowed.split("<br>").map(str::trim).filter(|place| !place.is_empty()).map(Allowed::parse).collect();
        Self { kind, text: text.to_owned(), replacement: replacement.to_owned(), allowed }
    }
}

impl Allowed {
    /// Reads `path: reason`, or `path "quoted part of the line": reason`.
    fn parse(text: &str) -> Self {
        let (place, reason) = text.split_once(": ").unwrap_or_else(|| panic!("a place without a reason: {text}"));
        assert!(reason.contains(' '), "not a reason: {text}");
        match place.split_once(" \"") {
            Some((path, quote)) => Self { path: path.to_owned(), quote: Some(quote.trim_end_matches('"').to_owned()) },
            None => Self { path: place.to_owned(), quote: None },
        }
    }

    /// Returns whether a line of a file is allowed.
    pub(crate) fn covers(&self, path: &str, line: &str) -> bool {
        let rest = path.strip_prefix(self.path.as_str());
        let is_below = self.path == "*" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_below && self.quote.as_ref().is_none_or(|quote| line.contains(quote.as_str()))
    }
}

#[test]
fn a_row_names_its_places() {
    let table = Table::parse(
        "| kind | text |\n|---|---|\n| word | answer | response | a/b.md: quoted from c <br> a \"d e\": for f |\n",
    );
    let place = |path: &str, quote: Option<&str>| Allowed { path: path.to_owned(), quote: quote.map(str::to_owned) };
    assert_eq!(table.rows[0].allowed, [place("a/b.md", None), place("a", Some("d e"))]);
    assert!(table.rows[0].allowed[1].covers("a/x.rs", "// d e"));
    assert!(!table.rows[0].allowed[1].covers("ab/x.rs", "// d e"));
}
