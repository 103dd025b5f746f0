//! Unions: one row a variant, with what it holds, how it looks from outside and what it is made from.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::imports::{self, Items};
use super::types::{self, rust_type};
use crate::ir::{Alternative, Api, Discriminator, Notation, Scalar, Shape, Type, TypeDef, Union, Usage};

/// Returns the items of one union.
pub(super) fn emit<'a>(api: &'a Api, definition: &'a TypeDef, union: &'a Union) -> Items<'a> {
    let name = definition.name.ident();
    let docs = docs::attributes(&docs::of_type(definition));
    let rows = union.alternatives.iter().map(|alternative| {
        let (variant, held) = (alternative.name.ident(), held_type(api, &alternative.ty));
        let docs = docs::attributes(&docs_of(api, alternative));
        let form = form(api, alternative);
        let from = sources(api, definition, union, alternative);
        quote!(#docs #variant(#held) = #form #from;)
    });
    let discriminator = union.discriminator.as_ref().map(|discriminator| match discriminator {
        Discriminator::Declared(property) => quote!(.discriminator(#property)),
        Discriminator::Inferred(property) => quote!(.inferred_tag(#property)),
    });
    let exchanged = (definition.usage == Usage::Both).then(|| quote!(.exchanged()));
    let items = quote! {
        sdk_runtime::union! {
            #docs
            pub enum #name {
                #(#rows)*
            }
            #discriminator
            #exchanged
        }
    };
    let types = union.alternatives.iter().flat_map(|one| types::mentioned_through_aliases(api, &one.ty));
    types::with_imports(types, definition, &scope(api, definition, union), items)
}

/// Returns the identifiers that a union needs in scope. Variants are called like anything, so only the types of the
/// rows are looked at.
fn scope(api: &Api, definition: &TypeDef, union: &Union) -> BTreeSet<String> {
    let held = union.alternatives.iter().map(|alternative| held_type(api, &alternative.ty));
    let sources = union.alternatives.iter().filter_map(|alternative| sources(api, definition, union, alternative));
    imports::idents(&held.chain(sources).collect())
}

fn docs_of(api: &Api, alternative: &Alternative) -> Vec<String> {
    let paragraphs = docs::paragraphs(&alternative.docs, None);
    if paragraphs.iter().any(|paragraph| !paragraph.trim().is_empty()) {
        return paragraphs;
    }
    vec![match types::mentioned(api, &alternative.ty) {
        Some(model) => format!("A value of the type [`{0}`](crate::{0}).", model.name.rust()),
        None => format!("{}.", docs::code(alternative.name.wire())),
    }]
}

/// Objects are boxed, so that a union is as small as a pointer, whatever its alternatives are.
fn held_type(api: &Api, ty: &Type) -> TokenStream {
    let rust = rust_type(api, ty);
    if is_boxed(api, ty) { quote!(Box<#rust>) } else { rust }
}

fn is_boxed(api: &Api, ty: &Type) -> bool {
    let shape = api.types.resolve(ty).in_place().map(|id| &api.types.get(id).shape);
    matches!(shape, Some(Shape::Struct(_) | Shape::Union(_)))
}

/// Returns how a variant looks from outside.
fn form(api: &Api, alternative: &Alternative) -> TokenStream {
    let tags = &alternative.tags;
    if alternative.is_parent {
        return quote!(parent(&[#(#tags),*]));
    }
    match api.types.resolve(&alternative.ty) {
        Type::Scalar(scalar) => match scalar {
            Scalar::Decimal | Scalar::Integer32 | Scalar::Integer64 | Scalar::Unsigned32 | Scalar::Unsigned64 => {
                quote!(number())
            }
            Scalar::Boolean => quote!(boolean()),
            _ => quote!(text()),
        },
        Type::List(_) => quote!(list()),
        Type::Map(_) => quote!(object(&[#(#tags),*])),
        Type::Nullable(_) | Type::Json => quote!(any()),
        Type::Named(id) => match &api.types.get(*id).shape {
            Shape::Struct(_) => quote!(object(&[#(#tags),*])),
            Shape::Enum(choice) if choice.notation == Notation::Text => quote!(text()),
            Shape::Union(_) if !tags.is_empty() => quote!(object(&[#(#tags),*])),
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => quote!(any()),
        },
    }
}

/// Returns the types that a variant is made from, where no other variant holds the same.
fn sources(api: &Api, definition: &TypeDef, union: &Union, alternative: &Alternative) -> Option<TokenStream> {
    let resolved = api.types.resolve(&alternative.ty);
    if !definition.usage.is_sent() || resolved == &Type::Json {
        return None;
    }
    let spelt = without_aliases(api, &alternative.ty);
    let twins = union.alternatives.iter().filter(|other| without_aliases(api, &other.ty) == spelt);
    if twins.count() > 1 {
        return None;
    }
    let ty = rust_type(api, &alternative.ty);
    let borrowed = (resolved == &Type::Scalar(Scalar::Text)).then(|| quote!(, &str));
    Some(quote!(, from #ty #borrowed))
}

/// Returns a type as the compiler sees it: two that differ in aliases only are the same to it.
fn without_aliases(api: &Api, ty: &Type) -> String {
    let (mut spelt, mut ty) = (String::new(), ty);
    loop {
        let (mark, inner) = match api.types.resolve(ty) {
            Type::List(inner) => ('[', inner),
            Type::Map(inner) => ('{', inner),
            Type::Nullable(inner) => ('?', inner),
            other => return spelt + &rust_type(api, other).to_string(),
        };
        spelt.push(mark);
        ty = inner;
    }
}
