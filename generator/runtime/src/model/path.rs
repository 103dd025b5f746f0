//! The location of a value in a document, written as a JSON path.

use std::fmt;
use std::fmt::Write;

use crate::syntax::is_hidden;

/// A location in a document that is being walked: a chain of stack frames, so that a path costs nothing until it is shown.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    Root(&'a str),
    /// A document whose members are sent as parts.
    Multipart,
    Member(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(crate) const DOCUMENT: Path<'static> = Path::Root("$");

    /// Returns whether what stands there is sent as a part of its own: a member of such a document, or an element of one.
    pub(crate) fn is_part(&self) -> bool {
        match self {
            Self::Member(Self::Multipart, _) => true,
            Self::Index(Self::Member(parent, _), _) => matches!(parent, Self::Multipart),
            _ => false,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(name) => f.write_str(name),
            Self::Multipart => Self::DOCUMENT.fmt(f),
            Self::Member(parent, name) => {
                parent.fmt(f)?;
                write_member(f, name)
            }
            Self::Index(parent, index) => {
                parent.fmt(f)?;
                write!(f, "[{index}]")
            }
        }
    }
}

/// Writes `.name`, or `["odd name"]` where the name is no identifier.
pub(crate) fn write_member(out: &mut dyn Write, name: &str) -> fmt::Result {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain {
        return write!(out, ".{name}");
    }
    out.write_char('[')?;
    for character in serde_json::Value::from(name).to_string().chars() {
        // JSON escapes few of them.
        if is_hidden(character) {
            let mut units = [0; 2];
            character.encode_utf16(&mut units).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))?;
        } else {
            out.write_char(character)?;
        }
    }
    out.write_char(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_identifiers_are_quoted() {
        let root = Path::DOCUMENT;
        let cases = [("id", "$.id"), ("_a1__c", "$._a1__c"), ("a b", r#"$["a b"]"#), ("3D", r#"$["3D"]"#)];
        for (name, path) in cases {
            assert_eq!(Path::Member(&root, name).to_string(), path);
        }
        assert_eq!(Path::Member(&root, "say \"hi\"\n").to_string(), r#"$["say \"hi\"\n"]"#);
        assert_eq!(Path::Member(&root, "").to_string(), r#"$[""]"#);
        let hidden = "\u{1b}\u{7f}\u{85}\u{61c}\u{200f}\u{2028}\u{202e}\u{2066}\u{200b}\u{e0041}";
        let shown = r#"$["\u001b\u007f\u0085\u061c\u200f\u2028\u202e\u2066\u200b\udb40\udc41"]"#;
        assert_eq!(Path::Member(&root, hidden).to_string(), shown);
    }

    #[test]
    fn paths_nest() {
        let root = Path::DOCUMENT;
        let items = Path::Member(&root, "items");
        let item = Path::Index(&items, 2);
        assert_eq!(Path::Member(&item, "name").to_string(), "$.items[2].name");
    }
}
