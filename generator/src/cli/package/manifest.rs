//! The manifest of a crate: written once, and then edited where the sources need it, so that everything else in it is the user's.

use anyhow::{Context, bail};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::about::About;
use super::runtime::{self, RuntimeSource};

/// The features that every generated crate has.
const FEATURES: &str = include_str!("features.toml");

/// The runtime's name.
const RUNTIME: &str = "sdk-runtime";

/// The feature whose members are the user's choice.
const DEFAULT: &str = "default";

/// What a new manifest begins with.
const HEADER: &str = "# `sdk-generator generate` adds what the sources need to `[features]` and to the dependency `sdk-runtime`.\n\
                      # Everything else here is yours and stays.\n\n";

/// What a manifest may say of where the runtime is, beside its version.
const PLACES: [&str; 7] = ["path", "git", "branch", "tag", "rev", "registry", "workspace"];

/// The manifest of a crate.
#[derive(Debug)]
pub(super) struct Manifest {
    document: DocumentMut,
    is_new: bool,
    /// Its lines end in CR LF, which the document does not keep.
    has_crlf: bool,
}

impl Manifest {
    /// Parses the manifest that the crate has, if it has one.
    ///
    /// # Errors
    ///
    /// When it is not TOML, or is that of a workspace without a package of its own.
    pub(super) fn of(text: Option<&str>) -> anyhow::Result<Self> {
        let document: DocumentMut = text.unwrap_or_default().parse().context("Cargo.toml is not TOML")?;
        if document.contains_key("workspace") && !document.contains_key("package") {
            bail!("this is the manifest of a workspace without a package: give `--out` a folder below it");
        }
        Ok(Self { document, is_new: text.is_none(), has_crlf: text.is_some_and(|text| text.contains("\r\n")) })
    }

    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Returns the name of the crate.
    pub(super) fn name(&self) -> Option<&str> {
        self.document.get("package")?.get("name")?.as_str()
    }

    pub(super) fn is_root(&self) -> bool {
        self.document.contains_key("workspace")
    }

    /// Returns the dependency on the runtime.
    fn runtime(&self) -> Option<&Item> {
        self.document.get("dependencies")?.get(RUNTIME)
    }

    /// Returns whether the crate depends on the runtime.
    pub(super) fn has_runtime(&self) -> bool {
        self.runtime().is_some()
    }

    /// Returns the path from the crate to the runtime, if it is in a folder.
    pub(super) fn runtime_path(&self) -> Option<&str> {
        self.runtime()?.get("path")?.as_str()
    }

    /// Says what the crate is: all of it in a new manifest, and what the user has asked for now in any.
    pub(super) fn describe(&mut self, name: &str, about: &About) -> anyhow::Result<()> {
        let is_new = self.is_new;
        let package = table(self.document.as_table_mut(), "package")?;
        set(package, "name", name);
        for (key, fact) in about.facts() {
            if let Some(text) = fact.asked.as_ref().or(fact.found.as_ref().filter(|_| is_new)) {
                set(package, key, text);
            }
        }
        if !package.contains_key("edition") {
            set(package, "edition", "2024");
        }
        if is_new {
            set(package, "rust-version", env!("CARGO_PKG_RUST_VERSION"));
            package.insert("publish", value(false));
            let package = self.document.get_mut("package").and_then(Item::as_table_mut);
            package.into_iter().for_each(|package| package.decor_mut().set_prefix(HEADER));
        }
        Ok(())
    }

    /// Adds the features that the sources have. What is there stays.
    pub(super) fn add_features(&mut self) -> anyhow::Result<()> {
        let known: DocumentMut = FEATURES.parse().context("the list of features is not TOML")?;
        let known = known.get("features").and_then(Item::as_table).context("the list has no features")?;
        let features = table(self.document.as_table_mut(), "features")?;
        for (name, members) in known {
            match features.get_mut(name).and_then(Item::as_array_mut) {
                Some(_) if name == DEFAULT => {}
                Some(there) => add_texts(there, members.as_array().into_iter().flatten().filter_map(Value::as_str)),
                None => {
                    let key = known.key(name).context("a feature has a name")?;
                    features.entry_format(key).or_insert(members.clone());
                }
            }
        }
        Ok(())
    }

    /// Adds the runtime with the features that the sources need. Where it is changes only if that is asked for.
    pub(super) fn add_runtime(&mut self, place: Option<&RuntimeSource>, needed: &[&str]) -> anyhow::Result<()> {
        let dependencies = table(self.document.as_table_mut(), "dependencies")?;
        let entry = dependencies.entry(RUNTIME).or_insert(Item::None);
        if !entry.is_table_like() {
            *entry = value(InlineTable::new());
        }
        let runtime = entry.as_table_like_mut().context("it is a table now")?;
        if let Some(place) = place {
            let path = match place {
                RuntimeSource::Bundled => Some(runtime::FOLDER),
                RuntimeSource::Path(path) => Some(path.as_str()),
                RuntimeSource::Version => None,
            };
            let others = PLACES.iter().filter(|key| **key != "path" || path.is_none());
            others.for_each(|key| drop(runtime.remove(key)));
            path.into_iter().for_each(|path| set(runtime, "path", path));
        }
        let is_elsewhere = ["workspace", "git", "path"].into_iter().any(|key| runtime.contains_key(key));
        if runtime.contains_key("version") || place.is_some() || !is_elsewhere {
            set(runtime, "version", &format!("={}", runtime::VERSION));
        }
        if !runtime.contains_key("default-features") && !runtime.contains_key("workspace") {
            runtime.insert("default-features", value(false));
        }
        if !needed.is_empty() {
            let features = runtime.entry("features").or_insert(value(Array::new()));
            let Some(features) = features.as_array_mut() else { bail!("`features` of `{RUNTIME}` is not a list") };
            add_texts(features, needed.iter().copied());
        }
        Ok(())
    }

    /// Makes the crate the root of a workspace of its own.
    pub(super) fn add_workspace(&mut self) {
        if !self.document.contains_key("workspace") {
            let mut workspace = Table::new();
            workspace.decor_mut().set_prefix("\n# A workspace of its own, whatever stands above.\n");
            self.document.insert("workspace", Item::Table(workspace));
        }
    }

    /// Returns the text.
    pub(super) fn text(&self) -> String {
        let text = self.document.to_string();
        if self.has_crlf { text.replace('\n', "\r\n") } else { text }
    }
}

/// Returns a table of a manifest, which is added if it is missing.
fn table<'t>(above: &'t mut Table, name: &str) -> anyhow::Result<&'t mut dyn TableLike> {
    if !above.contains_key(name) {
        let mut table = Table::new();
        if !above.is_empty() {
            table.decor_mut().set_prefix("\n");
        }
        above.insert(name, Item::Table(table));
    }
    above
        .get_mut(name)
        .and_then(Item::as_table_like_mut)
        .with_context(|| format!("`{name}` in Cargo.toml is not a table"))
}

/// Sets a text and keeps the comments around it.
fn set(table: &mut dyn TableLike, key: &str, text: &str) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) if old.as_str() == Some(text) => {}
        Some(old) => {
            let decor = old.decor().clone();
            *old = Value::from(text);
            *old.decor_mut() = decor;
        }
        None => drop(table.insert(key, value(text))),
    }
}

/// Adds the texts that a list does not have.
fn add_texts<'t>(list: &mut Array, texts: impl Iterator<Item = &'t str>) {
    for text in texts {
        if !list.iter().any(|there| there.as_str() == Some(text)) {
            list.push(text);
        }
    }
}
