//! Tokens to the text of a file.
//!
//! `prettyplease` sets no blank lines; they are put between items here, and between the members of an item.

mod invocation;

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::quote;
use syn::{File, Item, Lit};

use self::invocation::invocation;

/// The text of a file: the header as a comment, then the items.
///
/// The same tokens give the same text. Documentation may span lines; every line of it becomes one of the file's.
///
/// # Errors
///
/// When the tokens are no Rust file, which is a fault of whoever made them.
pub fn render(header: &str, tokens: TokenStream) -> Result<String, syn::Error> {
    let mut docs = Docs::default();
    let tokens = docs.lift(tokens);
    let File { shebang, frontmatter, attrs, items } = syn::parse2(tokens)?;
    let mut text: String = header.lines().map(|line| format!("// {line}\n")).collect();
    if !attrs.is_empty() {
        let head = File { shebang, frontmatter, attrs, items: Vec::new() };
        text.push('\n');
        docs.lower(&prettyplease::unparse(&head), &mut text);
    }
    let mut before = None;
    for item in items {
        let group = Grouping::of(&item);
        if group == Grouping::Alone || before != Some(group) {
            text.push('\n');
        }
        before = Some(group);
        let printed = invocation(&item).unwrap_or_else(|| spaced(&pretty(item)));
        docs.lower(&printed, &mut text);
    }
    Ok(text)
}

/// One item as it stands in a file, without blank lines between its members.
pub(crate) fn unparse(item: Item) -> String {
    invocation(&item).unwrap_or_else(|| pretty(item))
}

fn pretty(item: Item) -> String {
    prettyplease::unparse(&File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] })
}

/// Items that stand together without blank lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grouping {
    Import,
    Export,
    Module,
    Alone,
}

impl Grouping {
    fn of(item: &Item) -> Self {
        match item {
            Item::Use(item) if !item.attrs.is_empty() => Self::Alone,
            Item::Use(item) if matches!(item.vis, syn::Visibility::Inherited) => Self::Import,
            Item::Use(_) => Self::Export,
            Item::Mod(item) if item.attrs.is_empty() && item.content.is_none() => Self::Module,
            _ => Self::Alone,
        }
    }
}

/// The text of an item with blank lines before members that are documented or follow a body.
///
/// Members are indented once. Nothing else that begins so begins with a comment: `quote` writes the line breaks of
/// a string as `\n`.
fn spaced(item: &str) -> String {
    let mut text = String::with_capacity(item.len());
    let mut before = "";
    for line in item.lines() {
        let is_member = line.strip_prefix("    ").is_some_and(|member| !member.starts_with([' ', '}', ')']));
        let begins = is_member && !is_annotation(before) && !before.is_empty() && !before.ends_with('{');
        if begins && (line.starts_with("    ///") || before == "    }") {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        before = line;
    }
    text
}

/// Whether a line belongs to the member below it.
fn is_annotation(line: &str) -> bool {
    line.starts_with("    ///") || line.starts_with("    #[")
}

/// The documentation of a file, which is taken out of the tokens and put into the text: most of a file is documentation,
/// and a parser and a printer of Rust would spend most of their time on it.
#[derive(Default)]
struct Docs {
    /// The lines of each piece of documentation, in the order of their marks.
    pieces: Vec<Vec<String>>,
}

impl Docs {
    /// How the one line begins that stands for a piece of documentation; its number follows.
    const MARK: &str = "documentation_";

    /// The line that stands for a piece of documentation, if an attribute, given by its brackets, is one.
    fn mark(attribute: &TokenTree) -> Option<String> {
        let TokenTree::Group(group) = attribute else { return None };
        let lines = doc_lines(group)?;
        Some(format!("///{}", lines.first()?.trim_start()))
    }

    /// The tokens with one line for each piece of documentation.
    fn lift(&mut self, tokens: TokenStream) -> TokenStream {
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
    fn lower(&self, printed: &str, text: &mut String) {
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

/// The lines of `[doc = "..."]`, as they stand behind a comment's mark.
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
    let Lit::Str(literal) = Lit::new(literal) else { return None };
    let text = literal.value();
    let has_many = text.contains('\n');
    let lines = text.trim_end_matches('\n').split('\n').map(|line| {
        let line = line.trim_end();
        let margin = if line.is_empty() || (!has_many && line.starts_with(' ')) { "" } else { " " };
        format!("{margin}{line}")
    });
    Some(lines.collect())
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn a_file_reads_as_if_written_by_hand() {
        let docs = "The first line.\n\n    code\nThe last.\n";
        let tokens = quote! {
            #![doc = "The module."]
            use a::B;
            use c::D;
            pub use e::F;
            mod g;
            pub mod h;
            #[doc = #docs]
            pub struct S {
                #[doc = "One."]
                pub one: u8,
                pub two: u8,
                #[doc = " Three."]
                #[allow(unused)]
                pub three: u8,
            }
            impl S {
                fn a(&self) { if !self.b() { loop {} } }
                #[must_use]
                fn b(&self) -> bool { matches!(self.one, 1 | 2) }
                #[doc = "Sees."]
                fn c() {}
            }
            macro_rules! m { () => {} }
            m!();
            a::n!(A, "a b", Option<Vec<(b::C, D)>>);
        };
        let expected = "\
// @generated from somewhere.

//! The module.

use a::B;
use c::D;

pub use e::F;

mod g;
pub mod h;

/// The first line.
///
///     code
/// The last.
pub struct S {
    /// One.
    pub one: u8,
    pub two: u8,

    /// Three.
    #[allow(unused)]
    pub three: u8,
}

impl S {
    fn a(&self) {
        if !self.b() {
            loop {}
        }
    }

    #[must_use]
    fn b(&self) -> bool {
        matches!(self.one, 1 | 2)
    }

    /// Sees.
    fn c() {}
}

macro_rules! m {
    () => {};
}

m!();

a::n!(A, \"a b\", Option<Vec<(b::C, D)>>);
";
        assert_eq!(render("@generated from somewhere.", tokens).unwrap(), expected);
    }

    #[test]
    fn blank_lines_change_no_token() {
        let tokens = quote! {
            #[doc = "x"]
            enum E { #[doc = "a"] A { #[doc = "b"] b: u8, }, #[doc = "c"] C(u8), }
            static T: &str = "line\n    /// no comment";
        };
        let text = render("h", tokens).unwrap();
        let expected = quote! {
            #[doc = " x"]
            enum E { #[doc = " a"] A { #[doc = " b"] b: u8, }, #[doc = " c"] C(u8), }
            static T: &str = "line\n    /// no comment";
        };
        let again: File = syn::parse_str(&text).unwrap();
        assert_eq!(again.to_token_stream().to_string(), expected.to_string());
        assert_eq!(render("h", again.to_token_stream()).unwrap(), text);
    }

    #[test]
    fn documentation_stays_where_it_is() {
        let tokens = quote! {
            #![doc = "a"]
            #![doc = ""]
            #![doc = " b"]
            #[doc = "c"]
            #[must_use]
            #[doc = "d"]
            trait T { #[doc = "e\n\nf  "] const C: u8; #[doc = "g"] #[doc = " h"] fn f(); }
            mod m { #![doc = "i"] #[doc = "j"] enum E { #[doc = "k"] A = 1 } }
            fn f() { #[doc = " l"] static S: u8 = 1; match 1 { #[doc = " m"] _ => {} } }
            #[doc(hidden)]
            #[doc = include_str!("n")]
            static S: &str = "///documentation_0";
        };
        let expected = "\
// h

//! a
//!
//! b

/// c
#[must_use]
/// d
trait T {
    /// e
    ///
    /// f
    const C: u8;

    /// g
    /// h
    fn f();
}

mod m {
    //! i

    /// j
    enum E {
        /// k
        A = 1,
    }
}

fn f() {
    /// l
    static S: u8 = 1;
    match 1 {
        /// m
        _ => {}
    }
}

#[doc(hidden)]
#[doc = include_str!(\"n\")]
static S: &str = \"///documentation_0\";
";
        assert_eq!(render("h", tokens).unwrap(), expected);
    }

    #[test]
    fn tokens_that_are_no_file_are_an_error() {
        assert!(render("h", quote!(struct)).is_err());
    }
}
