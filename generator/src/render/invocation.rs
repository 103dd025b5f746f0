//! The layout of macro invocations, which `prettyplease` does not format.
//!
//! Braces contain rows: documentation and a line each, which ends with a semicolon. A row that is too long is broken at commas,
//! arrows, dots, equals signs or brackets, in this order.

use proc_macro2::{Delimiter, Group, Spacing, TokenTree};
use quote::ToTokens;
use syn::{Item, MacroDelimiter};

use super::doc_comments::Docs;

/// The longest line, if it can be broken.
const WIDTH: usize = 120;

const STEP: usize = 4;

/// Returns the text of an invocation without a name of its own; `None` if the item is something else.
pub(super) fn invocation(item: &Item) -> Option<String> {
    let Item::Macro(item) = item else { return None };
    if item.ident.is_some() {
        return None;
    }
    let tokens: Vec<_> = item.mac.tokens.clone().into_iter().collect();
    let mut text = format!("{}!", item.mac.path.to_token_stream()).replace(' ', "");
    match item.mac.delimiter {
        MacroDelimiter::Paren(_) => {
            let arguments = Group::new(Delimiter::Parenthesis, item.mac.tokens.clone());
            let room = WIDTH - text.len();
            text.push_str(&fit(&[TokenTree::Group(arguments)], 0, room));
            text.push_str(";\n");
        }
        MacroDelimiter::Brace(_) => {
            text.push_str(" {\n");
            rows(&tokens, STEP, &mut text);
            text.push_str("}\n");
        }
        MacroDelimiter::Bracket(_) => return None,
    }
    Some(text)
}

/// Writes rows, those in inner braces included.
fn rows(tokens: &[TokenTree], indent: usize, text: &mut String) {
    let margin = " ".repeat(indent);
    let mut rest = tokens;
    let mut is_first = true;
    while !rest.is_empty() {
        let (attributes, behind) = attributes(rest);
        let is_documented = attributes.first().is_some_and(|attribute| Docs::mark(attribute).is_some());
        if is_documented && !is_first {
            text.push('\n');
        }
        for attribute in attributes {
            let line = Docs::mark(attribute).unwrap_or_else(|| format!("#{}", spell([attribute.clone()])));
            *text += &format!("{margin}{line}\n");
        }
        // The head of a declaration ends with its braces. Those of a value stand before a semicolon.
        let end = behind.iter().position(is_semicolon).or_else(|| behind.iter().position(is_braces));
        let end = end.map_or(behind.len(), |end| end + 1);
        let (row, next) = behind.split_at(end);
        match row.split_last() {
            Some((last @ TokenTree::Group(body), head)) if is_braces(last) => {
                let inner: Vec<_> = body.stream().into_iter().collect();
                *text += &format!("{margin}{} {{\n", spell(head.iter().cloned()));
                rows(&inner, indent + STEP, text);
                *text += &format!("{margin}}}\n");
            }
            Some((TokenTree::Punct(_), head)) => *text += &format!("{margin}{};\n", fit(head, indent, WIDTH - 1)),
            // What follows the braces: calls, a line each.
            _ => {
                for call in split(row, Break::Dot) {
                    *text += &format!("{margin}{}\n", fit(call, indent, WIDTH));
                }
            }
        }
        (rest, is_first) = (next, false);
    }
}

fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Returns the attributes that a row begins with, and the rest.
fn attributes(tokens: &[TokenTree]) -> (Vec<&TokenTree>, &[TokenTree]) {
    let (mut found, mut rest) = (Vec::new(), tokens);
    while let [TokenTree::Punct(hash), attribute @ TokenTree::Group(_), behind @ ..] = rest
        && hash.as_char() == '#'
    {
        found.push(attribute);
        rest = behind;
    }
    (found, rest)
}

/// Where a line can be broken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    /// Behind a comma.
    Comma,
    /// Before `=>`.
    Arrow,
    /// Before a dot.
    Dot,
    /// Before `=`.
    Equals,
}

/// Splits tokens at the breaks of a kind that are not in brackets.
fn split(tokens: &[TokenTree], at: Break) -> Vec<&[TokenTree]> {
    let is_punct = |index: usize, char: char| matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == char);
    let mut depth = 0_usize;
    let (mut parts, mut start) = (Vec::new(), 0);
    for (index, token) in tokens.iter().enumerate() {
        let is_arrow = index > 0 && is_punct(index, '>') && (is_punct(index - 1, '=') || is_punct(index - 1, '-'));
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' && !is_arrow => depth = depth.saturating_sub(1),
            _ => {}
        }
        let end = match at {
            Break::Comma => is_punct(index, ',').then_some(index + 1),
            Break::Arrow => (is_punct(index, '=') && is_punct(index + 1, '>')).then_some(index),
            Break::Equals => (is_punct(index, '=') && !is_punct(index + 1, '>')).then_some(index),
            Break::Dot => (is_punct(index, '.') && index > 0 && !is_punct(index - 1, '.') && !is_punct(index + 1, '.'))
                .then_some(index),
        };
        if let Some(end) = end.filter(|end| depth == 0 && *end > start && *end < tokens.len()) {
            parts.push(&tokens[start..end]);
            start = end;
        }
    }
    parts.push(&tokens[start..]);
    parts
}

/// Spells tokens in as many lines as they need. The first line begins at `indent`, and the last one ends before `end`.
fn fit(tokens: &[TokenTree], indent: usize, end: usize) -> String {
    let flat = spell(tokens.iter().cloned());
    if indent + flat.chars().count() <= end {
        return flat;
    }
    let (found, behind) = attributes(tokens);
    if !found.is_empty() {
        let lines =
            found.into_iter().map(|attribute| format!("#{}\n{}", spell([attribute.clone()]), " ".repeat(indent)));
        return lines.collect::<String>() + &fit(behind, indent, end);
    }
    let margin = format!("\n{}", " ".repeat(indent + STEP));
    for at in [Break::Comma, Break::Arrow, Break::Dot, Break::Equals] {
        let parts = split(tokens, at);
        let Some((first, others)) = parts.split_first().filter(|(_, others)| !others.is_empty()) else { continue };
        let first = fit(first, indent, WIDTH);
        return others.iter().fold(first, |text, part| text + &margin + &fit(part, indent + STEP, end));
    }
    let last = tokens.iter().rposition(|token| matches!(token, TokenTree::Group(group) if !group.stream().is_empty()));
    let Some((head, [TokenTree::Group(group), tail @ ..])) = last.map(|last| tokens.split_at(last)) else {
        return flat;
    };
    let (open, close) = brackets(group.delimiter());
    let inner: Vec<_> = group.stream().into_iter().collect();
    let mut text = spell(head.iter().cloned());
    if group.delimiter() == Delimiter::Brace && !text.is_empty() {
        text.push(' ');
    }
    text += open.trim_end();
    if let ([only], Delimiter::Parenthesis) = (&split(&inner, Break::Comma)[..], group.delimiter()) {
        let tail = format!("{close}{}", spell(tail.iter().cloned()));
        let end = end.saturating_sub(text.chars().count() + tail.chars().count());
        return text + &fit(only, indent, end) + &tail;
    }
    for element in split(&inner, Break::Comma) {
        let element = match element.split_last() {
            Some((TokenTree::Punct(comma), element)) if comma.as_char() == ',' => element,
            _ => element,
        };
        text += &format!("{margin}{},", fit(element, indent + STEP, WIDTH - 1));
    }
    text + &format!("\n{}{}", " ".repeat(indent), close.trim_start()) + &spell(tail.iter().cloned())
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{ ", " }"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// Spells tokens in one line, with the blanks that people write.
fn spell(tokens: impl IntoIterator<Item = TokenTree>) -> String {
    let mut text = String::new();
    let mut operator = String::new();
    // Whether the parameters of a closure are open.
    let mut is_closure = false;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) => {
                operator.push(punct.as_char());
                let is_whole = match punct.as_char() {
                    '|' => {
                        is_closure = !is_closure;
                        true
                    }
                    _ => punct.spacing() == Spacing::Alone || matches!(operator.as_str(), "'" | "<" | ">" | "&"),
                };
                if is_whole {
                    write_operator(&operator, is_closure, &mut text);
                    operator.clear();
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                if group.delimiter() == Delimiter::Brace && !text.is_empty() && !text.ends_with(' ') {
                    text.push(' ');
                }
                text += open;
                text += &spell(group.stream());
                text += close;
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                if text.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '_' | '"' | ')' | ']' | '}')) {
                    text.push(' ');
                }
                text += &token.to_string();
            }
        }
    }
    write_operator(&operator, is_closure, &mut text);
    text.truncate(text.trim_end().len());
    text
}

/// Writes an operator with blanks around it, if it is one that has some.
fn write_operator(operator: &str, is_closure: bool, text: &mut String) {
    let (before, behind) = match operator {
        "=" | "=>" | "->" | "+" | "==" => (" ", " "),
        "," | ";" | ":" => ("", " "),
        "#" => (" ", ""),
        "|" if !is_closure => ("", " "),
        _ => ("", ""),
    };
    if !text.is_empty() && !text.ends_with(' ') {
        *text += before;
    }
    *text += operator;
    *text += behind;
}

#[cfg(test)]
mod tests {
    use proc_macro2::{TokenStream, TokenTree};
    use quote::quote;

    use super::super::doc_comments::Docs;
    use super::super::render;

    fn rendered(tokens: TokenStream) -> String {
        let text = render("h", tokens.clone()).unwrap();
        let again: TokenStream = text.parse().unwrap();
        assert_eq!(words(again), words(tokens), "it is the same to the compiler");
        text.strip_prefix("// h\n\n").unwrap().to_owned()
    }

    /// Returns all tokens, without documentation and without commas at the end of brackets.
    fn words(tokens: TokenStream) -> Vec<String> {
        let mut words = Vec::new();
        let mut rest = tokens.into_iter().peekable();
        while let Some(token) = rest.next() {
            match &token {
                TokenTree::Group(group) if Docs::mark(&token).is_some() => {
                    assert_eq!(words.pop().as_deref(), Some("#"), "{group}")
                }
                TokenTree::Group(group) => {
                    words.push(format!("{:?}", group.delimiter()));
                    words.extend(self::words(group.stream()));
                    words.push("end".to_owned());
                }
                TokenTree::Punct(punct) if punct.as_char() == ',' && rest.peek().is_none() => {}
                token => words.push(token.to_string()),
            }
        }
        words
    }

    #[test]
    fn a_row_is_a_line_under_its_documentation() {
        let tokens = quote! {
            a::object! {
                #[doc = "An order."]
                #[cfg(x)]
                pub strict struct Order: Default {
                    #[doc = "One."]
                    #[doc = ""]
                    #[doc = "And more."]
                    one: Option<Vec<u8> > = "one".max_items(3), set impl IntoIterator<Item = u8> => one.into_iter().map(|(a, b)| a).collect();
                    r#in: &'static A = "in".each(&Constraints::new().minimum("-1"));
                    #[doc = "Two."]
                    two: a::B = "two", #[deprecated(note = "no, no")] #[allow(x)] set dyn A + 'static => Mode { name: -1, of: !a };
                    ..rest: Map<fn(u8) -> u8>;
                }
                new("Makes one; or two.")
                .additional(Additional::Any)
                .rules(&[])
            }
        };
        let expected = "\
a::object! {
    /// An order.
    #[cfg(x)]
    pub strict struct Order: Default {
        /// One.
        ///
        /// And more.
        one: Option<Vec<u8>> = \"one\".max_items(3),
            set impl IntoIterator<Item = u8> => one.into_iter().map(|(a, b)| a).collect();
        r#in: &'static A = \"in\".each(&Constraints::new().minimum(\"-1\"));

        /// Two.
        two: a::B = \"two\", #[deprecated(note = \"no, no\")] #[allow(x)] set dyn A + 'static => Mode { name: -1, of: !a };
        ..rest: Map<fn(u8) -> u8>;
    }
    new(\"Makes one; or two.\")
    .additional(Additional::Any)
    .rules(&[])
}
";
        assert_eq!(rendered(tokens), expected);
    }

    #[test]
    fn long_rows_are_broken_where_people_would_break_them() {
        let (long, longer) = ("x".repeat(40), "y".repeat(70));
        let tokens = quote! {
            a::object! {
                struct A {
                    one: A = "a".max_length(1).pattern(#longer).minimum(#long).maximum("1");
                    two: A = "a", #[deprecated(note = #longer)] set impl IntoIterator<Item = (impl Into<String>, impl Into<String>)> => #longer.into_iter().collect();
                }
                .rules(&[Rule::total(15, &[#long, #long], #longer), Rule::Any { name: #long, fixed: &[(#longer, "1"), (#long, "2")] }])
            }
            b::call!(Abcdefghijklmnopqrstuvwxyz, Option<Vec<Abcdefghijklmnopqrstuvwxyz>>, Map<Abcdefghijklmnopqrstuvwxyz>, Abcdefghijklmnopqrstuvwxyz);
        };
        let expected = format!(
            "\
a::object! {{
    struct A {{
        one: A = \"a\"
            .max_length(1)
            .pattern(\"{longer}\")
            .minimum(\"{long}\")
            .maximum(\"1\");
        two: A = \"a\",
            #[deprecated(note = \"{longer}\")]
            set impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>
                => \"{longer}\".into_iter().collect();
    }}
    .rules(&[
        Rule::total(
            15,
            &[\"{long}\", \"{long}\"],
            \"{longer}\",
        ),
        Rule::Any {{
            name: \"{long}\",
            fixed: &[
                (\"{longer}\", \"1\"),
                (\"{long}\", \"2\"),
            ],
        }},
    ])
}}

b::call!(
    Abcdefghijklmnopqrstuvwxyz,
    Option<Vec<Abcdefghijklmnopqrstuvwxyz>>,
    Map<Abcdefghijklmnopqrstuvwxyz>,
    Abcdefghijklmnopqrstuvwxyz,
);
"
        );
        assert_eq!(rendered(tokens), expected);
    }
}
