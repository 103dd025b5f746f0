//! Prose of a document becomes CommonMark for rustdoc.
//!
//! What is in it is read by the parser that rustdoc itself uses, and written anew, so that nothing depends on how it was
//! spelt: HTML becomes CommonMark or text, code becomes none of Rust's, and a link is absolute or no link.

mod blocks;
mod html;
mod inline;

use std::borrow::Cow;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use blocks::{Blocks, Kind, ListMark, Origin, Stands};
use html::{Element, Token};
use inline::{Layout, Piece, Span};

/// Makes prose safe for rustdoc.
pub(crate) fn prose(text: &str) -> String {
    Reader::new(Blocks::new(false)).read_all(text)
}

/// Makes prose safe behind a label, which is CommonMark and begins its first paragraph.
pub(super) fn labelled(label: &str, text: &str) -> String {
    let mut reader = Reader::new(Blocks::new(false));
    reader.pieces.push(Piece::Raw(format!("{label} ")));
    reader.has_label = true;
    reader.read_all(text)
}

/// Makes prose safe on one line, for a sentence, an item of a list or a cell of a table.
pub(crate) fn line(text: &str) -> String {
    Reader::new(Blocks::new(true)).read_all(text)
}

/// Removes characters that are invisible or change the direction of text; line ends become `\n`, and all other white space but
/// tabs is plain.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| matches!(c, '\n' | '\t' | ' ');
    let is_space = |c: char| c.is_whitespace() && !is_plain(c);
    let is_dropped = |c: char| (c.is_control() && !is_plain(c)) || is_invisible(c);
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte) || byte == b'\n')
        || !text.contains(|c| is_space(c) || is_dropped(c))
    {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n").replace(is_space, " ");
    Cow::Owned(lines.chars().filter(|c| !is_dropped(*c)).collect())
}

/// Returns whether a character turns text around or marks its beginning.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// Returns the extensions that documents use, and the kinds of GitHub's quotes, which become words.
fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM
}

/// The languages whose fences keep their names. All others could be taken for an attribute of a test.
const LANGUAGES: [&str; 26] = [
    "bash",
    "c",
    "cpp",
    "csharp",
    "css",
    "curl",
    "diff",
    "go",
    "graphql",
    "html",
    "http",
    "java",
    "javascript",
    "js",
    "json",
    "kotlin",
    "php",
    "python",
    "ruby",
    "sh",
    "shell",
    "sql",
    "swift",
    "typescript",
    "xml",
    "yaml",
];

/// What is read and not yet written.
struct Reader {
    blocks: Blocks,
    /// The paragraph so far.
    pieces: Vec<Piece>,
    /// Whether the paragraph begins with a label, which waits for text.
    has_label: bool,
    /// Text that is shown as it is.
    verbatim: Option<Verbatim>,
    /// A block of HTML so far.
    html: Option<String>,
    /// Within the text between two tags: how many paragraphs it had so far.
    fragment: Option<usize>,
    table: Option<Table>,
    /// The heading that is open in HTML.
    heading: Option<u8>,
    /// The targets of links that are open in HTML; none for those that lead nowhere.
    links: Vec<bool>,
    /// Whether each link or image that is open in CommonMark is kept.
    targets: Vec<bool>,
    /// Whether the text is that of a link that is written as its target.
    in_autolink: bool,
}

enum Verbatim {
    /// A code span in HTML.
    Span(String),
    /// Preformatted text in HTML.
    Block(String),
    /// A code block of CommonMark, and its language.
    Fence(&'static str, String),
}

impl Verbatim {
    fn text(&mut self) -> &mut String {
        match self {
            Self::Span(text) | Self::Block(text) | Self::Fence(_, text) => text,
        }
    }
}

struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<String>>,
    origin: Origin,
}

impl Reader {
    fn new(blocks: Blocks) -> Self {
        Self {
            blocks,
            pieces: Vec::new(),
            has_label: false,
            verbatim: None,
            html: None,
            fragment: None,
            table: None,
            heading: None,
            links: Vec::new(),
            targets: Vec::new(),
            in_autolink: false,
        }
    }

    fn read_all(mut self, text: &str) -> String {
        self.read(printable(text).trim());
        self.has_label = false;
        self.end_block();
        self.end_table();
        self.blocks.finish()
    }

    fn read(&mut self, text: &str) {
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            match event {
                Event::Start(tag) => self.start(tag, &text[range]),
                Event::End(tag) => self.end(tag),
                Event::Text(more) => self.text(&more),
                Event::Code(code) => match &mut self.verbatim {
                    Some(verbatim) => verbatim.text().push_str(&code),
                    None => self.pieces.push(Piece::Code(code.replace('\t', " "))),
                },
                Event::Html(more) => match &mut self.html {
                    Some(html) => html.push_str(&more),
                    None => self.html_block(&more),
                },
                Event::InlineHtml(tag) => self.html_inline(&tag),
                Event::SoftBreak => self.line_end(Piece::Break),
                Event::HardBreak => self.line_end(Piece::HardBreak),
                Event::Rule => self.rule(),
                Event::TaskListMarker(is_done) => self.text(if is_done { "[x] " } else { "[ ] " }),
                Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, source: &str) {
        match tag {
            Tag::Paragraph => self.start_paragraph(),
            Tag::Heading { .. } | Tag::FootnoteDefinition(_) | Tag::MetadataBlock(_) => self.end_block(),
            Tag::BlockQuote(kind) => {
                self.end_block();
                self.blocks.open_quote(Origin::Markdown);
                if let Some(kind) = kind {
                    self.pieces.push(Piece::Raw(format!("**{kind:?}:** ")));
                    self.has_label = true;
                }
            }
            Tag::CodeBlock(kind) => {
                self.end_block();
                let language = match &kind {
                    CodeBlockKind::Indented => "text",
                    CodeBlockKind::Fenced(info) => language(info),
                };
                self.verbatim = Some(Verbatim::Fence(language, String::new()));
            }
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::List(first) => {
                self.end_block();
                let source = source.trim_start();
                let mark = match first {
                    None => ListMark::Bullet(source.chars().next().filter(|c| "-*+".contains(*c)).unwrap_or('-')),
                    Some(first) => {
                        let mark = source.trim_start_matches(|c: char| c.is_ascii_digit()).chars().next();
                        ListMark::Number(first, mark.filter(|c| *c == ')').unwrap_or('.'))
                    }
                };
                self.blocks.open_list(mark, Origin::Markdown);
            }
            Tag::Item => self.blocks.open_item(Origin::Markdown),
            Tag::Table(alignments) => {
                self.end_block();
                self.end_table();
                self.table = Some(Table { alignments, rows: Vec::new(), origin: Origin::Markdown });
            }
            Tag::TableHead | Tag::TableRow => self.start_row(),
            Tag::TableCell => self.pieces.clear(),
            Tag::Emphasis => self.open(Span::Emphasis, &source[..1]),
            Tag::Strong => self.open(Span::Strong, &source[..2]),
            Tag::Strikethrough => self.open(Span::Strike, "~~"),
            Tag::Link { link_type: LinkType::Autolink, dest_url, .. } => {
                self.in_autolink = true;
                self.pieces.push(match is_absolute(&dest_url) {
                    true => Piece::Url(dest_url.into_string()),
                    false => Piece::Text(format!("<{dest_url}>")),
                });
            }
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => {
                self.in_autolink = true;
                self.pieces.push(Piece::Url(dest_url.into_string()));
            }
            Tag::Link { dest_url, .. } => self.open_target(Span::Link, &dest_url),
            Tag::Image { dest_url, .. } => self.open_target(Span::Image, &dest_url),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph if self.fragment.is_some() => {}
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::BlockQuote => self.close(Kind::Quote),
            TagEnd::CodeBlock | TagEnd::FootnoteDefinition | TagEnd::MetadataBlock(_) => self.end_block(),
            TagEnd::HtmlBlock => {
                if let Some(html) = self.html.take() {
                    self.html_block(&html);
                }
            }
            TagEnd::List(_) => self.close(Kind::List),
            TagEnd::Item => self.close(Kind::Item),
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis => self.close_span(Span::Emphasis),
            TagEnd::Strong => self.close_span(Span::Strong),
            TagEnd::Strikethrough => self.close_span(Span::Strike),
            TagEnd::Link if self.in_autolink => self.in_autolink = false,
            TagEnd::Link => self.close_target(Span::Link),
            TagEnd::Image => self.close_target(Span::Image),
        }
    }

    fn text(&mut self, text: &str) {
        // Character references can stand for anything.
        let text = &*printable(text);
        match &mut self.verbatim {
            Some(verbatim) => verbatim.text().push_str(text),
            None if self.in_autolink => {}
            None => match self.pieces.last_mut() {
                Some(Piece::Text(before)) => before.push_str(text),
                _ => self.pieces.push(Piece::Text(text.to_owned())),
            },
        }
    }

    fn line_end(&mut self, piece: Piece) {
        match &mut self.verbatim {
            Some(Verbatim::Block(text) | Verbatim::Fence(_, text)) => text.push('\n'),
            Some(Verbatim::Span(text)) => text.push(' '),
            None => self.pieces.push(piece),
        }
    }

    fn open(&mut self, span: Span, mark: &str) {
        match &mut self.verbatim {
            Some(verbatim) if !matches!(span, Span::Link | Span::Image) => verbatim.text().push_str(mark),
            Some(_) => {}
            None => self.pieces.push(Piece::Open(span, mark.to_owned())),
        }
    }

    fn close_span(&mut self, span: Span) {
        match (&mut self.verbatim, span) {
            // In code these were no marks; which ones they were is as good as known.
            (Some(verbatim), Span::Emphasis) => verbatim.text().push('*'),
            (Some(verbatim), Span::Strong) => verbatim.text().push_str("**"),
            (Some(verbatim), Span::Strike) => verbatim.text().push_str("~~"),
            (Some(_), Span::Link | Span::Image) => {}
            (None, span) => self.pieces.push(Piece::Close(span)),
        }
    }

    /// Writes a link or an image; one with a relative target is its text.
    fn open_target(&mut self, span: Span, target: &str) {
        let is_kept = is_absolute(target);
        self.targets.push(is_kept);
        if is_kept {
            self.open(span, target);
        }
    }

    fn close_target(&mut self, span: Span) {
        if self.targets.pop() == Some(true) {
            self.close_span(span);
        }
    }

    fn start_paragraph(&mut self) {
        match &mut self.fragment {
            Some(paragraphs) => {
                *paragraphs += 1;
                if *paragraphs > 1 {
                    self.end_paragraph();
                }
            }
            None => {
                self.blocks.loosen();
                self.end_paragraph();
            }
        }
    }

    /// Writes the paragraph, which ends here unless it is nothing but a label.
    fn end_paragraph(&mut self) {
        match self.verbatim.take() {
            Some(Verbatim::Span(code)) => self.push_code(&code),
            Some(Verbatim::Block(code)) => self.write_code("text", &code),
            Some(Verbatim::Fence(language, code)) => self.write_code(language, &code),
            None => {}
        }
        if (self.has_label && self.pieces.len() == 1) || self.pieces.is_empty() {
            return;
        }
        self.has_label = false;
        let pieces = std::mem::take(&mut self.pieces);
        if let Some(level) = self.heading {
            return self.write_heading(level, pieces);
        }
        if let Some(table) = self.table.as_mut() {
            let text = inline::render(pieces, Layout::Line);
            return push_cell(table, &text);
        }
        // Two line breaks are how HTML is made to show a paragraph.
        let mut paragraph = Vec::new();
        let mut breaks = 0;
        for piece in pieces {
            match &piece {
                Piece::HardBreak => breaks += 1,
                Piece::Break => {}
                Piece::Text(text) if text.trim().is_empty() => {}
                _ => {
                    if breaks > 1 {
                        self.write_paragraph(std::mem::take(&mut paragraph));
                    }
                    breaks = 0;
                }
            }
            paragraph.push(piece);
        }
        self.write_paragraph(paragraph);
    }

    fn write_paragraph(&mut self, pieces: Vec<Piece>) {
        let place = if self.blocks.is_line() { Layout::Line } else { Layout::Paragraph };
        let text = inline::render(pieces, place);
        if !text.is_empty() {
            self.blocks.write(&text, Stands::Apart);
        }
    }

    /// Ends whatever text is open, so that another block can begin.
    fn end_block(&mut self) {
        self.has_label = false;
        self.end_paragraph();
    }

    /// Headings stand below those that the generated documentation has itself.
    fn write_heading(&mut self, level: u8, pieces: Vec<Piece>) {
        let mut text = inline::render(pieces, Layout::Line);
        if text.is_empty() {
            return;
        }
        if self.blocks.is_line() {
            return self.blocks.write(&text, Stands::Apart);
        }
        // A row of them at the end would be taken for the end of the heading's mark.
        let last = text.rfind(' ').map_or(0, |space| space + 1);
        if text[last..].bytes().all(|byte| byte == b'#') {
            text.insert(last, '\\');
        }
        let marks = "#".repeat(usize::from(level.saturating_add(1).min(6)));
        self.blocks.write(&format!("{marks} {text}"), Stands::Apart);
    }

    fn end_heading(&mut self, level: u8) {
        let pieces = std::mem::take(&mut self.pieces);
        self.write_heading(level, pieces);
    }

    fn write_code(&mut self, language: &str, code: &str) {
        let code = code.replace('\t', "    ");
        let code = code.trim_matches('\n').trim_end();
        if code.trim().is_empty() {
            return;
        }
        if self.blocks.is_line() || self.table.is_some() {
            return self.push_code(code);
        }
        self.blocks.write(&blocks::fence(language, code), Stands::Close);
    }

    fn push_code(&mut self, code: &str) {
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        if !code.is_empty() {
            self.pieces.push(Piece::Code(code));
        }
    }

    fn rule(&mut self) {
        self.end_block();
        if !self.blocks.is_line() {
            // The other marks could be those of a list.
            let rule = if self.blocks.is_nested() { "___" } else { "---" };
            self.blocks.write(rule, Stands::Apart);
        }
    }

    fn close(&mut self, kind: Kind) {
        self.end_block();
        self.end_table();
        self.blocks.close(kind, Origin::Markdown);
    }

    fn start_row(&mut self) {
        if let Some(table) = &mut self.table {
            table.rows.push(Vec::new());
        }
    }

    fn end_cell(&mut self) {
        let text = inline::render(std::mem::take(&mut self.pieces), Layout::Line);
        if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            row.push(text);
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let rows: Vec<_> = table.rows.into_iter().filter(|row| !row.is_empty()).collect();
        if self.blocks.is_line() {
            let cells = rows.concat().join(" ");
            if !cells.is_empty() {
                self.blocks.write(&cells, Stands::Apart);
            }
            return;
        }
        if let Some(text) = blocks::table(&rows, &table.alignments) {
            self.blocks.write(&text, Stands::Apart);
        }
    }

    /// Reads a tag within a paragraph.
    fn html_inline(&mut self, html: &str) {
        for token in html::tokens(html) {
            match token {
                Token::Text(text) => self.text(text),
                Token::Tag(tag) => self.tag(&tag),
                Token::Hidden => {}
            }
        }
    }

    /// Reads several lines of HTML. Text between the tags is read as CommonMark, as its author expected.
    fn html_block(&mut self, html: &str) {
        if self.fragment.is_some() {
            return self.text(html);
        }
        for token in html::tokens(html) {
            match token {
                Token::Text(text) => self.between_tags(text),
                Token::Tag(tag) => self.tag(&tag),
                Token::Hidden => {}
            }
        }
        self.line_end(Piece::Break);
    }

    fn between_tags(&mut self, text: &str) {
        if let Some(verbatim) = &mut self.verbatim {
            verbatim.text().push_str(&html::decode(text));
            return;
        }
        let inner = text.trim();
        let start = text.len() - text.trim_start().len();
        self.margin(&text[..start]);
        if !inner.is_empty() {
            self.fragment(inner);
            self.margin(&text[start + inner.len()..]);
        }
    }

    /// Writes the white space between a tag and the text beside it.
    fn margin(&mut self, space: &str) {
        if space.contains('\n') {
            self.pieces.push(Piece::Break);
        } else if !space.is_empty() {
            self.text(" ");
        }
    }

    /// Lines of CommonMark in HTML, where indentation means nothing.
    fn fragment(&mut self, text: &str) {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        self.fragment = Some(0);
        self.read(&lines.join("\n"));
        self.fragment = None;
    }

    fn tag(&mut self, tag: &html::Tag<'_>) {
        let Some(element) = tag.element() else { return self.text(tag.text) };
        match (&self.verbatim, element) {
            (Some(Verbatim::Span(_)), Element::Code) if tag.closes => {
                if let Some(Verbatim::Span(code)) = self.verbatim.take() {
                    self.push_code(&code);
                }
                return;
            }
            (Some(Verbatim::Block(_)), Element::Preformatted) if tag.closes => return self.end_block(),
            (Some(_), Element::LineBreak) => return self.line_end(Piece::HardBreak),
            (Some(Verbatim::Span(_)), Element::Block | Element::Item | Element::Cell | Element::Row) => {}
            (Some(_), _) => return,
            (None, _) => {}
        }
        match element {
            Element::LineBreak => self.pieces.push(Piece::HardBreak),
            Element::Rule => self.rule(),
            Element::Block => self.end_paragraph(),
            Element::Transparent => {}
            Element::Emphasis => self.html_span(Span::Emphasis, "*", tag.closes),
            Element::Strong => self.html_span(Span::Strong, "**", tag.closes),
            Element::Strike => self.html_span(Span::Strike, "~~", tag.closes),
            Element::Superscript if tag.closes => {}
            Element::Superscript => self.text("^"),
            Element::Code if tag.closes => {}
            Element::Code => self.verbatim = Some(Verbatim::Span(String::new())),
            Element::Link => self.html_link(tag),
            Element::Image => self.html_image(tag),
            Element::Preformatted => {
                self.end_block();
                if !tag.closes {
                    self.verbatim = Some(Verbatim::Block(String::new()));
                }
            }
            Element::Heading(level) => {
                self.end_block();
                self.heading = (!tag.closes).then_some(level);
            }
            Element::Table | Element::Row | Element::Cell => self.html_table(element, tag.closes),
            Element::Quote | Element::BulletList | Element::NumberedList | Element::Item => {
                self.html_container(element, tag.closes);
            }
        }
    }

    fn html_span(&mut self, span: Span, mark: &str, closes: bool) {
        self.pieces.push(if closes { Piece::Close(span) } else { Piece::Open(span, mark.to_owned()) });
    }

    fn html_link(&mut self, tag: &html::Tag<'_>) {
        if tag.closes {
            if self.links.pop() == Some(true) {
                self.pieces.push(Piece::Close(Span::Link));
            }
            return;
        }
        let target = tag.attribute("href").filter(|target| is_absolute(target));
        self.links.push(target.is_some());
        if let Some(target) = target {
            self.pieces.push(Piece::Open(Span::Link, target));
        }
    }

    fn html_image(&mut self, tag: &html::Tag<'_>) {
        let target = tag.attribute("src").filter(|target| is_absolute(target));
        let text = Piece::Text(tag.attribute("alt").unwrap_or_default());
        match target {
            Some(target) => {
                self.pieces.extend([Piece::Open(Span::Image, target), text, Piece::Close(Span::Image)]);
            }
            None => self.pieces.push(text),
        }
    }

    fn html_table(&mut self, element: Element, closes: bool) {
        self.end_block();
        match (element, closes) {
            (Element::Table, true) => self.end_table(),
            (Element::Table, false) => {
                self.end_table();
                self.table = Some(Table { alignments: Vec::new(), rows: Vec::new(), origin: Origin::Html });
            }
            (Element::Row, false) => self.start_row(),
            (Element::Cell, false) => {
                if let Some(table) = &mut self.table
                    && table.origin == Origin::Html
                {
                    if table.rows.is_empty() {
                        table.rows.push(Vec::new());
                    }
                    if let Some(row) = table.rows.last_mut() {
                        row.push(String::new());
                    }
                }
            }
            _ => {}
        }
    }

    fn html_container(&mut self, element: Element, closes: bool) {
        if self.table.is_some() {
            // A cell has only one line.
            return self.end_block();
        }
        self.end_block();
        match (element, closes) {
            (Element::Quote, false) => self.blocks.open_quote(Origin::Html),
            (Element::Quote, true) => self.blocks.close(Kind::Quote, Origin::Html),
            (Element::Item, false) => {
                if self.blocks.is_in_html_item() {
                    self.blocks.close(Kind::Item, Origin::Html);
                }
                self.blocks.open_item(Origin::Html);
            }
            (Element::Item, true) => self.blocks.close(Kind::Item, Origin::Html),
            (Element::NumberedList, false) => self.blocks.open_list(ListMark::Number(1, '.'), Origin::Html),
            (_, false) => self.blocks.open_list(ListMark::default(), Origin::Html),
            (_, true) => self.blocks.close(Kind::List, Origin::Html),
        }
    }
}

/// Adds text to the open cell of a table.
fn push_cell(table: &mut Table, text: &str) {
    if table.rows.is_empty() {
        table.rows.push(Vec::new());
    }
    let Some(row) = table.rows.last_mut() else { return };
    match row.last_mut() {
        Some(cell) if cell.is_empty() || text.is_empty() => cell.push_str(text),
        Some(cell) => {
            cell.push(' ');
            cell.push_str(text);
        }
        None if text.is_empty() => {}
        None => row.push(text.to_owned()),
    }
}

/// Returns the language of a fence.
fn language(info: &str) -> &'static str {
    let name = info.split(|c: char| c.is_whitespace() || c == ',' || c == '{').next().unwrap_or_default();
    LANGUAGES.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or("text")
}

/// Returns whether a link leads somewhere wherever it stands.
fn is_absolute(target: &str) -> bool {
    let web = target.strip_prefix("https://").or(target.strip_prefix("http://"));
    let mail = target.strip_prefix("mailto:").is_some_and(|address| address.contains('@') && address.contains('.'));
    mail || web.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '{' || c == '['))
}

#[cfg(test)]
mod tests;
