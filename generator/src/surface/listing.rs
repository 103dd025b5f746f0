//! The lines of a surface: their order, their columns, and their printed form.

use std::fmt::{self, Display};

use super::syntax::Path;

/// The kind of item that a line describes.
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
    /// A re-export. An item of a crate whose files are not read has no other line.
    Use,
    /// An item that has no other kind.
    Other,
    /// A file that is not Rust.
    Unreadable,
}

impl Kind {
    /// Returns the word at the beginning of the line.
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

    /// Returns the position among the lines of an item.
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
    /// The path of the enclosing item. For a top-level item, its own path.
    owner: Path,
    /// The path that users write, as segments.
    segments: Path,
    /// The kind of the item.
    pub kind: Kind,
    /// The path that users write. For an implementation, the path of the type or trait under which it is listed.
    pub path: String,
    /// The rest of the declaration on one line, followed by the attributes that matter to users.
    pub signature: String,
}

impl Line {
    /// Returns the path of the enclosing item, such as the type of a method. For a top-level item, its own path.
    #[must_use]
    pub fn owner(&self) -> String {
        self.owner.join("::")
    }

    /// Returns the part of the line on which calling code depends. Attributes that only cause warnings and the names of
    /// arguments are left out.
    #[must_use]
    pub fn as_callers_see(&self) -> String {
        let only_warns = |part: &&str| part.starts_with("#[must_use") || part.starts_with("#[deprecated");
        let signature: Vec<_> = self.signature.split("  ").filter(|part| !only_warns(part)).collect();
        let signature = signature.join(" ");
        let signature = if self.kind == Kind::Fn { without_names(&signature) } else { signature };
        format!("{} {} {signature}", self.kind.as_str(), self.path)
    }

    /// Returns whether the line describes a top-level item, not a member or an implementation.
    fn is_head(&self) -> bool {
        self.owner == self.segments && self.kind != Kind::Impl
    }

    /// Returns the printed line of a member below its item.
    fn member_line(&self) -> String {
        let Self { kind, signature, .. } = self;
        match &self.segments[self.owner.len()..] {
            [] => format!("{kind:<7} {signature}"),
            name => columns(kind.as_str(), &name.join("::"), signature, WIDTH - INDENT.len()),
        }
    }

    fn key(&self) -> (&Path, usize, &Path, Kind, &str) {
        (&self.owner, self.kind.rank(self.owner == self.segments), &self.segments, self.kind, &self.signature)
    }
}

/// Removes the names of arguments and of bounded type parameters: the identifier before each `: `.
fn without_names(signature: &str) -> String {
    let parts: Vec<_> = signature.split(": ").collect();
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
    let (last, named) = parts.split_last().unwrap_or((&"", &[]));
    named.iter().map(|part| part.trim_end_matches(is_of_name)).chain([*last]).collect()
}

/// A collection of lines.
#[derive(Default)]
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn add(&mut self, owner: &Path, segments: Path, kind: Kind, signature: String, attributes: Vec<String>) {
        let path = segments.join("::");
        let parts = [signature.trim().to_owned()].into_iter().chain(attributes).filter(|part| !part.is_empty());
        let signature = parts.collect::<Vec<_>>().join("  ");
        self.0.push(Line { owner: owner.clone(), segments, kind, path, signature });
    }

    /// Returns the distinct lines, sorted by item.
    pub(super) fn sorted(mut self) -> Vec<Line> {
        self.0.sort_by(|one, other| one.key().cmp(&other.key()));
        self.0.dedup();
        self.0
    }
}

/// The width of the column of paths. A longer path shifts only its own signature, so no line depends on its neighbours.
const WIDTH: usize = 32;
/// The indentation of members. Because only items begin at the margin, git shows the item in the header of a hunk.
const INDENT: &str = "  ";

/// Writes the lines in columns, with a blank line around each item that has members. Members are written without the path of
/// their item, so that a rename of the item changes one line.
pub(super) fn write(lines: &[Line], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let items: Vec<_> = lines.chunk_by(|one, other| one.owner == other.owner).collect();
    // Adjacent items without members form one group.
    for group in items.chunk_by(|one, other| one.len() == 1 && other.len() == 1) {
        writeln!(f)?;
        for item in group {
            // The methods of a trait for a type of another crate have no line of that type above them, so they are written with full paths.
            let has_head = item.first().is_some_and(Line::is_head);
            for line in *item {
                if has_head && !line.is_head() {
                    writeln!(f, "{INDENT}{}", line.member_line())?;
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

/// Returns the lines of a printed surface, each with its full path.
///
/// A line that already has its full path is not changed.
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
