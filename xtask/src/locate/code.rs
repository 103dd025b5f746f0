//! Where the code defines what it offers: found by how rendered files look, since tokens do not say where they stand.
//!
//! Every item begins in the first column, what stands in it in the fifth, and a block ends with a brace in the first. The
//! test below holds this against a parser.

use std::collections::BTreeMap;

use sdk_generator::output::Files;

/// Where something is defined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    /// The line itself.
    pub(super) text: String,
}

/// The definitions of some crates.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// By the name of an item, or by its name and that of its member. An invocation such as `call_key!(Order);` is the member
    /// `call_key!` of what it is given first.
    places: BTreeMap<String, Vec<Place>>,
    /// The macros that make a member, by the name of the member.
    macros: BTreeMap<String, Vec<String>>,
}

impl Code {
    /// Notes what the files of a folder define.
    pub(super) fn add(&mut self, folder: &str, files: &Files) {
        for (path, text) in files.iter().filter(|(path, _)| !path.split('/').any(|step| step.starts_with("tests"))) {
            self.file(&format!("{folder}/{path}"), text);
        }
    }

    fn file(&mut self, file: &str, text: &str) {
        let (mut owner, mut declared) = (None, None);
        for (index, line) in text.lines().enumerate() {
            if line == "}" {
                declared = None;
            } else if let Some(rest) = line.strip_prefix("macro_rules! ") {
                declared = Some(identifier(rest));
            } else if let Some(name) = declared {
                let made = line.trim_start().strip_prefix("pub ").and_then(words);
                let made = made.map(|(_, rest)| identifier(rest)).filter(|made| !made.is_empty());
                made.into_iter().for_each(|made| self.macros.entry(made.to_owned()).or_default().push(name.to_owned()));
                continue;
            }
            let (indent, name) = match (line.strip_prefix("    "), &owner) {
                (None, _) if line.starts_with(['}', ')']) => {
                    owner = None;
                    continue;
                }
                (None, _) => match (invocation(line), item(line)) {
                    (Some((name, of)), _) => (0, Some(format!("{of}::{name}!"))),
                    (None, Some((name, opens))) => {
                        owner = opens;
                        (0, name.map(str::to_owned))
                    }
                    (None, None) => continue,
                },
                (Some(inner), Some(Block { of, kind })) => {
                    (4, member(inner, *kind).map(|name| format!("{of}::{name}")))
                }
                (Some(_), None) => continue,
            };
            let Some(name) = name else { continue };
            let last = name.rsplit("::").next().unwrap_or(&name);
            let start = line[indent..].find(last).map_or(indent, |start| indent + start);
            let column = line[..start].chars().count() + 1;
            let place = Place { file: file.to_owned(), line: index + 1, column, text: line.trim().to_owned() };
            self.places.entry(name.replace("r#", "")).or_default().push(place);
        }
    }

    /// The definitions behind a path: its last names decide, and an argument stands where its function does.
    pub(super) fn of(&self, path: &str) -> &[Place] {
        let path = path.split('(').next().unwrap_or(path);
        let names: Vec<_> = path.rsplitn(3, "::").collect();
        let found = match names.as_slice() {
            [member, owner, ..] => self
                .places
                .get(&format!("{owner}::{member}"))
                .or_else(|| self.made(owner, member))
                .or_else(|| self.places.get(*member)),
            _ => self.places.get(path),
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// The invocations of a macro that make a member.
    fn made(&self, owner: &str, member: &str) -> Option<&Vec<Place>> {
        self.macros.get(member)?.iter().find_map(|name| self.places.get(&format!("{owner}::{name}!")))
    }

    /// All names with their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[Place])> {
        self.places.iter().map(|(name, places)| (name.as_str(), places.as_slice()))
    }
}

/// The block that a line stands in.
struct Block {
    of: String,
    kind: BlockKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    Fields,
    Variants,
    Functions,
    Contract,
}

/// What an item at the margin is called, and the block that it opens.
fn item(line: &str) -> Option<(Option<&str>, Option<Block>)> {
    let block = |name: &str, kind| line.ends_with('{').then(|| Block { of: name.to_owned(), kind });
    if let Some(rest) = line.strip_prefix("impl") {
        // The implementation of a trait defines nothing that has a name of its own.
        let rest = if rest.starts_with('<') { &rest[matching(rest)? + 1..] } else { rest };
        let of = identifier(rest.trim_start());
        return Some((None, if rest.contains(" for ") { None } else { block(of, BlockKind::Functions) }));
    }
    let rest = line.strip_prefix("pub ")?;
    let (word, rest) = words(rest)?;
    let name = identifier(rest);
    let opened = match word {
        "struct" | "union" => block(name, BlockKind::Fields),
        "enum" => block(name, BlockKind::Variants),
        "trait" => block(name, BlockKind::Contract),
        "fn" | "const" | "static" | "type" | "mod" => None,
        _ => return None,
    };
    Some((Some(name), opened))
}

/// The macro that a line invokes, and what it is given first.
fn invocation(line: &str) -> Option<(&str, &str)> {
    let (path, given) = line.strip_suffix(");")?.split_once("!(")?;
    Some((path.rsplit("::").next()?, identifier(given)))
}

/// What a member of a block is called, if users can see it.
fn member(line: &str, kind: BlockKind) -> Option<&str> {
    let open = line.strip_prefix("pub ");
    let name = match kind {
        BlockKind::Fields => identifier(open?),
        BlockKind::Variants => identifier(line),
        BlockKind::Functions => identifier(words(open?)?.1),
        BlockKind::Contract => match words(line)? {
            ("fn" | "const" | "type", rest) => identifier(rest),
            _ => return None,
        },
    };
    (!name.is_empty()).then_some(name)
}

/// The word that says what is declared, and what follows; `const fn` and `async fn` are functions.
fn words(line: &str) -> Option<(&str, &str)> {
    let (word, rest) = line.split_once(' ')?;
    match word {
        "const" | "async" | "unsafe" if rest.starts_with("fn ") || rest.starts_with("trait ") => words(rest),
        word => Some((word, rest)),
    }
}

/// The identifier that a text begins with.
fn identifier(text: &str) -> &str {
    let rest = text.strip_prefix("r#").unwrap_or(text);
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &text[..text.len() - rest.len() + length]
}

/// Where the bracket is closed that a text begins with.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if before != '-' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use sdk_generator::output;
    use sdk_generator::surface::{Kind, Surface};

    use super::*;

    #[test]
    fn what_a_parser_finds_in_the_crate_is_found_here() {
        let files = output::sources(&crate::root().join(crate::generate::SOURCES)).unwrap();
        let mut code = Code::default();
        code.add("src", &files);
        let mut count = 0;
        for line in Surface::of(&files).lines() {
            let is_defined = !matches!(line.kind, Kind::Impl | Kind::Use | Kind::Mod);
            if is_defined {
                let path = line.path.replace("r#", "");
                let places = code.of(&path);
                let name = line.path.rsplit("::").next().unwrap();
                let stands = |place: &&Place| {
                    let text = files.get(place.file.strip_prefix("src/").unwrap()).unwrap();
                    let line = text.lines().nth(place.line - 1).unwrap();
                    line.chars().skip(place.column - 1).collect::<String>().starts_with(name)
                };
                assert!(!places.is_empty() && places.iter().all(|place| stands(&place)), "{path}: {places:?}");
                count += 1;
            }
        }
        assert!(count > 300, "{count}");
    }

    #[test]
    fn items_and_members_are_found_by_their_names() {
        let text = "\
pub struct Order<T> {
    /// pub no: u8
    pub r#type: u8,
    hidden: u8,
}
impl<T: Fn() -> u8> Order<T> {
    pub const fn new() -> Self {
        pub fn inner() {}
    }
    fn private() {}
}
impl Clone for Order {
    pub fn x() {}
}
pub enum Status {
    Open,
    Unknown(Value),
}
pub trait Watch {
    fn end(&self);
}
pub async fn go() {}
runtime::call_key!(Order, u8);
macro_rules! call_key {
    ($call:ident) => {
        impl $call {
            pub fn key(&self) {}
        }
    };
}
";
        let mut code = Code::default();
        code.file("a.rs", text);
        let found: Vec<_> = code.iter().map(|(name, places)| (name, places[0].line, places[0].column)).collect();
        let expected = [
            ("Order", 1, 12),
            ("Order::call_key!", 23, 10),
            ("Order::new", 7, 18),
            ("Order::type", 3, 9),
            ("Status", 15, 10),
            ("Status::Open", 16, 5),
            ("Status::Unknown", 17, 5),
            ("Watch", 19, 11),
            ("Watch::end", 20, 8),
            ("go", 22, 14),
        ];
        assert_eq!(found, expected);
        assert_eq!(code.of("operations::Order::new(argument)").len(), 1);
        assert_eq!(code.of("operations::Order::key"), code.of("operations::Order::call_key!"));
        assert!(code.of("operations::Status::key").is_empty());
    }
}
