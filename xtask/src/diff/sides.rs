//! The two sides of a comparison: documents of the working tree, of a revision, or of a file.

use std::io;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::ir::Api;
use sdk_generator::read::{self, Unsupported};
use sdk_generator::source::Source;

use crate::generate::DOCUMENT;
use crate::spec;

/// A document and its model.
pub(crate) struct Side {
    /// How it is called in reports.
    pub(crate) shown: String,
    pub(crate) source: Source,
    pub(crate) api: Api,
}

impl Side {
    /// The document as it stands.
    pub(crate) fn own(root: &Path) -> anyhow::Result<Option<Self>> {
        let source = spec::read(&root.join(DOCUMENT))?.renamed(DOCUMENT);
        Self::new(DOCUMENT.to_owned(), source, Unsupported::Deny)
    }

    /// The document as it stands, read as leniently as another one that it is compared with.
    pub(crate) fn own_leniently(root: &Path) -> anyhow::Result<Option<Self>> {
        let source = spec::read(&root.join(DOCUMENT))?.renamed(DOCUMENT);
        Self::new(DOCUMENT.to_owned(), source, Unsupported::Skip)
    }

    /// Somebody's document, read as leniently as any.
    pub(crate) fn of_file_leniently(path: &Path) -> anyhow::Result<Option<Self>> {
        let shown = path.display().to_string();
        Self::new(shown.clone(), spec::read(path)?.renamed(shown), Unsupported::Skip)
    }

    /// The document at a revision, or in a file of this name.
    pub(crate) fn at(root: &Path, place: &str) -> anyhow::Result<Option<Self>> {
        if Path::new(place).is_file() {
            return Self::of_file(Path::new(place));
        }
        let revision = git(root, &["rev-parse", "--verify", "--quiet", "--short", &format!("{place}^{{commit}}")]);
        let Ok(revision) = revision else {
            bail!("`{place}` is neither a file nor a revision; write a path, a branch, a tag or a commit");
        };
        Self::of_revision(root, place, revision.trim())
    }

    fn of_revision(root: &Path, place: &str, revision: &str) -> anyhow::Result<Option<Self>> {
        let text = git(root, &["show", &format!("{revision}:{DOCUMENT}")])
            .with_context(|| format!("{place} has no {DOCUMENT}"))?;
        let folder = Path::new(DOCUMENT).parent().unwrap_or(Path::new("")).to_owned();
        let (repository, commit) = (root.to_owned(), revision.to_owned());
        let source = Source::with_files(DOCUMENT, text, move |path| {
            let path = folder.join(path);
            git(&repository, &["show", &format!("{commit}:{}", path.display())]).map_err(io::Error::other)
        });
        let shown = if place.starts_with(revision) { revision.to_owned() } else { format!("{place} ({revision})") };
        Self::new(shown, source, Unsupported::Deny)
    }

    /// Somebody's document. Ours is read as strictly as it is generated from.
    pub(crate) fn of_file(path: &Path) -> anyhow::Result<Option<Self>> {
        let shown = path.display().to_string();
        let source = spec::read(path)?.renamed(shown.clone());
        // Two states of our own document lie about as files, too: where nothing is to be forgiven, nothing is.
        if let Some(side) = Self::quietly(&shown, &source, Unsupported::Deny) {
            return Ok(Some(side));
        }
        Self::new(shown, source, Unsupported::Skip)
    }

    /// A document that is ours, wherever its text comes from.
    #[cfg(test)]
    pub(crate) fn of_source(shown: &str, source: Source) -> anyhow::Result<Option<Self>> {
        Self::new(shown.to_owned(), source, Unsupported::Deny)
    }

    /// A document that is somebody else's.
    #[cfg(test)]
    pub(crate) fn of_theirs(shown: &str, source: Source) -> anyhow::Result<Option<Self>> {
        Self::new(shown.to_owned(), source, Unsupported::Skip)
    }

    fn quietly(shown: &str, source: &Source, unsupported: Unsupported) -> Option<Self> {
        let mut diagnostics = Diagnostics::new();
        let api = model(source, unsupported, &mut diagnostics)?;
        Some(Self { shown: shown.to_owned(), source: source.clone(), api })
    }

    /// Reads a document; its errors are printed, and then there is none. Warnings are no matter here.
    fn new(shown: String, source: Source, unsupported: Unsupported) -> anyhow::Result<Option<Self>> {
        let mut diagnostics = Diagnostics::new();
        let api = model(&source, unsupported, &mut diagnostics);
        if api.is_none() {
            eprint!("{}", diagnostics.render(&source, Style::Plain));
            eprintln!("error: {shown} cannot be compared, since it has errors");
        }
        Ok(api.map(|api| Self { shown, source, api }))
    }
}

fn model(source: &Source, unsupported: Unsupported, diagnostics: &mut Diagnostics) -> Option<Api> {
    let document = read::read(source, unsupported, diagnostics)?;
    let (api, _) = sdk_generator::model(&document, unsupported, diagnostics);
    (!diagnostics.has_errors()).then_some(api)
}

/// Where this branch left the main one.
pub(crate) fn merge_base(root: &Path) -> anyhow::Result<String> {
    let bases = ["main", "origin/main"].into_iter().filter_map(|main| git(root, &["merge-base", "HEAD", main]).ok());
    let base = bases.map(|base| base.trim().to_owned()).next();
    base.context("there is no `main` to compare with; name a revision or a file: `cargo xtask diff HEAD~1`")
}

/// What a git command prints.
pub(crate) fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git").args(arguments).current_dir(root).output().context("git cannot be started")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("git printed what is no text")
}
