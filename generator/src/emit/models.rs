//! The items of a type by what it is, and the files of types.

use proc_macro2::TokenStream;
use quote::quote;

use super::imports::{self, Items};
use super::{docs, enums, structs, types, unions};
use crate::ir::{Api, Shape, Type, TypeDef};

/// Returns the tokens of a type, as if it had a file of its own and were declared there.
pub(crate) fn type_tokens(api: &Api, definition: &TypeDef) -> TokenStream {
    let Items { imports, tokens } = declaration(api, definition);
    let lines = imports.lines(&quote!(super));
    quote!(#lines #tokens)
}

/// Returns a file of types.
pub(super) fn model_file(api: &Api, types: &[&TypeDef]) -> TokenStream {
    let Items { imports, tokens } = with_types(api, Items::default(), types);
    let lines = imports.lines(&quote!(super));
    quote!(#lines #tokens)
}

/// Returns some items and those of types, which stand in one file.
pub(super) fn with_types<'a>(api: &'a Api, above: Items<'a>, types: &[&'a TypeDef]) -> Items<'a> {
    let mut all = types.iter().map(|definition| items(api, definition)).fold(above, Items::and);
    types.iter().for_each(|definition| all.imports.leave_out(definition));
    all
}

/// Returns the items of a type.
fn items<'a>(api: &'a Api, definition: &'a TypeDef) -> Items<'a> {
    match definition.alias_of {
        Some(target) => {
            let name = api.types.get(target).name.rust();
            let equal = format!("Another name for [`{name}`](crate::{name}): both have the same contract.");
            let docs: Vec<_> = docs::of_type(definition).into_iter().chain([equal]).collect();
            alias(api, definition, &docs, &Type::Named(target))
        }
        None => declaration(api, definition),
    }
}

/// Returns the items of a type that is declared where it stands.
fn declaration<'a>(api: &'a Api, definition: &'a TypeDef) -> Items<'a> {
    match &definition.shape {
        Shape::Struct(object) => structs::emit(api, definition, object),
        Shape::Enum(choice) => enums::emit(definition, choice),
        Shape::Union(union) => unions::emit(api, definition, union),
        Shape::Alias(ty) => alias(api, definition, &docs::of_type(definition), ty),
    }
}

fn alias<'a>(api: &'a Api, definition: &'a TypeDef, docs: &[String], ty: &Type) -> Items<'a> {
    let name = definition.name.ident();
    let docs = docs::attributes(docs);
    let target = types::rust_type(api, ty);
    let body = quote! {
        #docs
        pub type #name = #target;
    };
    types::with_imports(types::mentioned(api, ty), definition, &imports::idents(&body), body)
}
