//! The results, as text and as JSON.

use std::fmt::Write as _;

use anyhow::Context;
use sdk_generator::diagnostics::Style;
use serde::Serialize;

use super::{Found, Kind};

/// The maximum number of lines printed for each file. Further lines are printed as numbers only.
const MOST_LINES: usize = 4;
/// With more results than this, uses are counted instead of listed.
const MOST_ENTITIES: usize = 3;
/// The most characters of a line.
const MOST_CHARACTERS: usize = 90;

/// Returns one paragraph for each entity, with locations in the first column.
pub(super) fn human(found: &[Found], style: Style) -> String {
    let mut text = String::new();
    let is_brief = found.len() > MOST_ENTITIES;
    for (index, found) in found.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let head = head(found);
        let head = if style == Style::Colored { format!("\u{1b}[1m{head}\u{1b}[0m") } else { head };
        let rows = if is_brief { brief(found) } else { rows(found) };
        let width = rows.iter().map(|row| row.location.chars().count()).max().unwrap_or_default();
        text.push_str(&head);
        text.push('\n');
        let mut last = "";
        for row in &rows {
            let label = if row.label == last { "" } else { row.label };
            last = row.label;
            let line = format!("  {label:<9} {:<width$}  {}", row.location, cut(&row.text));
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// Returns the kind and the names of an entity.
fn head(found: &Found) -> String {
    let entity = &found.entity;
    let mut head = entity.kind.as_str().to_owned();
    let names = entity.rust.iter().map(String::as_str);
    let wire = match entity.kind {
        Kind::Operation => entity.aliases.first().map(|spoken| format!("{} {spoken}", entity.wire)),
        _ if entity.wire.is_empty() => None,
        _ => Some(entity.wire.clone()),
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
    location: String,
    text: String,
}

/// Returns the declarations of an entity, and a count of its uses for each group.
fn brief(found: &Found) -> Vec<Row> {
    let mut rows = declared(found);
    for of_group in found.uses.chunk_by(|one, other| one.group == other.group) {
        let files = of_group.chunk_by(|one, other| one.file == other.file).count();
        let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let location = format!("{} in {}", plural(of_group.len(), "line"), plural(files, "file"));
        rows.push(Row { label: of_group[0].group.as_str(), location, text: String::new() });
    }
    rows
}

/// Returns the locations of declarations and definitions.
fn declared(found: &Found) -> Vec<Row> {
    let mut rows = Vec::new();
    if let (Some((file, location)), Some(at)) = (&found.document, &found.entity.at) {
        rows.push(Row { label: "document", location: format!("{file}:{location}"), text: at.to_string() });
    }
    for location in &found.code {
        let shown = format!("{}:{}:{}", location.file, location.line, location.column);
        rows.push(Row { label: "code", location: shown, text: location.text.clone() });
    }
    rows
}

fn rows(found: &Found) -> Vec<Row> {
    let mut rows = declared(found);
    for of_file in found.uses.chunk_by(|one, other| (one.group, &one.file) == (other.group, &other.file)) {
        let shown = if of_file.len() > MOST_LINES + 1 { MOST_LINES } else { of_file.len() };
        for used in &of_file[..shown] {
            let location = format!("{}:{}", used.file, used.line);
            rows.push(Row { label: used.group.as_str(), location, text: used.text.clone() });
        }
        if let [first, ..] = &of_file[shown..] {
            let lines: Vec<_> = of_file[shown..].iter().map(|used| used.line.to_string()).collect();
            let text = format!("and in {} more: {}", lines.len(), lines.join(", "));
            let location = format!("{}:{}", first.file, first.line);
            rows.push(Row { label: first.group.as_str(), location, text });
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

/// One entity in the JSON output.
#[derive(Serialize)]
struct FoundRecord<'a> {
    kind: &'static str,
    /// On the wire or in the document.
    name: &'a str,
    rust: &'a [String],
    document: Option<DocumentRecord<'a>>,
    code: Vec<CodeRecord<'a>>,
    uses: Vec<UseRecord<'a>>,
}

#[derive(Serialize)]
struct DocumentRecord<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    pointer: String,
}

#[derive(Serialize)]
struct CodeRecord<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct UseRecord<'a> {
    group: &'static str,
    file: &'a str,
    line: usize,
    text: &'a str,
}

pub(super) fn json(found: &[Found]) -> anyhow::Result<String> {
    let records: Vec<_> = found.iter().map(record).collect();
    let mut text = serde_json::to_string_pretty(&records).context("the results cannot be written as JSON")?;
    text.push('\n');
    Ok(text)
}

fn record(found: &Found) -> FoundRecord<'_> {
    let document = found.document.as_ref().zip(found.entity.at.as_ref()).map(|((file, location), at)| DocumentRecord {
        file,
        line: location.line,
        column: location.column,
        pointer: at.to_string(),
    });
    let code = found.code.iter().map(|location| CodeRecord {
        file: &location.file,
        line: location.line,
        column: location.column,
        text: &location.text,
    });
    let uses = found.uses.iter().map(|used| UseRecord {
        group: used.group.as_str(),
        file: &used.file,
        line: used.line,
        text: &used.text,
    });
    FoundRecord {
        kind: found.entity.kind.as_str(),
        name: &found.entity.wire,
        rust: &found.entity.rust,
        document,
        code: code.collect(),
        uses: uses.collect(),
    }
}
