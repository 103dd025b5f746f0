//! Renders types and signatures for the surface: on one line, with public paths.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Fields, Generics, Signature, Type};

use super::cfg_conditions::Condition;
use super::public_paths::Homes;
use super::syntax::{Path, as_written, flat, names};
use super::tree::{OWN, Target, Tree};
use crate::render::unparse;

/// The crates of the standard library. Their paths keep the spelling of the source.
const STANDARD: &[&str] = &["std", "core", "alloc"];

/// Renders the types and signatures of one module.
#[derive(Clone, Copy)]
pub(super) struct Printer<'a> {
    pub(super) tree: &'a Tree,
    pub(super) homes: &'a Homes<'a>,
    pub(super) module: &'a [String],
}

impl<'a> Printer<'a> {
    pub(super) fn ty(&self, ty: &Type) -> String {
        let mut ty = ty.clone();
        self.clone().visit_type_mut(&mut ty);
        as_written(&ty)
    }

    /// Returns a signature without its name: generics, arguments, what is returned, and limits.
    pub(super) fn signature(&self, sig: &Signature) -> String {
        let mut sig = sig.clone();
        self.clone().visit_signature_mut(&mut sig);
        sig.inputs.pop_punct();
        let ident = sig.ident.clone();
        let text = flat(unparse(syn::parse_quote!(#sig {})).trim_end().trim_end_matches("{}"));
        let (before, behind) = text.split_once(&format!("fn {ident}")).unwrap_or(("", &text));
        format!("{before}{}", behind.trim_end().trim_end_matches(','))
    }

    /// Returns the generic parameters with their brackets, and the `where` clause with a leading space. Either can be
    /// empty.
    pub(super) fn generics(&self, generics: &Generics) -> (String, String) {
        let mut generics = generics.clone();
        self.clone().visit_generics_mut(&mut generics);
        let limits = generics.where_clause.take();
        let text = flat(&unparse(syn::parse_quote!(struct S #generics #limits;)));
        let text = text.trim_start_matches("struct S").trim_end_matches(';');
        match text.split_once(" where ").or_else(|| text.split_once("where ")) {
            Some((parameters, limits)) => {
                (parameters.trim_end().to_owned(), format!(" where {}", limits.trim_end_matches(',')))
            }
            None => (text.to_owned(), String::new()),
        }
    }

    /// Returns the bounds of a type parameter, an associated type or a trait, as `: A + B`.
    pub(super) fn bounds(&self, bounds: impl ToTokens) -> String {
        let Ok(ty) = syn::parse2::<Type>(quote::quote!(dyn #bounds)) else { return String::new() };
        format!(": {}", self.ty(&ty).trim_start_matches("dyn "))
    }

    /// Returns the types of unnamed fields; `_` stands for one that others cannot see.
    pub(super) fn tuple(&self, fields: &Fields, is_shown: impl Fn(&syn::Field) -> bool) -> String {
        let shown = fields.iter().map(|field| if is_shown(field) { self.ty(&field.ty) } else { "_".to_owned() });
        format!("({})", shown.collect::<Vec<_>>().join(", "))
    }

    /// Returns a trait as users name it; nothing for one that they cannot name.
    pub(super) fn implemented(&self, path: &syn::Path) -> Option<String> {
        let target = self.tree.resolve(self.module, &names(path));
        match &target {
            Target::Item(item) if self.homes.get(item).is_none() => return None,
            Target::Module(_) => return None,
            Target::Item(_) | Target::Elsewhere(_) => {}
        }
        let mut path = path.clone();
        self.clone().visit_path_mut(&mut path);
        if let Target::Elsewhere(names) = &target
            && is_standard(&names[0])
        {
            let arguments = path.segments.last().map(|segment| segment.arguments.clone());
            let own = names.last().map(|last| self.tree.resolve(&[OWN.to_owned()], std::slice::from_ref(last)));
            // The last segment is enough, unless this crate has an item of the same name.
            let shown = if matches!(own, Some(Target::Item(_))) { &names[..] } else { &names[names.len() - 1..] };
            path = syn::parse_str(&shown.join("::")).ok()?;
            if let (Some(last), Some(arguments)) = (path.segments.last_mut(), arguments) {
                last.arguments = arguments;
            }
        }
        Some(as_written(&Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path })))
    }

    /// Returns the public path of a type of this crate.
    pub(super) fn home(&self, ty: &Type) -> Option<&'a Path> {
        let ty = match ty {
            Type::Reference(reference) => &*reference.elem,
            ty => ty,
        };
        let Type::Path(path) = ty else { return None };
        self.home_of(&path.path)
    }

    /// Returns the public path of the item to which a path resolves.
    pub(super) fn home_of(&self, path: &syn::Path) -> Option<&'a Path> {
        match self.tree.resolve(self.module, &names(path)) {
            Target::Item(item) => self.homes.get(&item),
            Target::Module(_) | Target::Elsewhere(_) => None,
        }
    }
}

impl VisitMut for Printer<'_> {
    /// Replaces a path by the public path of its target.
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let before_last = path.segments.iter().rev().skip(1);
        if path.segments.len() > 1 && before_last.into_iter().any(|segment| !segment.arguments.is_none()) {
            return;
        }
        let written = names(path);
        let resolved: Path = match self.tree.resolve(self.module, &written) {
            Target::Item(item) => match self.homes.get(&item) {
                Some(home) => home.clone(),
                None => written.last().cloned().into_iter().collect(),
            },
            Target::Elsewhere(found) if found != written => {
                let is_renamed = found.last() != written.last();
                if is_standard(&found[0]) && !is_renamed { written } else { found }
            }
            Target::Elsewhere(found) if path.leading_colon.is_some() && is_standard(&found[0]) => {
                found.last().cloned().into_iter().collect()
            }
            Target::Elsewhere(_) | Target::Module(_) => return,
        };
        let Some(arguments) = path.segments.last().map(|segment| segment.arguments.clone()) else { return };
        let Ok(mut resolved) = syn::parse_str::<syn::Path>(&resolved.join("::")) else { return };
        if let Some(last) = resolved.segments.last_mut() {
            last.arguments = arguments;
        }
        *path = resolved;
    }
}

fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// Returns the `cfg` conditions and the attributes that matter to users.
pub(super) fn notes(attrs: &[Attribute], condition: &Condition) -> Vec<String> {
    let shown = ["non_exhaustive", "deprecated", "must_use"];
    let shown = shown.iter().filter(|name| attrs.iter().any(|attr| attr.path().is_ident(name)));
    condition.notes().chain(shown.map(|name| format!("#[{name}]"))).collect()
}
