//! The definitions in the code, found by the layout of rendered files, since tokens have no lines.
//!
//! Every item begins in the first column, what stands in it in the fifth, and a block ends with a brace in the first. Where an
//! invocation declares an item, its rows begin in the ninth. The test below holds this against a parser.

use std::collections::BTreeMap;

use sdk_generator::output::Files;

/// Where something is defined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CodeLocation {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    /// The line itself.
    pub(super) text: String,
}

/// The definitions of some crates.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// By the name of an item, or by its name and that of its member. An invocation is a member of what it declares, or of what
    /// it is given first: `call_download!` of `Order` in `call_download!(Order);`.
    locations: BTreeMap<String, Vec<CodeLocation>>,
    /// The macros that make a member, by the name of the member.
    macros: BTreeMap<String, Vec<String>>,
    /// The macro that invokes another one of the runtime, by the name of that one.
    invokers: BTreeMap<String, String>,
}

impl Definitions {
    /// Notes what the files of a folder define.
    pub(super) fn add(&mut self, folder: &str, files: &Files) {
        for (path, text) in files.iter().filter(|(path, _)| !path.split('/').any(|step| step.starts_with("tests"))) {
            self.file(&format!("{folder}/{path}"), text);
        }
    }

    fn file(&mut self, file: &str, text: &str) {
        let (mut owner, mut declared, mut invoked) = (None, None, None);
        for (index, line) in text.lines().enumerate() {
            let mut note = |name: String| {
                let last = name.rsplit("::").next().unwrap_or(&name).trim_end_matches('!');
                let start = line.find(last).unwrap_or(line.len() - line.trim_start().len());
                let column = line[..start].chars().count() + 1;
                let place =
                    CodeLocation { file: file.to_owned(), line: index + 1, column, text: line.trim().to_owned() };
                self.locations.entry(name.replace("r#", "")).or_default().push(place);
            };
            if line.starts_with(['}', ')']) {
                (owner, declared, invoked) = (None, None, None);
            } else if let Some(rest) = line.strip_prefix("macro_rules! ") {
                declared = Some(identifier(rest));
            } else if let Some(name) = declared {
                made(line)
                    .into_iter()
                    .for_each(|made| self.macros.entry(made.to_owned()).or_default().push(name.to_owned()));
                let nested = line.split_once("$crate::").and_then(|(_, rest)| rest.split_once('!'));
                if let Some((nested, _)) = nested.filter(|(nested, _)| identifier(nested) == *nested) {
                    self.invokers.insert(nested.to_owned(), name.to_owned());
                }
            } else if let Some(path) = line.strip_suffix("! {") {
                invoked = path.rsplit("::").next();
            } else if let Some(inner) = line.strip_prefix("    ") {
                match (&owner, invoked) {
                    (None, Some(name)) => {
                        if let Some(of) = declaration(inner) {
                            note(of.to_owned());
                            note(format!("{of}::{name}!"));
                            owner = Some(Block { of: of.to_owned(), kind: BlockKind::Rows });
                        }
                    }
                    (Some(Block { of, kind }), _) => {
                        member(inner, *kind).into_iter().for_each(|name| note(format!("{of}::{name}")))
                    }
                    (None, None) => {}
                }
            } else if let Some((name, of)) = invocation(line) {
                note(format!("{of}::{name}!"));
            } else if let Some((name, opens)) = item(line) {
                owner = opens;
                name.into_iter().for_each(|name| note(name.to_owned()));
            }
        }
    }

    /// Returns the definitions behind a path: its last names decide, and an argument stands where its function does.
    pub(super) fn of(&self, path: &str) -> &[CodeLocation] {
        let path = path.split('(').next().unwrap_or(path);
        let names: Vec<_> = path.rsplitn(3, "::").collect();
        let found = match names.as_slice() {
            [member, owner, ..] => self
                .locations
                .get(&format!("{owner}::{member}"))
                .or_else(|| self.made(owner, member))
                .or_else(|| self.locations.get(*member)),
            _ => self.locations.get(path),
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// Returns the invocations of a macro that make a member.
    fn made(&self, owner: &str, member: &str) -> Option<&Vec<CodeLocation>> {
        let invoked = |name: &String| {
            let chain = std::iter::successors(Some(name), |name| self.invokers.get(*name));
            chain.into_iter().find_map(|name| self.locations.get(&format!("{owner}::{name}!")))
        };
        self.macros.get(member)?.iter().find_map(invoked)
    }

    /// Returns all names with their locations.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[CodeLocation])> {
        self.locations.iter().map(|(name, locations)| (name.as_str(), locations.as_slice()))
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
    /// Of an invocation that declares an item.
    Rows,
}

/// Returns what an item at the margin is called, and the block that it opens.
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

/// Returns the macro that a line invokes, and what it is given first.
fn invocation(line: &str) -> Option<(&str, &str)> {
    let (path, given) = line.strip_suffix(");")?.split_once("!(")?;
    Some((path.rsplit("::").next()?, identifier(given)))
}

/// Returns the item that an invocation declares, in the line of its head: `pub strict struct Order {`.
fn declaration(line: &str) -> Option<&str> {
    let head = line.strip_prefix("pub ")?.strip_suffix('{')?;
    let (_, name) = head.split_once("struct ").or_else(|| head.split_once("enum "))?;
    Some(identifier(name))
}

/// Returns what a line in the declaration of a macro makes under a name that is no variable: an item, a member, or a
/// variant.
fn made(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let name = match line.strip_prefix("pub ") {
        Some(rest) => identifier(words(rest)?.1),
        None if line.starts_with(char::is_uppercase) && line.ends_with("),") => identifier(line),
        None => "",
    };
    (!name.is_empty()).then_some(name)
}

/// Returns what a member of a block is called, if users can see it.
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
        // `new(..)` follows the rows.
        BlockKind::Rows if line.starts_with("new(") => "new",
        BlockKind::Rows => {
            let row = line.strip_prefix("    ")?;
            let name = identifier(row.strip_prefix("..").unwrap_or(row));
            let behind = row.trim_start_matches("..").strip_prefix(name)?;
            if behind.starts_with([':', '(']) || behind.starts_with(" =") { name } else { "" }
        }
    };
    (!name.is_empty()).then_some(name)
}

/// Returns the word that says what is declared, and what follows; `const fn` and `async fn` are functions.
fn words(line: &str) -> Option<(&str, &str)> {
    let (word, rest) = line.split_once(' ')?;
    match word {
        "const" | "async" | "unsafe" if rest.starts_with("fn ") || rest.starts_with("trait ") => words(rest),
        word => Some((word, rest)),
    }
}

/// Returns the identifier that a text begins with.
fn identifier(text: &str) -> &str {
    let rest = text.strip_prefix("r#").unwrap_or(text);
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &text[..text.len() - rest.len() + length]
}

/// Returns where the bracket is closed that a text begins with.
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
        let mut code = Definitions::default();
        code.add("src", &files);
        let runtime = output::sources(&crate::root().join(crate::generate::RUNTIME).join("src")).unwrap();
        code.add("runtime", &runtime);
        let mut count = 0;
        for line in Surface::with(&files, &[("sdk_runtime", &runtime)]).lines() {
            let is_defined = !matches!(line.kind, Kind::Impl | Kind::Use | Kind::Mod);
            if is_defined {
                let path = line.path.replace("r#", "");
                let locations = code.of(&path);
                let name = line.path.rsplit("::").next().unwrap();
                let stands = |place: &&CodeLocation| {
                    let (folder, file) = place.file.split_once('/').unwrap();
                    let text = if folder == "src" { files.get(file) } else { runtime.get(file) }.unwrap();
                    let line = text.lines().nth(place.line - 1).unwrap();
                    // What a macro makes is found where it is invoked.
                    let by_macro = code.made(path.rsplit("::").nth(1).unwrap_or_default(), name);
                    let is_named = line.chars().skip(place.column - 1).collect::<String>().starts_with(name);
                    is_named || by_macro.is_some_and(|locations| locations.contains(place))
                };
                assert!(!locations.is_empty() && locations.iter().all(|place| stands(&place)), "{path}: {locations:?}");
                count += 1;
            }
        }
        assert!(count > 300, "{count}");
    }

    #[test]
    #[allow(clippy::too_many_lines, reason = "one source text and the items in it")]
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
runtime::call!(Order, u8);
macro_rules! call {
    () => {
        $($crate::__key!($call);)?
    };
}
macro_rules! __key {
    ($call:ident) => {
        impl $call {
            pub fn key(&self) {}
        }
    };
}
runtime::object! {
    /// head: is no row.
    pub strict struct Parcel: Default {
        /// Its size.
        size: u8 = \"size\", set u8 => size;
        r#in: Vec<u8> = \"in\",
            set other: u8;
        ..rest: Map<u8>;
    }
    new(\"Makes one.\")
}
macro_rules! object {
    () => {
        pub fn extra() {}
    };
}
runtime::union! {
    pub enum Entity {
        One(u8) = number();
    }
}
macro_rules! union {
    () => {
        $vis enum $name {
            Unknown($crate::Json),
        }
        Self::Unknown(1),
    };
}
";
        let mut code = Definitions::default();
        code.file("a.rs", text);
        let found: Vec<_> =
            code.iter().map(|(name, locations)| (name, locations[0].line, locations[0].column)).collect();
        let expected = [
            ("Entity", 53, 14),
            ("Entity::One", 54, 9),
            ("Entity::union!", 53, 5),
            ("Order", 1, 12),
            ("Order::call!", 23, 10),
            ("Order::new", 7, 18),
            ("Order::type", 3, 9),
            ("Parcel", 38, 23),
            ("Parcel::in", 41, 9),
            ("Parcel::new", 45, 5),
            ("Parcel::object!", 38, 5),
            ("Parcel::rest", 43, 11),
            ("Parcel::size", 40, 9),
            ("Status", 15, 10),
            ("Status::Open", 16, 5),
            ("Status::Unknown", 17, 5),
            ("Watch", 19, 11),
            ("Watch::end", 20, 8),
            ("go", 22, 14),
        ];
        assert_eq!(found, expected);
        assert_eq!(code.of("operations::Order::new(argument)").len(), 1);
        assert_eq!(code.of("operations::Order::key"), code.of("operations::Order::call!"));
        assert_eq!(code.of("Parcel::extra"), code.of("Parcel::object!"));
        assert_eq!(code.of("Entity::Unknown"), code.of("Entity::union!"));
        assert!(code.of("operations::Status::key").is_empty() && code.of("Entity::extra").is_empty());
    }
}
