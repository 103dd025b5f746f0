//! Pieces of Rust syntax on one line, and the attributes of items.

use syn::{Attribute, Item, Type};

use crate::render::unparse;

/// The names on the way to an item; in a [`Tree`] the first is that of a crate.
pub(super) type Path = Vec<String>;

/// Returns the names in a path, without what stands in angle brackets.
pub(super) fn names(path: &syn::Path) -> Path {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// Returns a type on one line.
pub(super) fn as_written(ty: &Type) -> String {
    let text = flat(&unparse(syn::parse_quote!(type T = #ty;)));
    text.trim_start_matches("type T = ").trim_end_matches(';').to_owned()
}

/// Returns the attributes of an item.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Prints code on one line.
pub(super) fn flat(code: &str) -> String {
    let line = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.replace("( ", "(").replace(", )", ")").replace("< ", "<").replace(", >", ">");
    line.replace(" )", ")").replace(" .", ".")
}

/// Tokens without the blanks that separate them.
pub(super) fn squeeze(tokens: &str) -> String {
    let mut text = flat(tokens);
    for (wide, narrow) in
        [(" :: ", "::"), (" :", ":"), (" <", "<"), (" >", ">"), (" ,", ","), (" (", "("), ("# [", "#["), (" !", "!")]
    {
        text = text.replace(wide, narrow);
    }
    text
}

pub(super) fn child(path: &[String], name: &str) -> Path {
    path.iter().cloned().chain([name.to_owned()]).collect()
}
