//! Blocks under the marks of the lists and quotes that they stand in.

use pulldown_cmark::Alignment;

/// CommonMark as far as it is written.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    out: String,
    containers: Vec<Container>,
    /// The list that ended last, if nothing was written since: how deep it is, and its mark.
    ended: Option<(usize, ListMark)>,
    /// Everything becomes one line, without marks.
    is_line: bool,
}

/// Who opened a container, and so who may close it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Markdown,
    Html,
}

/// What a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    List,
    Item,
    Quote,
}

#[derive(Debug)]
struct Container {
    kind: Kind,
    origin: Origin,
    /// What stands before its first line.
    first: String,
    /// What stands before all others.
    rest: String,
    /// Whether the first line is written.
    is_begun: bool,
    /// Of a list.
    list: List,
}

#[derive(Debug, Clone, Copy, Default)]
struct List {
    mark: ListMark,
    items: u64,
    is_loose: bool,
}

/// How a list's items begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListMark {
    /// `-`, `*` or `+`.
    Bullet(char),
    /// The number of the first, and `.` or `)` behind each.
    Number(u64, char),
}

impl Default for ListMark {
    fn default() -> Self {
        Self::Bullet('-')
    }
}

impl ListMark {
    /// Returns whether two lists that follow each other would be one.
    fn continues(self, other: Self) -> bool {
        match (self, other) {
            (Self::Bullet(one), Self::Bullet(other)) | (Self::Number(_, one), Self::Number(_, other)) => one == other,
            _ => false,
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Bullet('-') => Self::Bullet('*'),
            Self::Bullet(_) => Self::Bullet('-'),
            Self::Number(first, '.') => Self::Number(first, ')'),
            Self::Number(first, _) => Self::Number(first, '.'),
        }
    }

    fn of_item(self, index: u64) -> String {
        match self {
            Self::Bullet(mark) => format!("{mark} "),
            // CommonMark reads no more than nine digits.
            Self::Number(first, mark) => format!("{}{mark} ", first.saturating_add(index).min(999_999_999)),
        }
    }
}

/// Deeper containers leave no mark: the lines of deeply nested quotes would be nothing but marks.
const DEEPEST: usize = 16;

/// Whether a block may stand under a line of text without a blank line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    Close,
    Apart,
}

impl Blocks {
    pub(super) fn new(is_line: bool) -> Self {
        Self { is_line, ..Self::default() }
    }

    /// Returns what was written.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Writes the lines of a block where it stands.
    pub(super) fn write(&mut self, block: &str, stands: Stands) {
        if self.is_line {
            if !self.out.is_empty() {
                self.out.push(' ');
            }
            self.out.push_str(block);
            return;
        }
        self.ended = None;
        self.separate(stands);
        for line in block.split('\n') {
            if !self.out.is_empty() {
                self.out.push('\n');
            }
            let start = self.out.len();
            for container in self.containers.iter_mut().take(DEEPEST) {
                let mark = if container.is_begun { &container.rest } else { &container.first };
                self.out.push_str(mark);
                container.is_begun = true;
            }
            self.out.push_str(line);
            let end = self.out.trim_end_matches(' ').len().max(start);
            self.out.truncate(end);
        }
    }

    /// Writes a blank line, unless the block is tight.
    fn separate(&mut self, stands: Stands) {
        let mut marked = self.containers.iter().take(DEEPEST);
        let new = marked.position(|container| !container.is_begun && container.kind != Kind::List);
        let (outer, is_close) = match new {
            Some(at) if self.containers[at].kind == Kind::Item => {
                let list = self.containers[..at].iter().rposition(|container| container.kind == Kind::List);
                match list.map(|at| (at, &self.containers[at])) {
                    Some((_, list)) if list.list.items > 1 => (at, !list.list.is_loose),
                    Some((at, list)) => {
                        let interrupts = !matches!(list.list.mark, ListMark::Number(first, _) if first != 1);
                        (at, interrupts && self.is_tight(at))
                    }
                    None => (at, false),
                }
            }
            Some(at) => (at, false),
            None => (self.containers.len(), stands == Stands::Close && self.is_tight(self.containers.len())),
        };
        if !self.out.is_empty() && !is_close {
            let marks = self.containers[..outer].iter().take(DEEPEST).filter(|container| container.is_begun);
            let marks: String = marks.map(|container| container.rest.as_str()).collect();
            self.out.push('\n');
            self.out.push_str(marks.trim_end());
        }
        if let Some(at) = new {
            self.containers[..at].iter_mut().for_each(|container| container.is_begun = true);
        }
    }

    /// Returns whether what stands in the first containers stands in an item of a list without blank lines.
    fn is_tight(&self, depth: usize) -> bool {
        let mut containers = self.containers[..depth].iter().rev();
        match containers.find(|container| container.kind != Kind::List).map(|container| container.kind) {
            Some(Kind::Item) => containers.next().is_some_and(|list| !list.list.is_loose),
            _ => false,
        }
    }

    pub(super) fn open_list(&mut self, mark: ListMark, origin: Origin) {
        let depth = self.containers.len();
        let continues = self.ended.is_some_and(|(at, ended)| at == depth && ended.continues(mark));
        let list = List { mark: if continues { mark.other() } else { mark }, ..List::default() };
        self.open(Kind::List, origin, String::new(), String::new(), list);
    }

    /// Begins an item of the open list, or of a new one.
    pub(super) fn open_item(&mut self, origin: Origin) {
        if self.containers.last().is_none_or(|container| container.kind != Kind::List) {
            self.open_list(ListMark::default(), origin);
        }
        let mut mark = String::new();
        if let Some(container) = self.containers.last_mut() {
            mark = container.list.mark.of_item(container.list.items);
            container.list.items += 1;
        }
        let rest = " ".repeat(mark.len());
        self.open(Kind::Item, origin, mark, rest, List::default());
    }

    pub(super) fn open_quote(&mut self, origin: Origin) {
        self.open(Kind::Quote, origin, "> ".to_owned(), "> ".to_owned(), List::default());
    }

    fn open(&mut self, kind: Kind, origin: Origin, first: String, rest: String, list: List) {
        let is_deep = self.containers.len() >= DEEPEST;
        if is_deep && origin == Origin::Html {
            return;
        }
        self.containers.push(Container { kind, origin, first, rest, is_begun: is_deep, list });
    }

    /// Ends the innermost container of a kind with all that is in it; one of HTML's ends none of CommonMark's.
    pub(super) fn close(&mut self, kind: Kind, origin: Origin) {
        let own = |container: &Container| container.origin == origin || origin == Origin::Markdown;
        let reachable = self.containers.iter().rev().take_while(|container| own(container));
        let Some(from_end) = reachable.into_iter().position(|found| found.kind == kind && found.origin == origin)
        else {
            return;
        };
        let at = self.containers.len() - 1 - from_end;
        let container = &self.containers[at];
        let (is_begun, list) = (container.is_begun, container.list);
        self.containers.truncate(at);
        match (kind, self.containers.last_mut()) {
            (Kind::List, _) if list.items > 0 => self.ended = Some((at, list.mark)),
            // An item with nothing in it leaves nothing: its mark alone could underline what stands above.
            (Kind::Item, Some(outer)) if !is_begun => outer.list.items -= 1,
            _ => {}
        }
    }

    /// Returns whether the innermost container is an item of HTML's.
    pub(super) fn is_in_html_item(&self) -> bool {
        let mut inner = self.containers.iter().rev().take_while(|container| container.origin == Origin::Html);
        inner.find(|container| container.kind != Kind::Quote).is_some_and(|container| container.kind == Kind::Item)
    }

    /// Marks the open list as loose.
    pub(super) fn loosen(&mut self) {
        if let [.., list, item] = self.containers.as_mut_slice()
            && (list.kind, item.kind, item.is_begun) == (Kind::List, Kind::Item, false)
        {
            list.list.is_loose = true;
        }
    }

    /// Returns whether everything becomes one line.
    pub(super) fn is_line(&self) -> bool {
        self.is_line
    }

    /// Returns whether marks stand before the next line.
    pub(super) fn is_nested(&self) -> bool {
        !self.containers.is_empty()
    }
}

/// Returns a code block that no one compiles.
pub(super) fn fence(language: &str, code: &str) -> String {
    let mut longest = 2;
    let mut run = 0;
    for byte in code.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence}{language}\n{code}\n{fence}")
}

/// Returns a table whose first row is its head.
pub(super) fn table(rows: &[Vec<String>], alignments: &[Alignment]) -> Option<String> {
    let columns = rows.iter().map(Vec::len).max().filter(|columns| *columns > 0)?;
    let mut table = String::new();
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            table.push('\n');
        }
        table.push('|');
        // Cells behind the head's last one would not be shown.
        for column in 0..columns {
            table.push(' ');
            table.push_str(row.get(column).map_or("", String::as_str));
            table.push_str(" |");
        }
        if index == 0 {
            table.push_str("\n|");
            for column in 0..columns {
                table.push_str(match alignments.get(column) {
                    Some(Alignment::Left) => ":---|",
                    Some(Alignment::Center) => ":---:|",
                    Some(Alignment::Right) => "---:|",
                    Some(Alignment::None) | None => "---|",
                });
            }
        }
    }
    Some(table)
}
