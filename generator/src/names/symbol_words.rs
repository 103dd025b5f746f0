//! Words for symbols, which identifiers cannot contain.

use super::identifier::{unicode_continue, unicode_start};

/// Returns the words for a text without letters and digits; `None` for one that has some.
pub(super) fn words_of_symbols(text: &str) -> Option<Vec<String>> {
    if text.is_empty() {
        return Some(vec!["Empty".to_owned()]);
    }
    if text.chars().any(unicode_continue) {
        return None;
    }
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let pair = PAIRS.iter().find(|(pair, _)| rest.starts_with(pair));
        match pair {
            Some((pair, word)) => {
                words.push((*word).to_owned());
                rest = &rest[pair.len()..];
            }
            None => {
                words.push(symbol(c));
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    Some(words)
}

/// Returns the text with the sign of a number it begins with as a word.
pub(super) fn leading_sign(text: &str) -> String {
    let number = text.strip_prefix(['+', '-']).filter(|number| number.starts_with(|c: char| c.is_ascii_digit()));
    match number {
        Some(number) if text.starts_with('+') => format!("Plus {number}"),
        Some(number) => format!("Minus {number}"),
        None => text.to_owned(),
    }
}

/// Returns the text with all symbols but those that part words as words; a dash before a digit is a sign.
pub(super) fn signs(text: &str) -> String {
    spelt(text, |c, next| match c {
        '-' => next.is_some_and(|next| next.is_ascii_digit()),
        ' ' | '_' | '.' | '/' | ',' | ':' | ';' | '\'' | '"' | '(' | ')' | '[' | ']' | '{' | '}' => false,
        _ => true,
    })
}

/// Returns the text with all symbols as words.
pub(super) fn symbols(text: &str) -> String {
    spelt(text, |_, _| true)
}

/// Returns what the letters of a text have in common.
pub(super) fn letters(text: &str) -> &'static str {
    let has_upper = text.chars().any(char::is_uppercase);
    let has_lower = text.chars().any(char::is_lowercase);
    match (has_upper, has_lower) {
        (true, false) => "uppercase",
        (false, true) => "lowercase",
        (true, true) if text.starts_with(char::is_uppercase) => "capitalized",
        (true, true) => "camel case",
        (false, false) => "",
    }
}

fn spelt(text: &str, is_spelt: impl Fn(char, Option<char>) -> bool) -> String {
    let mut spelt = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if is_letter(c) || !is_spelt(c, next) {
            spelt.push(c);
            continue;
        }
        let is_dash = c == '-' && !next.is_some_and(|next| next.is_ascii_digit());
        spelt.push(' ');
        spelt.push_str(if is_dash { "Dash" } else { "" });
        if !is_dash {
            spelt.push_str(&symbol(c));
        }
        spelt.push(' ');
    }
    spelt
}

fn is_letter(c: char) -> bool {
    unicode_start(c) || unicode_continue(c)
}

/// Two symbols that are one.
const PAIRS: [(&str, &str); 4] =
    [("<=", "LessOrEqual"), (">=", "GreaterOrEqual"), ("!=", "NotEqual"), ("==", "DoubleEqual")];

/// Returns the word for a symbol, or else its code point.
fn symbol(c: char) -> String {
    let word = match c {
        ' ' => "Space",
        '!' => "Not",
        '"' => "DoubleQuote",
        '#' => "Hash",
        '$' => "Dollar",
        '%' => "Percent",
        '&' => "And",
        '\'' => "Quote",
        '(' => "OpeningParenthesis",
        ')' => "ClosingParenthesis",
        '*' => "Star",
        '+' => "Plus",
        ',' => "Comma",
        '-' => "Minus",
        '.' => "Dot",
        '/' => "Slash",
        ':' => "Colon",
        ';' => "Semicolon",
        '<' => "Less",
        '=' => "Equal",
        '>' => "Greater",
        '?' => "Question",
        '@' => "At",
        '[' => "OpeningBracket",
        '\\' => "Backslash",
        ']' => "ClosingBracket",
        '^' => "Caret",
        '_' => "Underscore",
        '`' => "Backtick",
        '{' => "OpeningBrace",
        '|' => "Pipe",
        '}' => "ClosingBrace",
        '~' => "Tilde",
        other => return format!("U{:04X}", u32::from(other)),
    };
    word.to_owned()
}
