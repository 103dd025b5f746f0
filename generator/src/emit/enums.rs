//! Enums: the known texts, and a place for texts not yet known.

use quote::quote;

use super::docs;
use super::imports::Items;
use crate::ir::{Enum, Notation, TypeDef};

/// Returns the items of one enum.
pub(super) fn emit(definition: &TypeDef, choice: &Enum) -> Items<'static> {
    let name = definition.name.ident();
    let docs = docs::attributes(&docs::of_type(definition));
    let variants = choice.variants.iter().map(|variant| {
        let (ident, wire) = (variant.name.ident(), variant.name.wire());
        let mut paragraphs = docs::paragraphs(&variant.docs, None);
        if variant.docs.text.is_empty() {
            paragraphs = vec![format!("{}.", docs::code(wire))];
        }
        let docs = docs::attributes(&paragraphs);
        quote!(#docs #ident = #wire;)
    });
    let notation = (choice.notation == Notation::Json).then(|| quote!(: Json));
    let tokens = quote! {
        sdk_runtime::open_enum! {
            #docs
            pub enum #name #notation {
                #(#variants)*
            }
        }
    };
    Items { tokens, ..Items::default() }
}
