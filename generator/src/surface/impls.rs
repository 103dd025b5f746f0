//! The lines of `impl` blocks, under the types and traits that they are about.

use syn::{GenericArgument, GenericParam, Generics, ImplItem, ItemImpl, PathArguments, Type};

use super::cfg_conditions::Condition;
use super::listing::{Kind, Lines};
use super::public_paths::is_hidden;
use super::signatures::{self, Printer};
use super::syntax::{Path, child};
use super::tree::is_public;

/// Returns the lines of one block; `known` are the conditions that its type is under as a whole.
pub(super) fn describe(
    block: &ItemImpl,
    printer: Printer<'_>,
    condition: &Condition,
    known: impl Fn(&Path) -> Condition,
    lines: &mut Lines,
) {
    let condition = condition.and(&Condition::of(&block.attrs));
    if condition.is_never() || is_hidden(&block.attrs) {
        return;
    }
    let of_type = if is_parameter(&block.self_ty, &block.generics) { None } else { printer.home(&block.self_ty) };
    let Some((contract, _)) = &block.trait_ else {
        let Some(home) = of_type else { return };
        inherent(block, home, printer, &condition.without(&known(home)), lines);
        return;
    };
    let Some(shown) = printer.implemented(contract) else { return };
    let Some(home) = of_type.or_else(|| printer.home_of(contract)).or_else(|| argument(contract, printer)) else {
        return;
    };
    let is_own = of_type.is_some() && is_plain(&block.self_ty, &block.generics);
    let of = if is_own { String::new() } else { format!(" for {}", printer.ty(&block.self_ty)) };
    let (parameters, limits) = printer.generics(&block.generics);
    // Lifetimes tell nothing that their places do not.
    let has_more = block.generics.params.iter().any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    let (parameters, blank) = if has_more { (parameters.as_str(), " ") } else { ("", "") };
    let signature = format!("{parameters}{blank}{shown}{of}{limits}{}", types(block, printer));
    let notes = signatures::notes(&[], &condition.without(&known(home)));
    lines.add(home, home.clone(), Kind::Impl, signature, notes);
}

/// Lists the functions and constants of a type itself.
fn inherent(block: &ItemImpl, home: &Path, printer: Printer<'_>, condition: &Condition, lines: &mut Lines) {
    let of = if is_plain(&block.self_ty, &block.generics) {
        None
    } else {
        Some(format!("for {}", printer.ty(&block.self_ty)))
    };
    let mut add = |name: &syn::Ident, kind, signature, attrs: &[syn::Attribute]| {
        let condition = condition.and(&Condition::of(attrs));
        if !condition.is_never() && !is_hidden(attrs) {
            let notes = of.iter().cloned().chain(signatures::notes(attrs, &condition)).collect();
            lines.add(home, child(home, &name.to_string()), kind, signature, notes);
        }
    };
    for item in &block.items {
        match item {
            ImplItem::Fn(method) if is_public(&method.vis) => {
                let mut sig = method.sig.clone();
                demand(&mut sig.generics, &block.generics);
                add(&sig.ident, Kind::Fn, printer.signature(&sig), &method.attrs);
            }
            ImplItem::Const(constant) if is_public(&constant.vis) => {
                let mut generics = Generics::default();
                demand(&mut generics, &block.generics);
                let signature = printer.ty(&constant.ty) + &printer.generics(&generics).1;
                add(&constant.ident, Kind::Const, signature, &constant.attrs);
            }
            ImplItem::Type(ty) if is_public(&ty.vis) => {
                add(&ty.ident, Kind::Type, format!("= {}", printer.ty(&ty.ty)), &ty.attrs);
            }
            _ => {}
        }
    }
}

/// Adds the bounds of a block to each of its functions.
fn demand(generics: &mut Generics, of_block: &Generics) {
    let mut limits = Vec::<syn::WherePredicate>::new();
    for parameter in of_block.type_params().filter(|parameter| !parameter.bounds.is_empty()) {
        let (name, bounds) = (&parameter.ident, &parameter.bounds);
        limits.push(syn::parse_quote!(#name: #bounds));
    }
    limits.extend(of_block.where_clause.iter().flat_map(|limits| limits.predicates.iter().cloned()));
    if !limits.is_empty() {
        generics.make_where_clause().predicates.extend(limits);
    }
}

/// Returns the types that an implementation names.
fn types(block: &ItemImpl, printer: Printer<'_>) -> String {
    let types = block.items.iter().filter_map(|item| match item {
        ImplItem::Type(item) => {
            let (parameters, _) = printer.generics(&item.generics);
            Some(format!("{}{parameters} = {}", item.ident, printer.ty(&item.ty)))
        }
        _ => None,
    });
    let types: Vec<_> = types.collect();
    if types.is_empty() { String::new() } else { format!(" {{ {} }}", types.join(", ")) }
}

/// Returns whether a type is a parameter of the block: what is implemented for all types belongs to its trait.
fn is_parameter(ty: &Type, generics: &Generics) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.get_ident().is_some_and(|ident| generics.type_params().any(|parameter| parameter.ident == *ident))
}

/// Returns whether a type has the parameters of the block as they are, so that it goes without saying.
fn is_plain(ty: &Type, generics: &Generics) -> bool {
    let Type::Path(path) = ty else { return false };
    let arguments = match path.path.segments.last().map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => &arguments.args,
        Some(PathArguments::None) => return true,
        _ => return false,
    };
    let parameters: Vec<_> = generics.params.iter().map(name).collect();
    arguments.iter().all(|argument| match argument {
        GenericArgument::Lifetime(_) => true,
        GenericArgument::Type(Type::Path(path)) => {
            path.path.get_ident().is_some_and(|ident| parameters.contains(&ident.to_string()))
        }
        _ => false,
    })
}

fn name(parameter: &GenericParam) -> String {
    match parameter {
        GenericParam::Type(parameter) => parameter.ident.to_string(),
        GenericParam::Const(parameter) => parameter.ident.to_string(),
        GenericParam::Lifetime(parameter) => parameter.lifetime.to_string(),
    }
}

/// Returns a type of ours as an argument of another crate's trait: `From<Order> for String`.
fn argument<'a>(contract: &syn::Path, printer: Printer<'a>) -> Option<&'a Path> {
    let PathArguments::AngleBracketed(arguments) = &contract.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => printer.home(ty),
        _ => None,
    })
}
