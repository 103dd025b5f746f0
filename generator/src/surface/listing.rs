//! The lines of a surface, sorted and aligned.

use std::fmt::{self, Display};

use super::syntax::Path;

/// What a line of the surface is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A module.
    Mod,
    /// Another name for a type.
    Type,
    /// A struct.
    Struct,
    /// An enum.
    Enum,
    /// A union.
    Union,
    /// A trait.
    Trait,
    /// A variant of an enum.
    Variant,
    /// A field of a struct, a union or a variant.
    Field,
    /// A constant.
    Const,
    /// A static.
    Static,
    /// A function, with or without `self`.
    Fn,
    /// A macro.
    Macro,
    /// An implementation of a trait.
    Impl,
    /// Another path to an item, or an item of a crate that is not looked into.
    Use,
    /// An item that has no other kind.
    Other,
    /// A file that is not Rust.
    Unreadable,
}

impl Kind {
    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mod => "mod",
            Self::Type => "type",
            Self::Struct => "struct",
            Self::Enum => "enum",
            Self::Union => "union",
            Self::Trait => "trait",
            Self::Variant => "variant",
            Self::Field => "field",
            Self::Const => "const",
            Self::Static => "static",
            Self::Fn => "fn",
            Self::Macro => "macro",
            Self::Impl => "impl",
            Self::Use => "use",
            Self::Other => "item",
            Self::Unreadable => "unreadable",
        }
    }

    /// Returns the order within an item.
    fn rank(self, is_head: bool) -> usize {
        match self {
            Self::Impl => 4,
            _ if is_head => 0,
            Self::Variant | Self::Field => 1,
            Self::Fn => 3,
            _ => 2,
        }
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One line of the surface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The item in which it stands, which is itself for an item of its own.
    block: Path,
    /// The path that users write.
    names: Path,
    /// What it is about.
    pub kind: Kind,
    /// The path that users write: of the item itself, or, for an implementation, of the type or trait that it is listed under.
    pub path: String,
    /// What else its declaration says, on one line, with the attributes that matter to users behind it.
    pub signature: String,
}

impl Line {
    /// Returns the item in which this one stands: the type of a method, and the item itself for one of its own.
    #[must_use]
    pub fn owner(&self) -> String {
        self.block.join("::")
    }

    /// Returns what code that uses the item depends on: the line without what only warns, and without the names of
    /// arguments, which no caller writes.
    #[must_use]
    pub fn as_callers_see(&self) -> String {
        let only_warns = |part: &&str| part.starts_with("#[must_use") || part.starts_with("#[deprecated");
        let signature: Vec<_> = self.signature.split("  ").filter(|part| !only_warns(part)).collect();
        let signature = signature.join(" ");
        let signature = if self.kind == Kind::Fn { without_names(&signature) } else { signature };
        format!("{} {} {signature}", self.kind.as_str(), self.path)
    }

    /// Tells whether it is about an item of its own, and not about what stands in one or is implemented for it.
    fn is_head(&self) -> bool {
        self.block == self.names && self.kind != Kind::Impl
    }

    /// Returns the line as it stands below its item.
    fn of_member(&self) -> String {
        let Self { kind, signature, .. } = self;
        match &self.names[self.block.len()..] {
            [] => format!("{kind:<7} {signature}"),
            name => columns(kind.as_str(), &name.join("::"), signature, WIDTH - INDENT.len()),
        }
    }

    fn key(&self) -> (&Path, usize, &Path, Kind, &str) {
        (&self.block, self.kind.rank(self.block == self.names), &self.names, self.kind, &self.signature)
    }
}

/// Returns a signature without the names of its arguments.
fn without_names(signature: &str) -> String {
    let parts: Vec<_> = signature.split(": ").collect();
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
    let (last, named) = parts.split_last().unwrap_or((&"", &[]));
    named.iter().map(|part| part.trim_end_matches(is_of_name)).chain([*last]).collect()
}

/// Lines that are being gathered.
#[derive(Default)]
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn add(&mut self, block: &Path, names: Path, kind: Kind, signature: String, notes: Vec<String>) {
        let path = names.join("::");
        let parts = [signature.trim().to_owned()].into_iter().chain(notes).filter(|part| !part.is_empty());
        let signature = parts.collect::<Vec<_>>().join("  ");
        self.0.push(Line { block: block.clone(), names, kind, path, signature });
    }

    /// Returns all of them, each once, item by item.
    pub(super) fn sorted(mut self) -> Vec<Line> {
        self.0.sort_by(|one, other| one.key().cmp(&other.key()));
        self.0.dedup();
        self.0
    }
}

/// How wide paths are; a longer one moves its own signature and nothing else, so that no line depends on its neighbours.
const WIDTH: usize = 32;
/// What stands before the members of an item. Unlike their item they begin with a blank, so that git names the item above a
/// hunk.
const INDENT: &str = "  ";

/// Writes the lines in columns, with a blank line around each item that has several. Members follow their item without its path,
/// so that another name of the item changes one line.
pub(super) fn write(lines: &[Line], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let items: Vec<_> = lines.chunk_by(|one, other| one.block == other.block).collect();
    // Items of one line each stand together.
    for group in items.chunk_by(|one, other| one.len() == 1 && other.len() == 1) {
        writeln!(f)?;
        for item in group {
            // A type of another crate has no line of its own, and then nothing can be left out.
            let has_head = item.first().is_some_and(Line::is_head);
            for line in *item {
                if has_head && !line.is_head() {
                    writeln!(f, "{INDENT}{}", line.of_member())?;
                } else {
                    writeln!(f, "{}", columns(line.kind.as_str(), &line.path, &line.signature, WIDTH))?;
                }
            }
        }
    }
    Ok(())
}

fn columns(kind: &str, path: &str, signature: &str, width: usize) -> String {
    format!("{kind:<7} {path:<width$} {signature}").trim_end().to_owned()
}

/// Returns the lines of a printed surface, each with the whole path of what it is about.
///
/// Lines of a form in which members have their whole paths already are returned as they are.
pub fn qualified(printed: &str) -> impl Iterator<Item = String> {
    let mut owner = "";
    printed.lines().map(move |line| {
        let Some(member) = line.strip_prefix(INDENT) else {
            owner = line.split_whitespace().nth(1).unwrap_or_default();
            return line.to_owned();
        };
        let (kind, rest) = member.split_once(' ').unwrap_or((member, ""));
        let rest = rest.trim_start();
        if kind == Kind::Impl.as_str() {
            return columns(kind, owner, rest, WIDTH);
        }
        let (name, signature) = rest.split_once(' ').unwrap_or((rest, ""));
        columns(kind, &format!("{owner}::{name}"), signature.trim_start(), WIDTH)
    })
}
