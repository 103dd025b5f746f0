//! Structs: the fields, the ways to make one, and the one table of the wire contract.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::docs;
use super::imports::Items;
use super::types::{Argument, argument, field_type, rust_type, with_imports};
use crate::ir::{
    Access, Additional, Api, Check, Condition, Constructor, Enum, Field, Limits, Presence, Rule, Scalar, Shape, Status,
    Struct, Type, TypeDef, Usage, Visibility,
};

/// The items of one struct.
pub(super) fn emit<'a>(api: &'a Api, definition: &'a TypeDef, object: &Struct) -> Items<'a> {
    let declaration = declaration(api, definition, object);
    let methods = methods(api, definition, object);
    let contract = contract(definition, object);
    let name = definition.name.ident();
    let default = default_of_settled(api, definition, object);
    let items = quote! {
        #declaration
        #methods
        #default
        #contract
        sdk_runtime::object!(#name);
    };
    with_imports(api, definition, items)
}

fn declaration(api: &Api, definition: &TypeDef, object: &Struct) -> TokenStream {
    let name = definition.name.ident();
    let docs = docs::attributes(&docs::of_type(definition));
    let default = has_default(definition, object).then(|| quote!(Default,));
    let fields = object.fields.iter().map(|field| {
        let (name, ty) = (field.name.ident(), field_type(api, field));
        let docs = docs::attributes(&field_paragraphs(field));
        quote!(#docs pub #name: #ty)
    });
    let additional = additional_field(api, object);
    quote! {
        #docs
        #[derive(Clone, #default PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            #additional
            extra: Extra,
        }
    }
}

/// The field of members that are typed without being declared.
fn additional_field(api: &Api, object: &Struct) -> Option<TokenStream> {
    let Additional::Typed(name, ty, _) = &object.additional else { return None };
    let (name, ty) = (name.ident(), rust_type(api, ty));
    Some(quote! {
        /// The members that the document does not list, by name.
        pub #name: Map<#ty>,
    })
}

fn field_paragraphs(field: &Field) -> Vec<String> {
    let mut paragraphs = docs::paragraphs(&field.docs, Some(&field.limits));
    if paragraphs.iter().all(|paragraph| paragraph.trim().is_empty()) {
        paragraphs = vec![format!("{}.", docs::code(field.name.wire()))];
    }
    if field.status == Status::Deprecated {
        paragraphs.insert(0, "**Deprecated.**".to_owned());
    }
    paragraphs
}

/// A type of which nothing is required has a default: everything absent.
fn has_default(definition: &TypeDef, object: &Struct) -> bool {
    let settled = definition.usage.is_sent() && !object.constructors.is_empty();
    !settled && !object.fields.iter().any(is_required)
}

fn methods(api: &Api, definition: &TypeDef, object: &Struct) -> TokenStream {
    let name = definition.name.ident();
    let (constructors, setters, additional) = match definition.usage {
        Usage::Request | Usage::Both => {
            (constructors(api, object), setters(api, object), additional_setter(api, object))
        }
        Usage::Response | Usage::Unused => (TokenStream::new(), TokenStream::new(), None),
    };
    quote! {
        impl #name {
            #constructors
            #setters
            #additional
            /// The members that this version does not know, and those that could not be read, as they came.
            #[must_use]
            pub fn extra(&self) -> &Extra {
                &self.extra
            }
        }
    }
}

fn constructors(api: &Api, object: &Struct) -> TokenStream {
    if object.constructors.is_empty() {
        let (fixed, arguments): (Vec<&Field>, Vec<&Field>) =
            object.fields.iter().filter(|field| is_required(field)).partition(|field| only_value(api, field).is_some());
        let fixed: Vec<_> = fixed
            .into_iter()
            .filter_map(|field| {
                let text = only_value(api, field)?.to_owned();
                Some((field, Condition { property: field.name.wire().to_owned(), text }))
            })
            .collect();
        let fixed: Vec<_> = fixed.iter().map(|(field, condition)| (*field, condition)).collect();
        let docs = match arguments.as_slice() {
            [] => "Makes one with nothing set.".to_owned(),
            _ => "Makes one with everything that is required.".to_owned(),
        };
        return constructor(api, object, &format_ident!("new"), &docs::attributes(&[docs]), &arguments, &fixed);
    }
    let constructors = object.constructors.iter().map(|one| {
        let arguments = one.arguments.iter().filter_map(|wire| field_named(object, wire)).collect::<Vec<_>>();
        let docs = docs::attributes(&docs::paragraphs(&one.docs, None));
        let fixed: Vec<_> = one
            .fixed
            .iter()
            .filter_map(|condition| Some((field_named(object, &condition.property)?, condition)))
            .collect();
        constructor(api, object, &one.name.ident(), &docs, &arguments, &fixed)
    });
    quote!(#(#constructors)*)
}

/// A type of which all that is required can have one value only has a default: what `new` makes.
fn default_of_settled(api: &Api, definition: &TypeDef, object: &Struct) -> Option<TokenStream> {
    let is_settled = |field: &Field| !is_required(field) || only_value(api, field).is_some();
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

fn constructor(
    api: &Api,
    object: &Struct,
    name: &proc_macro2::Ident,
    docs: &TokenStream,
    arguments: &[&Field],
    fixed: &[(&Field, &Condition)],
) -> TokenStream {
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    for field in arguments {
        let Argument { ty, value } = argument(api, field);
        let ident = field.name.ident();
        let value = if is_required(field) { value } else { quote!(Some(#value)) };
        parameters.push(quote!(#ident: #ty));
        values.push(if ident == value.to_string() { quote!(#ident) } else { quote!(#ident: #value) });
    }
    for (field, condition) in fixed {
        let ident = field.name.ident();
        let value = constant(api, field, &condition.text);
        let value = match field.presence {
            Presence::Required => value,
            Presence::Optional => quote!(Some(#value)),
            Presence::Nullable => quote!(Nullable::Value(#value)),
            Presence::OptionalNullable => quote!(Some(Nullable::Value(#value))),
        };
        values.push(quote!(#ident: #value));
    }
    if values.is_empty() {
        let nothing = if object.constructors.is_empty() { default(object) } else { quote!(<Self as Object>::blank()) };
        return quote! {
            #docs
            #[must_use]
            pub fn #name() -> Self {
                #nothing
            }
        };
    }
    // Seven is where clippy draws the line.
    let many = (parameters.len() > 7)
        .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "all of them are required")]));
    // Everything else is absent, the undeclared members included.
    quote! {
        #docs
        #many
        #[must_use]
        pub fn #name(#(#parameters),*) -> Self {
            Self { #(#values,)* ..<Self as Object>::blank() }
        }
    }
}

/// The one value that a member can have, if there is only one.
pub(crate) fn only_value<'a>(api: &'a Api, field: &Field) -> Option<&'a str> {
    let Type::Named(id) = api.types.resolve(&field.ty) else { return None };
    match &api.types.get(*id).shape {
        Shape::Enum(Enum { variants, .. }) if variants.len() == 1 => Some(variants[0].name.wire()),
        _ => None,
    }
}

/// Everything absent. A setter called `default` would be meant by the shorter spelling.
fn default(object: &Struct) -> TokenStream {
    let is_hidden = object.fields.iter().any(|field| field.name.rust() == "default");
    if is_hidden { quote!(<Self as Default>::default()) } else { quote!(Self::default()) }
}

/// A settled value in Rust's spelling.
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

fn setters(api: &Api, object: &Struct) -> TokenStream {
    let settled = |field: &Field| {
        !object.constructors.is_empty()
            && object
                .constructors
                .iter()
                .all(|one: &Constructor| one.fixed.iter().any(|fixed| fixed.property == field.name.wire()))
    };
    let is_set = |field: &&Field| !is_required(field) && !settled(field) && field.access != Access::ReadOnly;
    let setters = object.fields.iter().filter(is_set).map(|field| {
        let ident = field.name.ident();
        let Argument { ty, value } = argument(api, field);
        let allowed = super::like_operator(&field.name);
        let docs = format!(" Sets [{}](#structfield.{}).", docs::code(field.name.wire()), field.name.rust());
        let deprecated = (field.status == Status::Deprecated).then(|| match field.docs.text.trim().lines().next() {
            Some(note) => quote!(#[deprecated(note = #note)]),
            None => quote!(#[deprecated]),
        });
        quote! {
            #[doc = #docs]
            #deprecated
            #allowed
            #[must_use]
            pub fn #ident(mut self, #ident: #ty) -> Self {
                self.#ident = Some(#value);
                self
            }
        }
    });
    quote!(#(#setters)*)
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

/// The `Object` implementation: the table, and the way from a row to its field.
fn contract(definition: &TypeDef, object: &Struct) -> TokenStream {
    let name = definition.name.ident();
    let table = table(definition, object);
    let blank = if has_default(definition, object) {
        default(object)
    } else {
        let fields = object.fields.iter().map(|field| field.name.ident());
        let fields = fields.chain(additional_ident(object));
        quote!(Self { #(#fields: Value::blank(),)* extra: Extra::new() })
    };
    let fields: Vec<_> = object.fields.iter().map(|field| field.name.ident()).collect();
    let additional = additional_ident(object);
    let slot = additional.as_ref().map_or(quote!(None), |field| quote!(Some(&mut self.#field)));
    let additional = additional.map(|field| {
        quote! {
            fn additional(&self) -> Option<&dyn Entries> {
                Some(&self.#field)
            }
        }
    });
    quote! {
        impl Object for #name {
            fn table(&self) -> &'static Table {
                static TABLE: Table = #table;
                &TABLE
            }

            fn blank() -> Self {
                #blank
            }

            fn fields<'a>(&'a self, visit: &mut dyn FnMut(&[&'a dyn Value])) {
                visit(&[#(&self.#fields),*]);
            }

            fn slots(&mut self, visit: &mut dyn FnMut(Slots<'_>)) {
                visit(Slots { fields: &mut [#(&mut self.#fields),*], additional: #slot, extra: &mut self.extra });
            }

            fn extra(&self) -> &Extra {
                &self.extra
            }

            #additional
        }
    }
}

fn table(definition: &TypeDef, object: &Struct) -> TokenStream {
    let name = definition.name.rust();
    let start = match definition.usage {
        Usage::Request => quote!(strict),
        Usage::Both => quote!(exchanged),
        Usage::Response | Usage::Unused => quote!(tolerant),
    };
    let fields = object.fields.iter().map(|field| row(field, object.told_by_members));
    let additional = match &object.additional {
        Additional::Undeclared => None,
        Additional::Typed(_, _, limits) if limits.is_empty() => None,
        Additional::Typed(_, _, limits) => {
            let limits = self::limits(limits);
            Some(quote!(.each(&#limits)))
        }
        Additional::Any => Some(quote!(.additional(Additional::Any))),
        Additional::Named(pattern) => Some(quote!(.additional(Additional::Named(#pattern)))),
    };
    let mut rules: Vec<_> = object.rules.iter().map(rule).collect();
    rules.extend(modes(object));
    let rules = (!rules.is_empty() && definition.usage.is_sent()).then(|| quote!(.rules(&[#(#rules),*])));
    quote!(Table::#start(#name, &[#(#fields),*]) #additional #rules)
}

fn additional_ident(object: &Struct) -> Option<Ident> {
    match &object.additional {
        Additional::Typed(name, ..) => Some(name.ident()),
        _ => None,
    }
}

fn row(field: &Field, told_by_members: bool) -> TokenStream {
    let wire = field.name.wire();
    let required = is_required(field).then(|| quote!(.required()));
    let sensitive = (field.visibility == Visibility::Sensitive).then(|| quote!(.sensitive()));
    let default = field.default.as_ref().map(|default| quote!(.default(#default)));
    let limits = (!field.limits.is_empty()).then(|| {
        let limits = limits(&field.limits);
        quote!(.limits(#limits))
    });
    let expected =
        (told_by_members && field.declared.is_required() && !is_required(field)).then(|| quote!(.expected()));
    quote!(Field::new(#wire) #required #expected #sensitive #default #limits)
}

/// Limits as the const builder spells them.
pub(super) fn limits(limits: &Limits) -> TokenStream {
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
    quote!(Limits::new() #(#checks)* #each)
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

/// What the constructors settle is also a rule, for objects that were made or changed otherwise.
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

fn is_required(field: &Field) -> bool {
    field.presence.is_required()
}

fn field_named<'a>(object: &'a Struct, wire: &str) -> Option<&'a Field> {
    object.fields.iter().find(|field| field.name.wire() == wire)
}
