//! Doc comments, which bypass the parser and the printer of Rust.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::quote;
use syn::Lit;

/// The documentation of a file, which is taken out of the tokens and put into the text: most of a file is documentation,
/// and a parser and a printer of Rust would spend most of their time on it.
#[derive(Default)]
pub(super) struct Docs {
    /// The lines of each piece of documentation, in the order of their marks.
    pieces: Vec<Vec<String>>,
}

impl Docs {
    /// How the one line begins that stands for a piece of documentation; its number follows.
    const MARK: &str = "documentation_";

    /// Returns the line that stands for a piece of documentation, if an attribute, given by its brackets, is one.
    pub(super) fn mark(attribute: &TokenTree) -> Option<String> {
        let TokenTree::Group(group) = attribute else { return None };
        let lines = doc_lines(group)?;
        Some(format!("///{}", lines.first()?.trim_start()))
    }

    /// Returns the tokens with one line for each piece of documentation.
    pub(super) fn lift(&mut self, tokens: TokenStream) -> TokenStream {
        let mut lifted = Vec::new();
        let mut marks = Vec::new();
        // How many marks the attribute before has, if it is documentation: `#`, or `#!` for what is around it.
        let mut before = 0;
        // Whether the next braces are the body of a function: much code, and nothing in it is documented.
        let mut is_body = false;
        for token in tokens {
            let token = match token {
                TokenTree::Punct(punct) if matches!(punct.as_char(), '#' | '!') => {
                    marks.push(TokenTree::Punct(punct));
                    continue;
                }
                TokenTree::Group(group) if !marks.is_empty() && group.delimiter() == Delimiter::Bracket => {
                    if let Some(lines) = doc_lines(&group) {
                        match self.pieces.last_mut().filter(|_| before == marks.len()) {
                            Some(piece) => {
                                piece.extend(lines);
                                marks.clear();
                            }
                            None => {
                                before = marks.len();
                                let line = Literal::string(&format!("{}{}", Self::MARK, self.pieces.len()));
                                self.pieces.push(lines);
                                lifted.append(&mut marks);
                                lifted.push(Group::new(Delimiter::Bracket, quote!(doc = #line)).into());
                            }
                        }
                        continue;
                    }
                    TokenTree::Group(group)
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_body => {
                    let mut inner = Group::new(Delimiter::Brace, self.lift(group.stream()));
                    inner.set_span(group.span());
                    TokenTree::Group(inner)
                }
                other => other,
            };
            is_body = match &token {
                TokenTree::Ident(word) => is_body || word == "fn",
                TokenTree::Punct(punct) => is_body && !matches!(punct.as_char(), ',' | ';'),
                TokenTree::Group(group) => is_body && group.delimiter() != Delimiter::Brace,
                TokenTree::Literal(_) => is_body,
            };
            before = 0;
            lifted.append(&mut marks);
            lifted.push(token);
        }
        lifted.append(&mut marks);
        lifted.into_iter().collect()
    }

    /// Appends text with the documentation where it was.
    pub(super) fn lower(&self, printed: &str, text: &mut String) {
        for line in printed.split_inclusive('\n') {
            let start = line.trim_start();
            let (comment, mark) = start.split_at_checked(3).unwrap_or((start, ""));
            let number = mark.strip_prefix(Self::MARK).and_then(|number| number.trim_end().parse().ok());
            match number.and_then(|number: usize| self.pieces.get(number)) {
                Some(piece) => {
                    for doc in piece {
                        text.push_str(&line[..line.len() - start.len()]);
                        text.push_str(comment);
                        text.push_str(doc);
                        text.push('\n');
                    }
                }
                None => text.push_str(line),
            }
        }
    }
}

/// Returns the lines of `[doc = "..."]`, as they stand behind a comment's mark.
fn doc_lines(group: &Group) -> Option<Vec<String>> {
    let mut tokens = group.stream().into_iter();
    match tokens.next()? {
        TokenTree::Ident(doc) if doc == "doc" => {}
        _ => return None,
    }
    let (TokenTree::Punct(_), TokenTree::Literal(literal), None) = (tokens.next()?, tokens.next()?, tokens.next())
    else {
        return None;
    };
    let text = text_of(literal)?;
    let has_many = text.contains('\n');
    let lines = text.trim_end_matches('\n').split('\n').map(|line| {
        let line = line.trim_end();
        let margin = if line.is_empty() || (!has_many && line.starts_with(' ')) { "" } else { " " };
        format!("{margin}{line}")
    });
    Some(lines.collect())
}

/// Returns the text of a literal, if it is one of text.
fn text_of(literal: Literal) -> Option<String> {
    let spelled = literal.to_string();
    let plain = spelled.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(unescaped);
    plain.or_else(|| match Lit::new(literal) {
        Lit::Str(literal) => Some(literal.value()),
        _ => None,
    })
}

/// Returns a text without the escapes that documentation usually has, and nothing if it has others: the parser of literals takes long.
fn unescaped(spelled: &str) -> Option<String> {
    let mut pieces = spelled.split('\\');
    let mut text = pieces.next()?.to_owned();
    while let Some(piece) = pieces.next() {
        match piece.chars().next() {
            Some('n') => text.push('\n'),
            Some('"') => text.push('"'),
            // Two backslashes: what is behind the second is the next piece.
            None => {
                text.push('\\');
                text.push_str(pieces.next()?);
                continue;
            }
            Some(_) => return None,
        }
        text.push_str(&piece[1..]);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_gives_its_text_back() {
        for text in ["", "plain", "a\nb", "\"", "\\", "\\\\n\\", "\\\"\n", "a\tb\u{7f}\0c", "é\u{200b}'", "\\u{41}"] {
            assert_eq!(text_of(Literal::string(text)).as_deref(), Some(text), "{text:?}");
        }
        assert_eq!(text_of(Literal::u8_suffixed(1)), None);
    }
}
