//! Renders tokens as the text of a file.
//!
//! `render` knows the layout of Rust, and nothing of what the items mean.
//!
//! `prettyplease` sets no blank lines; they are put between items here, and between the members of an item.

mod doc_comments;
mod invocation;

use proc_macro2::TokenStream;
use syn::{File, Item};

use self::doc_comments::Docs;
use self::invocation::invocation;

/// Returns the text of a file: the header as a comment, then the items.
///
/// The same tokens give the same text. Documentation may span lines; every line of it becomes one of the file's.
///
/// # Errors
///
/// When the tokens are not a Rust file, which is a bug of the caller.
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

/// Renders one item as in a file, without blank lines between its members.
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

/// Returns the text of an item with blank lines before members that are documented or follow a body.
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

/// Returns whether a line belongs to the member below it.
fn is_annotation(line: &str) -> bool {
    line.starts_with("    ///") || line.starts_with("    #[")
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};

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
