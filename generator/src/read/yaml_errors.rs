//! Explains why a text is not YAML.

use crate::diagnostics::{Code, Diagnostics};
use crate::document::Pointer;
use crate::source::Location;

/// A part of the parser's message, what it means, and what to do. The first that fits is used.
const MEANINGS: &[(&str, &str, &str)] = &[
    ("repetition limit exceeded", "aliases repeat more than a document can hold", "write it out, or use `$ref`"),
    (
        "recursion limit exceeded",
        "the document is nested deeper than 128 levels",
        "move what is inside to `components`",
    ),
    ("more than one document", "the text holds more than one document", "keep one, without `---` after it"),
    (
        "scanning a quoted scalar",
        "the quote that opens here is never closed",
        "close it, or double it if it belongs to the text",
    ),
    ("parsing a flow node", "a value is missing here", "write it, or remove the comma or colon before it"),
    ("parsing a flow", "the bracket that opens here does not end as it should", "check its commas, and close it"),
    (
        "mapping values are not allowed",
        "a colon stands where no key can be",
        "quote text that has a colon in it, and check the indentation",
    ),
    (
        "parsing a block mapping",
        "this belongs to nothing above it",
        "indent it like what it stands beside, or close the quote above it",
    ),
    ("parsing a block collection", "this belongs to nothing above it", "indent it like what it stands beside"),
    ("unknown anchor", "the alias refers to no anchor", "quote text that begins with `*`, or define the anchor above"),
    ("cannot start any token", "text cannot begin with this character", "quote the text"),
];

/// Reports why a text cannot be read.
pub(super) fn report(
    text: &str,
    root: &Pointer,
    error: &serde_yaml::Error,
    is_spent: bool,
    diagnostics: &mut Diagnostics,
) {
    let original = if is_spent { "repetition limit exceeded".to_owned() } else { error.to_string() };
    let end = error.location().map(|location| Location { line: location.line(), column: location.column() });
    let (message, help, location) = match MEANINGS.iter().find(|(words, ..)| original.contains(words)) {
        Some((words, ..)) if *words == "cannot start any token" && is_indented_by_tab(text, end) => {
            ("a tab stands where YAML wants spaces".to_owned(), Some("indent with spaces"), end)
        }
        Some((_, message, help)) if message.contains("opens here") => {
            ((*message).to_owned(), Some(*help), Location::from_message(&original).or(end))
        }
        Some((_, message, help)) => {
            let second = message.contains("document").then(|| second_document(text)).flatten();
            ((*message).to_owned(), Some(*help), end.or(second))
        }
        None => (without_location(&original), None, end),
    };
    let diagnostic = diagnostics.error(Code::Syntax, root, message);
    if let Some(location) = location {
        diagnostic.location(location);
    }
    if let Some(help) = help {
        diagnostic.help(help);
    }
}

fn is_indented_by_tab(text: &str, location: Option<Location>) -> bool {
    let line = location.and_then(|location| text.lines().nth(location.line.saturating_sub(1)));
    line.is_some_and(|line| line.chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t'))
}

/// Returns where a second document begins: its mark follows something other than comments.
fn second_document(text: &str) -> Option<Location> {
    let mut has_content = false;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("---") && has_content {
            return Some(Location { line: index + 1, column: 1 });
        }
        has_content |= !line.trim().is_empty() && !line.starts_with(['#', '%']) && !line.starts_with("---");
    }
    None
}

/// Returns a message without the location in it, which is printed anyway.
fn without_location(message: &str) -> String {
    let Some((head, rest)) = message.split_once(" at line ") else { return message.to_owned() };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.strip_prefix(" column ").unwrap_or(rest);
    format!("{head}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}
