//! What a crate offers to others, one line each: the first thing to read when generated code changes.
//!
//! It is read off the rendered files, not off the model they were made from, so that it cannot tell another story.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, ImplItem, Item, Signature, TraitItem, UseTree, Visibility};

use crate::output::Files;
use crate::render::unparse;

/// The public items of the crate whose root is `lib.rs`, sorted by path.
///
/// An item that can be reached by several paths is listed in full under the shortest; the others say so. A file that
/// cannot be read is listed as such, where its items would be.
#[must_use]
pub fn surface(files: &Files) -> String {
    let tree = Tree::read(files);
    let mut lines = tree.lines();
    lines.sort_by_cached_key(|(path, line)| (path.clone(), line.starts_with("impl "), line.clone()));
    lines.dedup();
    let mut text = String::from(
        "// @generated: every public item of the crate. A line that is gone or changed may break its users.\n\n",
    );
    for (_, line) in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The names on the way to an item.
type Path = Vec<String>;

/// A module as its file has it.
#[derive(Default)]
struct Module {
    items: BTreeMap<String, Vec<Item>>,
    modules: BTreeMap<String, bool>,
    uses: Vec<Import>,
    impls: Vec<Item>,
    unreadable: Option<String>,
}

/// One name that a `use` brings in; `*` for all of a module.
struct Import {
    name: String,
    path: Path,
    is_public: bool,
}

/// All modules of a crate, by their paths.
struct Tree {
    modules: BTreeMap<Path, Module>,
}

/// What a path leads to.
enum Target {
    Item(Path),
    Module(Path),
    Elsewhere(Path),
}

impl Tree {
    fn read(files: &Files) -> Self {
        let mut tree = Self { modules: BTreeMap::new() };
        let mut open = vec![(Vec::new(), "lib.rs".to_owned())];
        while let Some((path, file)) = open.pop() {
            let items = match files.get(&file).map(syn::parse_file) {
                Some(Ok(file)) => file.items,
                Some(Err(error)) => {
                    let module = Module { unreadable: Some(format!("{file}: {error}")), ..Module::default() };
                    tree.modules.insert(path, module);
                    continue;
                }
                None => continue,
            };
            let dir = file
                .strip_suffix("mod.rs")
                .or(file.strip_suffix("lib.rs"))
                .map_or_else(|| format!("{}/", file.trim_end_matches(".rs")), str::to_owned);
            tree.add(path, items, &dir, files, &mut open);
        }
        tree
    }

    fn add(&mut self, path: Path, items: Vec<Item>, dir: &str, files: &Files, open: &mut Vec<(Path, String)>) {
        let mut module = Module::default();
        for item in items {
            match item {
                Item::Mod(item) if is_test(&item.attrs) => {}
                Item::Mod(item) => {
                    let name = item.ident.to_string();
                    let inner = child(&path, &name);
                    module.modules.insert(name.clone(), is_public(&item.vis));
                    let inner_dir = format!("{dir}{}/", name.trim_start_matches("r#"));
                    match item.content {
                        Some((_, items)) => self.add(inner, items, &inner_dir, files, open),
                        None => {
                            let nested = format!("{inner_dir}mod.rs");
                            let flat = format!("{}.rs", inner_dir.trim_end_matches('/'));
                            open.push((inner, if files.get(&nested).is_some() { nested } else { flat }));
                        }
                    }
                }
                Item::Use(item) => imports(&item.tree, Vec::new(), is_public(&item.vis), &mut module.uses),
                Item::Impl(_) => module.impls.push(item),
                Item::Macro(ref call) if call.ident.is_none() => module.impls.push(item),
                item => {
                    if let Some(name) = name(&item) {
                        module.items.entry(name).or_default().push(item);
                    }
                }
            }
        }
        self.modules.insert(path, module);
    }

    /// What a name means in a module, seen from within the crate.
    fn resolve(&self, module: &Path, path: &[String], depth: usize) -> Target {
        let elsewhere = || Target::Elsewhere(path.to_vec());
        let Some((first, rest)) = path.split_first().filter(|_| depth < 32) else { return elsewhere() };
        let inside = match first.as_str() {
            "crate" => Some(Vec::new()),
            "self" => Some(module.clone()),
            "super" => module.split_last().map(|(_, above)| above.to_vec()),
            _ => None,
        };
        if let Some(inside) = inside {
            return if rest.is_empty() { Target::Module(inside) } else { self.resolve(&inside, rest, depth + 1) };
        }
        let Some(here) = self.modules.get(module) else { return elsewhere() };
        if here.modules.contains_key(first) {
            let inside = child(module, first);
            return if rest.is_empty() { Target::Module(inside) } else { self.resolve(&inside, rest, depth + 1) };
        }
        if rest.is_empty() && here.items.contains_key(first) {
            return Target::Item(child(module, first));
        }
        let named = here.uses.iter().filter(|import| import.name == *first && import.path.as_slice() != path);
        let globs = here.uses.iter().filter(|import| import.name == "*");
        let wider = named.map(|import| import.path.clone()).chain(globs.map(|import| {
            let mut path = import.path.clone();
            path.push(first.clone());
            path
        }));
        for mut wider in wider {
            wider.extend_from_slice(rest);
            match self.resolve(module, &wider, depth + 1) {
                Target::Elsewhere(_) if rest.is_empty() && !here.uses.iter().any(|import| import.path == wider) => {}
                target => return target,
            }
        }
        elsewhere()
    }

    /// Every public path with what it leads to.
    fn public(&self) -> Vec<(Path, Target)> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(Path::new(), Path::new())];
        while let Some((public, module)) = open.pop() {
            if public.len() > 16 || !seen.insert((public.clone(), module.clone())) {
                continue;
            }
            let Some(here) = self.modules.get(&module) else { continue };
            for (name, items) in &here.items {
                if items.iter().any(is_public_item) {
                    found.push((child(&public, name), Target::Item(child(&module, name))));
                }
            }
            for (name, _) in here.modules.iter().filter(|(_, is_public)| **is_public) {
                found.push((child(&public, name), Target::Module(child(&module, name))));
                open.push((child(&public, name), child(&module, name)));
            }
            for import in here.uses.iter().filter(|import| import.is_public) {
                let target = self.resolve(&module, &import.path, 0);
                match (import.name.as_str(), target) {
                    ("*", Target::Module(module)) => open.push((public.clone(), module)),
                    (name, Target::Module(module)) => {
                        found.push((child(&public, name), Target::Module(module.clone())));
                        open.push((child(&public, name), module));
                    }
                    (name, target) => found.push((child(&public, name), target)),
                }
            }
        }
        found
    }

    /// The lines of the surface, each with the path it is sorted by.
    fn lines(&self) -> Vec<(Path, String)> {
        let public = self.public();
        let mut homes: BTreeMap<&Path, &Path> = BTreeMap::new();
        for (path, target) in &public {
            if let Target::Item(item) = target {
                let home = homes.entry(item).or_insert(path);
                if (path.len(), path) < (home.len(), *home) {
                    *home = path;
                }
            }
        }
        let mut lines = Vec::new();
        for (path, target) in &public {
            let shown = path.join("::");
            match target {
                Target::Module(module) => {
                    lines.push((path.clone(), format!("pub mod {shown}")));
                    if let Some(why) = self.modules.get(module).and_then(|module| module.unreadable.as_ref()) {
                        lines.push((path.clone(), format!("unreadable {why}")));
                    }
                }
                Target::Elsewhere(other) => {
                    lines.push((path.clone(), format!("pub use {} as {shown}", other.join("::"))))
                }
                Target::Item(item) if homes[item] != path => {
                    lines.push((path.clone(), format!("pub use {} as {shown}", homes[item].join("::"))));
                }
                Target::Item(item) => self.item(path, item, &mut lines),
            }
        }
        if let Some(why) = self.modules.get(&Vec::new()).and_then(|root| root.unreadable.as_ref()) {
            lines.push((Vec::new(), format!("unreadable {why}")));
        }
        for (module, here) in &self.modules {
            for item in &here.impls {
                self.implementation(module, item, &homes, &mut lines);
            }
        }
        lines
    }

    fn item(&self, path: &Path, item: &Path, lines: &mut Vec<(Path, String)>) {
        let Some((name, module)) = item.split_last() else { return };
        let items = self.modules.get(module).and_then(|module| module.items.get(name));
        for item in items.into_iter().flatten() {
            describe(path, item, lines);
        }
    }

    /// The methods of a public type, and the traits it has.
    fn implementation(
        &self,
        module: &Path,
        item: &Item,
        homes: &BTreeMap<&Path, &Path>,
        lines: &mut Vec<(Path, String)>,
    ) {
        let public = |path: Path| match self.resolve(module, &path, 0) {
            Target::Item(item) => homes.get(&item).map(|home| (*home).clone()),
            Target::Module(_) | Target::Elsewhere(_) => None,
        };
        match item {
            Item::Macro(call) => {
                let argument = call.mac.parse_body::<syn::Ident>();
                if let Some(home) = argument.ok().and_then(|ident| public(vec![ident.to_string()])) {
                    let name = squeeze(&call.mac.path.to_token_stream().to_string());
                    lines.push((home.clone(), format!("impl {name}! for {}", home.join("::"))));
                }
            }
            Item::Impl(block) => {
                let syn::Type::Path(of) = &*block.self_ty else { return };
                let names = of.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                if let Some(home) = public(names) {
                    block_lines(&home, block, lines);
                }
            }
            _ => {}
        }
    }
}

/// The lines of one `impl` block of a public type.
fn block_lines(home: &Path, block: &syn::ItemImpl, lines: &mut Vec<(Path, String)>) {
    let shown = home.join("::");
    if let Some((implemented, _)) = &block.trait_ {
        let (generics, _, limits) = block.generics.split_for_impl();
        let of = &block.self_ty;
        let head = unparse(syn::parse_quote!(impl #generics #implemented for #of #limits {}));
        let head = flat(head.trim_end().trim_end_matches("{}"));
        let head = head.replacen(&format!(" for {}", printed_type(of)), &format!(" for {shown}"), 1);
        let types = block.items.iter().filter_map(|item| match item {
            ImplItem::Type(item) => Some(format!("type {} = {}", item.ident, printed_type(&item.ty))),
            _ => None,
        });
        let types: Vec<_> = types.collect();
        let types = if types.is_empty() { String::new() } else { format!(": {}", types.join(", ")) };
        lines.push((home.clone(), format!("{head}{types}")));
        return;
    }
    for item in &block.items {
        match item {
            ImplItem::Fn(method) if is_public(&method.vis) => {
                let path = child(home, &method.sig.ident.to_string());
                let line = format!("{}pub {}", notes(&method.attrs), signature(&method.sig, &path));
                lines.push((path, line));
            }
            ImplItem::Const(constant) if is_public(&constant.vis) => {
                let path = child(home, &constant.ident.to_string());
                let line =
                    format!("{}pub const {}: {}", notes(&constant.attrs), path.join("::"), printed_type(&constant.ty));
                lines.push((path, line));
            }
            _ => {}
        }
    }
}

/// The lines of an item under its public path.
fn describe(path: &Path, item: &Item, lines: &mut Vec<(Path, String)>) {
    let shown = path.join("::");
    let mut line = |text: String| lines.push((path.clone(), text));
    match item {
        Item::Struct(item) => {
            let (notes, generics) = (notes(&item.attrs), squeeze(&item.generics.to_token_stream().to_string()));
            line(format!("{notes}pub struct {shown}{generics}{}", tuple(&item.fields)));
            derives(&shown, &item.attrs, &mut line);
            members(path, &item.fields, "pub ", lines);
        }
        Item::Enum(item) => {
            let (notes, generics) = (notes(&item.attrs), squeeze(&item.generics.to_token_stream().to_string()));
            line(format!("{notes}pub enum {shown}{generics}"));
            derives(&shown, &item.attrs, &mut line);
            for variant in &item.variants {
                let path = child(path, &variant.ident.to_string());
                let line = format!("{}pub {}{}", self::notes(&variant.attrs), path.join("::"), tuple(&variant.fields));
                lines.push((path.clone(), line));
                members(&path, &variant.fields, "", lines);
            }
        }
        Item::Fn(item) => line(format!("{}pub {}", notes(&item.attrs), signature(&item.sig, path))),
        Item::Const(item) => line(format!("{}pub const {shown}: {}", notes(&item.attrs), printed_type(&item.ty))),
        Item::Static(item) => line(format!("{}pub static {shown}: {}", notes(&item.attrs), printed_type(&item.ty))),
        Item::Type(item) => {
            let generics = squeeze(&item.generics.to_token_stream().to_string());
            line(format!("{}pub type {shown}{generics} = {}", notes(&item.attrs), printed_type(&item.ty)));
        }
        Item::Trait(item) => {
            line(format!("{}pub trait {shown}", notes(&item.attrs)));
            for member in &item.items {
                if let TraitItem::Fn(method) = member {
                    let path = child(path, &method.sig.ident.to_string());
                    let line = signature(&method.sig, &path);
                    lines.push((path, line));
                }
            }
        }
        Item::Macro(_) => line(format!("macro {shown}!")),
        other => line(format!("pub {shown} = {}", squeeze(&other.to_token_stream().to_string()))),
    }
}

/// The named fields that others can see.
fn members(path: &Path, fields: &Fields, visibility: &str, lines: &mut Vec<(Path, String)>) {
    let Fields::Named(fields) = fields else { return };
    for field in &fields.named {
        let Some(name) = field.ident.as_ref().filter(|_| visibility.is_empty() || is_public(&field.vis)) else {
            continue;
        };
        let path = child(path, &name.to_string());
        let line = format!("{}{visibility}{}: {}", notes(&field.attrs), path.join("::"), printed_type(&field.ty));
        lines.push((path, line));
    }
}

/// The types of unnamed fields.
fn tuple(fields: &Fields) -> String {
    let Fields::Unnamed(fields) = fields else { return String::new() };
    let types: Vec<_> = fields.unnamed.iter().map(|field| printed_type(&field.ty)).collect();
    format!("({})", types.join(", "))
}

fn derives(shown: &str, attrs: &[Attribute], line: &mut impl FnMut(String)) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        let traits = attr.parse_args_with(Punctuated::<syn::Path, syn::Token![,]>::parse_terminated);
        for name in traits.into_iter().flatten() {
            line(format!("impl {} for {shown}", squeeze(&name.to_token_stream().to_string())));
        }
    }
}

/// The attributes that change what an item means to its users.
fn notes(attrs: &[Attribute]) -> String {
    let told = attrs.iter().filter(|attr| {
        let path = attr.path();
        let hidden = path.is_ident("doc") && matches!(attr.meta, syn::Meta::List(_));
        hidden || ["non_exhaustive", "deprecated", "cfg"].iter().any(|name| path.is_ident(name))
    });
    told.map(|attr| squeeze(&attr.to_token_stream().to_string()) + " ").collect()
}

/// A signature on one line, under the full path of its function.
fn signature(sig: &Signature, path: &Path) -> String {
    let item: Item = syn::parse_quote!(#sig {});
    let text = flat(unparse(item).trim_end().trim_end_matches("{}"));
    let name = format!("fn {}", sig.ident);
    text.replacen(&name, &format!("fn {}", path.join("::")), 1)
}

fn printed_type(ty: &syn::Type) -> String {
    let text = flat(&unparse(syn::parse_quote!(type T = #ty;)));
    text.trim_start_matches("type T = ").trim_end_matches(';').to_owned()
}

/// Code on one line, as if lines had no end.
fn flat(code: &str) -> String {
    let line = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.replace("( ", "(").replace(", )", ")").replace("< ", "<").replace(", >", ">");
    line.replace(" )", ")").replace(" .", ".")
}

/// Tokens without the blanks that separate them.
fn squeeze(tokens: &str) -> String {
    let mut text = flat(tokens);
    for (wide, narrow) in
        [(" :: ", "::"), (" :", ":"), (" <", "<"), (" >", ">"), (" ,", ","), (" (", "("), ("# [", "#["), (" !", "!")]
    {
        text = text.replace(wide, narrow);
    }
    text
}

fn imports(tree: &UseTree, mut prefix: Path, is_public: bool, found: &mut Vec<Import>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            imports(&path.tree, prefix, is_public, found);
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                imports(tree, prefix.clone(), is_public, found);
            }
        }
        UseTree::Glob(_) => found.push(Import { name: "*".to_owned(), path: prefix, is_public }),
        UseTree::Name(name) if name.ident == "self" => {
            let name = prefix.last().cloned().unwrap_or_default();
            found.push(Import { name, path: prefix, is_public });
        }
        UseTree::Name(name) => {
            prefix.push(name.ident.to_string());
            found.push(Import { name: name.ident.to_string(), path: prefix, is_public });
        }
        UseTree::Rename(rename) => {
            if rename.ident != "self" {
                prefix.push(rename.ident.to_string());
            }
            found.push(Import { name: rename.rename.to_string(), path: prefix, is_public });
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

fn is_public_item(item: &Item) -> bool {
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
        Item::Macro(item) => return item.attrs.iter().any(|attr| attr.path().is_ident("macro_export")),
        _ => return false,
    })
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg") && attr.to_token_stream().to_string().contains("(test)"))
}

fn child(path: &[String], name: &str) -> Path {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface_of(files: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        surface(&files).lines().skip(2).map(str::to_owned).collect()
    }

    #[test]
    fn a_crate_is_listed_under_the_paths_its_users_write() {
        let lines = surface_of(&[
            (
                "lib.rs",
                "mod client; pub mod models; pub use client::Client; pub use client::Builder as Maker; pub use other::{Date, Map as Dictionary};
                 pub const LIMIT: usize = 3; fn private() {}",
            ),
            (
                "client.rs",
                "use crate::models::Order;
                 #[derive(Clone, Debug)] pub struct Client { pub(crate) core: u8 }
                 pub struct Builder; pub struct Hidden;
                 impl Client { pub fn order(&self, id: impl AsRef<str>, orders: &[Order]) -> Call { self.call() } fn inner(&self) {} }
                 impl Hidden { pub fn no(&self) {} }
                 pub type Alias<T> = Result<T, u8>;",
            ),
            ("models/mod.rs", "mod order; mod status; pub use order::Order; pub use status::*;"),
            (
                "models/order.rs",
                "use super::Status;
                 #[non_exhaustive] #[derive(Clone)] pub struct Order { pub id: Option<String>, extra: u8 }
                 impl IntoFuture for Order { type Output = Result<Vec<u8>, Error>; type IntoFuture = F; fn into_future(self) -> F { f() } }
                 impl From<Status> for Order { fn from(s: Status) -> Self { s.into() } }
                 rt::object!(Order);",
            ),
            ("models/status.rs", "#[non_exhaustive] pub enum Status { Open, Unknown(Value), Named { a: u8 } }
                 impl Status { pub fn very_long_name_of_a_method(&self, first_argument: impl Into<String>, second_argument: Option<&'static str>) -> Self { x } }
                 #[cfg(test)] mod tests { pub struct T; }"),
        ]);
        let expected = [
            "pub struct Client",
            "impl Clone for Client",
            "impl Debug for Client",
            "pub fn Client::order(&self, id: impl AsRef<str>, orders: &[Order]) -> Call",
            "pub use other::Date as Date",
            "pub use other::Map as Dictionary",
            "pub const LIMIT: usize",
            "pub struct Maker",
            "pub mod models",
            "#[non_exhaustive] pub struct models::Order",
            "impl Clone for models::Order",
            "impl From<Status> for models::Order",
            "impl IntoFuture for models::Order: type Output = Result<Vec<u8>, Error>, type IntoFuture = F",
            "impl rt::object! for models::Order",
            "pub models::Order::id: Option<String>",
            "#[non_exhaustive] pub enum models::Status",
            "pub models::Status::Named",
            "models::Status::Named::a: u8",
            "pub models::Status::Open",
            "pub models::Status::Unknown(Value)",
            "pub fn models::Status::very_long_name_of_a_method(&self, first_argument: impl Into<String>, \
             second_argument: Option<&'static str>) -> Self",
        ];
        assert_eq!(lines, expected, "{lines:#?}");
    }

    #[test]
    fn a_second_path_to_an_item_says_where_the_first_is() {
        let lines = surface_of(&[("lib.rs", "pub mod a { pub struct X { pub y: u8 } } pub use a::X; pub use a as b;")]);
        let expected =
            ["pub struct X", "pub X::y: u8", "pub mod a", "pub use X as a::X", "pub mod b", "pub use X as b::X"];
        assert_eq!(lines, expected);
    }

    #[test]
    fn odd_crates_end_the_walk_without_harm() {
        assert_eq!(surface_of(&[]), Vec::<String>::new());
        assert_eq!(surface_of(&[("lib.rs", "pub use self::x as x; pub use crate::*; pub mod missing;")]).len(), 2);
        assert!(surface_of(&[("lib.rs", "pub mod a;"), ("a.rs", "struct")])[1].starts_with("unreadable a.rs: "));
        surface_of(&[(
            "lib.rs",
            "pub use a::*; pub mod a { pub use super::b::*; } pub mod b { pub use super::a::*; pub use super::super::X; }",
        )]);
    }
}
