//! The modules of crates as their files have them, and what names mean in them.

use std::collections::{BTreeMap, HashMap};

use syn::{Attribute, Item, UseTree, Visibility};

use super::cfg_conditions::{self, Condition};
use super::macros::Macro;
use super::syntax::{self, Path, child};
use crate::emit;
use crate::output::Files;

/// What the crate goes by whose surface is asked for.
pub(super) const OWN: &str = "crate";

/// Names that lead each other round in a circle are given up.
const LONGEST_CHAIN: usize = 32;

/// A module.
#[derive(Default)]
pub(super) struct Module {
    /// The items that have names.
    pub(super) items: BTreeMap<String, Vec<Item>>,
    pub(super) modules: BTreeMap<String, Inner>,
    pub(super) uses: Vec<Import>,
    pub(super) impls: Vec<syn::ItemImpl>,
    /// Calls of macros that are not known.
    pub(super) calls: Vec<syn::ItemMacro>,
    /// When it exists.
    pub(super) condition: Condition,
    pub(super) unreadable: Option<String>,
}

/// How a module is declared in the one above.
pub(super) struct Inner {
    pub(super) is_public: bool,
    pub(super) attrs: Vec<Attribute>,
}

/// One name that a `use` brings in; `*` for all of a module.
#[derive(Clone)]
pub(super) struct Import {
    pub(super) name: String,
    pub(super) path: Path,
    pub(super) is_public: bool,
    pub(super) attrs: Vec<Attribute>,
}

/// All modules of some crates, by their paths.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) modules: BTreeMap<Path, Module>,
    macros: HashMap<String, Vec<Macro>>,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Item(Path),
    Module(Path),
    Elsewhere(Path),
}

impl Tree {
    /// Reads crates by their names. What the macros of emitted code make is known without the runtime's files, too.
    pub(super) fn read<'a>(crates: impl IntoIterator<Item = (&'a str, &'a Files)>) -> Self {
        let mut tree = Self::default();
        let crates: Vec<_> = crates.into_iter().collect();
        let parsed: Vec<_> = crates.iter().map(|(name, files)| (*name, Sources::parse(files))).collect();
        if crates.iter().all(|(name, _)| *name != emit::RUNTIME) {
            for file in emit::MACROS.into_iter().flat_map(syn::parse_file) {
                tree.note_macros(emit::RUNTIME, &file.items, &Condition::default());
            }
        }
        for (name, sources) in &parsed {
            for file in sources.0.values().flatten() {
                tree.note_macros(name, &file.items, &Condition::default());
            }
        }
        for (name, sources) in parsed {
            Reading { home: name, sources, tree: &mut tree }.root();
        }
        tree
    }

    /// Notes the macros that a file declares: they are used before and behind it.
    fn note_macros(&mut self, home: &str, items: &[Item], above: &Condition) {
        for item in items {
            match item {
                Item::Macro(declared) => {
                    let Some(name) = &declared.ident else { continue };
                    let condition = above.and(&Condition::of(&declared.attrs));
                    self.macros.entry(name.to_string()).or_default().push(Macro::new(declared, home, condition));
                }
                Item::Mod(module) => {
                    let condition = above.and(&Condition::of(&module.attrs));
                    let inner = module.content.as_ref().map_or(&[][..], |(_, items)| items.as_slice());
                    self.note_macros(home, inner, &condition);
                }
                _ => {}
            }
        }
    }

    /// Returns what a path means in a module.
    pub(super) fn resolve(&self, module: &[String], path: &[String]) -> Target {
        self.resolve_within(module, path, 0)
    }

    fn resolve_within(&self, module: &[String], path: &[String], depth: usize) -> Target {
        let elsewhere = || Target::Elsewhere(path.to_vec());
        let Some((first, rest)) = path.split_first().filter(|_| depth < LONGEST_CHAIN) else { return elsewhere() };
        let inside = match first.as_str() {
            "crate" => module.first().map(|home| vec![home.clone()]),
            "self" => Some(module.to_vec()),
            "super" => module.split_last().filter(|(_, above)| !above.is_empty()).map(|(_, above)| above.to_vec()),
            _ => None,
        };
        if let Some(inside) = inside {
            return self.step_into(inside, rest, depth);
        }
        let Some(here) = self.modules.get(module) else { return elsewhere() };
        if here.modules.contains_key(first) {
            return self.step_into(child(module, first), rest, depth);
        }
        if here.items.contains_key(first) {
            // What stands in an item, such as the variant of an enum, goes by the item's name.
            return if rest.is_empty() { Target::Item(child(module, first)) } else { elsewhere() };
        }
        let named = here.uses.iter().filter(|import| import.name == *first).map(|import| import.path.clone());
        let globs = here.uses.iter().filter(|import| import.name == "*").map(|import| child(&import.path, first));
        for (mut wider, is_named) in named.map(|path| (path, true)).chain(globs.map(|path| (path, false))) {
            wider.extend_from_slice(rest);
            if wider == path {
                continue;
            }
            match self.resolve_within(module, &wider, depth + 1) {
                // A glob may as well bring in something else.
                Target::Elsewhere(_) if !is_named => {}
                target => return target,
            }
        }
        if self.modules.contains_key(std::slice::from_ref(first)) {
            return self.step_into(vec![first.clone()], rest, depth);
        }
        elsewhere()
    }

    fn step_into(&self, inside: Path, rest: &[String], depth: usize) -> Target {
        if rest.is_empty() { Target::Module(inside) } else { self.resolve_within(&inside, rest, depth + 1) }
    }
}

/// The files of a crate that are Rust, and what is wrong with others.
struct Sources(BTreeMap<String, Result<syn::File, String>>);

impl Sources {
    fn parse(files: &Files) -> Self {
        let parse = |text| syn::parse_file(text).map_err(|error| error.to_string());
        Self(files.iter().map(|(path, text)| (path.to_owned(), parse(text))).collect())
    }
}

/// The walk over the files of one crate.
struct Reading<'a, 't> {
    home: &'a str,
    sources: Sources,
    tree: &'t mut Tree,
}

/// A module that is still to be read from its file.
struct Open {
    path: Path,
    file: String,
    condition: Condition,
}

impl Reading<'_, '_> {
    fn root(mut self) {
        let mut open =
            vec![Open { path: vec![self.home.to_owned()], file: "lib.rs".to_owned(), condition: Condition::default() }];
        while let Some(Open { path, file, condition }) = open.pop() {
            match self.sources.0.remove(&file) {
                Some(Ok(parsed)) => {
                    let dir = file.strip_suffix("mod.rs").or(file.strip_suffix("lib.rs"));
                    let dir = dir.map_or_else(|| format!("{}/", file.trim_end_matches(".rs")), str::to_owned);
                    self.module(path, parsed.items, &dir, condition, &mut open);
                }
                Some(Err(error)) => {
                    let unreadable = Some(format!("{file}: {error}"));
                    self.tree.modules.insert(path, Module { condition, unreadable, ..Module::default() });
                }
                None => {}
            }
        }
    }

    fn module(&mut self, path: Path, items: Vec<Item>, dir: &str, condition: Condition, open: &mut Vec<Open>) {
        let mut module = Module { condition, ..Module::default() };
        let items = self.expanded(items, 0);
        for item in items {
            match item {
                Item::Mod(item) => {
                    let condition = module.condition.and(&Condition::of(&item.attrs));
                    if condition.is_never() {
                        continue;
                    }
                    let name = item.ident.to_string();
                    let inner = child(&path, &name);
                    let is_public = is_public(&item.vis);
                    module.modules.insert(name.clone(), Inner { is_public, attrs: item.attrs });
                    let inner_dir = format!("{dir}{}/", name.trim_start_matches("r#"));
                    match item.content {
                        Some((_, items)) => self.module(inner, items, &inner_dir, condition, open),
                        None => {
                            let nested = format!("{inner_dir}mod.rs");
                            let flat = format!("{}.rs", inner_dir.trim_end_matches('/'));
                            let file = if self.sources.0.contains_key(&nested) { nested } else { flat };
                            open.push(Open { path: inner, file, condition });
                        }
                    }
                }
                Item::Use(item) => {
                    imports(&item.tree, Vec::new(), (is_public(&item.vis), &item.attrs), &mut module.uses);
                }
                Item::Impl(item) => module.impls.push(item),
                Item::Macro(call) if call.ident.is_none() => module.calls.push(call),
                item => {
                    if let Some(name) = name(&item) {
                        module.items.entry(name).or_default().push(item);
                    }
                }
            }
        }
        self.tree.modules.insert(path, module);
    }

    /// Returns the items, with those that macros make in the place of their calls.
    fn expanded(&self, items: Vec<Item>, depth: usize) -> Vec<Item> {
        let mut expanded = Vec::new();
        for item in items {
            let attrs = syntax::attributes(&item);
            if Condition::of(attrs).is_never() {
                continue;
            }
            match item {
                Item::Macro(call) if call.ident.is_none() && depth < LONGEST_CHAIN => match self.made(&call) {
                    Some(made) => expanded.extend(self.expanded(made, depth + 1)),
                    None => expanded.push(Item::Macro(call)),
                },
                item => expanded.push(item),
            }
        }
        expanded
    }

    /// Returns what the call of a macro makes, under the conditions of its declaration.
    fn made(&self, call: &syn::ItemMacro) -> Option<Vec<Item>> {
        let name = call.mac.path.segments.last()?.ident.to_string();
        let mut items = Vec::new();
        for declared in self.tree.macros.get(&name)?.iter().filter(|declared| !declared.condition.is_never()) {
            let file: syn::File = syn::parse2(declared.expand(&call.mac.tokens, self.home)?).ok()?;
            let notes = declared.condition.and(&Condition::of(&call.attrs));
            items.extend(file.items.into_iter().map(|item| cfg_conditions::with_condition(item, &notes)));
        }
        Some(items)
    }
}

fn imports(tree: &UseTree, mut prefix: Path, kind: (bool, &[Attribute]), found: &mut Vec<Import>) {
    let mut add = |name: String, path| {
        found.push(Import { name, path, is_public: kind.0, attrs: kind.1.to_vec() });
    };
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            imports(&path.tree, prefix, kind, found);
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                imports(tree, prefix.clone(), kind, found);
            }
        }
        UseTree::Glob(_) => add("*".to_owned(), prefix),
        UseTree::Name(name) if name.ident == "self" => add(prefix.last().cloned().unwrap_or_default(), prefix),
        UseTree::Name(name) => {
            prefix.push(name.ident.to_string());
            add(name.ident.to_string(), prefix);
        }
        UseTree::Rename(rename) => {
            if rename.ident != "self" {
                prefix.push(rename.ident.to_string());
            }
            add(rename.rename.to_string(), prefix);
        }
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => return item.ident.as_ref().map(ToString::to_string),
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Returns whether others can see an item where it stands; a macro is seen at the crate's root.
pub(super) fn is_public_item(item: &Item) -> bool {
    is_public(match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::TraitAlias(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Union(item) => &item.vis,
        _ => return false,
    })
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
