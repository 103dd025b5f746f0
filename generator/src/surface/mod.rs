//! Lists the public items of a crate, one line each. Review this list first when generated code changes.
//!
//! `surface` knows the text of files, and neither the model nor the tokens from which they were made.
//!
//! The list contains the items that macros declare, and the re-exports from other crates whose files are available. It does
//! not contain properties that follow from private fields, such as `Send`.

mod cfg_conditions;
mod impls;
mod item_lines;
mod listing;
mod macros;
mod public_paths;
mod signatures;
mod syntax;
mod tree;

use std::collections::HashMap;
use std::fmt::{self, Display};

use proc_macro2::{TokenStream, TokenTree};
use syn::Item;
use syn::parse::ParseStream;

use self::cfg_conditions::Condition;
use self::listing::Lines;
pub use self::listing::{Kind, Line, qualified};
use self::public_paths::{Homes, Public};
use self::signatures::Printer;
use self::syntax::Path;
use self::tree::{OWN, Target, Tree};
use crate::output::Files;

/// The first lines of the printed form.
const HEADER: &str = "\
// @generated: every public item of the crate, by the path that users write; what is hidden from the docs is left out.
// What stands in an item follows it, without its path. A line that is gone or changed may break users.
";

/// The public items of a crate, sorted by the paths that its users write.
///
/// An item that can be reached by several paths is listed in full under the shortest; the other paths refer to it. A file that
/// cannot be read is listed as such, where its items would be. The printed form has one line an item, in columns; [`qualified`] reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surface {
    lines: Vec<Line>,
}

impl Surface {
    /// Creates the surface of the crate whose root is `lib.rs`, as far as these files tell.
    #[must_use]
    pub fn of(files: &Files) -> Self {
        Self::with(files, &[])
    }

    /// Creates the same, together with the crates it re-exports from, each by the name under which code refers to it.
    #[must_use]
    pub fn with(files: &Files, others: &[(&str, &Files)]) -> Self {
        let tree = Tree::read([(OWN, files)].into_iter().chain(others.iter().copied()));
        let public = public_paths::walk(&tree);
        let homes = Homes::of(&tree, &public);
        let mut listing = Listing { tree: &tree, homes: &homes, conditions: HashMap::new(), lines: Lines::default() };
        listing.root();
        public.iter().for_each(|public| listing.path(public));
        for (item, alias) in homes.behind_aliases() {
            listing.items(item, &alias.path, &alias.condition);
        }
        listing.impls();
        Self { lines: listing.lines.sorted() }
    }

    /// Returns one for each item, and one for each implementation of a trait.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

impl Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        listing::write(&self.lines, f)
    }
}

/// Lines that are being made.
struct Listing<'a> {
    tree: &'a Tree,
    homes: &'a Homes<'a>,
    /// What each listed item is under as a whole.
    conditions: HashMap<Path, Condition>,
    lines: Lines,
}

impl Listing<'_> {
    /// Lists the crate itself, which has a line only if it cannot be read.
    fn root(&mut self) {
        let root = self.tree.modules.get([OWN.to_owned()].as_slice());
        if let Some(why) = root.and_then(|root| root.unreadable.clone()) {
            self.lines.add(&Path::new(), Path::new(), Kind::Unreadable, why, Vec::new());
        }
    }

    fn path(&mut self, public: &Public) {
        let Public { path, target, condition } = public;
        let mut line = |kind, signature| {
            self.lines.add(path, path.clone(), kind, signature, condition.notes().collect());
        };
        match target {
            Target::Module(module) => {
                line(Kind::Mod, String::new());
                if let Some(why) = self.tree.modules.get(module).and_then(|module| module.unreadable.clone()) {
                    line(Kind::Unreadable, why);
                }
            }
            Target::Elsewhere(other) => line(Kind::Use, format!("= {}", other.join("::"))),
            Target::Item(item) => match self.homes.get(item) {
                Some(home) if home == path => self.items(item, path, condition),
                Some(home) => line(Kind::Use, format!("= {}", home.join("::"))),
                None => {}
            },
        }
    }

    /// Lists everything with one name.
    fn items(&mut self, item: &Path, path: &Path, condition: &Condition) {
        let Some((name, module)) = item.split_last() else { return };
        let Some(here) = self.tree.modules.get(module) else { return };
        let printer = Printer { tree: self.tree, homes: self.homes, module };
        let condition = condition.and(&here.condition);
        for item in here.items.get(name).into_iter().flatten() {
            let attrs = syntax::attributes(item);
            let is_public = tree::is_public_item(item) || matches!(item, Item::Macro(_));
            if is_public && !public_paths::is_hidden(attrs) {
                let condition = condition.and(&Condition::of(attrs));
                item_lines::describe(item, path, printer, &condition, &mut self.lines);
                self.conditions.insert(path.clone(), condition);
            }
        }
    }

    fn impls(&mut self) {
        for (path, module) in &self.tree.modules {
            let printer = Printer { tree: self.tree, homes: self.homes, module: path };
            let known = |home: &Path| self.conditions.get(home).cloned().unwrap_or_default();
            for block in &module.impls {
                impls::describe(block, printer, &module.condition, known, &mut self.lines);
            }
            for call in &module.calls {
                // What an unknown macro makes of a type can only be told by its name, and by what else it is given.
                let body = |input: ParseStream<'_>| Ok((input.parse::<syn::Path>()?, input.parse::<TokenStream>()?));
                let Ok((of, rest)) = call.mac.parse_body_with(body) else { continue };
                if let Some(home) = printer.home_of(&of) {
                    // Literals are values, not names that code can use.
                    let rest = rest.into_iter().filter(|token| !matches!(token, TokenTree::Literal(_)));
                    let rest: TokenStream = rest.collect();
                    let signature = format!("{}!{rest}", syntax::names(&call.mac.path).join("::"));
                    self.lines.add(home, home.clone(), Kind::Impl, signature, Vec::new());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
