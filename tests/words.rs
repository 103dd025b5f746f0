//! The words of the project: each row of `words.md` names one to avoid and what to use instead.
//!
//! The check covers identifiers, prose (comments, string literals, Markdown and the texts of our document) and file names of all
//! tracked files. A hit is reported as `file:line:column: word -> replacement`. The second test checks the first line of doc
//! comments of functions.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

#[path = "words/check.rs"]
mod check;
#[path = "words/doc_comments.rs"]
mod doc_comments;
#[path = "words/table.rs"]
mod table;
#[path = "words/tokens.rs"]
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use self::check::{Checker, Hit};
use self::table::Table;
use self::tokens::Tokens;

/// The table, and the files that quote its words.
const OWN_FILES: &[&str] = &["tests/words.md", "tests/words.rs", "tests/words"];

/// Files whose content is not ours to word: recorded bodies, outputs of compilers, quoted patches, locked versions.
const CONTENT_NOT_CHECKED: &[&str] = &[
    "Cargo.lock",
    "tests/snapshots",
    "tests/wire/",
    "tests/edits/",
    "tests/misuse/cases/",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

#[test]
fn words_of_the_table_are_avoided() {
    let table = Table::parse(&read("tests/words.md"));
    let mut checker = Checker::new(&table);
    let hits: Vec<Hit> = tracked().iter().flat_map(|path| hits(&mut checker, path)).collect();
    assert!(hits.is_empty(), "{} words to replace:\n{}", hits.len(), lines(&hits));
    let unused: Vec<_> = checker.unused().collect();
    assert!(unused.is_empty(), "allowed in `words.md`, and nowhere to be found: {}", unused.join(", "));
}

#[test]
fn doc_comments_of_functions_begin_with_a_verb() {
    let sources = tracked().into_iter().filter(|path| path.ends_with(".rs"));
    let found: Vec<_> = sources.flat_map(|path| doc_comments::wrong(&path, &read(&path))).collect();
    assert!(found.is_empty(), "{} doc comments without a verb (\"Returns ...\"):\n{}", found.len(), found.join("\n"));
}

fn hits(checker: &mut Checker<'_>, path: &str) -> Vec<Hit> {
    if is_below(path, OWN_FILES) {
        return Vec::new();
    }
    let mut hits = checker.name(path);
    let is_text = !is_below(path, CONTENT_NOT_CHECKED);
    if let Some(text) = is_text.then(|| fs::read_to_string(root().join(path)).ok()).flatten() {
        hits.extend(checker.content(path, &Tokens::of(path, &text)));
    }
    hits
}

fn lines(hits: &[Hit]) -> String {
    hits.iter().map(|hit| format!("{hit}\n")).collect()
}

fn is_below(path: &str, folders: &[&str]) -> bool {
    folders
        .iter()
        .any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || starts_new_name(folder, rest)))
}

fn starts_new_name(folder: &str, rest: &str) -> bool {
    folder.ends_with('/') || rest.starts_with('/')
}

/// Returns the files that git tracks.
fn tracked() -> Vec<String> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let output = output.expect("the tests run in a git checkout");
    let text = String::from_utf8(output.stdout).expect("names of files are UTF-8");
    text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path} cannot be read: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the repository").to_owned()
}
