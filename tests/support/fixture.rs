//! The first comment of a fixture: its sentence, and the parts of the output in its snapshot.
//!
//! ```yaml
//! # Members that a document does not list, and that have a type.
//! # Snapshot: models/receipt.rs
//! # Snapshot: models/order.rs: Order, Order::table
//! ```
//!
//! Each line `Snapshot` names a file, and the items in it where the rest of the file shows nothing: see [`excerpt`]. JSON has no
//! comments: there the first member, `x-head`, has the same lines as a list.

use std::fs;
use std::path::Path;

use insta::Settings;
use sdk_generator::output::Files;

use crate::excerpt::excerpt;
use crate::{fixtures, root};

/// The begin of a line that says what of the output is in the snapshot.
const SNAPSHOT: &str = "Snapshot: ";

/// A document of `tests/fixtures`, by what it says of itself.
#[derive(Debug)]
pub struct Fixture {
    /// Its file's name, without the ending.
    pub name: String,
    /// Its file, relative to the repository's root.
    pub path: String,
    /// What it shows, in a sentence.
    pub sentence: String,
    locked: Vec<Locked>,
}

/// A part of the output that a snapshot holds.
#[derive(Debug, PartialEq)]
struct Locked {
    file: String,
    /// All of the file when there are none.
    items: Vec<String>,
}

impl Fixture {
    /// Returns the fixtures of a kind, which is their folder.
    ///
    /// # Panics
    ///
    /// When one does not say what it shows: no test can go on then.
    #[must_use]
    pub fn all(kind: &str) -> Vec<Self> {
        let read = |name: String| Self::read(&format!("tests/fixtures/{kind}/{name}.yaml"));
        fixtures(kind).into_iter().map(read).collect()
    }

    /// Returns the fixture in a file, relative to the repository's root.
    ///
    /// # Panics
    ///
    /// When it does not say what it shows: no test can go on then.
    #[must_use]
    #[allow(clippy::panic, reason = "a test without its files can only stop")]
    pub fn read(path: &str) -> Self {
        let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let lines = head(&text);
        let (locked, words): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.starts_with(SNAPSHOT));
        let sentence = words.join(" ");
        assert!(is_sentence(&sentence), "{path} does not say in its first comment what it shows: {sentence}");
        let name = Path::new(path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let locked = locked.iter().map(|line| Locked::parse(&line[SNAPSHOT.len()..]));
        Self { name, path: path.to_owned(), sentence, locked: locked.fold(Vec::new(), joined) }
    }

    /// Returns whether it names a part of the output.
    #[must_use]
    pub fn locks_output(&self) -> bool {
        !self.locked.is_empty()
    }

    /// Returns the part of the output that it names.
    ///
    /// # Errors
    ///
    /// When the output has no such file or no such item.
    pub fn locked(&self, files: &Files) -> Result<String, String> {
        let shown: Result<String, String> = self.locked.iter().map(|part| part.of(files)).collect();
        shown.map_err(|missing| format!("{} names what is not emitted: {missing}", self.path))
    }

    /// Returns the settings of its snapshot.
    #[must_use]
    pub fn settings(&self, folder: &str) -> Settings {
        snapshot(folder, &self.sentence)
    }
}

impl Locked {
    fn parse(line: &str) -> Self {
        let (file, items) = line.split_once(": ").unwrap_or((line, ""));
        let items = items.split(", ").filter(|item| !item.is_empty()).map(str::to_owned);
        Self { file: file.to_owned(), items: items.collect() }
    }

    fn of(&self, files: &Files) -> Result<String, String> {
        let Self { file, items } = self;
        let Some(text) = files.get(file) else {
            let emitted: Vec<_> = files.iter().map(|(path, _)| path).collect();
            return Err(format!("there is no file {file} among {}", emitted.join(", ")));
        };
        if items.is_empty() {
            return Ok(format!("=== {file}\n{text}\n"));
        }
        let shown = excerpt(text, items).map_err(|missing| format!("{file}: {missing}"))?;
        Ok(format!("=== {file}: {}\n{shown}\n", items.join(", ")))
    }
}

/// Adds a part to others: the items of one file may take several lines.
fn joined(mut parts: Vec<Locked>, next: Locked) -> Vec<Locked> {
    match parts.last_mut().filter(|last| last.file == next.file && !last.items.is_empty() && !next.items.is_empty()) {
        Some(last) => last.items.extend(next.items),
        None => parts.push(next),
    }
    parts
}

/// Returns the settings of a snapshot below `tests/snapshots`, which begins with a sentence that says what it shows.
///
/// # Panics
///
/// When it is no sentence.
#[must_use]
pub fn snapshot(folder: &str, sentence: &str) -> Settings {
    assert!(is_sentence(sentence), "a snapshot of {folder} does not say what it shows: {sentence}");
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(root().join("tests/snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(sentence);
    settings
}

/// Returns whether a text has words and ends like a sentence. Whether it says anything is for the reader to tell.
#[must_use]
pub fn is_sentence(text: &str) -> bool {
    text.ends_with('.') && text.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).count() >= 3
}

/// Returns the lines of the first comment.
fn head(text: &str) -> Vec<String> {
    if text.starts_with('{') {
        let member = text.lines().nth(1).map(|line| format!("{{{}}}", line.trim().trim_end_matches(',')));
        let member = member.and_then(|member| serde_json::from_str::<serde_json::Value>(&member).ok());
        let lines = member.as_ref().and_then(|member| member.get("x-head")?.as_array());
        return lines.into_iter().flatten().filter_map(|line| line.as_str().map(str::to_owned)).collect();
    }
    let lines = text.lines().map_while(|line| line.strip_prefix("# "));
    lines.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(locked: &str) -> Fixture {
        let path = "some.yaml".to_owned();
        Fixture { name: "some".to_owned(), path, sentence: String::new(), locked: vec![Locked::parse(locked)] }
    }

    fn files() -> Files {
        [("models/order.rs".to_owned(), "struct Order;\n\nstruct Line;\n".to_owned())].into_iter().collect()
    }

    #[test]
    fn a_file_or_an_item_of_it_is_shown_under_its_name() {
        let whole = fixture("models/order.rs").locked(&files()).unwrap();
        assert_eq!(whole, "=== models/order.rs\nstruct Order;\n\nstruct Line;\n\n");
        let items = fixture("models/order.rs: Line, Order").locked(&files()).unwrap();
        assert_eq!(items, "=== models/order.rs: Line, Order\nstruct Line;\n\nstruct Order;\n\n");
    }

    #[test]
    fn what_is_not_emitted_is_an_error() {
        let report = fixture("models/receipt.rs").locked(&files()).unwrap_err();
        let expected = "some.yaml names what is not emitted: there is no file models/receipt.rs among models/order.rs";
        assert_eq!(report, expected);
        let report = fixture("models/order.rs: Receipt").locked(&files()).unwrap_err();
        assert!(report.ends_with("models/order.rs: there is no `Receipt` among `Order`, `Line`"), "{report}");
    }

    #[test]
    fn the_first_comment_is_read_in_yaml_and_in_json() {
        assert_eq!(head("# One.\n# Two.\nopenapi: 3.0.3\n# Three.\n"), ["One.", "Two."]);
        assert_eq!(head("{\n  \"x-head\": [\"One.\", \"Two.\"],\n  \"openapi\": \"3.0.3\",,\n}\n"), ["One.", "Two."]);
        assert!(head("openapi: 3.0.3\n").is_empty());
    }
}
