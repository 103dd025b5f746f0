//! Diagnostics as text for people and as lines of JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use serde::Serialize;

use super::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::document::{Pointer, files};
use crate::source::{File, Location, Source, line_starts};

/// How diagnostics look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text only.
    Plain,
    /// With the colours of a terminal.
    Colored,
}

/// Longer lines are not shown.
const LONGEST_LINE_SHOWN: usize = 400;

impl Diagnostics {
    /// Returns the text for people: every diagnostic with its line of the source, in the order of the source, and a count.
    ///
    /// Empty when nothing is wrong.
    #[must_use]
    pub fn render(&self, source: &Source, style: Style) -> String {
        if self.is_empty() {
            return String::new();
        }
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            Style::Colored => Renderer::styled(),
        };
        let files = source.all_files();
        let locations = Locations::of(self, source, &files);
        let mut text = String::new();
        for (location, diagnostic) in locations.sorted() {
            text.push_str(&renderer.render(&[report(diagnostic, location, &locations)]));
            text.push_str("\n\n");
        }
        text + &self.count() + "\n"
    }

    /// Renders one JSON object a line, for editors and scripts, in the order of [`Self::render`].
    #[must_use]
    pub fn to_json_lines(&self, source: &Source) -> String {
        let files = source.all_files();
        let locations = Locations::of(self, source, &files);
        let lines = locations.sorted().into_iter().map(|(location, diagnostic)| {
            let line = JsonLine {
                severity: diagnostic.severity.as_str(),
                code: diagnostic.code.as_str(),
                message: &diagnostic.message,
                file: locations.name(location),
                line: location.location.line,
                column: location.location.column,
                pointer: pointer(diagnostic),
                help: diagnostic.help.as_deref(),
            };
            serde_json::to_string(&line).expect("texts and numbers are JSON") + "\n"
        });
        lines.collect()
    }

    /// Returns the count, such as `3 errors, 1 warning`, of distinct diagnostics.
    #[must_use]
    pub fn count(&self) -> String {
        let mut distinct: Vec<_> = self.iter().collect();
        distinct.sort();
        distinct.dedup();
        let of = |severity| distinct.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let counts = [Severity::Error, Severity::Warning].map(|severity| (severity, of(severity)));
        let words = counts.iter().filter(|(_, count)| *count > 0).map(|(severity, count)| {
            let plural = if *count == 1 { "" } else { "s" };
            format!("{count} {}{plural}", severity.as_str())
        });
        words.collect::<Vec<_>>().join(", ")
    }
}

#[derive(Serialize)]
struct JsonLine<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    pointer: String,
    help: Option<&'a str>,
}

/// A place in one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct FileLocation {
    file: usize,
    location: Location,
}

/// The diagnostics of a run with all their places, found in one walk over each text.
struct Locations<'a> {
    files: &'a [Arc<File>],
    line_starts: Vec<Vec<usize>>,
    sorted: Vec<(FileLocation, &'a Diagnostic)>,
    related: BTreeMap<&'a Pointer, FileLocation>,
}

impl<'a> Locations<'a> {
    fn of(diagnostics: &'a Diagnostics, source: &'a Source, files: &'a [Arc<File>]) -> Self {
        let own = Self::locate(source, diagnostics.iter().map(|diagnostic| &diagnostic.at));
        let mut sorted: Vec<_> = diagnostics
            .iter()
            .zip(own)
            .map(|(diagnostic, own)| match diagnostic.location {
                Some(location) => (FileLocation { file: source.addressed(&diagnostic.at).0, location }, diagnostic),
                None => (own, diagnostic),
            })
            .collect();
        sorted.sort();
        sorted.dedup();
        let others: Vec<_> = diagnostics.iter().flat_map(|diagnostic| &diagnostic.related).map(|(at, _)| at).collect();
        let related = others.iter().copied().zip(Self::locate(source, others.iter().copied())).collect();
        Self { files, line_starts: files.iter().map(|file| line_starts(&file.text)).collect(), sorted, related }
    }

    fn locate<'p>(source: &Source, nodes: impl Iterator<Item = &'p Pointer>) -> Vec<FileLocation> {
        let nodes: Vec<_> = nodes.cloned().collect();
        let locations = nodes.iter().zip(source.locate_all(&nodes));
        locations.map(|(node, location)| FileLocation { file: source.written(node).0, location }).collect()
    }

    fn sorted(&self) -> Vec<(FileLocation, &'a Diagnostic)> {
        self.sorted.clone()
    }

    fn name(&self, location: FileLocation) -> &'a str {
        self.files.get(location.file).map_or("", |file| &file.name)
    }

    /// Returns the line at a place, without what ends it.
    fn line(&self, at: FileLocation) -> &'a str {
        let (Some(file), Some(starts)) = (self.files.get(at.file), self.line_starts.get(at.file)) else { return "" };
        let index = at.location.line.saturating_sub(1);
        let start = starts.get(index).copied().unwrap_or(file.text.len());
        let end = starts.get(index + 1).copied().unwrap_or(file.text.len());
        file.text.get(start..end).unwrap_or_default().trim_end_matches(BREAKS)
    }

    /// Returns the line at a place with the token there underlined, or only its name when the line is too long to be read.
    fn element(&self, at: FileLocation, kind: AnnotationKind, label: Option<&'a str>) -> Element<'a> {
        let FileLocation { location, .. } = at;
        let line = self.line(at);
        if line.len() > LONGEST_LINE_SHOWN {
            return Origin::path(self.name(at)).line(location.line).char_column(location.column).into();
        }
        let start = line.char_indices().nth(location.column.saturating_sub(1)).map_or(line.len(), |(start, _)| start);
        let end = start + token(&line[start..]).len();
        let annotation = kind.span(start..end).label(label);
        Snippet::source(line).line_start(location.line).path(self.name(at)).annotation(annotation).into()
    }
}

fn report<'a>(
    diagnostic: &'a Diagnostic,
    location: FileLocation,
    locations: &Locations<'a>,
) -> annotate_snippets::Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.as_str());
    let mut group = title.element(locations.element(location, AnnotationKind::Primary, None));
    for (at, label) in &diagnostic.related {
        let location =
            locations.related.get(at).copied().unwrap_or(FileLocation { file: 0, location: Location::START });
        group = group.element(locations.element(location, AnnotationKind::Context, Some(label)));
    }
    let at = normalize_untrusted_str(&pointer(diagnostic));
    group = group.element(Level::NOTE.with_name("at").message(at));
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(normalize_untrusted_str(help))),
        None => group,
    }
}

/// Returns the pointer that is printed: that within the overlay, if the diagnostic is about one.
fn pointer(diagnostic: &Diagnostic) -> String {
    files::overlay_of(&diagnostic.at).map_or(diagnostic.at.clone(), |(_, inside)| inside).to_string()
}

/// Returns the key or the scalar that a text begins with.
fn token(text: &str) -> &str {
    let end = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].find(quote).map(|end| end + 2),
        Some(bracket @ ('[' | '{' | '|' | '>' | '&' | '*' | '!')) => Some(bracket.len_utf8()),
        _ => [": ", " #", ",", "]", "}"].iter().filter_map(|end| text.find(end)).min(),
    };
    let token = &text[..end.unwrap_or(text.len())];
    token.trim_end().trim_end_matches(':')
}

const BREAKS: &[char] = &['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::*;

    const TEXT: &str = "openapi: 3.0.3\npaths:\n  /a: {get: {}}\n  \"/b\": 1\n";

    fn source() -> Source {
        Source::new("spec/api.yaml", TEXT)
    }

    fn at(pointer: &str) -> Pointer {
        Pointer::parse(pointer).unwrap()
    }

    #[test]
    fn a_diagnostic_shows_its_line_its_pointer_and_a_way_out() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(Code::NotSupported, &at("/paths/~1b"), "`x` is not supported").help("remove it");
        let expected = "\
error[unsupported]: `x` is not supported
 --> spec/api.yaml:4:3
  |
4 |   \"/b\": 1
  |   ^^^^
  |
  = at: #/paths/~1b
  = help: remove it

1 error
";
        assert_eq!(diagnostics.render(&source(), Style::Plain), expected);
        assert!(diagnostics.render(&source(), Style::Colored).contains("\u{1b}["));
    }

    #[test]
    fn another_node_is_shown_beside_it() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(Code::Name, &at("/paths/~1b"), "taken").related(&at("/paths/~1a"), "by this one");
        let text = diagnostics.render(&source(), Style::Plain);
        assert!(text.contains("3 |   /a: {get: {}}\n  |   -- by this one"), "{text}");
    }

    #[test]
    fn they_come_in_the_order_of_the_source_and_once() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.warning(Code::Name, &at("/paths/~1b"), "third");
        diagnostics.error(Code::Name, &at("/paths/~1a/get"), "second");
        diagnostics.error(Code::Name, &at("/paths/~1a/get"), "second");
        diagnostics.error(Code::Name, &at("/openapi"), "first");
        let text = diagnostics.render(&source(), Style::Plain);
        let found: Vec<_> = ["first", "second", "third"].map(|word| text.matches(word).count()).into();
        assert_eq!(found, [1, 1, 1]);
        assert!(text.find("first") < text.find("second") && text.find("second") < text.find("third"));
        assert!(text.ends_with("\n2 errors, 1 warning\n"), "{text}");
        assert_eq!(diagnostics.to_json_lines(&source()).lines().count(), 3);
    }

    #[test]
    fn nothing_wrong_prints_nothing() {
        let diagnostics = Diagnostics::new();
        assert_eq!(diagnostics.render(&source(), Style::Plain), "");
        assert_eq!(diagnostics.to_json_lines(&source()), "");
        assert!(!diagnostics.has_errors() && diagnostics.is_empty());
    }

    #[test]
    fn json_lines_say_the_same() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.warning(Code::UnknownKey, &at("/paths/~1a/get"), "say \"no\"");
        assert!(!diagnostics.has_errors());
        let expected = "{\"severity\":\"warning\",\"code\":\"unknown-key\",\"message\":\"say \\\"no\\\"\",\
            \"file\":\"spec/api.yaml\",\"line\":3,\"column\":8,\"pointer\":\"#/paths/~1a/get\",\"help\":null}\n";
        assert_eq!(diagnostics.to_json_lines(&source()), expected);
    }

    #[test]
    fn a_line_too_long_to_read_is_only_named() {
        let source = Source::new("one.json", format!("{{\"a\":\"{}\",\"b\":1}}", "x".repeat(9_999)));
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(Code::Invalid, &at("/b"), "no");
        let text = diagnostics.render(&source, Style::Plain);
        assert!(text.contains("one.json:1:10008") && !text.contains("xxx"), "{text}");
    }

    #[test]
    fn places_outside_the_text_are_printed_all_the_same() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(Code::Syntax, &Pointer::root(), "no").location(Location { line: 99, column: 99 });
        diagnostics.error(Code::Syntax, &Pointer::root(), "no").location(Location { line: 0, column: 0 });
        assert!(diagnostics.render(&source(), Style::Plain).contains("spec/api.yaml:99"));
        assert!(!diagnostics.render(&Source::new("empty", ""), Style::Plain).is_empty());
    }

    #[test]
    fn lines_are_those_of_yaml() {
        let source = Source::new("lines", "a\r\nb\rc\u{2028}d\n");
        for (line, shown) in [(1, "1 | a\n"), (2, "2 | b\n"), (3, "3 | c\n"), (4, "4 | d\n"), (5, "lines:5:1\n")] {
            let mut diagnostics = Diagnostics::new();
            diagnostics.error(Code::Syntax, &Pointer::root(), "no").location(Location { line, column: 1 });
            let text = diagnostics.render(&source, Style::Plain);
            assert!(text.contains(shown), "{line}: {text}");
        }
    }
}
