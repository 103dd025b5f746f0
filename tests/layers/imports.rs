//! Which file of a crate names items of which other file.
//!
//! Names are resolved to the file that declares them, through re-exports, and paths inside functions and macros count as much as `use`.
//! Re-exports themselves and code for tests alone do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, iter};

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use syn::{ItemUse, UseTree, Visibility};

/// A path as it stands in the source, one segment each.
type Segments = Vec<String>;

/// The macros whose tokens are output.
const QUOTES: [&str; 3] = ["quote", "quote_spanned", "parse_quote"];

/// The modules of a crate, by their paths; the root has the empty path.
pub(crate) struct Crate {
    root: PathBuf,
    modules: BTreeMap<Segments, Module>,
}

/// What one module declares and names.
#[derive(Default)]
struct Module {
    file: PathBuf,
    items: BTreeSet<String>,
    children: BTreeSet<String>,
    /// What names stand for, by `use` with any visibility.
    aliases: BTreeMap<String, Segments>,
    globs: Vec<Segments>,
    /// Everything that counts as naming an item.
    named: BTreeSet<Segments>,
}

/// A file that names an item of another; both are relative to the crate's `src`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) from: PathBuf,
    pub(crate) to: PathBuf,
    pub(crate) path: String,
}

impl Crate {
    /// Reads the crate whose `lib.rs` is in `src`, with `planted` at the end of one file.
    pub(crate) fn read(src: &Path, planted: Option<(&str, &str)>) -> Self {
        let mut read = Self { root: src.to_owned(), modules: BTreeMap::new() };
        read.file(Vec::new(), &src.join("lib.rs"), planted.map(|(file, text)| (src.join(file), text)).as_ref());
        read
    }

    fn file(&mut self, path: Segments, file: &Path, planted: Option<&(PathBuf, &str)>) {
        let mut text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        if let Some((_, more)) = planted.filter(|(at, _)| at == file) {
            text.push_str(more);
        }
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let owned = match file.file_stem().and_then(|stem| stem.to_str()) {
            Some("lib" | "mod") => file.with_file_name(""),
            _ => file.with_extension(""),
        };
        let mut found = Vec::new();
        self.module(path, file, tokens, &mut found);
        for child in found {
            let name = &child[child.len() - 1];
            let [flat, folder] = [owned.join(name).with_extension("rs"), owned.join(name).join("mod.rs")];
            self.file(child.clone(), if flat.is_file() { &flat } else { &folder }, planted);
        }
    }

    /// Takes in a module and those that stand in it; those in files of their own are `found`.
    fn module(&mut self, path: Segments, file: &Path, tokens: TokenStream, found: &mut Vec<Segments>) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        let mut inline = Vec::new();
        let tokens: Vec<_> = without_tests(tokens);
        for (at, pair) in tokens.windows(2).enumerate() {
            let [TokenTree::Ident(keyword), TokenTree::Ident(name)] = pair else { continue };
            let child = || path.iter().cloned().chain([name.to_string()]).collect::<Segments>();
            match keyword.to_string().as_str() {
                "mod" => {
                    module.children.insert(name.to_string());
                    match tokens.get(at + 2) {
                        Some(TokenTree::Group(body)) => inline.push((child(), body.stream())),
                        _ => found.push(child()),
                    }
                }
                "struct" | "enum" | "union" | "trait" | "type" | "fn" | "const" | "static" => {
                    module.items.insert(name.to_string());
                }
                _ => {}
            }
        }
        module.scan(&tokens);
        self.modules.insert(path, module);
        for (path, tokens) in inline {
            self.module(path, file, tokens, found);
        }
    }

    /// Returns every import of a file by another, in order.
    pub(crate) fn imports(&self) -> BTreeSet<Import> {
        let mut imports = BTreeSet::new();
        for (at, module) in &self.modules {
            for path in &module.named {
                let Some(file) = self.resolve(at, path, 0).filter(|file| *file != module.file) else { continue };
                let relative = |file: &Path| file.strip_prefix(&self.root).expect("it is below src").to_owned();
                imports.insert(Import { from: relative(&module.file), to: relative(file), path: path.join("::") });
            }
        }
        imports
    }

    /// Returns the file that declares what a path of a module leads to; `None` for what is outside of the crate.
    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<&Path> {
        let module = self.modules.get(from).filter(|_| depth < 32)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.follow(&[], rest, depth),
            "self" => self.follow(from, rest, depth),
            "super" => match rest.first().map(String::as_str) {
                Some("super") => self.resolve(&from[..from.len() - 1], rest, depth),
                _ => self.follow(from.split_last()?.1, rest, depth),
            },
            first if module.children.contains(first) => self.follow(from, path, depth),
            first => {
                let alias = module.aliases.get(first)?;
                // A crate of the same name as the alias, or the alias itself.
                (alias.first()? != first).then(|| self.resolve(from, &[alias, rest].concat(), depth + 1))?
            }
        }
    }

    /// Returns the file that declares what `path` leads to below a module.
    fn follow(&self, from: &[String], path: &[String], depth: usize) -> Option<&Path> {
        let module = self.modules.get(from).filter(|_| depth < 32)?;
        let Some((first, rest)) = path.split_first() else { return Some(&module.file) };
        if module.children.contains(first) {
            return self.follow(&[from, std::slice::from_ref(first)].concat(), rest, depth);
        }
        if module.items.contains(first) {
            return Some(&module.file);
        }
        if let Some(alias) = module.aliases.get(first) {
            return self.resolve(from, &[alias, rest].concat(), depth + 1).or(Some(&module.file));
        }
        // A macro can declare items that nothing here sees, so that the module is the best that is known. In the root these are the
        // exported macros, which have no file.
        let by_glob = module.globs.iter().find_map(|glob| {
            let file = self.resolve(from, glob, depth + 1)?;
            let (_, target) = self.modules.iter().find(|(_, module)| module.file == file)?;
            target.items.contains(first).then_some(file)
        });
        by_glob.or((!from.is_empty()).then_some(&*module.file))
    }
}

impl Module {
    /// Collects what `use` brings in and what paths name, at any depth.
    fn scan(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Ident(word) if word == "mod" && is_inline_module(tokens, at) => at += 2,
                TokenTree::Ident(word) if word == "use" && !is_punct(tokens.get(at + 1), '<') => {
                    let end =
                        (at..tokens.len()).find(|&end| is_punct(tokens.get(end), ';')).unwrap_or(tokens.len() - 1);
                    let public = at > 0 && is_visibility(&tokens[..at]);
                    let item: TokenStream = tokens[at..=end].iter().cloned().collect();
                    if let Ok(item) = syn::parse2::<ItemUse>(item) {
                        self.take_in(&item.tree, &mut Vec::new(), public || !matches!(item.vis, Visibility::Inherited));
                    }
                    at = end;
                }
                // A visibility names no item.
                TokenTree::Ident(word) if word == "pub" && is_visibility_scope(tokens.get(at + 1)) => at += 1,
                // What `quote!` makes is code of another crate.
                TokenTree::Ident(word)
                    if QUOTES.iter().any(|quote| word == quote) && is_punct(tokens.get(at + 1), '!') =>
                {
                    at += 2
                }
                TokenTree::Ident(word) => {
                    let path = path_from(word, &tokens[at + 1..]);
                    if path.len() > 1 {
                        at += (path.len() - 1) * 3;
                        self.named.insert(path);
                    }
                }
                TokenTree::Group(group) => self.scan(&without_tests(group.stream())),
                _ => {}
            }
            at += 1;
        }
    }

    fn take_in(&mut self, tree: &UseTree, before: &mut Segments, public: bool) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.take_in(&path.tree, before, public);
                before.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.take_in(tree, before, public)),
            UseTree::Glob(_) => {
                self.globs.push(before.clone());
                self.name(before.clone(), public);
            }
            UseTree::Name(name) => self.alias(&name.ident, &name.ident, before, public),
            UseTree::Rename(rename) => self.alias(&rename.ident, &rename.rename, before, public),
        }
    }

    fn alias(&mut self, item: &Ident, name: &Ident, before: &[String], public: bool) {
        let (path, name) = if item == "self" {
            (before.to_vec(), if name == "self" { before.last().cloned() } else { Some(name.to_string()) })
        } else {
            (before.iter().cloned().chain([item.to_string()]).collect(), Some(name.to_string()))
        };
        self.aliases.extend(name.map(|name| (name, path.clone())));
        self.name(path, public);
    }

    fn name(&mut self, path: Segments, public: bool) {
        if !public {
            self.named.insert(path);
        }
    }
}

/// Returns the tokens of a module or block without the items that are for tests alone.
fn without_tests(tokens: TokenStream) -> Vec<TokenTree> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if is_test_attribute(&tokens[at..]) {
            // The item ends with its body, or with a semicolon.
            let ends = |token: &TokenTree| match token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                TokenTree::Punct(punct) => punct.as_char() == ';',
                _ => false,
            };
            at += tokens[at..].iter().position(ends).map_or(tokens.len() - at, |length| length + 1);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

fn is_test_attribute(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Punct(hash), TokenTree::Group(body), ..] if hash.as_char() == '#' => {
            let text = body.stream().to_string().replace(' ', "");
            text == "test" || text == "cfg(test)" || text.starts_with("cfg(all(test,")
        }
        _ => false,
    }
}

fn is_inline_module(tokens: &[TokenTree], at: usize) -> bool {
    matches!((tokens.get(at + 1), tokens.get(at + 2)), (Some(TokenTree::Ident(_)), Some(TokenTree::Group(_))))
}

fn is_punct(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == punct)
}

/// Returns whether `pub` or `pub(...)` stands at the end.
fn is_visibility(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(word)] => word == "pub",
        [.., TokenTree::Ident(word), scope] => word == "pub" && is_visibility_scope(Some(scope)),
        _ => false,
    }
}

fn is_visibility_scope(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

/// Returns a word and the segments that follow it.
fn path_from(word: &Ident, mut rest: &[TokenTree]) -> Segments {
    let mut path: Segments = iter::once(word.to_string()).collect();
    while let [TokenTree::Punct(first), TokenTree::Punct(second), TokenTree::Ident(next), more @ ..] = rest {
        if first.as_char() != ':' || first.spacing() != Spacing::Joint || second.as_char() != ':' {
            break;
        }
        path.push(next.to_string());
        rest = more;
    }
    path
}
