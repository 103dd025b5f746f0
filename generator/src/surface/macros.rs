//! What `macro_rules!` macros make of their arguments, as far as it is items.
//!
//! Hygiene does not matter here: what is made is only listed.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};

use super::cfg_conditions::Condition;

/// One `macro_rules!` macro. Several of one name are declared under conditions that exclude each other.
#[derive(Debug)]
pub(super) struct Macro {
    /// When it is declared.
    pub(super) condition: Condition,
    /// The crate that declares it.
    home: String,
    /// Patterns and bodies.
    arms: Vec<(Vec<Part>, Vec<Part>)>,
}

impl Macro {
    /// Reads a declaration.
    pub(super) fn new(declared: &syn::ItemMacro, home: &str, condition: Condition) -> Self {
        let groups = declared.mac.tokens.clone().into_iter().filter_map(|token| match token {
            TokenTree::Group(group) => Some(parts(group.stream())),
            _ => None,
        });
        let (mut arms, mut pattern) = (Vec::new(), None);
        for group in groups {
            match pattern.take() {
                None => pattern = Some(group),
                Some(pattern) => arms.push((pattern, group)),
            }
        }
        Self { condition, home: home.to_owned(), arms }
    }

    /// Returns what a call within a crate becomes, if an arm takes it.
    pub(super) fn expand(&self, input: &TokenStream, within: &str) -> Option<TokenStream> {
        let input: Vec<_> = input.clone().into_iter().collect();
        let home = if self.home == within { quote!(crate) } else { format!("::{}", self.home).parse().ok()? };
        self.arms.iter().find_map(|(pattern, body)| {
            let mut bound = Bindings::new();
            let rest = take(pattern, &input, &mut bound)?;
            rest.is_empty().then(|| fill(body, &bound, &home))
        })
    }
}

/// A part of a pattern or of a body.
#[derive(Debug)]
enum Part {
    /// As it stands.
    Token(TokenTree),
    /// In brackets of some kind.
    Group(Delimiter, Vec<Part>),
    /// `$name`, with its fragment in a pattern.
    Variable(String, Option<String>),
    /// `$(..)`, with what separates the repetitions, and whether there is at most one.
    Repeat(Vec<Part>, Option<TokenTree>, bool),
    /// `$crate`.
    Crate,
}

impl Part {
    /// Returns the variables in here.
    fn variables(&self) -> Vec<&str> {
        match self {
            Self::Variable(name, _) => vec![name],
            Self::Group(_, inner) | Self::Repeat(inner, ..) => inner.iter().flat_map(Self::variables).collect(),
            Self::Token(_) | Self::Crate => Vec::new(),
        }
    }
}

fn parts(tokens: TokenStream) -> Vec<Part> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut parts = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        let is_dollar = matches!(first, TokenTree::Punct(punct) if punct.as_char() == '$');
        let part;
        (part, rest) = match (first, behind) {
            (_, [TokenTree::Ident(name), behind @ ..]) if is_dollar => variable(name, behind),
            (_, [TokenTree::Group(group), behind @ ..]) if is_dollar => repetition(group, behind),
            (TokenTree::Group(group), _) => (Part::Group(group.delimiter(), self::parts(group.stream())), behind),
            (token, _) => (Part::Token(token.clone()), behind),
        };
        parts.push(part);
    }
    parts
}

fn variable<'a>(name: &Ident, behind: &'a [TokenTree]) -> (Part, &'a [TokenTree]) {
    match behind {
        _ if name == "crate" => (Part::Crate, behind),
        [TokenTree::Punct(colon), TokenTree::Ident(fragment), rest @ ..] if colon.as_char() == ':' => {
            (Part::Variable(name.to_string(), Some(fragment.to_string())), rest)
        }
        _ => (Part::Variable(name.to_string(), None), behind),
    }
}

/// Reads `$(..)` with what follows on it: a separator, if there is one, and `*`, `+` or `?`.
fn repetition<'a>(group: &Group, behind: &'a [TokenTree]) -> (Part, &'a [TokenTree]) {
    let operator = |token: &TokenTree| match token {
        TokenTree::Punct(punct) if matches!(punct.as_char(), '*' | '+' | '?') => Some(punct.as_char() == '?'),
        _ => None,
    };
    let (separator, once, rest) = match behind {
        [first, rest @ ..] if operator(first).is_some() => (None, operator(first), rest),
        [separator, second, rest @ ..] if operator(second).is_some() => {
            (Some(separator.clone()), operator(second), rest)
        }
        rest => (None, None, rest),
    };
    (Part::Repeat(parts(group.stream()), separator, once == Some(true)), rest)
}

/// What the variables of a pattern stand for.
type Bindings = HashMap<String, Bound>;

#[derive(Debug, Clone)]
enum Bound {
    One(TokenStream),
    /// Those of a repetition, one by one.
    Many(Vec<Bound>),
}

/// Takes from the input what the pattern says, and returns the rest.
fn take<'a>(pattern: &[Part], input: &'a [TokenTree], bound: &mut Bindings) -> Option<&'a [TokenTree]> {
    let mut rest = input;
    for part in pattern {
        rest = match (part, rest) {
            (Part::Token(expected), [token, rest @ ..]) if token.to_string() == expected.to_string() => rest,
            (Part::Group(delimiter, inner), [TokenTree::Group(group), rest @ ..])
                if group.delimiter() == *delimiter =>
            {
                let tokens: Vec<_> = group.stream().into_iter().collect();
                take(inner, &tokens, bound)?.is_empty().then_some(rest)?
            }
            (Part::Variable(name, Some(kind)), rest) => {
                let (tokens, rest) = fragment(kind, rest)?;
                bound.insert(name.clone(), Bound::One(tokens));
                rest
            }
            (Part::Repeat(inner, separator, once), rest) => {
                repeat(inner, separator.as_ref(), if *once { 1 } else { usize::MAX }, rest, bound)
            }
            _ => return None,
        };
    }
    Some(rest)
}

fn repeat<'a>(
    inner: &[Part],
    separator: Option<&TokenTree>,
    most: usize,
    input: &'a [TokenTree],
    bound: &mut Bindings,
) -> &'a [TokenTree] {
    let names: Vec<_> = inner.iter().flat_map(Part::variables).collect();
    let mut many: HashMap<&str, Vec<Bound>> = names.iter().map(|name| (*name, Vec::new())).collect();
    let (mut rest, mut times) = (input, 0);
    while times < most {
        let start = match (separator, times) {
            (Some(separator), 1..) => match rest {
                [token, behind @ ..] if token.to_string() == separator.to_string() => behind,
                _ => break,
            },
            _ => rest,
        };
        let mut once = Bindings::new();
        match take(inner, start, &mut once) {
            Some(behind) if behind.len() < rest.len() => rest = behind,
            _ => break,
        }
        for (name, found) in &mut many {
            found.extend(once.remove(*name));
        }
        times += 1;
    }
    bound.extend(many.into_iter().map(|(name, found)| (name.to_owned(), Bound::Many(found))));
    rest
}

/// Returns the tokens of one fragment, and the rest.
fn fragment<'a>(kind: &str, input: &'a [TokenTree]) -> Option<(TokenStream, &'a [TokenTree])> {
    let first = |is_it: bool| is_it.then(|| input.split_at(1));
    let (taken, rest) = match (kind, input.first()) {
        ("tt", Some(_)) | ("ident", Some(TokenTree::Ident(_))) => first(true)?,
        ("block", Some(TokenTree::Group(group))) => first(group.delimiter() == Delimiter::Brace)?,
        ("literal", _) => parsed::<syn::Lit>(input, syn::Lit::parse)?,
        ("lifetime", _) => parsed::<syn::Lifetime>(input, syn::Lifetime::parse)?,
        ("ty", _) => parsed::<syn::Type>(input, syn::Type::parse)?,
        ("path", _) => parsed::<syn::Path>(input, syn::Path::parse)?,
        ("expr", _) => parsed::<syn::Expr>(input, syn::Expr::parse)?,
        ("vis", _) => parsed::<syn::Visibility>(input, syn::Visibility::parse)?,
        ("item", _) => parsed::<syn::Item>(input, syn::Item::parse)?,
        ("meta", _) => parsed::<syn::Meta>(input, syn::Meta::parse)?,
        ("pat" | "pat_param", _) => parsed::<syn::Pat>(input, syn::Pat::parse_single)?,
        _ => return None,
    };
    Some((taken.iter().cloned().collect(), rest))
}

/// Splits the input behind what can be parsed.
fn parsed<T: ToTokens>(
    input: &[TokenTree],
    parse: fn(ParseStream<'_>) -> syn::Result<T>,
) -> Option<(&[TokenTree], &[TokenTree])> {
    let split = |stream: ParseStream<'_>| {
        parse(stream)?;
        stream.parse::<TokenStream>()
    };
    let rest = split.parse2(input.iter().cloned().collect()).ok()?.into_iter().count();
    input.split_at_checked(input.len().checked_sub(rest)?)
}

/// Returns a body with what the variables stand for.
fn fill(body: &[Part], bound: &Bindings, home: &TokenStream) -> TokenStream {
    let mut made = TokenStream::new();
    for part in body {
        match part {
            Part::Token(token) => made.extend([token.clone()]),
            Part::Group(delimiter, inner) => {
                made.extend([TokenTree::Group(Group::new(*delimiter, fill(inner, bound, home)))]);
            }
            Part::Variable(name, _) => match bound.get(name) {
                Some(Bound::One(tokens)) => made.extend(tokens.clone()),
                // A variable of a macro that the body declares.
                _ => made.extend(format!("${name}").parse::<TokenStream>().unwrap_or_default()),
            },
            Part::Repeat(inner, separator, _) => {
                let names: Vec<_> = inner.iter().flat_map(Part::variables).collect();
                let count = names.iter().filter_map(|name| match bound.get(*name) {
                    Some(Bound::Many(found)) => Some(found.len()),
                    _ => None,
                });
                for index in 0..count.max().unwrap_or_default() {
                    let once = bound.iter().filter_map(|(name, value)| match value {
                        Bound::Many(found) if names.contains(&name.as_str()) => {
                            Some((name.clone(), found.get(index)?.clone()))
                        }
                        value => Some((name.clone(), value.clone())),
                    });
                    made.extend((index > 0).then(|| separator.clone()).flatten());
                    made.extend(fill(inner, &once.collect(), home));
                }
            }
            Part::Crate => made.extend(home.clone()),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(declaration: &str, input: &str) -> Option<String> {
        let declared: syn::ItemMacro = syn::parse_str(declaration).unwrap();
        let made = Macro::new(&declared, "rt", Condition::default()).expand(&input.parse().unwrap(), "mine")?;
        Some(made.to_string().split_whitespace().collect())
    }

    #[test]
    fn calls_become_what_the_first_fitting_arm_says() {
        let declaration = "macro_rules! m {
            ($name:ident) => { impl $crate::Value for $name {} };
            ($($of:ty as $node:ident: $text:literal),* $(,)?) => { $(impl From<$of> for $node { const T: &str = $text; })* };
            ([$($a:ident $(: $b:path)?);+] $v:vis) => { $($v struct $a { f: (0 $(, $b)?) })+ };
        }";
        for (input, made) in [
            ("Order", "impl::rt::ValueforOrder{}"),
            (
                "Vec<u8> as A: \"x\", u8 as B: \"y\",",
                "implFrom<Vec<u8>>forA{constT:&str=\"x\";}implFrom<u8>forB{constT:&str=\"y\";}",
            ),
            ("", ""),
            ("[A: b::C; D] pub", "pubstructA{f:(0,b::C)}pubstructD{f:(0)}"),
        ] {
            assert_eq!(expanded(declaration, input).as_deref(), Some(made), "{input}");
        }
        assert_eq!(expanded(declaration, "1 + 1"), None);
    }

    #[test]
    fn odd_declarations_harm_nobody() {
        for declaration in ["macro_rules! m { }", "macro_rules! m { ($) => {$}; ($x:) => ($($x)); (}) => }"] {
            if let Ok(declared) = syn::parse_str::<syn::ItemMacro>(declaration) {
                Macro::new(&declared, "rt", Condition::default()).expand(&quote!(a b), "mine");
            }
        }
        assert_eq!(expanded("macro_rules! m { ($($x:vis)*) => { a } }", ""), Some("a".to_owned()));
    }
}
