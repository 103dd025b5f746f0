//! Compares the words of a file with the rows of the table.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display};

use crate::table::{Kind, Row, Table};
use crate::tokens::{self, Token, Tokens};

/// A word that the table forbids where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) path: String,
    line: usize,
    column: usize,
    word: String,
    replacement: String,
}

impl Display for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, column, word, replacement } = self;
        write!(f, "{path}:{line}:{column}: {word} -> {replacement}")
    }
}

pub(crate) struct Checker<'a> {
    rows: Vec<Prepared<'a>>,
    /// The rows by what begins a hit: each form of a word, the first word of a phrase, or a name.
    begins: HashMap<String, Vec<usize>>,
    /// Rows and allowed places that were needed.
    used: HashSet<(usize, usize)>,
}

struct Prepared<'a> {
    row: &'a Row,
    words: Vec<String>,
}

/// A part of an identifier or a word of prose, in lower case.
struct Part {
    text: String,
    token: usize,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(table: &'a Table) -> Self {
        let words = |row: &Row| match row.kind {
            Kind::Name | Kind::File => vec![row.text.clone()],
            Kind::Word | Kind::Phrase => split(&row.text),
        };
        let rows: Vec<_> = table.rows.iter().map(|row| Prepared { row, words: words(row) }).collect();
        let mut begins = HashMap::<String, Vec<usize>>::new();
        for (at, Prepared { row, words }) in rows.iter().enumerate() {
            let forms = if row.kind == Kind::Word { forms(&words[0]) } else { vec![words[0].clone()] };
            forms.into_iter().for_each(|form| begins.entry(form).or_default().push(at));
        }
        Self { rows, begins, used: HashSet::new() }
    }

    /// Checks the name of a file and of its folders.
    pub(crate) fn name(&mut self, path: &str) -> Vec<Hit> {
        let names: Vec<_> =
            path.split('/').map(|name| name.split('.').find(|part| !part.is_empty()).unwrap_or(name)).collect();
        let is_in = |row: &Prepared<'_>| match row.row.kind {
            Kind::File => names.contains(&row.row.text.as_str()),
            Kind::Word => {
                names.iter().any(|name| tokens::parts(name).iter().any(|part| forms(&row.words[0]).contains(part)))
            }
            Kind::Phrase | Kind::Name => false,
        };
        let found: Vec<_> = (0..self.rows.len()).filter(|at| is_in(&self.rows[*at])).collect();
        found.into_iter().filter_map(|row| self.hit(row, path, (1, 1), path)).collect()
    }

    /// Checks what a file says.
    pub(crate) fn content(&mut self, path: &str, content: &Tokens<'_>) -> Vec<Hit> {
        let parts =
            content.tokens.iter().enumerate().flat_map(|(at, token)| {
                tokens::parts(&token.text).into_iter().map(move |text| Part { text, token: at })
            });
        let parts: Vec<_> = parts.collect();
        let mut hits = Vec::new();
        for (row, token) in self.found(content, &parts) {
            let Token { line, column, .. } = content.tokens[token];
            hits.extend(self.hit(row, path, (line, column), content.lines[line - 1]));
        }
        hits.sort_by_key(|hit| (hit.line, hit.column));
        hits
    }

    /// Returns the rows that a file breaks, each with the token at which the hit begins.
    fn found(&self, content: &Tokens<'_>, parts: &[Part]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let is_hit = |row: &usize| match self.rows[*row].row.kind {
                Kind::Word => true,
                Kind::Phrase => is_phrase(&parts[at..], &self.rows[*row].words, content),
                Kind::Name | Kind::File => false,
            };
            let rows = self.begins.get(&part.text).into_iter().flatten();
            found.extend(rows.copied().filter(is_hit).map(|row| (row, part.token)));
        }
        for (at, token) in
            content.tokens.iter().enumerate().filter(|(_, token)| token.is_code || is_quoted(token, content))
        {
            let rows = self.begins.get(&token.text).into_iter().flatten();
            found.extend(rows.copied().filter(|row| self.rows[*row].row.kind == Kind::Name).map(|row| (row, at)));
        }
        found
    }

    fn hit(&mut self, row: usize, path: &str, (line, column): (usize, usize), text: &str) -> Option<Hit> {
        let Row { text: word, replacement, allowed, .. } = self.rows[row].row;
        if let Some(at) = allowed.iter().position(|allowed| allowed.covers(path, text)) {
            self.used.insert((row, at));
            return None;
        }
        Some(Hit { path: path.to_owned(), line, column, word: word.clone(), replacement: replacement.clone() })
    }

    /// Returns the allowed places that no word needed.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &'a str> {
        let all = self.rows.iter().enumerate().flat_map(|(at, row)| {
            row.row.allowed.iter().enumerate().map(move |(place, allowed)| ((at, place), allowed.path.as_str()))
        });
        all.filter(|(key, _)| !self.used.contains(key)).map(|(_, path)| path)
    }
}

/// Returns whether parts begin with the words of a phrase: all in prose, or all in one identifier.
fn is_phrase(parts: &[Part], words: &[String], content: &Tokens<'_>) -> bool {
    let Some(window) = parts.get(..words.len()) else { return false };
    let is_same = window.iter().zip(words).all(|(part, word)| part.text == *word);
    let is_one = window.iter().all(|part| part.token == window[0].token);
    is_same && (is_one || window.iter().all(|part| !content.tokens[part.token].is_code))
}

/// Returns whether a word of prose stands in a code span.
fn is_quoted(token: &Token, content: &Tokens<'_>) -> bool {
    let before = content.lines[token.line - 1].chars().nth(token.column.wrapping_sub(2));
    before.is_some_and(|before| matches!(before, '`' | ':'))
}

/// Returns a word in the plural and inflected.
fn forms(word: &str) -> Vec<String> {
    let stem = word.strip_suffix('e').unwrap_or(word);
    let regular = ["s", "es", "ed", "ing", "er", "able"].map(|ending| format!("{stem}{ending}"));
    [word.to_owned(), format!("{word}s")].into_iter().chain(regular).collect::<HashSet<_>>().into_iter().collect()
}

fn split(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric() && character != '_');
    words.flat_map(tokens::parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "| word | answer | response | b.rs \"fn answers\": for the test |
| phrase | at hand | available | |
| name | Spot | NodeRef | |
| file | words | a name | |
";

    fn hits(path: &str, text: &str) -> Vec<String> {
        let table = Table::parse(TABLE);
        let mut checker = Checker::new(&table);
        let mut hits = checker.name(path);
        hits.extend(checker.content(path, &Tokens::of(path, text)));
        hits.iter().map(Hit::to_string).collect()
    }

    #[test]
    fn a_planted_word_is_found_in_identifiers_prose_and_file_names() {
        assert_eq!(hits("a.rs", "fn one() {}\nfn the_answers() {}"), ["a.rs:2:4: answer -> response"]);
        assert_eq!(hits("a.rs", "/// An ANSWER.\nstruct A;"), ["a.rs:1:8: answer -> response"]);
        assert_eq!(hits("a.rs", "f(\"it answered\")"), ["a.rs:1:7: answer -> response"]);
        assert_eq!(hits("a.md", "one\nno answer"), ["a.md:2:4: answer -> response"]);
        assert_eq!(hits("answers/a.rs", ""), ["answers/a.rs:1:1: answer -> response"]);
        assert_eq!(hits("src/words.rs", ""), ["src/words.rs:1:1: words -> a name"]);
        assert_eq!(hits("src/words_of_all.rs", ""), Vec::<String>::new());
    }

    #[test]
    fn a_planted_phrase_is_found_over_lines_and_in_one_identifier() {
        assert_eq!(hits("a.rs", "// It is at\n// hand."), ["a.rs:1:10: at hand -> available"]);
        assert_eq!(hits("a.rs", "fn is_at_hand() {}"), ["a.rs:1:4: at hand -> available"]);
        assert_eq!(hits("a.rs", "at(hand)"), Vec::<String>::new());
    }

    #[test]
    fn a_planted_name_is_found_by_case() {
        assert_eq!(hits("a.rs", "fn f(spot: Spot)"), ["a.rs:1:12: Spot -> NodeRef"]);
        assert_eq!(hits("a.md", "A `Spot`. Spot on."), ["a.md:1:4: Spot -> NodeRef"]);
    }

    #[test]
    fn an_allowed_place_is_not_reported_and_an_unneeded_one_is() {
        assert_eq!(hits("b.rs", "fn answers() {}\nfn answer() {}"), ["b.rs:2:4: answer -> response"]);
        let table = Table::parse(TABLE);
        assert_eq!(Checker::new(&table).unused().collect::<Vec<_>>(), ["b.rs"]);
    }
}
