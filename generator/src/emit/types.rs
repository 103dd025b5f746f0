//! Types of the model in Rust's spelling, and the imports that their items need.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::imports::{Imports, Items};
use crate::ir::{Api, Field, Presence, Scalar, Shape, Storage, Type, TypeDef};
use crate::names::Name;

/// What the runtime's root gives to models.
const ROOT: &[&str] = &[
    "Base64",
    "Base64Url",
    "Date",
    "DateTime",
    "Decimal",
    "IntoDecimal",
    "Json",
    "Map",
    "Nullable",
    "Secret",
    "UnknownValue",
    "Upload",
];
/// What the runtime's codegen gives to models.
const CODEGEN: &[&str] = &[
    "Additional",
    "Condition",
    "Entries",
    "Extra",
    "Field",
    "Constraints",
    "Mode",
    "Object",
    "OpenEnum",
    "Rule",
    "Slots",
    "Table",
    "Union",
    "UnionTable",
    "Value",
    "Variant",
];

/// Returns a type as fields and elements spell it.
pub(crate) fn rust_type(api: &Api, ty: &Type) -> TokenStream {
    match ty {
        Type::Named(id) => {
            let name = api.types.get(*id).name.ident();
            quote!(#name)
        }
        Type::Scalar(Scalar::Text) => quote!(String),
        Type::Scalar(Scalar::Secret) => quote!(Secret),
        Type::Scalar(Scalar::Date) => quote!(Date),
        Type::Scalar(Scalar::DateTime) => quote!(DateTime),
        Type::Scalar(Scalar::Base64) => quote!(Base64),
        Type::Scalar(Scalar::Base64Url) => quote!(Base64Url),
        Type::Scalar(Scalar::Upload) => quote!(Upload),
        Type::Scalar(Scalar::Unsigned32) => quote!(u32),
        Type::Scalar(Scalar::Unsigned64) => quote!(u64),
        Type::Scalar(Scalar::Decimal) => quote!(Decimal),
        Type::Scalar(Scalar::Integer32) => quote!(i32),
        Type::Scalar(Scalar::Integer64) => quote!(i64),
        Type::Scalar(Scalar::Boolean) => quote!(bool),
        Type::List(element) => {
            let element = rust_type(api, element);
            quote!(Vec<#element>)
        }
        Type::Map(value) => {
            let value = rust_type(api, value);
            quote!(Map<#value>)
        }
        Type::Nullable(inner) => {
            let inner = rust_type(api, inner);
            quote!(Nullable<#inner>)
        }
        Type::Json => quote!(Json),
    }
}

/// Returns the type of a field: its own, as often absent or null as its presence allows.
pub(crate) fn field_type(api: &Api, field: &Field) -> TokenStream {
    let ty = stored_type(api, field);
    match field.presence {
        Presence::Required => ty,
        Presence::Optional | Presence::Sent | Presence::Tag => quote!(Option<#ty>),
        Presence::Nullable => quote!(Nullable<#ty>),
        Presence::OptionalNullable | Presence::SentNullable => quote!(Option<Nullable<#ty>>),
    }
}

fn stored_type(api: &Api, field: &Field) -> TokenStream {
    let ty = rust_type(api, &field.ty);
    match field.storage {
        Storage::Inline => ty,
        Storage::Boxed => quote!(Box<#ty>),
    }
}

/// How an argument of a type is taken, and the expression that makes the field's value of it.
pub(super) struct Argument {
    pub(super) ty: TokenStream,
    pub(super) value: TokenStream,
}

/// Returns the argument that sets a field: whatever converts without loss.
pub(super) fn argument(api: &Api, field: &Field) -> Argument {
    let name = field.name.ident();
    if field.presence.is_nullable() {
        let ty = stored_type(api, field);
        return Argument { ty: quote!(impl Into<Nullable<#ty>>), value: quote!(#name.into()) };
    }
    let Argument { ty, value } = argument_of(api, &name, &field.ty);
    match field.storage {
        Storage::Inline => Argument { ty, value },
        Storage::Boxed => Argument { ty, value: quote!(Box::new(#value)) },
    }
}

/// Returns the argument of a name that becomes a value of a type.
pub(super) fn argument_of(api: &Api, name: &Ident, of: &Type) -> Argument {
    match api.types.resolve(of) {
        Type::List(element) => match conversion(api, element) {
            Some(Conversion { bound, of, method }) => Argument {
                ty: quote!(impl IntoIterator<Item = impl #bound>),
                value: quote!(#name.into_iter().map(#of::#method).collect()),
            },
            None => {
                let element = rust_type(api, element);
                Argument { ty: quote!(impl IntoIterator<Item = #element>), value: quote!(#name.into_iter().collect()) }
            }
        },
        Type::Map(value) => match conversion(api, value) {
            Some(Conversion { bound, method, .. }) => Argument {
                ty: quote!(impl IntoIterator<Item = (impl Into<String>, impl #bound)>),
                value: quote!(#name.into_iter().map(|(name, value)| (name.into(), value.#method())).collect()),
            },
            None => {
                let value = rust_type(api, value);
                let value_of = quote!(#name.into_iter().map(|(name, value)| (name.into(), value)).collect());
                Argument { ty: quote!(impl IntoIterator<Item = (impl Into<String>, #value)>), value: value_of }
            }
        },
        _ => match conversion(api, of) {
            Some(Conversion { bound, method, .. }) => {
                Argument { ty: quote!(impl #bound), value: quote!(#name.#method()) }
            }
            None => Argument { ty: rust_type(api, of), value: quote!(#name) },
        },
    }
}

/// How an argument converts into what a field has.
struct Conversion {
    /// The trait of arguments that do.
    bound: TokenStream,
    /// The same without its parameters.
    of: TokenStream,
    method: TokenStream,
}

/// Returns what arguments of a type are converted by, where conversion helps.
fn conversion(api: &Api, ty: &Type) -> Option<Conversion> {
    let target = match api.types.resolve(ty) {
        // Not `Into`: integers must not convert, and the compiler has to say why.
        Type::Scalar(Scalar::Decimal) => {
            let name = quote!(IntoDecimal);
            return Some(Conversion { bound: name.clone(), of: name, method: quote!(into_decimal) });
        }
        Type::Scalar(Scalar::Text) => quote!(String),
        Type::Scalar(Scalar::Secret) => quote!(Secret),
        Type::Json => quote!(Json),
        // By the name the field has for it, which may be an alias.
        Type::Named(id) if matches!(api.types.get(*id).shape, Shape::Union(_)) => rust_type(api, ty),
        Type::Scalar(_) | Type::Named(_) | Type::List(_) | Type::Map(_) | Type::Nullable(_) => return None,
    };
    Some(Conversion { bound: quote!(Into<#target>), of: quote!(Into), method: quote!(into) })
}

/// Returns the types of the document that a type mentions.
pub(super) fn mentioned<'a>(api: &'a Api, ty: &Type) -> Option<&'a TypeDef> {
    match ty {
        Type::Named(id) => Some(api.types.get(*id)),
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => mentioned(api, inner),
        Type::Scalar(_) | Type::Json => None,
    }
}

/// Returns the same, and those of what it stands for, if it is an alias: arguments are spelt without it.
pub(super) fn mentioned_through_aliases<'a>(api: &'a Api, ty: &'a Type) -> impl Iterator<Item = &'a TypeDef> {
    [ty, api.types.resolve(ty)].into_iter().filter_map(|ty| mentioned(api, ty))
}

/// Returns the items of a type with the imports that they need.
pub(super) fn with_imports<'a>(
    mentioned: impl IntoIterator<Item = &'a TypeDef>,
    definition: &'a TypeDef,
    idents: &BTreeSet<String>,
    items: TokenStream,
) -> Items<'a> {
    let names = mentioned.into_iter().map(|other| other.name.rust());
    let others = names.filter(|name| *name != definition.name.rust());
    Items { imports: Imports::of(idents, others, CODEGEN, ROOT), tokens: items }
}

/// Lets a setter be called like a binary operator, for which clippy would have a trait.
pub(super) fn like_operator(setter: &Name) -> Option<TokenStream> {
    const OPERATORS: &[&str] = &["add", "sub", "mul", "div", "rem", "shl", "shr", "bitand", "bitor", "bitxor"];
    let is_one = OPERATORS.contains(&setter.rust());
    is_one.then(|| quote!(#[allow(clippy::should_implement_trait, reason = "it is called as on the wire")]))
}
