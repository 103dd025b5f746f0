//! The skips that are accepted. The list can only shrink unnoticed: what is not in it fails, and so does what is in it and
//! no longer occurs.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::cli::report::Omission;

/// The file as TOML has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    skip: Vec<Entry>,
}

/// Skips that are known, and why they are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    document: String,
    kind: String,
    /// One node.
    pointer: Option<String>,
    /// Many nodes: a `*` stands for any text.
    pattern: Option<String>,
    reason: String,
}

impl Entry {
    fn covers(&self, skip: &Omission) -> bool {
        let at = match (&self.pointer, &self.pattern) {
            (Some(pointer), _) => *pointer == skip.pointer,
            (None, Some(pattern)) => matches(pattern, &skip.pointer),
            (None, None) => false,
        };
        at && self.kind == skip.kind
    }

    fn place(&self) -> &str {
        self.pointer.as_deref().or(self.pattern.as_deref()).unwrap_or_default()
    }
}

/// Returns whether the pattern describes the text. Greedy from the left, which finds a way if there is one.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let parts: Vec<_> = rest.split('*').collect();
    let (last, middle) = parts.split_last().expect("a split has at least one part");
    for part in middle {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(last)
}

/// The list, or no list at all, which accepts everything.
#[derive(Debug)]
pub(super) struct Accepted {
    entries: Option<Vec<Entry>>,
}

impl Accepted {
    pub(super) fn read(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self { entries: None }) };
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let File { skip } = toml::from_str(text)?;
        for entry in &skip {
            if entry.pointer.is_some() == entry.pattern.is_some() {
                bail!("a skip of {} has neither or both of `pointer` and `pattern`", entry.document);
            }
            if entry.reason.trim().is_empty() {
                bail!("{}: {} is accepted without a reason", entry.document, entry.place());
            }
        }
        Ok(Self { entries: Some(skip) })
    }

    /// Returns what is wrong with the skips of a document: those that are not accepted, and what is accepted and does
    /// not occur.
    pub(super) fn complaints(&self, document: &str, skips: &[Omission]) -> Vec<String> {
        let Some(entries) = &self.entries else { return Vec::new() };
        let entries: Vec<_> = entries.iter().filter(|entry| entry.document == document).collect();
        let mut used = BTreeSet::new();
        let mut complaints = Vec::new();
        for skip in skips {
            let covering = entries.iter().enumerate().filter(|(_, entry)| entry.covers(skip)).map(|(at, _)| at);
            let mut covering = covering.peekable();
            if covering.peek().is_none() {
                complaints.push(unaccepted(document, skip));
            }
            used.extend(covering);
        }
        let unused = entries.iter().enumerate().filter(|(at, _)| !used.contains(at));
        complaints.extend(unused.map(|(_, entry)| {
            format!("{} [{}] is accepted and no longer skipped: remove it", entry.place(), entry.kind)
        }));
        complaints
    }
}

/// Returns the complaint, with what to put into the file.
fn unaccepted(document: &str, skip: &Omission) -> String {
    let Omission { pointer, keyword, reason, kind } = skip;
    let mut text = format!("`{keyword}` is left out and that is not accepted: {reason}\n");
    writeln!(text, "    [[skip]]\n    document = {}\n    kind = {}", toml_text(document), toml_text(kind))
        .and_then(|()| write!(text, "    pointer = {}\n    reason = \"\"", toml_text(pointer)))
        .expect("text takes every text");
    text
}

/// Escapes text for a TOML string.
fn toml_text(text: &str) -> String {
    let escaped = text.chars().map(|letter| match letter {
        '"' | '\\' => format!("\\{letter}"),
        letter if letter.is_control() => format!("\\u{:04X}", u32::from(letter)),
        letter => letter.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(pointer: &str) -> Omission {
        Omission {
            pointer: pointer.to_owned(),
            keyword: "not".to_owned(),
            reason: "no type".to_owned(),
            kind: "schema".to_owned(),
        }
    }

    const LIST: &str = "\
[[skip]]
document = \"a.yaml\"
kind = \"schema\"
pointer = \"#/a\"
reason = \"known\"

[[skip]]
document = \"a.yaml\"
kind = \"schema\"
pattern = \"#/paths/*/not\"
reason = \"known\"
";

    #[test]
    fn what_is_listed_is_accepted_and_nothing_else() {
        let accepted = Accepted::parse(LIST).unwrap();
        let listed = [skip("#/a"), skip("#/paths/x/not"), skip("#/paths/y/z/not")];
        assert!(accepted.complaints("a.yaml", &listed).is_empty());
        let more = [&listed[..], &[skip("#/b")]].concat();
        let complaints = accepted.complaints("a.yaml", &more);
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].contains("pointer = \"#/b\""), "{}", complaints[0]);
        assert_eq!(accepted.complaints("b.yaml", &listed).len(), 3);
        let other = Omission { kind: "other".to_owned(), ..skip("#/a") };
        assert!(accepted.complaints("a.yaml", &[other]).iter().any(|complaint| complaint.contains("not accepted")));
    }

    #[test]
    fn what_no_longer_occurs_is_to_be_removed() {
        let accepted = Accepted::parse(LIST).unwrap();
        let complaints = accepted.complaints("a.yaml", &[skip("#/a")]);
        assert_eq!(complaints, ["#/paths/*/not [schema] is accepted and no longer skipped: remove it"]);
        // A document that is not there has not changed.
        assert!(accepted.complaints("b.yaml", &[]).is_empty());
    }

    #[test]
    fn without_a_list_everything_is_accepted() {
        assert!(Accepted::read(None).unwrap().complaints("a.yaml", &[skip("#/a")]).is_empty());
    }

    #[test]
    fn an_entry_has_a_place_and_a_reason() {
        let entry = "[[skip]]\ndocument = \"a\"\nkind = \"k\"\n";
        for rest in
            ["reason = \"r\"", "pointer = \"#\"\npattern = \"*\"\nreason = \"r\"", "pointer = \"#\"\nreason = \" \""]
        {
            assert!(Accepted::parse(&format!("{entry}{rest}")).is_err(), "{rest}");
        }
        assert!(Accepted::parse(&format!("{entry}pointer = \"#\"\nreason = \"r\"")).is_ok());
        assert!(Accepted::parse("").is_ok());
    }

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, expected) in [
            ("#/a", "#/a", true),
            ("#/a", "#/ab", false),
            ("*", "", true),
            ("#/*/b", "#/a/b", true),
            ("#/*/b", "#/b", false),
            ("*b*", "abc", true),
            ("a*a", "a", false),
            ("*aab", "aaab", true),
            ("a*b*c", "a-c-b", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
