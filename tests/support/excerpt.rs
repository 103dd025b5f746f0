//! Items of a Rust file, selected by name: the part of a generated file in a snapshot.
//!
//! An item is chosen in one of four ways:
//! - `Order`: what is declared under that name,
//! - `impl Order`: its inherent `impl` block,
//! - `Order::table`: a function, a constant or a type of any of its `impl` blocks,
//! - `call!`: the invocations of a macro.
//!
//! What no plain item has is looked for in invocations of macros: one that declares `Order` is shown whole.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parse;
use syn::{ImplItem, Item, ItemImpl, Type};

/// One way to choose an item.
enum Choice<'c> {
    Declared(&'c str),
    Inherent(&'c str),
    Member(&'c str, &'c str),
    Invocation(&'c str),
}

impl<'c> Choice<'c> {
    fn parse(text: &'c str) -> Self {
        if let Some(name) = text.strip_suffix('!') {
            return Self::Invocation(name);
        }
        match (text.strip_prefix("impl "), text.split_once("::")) {
            (Some(name), _) => Self::Inherent(name),
            (None, Some((name, member))) => Self::Member(name, member),
            (None, None) => Self::Declared(text),
        }
    }

    fn name(&self) -> &'c str {
        match self {
            Self::Declared(name) | Self::Inherent(name) | Self::Member(name, _) | Self::Invocation(name) => name,
        }
    }
}

/// Returns the lines of the items that are chosen, one item below the other.
///
/// # Errors
///
/// When the file has no such item. The message lists those that it has.
pub fn excerpt(text: &str, choices: &[String]) -> Result<String, String> {
    let items: Vec<(Item, &str)> = parsed(text);
    let mut shown: Vec<String> = Vec::new();
    for choice in choices {
        let found = chosen(&items, &Choice::parse(choice));
        if found.is_empty() {
            return Err(format!("there is no `{choice}` among {}", names(&items).join(", ")));
        }
        for text in found {
            if !shown.contains(&text) {
                shown.push(text);
            }
        }
    }
    Ok(shown.join("\n"))
}

fn chosen(items: &[(Item, &str)], choice: &Choice<'_>) -> Vec<String> {
    let plain = items.iter().flat_map(|(item, text)| match (choice, item) {
        (Choice::Inherent(name), Item::Impl(block)) if block.trait_.is_none() && is_of(block, name) => {
            vec![(*text).to_owned()]
        }
        (Choice::Member(name, member), Item::Impl(block)) if is_of(block, name) => members(text, member),
        (Choice::Invocation(name), Item::Macro(invocation))
            if invocation.mac.path.segments.last().is_some_and(|last| last.ident == name) =>
        {
            vec![(*text).to_owned()]
        }
        (Choice::Declared(name), item) if declared(item).as_deref() == Some(name) => vec![(*text).to_owned()],
        _ => Vec::new(),
    });
    let plain: Vec<_> = plain.collect();
    if !plain.is_empty() {
        return plain;
    }
    let invocations = items.iter().filter(|(item, _)| match item {
        Item::Macro(invocation) => declares(invocation.mac.tokens.clone(), choice.name()),
        _ => false,
    });
    invocations.map(|(_, text)| (*text).to_owned()).collect()
}

/// Returns the members of an `impl` block that have a name, as they stand there.
fn members(block: &str, name: &str) -> Vec<String> {
    let body = block.split_once("{\n").and_then(|(_, rest)| Some(&rest[..=rest.rfind("\n}")?]));
    let members: Vec<(ImplItem, &str)> = parsed(body.unwrap_or_default());
    let named = members.into_iter().filter(|(member, _)| match member {
        ImplItem::Fn(function) => function.sig.ident == name,
        ImplItem::Const(constant) => constant.ident == name,
        ImplItem::Type(alias) => alias.ident == name,
        _ => false,
    });
    named.map(|(_, text)| text.to_owned()).collect()
}

fn is_of(block: &ItemImpl, name: &str) -> bool {
    match &*block.self_ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == name),
        _ => false,
    }
}

fn declared(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Returns whether a name stands behind another word, as in `struct Order`. The type of a field stands behind a sign.
fn declares(tokens: TokenStream, name: &str) -> bool {
    let mut is_behind_word = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if is_behind_word && ident == name => return true,
            TokenTree::Group(group) if declares(group.stream(), name) => return true,
            TokenTree::Ident(_) => is_behind_word = true,
            _ => is_behind_word = false,
        }
    }
    false
}

fn names(items: &[(Item, &str)]) -> Vec<String> {
    let named = items.iter().filter_map(|(item, _)| match item {
        Item::Impl(block) if block.trait_.is_none() => {
            let Type::Path(path) = &*block.self_ty else { return None };
            Some(format!("impl {}", path.path.segments.last()?.ident))
        }
        Item::Macro(invocation) => Some(format!("{}!", invocation.mac.path.segments.last()?.ident)),
        item => declared(item),
    });
    named.map(|name| format!("`{name}`")).collect()
}

/// Returns what a text consists of, each with its lines: lines are taken until they parse.
///
/// Comments of the file itself belong to no item.
fn parsed<T: Parse>(text: &str) -> Vec<(T, &str)> {
    let mut found = Vec::new();
    let mut taken: Option<Range<usize>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start();
        let is_comment = trimmed.starts_with("//") && !trimmed.starts_with("/// ") && trimmed.trim_end() != "///";
        if taken.is_none() && (trimmed.is_empty() || is_comment) {
            continue;
        }
        let lines = taken.map_or(start, |lines| lines.start)..at;
        // Only a line that closes something can be the last one.
        let may_end = line.trim_end().ends_with(['}', ';']);
        match may_end.then(|| syn::parse_str(&text[lines.clone()])) {
            Some(Ok(item)) => {
                found.push((item, &text[lines]));
                taken = None;
            }
            _ => taken = Some(lines),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
// @generated

//! A file.

use std::fmt;

/// An order.
#[derive(Clone)]
pub struct Order {
    /// A note.
    pub note: String,
}

impl Order {
    /// Sets the note.
    pub fn note(self) -> Self {
        self
    }

    pub const SIZE: usize = 1;
}

impl Object for Order {
    fn table(&self) -> &'static Table {
        static TABLE: Table = Table::new();
        &TABLE
    }
}

sdk_runtime::object! {
    /// A line of an `Order`.
    strict struct Line {
        of: Option<Order> = \"of\";
    }
}
";

    fn shown(choices: &[&str]) -> Result<String, String> {
        excerpt(FILE, &choices.iter().map(|&choice| choice.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn an_item_is_shown_with_its_documentation() {
        let text = shown(&["Order"]).unwrap();
        assert!(text.starts_with("/// An order.\n#[derive(Clone)]") && text.ends_with("\n}\n"), "{text}");
        assert!(!text.contains("impl"), "{text}");
    }

    #[test]
    fn an_inherent_block_is_shown_without_those_of_traits() {
        let text = shown(&["impl Order"]).unwrap();
        assert!(text.contains("SIZE") && !text.contains("table"), "{text}");
    }

    #[test]
    fn members_of_any_block_are_shown() {
        let text = shown(&["Order::table", "Order::SIZE"]).unwrap();
        assert!(text.starts_with("    fn table") && text.ends_with("\n    pub const SIZE: usize = 1;\n"), "{text}");
    }

    #[test]
    fn an_invocation_that_declares_an_item_is_shown_whole_and_once() {
        let text = shown(&["Line", "impl Line", "Line::of"]).unwrap();
        assert!(text.starts_with("sdk_runtime::object! {\n    /// A line") && text.ends_with("\n    }\n}\n"), "{text}");
        assert_eq!(text.matches("strict").count(), 1);
    }

    #[test]
    fn an_invocation_is_shown_by_the_name_of_its_macro() {
        assert_eq!(shown(&["object!"]), shown(&["Line"]));
    }

    #[test]
    fn an_item_that_is_not_there_is_an_error() {
        let report = shown(&["Order", "Order::blank"]).unwrap_err();
        assert_eq!(report, "there is no `Order::blank` among `Order`, `impl Order`, `object!`");
        assert!(shown(&["Receipt"]).is_err());
    }
}
