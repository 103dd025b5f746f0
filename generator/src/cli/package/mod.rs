//! The crate that is made of a third-party document: what is written once, what is kept up to date, and what is left alone.
//!
//! `src/` and the bundled runtime are generated; files in them that the generator did not write stay. In `Cargo.toml` the generator
//! sets what the sources need (`manifest.rs`). The README and `.gitignore` are written together with a new manifest, and then
//! belong to the user, as does everything else in the folder.

mod about;
mod manifest;
pub mod names;
mod readme;
mod runtime;
mod workspace;

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};

use super::target::{Kind, Target};
use crate::Generation;
use crate::document::Info;
use crate::output::{self, Files};
use about::About;
pub use about::Wishes;
use manifest::Manifest;
pub use readme::Origin;
pub use runtime::{FOLDER as RUNTIME_FOLDER, RuntimeSource};
pub use workspace::advice;

/// What git does not keep of a crate.
const IGNORED: &str = "/target/\n";

/// The wishes of a user for a crate.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub struct Options {
    /// What the crate says of itself.
    #[command(flatten)]
    wishes: Wishes,
    /// Where the crate finds the runtime: `bundled` writes a copy into its folder `sdk-runtime`, `version` takes the one that is
    /// published, and anything else is a path from the crate to the runtime's folder. [default: as its Cargo.toml says, or bundled]
    #[arg(long, value_name = "SOURCE")]
    runtime: Option<RuntimeSource>,
    /// Make the crate the root of a workspace of its own, so that it may stand in the folder of another one.
    #[arg(long)]
    workspace_root: bool,
    /// Where a new crate finds the runtime if the user does not say it; `None` is `bundled`.
    #[arg(skip)]
    usual_runtime: Option<RuntimeSource>,
}

impl Options {
    /// Returns whether the user has no wishes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Wishes { name, crate_version, description, license } = &self.wishes;
        let texts = [name, crate_version, description, license];
        texts.into_iter().all(Option::is_none) && self.runtime.is_none() && !self.workspace_root
    }

    /// Returns whether the crate is to be the root of a workspace.
    #[must_use]
    pub fn makes_root(&self) -> bool {
        self.workspace_root
    }

    /// Sets where a new crate finds the runtime if the user does not say it.
    #[must_use]
    pub fn with_usual_runtime(self, source: RuntimeSource) -> Self {
        Self { usual_runtime: Some(source), ..self }
    }
}

/// Writes a copy of the runtime to a folder of its own.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_runtime(folder: &Path) -> anyhow::Result<()> {
    output::replace_folder(folder, &runtime::files()?)?;
    Ok(())
}

/// The folder of a crate, and the manifest in it.
#[derive(Debug)]
pub struct Crate {
    folder: PathBuf,
    manifest: Manifest,
    /// The manifest as it was read.
    original: Option<String>,
}

impl Crate {
    /// Opens a folder, which need not be there.
    ///
    /// # Errors
    ///
    /// When its manifest cannot be read, or is none of a package.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let original = read_manifest(folder)?;
        let context = || folder.join("Cargo.toml").display().to_string();
        let manifest = Manifest::of(original.as_deref()).with_context(context)?;
        Ok(Self { folder: folder.to_owned(), manifest, original })
    }

    /// Refuses what cannot be done in this folder.
    ///
    /// # Errors
    ///
    /// When the path to the runtime does not lead to a package. The user may have meant it from the current folder.
    pub fn check(&self, options: &Options) -> anyhow::Result<()> {
        let Some(RuntimeSource::Path(path)) = &options.runtime else { return Ok(()) };
        // The folder need not be there yet, so that the way out of it is followed by name, too.
        let named = std::path::absolute(&self.folder).map(|folder| joined(&folder, Path::new(path)));
        let runtimes = [Some(self.folder.join(path)), named.ok()];
        if runtimes.into_iter().flatten().any(|runtime| runtime.join("Cargo.toml").is_file()) {
            return Ok(());
        }
        let folder = self.folder.display();
        bail!(
            "there is no Cargo.toml in `{path}`, as seen from {folder}: give `--runtime` the path from the crate to the folder of \
             sdk-runtime, or `bundled`, or `version`"
        )
    }

    /// Returns whether the folder has no manifest yet.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.manifest.is_new()
    }

    /// Returns whether the crate is the root of a workspace.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.manifest.is_root()
    }

    /// Returns the name of the crate: the one that is asked for, the one that it has, or one that the document suggests.
    #[must_use]
    pub fn name(&self, options: &Options, info: &Info) -> String {
        let known = options.wishes.name.as_deref().or_else(|| self.manifest.name()).map(str::to_owned);
        let has_letters = |text: &&str| text.contains(|letter: char| letter.is_ascii_alphanumeric());
        known.unwrap_or_else(|| match info.title.as_deref().filter(has_letters) {
            Some(title) => names::crate_name(title),
            None => names::crate_name(&folder_name(&self.folder)),
        })
    }

    /// Returns the folders and files of the crate, as they should be. `document` is the name of the document, and `shown` that of
    /// the folder in reports.
    ///
    /// # Errors
    ///
    /// When the manifest cannot be edited, or has changed since it was read.
    pub fn targets(
        mut self,
        generation: &Generation,
        sources: Files,
        options: &Options,
        origin: &Origin,
        shown: &str,
    ) -> anyhow::Result<Vec<Target>> {
        let Generation { crate_name, info, runtime_features, .. } = generation;
        let usual = || options.usual_runtime.clone().unwrap_or(RuntimeSource::Bundled);
        let place = options.runtime.clone().or_else(|| (!self.manifest.has_runtime()).then(usual));
        let about = About::new(&options.wishes, info);
        let mut files = Files::new();
        if self.is_new() {
            files =
                [(".gitignore", IGNORED.to_owned()), ("README.md", readme::readme(crate_name, &about, info, origin))]
                    .into_iter()
                    .filter(|(path, _)| !self.folder.join(path).exists())
                    .map(|(path, text)| (path.to_owned(), text))
                    .collect();
        }
        let was_bundled = self.has_bundled_runtime();
        self.edit(crate_name, &about, place.as_ref(), runtime_features, options.workspace_root)?;
        files.insert("Cargo.toml", self.manifest.text());
        let is_bundled = self.has_bundled_runtime();
        let target = |below: &str, files, kind| {
            let (dir, shown) = match below {
                "" => (self.folder.clone(), shown.to_owned()),
                below => (self.folder.join(below), format!("{shown}/{below}")),
            };
            Target { dir, shown, files, kind }
        };
        let mut targets = vec![target("src", sources, Kind::Whole), target("", files, Kind::Listed)];
        if is_bundled {
            targets.insert(0, target(runtime::FOLDER, runtime::files()?, Kind::Whole));
        } else if was_bundled {
            // It goes away when nothing names it any more.
            targets.push(target(runtime::FOLDER, Files::new(), Kind::Whole));
        }
        if read_manifest(&self.folder)? != self.original {
            bail!("{} has changed in the meantime: generate again", self.folder.join("Cargo.toml").display());
        }
        Ok(targets)
    }

    /// Returns whether the manifest says that the runtime is in the crate's own folder, however the path is written.
    fn has_bundled_runtime(&self) -> bool {
        let Some(path) = self.manifest.runtime_path() else { return false };
        let bundled = self.folder.join(runtime::FOLDER);
        let by_name = std::path::absolute(&self.folder)
            .is_ok_and(|folder| joined(&folder, Path::new(path)) == joined(&folder, Path::new(runtime::FOLDER)));
        let is_same = |runtime: PathBuf| {
            runtime.canonicalize().is_ok_and(|runtime| bundled.canonicalize().is_ok_and(|bundled| bundled == runtime))
        };
        by_name || is_same(self.folder.join(path))
    }

    fn edit(
        &mut self,
        name: &str,
        about: &About,
        place: Option<&RuntimeSource>,
        features: &[&str],
        is_root: bool,
    ) -> anyhow::Result<()> {
        self.manifest.describe(name, about)?;
        self.manifest.add_features()?;
        self.manifest.add_runtime(place, features)?;
        if is_root {
            self.manifest.add_workspace();
        }
        Ok(())
    }
}

/// Returns the text of the manifest in a folder, if there is one.
fn read_manifest(folder: &Path) -> anyhow::Result<Option<String>> {
    let path = folder.join("Cargo.toml");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Returns where a path leads from a folder, by the names in it alone.
fn joined(folder: &Path, path: &Path) -> PathBuf {
    path.components().fold(folder.to_owned(), |mut at, component| {
        match component {
            Component::ParentDir => drop(at.pop()),
            component => at.push(component),
        }
        at
    })
}

/// Returns the name of a folder, whichever way the path leads to it.
fn folder_name(folder: &Path) -> String {
    let full = folder.canonicalize().or_else(|_| std::path::absolute(folder)).unwrap_or_else(|_| folder.to_owned());
    full.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests;
