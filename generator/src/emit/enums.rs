//! Enums: the known texts, and a place for texts not yet known.

use quote::quote;

use super::imports::{self, Items};
use super::{docs, types};
use crate::ir::{Api, Enum, Notation, TypeDef};

/// The items of one enum.
pub(super) fn emit<'a>(api: &'a Api, definition: &'a TypeDef, choice: &Enum) -> Items<'a> {
    let name = definition.name.ident();
    let text = name.to_string();
    let docs = docs::attributes(&docs::of_type(definition));
    let variants = choice.variants.iter().map(|variant| {
        let ident = variant.name.ident();
        let mut paragraphs = docs::paragraphs(&variant.docs, None);
        if variant.docs.text.is_empty() {
            paragraphs = vec![format!("{}.", docs::code(variant.name.wire()))];
        }
        let docs = docs::attributes(&paragraphs);
        quote!(#docs #ident)
    });
    let values = choice.variants.iter().map(|variant| {
        let (wire, ident) = (variant.name.wire(), variant.name.ident());
        quote!((#wire, Self::#ident))
    });
    let notation = (choice.notation == Notation::Json).then(|| {
        quote!(
            const JSON: bool = true;
        )
    });
    let items = quote! {
        #docs
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that this version does not know; it is kept and written back as it came.
            Unknown(UnknownValue),
        }

        impl OpenEnum for #name {
            const NAME: &'static str = #text;
            #notation
            const VALUES: &'static [(&'static str, Self)] = &[#(#values),*];

            fn unknown(value: UnknownValue) -> Self {
                Self::Unknown(value)
            }

            fn as_unknown(&self) -> Option<&UnknownValue> {
                match self {
                    Self::Unknown(value) => Some(value),
                    _ => None,
                }
            }
        }

        sdk_runtime::open_enum!(#name);
    };
    // Variants are called like anything.
    let scope = imports::idents(&quote!(OpenEnum UnknownValue));
    types::with_imports_of(api, definition, &scope, items)
}
