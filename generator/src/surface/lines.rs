//! The lines of a surface, sorted and aligned.

use std::fmt::{self, Display};

use super::tree::Path;

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
    /// The word for it.
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

    /// The order within an item.
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
    /// The item in which this one stands: the type of a method, and the item itself for one of its own.
    #[must_use]
    pub fn owner(&self) -> String {
        self.block.join("::")
    }

    /// What code that uses the item depends on: the line without what only warns, and without the names of arguments, which no
    /// caller writes.
    #[must_use]
    pub fn as_callers_see(&self) -> String {
        let only_warns = |part: &&str| part.starts_with("#[must_use") || part.starts_with("#[deprecated");
        let signature: Vec<_> = self.signature.split("  ").filter(|part| !only_warns(part)).collect();
        let signature = signature.join(" ");
        let signature = if self.kind == Kind::Fn { without_names(&signature) } else { signature };
        format!("{} {} {signature}", self.kind.as_str(), self.path)
    }

    fn key(&self) -> (&Path, usize, &Path, Kind, &str) {
        (&self.block, self.kind.rank(self.block == self.names), &self.names, self.kind, &self.signature)
    }
}

/// A signature without the names of its arguments.
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

    /// All of them, each once, item by item.
    pub(super) fn sorted(mut self) -> Vec<Line> {
        self.0.sort_by(|one, other| one.key().cmp(&other.key()));
        self.0.dedup();
        self.0
    }
}

/// Paths are as wide as the longest within an item, rounded up to a multiple of this, so that a longer name seldom moves others.
const STOP: usize = 16;
/// A path longer than this moves nothing but its own signature.
const WIDEST: usize = 64;

/// Writes the lines in columns, with a blank line around each item that has several.
pub(super) fn write(lines: &[Line], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let items: Vec<_> = lines.chunk_by(|one, other| one.block == other.block).collect();
    let mut start = 0;
    // Items of one line each stand together.
    for group in items.chunk_by(|one, other| one.len() == 1 && other.len() == 1) {
        let count = group.iter().map(|item| item.len()).sum::<usize>();
        let group = &lines[start..start + count];
        start += count;
        let longest = group.iter().map(|line| line.path.chars().count()).filter(|width| *width < WIDEST).max();
        let width = (longest.unwrap_or_default() + 1).next_multiple_of(STOP);
        writeln!(f)?;
        for Line { kind, path, signature, .. } in group {
            let line = format!("{kind:<7} {path:<width$} {signature}");
            writeln!(f, "{}", line.trim_end())?;
        }
    }
    Ok(())
}
