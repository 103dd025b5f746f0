//! The words of a file: those of its identifiers and those of its prose, each with its position.

/// A word of prose or an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    /// One-based.
    pub(crate) line: usize,
    /// One-based, in characters.
    pub(crate) column: usize,
    pub(crate) is_code: bool,
}

/// The tokens of a file in order, and its lines.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    pub(crate) tokens: Vec<Token>,
    pub(crate) lines: Vec<&'a str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    BlockComment(usize),
    /// With the number of `#` of a raw string; nothing for one with escapes.
    Text(Option<usize>),
}

impl<'a> Tokens<'a> {
    /// Returns the words of a file: in Rust, comments and string literals are prose; of a fixture only the first comment counts.
    pub(crate) fn of(path: &str, text: &'a str) -> Self {
        let lines: Vec<_> = text.lines().collect();
        let tokens = if path.starts_with("tests/fixtures/") {
            let head = lines.iter().take_while(|line| line.starts_with("# ")).enumerate();
            head.filter(|(_, line)| !line.starts_with("# Snapshot: "))
                .flat_map(|(at, line)| words(line, at + 1))
                .collect()
        } else if path.ends_with(".rs") {
            rust(text)
        } else {
            lines.iter().enumerate().flat_map(|(at, line)| words(line, at + 1)).collect()
        };
        Self { tokens, lines }
    }
}

/// Returns the words of a line of prose.
fn words(line: &str, number: usize) -> Vec<Token> {
    let mut scanner = Scanner { tokens: Vec::new(), line: number, column: 1, word: String::new() };
    line.chars().for_each(|character| scanner.take(character, false));
    scanner.take('\n', false);
    scanner.tokens
}

struct Scanner {
    tokens: Vec<Token>,
    line: usize,
    column: usize,
    word: String,
}

impl Scanner {
    /// Takes the next character: it continues the word or ends it.
    fn take(&mut self, character: char, is_code: bool) {
        if character.is_alphanumeric() || character == '_' {
            self.word.push(character);
        } else if !self.word.is_empty() {
            let text = std::mem::take(&mut self.word);
            let column = self.column - text.chars().count();
            self.tokens.push(Token { text, line: self.line, column, is_code });
        }
        self.column += 1;
        if character == '\n' {
            (self.line, self.column) = (self.line + 1, 1);
        }
    }
}

fn rust(text: &str) -> Vec<Token> {
    let mut scanner = Scanner { tokens: Vec::new(), line: 1, column: 1, word: String::new() };
    let mut state = State::Code;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (next, length) = step(state, rest);
        let is_code = state == State::Code;
        if next != state {
            scanner.take_break(is_code);
        }
        let taken = &rest[..length.max(character.len_utf8())];
        let is_escape = matches!(state, State::Text(None)) && taken.starts_with('\\');
        for character in taken.chars() {
            // The letter of an escape is not a part of the word behind it.
            scanner.take(if is_escape && character != '\n' { ' ' } else { character }, is_code);
        }
        rest = &rest[taken.len()..];
        state = next;
    }
    scanner.take('\n', state == State::Code);
    scanner.tokens
}

impl Scanner {
    /// Ends the word, without a character of its own.
    fn take_break(&mut self, is_code: bool) {
        let (line, column) = (self.line, self.column);
        self.take(' ', is_code);
        (self.line, self.column) = (line, column);
    }
}

/// Returns the state behind the next characters, and how many bytes they have.
fn step(state: State, rest: &str) -> (State, usize) {
    match state {
        State::Code if rest.starts_with("//") => (State::LineComment, 2),
        State::Code if rest.starts_with("/*") => (State::BlockComment(1), 2),
        State::Code if rest.starts_with('"') => (State::Text(None), 1),
        State::Code if rest.starts_with("r\"") || rest.starts_with("r#") => raw(rest).unwrap_or((State::Code, 2)),
        // A character literal, such as '"'; lifetimes have no second quote.
        State::Code if rest.starts_with('\'') => (State::Code, literal(rest)),
        State::LineComment if rest.starts_with('\n') => (State::Code, 1),
        State::BlockComment(1) if rest.starts_with("*/") => (State::Code, 2),
        State::BlockComment(depth) if rest.starts_with("*/") => (State::BlockComment(depth - 1), 2),
        State::BlockComment(depth) if rest.starts_with("/*") => (State::BlockComment(depth + 1), 2),
        State::Text(None) if rest.starts_with('\\') => (state, 1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
        State::Text(None) if rest.starts_with('"') => (State::Code, 1),
        State::Text(Some(marks)) if ends_raw(rest, marks) => (State::Code, 1 + marks),
        _ => (state, 0),
    }
}

fn raw(rest: &str) -> Option<(State, usize)> {
    let marks = rest[1..].chars().take_while(|character| *character == '#').count();
    rest[1 + marks..].starts_with('"').then_some((State::Text(Some(marks)), marks + 2))
}

fn ends_raw(rest: &str, marks: usize) -> bool {
    rest.strip_prefix('"').is_some_and(|rest| rest.bytes().take_while(|byte| *byte == b'#').count() >= marks)
}

fn literal(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => {
            let end = characters.skip(1).find(|(_, character)| *character == '\'');
            end.map_or(1, |(at, _)| at + 1)
        }
        Some(_) => characters.next().filter(|(_, character)| *character == '\'').map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}

/// Splits an identifier by case and underscore, in lower case.
pub(crate) fn parts(identifier: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let characters: Vec<char> = identifier.chars().collect();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| characters[at]);
        let is_next_lower = characters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let starts = character.is_uppercase() && before.is_some_and(|before| !before.is_uppercase() || is_next_lower);
        if *character == '_' || *character == '-' || starts {
            parts.push(String::new());
        }
        if character.is_alphanumeric() {
            parts.last_mut().expect("there is a part").extend(character.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(String, usize, usize, bool)> {
        let tokens = Tokens::of("a.rs", text).tokens.into_iter();
        tokens.map(|token| (token.text, token.line, token.column, token.is_code)).collect()
    }

    #[test]
    fn code_and_prose_are_told_apart() {
        let at = |text: &str, line, column, is_code| (text.to_owned(), line, column, is_code);
        let expected = [
            at("let", 1, 1, true),
            at("a", 1, 5, true),
            at("b", 1, 10, false),
            at("d", 1, 19, false),
            at("e", 2, 1, true),
        ];
        assert_eq!(of("let a = \"b\\n\"; // d\ne"), expected);
        assert_eq!(
            of("r#\"a\" b\"# '\"' 'c"),
            [at("r", 1, 1, true), at("a", 1, 4, false), at("b", 1, 7, false), at("c", 1, 16, true)]
        );
        assert_eq!(of("/* a /* b */ c */ d").last(), Some(&at("d", 1, 19, true)));
    }

    #[test]
    fn identifiers_are_split_by_case_and_underscore() {
        assert_eq!(parts("HTTPAnswers_left2Right"), ["http", "answers", "left2", "right"]);
        assert_eq!(parts("AT_HAND"), ["at", "hand"]);
    }
}
