//! Inline content: pieces become CommonMark in which only they have a meaning.

use std::fmt::Write as _;

/// What stands in a paragraph, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text, to be escaped.
    Text(String),
    /// A code span.
    Code(String),
    /// CommonMark as it is.
    Raw(String),
    /// An absolute URL or a mail address that stands for itself.
    Url(String),
    /// A span begins, with the mark it had or the target of the link.
    Open(Span, String),
    /// A span ends.
    Close(Span),
    /// A line ends here in the document, which means nothing.
    Break,
    /// A line ends here.
    HardBreak,
}

/// What a span does to what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    Emphasis,
    Strong,
    Strike,
    Link,
    Image,
}

impl Span {
    /// Returns whether its marks mean something by what stands beside them.
    fn is_delimited(self) -> bool {
        !matches!(self, Self::Link | Self::Image)
    }
}

/// Where inline content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// In a paragraph, over as many lines as it likes.
    Paragraph,
    /// On one line, that of a table's row for example.
    Line,
}

/// Returns the content as CommonMark.
pub(super) fn render(pieces: Vec<Piece>, place: Layout) -> String {
    let mut pieces = balanced(pieces);
    drop_marks_that_would_be_text(&mut pieces);
    // A line break at the end breaks nothing, and would show.
    while pieces.last().is_some_and(is_blank) {
        pieces.pop();
    }
    let marks = Marks::of(&pieces);
    let mut text = Writer { out: String::new(), place };
    let mut links = Vec::new();
    let mut in_link = false;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(plain) => {
                let context = Context {
                    before: before(&pieces, index),
                    after: after(&pieces, index),
                    next: pieces.get(index + 1),
                    in_link,
                };
                text.text(plain, &context, &marks);
            }
            Piece::Code(code) => text.code(code),
            Piece::Raw(raw) => text.out.push_str(raw),
            Piece::Url(url) => text.url(url),
            Piece::Open(span @ (Span::Link | Span::Image), target) => {
                in_link |= *span == Span::Link;
                links.push(target);
                text.out.push_str(if *span == Span::Link { "[" } else { "![" });
            }
            Piece::Open(_, mark) => text.out.push_str(mark),
            Piece::Close(span @ (Span::Link | Span::Image)) => {
                in_link &= *span != Span::Link;
                let target = links.pop().map(|target| encoded(target)).unwrap_or_default();
                text.out.push_str("](");
                text.out.push_str(&target);
                text.out.push(')');
            }
            Piece::Close(_) => text.out.push_str(closing_mark(&pieces, index)),
            Piece::Break => text.line_end(false),
            Piece::HardBreak => text.line_end(true),
        }
    }
    guarded(text.out.trim_end_matches(' '))
}

/// Returns the pieces with spans that are closed in order, are not empty and have no white space at their ends.
fn balanced(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut settled: Vec<Piece> = Vec::with_capacity(pieces.len());
    // Where each open span begins; a span within one of its kind begins nowhere.
    let mut open: Vec<(Span, Option<usize>)> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Open(span, mark) => {
                let is_nested = open.iter().any(|(outer, _)| *outer == span);
                open.push((span, (!is_nested).then_some(settled.len())));
                if !is_nested {
                    settled.push(Piece::Open(span, mark));
                }
            }
            Piece::Close(span) => {
                let Some(at) = open.iter().rposition(|(inner, _)| *inner == span) else { continue };
                for (_, unclosed) in open.drain(at + 1..) {
                    unmark(&mut settled, unclosed);
                }
                let Some((_, Some(start))) = open.pop() else { continue };
                let is_empty = span != Span::Image && settled[start + 1..].iter().all(is_blank);
                if is_empty {
                    unmark(&mut settled, Some(start));
                    continue;
                }
                let margin = trailing_space(&mut settled);
                settled.push(Piece::Close(span));
                push_text(&mut settled, margin);
            }
            Piece::Text(text) => {
                let opening = settled.iter().rev().take_while(|piece| matches!(piece, Piece::Open(..))).count();
                let inner = if opening > 0 { text.trim_start_matches([' ', '\t', '\n']) } else { &text };
                if inner.len() < text.len() {
                    let at = settled.len() - opening;
                    settled.insert(at, Piece::Text(" ".to_owned()));
                    for (_, start) in open.iter_mut().rev().filter(|(_, start)| start.is_some()).take(opening) {
                        *start = start.map(|start| start + 1);
                    }
                }
                push_text(&mut settled, inner.to_owned());
            }
            other => settled.push(other),
        }
    }
    for (_, unclosed) in open {
        unmark(&mut settled, unclosed);
    }
    let mut merged = Vec::with_capacity(settled.len());
    for piece in settled {
        match piece {
            Piece::Text(text) => push_text(&mut merged, text),
            other => merged.push(other),
        }
    }
    merged
}

fn unmark(pieces: &mut [Piece], at: Option<usize>) {
    if let Some(piece) = at.and_then(|at| pieces.get_mut(at)) {
        *piece = Piece::Text(String::new());
    }
}

fn is_blank(piece: &Piece) -> bool {
    match piece {
        Piece::Text(text) => text.trim().is_empty(),
        Piece::Break | Piece::HardBreak => true,
        _ => false,
    }
}

/// Takes the white space from the end of the text that comes last.
fn trailing_space(pieces: &mut [Piece]) -> String {
    match pieces.last_mut() {
        Some(Piece::Text(text)) => text.split_off(text.trim_end_matches([' ', '\t', '\n']).len()),
        _ => String::new(),
    }
}

fn push_text(pieces: &mut Vec<Piece>, more: String) {
    match pieces.last_mut() {
        _ if more.is_empty() => {}
        Some(Piece::Text(text)) => text.push_str(&more),
        _ => pieces.push(Piece::Text(more)),
    }
}

/// Drops the marks of spans that begin before or end behind what CommonMark does not take for one, and would show.
fn drop_marks_that_would_be_text(pieces: &mut [Piece]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..pieces.len() {
        match &pieces[index] {
            Piece::Open(..) => open.push(index),
            Piece::Close(span) => {
                let Some(start) = open.pop() else { continue };
                if !span.is_delimited() {
                    continue;
                }
                let mark = closing_mark(pieces, index).chars().next().unwrap_or('*');
                let opens = Flanks::of(mark, before(pieces, start), after(pieces, start)).can_open;
                let closes = Flanks::of(mark, before(pieces, index), after(pieces, index)).can_close;
                if !(opens && closes) {
                    pieces[start] = Piece::Text(String::new());
                    pieces[index] = Piece::Text(String::new());
                }
            }
            _ => {}
        }
    }
}

/// Returns the mark that ends a span: the one it began with.
fn closing_mark(pieces: &[Piece], close: usize) -> &str {
    let mut depth = 0;
    for piece in pieces[..close].iter().rev() {
        match piece {
            Piece::Close(_) => depth += 1,
            Piece::Open(_, mark) if depth == 0 => return mark,
            Piece::Open(..) => depth -= 1,
            _ => {}
        }
    }
    ""
}

/// Returns the character before a piece, as CommonMark sees it there.
fn before(pieces: &[Piece], index: usize) -> char {
    for piece in pieces[..index].iter().rev() {
        return match piece {
            Piece::Text(text) | Piece::Raw(text) => match text.chars().next_back() {
                Some(last) => last,
                None => continue,
            },
            Piece::Code(_) => '`',
            Piece::Url(_) => '>',
            Piece::Open(Span::Link | Span::Image, _) => '[',
            Piece::Close(Span::Link | Span::Image) => ')',
            // Marks that touch are one run.
            Piece::Open(..) | Piece::Close(_) => continue,
            Piece::Break | Piece::HardBreak => ' ',
        };
    }
    ' '
}

/// Returns the character behind a piece, as CommonMark sees it there.
fn after(pieces: &[Piece], index: usize) -> char {
    for piece in &pieces[index + 1..] {
        return match piece {
            Piece::Text(text) | Piece::Raw(text) => match text.chars().next() {
                Some(first) => first,
                None => continue,
            },
            Piece::Code(_) => '`',
            Piece::Url(_) => '<',
            Piece::Open(Span::Link, _) => '[',
            Piece::Open(Span::Image, _) => '!',
            Piece::Close(Span::Link | Span::Image) => ']',
            Piece::Open(..) | Piece::Close(_) => continue,
            Piece::Break | Piece::HardBreak => ' ',
        };
    }
    ' '
}

/// What a run of delimiters can do where it stands.
#[derive(Debug, Clone, Copy)]
struct Flanks {
    can_open: bool,
    can_close: bool,
}

impl Flanks {
    fn of(mark: char, before: char, after: char) -> Self {
        let is_punctuation = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
        let left =
            !after.is_whitespace() && (!is_punctuation(after) || before.is_whitespace() || is_punctuation(before));
        let right =
            !before.is_whitespace() && (!is_punctuation(before) || after.is_whitespace() || is_punctuation(after));
        match mark {
            '_' => Self {
                can_open: left && (!right || is_punctuation(before)),
                can_close: right && (!left || is_punctuation(after)),
            },
            _ => Self { can_open: left, can_close: right },
        }
    }
}

/// Which delimiters could make a span somewhere in the content, so that those that are text have to be escaped.
#[derive(Debug, Default)]
struct Marks {
    found: [Found; 3],
}

#[derive(Debug, Default, Clone, Copy)]
struct Found {
    runs: usize,
    open: bool,
    close: bool,
}

/// The characters that delimit spans.
const DELIMITERS: [char; 3] = ['*', '_', '~'];

impl Marks {
    fn of(pieces: &[Piece]) -> Self {
        let mut marks = Self::default();
        for (index, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => {
                    let (before, after) = (before(pieces, index), after(pieces, index));
                    let mut at = 0;
                    while let Some(start) = text[at..].find(DELIMITERS).map(|start| at + start) {
                        let run = Run::at(text, start, before, after);
                        marks.add(run.mark, run.flanks.can_open, run.flanks.can_close);
                        at = start + run.length;
                    }
                }
                Piece::Open(span, mark) if span.is_delimited() => {
                    marks.add(mark.chars().next().unwrap_or('*'), true, true);
                    marks.add(mark.chars().next().unwrap_or('*'), true, true);
                }
                _ => {}
            }
        }
        marks
    }

    fn add(&mut self, mark: char, open: bool, close: bool) {
        let Some(at) = DELIMITERS.iter().position(|known| *known == mark).filter(|_| open || close) else { return };
        let found = &mut self.found[at];
        found.runs += 1;
        found.open |= open;
        found.close |= close;
    }

    /// Returns whether a run of this mark could be half of a span.
    fn could_pair(&self, mark: char) -> bool {
        let at = DELIMITERS.iter().position(|known| *known == mark);
        at.is_some_and(|at| self.found[at].runs > 1 && self.found[at].open && self.found[at].close)
    }
}

/// As many of a delimiter as stand together.
struct Run {
    mark: char,
    length: usize,
    flanks: Flanks,
}

impl Run {
    /// Creates the run that begins at a place of some text, which stands between two characters.
    fn at(text: &str, start: usize, before: char, after: char) -> Self {
        let from = &text[start..];
        let mark = from.chars().next().unwrap_or('*');
        let length = from.len() - from.trim_start_matches(mark).len();
        let before = text[..start].chars().next_back().unwrap_or(before);
        let after = from[length..].chars().next().unwrap_or(after);
        Self { mark, length, flanks: Flanks::of(mark, before, after) }
    }
}

/// What stands around some text.
struct Context<'a> {
    before: char,
    after: char,
    next: Option<&'a Piece>,
    in_link: bool,
}

struct Writer {
    out: String,
    place: Layout,
}

impl Writer {
    fn text(&mut self, text: &str, context: &Context<'_>, marks: &Marks) {
        let is_special = |byte: u8| b"\\`[]<&*_~|!h \t\n".contains(&byte);
        let mut at = 0;
        while let Some(start) = text.as_bytes()[at..].iter().position(|&byte| is_special(byte)).map(|start| at + start)
        {
            self.out.push_str(&text[at..start]);
            let from = &text[start..];
            let special = from.as_bytes()[0];
            let next = from.as_bytes().get(1).copied();
            let is_last = next.is_none();
            at = start + 1;
            let escapes = match special {
                b' ' | b'\t' | b'\n' => {
                    self.space();
                    continue;
                }
                b'h' => {
                    match url_length(from).filter(|_| !context.in_link) {
                        Some(length) => {
                            self.url(&from[..length]);
                            at = start + length;
                        }
                        None => self.out.push('h'),
                    }
                    continue;
                }
                b'*' | b'_' | b'~' => {
                    let run = Run::at(text, start, context.before, context.after);
                    let flanks = run.flanks.can_open || run.flanks.can_close;
                    let escape = if flanks && marks.could_pair(run.mark) { "\\" } else { "" };
                    for _ in 0..run.length {
                        self.out.push_str(escape);
                        self.out.push(run.mark);
                    }
                    at = start + run.length;
                    continue;
                }
                // A URL begins with `h`, and with `<` when it is written.
                b'\\' => next.is_none_or(|next| next == b'h' || (!next.is_ascii_alphanumeric() && next.is_ascii())),
                b'<' => match next {
                    Some(next) => next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?'),
                    None => context.next.is_some(),
                },
                b'&' => is_reference(from) || (is_last && context.next.is_some()),
                b'!' => is_last && matches!(context.next, Some(Piece::Open(Span::Link, _))),
                b'|' => self.place == Layout::Line,
                _ => true,
            };
            if escapes {
                self.out.push('\\');
            }
            self.out.push(char::from(special));
        }
        self.out.push_str(&text[at..]);
    }

    /// Writes one space, unless there is one already.
    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
    }

    fn line_end(&mut self, is_hard: bool) {
        let is_line = self.place == Layout::Line;
        if is_line || self.out.is_empty() {
            return self.space();
        }
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if !self.out.ends_with('\n') {
            self.out.push_str(if is_hard { "\\\n" } else { "\n" });
        }
    }

    fn code(&mut self, code: &str) {
        let code = crate::ir::Docs::code(code);
        // The backticks of two spans would be one run.
        if self.out.ends_with('`') {
            self.out.push(' ');
        }
        match self.place {
            Layout::Line => self.out.push_str(&code.replace('|', "\\|")),
            Layout::Paragraph => self.out.push_str(&code),
        }
    }

    fn url(&mut self, url: &str) {
        self.out.push('<');
        self.out.push_str(&encoded(url));
        self.out.push('>');
    }
}

/// Returns whether a character reference begins here.
fn is_reference(from: &str) -> bool {
    let name = &from.as_bytes()[1..];
    let length = name.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
    length > 0 && name.get(length) == Some(&b';')
}

/// Returns the length of the URL that begins here in plain text.
fn url_length(from: &str) -> Option<usize> {
    let rest = from.strip_prefix("https://").or(from.strip_prefix("http://"))?;
    let scheme = from.len() - rest.len();
    let ends =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '[' | ']' | '"' | '`' | '\\' | '|');
    let mut url = &rest[..rest.find(ends).unwrap_or(rest.len())];
    // A bracket that was opened before the URL closes behind it.
    let mut depth = 0_usize;
    let closes = |c: char| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' if depth == 0 => true,
        ')' => {
            depth -= 1;
            false
        }
        _ => false,
    };
    url = &url[..url.find(closes).unwrap_or(url.len())];
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '(']);
    (!url.is_empty()).then_some(scheme + url.len())
}

/// Returns a URL in which nothing ends a link.
fn encoded(url: &str) -> String {
    let mut encoded = String::with_capacity(url.len());
    let is_balanced = url.matches('(').count() == url.matches(')').count() && !url.contains(")(");
    for (at, c) in url.char_indices() {
        match c {
            ' ' | '<' | '>' | '\\' | '`' | '|' | '"' => {
                write!(encoded, "%{:02X}", u32::from(c)).expect("text takes every text");
            }
            '(' | ')' if !is_balanced => write!(encoded, "%{:02X}", u32::from(c)).expect("text takes every text"),
            '&' if is_reference(&url[at..]) => encoded.push_str("&amp;"),
            c if c.is_whitespace() || c.is_control() || super::is_invisible(c) => {}
            c => encoded.push(c),
        }
    }
    encoded
}

/// Paragraphs whose lines are not taken for the beginning of something else.
fn guarded(text: &str) -> String {
    if !text.split('\n').any(|line| guard(line).is_some()) {
        return text.to_owned();
    }
    let mut guarded = String::with_capacity(text.len() + 8);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            guarded.push('\n');
        }
        let (plain, escaped) = line.split_at(guard(line).unwrap_or(0));
        guarded.push_str(plain);
        if guard(line).is_some() {
            guarded.push('\\');
        }
        guarded.push_str(escaped);
    }
    guarded
}

/// Returns where a line has to be escaped so as not to begin a list, a heading, a quote, a fence or a table's second
/// row.
fn guard(line: &str) -> Option<usize> {
    let first = *line.as_bytes().first()?;
    let ends_mark = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let begins = match first {
        b'-' | b'+' | b'*' => ends_mark(&line[1..]),
        b'#' => ends_mark(line.trim_start_matches('#')),
        b'>' => true,
        b'~' => line.starts_with("~~~"),
        b'0'..=b'9' => {
            let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let is_mark = line[digits..].starts_with(['.', ')']) && ends_mark(&line[digits + 1..]);
            return is_mark.then_some(digits);
        }
        _ => false,
    };
    let is_rule = || {
        matches!(first, b'-' | b'=' | b'_' | b'*' | b'|' | b':')
            && line.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'_' | b'*' | b'|' | b':' | b' '))
    };
    (begins || is_rule()).then_some(0)
}
