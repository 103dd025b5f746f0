//! Structs: one row a field, with its wire contract and what sets it, and the few items that are no rows.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::imports::{self, Items};
use super::types::{Argument, argument, field_type, like_operator, mentioned_through_aliases, rust_type, with_imports};
use super::{docs, success_meaning};
use crate::ir::{
    Access, Additional, Api, Check, Condition, Constraints, Constructor, Enum, Field, Presence, Rule, Scalar, Shape,
    Status, Struct, Type, TypeDef, Usage, Visibility,
};

/// Returns the items of one struct: its declaration, and what only few structs have.
pub(super) fn emit<'a>(api: &'a Api, definition: &'a TypeDef, object: &Struct) -> Items<'a> {
    let declaration = declaration(api, definition, object);
    let methods = methods(api, definition, object);
    let default = default_of_settled(api, definition, object);
    let items = quote! {
        #declaration
        #methods
        #default
    };
    let types = definition.shape.types().flat_map(|ty| mentioned_through_aliases(api, ty));
    with_imports(types, definition, &imports::idents(&items), items)
}

/// Returns the fields, what makes and changes them, and the wire contract: one row each.
fn declaration(api: &Api, definition: &TypeDef, object: &Struct) -> TokenStream {
    let name = definition.name.ident();
    let mut about = docs::of_type(definition);
    about.extend(object.success.iter().flat_map(|success| success_meaning::paragraphs(success)));
    let docs = docs::attributes(&about);
    let strictness = match definition.usage {
        Usage::Request => quote!(strict),
        Usage::Response | Usage::Unused => quote!(lenient),
        Usage::Both => quote!(exchanged),
    };
    let default = has_default(definition, object).then(|| quote!(: Default));
    let rows = object.fields.iter().map(|field| {
        let (name, ty) = (field.name.ident(), field_type(api, field));
        let docs = docs::attributes(&field_paragraphs(field));
        let (wire, contract) = (field.name.wire(), contract(field, object.told_by_members, definition.usage));
        let made = made(api, definition, object, field);
        quote!(#docs #name: #ty = #wire #contract #made;)
    });
    let rest = match &object.additional {
        Additional::Typed(name, ty, _) => {
            let (name, ty) = (name.ident(), rust_type(api, ty));
            Some(quote!(..#name: Map<#ty>;))
        }
        _ => None,
    };
    let new = new_docs(api, definition, object).map(|docs| quote!(new(#docs)));
    let terms = terms(definition, object);
    quote! {
        sdk_runtime::object! {
            #docs
            pub #strictness struct #name #default {
                #(#rows)*
                #rest
            }
            #new
            #terms
        }
    }
}

fn field_paragraphs(field: &Field) -> Vec<String> {
    let mut paragraphs = docs::paragraphs(&field.docs, Some(&field.constraints));
    if paragraphs.iter().all(|paragraph| paragraph.trim().is_empty()) {
        paragraphs = vec![format!("{}.", docs::code(field.name.wire()))];
    }
    if field.status == Status::Deprecated {
        paragraphs.insert(0, "**Deprecated.**".to_owned());
    }
    paragraphs
}

/// Returns whether a type has a default: no field is required.
fn has_default(definition: &TypeDef, object: &Struct) -> bool {
    let settled = definition.usage.is_sent() && !object.constructors.is_empty();
    !settled && !object.fields.iter().any(is_argument)
}

/// Returns how a field gets its value, behind its contract: by a setter, as an argument of `new`, or as the only value
/// that there is.
fn made(api: &Api, definition: &TypeDef, object: &Struct, field: &Field) -> Option<TokenStream> {
    if !definition.usage.is_sent() {
        return None;
    }
    if is_argument(field) {
        if !object.constructors.is_empty() {
            return None;
        }
        if let Some(text) = only_value(api, field) {
            let value = settled(api, field, text);
            return Some(quote!(, fixed #value));
        }
        let Argument { ty, value } = argument(api, field);
        let value = stored(field, value);
        return Some(quote!(, new #ty => #value));
    }
    let fixes = |one: &Constructor| one.fixed.iter().any(|fixed| fixed.property == field.name.wire());
    let is_settled = !object.constructors.is_empty() && object.constructors.iter().all(fixes);
    if is_settled || field.access == Access::ReadOnly {
        return None;
    }
    let Argument { ty, value } = argument(api, field);
    let allowed = like_operator(&field.name);
    let deprecated = (field.status == Status::Deprecated).then(|| match field.docs.text.trim().lines().next() {
        Some(note) => quote!(#[deprecated(note = #note)]),
        None => quote!(#[deprecated]),
    });
    Some(quote!(, #deprecated #allowed set #ty => #value))
}

/// Returns what the documentation says of `new`, where an object has it.
fn new_docs(api: &Api, definition: &TypeDef, object: &Struct) -> Option<&'static str> {
    if !definition.usage.is_sent() || !object.constructors.is_empty() {
        return None;
    }
    let takes_arguments = object.fields.iter().any(|field| is_argument(field) && only_value(api, field).is_none());
    Some(if takes_arguments {
        "Creates a value with its required fields."
    } else {
        "Creates a value with nothing set."
    })
}

/// Returns the methods that are no rows: constructors of the document's own, and the setter of undeclared members.
fn methods(api: &Api, definition: &TypeDef, object: &Struct) -> Option<TokenStream> {
    let name = definition.name.ident();
    let constructors: Vec<_> = object.constructors.iter().map(|one| constructor(api, object, one)).collect();
    let additional = additional_setter(api, object);
    let has_some = definition.usage.is_sent() && !(constructors.is_empty() && additional.is_none());
    has_some.then(|| {
        quote! {
            impl #name {
                #(#constructors)*
                #additional
            }
        }
    })
}

/// Returns the default of a type whose required fields have one value only: what `new` makes.
fn default_of_settled(api: &Api, definition: &TypeDef, object: &Struct) -> Option<TokenStream> {
    let is_settled = |field: &Field| !is_argument(field) || only_value(api, field).is_some();
    let is_made_of_nothing = definition.usage.is_sent()
        && object.constructors.is_empty()
        && !has_default(definition, object)
        && object.fields.iter().all(is_settled);
    let name = definition.name.ident();
    is_made_of_nothing.then(|| {
        quote! {
            impl Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    })
}

fn constructor(api: &Api, object: &Struct, one: &Constructor) -> TokenStream {
    let name = one.name.ident();
    let docs = docs::attributes(&docs::paragraphs(&one.docs, None));
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    for field in one.arguments.iter().filter_map(|wire| field_named(object, wire)) {
        let Argument { ty, value } = argument(api, field);
        let ident = field.name.ident();
        let value = stored(field, value);
        parameters.push(quote!(#ident: #ty));
        values.push(if ident == value.to_string() { quote!(#ident) } else { quote!(#ident: #value) });
    }
    for Condition { property, text } in &one.fixed {
        let Some(field) = field_named(object, property) else { continue };
        let (ident, value) = (field.name.ident(), settled(api, field, text));
        values.push(quote!(#ident: #value));
    }
    // Everything else is absent, the undeclared members included.
    let made = match values.as_slice() {
        [] => quote!(<Self as Object>::blank()),
        values => quote!(Self { #(#values,)* ..<Self as Object>::blank() }),
    };
    // Seven is where clippy draws the line.
    let many = (parameters.len() > 7)
        .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "all of them are required")]));
    quote! {
        #docs
        #many
        #[must_use]
        pub fn #name(#(#parameters),*) -> Self {
            #made
        }
    }
}

/// Returns the one value that a member can have, if there is only one.
pub(crate) fn only_value<'a>(api: &'a Api, field: &Field) -> Option<&'a str> {
    let Type::Named(id) = api.types.resolve(&field.ty) else { return None };
    match &api.types.get(*id).shape {
        Shape::Enum(Enum { variants, .. }) if variants.len() == 1 => Some(variants[0].name.wire()),
        _ => None,
    }
}

/// Returns a settled value as a field holds it.
fn settled(api: &Api, field: &Field, text: &str) -> TokenStream {
    let value = constant(api, field, text);
    match field.presence {
        Presence::Required => value,
        Presence::Optional | Presence::Sent | Presence::Tag => quote!(Some(#value)),
        Presence::Nullable => quote!(Nullable::Value(#value)),
        Presence::OptionalNullable | Presence::SentNullable => quote!(Some(Nullable::Value(#value))),
    }
}

/// Returns a settled value in Rust's spelling.
fn constant(api: &Api, field: &Field, text: &str) -> TokenStream {
    match api.types.resolve(&field.ty) {
        Type::Scalar(Scalar::Boolean) => {
            let flag = format_ident!("{}", if text == "true" { "true" } else { "false" });
            quote!(#flag)
        }
        Type::Scalar(Scalar::Integer32 | Scalar::Integer64) => integer(text),
        Type::Scalar(Scalar::Decimal) => {
            let integer = integer(text);
            quote!(Decimal::new(#integer, 0))
        }
        Type::Named(id) => match &api.types.get(*id).shape {
            Shape::Enum(choice) => {
                // By the name the field has for it, which may be an alias.
                let name = rust_type(api, &field.ty);
                let variant = choice
                    .variants
                    .iter()
                    .find(|variant| variant.name.wire() == text)
                    .map(|variant| variant.name.ident());
                quote!(#name::#variant)
            }
            Shape::Struct(_) | Shape::Union(_) | Shape::Alias(_) => quote!(#text.into()),
        },
        _ => quote!(#text.into()),
    }
}

fn integer(text: &str) -> TokenStream {
    let number: i64 = text.parse().expect("lowering refused everything else");
    let number = Literal::i64_unsuffixed(number);
    quote!(#number)
}

fn additional_setter(api: &Api, object: &Struct) -> Option<TokenStream> {
    let docs = match &object.additional {
        Additional::Undeclared => return None,
        Additional::Typed(field, ty, _) => {
            let (field, ty) = (field.ident(), rust_type(api, ty));
            return Some(quote! {
                /// Sets a member that the document does not list.
                #[must_use]
                pub fn additional_property(mut self, name: impl Into<String>, value: impl Into<#ty>) -> Self {
                    self.#field.insert(name.into(), value.into());
                    self
                }
            });
        }
        Additional::Any => "Sets a member that the document does not list.".to_owned(),
        Additional::Named(pattern) => {
            format!("Sets a member that the document does not list; its name matches {}.", docs::code(pattern))
        }
    };
    let docs = docs::attributes(&[docs]);
    Some(quote! {
        #docs
        #[must_use]
        pub fn additional_property(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
            self.extra.insert(name, value);
            self
        }
    })
}

/// Returns what the table says beside its fields.
fn terms(definition: &TypeDef, object: &Struct) -> TokenStream {
    let additional = match &object.additional {
        Additional::Undeclared => None,
        Additional::Typed(_, _, limits) => {
            let limits = (!limits.is_empty()).then(|| self::limits(limits));
            limits.map(|limits| quote!(.each(&#limits)))
        }
        Additional::Any => Some(quote!(.additional(Additional::Any))),
        Additional::Named(pattern) => Some(quote!(.additional(Additional::Named(#pattern)))),
    };
    let mut rules: Vec<_> = object.rules.iter().map(rule).collect();
    rules.extend(modes(object));
    let rules = (!rules.is_empty() && definition.usage.is_sent()).then(|| quote!(.rules(&[#(#rules),*])));
    quote!(#additional #rules)
}

/// Returns what a row says of a field beside its name.
fn contract(field: &Field, told_by_members: bool, usage: Usage) -> TokenStream {
    let required = field.presence.is_required().then(|| quote!(.required()));
    let access = match field.access {
        Access::ReadOnly if usage.is_sent() => Some(quote!(.read_only())),
        Access::WriteOnly if usage == Usage::Both => Some(quote!(.write_only())),
        Access::Both | Access::ReadOnly | Access::WriteOnly => None,
    };
    let sensitive = (field.visibility == Visibility::Sensitive).then(|| quote!(.sensitive()));
    let default = field.default.as_ref().map(|default| quote!(.default(#default)));
    let checks = checks(&field.constraints);
    // A response without it lacks nothing.
    let is_sent_only = field.access == Access::WriteOnly;
    let is_expected = told_by_members && field.declared.is_required() && !field.presence.is_required();
    let expected = (is_expected && !is_sent_only).then(|| quote!(.expected()));
    quote!(#required #expected #access #sensitive #default #checks)
}

/// Limits as the const builder spells them.
pub(super) fn limits(limits: &Constraints) -> TokenStream {
    let checks = checks(limits);
    quote!(Constraints::new() #checks)
}

/// Returns the calls that add each limit.
fn checks(limits: &Constraints) -> TokenStream {
    let checks = limits.checks.iter().map(|check| {
        let count = |count: &usize| Literal::usize_unsuffixed(*count);
        match check {
            Check::MinLength(n) => {
                let n = count(n);
                quote!(.min_length(#n))
            }
            Check::MaxLength(n) => {
                let n = count(n);
                quote!(.max_length(#n))
            }
            Check::Pattern(pattern) => quote!(.pattern(#pattern)),
            Check::Minimum(bound) => quote!(.minimum(#bound)),
            Check::ExclusiveMinimum(bound) => quote!(.exclusive_minimum(#bound)),
            Check::Maximum(bound) => quote!(.maximum(#bound)),
            Check::ExclusiveMaximum(bound) => quote!(.exclusive_maximum(#bound)),
            Check::MultipleOf(bound) => quote!(.multiple_of(#bound)),
            Check::MinItems(n) => {
                let n = count(n);
                quote!(.min_items(#n))
            }
            Check::MaxItems(n) => {
                let n = count(n);
                quote!(.max_items(#n))
            }
            Check::UniqueItems => quote!(.unique_items()),
            Check::MinProperties(n) => {
                let n = count(n);
                quote!(.min_properties(#n))
            }
            Check::MaxProperties(n) => {
                let n = count(n);
                quote!(.max_properties(#n))
            }
        }
    });
    let each = limits.each.as_ref().filter(|each| !each.is_empty()).map(|each| {
        let each = self::limits(each);
        quote!(.each(&#each))
    });
    quote!(#(#checks)* #each)
}

fn rule(rule: &Rule) -> TokenStream {
    match rule {
        Rule::Require { when, any_of } => {
            let alternatives = any_of.iter().map(|names| quote!(&[#(#names),*]));
            if when.is_empty() {
                return quote!(Rule::any_of(&[#(#alternatives),*]));
            }
            let when = when.iter().map(condition);
            quote!(Rule::required_when(&[#(#when),*], &[#(#alternatives),*]))
        }
        Rule::Equals { when, then } => {
            let when = when.iter().map(condition);
            let Condition { property, text } = then;
            quote!(Rule::equals_when(&[#(#when),*], #property, #text))
        }
        Rule::MaxTotal { max, of, counts, at: _ } => {
            let max = Literal::usize_unsuffixed(*max);
            quote!(Rule::max_total(#max, &[#(#of),*], #counts))
        }
        Rule::MaxSum { of, at_most, at: _ } => quote!(Rule::max_sum(#at_most, &[#(#of),*])),
    }
}

fn condition(condition: &Condition) -> TokenStream {
    let Condition { property, text } = condition;
    quote!(Condition::new(#property, #text))
}

/// Returns the fixed values of the constructors as a rule, for objects that were made or changed otherwise.
fn modes(object: &Struct) -> Option<TokenStream> {
    // A constructor that settles nothing lets any combination be.
    if object.constructors.iter().any(|one| one.fixed.is_empty()) {
        return None;
    }
    let modes = object.constructors.iter().map(|one| {
        let name = one.name.rust();
        let fixed = one.fixed.iter().map(|Condition { property, text }| quote!((#property, #text)));
        quote!(Mode { name: #name, fixed: &[#(#fixed),*] })
    });
    let modes: Vec<_> = modes.collect();
    (!modes.is_empty()).then(|| quote!(Rule::modes(&[#(#modes),*])))
}

fn is_argument(field: &Field) -> bool {
    field.presence.is_argument()
}

/// Returns a value as a field holds it, which may be absent.
fn stored(field: &Field, value: TokenStream) -> TokenStream {
    match field.presence {
        Presence::Required | Presence::Nullable => value,
        Presence::Optional | Presence::OptionalNullable | Presence::Sent | Presence::SentNullable | Presence::Tag => {
            quote!(Some(#value))
        }
    }
}

fn field_named<'a>(object: &'a Struct, wire: &str) -> Option<&'a Field> {
    object.fields.iter().find(|field| field.name.wire() == wire)
}
