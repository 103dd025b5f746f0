//! What was found, for people and for programs.

use std::fmt::Write as _;

use anyhow::Context;
use sdk_generator::diagnostics::Style;
use serde::Serialize;

use super::{Found, Kind};

/// Of a file that touches a thing in more lines than this, the rest is only numbered.
const MOST_LINES: usize = 4;
/// Of more things than this, it is only counted what touches them.
const MOST_THINGS: usize = 3;
/// Longer lines are cut.
const MOST_CHARACTERS: usize = 90;

/// One paragraph a thing; places first, so that they can be scanned and clicked.
pub(super) fn human(found: &[Found], style: Style) -> String {
    let mut text = String::new();
    let is_brief = found.len() > MOST_THINGS;
    for (index, found) in found.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let head = head(found);
        let head = if style == Style::Colored { format!("\u{1b}[1m{head}\u{1b}[0m") } else { head };
        let rows = if is_brief { brief(found) } else { rows(found) };
        let width = rows.iter().map(|row| row.place.chars().count()).max().unwrap_or_default();
        text.push_str(&head);
        text.push('\n');
        let mut last = "";
        for row in &rows {
            let label = if row.label == last { "" } else { row.label };
            last = row.label;
            let line = format!("  {label:<9} {:<width$}  {}", row.place, cut(&row.text));
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// What a thing is and what it is called.
fn head(found: &Found) -> String {
    let thing = &found.thing;
    let mut head = thing.kind.as_str().to_owned();
    let names = thing.rust.iter().map(String::as_str);
    let wire = match thing.kind {
        Kind::Operation => thing.aliases.first().map(|spoken| format!("{} {spoken}", thing.wire)),
        _ if thing.wire.is_empty() => None,
        _ => Some(thing.wire.clone()),
    };
    let names: Vec<_> = names.map(str::to_owned).collect();
    if !names.is_empty() {
        let _ = write!(head, " {}", names.join(", "));
    }
    if let Some(wire) = wire {
        let _ = write!(head, "{} {wire}", if names.is_empty() { "" } else { " =" });
    }
    head
}

struct Row {
    label: &'static str,
    place: String,
    text: String,
}

/// Where a thing is, and how many lines touch it.
fn brief(found: &Found) -> Vec<Row> {
    let mut rows = declared(found);
    for of_group in found.uses.chunk_by(|one, other| one.group == other.group) {
        let files = of_group.chunk_by(|one, other| one.file == other.file).count();
        let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let place = format!("{} in {}", plural(of_group.len(), "line"), plural(files, "file"));
        rows.push(Row { label: of_group[0].group.as_str(), place, text: String::new() });
    }
    rows
}

/// Where a thing is declared and defined.
fn declared(found: &Found) -> Vec<Row> {
    let mut rows = Vec::new();
    if let (Some((file, place)), Some(at)) = (&found.document, &found.thing.at) {
        rows.push(Row { label: "document", place: format!("{file}:{place}"), text: at.to_string() });
    }
    for place in &found.code {
        let shown = format!("{}:{}:{}", place.file, place.line, place.column);
        rows.push(Row { label: "code", place: shown, text: place.text.clone() });
    }
    rows
}

fn rows(found: &Found) -> Vec<Row> {
    let mut rows = declared(found);
    for of_file in found.uses.chunk_by(|one, other| (one.group, &one.file) == (other.group, &other.file)) {
        let shown = if of_file.len() > MOST_LINES + 1 { MOST_LINES } else { of_file.len() };
        for touching in &of_file[..shown] {
            let place = format!("{}:{}", touching.file, touching.line);
            rows.push(Row { label: touching.group.as_str(), place, text: touching.text.clone() });
        }
        if let [first, ..] = &of_file[shown..] {
            let lines: Vec<_> = of_file[shown..].iter().map(|touching| touching.line.to_string()).collect();
            let text = format!("and in {} more: {}", lines.len(), lines.join(", "));
            let place = format!("{}:{}", first.file, first.line);
            rows.push(Row { label: first.group.as_str(), place, text });
        }
    }
    rows
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a program is told of one thing.
#[derive(Serialize)]
struct Told<'a> {
    kind: &'static str,
    /// On the wire or in the document.
    name: &'a str,
    rust: &'a [String],
    document: Option<Declared<'a>>,
    code: Vec<NodeRef<'a>>,
    uses: Vec<Touched<'a>>,
}

#[derive(Serialize)]
struct Declared<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    pointer: String,
}

#[derive(Serialize)]
struct NodeRef<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Touched<'a> {
    group: &'static str,
    file: &'a str,
    line: usize,
    text: &'a str,
}

pub(super) fn json(found: &[Found]) -> anyhow::Result<String> {
    let told: Vec<_> = found.iter().map(told).collect();
    let mut text = serde_json::to_string_pretty(&told).context("what was found is no JSON")?;
    text.push('\n');
    Ok(text)
}

fn told(found: &Found) -> Told<'_> {
    let document = found.document.as_ref().zip(found.thing.at.as_ref()).map(|((file, place), at)| Declared {
        file,
        line: place.line,
        column: place.column,
        pointer: at.to_string(),
    });
    let code = found.code.iter().map(|place| NodeRef {
        file: &place.file,
        line: place.line,
        column: place.column,
        text: &place.text,
    });
    let uses = found.uses.iter().map(|touching| Touched {
        group: touching.group.as_str(),
        file: &touching.file,
        line: touching.line,
        text: &touching.text,
    });
    Told {
        kind: found.thing.kind.as_str(),
        name: &found.thing.wire,
        rust: &found.thing.rust,
        document,
        code: code.collect(),
        uses: uses.collect(),
    }
}
