//! Unions: the alternatives, a place for values of none of them, and the table that tells them apart.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs;
use super::imports::{self, Items};
use super::types::{self, rust_type};
use crate::ir::{Alternative, Api, Notation, Scalar, Shape, Type, TypeDef, Union};

/// The items of one union.
pub(super) fn emit<'a>(api: &'a Api, definition: &'a TypeDef, union: &Union) -> Items<'a> {
    let name = definition.name.ident();
    let docs = docs::attributes(&docs::of_type(definition));
    let variants = union.alternatives.iter().map(|alternative| {
        let (variant, ty) = (alternative.name.ident(), held_type(api, &alternative.ty));
        let docs = docs::attributes(&docs_of(api, alternative));
        quote!(#docs #variant(#ty))
    });
    let contract = contract(api, definition, union);
    let conversions = definition.usage.is_sent().then(|| conversions(api, definition, union));
    let items = quote! {
        #docs
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value of none of these types; it is kept and written back as it came.
            Unknown(Json),
        }
        #contract
        #conversions
        sdk_runtime::union!(#name);
    };
    // Variants are called like anything, so only what they hold is looked at.
    let types = union.alternatives.iter().map(|alternative| held_type(api, &alternative.ty));
    let scope = imports::idents(&quote!(Union UnionTable Value Variant Json #(#types)*));
    types::with_imports_of(api, definition, &scope, items)
}

fn docs_of(api: &Api, alternative: &Alternative) -> Vec<String> {
    let told = docs::paragraphs(&alternative.docs, None);
    if told.iter().any(|paragraph| !paragraph.trim().is_empty()) {
        return told;
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

fn contract(api: &Api, definition: &TypeDef, union: &Union) -> TokenStream {
    let (name, text) = (definition.name.ident(), definition.name.rust());
    let rows = union.alternatives.iter().map(|alternative| row(api, alternative));
    let discriminator = union.discriminator.as_ref().map(|property| quote!(.discriminator(#property)));
    let variants: Vec<_> = union.alternatives.iter().map(|alternative| alternative.name.ident()).collect();
    let indices = (0..variants.len()).map(Literal::usize_unsuffixed);
    let chosen = |reference: TokenStream, arms: TokenStream| match variants.is_empty() {
        true => quote!(None),
        false => quote! {
            let value: #reference = match self {
                #(Self::#variants(value) => value,)*
                Self::Unknown(_) => return None,
            };
            #arms
        },
    };
    let get = chosen(quote!(&dyn Value), quote!(Some(value)));
    let choose = chosen(quote!(&mut dyn Value), quote!(Some(value)));
    let index = if variants.is_empty() { quote!(_) } else { quote!(index) };
    let become_one = (!variants.is_empty()).then(|| {
        quote! {
            *self = match index {
                #(#indices => Self::#variants(Value::blank()),)*
                _ => return None,
            };
        }
    });
    let others = (!variants.is_empty()).then(|| quote!(_ => None,));
    quote! {
        impl Union for #name {
            fn table(&self) -> &'static UnionTable {
                static TABLE: UnionTable = UnionTable::new(#text, &[#(#rows),*]) #discriminator;
                &TABLE
            }

            fn blank() -> Self {
                Self::Unknown(Value::blank())
            }

            fn get(&self) -> Option<&dyn Value> {
                #get
            }

            fn choose(&mut self, #index: usize) -> Option<&mut dyn Value> {
                #become_one
                #choose
            }

            fn unknown(&self) -> Option<&Json> {
                match self {
                    Self::Unknown(value) => Some(value),
                    #others
                }
            }

            fn set_unknown(&mut self, value: Json) {
                *self = Self::Unknown(value);
            }
        }
    }
}

fn row(api: &Api, alternative: &Alternative) -> TokenStream {
    let tags = &alternative.tags;
    match api.types.resolve(&alternative.ty) {
        Type::Scalar(scalar) => match scalar {
            Scalar::Decimal | Scalar::Integer32 | Scalar::Integer64 | Scalar::Unsigned32 | Scalar::Unsigned64 => {
                quote!(Variant::number())
            }
            Scalar::Boolean => quote!(Variant::boolean()),
            _ => quote!(Variant::text()),
        },
        Type::List(_) => quote!(Variant::list()),
        Type::Map(_) => quote!(Variant::object(&[#(#tags),*])),
        Type::Nullable(_) | Type::Json => quote!(Variant::any()),
        Type::Named(id) => match &api.types.get(*id).shape {
            Shape::Struct(_) => quote!(Variant::object(&[#(#tags),*])),
            Shape::Enum(choice) if choice.notation == Notation::Text => quote!(Variant::text()),
            Shape::Union(_) if !tags.is_empty() => quote!(Variant::object(&[#(#tags),*])),
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => quote!(Variant::any()),
        },
    }
}

/// A union is made of whatever one of its alternatives is made of, where that is the only one.
fn conversions(api: &Api, definition: &TypeDef, union: &Union) -> TokenStream {
    let name = definition.name.ident();
    let mut by_type: BTreeMap<String, Vec<&Alternative>> = BTreeMap::new();
    for alternative in &union.alternatives {
        by_type.entry(without_aliases(api, &alternative.ty)).or_default().push(alternative);
    }
    let unique: Vec<_> =
        union.alternatives.iter().filter(|one| by_type[&without_aliases(api, &one.ty)].len() == 1).collect();
    let conversions = unique.iter().filter(|one| api.types.resolve(&one.ty) != &Type::Json).map(|one| {
        let (variant, ty) = (one.name.ident(), rust_type(api, &one.ty));
        let value = if is_boxed(api, &one.ty) { quote!(Box::new(value)) } else { quote!(value) };
        let borrowed = (api.types.resolve(&one.ty) == &Type::Scalar(Scalar::Text)).then(|| {
            quote! {
                impl From<&str> for #name {
                    fn from(value: &str) -> Self {
                        Self::#variant(value.to_owned())
                    }
                }
            }
        });
        quote! {
            impl From<#ty> for #name {
                fn from(value: #ty) -> Self {
                    Self::#variant(#value)
                }
            }
            #borrowed
        }
    });
    quote!(#(#conversions)*)
}

/// A type as the compiler sees it: two that differ in aliases only are the same to it.
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
