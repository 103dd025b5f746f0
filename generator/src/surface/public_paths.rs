//! Which items users of a crate can name, and by which paths.

use std::collections::{BTreeMap, BTreeSet};

use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Meta, Token};

use super::cfg_conditions::Condition;
use super::syntax::{self, Path, child};
use super::tree::{OWN, Target, Tree, is_public_item};

/// Deeper modules than this can only be inside themselves.
const DEEPEST: usize = 16;

/// A path that users can write, and what it leads to.
pub(super) struct Public {
    pub(super) path: Path,
    pub(super) target: Target,
    /// When the path exists.
    pub(super) condition: Condition,
}

/// Returns every public path of the own crate.
pub(super) fn walk(tree: &Tree) -> Vec<Public> {
    let mut walk = Walk { tree, found: Vec::new(), open: Vec::new() };
    walk.open.push((Path::new(), vec![OWN.to_owned()], Condition::default()));
    let mut seen = BTreeSet::new();
    while let Some((public, module, condition)) = walk.open.pop() {
        if public.len() <= DEEPEST && seen.insert((public.clone(), module.clone())) {
            walk.module(&public, &module, &condition);
        }
    }
    walk.exported_macros();
    walk.found
}

struct Walk<'a> {
    tree: &'a Tree,
    found: Vec<Public>,
    /// Modules by the paths to them that are still to be looked into.
    open: Vec<(Path, Path, Condition)>,
}

impl Walk<'_> {
    fn module(&mut self, public: &Path, module: &Path, condition: &Condition) {
        let Some(here) = self.tree.modules.get(module) else { return };
        let condition = condition.and(&here.condition);
        for (name, items) in &here.items {
            if items.iter().any(|item| is_public_item(item) && !is_hidden(syntax::attributes(item))) {
                self.add(child(public, name), Target::Item(child(module, name)), condition.clone());
            }
        }
        let modules = here.modules.iter().filter(|(_, inner)| inner.is_public && !is_hidden(&inner.attrs));
        for (name, _) in modules {
            self.add(child(public, name), Target::Module(child(module, name)), condition.clone());
        }
        for import in here.uses.iter().filter(|import| import.is_public && !is_hidden(&import.attrs)) {
            let condition = condition.and(&Condition::of(&import.attrs));
            match (import.name.as_str(), self.tree.resolve(module, &import.path)) {
                ("*", Target::Module(module)) => self.open.push((public.clone(), module, condition)),
                (name, target) => self.add(child(public, name), target, condition),
            }
        }
    }

    fn add(&mut self, path: Path, target: Target, condition: Condition) {
        if let Target::Module(module) = &target {
            self.open.push((path.clone(), module.clone(), condition.clone()));
        }
        self.found.push(Public { path, target, condition });
    }

    /// Macros are at the root, wherever they are declared.
    fn exported_macros(&mut self) {
        for (module, here) in self.tree.modules.iter().filter(|(path, _)| path[0] == OWN) {
            let exported = |item: &Item| {
                let Item::Macro(item) = item else { return false };
                item.attrs.iter().any(|attr| attr.path().is_ident("macro_export")) && !is_hidden(&item.attrs)
            };
            for (name, _) in here.items.iter().filter(|(_, items)| items.iter().any(exported)) {
                let target = Target::Item(child(module, name));
                self.found.push(Public { path: vec![name.clone()], target, condition: here.condition.clone() });
            }
        }
    }
}

/// Returns whether an item is none of its users' business.
pub(super) fn is_hidden(attrs: &[Attribute]) -> bool {
    let words = |attr: &Attribute| attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let mut docs = attrs.iter().filter(|attr| attr.path().is_ident("doc"));
    docs.any(|attr| words(attr).into_iter().flatten().any(|word| word.path().is_ident("hidden")))
}

/// The path of each item by which the surface lists it.
pub(super) struct Homes<'a> {
    homes: BTreeMap<Path, &'a Path>,
    /// Items that are only reached by an alias, which is public.
    behind_aliases: Vec<(Path, &'a Public)>,
}

impl<'a> Homes<'a> {
    /// Creates the shortest of the public paths, or else that of a public alias.
    pub(super) fn of(tree: &Tree, public: &'a [Public]) -> Self {
        let mut homes = Self { homes: BTreeMap::new(), behind_aliases: Vec::new() };
        for Public { path, target, .. } in public {
            if let Target::Item(item) = target {
                let home = homes.homes.entry(item.clone()).or_insert(path);
                if (path.len(), path) < (home.len(), *home) {
                    *home = path;
                }
            }
        }
        for alias in public {
            let Target::Item(item) = &alias.target else { continue };
            if let Some(item) = aliased(tree, item).filter(|item| !homes.homes.contains_key(item)) {
                homes.homes.insert(item.clone(), &alias.path);
                homes.behind_aliases.push((item, alias));
            }
        }
        homes
    }

    /// Returns where an item is listed, if users can name it.
    pub(super) fn get(&self, item: &Path) -> Option<&'a Path> {
        self.homes.get(item).copied()
    }

    /// Returns the items that are listed under the path of an alias for them.
    pub(super) fn behind_aliases(&self) -> &[(Path, &'a Public)] {
        &self.behind_aliases
    }
}

/// Returns what an alias is another name for.
fn aliased(tree: &Tree, item: &Path) -> Option<Path> {
    let (name, module) = item.split_last()?;
    let alias = tree.modules.get(module)?.items.get(name)?.iter().find_map(|item| match item {
        Item::Type(alias) => Some(alias),
        _ => None,
    })?;
    let syn::Type::Path(of) = &*alias.ty else { return None };
    match tree.resolve(module, &syntax::names(&of.path)) {
        Target::Item(item) => Some(item),
        Target::Module(_) | Target::Elsewhere(_) => None,
    }
}
