//! Items apart from the file that they stand in, and the `use` lines of a file.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::{format_ident, quote};

use crate::ir::TypeDef;
use crate::names::Name;

/// Items, and the names that they take from elsewhere.
#[derive(Debug, Default)]
pub(super) struct Items<'a> {
    pub(super) imports: Imports<'a>,
    pub(super) tokens: TokenStream,
}

impl Items<'_> {
    /// Returns these items and others below them.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.imports.models.extend(others.imports.models);
        self.imports.codegen.extend(others.imports.codegen);
        self.imports.root.extend(others.imports.root);
        self.tokens.extend(others.tokens);
        self
    }
}

/// The names that the items of a file take from elsewhere, each once.
#[derive(Debug, Default)]
pub(super) struct Imports<'a> {
    /// Types of the document.
    pub(super) models: BTreeSet<&'a str>,
    /// Names of the runtime's codegen.
    pub(super) codegen: BTreeSet<&'static str>,
    /// Names of the runtime's root.
    pub(super) root: BTreeSet<&'static str>,
}

impl<'a> Imports<'a> {
    /// Returns those of some names that are among the identifiers of the items.
    pub(super) fn of(
        idents: &BTreeSet<String>,
        models: impl IntoIterator<Item = &'a str>,
        codegen: &[&'static str],
        root: &[&'static str],
    ) -> Self {
        let used = |names: &[&'static str]| names.iter().copied().filter(|name| idents.contains(*name)).collect();
        let models = models.into_iter().filter(|name| idents.contains(*name)).collect();
        Self { models, codegen: used(codegen), root: used(root) }
    }

    /// Leaves out a type that stands in the same file.
    pub(super) fn leave_out(&mut self, definition: &TypeDef) {
        self.models.remove(definition.name.rust());
    }

    /// Returns the `use` lines; `models` is the path of the module that has all types of the document.
    pub(super) fn lines(&self, models: &TokenStream) -> TokenStream {
        let models = use_line(models, self.models.iter().copied());
        let codegen = use_line(&quote!(sdk_runtime::codegen), self.codegen.iter().copied());
        let root = use_line(&quote!(sdk_runtime), self.root.iter().copied());
        quote!(#models #codegen #root)
    }
}

/// Returns one `use` of some names below a path, or none.
pub(super) fn use_line<'a>(path: &TokenStream, names: impl Iterator<Item = &'a str>) -> Option<TokenStream> {
    let names: Vec<_> = names.map(|name| format_ident!("{name}")).collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(quote!(use #path::#name;)),
        names => Some(quote!(use #path::{#(#names),*};)),
    }
}

/// Returns every identifier in some tokens that has to be in scope: none that follows `::`, or that gives an associated type or a
/// variant of an invocation its name.
pub(super) fn idents(tokens: &TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![tokens.clone()];
    while let Some(tokens) = open.pop() {
        let (mut is_free, mut colons) = (true, 0);
        let trees: Vec<_> = tokens.into_iter().collect();
        for (index, tree) in trees.iter().enumerate() {
            colons = if matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':') { colons + 1 } else { 0 };
            match tree {
                TokenTree::Ident(ident) => {
                    let ident = ident.to_string();
                    let names_next = ident == "type";
                    if std::mem::replace(&mut is_free, !names_next) && !is_variant(&trees[index + 1..]) {
                        found.insert(ident);
                    }
                }
                TokenTree::Group(group) => {
                    open.push(group.stream());
                    is_free = true;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => is_free = colons < 2,
            }
        }
    }
    found
}

/// Returns whether what follows an identifier makes it a variant in a row of an invocation, such as `Json(Order) = ...`.
fn is_variant(following: &[TokenTree]) -> bool {
    let [TokenTree::Group(content), TokenTree::Punct(equals), ..] = following else { return false };
    let is_equals = equals.as_char() == '=' && equals.spacing() == Spacing::Alone;
    content.delimiter() == Delimiter::Parenthesis && is_equals
}

/// Returns the declaration of an item's module; a file is found by a name of its own accord only if that is ASCII.
pub(super) fn module(name: &Name, visibility: &TokenStream) -> TokenStream {
    let stem = name.file_stem();
    let path = (!stem.is_ascii()).then(|| {
        let file = format!("{stem}.rs");
        quote!(#[path = #file])
    });
    let module = quote::format_ident!("{stem}");
    quote!(#path #visibility mod #module;)
}
