//! The lines of items and of what stands in them.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Item, Meta, Token, TraitItem};

use super::cfg_conditions::Condition;
use super::listing::{Kind, Lines};
use super::public_paths::is_hidden;
use super::signatures::{self, Printer};
use super::syntax::{self, Path, child};
use super::tree::is_public;

/// Lists the lines of an item under its path, without the conditions of the whole item.
pub(super) fn describe(item: &Item, path: &Path, printer: Printer<'_>, condition: &Condition, lines: &mut Lines) {
    let of = Describing { path, printer, notes: signatures::notes(syntax::attributes(item), condition) };
    match item {
        Item::Struct(item) => {
            of.fields_of(Kind::Struct, &item.generics, &item.fields, lines);
            of.derives(&item.attrs, &item.generics, lines);
        }
        Item::Union(item) => {
            let fields = Fields::Named(item.fields.clone());
            of.fields_of(Kind::Union, &item.generics, &fields, lines);
            of.derives(&item.attrs, &item.generics, lines);
        }
        Item::Enum(item) => {
            let (parameters, limits) = printer.generics(&item.generics);
            of.head(Kind::Enum, format!("{parameters}{limits}"), lines);
            item.variants.iter().for_each(|variant| of.variant(variant, lines));
            of.derives(&item.attrs, &item.generics, lines);
        }
        Item::Trait(item) => of.contract(item, lines),
        Item::Fn(item) => of.head(Kind::Fn, printer.signature(&item.sig), lines),
        Item::Const(item) => of.head(Kind::Const, printer.ty(&item.ty), lines),
        Item::Static(item) => {
            let changes = if matches!(item.mutability, syn::StaticMutability::Mut(_)) { "mut " } else { "" };
            of.head(Kind::Static, format!("{changes}{}", printer.ty(&item.ty)), lines);
        }
        Item::Type(item) => {
            let (parameters, limits) = printer.generics(&item.generics);
            // As it is written: this is where the other name comes from.
            of.head(Kind::Type, format!("{parameters} = {}{limits}", syntax::as_written(&item.ty)), lines);
        }
        Item::Macro(_) => of.head(Kind::Macro, String::new(), lines),
        other => of.head(Kind::Other, syntax::squeeze(&other.to_token_stream().to_string()), lines),
    }
}

/// An item that is being described.
struct Describing<'a> {
    path: &'a Path,
    printer: Printer<'a>,
    notes: Vec<String>,
}

impl Describing<'_> {
    fn head(&self, kind: Kind, signature: String, lines: &mut Lines) {
        lines.add(self.path, self.path.clone(), kind, signature, self.notes.clone());
    }

    fn member(&self, path: Path, kind: Kind, signature: String, attrs: &[Attribute], lines: &mut Lines) {
        let condition = Condition::of(attrs);
        if !condition.is_never() && !is_hidden(attrs) {
            lines.add(self.path, path, kind, signature, signatures::notes(attrs, &condition));
        }
    }

    /// Lists a struct or a union: its head says whether it has private fields.
    fn fields_of(&self, kind: Kind, generics: &syn::Generics, fields: &Fields, lines: &mut Lines) {
        let is_shown = |field: &syn::Field| is_public(&field.vis) && !is_hidden(&field.attrs);
        let (parameters, limits) = self.printer.generics(generics);
        let signature = match fields {
            Fields::Named(named) if named.named.iter().all(is_shown) => format!("{parameters}{limits} {{}}"),
            Fields::Named(_) => format!("{parameters}{limits} {{ .. }}"),
            Fields::Unnamed(_) => format!("{parameters}{}{limits}", self.printer.tuple(fields, is_shown)),
            Fields::Unit => format!("{parameters}{limits}"),
        };
        self.head(kind, signature.trim_start().to_owned(), lines);
        for field in fields.iter().filter(|field| is_shown(field)) {
            self.field(self.path, field, lines);
        }
    }

    fn field(&self, of: &Path, field: &syn::Field, lines: &mut Lines) {
        if let Some(name) = &field.ident {
            let signature = self.printer.ty(&field.ty);
            self.member(child(of, &name.to_string()), Kind::Field, signature, &field.attrs, lines);
        }
    }

    fn variant(&self, variant: &syn::Variant, lines: &mut Lines) {
        let path = child(self.path, &variant.ident.to_string());
        let value = variant.discriminant.as_ref();
        let value = value.map(|(_, value)| format!(" = {}", syntax::squeeze(&value.to_token_stream().to_string())));
        let fields = match &variant.fields {
            Fields::Unnamed(_) => self.printer.tuple(&variant.fields, |_| true),
            Fields::Named(_) => "{}".to_owned(),
            Fields::Unit => String::new(),
        };
        let signature = format!("{fields}{}", value.unwrap_or_default());
        self.member(path.clone(), Kind::Variant, signature.trim_start().to_owned(), &variant.attrs, lines);
        if !is_hidden(&variant.attrs) {
            variant.fields.iter().for_each(|field| self.field(&path, field, lines));
        }
    }

    fn contract(&self, item: &syn::ItemTrait, lines: &mut Lines) {
        let (parameters, limits) = self.printer.generics(&item.generics);
        let above = if item.supertraits.is_empty() { String::new() } else { self.printer.bounds(&item.supertraits) };
        let care = if item.unsafety.is_some() { "unsafe " } else { "" };
        self.head(Kind::Trait, format!("{care}{parameters}{above}{limits}"), lines);
        for member in &item.items {
            let path = |name: &syn::Ident| child(self.path, &name.to_string());
            match member {
                TraitItem::Fn(method) => {
                    let provided = if method.default.is_some() { " { .. }" } else { "" };
                    let signature = format!("{}{provided}", self.printer.signature(&method.sig));
                    self.member(path(&method.sig.ident), Kind::Fn, signature, &method.attrs, lines);
                }
                TraitItem::Const(constant) => {
                    let provided = if constant.default.is_some() { " = .." } else { "" };
                    let signature = format!("{}{provided}", self.printer.ty(&constant.ty));
                    self.member(path(&constant.ident), Kind::Const, signature, &constant.attrs, lines);
                }
                TraitItem::Type(ty) => {
                    let (parameters, limits) = self.printer.generics(&ty.generics);
                    let bounds = if ty.bounds.is_empty() { String::new() } else { self.printer.bounds(&ty.bounds) };
                    let provided = ty.default.as_ref().map(|(_, ty)| format!(" = {}", self.printer.ty(ty)));
                    let signature = format!("{parameters}{bounds}{}{limits}", provided.unwrap_or_default());
                    self.member(path(&ty.ident), Kind::Type, signature, &ty.attrs, lines);
                }
                _ => {}
            }
        }
    }

    /// Lists the derived traits, with the bounds on parameters.
    fn derives(&self, attrs: &[Attribute], generics: &syn::Generics, lines: &mut Lines) {
        for (attr, condition) in attrs.iter().flat_map(conditional) {
            let traits = attr
                .require_list()
                .and_then(|list| list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated));
            for name in traits.into_iter().flatten() {
                let Some(shown) = self.printer.implemented(&name) else { continue };
                let mut generics = generics.clone();
                for parameter in generics.type_params_mut() {
                    parameter.default = None;
                    parameter.bounds.push(syn::parse_quote!(#name));
                }
                let (parameters, limits) = self.printer.generics(&generics);
                let blank = if parameters.is_empty() { "" } else { " " };
                let notes = signatures::notes(&[], &condition);
                let signature = format!("{parameters}{blank}{shown}{limits}");
                lines.add(self.path, self.path.clone(), Kind::Impl, signature, notes);
            }
        }
    }
}

/// Returns the `derive` attributes that an attribute is or holds, each with its condition.
fn conditional(attr: &Attribute) -> Vec<(Meta, Condition)> {
    if attr.path().is_ident("derive") {
        return vec![(attr.meta.clone(), Condition::default())];
    }
    if !attr.path().is_ident("cfg_attr") {
        return Vec::new();
    }
    let Ok(parts) = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else { return Vec::new() };
    let mut parts = parts.into_iter();
    let mut condition = Condition::default();
    parts.next().iter().for_each(|predicate| condition.demand(predicate));
    if condition.is_never() {
        return Vec::new();
    }
    parts.filter(|meta| meta.path().is_ident("derive")).map(|meta| (meta, condition.clone())).collect()
}
