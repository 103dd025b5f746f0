//! The lines of tests, examples and bodies that use a part of the model.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::bodies::Members;
use super::index::{Entity, Kind};

/// A file that may touch entities.
pub(super) struct Touching {
    pub(super) group: Group,
    /// Its path relative to the repository's root.
    pub(super) path: String,
    text: String,
}

/// What a file is for, in the order of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Tests,
    Examples,
    Benches,
    Bodies,
    Docs,
}

impl Group {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Examples => "examples",
            Self::Benches => "benches",
            Self::Bodies => "bodies",
            Self::Docs => "docs",
        }
    }
}

/// What is looked into, with the folders in it that are not: they are made from other documents, or from this one.
const FOLDERS: &[(Group, &str, &str, &[&str])] = &[
    (Group::Tests, "tests", "rs", &["snapshots", "fixtures", "corpus", "wire"]),
    (Group::Examples, "generated/examples", "rs", &[]),
    (Group::Benches, "generated/benches", "rs", &[]),
    (Group::Bodies, "tests/wire", "json", &[]),
    (Group::Docs, "docs", "md", &[]),
];
const DOCS: &[&str] = &["README.md", "generated/README.md"];

/// Reads all files that may touch entities; what cannot be read touches nothing.
pub(super) fn files(root: &Path) -> Vec<Touching> {
    let mut files = Vec::new();
    for (group, folder, ending, without) in FOLDERS {
        let mut open = vec![(*folder).to_owned()];
        while let Some(folder) = open.pop() {
            let Ok(entries) = fs::read_dir(root.join(&folder)) else { continue };
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = format!("{folder}/{name}");
                if entry.path().is_dir() {
                    if !without.contains(&name.as_str()) && name != "target" {
                        open.push(path);
                    }
                } else if Path::new(&name).extension().is_some_and(|own| own == *ending) {
                    files.extend(fs::read_to_string(entry.path()).map(|text| Touching { group: *group, path, text }));
                }
            }
        }
    }
    for path in DOCS {
        let text = fs::read_to_string(root.join(path));
        files.extend(text.map(|text| Touching { group: Group::Docs, path: (*path).to_owned(), text }));
    }
    files.sort_by(|one, other| (one.group, &one.path).cmp(&(other.group, &other.path)));
    files
}

/// One line that touches an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) group: Group,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) text: String,
}

/// Returns the lines that touch an entity.
pub(super) fn of(entity: &Entity, files: &[Touching], members: &Members) -> Vec<Use> {
    let signs = signs(entity);
    let mut uses = Vec::new();
    for file in files {
        let signs: Vec<_> = signs.iter().filter(|sign| sign.is_meant_in(file)).collect();
        if signs.is_empty() {
            continue;
        }
        let in_body = signs.iter().filter_map(|sign| match sign {
            Sign::Key(owner, name) => Some(members.lines(&file.text, owner, name)),
            _ => None,
        });
        let in_body: BTreeSet<_> = in_body.flatten().collect();
        for (index, line) in file.text.lines().enumerate() {
            if in_body.contains(&(index + 1)) || signs.iter().any(|sign| sign.is_in(line)) {
                let (group, file) = (file.group, file.path.clone());
                uses.push(Use { group, file, line: index + 1, text: line.trim().to_owned() });
            }
        }
    }
    uses
}

/// What in a line tells that it touches an entity.
#[derive(Debug, PartialEq, Eq)]
enum Sign {
    /// The name of an item, wherever it stands in code or prose.
    Item(String),
    /// The name of a member, in files that name one of these, too.
    Member(String, Vec<String>),
    /// A text of the wire, in code and prose.
    Text(String),
    /// A type, and the name of its member in JSON.
    Key(String, String),
    /// A text as a value in JSON.
    Value(String),
}

impl Sign {
    fn is_meant_in(&self, file: &Touching) -> bool {
        let is_json = file.group == Group::Bodies;
        match self {
            Self::Key(..) | Self::Value(_) => is_json,
            Self::Item(_) => !is_json,
            Self::Member(_, owners) => !is_json && owners.iter().any(|owner| has_word(&file.text, owner)),
            Self::Text(_) => true,
        }
    }

    fn is_in(&self, line: &str) -> bool {
        match self {
            Self::Item(name) => occurrences(line, name).any(|(before, behind)| {
                let is_whole = !before.ends_with(is_word) && !behind.starts_with(is_word);
                // Behind the name of another item it is one of that one's.
                let of = before.strip_suffix("::").map(|before| &before[before.trim_end_matches(is_word).len()..]);
                is_whole && !of.is_some_and(|of| of.starts_with(char::is_uppercase))
            }),
            Self::Member(name, owners) => is_member_in(line, name, owners),
            Self::Text(text) => has_text(line, text),
            // That depends on what else is in the object.
            Self::Key(..) => false,
            Self::Value(text) => {
                let quoted = format!("\"{text}\"");
                occurrences(line, &quoted).any(|(_, behind)| !behind.trim_start().starts_with(':'))
            }
        }
    }
}

fn signs(entity: &Entity) -> Vec<Sign> {
    let mut signs = Vec::new();
    for path in &entity.rust {
        match path.split_once('(') {
            Some((function, argument)) => {
                let (owner, name) = last_two(function);
                if entity.kind != Kind::Body {
                    let owners = vec![name.to_owned(), owner.to_owned()];
                    signs.push(Sign::Member(argument.trim_end_matches(')').to_owned(), owners));
                }
            }
            None => match last_two(path) {
                ("" | "operations", name) => signs.push(Sign::Item(name.to_owned())),
                // The variants of enums are named with them.
                (owner, name)
                    if matches!(entity.kind, Kind::Value | Kind::Server | Kind::Alternative | Kind::Response) =>
                {
                    signs.push(Sign::Item(format!("{owner}::{name}")));
                }
                // Where a type is not named, what makes it or holds it mostly goes by its name.
                (owner, name) => {
                    let owners = vec![owner.to_owned(), snake(owner)];
                    signs.push(Sign::Member(name.to_owned(), owners));
                }
            },
        }
    }
    let wire = entity.wire.clone();
    match entity.kind {
        Kind::Field => {
            let owners = entity.rust.iter().map(|path| last_two(path).0.to_owned());
            signs.extend(owners.map(|owner| Sign::Key(owner, wire.clone())));
        }
        Kind::Value => signs.extend([Sign::Value(wire)]),
        Kind::Operation => {
            signs.push(Sign::Text(wire));
            signs.extend(entity.aliases.iter().filter(|alias| alias.starts_with('/')).cloned().map(Sign::Text));
        }
        Kind::Header | Kind::Server | Kind::Scheme => signs.push(Sign::Text(wire)),
        // Words such as `required` tell nothing, and neither do the numbers of elements.
        Kind::Node if wire.contains(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit()) => {
            signs.push(Sign::Text(wire))
        }
        _ => {}
    }
    signs.retain(|sign| !matches!(sign, Sign::Text(text) if text.is_empty()));
    signs
}

/// Returns the last two names of a path; the first is empty when there is one name only.
fn last_two(path: &str) -> (&str, &str) {
    let (before, name) = path.rsplit_once("::").unwrap_or(("", path));
    (before.rsplit("::").next().unwrap_or_default(), name)
}

/// Returns a type's name as methods and variables have it: `create_payment` makes a `CreatePayment`.
fn snake(name: &str) -> String {
    let mut spelt = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !spelt.is_empty() {
            spelt.push('_');
        }
        spelt.extend(c.to_lowercase());
    }
    spelt
}

/// Returns what stands before and behind each place of a text in a line.
fn occurrences<'l>(line: &'l str, text: &str) -> impl Iterator<Item = (&'l str, &'l str)> {
    let length = text.len();
    line.match_indices(text).map(move |(start, _)| (&line[..start], &line[start + length..]))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn has_word(text: &str, word: &str) -> bool {
    occurrences(text, word).any(|(before, behind)| !before.ends_with(is_word) && !behind.starts_with(is_word))
}

/// Returns whether a line uses a member: behind a dot or two colons, before a colon, or quoted in prose.
fn is_member_in(line: &str, name: &str, owners: &[String]) -> bool {
    occurrences(line, name).any(|(before, behind)| {
        let before = before.strip_suffix("r#").unwrap_or(before);
        if before.ends_with(is_word) || behind.starts_with(is_word) {
            return false;
        }
        let is_first = before.trim_end().is_empty() || before.trim_end().ends_with(['{', ',']);
        let is_set = is_first && behind.starts_with(':') && !behind.starts_with("::");
        let is_of = |before: &str| owners.iter().any(|owner| before.ends_with(owner.as_str()));
        before.ends_with('.') || before.strip_suffix("::").is_some_and(is_of) || before.ends_with('`') || is_set
    })
}

/// Returns whether a text of the wire stands in a line, and is not a part of a longer one.
fn has_text(line: &str, text: &str) -> bool {
    let (line, text) = (line.to_ascii_lowercase(), text.to_ascii_lowercase());
    let joins = |c: char| is_word(c) || c == '-' || c == '/';
    occurrences(&line, &text).any(|(before, behind)| !before.ends_with(is_word) && !behind.starts_with(joins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_told_from_words() {
        let owners = ["Order".to_owned()];
        for (line, found) in [
            ("request.amount = 1", true),
            (".amount(1)", true),
            ("Order { amount: 1 }", true),
            ("Order::amount", true),
            ("Invoice::amount", false),
            ("the `amount` of", true),
            ("let amount = 1", false),
            ("let amount: u8 = 1", false),
            ("request.amounts", false),
            ("total_amount: 1", false),
            ("amount::new()", false),
        ] {
            assert_eq!(is_member_in(line, "amount", &owners), found, "{line}");
        }
        assert!(is_member_in("order.r#type", "type", &owners));
    }

    #[test]
    fn texts_of_the_wire_are_told_from_longer_ones() {
        for (line, text, found) in [
            ("(\"zuora-track-id\", 1)", "Zuora-Track-Id", true),
            ("Zuora-Track-Id-2", "Zuora-Track-Id", false),
            ("POST /v1/payments HTTP", "/v1/payments", true),
            ("/v1/payments/1", "/v1/payments", false),
            ("/v1/payments.", "/v1/payments", true),
        ] {
            assert_eq!(has_text(line, text), found, "{line}");
        }
        assert!(Sign::Value("a".into()).is_in("{\"b\": \"a\"}") && !Sign::Value("a".into()).is_in("{\"a\": 1}"));
    }
}
