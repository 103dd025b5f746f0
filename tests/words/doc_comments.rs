//! The rule of doc comments of functions: the first line begins with a verb in the third person, such as "Returns".
//!
//! Tests are no part of it: their doc comments say what is expected.

/// Words that end in `s` and are no verbs.
const NOT_VERBS: &[&str] = &["Always", "As", "Its", "This", "Thus", "Yes"];

/// Other first words: a reference to another function, and a letter in the test data of the renderer.
const EXCEPTIONS: &[&str] = &["See", "g"];

/// Returns the functions of a file whose doc comment begins otherwise, as `file:line: first line`.
pub(crate) fn wrong(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut first: Option<(usize, &str)> = None;
    let mut depth = 0_usize;
    let mut is_test = false;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if let Some(comment) = line.strip_prefix("///") {
            (first, is_test) = (first.or(Some((number, comment.trim()))), false);
            continue;
        }
        if depth > 0 || line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            // An attribute may take several lines.
            depth = (depth + line.matches(['[', '(']).count()).saturating_sub(line.matches([']', ')']).count());
            continue;
        }
        if line.starts_with("//") {
            continue;
        }
        if let Some((number, comment)) =
            first.take().filter(|(_, comment)| !is_test && is_function(line) && !begins_with_verb(comment))
        {
            found.push(format!("{path}:{number}: {comment}"));
        }
    }
    found
}

/// Returns whether a line declares a function.
fn is_function(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_qualifier = |word: &&str| {
        ["async", "const", "default", "extern", "unsafe"].contains(word)
            || word.starts_with("pub")
            || word.starts_with("in")
    };
    words.find(|word| !is_qualifier(word)) == Some("fn")
}

fn begins_with_verb(comment: &str) -> bool {
    let word = comment.split(|character: char| !character.is_alphabetic()).next().unwrap_or_default();
    let is_verb = word.starts_with(char::is_uppercase) && word.ends_with('s') && !NOT_VERBS.contains(&word);
    is_verb || EXCEPTIONS.contains(&word)
}

#[test]
fn a_planted_doc_comment_is_found() {
    let text = "/// Returns it.\nfn a() {}\n/// The name.\n#[allow(\n    b\n)]\npub(crate) const fn c() {}\n/// The place.\nstruct D;\n/// The rule.\n#[test]\nfn e() {}\n";
    assert_eq!(wrong("a.rs", text), ["a.rs:3: The name."]);
    assert_eq!(wrong("a.rs", "/// This is it.\n/// Returns it.\nasync fn a() {}"), ["a.rs:1: This is it."]);
}
