//! Checks that the table of sources covers each part of the document.

use std::collections::{BTreeMap, HashSet};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::findings::Findings;
use super::nodes::Nodes;
use super::rules::Rule;
use crate::document::Pointer;
use crate::document::grammar::Kind;
use crate::source::Source;

/// The table that says where the parts of a document come from.
///
/// It is the table of a Markdown text whose first column is headed `part`. What a row is about stands there: names in
/// backticks, or a group as a whole (`operations`, `schemas`, `parameters`, `request headers`, `response headers`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// What stands in backticks.
    names: Vec<String>,
    /// What else stands there, one text a row, in lower case.
    groups: HashSet<String>,
}

impl Sources {
    /// Finds the table in a Markdown text.
    #[must_use]
    pub fn read(markdown: &str) -> Option<Self> {
        let mut tables = Tables::default();
        Parser::new_ext(markdown, Options::ENABLE_TABLES).for_each(|event| tables.event(event));
        tables.found
    }

    fn covers(&self, group: &str, name: &str) -> bool {
        self.groups.contains(group) || self.names.iter().any(|known| known == name)
    }
}

/// Reads the first columns of tables.
#[derive(Default)]
struct Tables {
    /// The table that is looked for, as far as it has been read.
    found: Option<Sources>,
    is_inside: bool,
    is_head: bool,
    column: usize,
    cell: String,
    names: Vec<String>,
}

impl Tables {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::TableHead) => (self.is_head, self.column) = (true, 0),
            Event::Start(Tag::TableRow) => (self.is_head, self.column) = (false, 0),
            Event::Start(Tag::TableCell) => {
                self.cell.clear();
                self.names.clear();
            }
            Event::Code(code) => self.names.push(code.to_string()),
            Event::Text(text) => self.cell.push_str(&text),
            Event::End(TagEnd::TableCell) => {
                if self.column == 0 {
                    self.first_cell();
                }
                self.column += 1;
            }
            Event::End(TagEnd::Table) => self.is_inside = false,
            _ => {}
        }
    }

    fn first_cell(&mut self) {
        let text = self.cell.trim().to_lowercase();
        if self.is_head {
            self.is_inside = text == "part";
            if self.is_inside {
                self.found.get_or_insert_default();
            }
        } else if let Some(sources) = self.found.as_mut().filter(|_| self.is_inside) {
            sources.names.append(&mut self.names);
            sources.groups.insert(text);
        }
    }
}

pub(super) fn check(nodes: &Nodes<'_>, source: &Source, sources: &Sources, findings: &mut Findings) {
    let mut parts: BTreeMap<(&str, String), (&str, Pointer)> = BTreeMap::new();
    let mut part = |group, what, name: &str, at: &Pointer| {
        parts.entry((group, name.to_owned())).or_insert_with(|| (what, at.clone()));
    };
    for operation in nodes.operations() {
        if let Some(name) = operation.text("operationId") {
            part("operations", "operation", name, &operation.at.join("operationId"));
        }
    }
    for (name, schema) in nodes.components("schemas") {
        part("schemas", "schema", name, &schema.at);
    }
    for parameter in nodes.of_kind(Kind::Parameter).filter(|parameter| parameter.text("in") == Some("header")) {
        part("request headers", "header", parameter.text("name").unwrap_or_default(), &parameter.at.join("name"));
    }
    for response in nodes.of_kind(Kind::Response) {
        for (name, header) in response.members_of("headers") {
            part("response headers", "response header", name, &header.at);
        }
    }
    for ((group, name), (what, at)) in &parts {
        if !sources.covers(group, name) {
            let message = format!("no row of the table of sources names the {what} `{name}`");
            findings.add(Rule::FactSource, at, message);
        }
    }
    let files = source.all_files();
    for stale in sources.names.iter().filter(|name| !files.iter().any(|file| file.text.contains(name.as_str()))) {
        let message = format!("the table of sources names `{stale}`, which the document does not have");
        findings.add(Rule::FactSource, &Pointer::root(), message).help("remove it from the table, or correct it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_found_by_its_head() {
        let text = "# T\n\n| other | b |\n|---|---|\n| `x` | y |\n\n| part | rests on |\n|---|---|\n\
            | `a`, `B-c` | `not` this |\n| Response headers | there |\n\n`text`\n\n| more |\n|---|\n| `z` |\n";
        let sources = Sources::read(text).unwrap();
        assert_eq!(sources.names, ["a", "B-c"]);
        assert!(sources.covers("response headers", "X") && !sources.covers("schemas", "not"));
        assert_eq!(Sources::read("no table, and `part`"), None);
    }
}
