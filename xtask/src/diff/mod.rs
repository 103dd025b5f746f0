//! `cargo xtask diff`: the comparison of `sdk-generator diff`, with our document and its revisions.

#[cfg(test)]
mod history;
pub(crate) mod sides;
#[cfg(test)]
mod upstream;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use sdk_generator::cli::diff::accepted::Accepted;
use sdk_generator::cli::diff::sides::Side;
use sdk_generator::cli::diff::upstream::{self as service, Ours, Theirs};
use sdk_generator::cli::diff::{self, Options};
use sdk_generator::compare;

use crate::generate::DOCUMENT;
use crate::version;

/// Where a reviewer notes what is accepted, relative to the repository's root.
pub(crate) const ACCEPTED: &str = "spec/accepted-changes.toml";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to compare with: a revision or a file. With `--upstream`, the file that is compared instead of our document.
    /// [default: where this branch left `main`]
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// What is compared, instead of the document as it stands: a revision or a file.
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// With `--upstream`: write the part of that document that is compared, without its prose, and compare nothing.
    #[arg(long, value_name = "TO", requires = "upstream", conflicts_with_all = ["base", "all"])]
    extract: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { base, extract, options, .. } = arguments;
    match (&options.upstream, extract) {
        (Some(theirs), Some(to)) => write_extract(&own(root)?, &Theirs::of(theirs, &options.overlays)?, to),
        (Some(theirs), None) => {
            // What is accepted is accepted of our document, and of no other.
            let (ours, accepted) = match base {
                Some(path) => (Ours::of(Path::new(path), path)?, Accepted::default().renamed(ACCEPTED)),
                None => (own(root)?, accepted(root)?),
            };
            service::run(&ours, theirs, options, &accepted)
        }
        (None, _) => revisions(root, arguments),
    }
}

/// Returns our document, for a comparison with that of the service.
pub(crate) fn own(root: &Path) -> anyhow::Result<Ours> {
    Ours::of(&root.join(DOCUMENT), DOCUMENT)
}

/// Returns what is accepted; where there is no file, that is nothing.
pub(crate) fn accepted(root: &Path) -> anyhow::Result<Accepted> {
    let path = root.join(ACCEPTED);
    let accepted = if path.exists() { Accepted::read(&path)? } else { Accepted::default() };
    Ok(accepted.renamed(ACCEPTED))
}

/// Writes the part of the service's document that the comparison looks at.
fn write_extract(ours: &Ours, theirs: &Theirs, to: &Path) -> anyhow::Result<ExitCode> {
    let extract = compare::extract(&ours.document, &theirs.document);
    let text = serde_yaml::to_string(&extract.to_json()).context("the extract cannot be written as YAML")?;
    std::fs::write(to, HEAD.to_owned() + &text).with_context(|| format!("{} cannot be written", to.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// What stands above an extract.
const HEAD: &str = "# What the service's own document says of our operations and of all that they reach, without its prose.
# `cargo xtask diff --upstream FILE --extract THIS` writes it; with the variable UPSTREAM, tests hold it against that file.
";

fn revisions(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (old, new) = both(root, arguments)?;
    // What follows is counted from what there was, which `release --since` does, too.
    let version = match &old.revision {
        Some(revision) => version::at(root, revision)?,
        None => version::of(root)?,
    };
    let mut report = diff::report(&old, &new, &accepted(root)?, Some(version));
    if !arguments.is_ours() {
        report.stale.clear();
        report.version = None;
    }
    diff::finish(&report, &arguments.options)
}

impl Arguments {
    /// Returns whether it is our document that is compared: to any other nothing need have happened that was accepted,
    /// and it has no version.
    fn is_ours(&self) -> bool {
        !self.new.as_ref().is_some_and(|name| Path::new(name).is_file())
    }
}

/// Returns the two documents.
fn both(root: &Path, arguments: &Arguments) -> anyhow::Result<(Side, Side)> {
    let overlays = &arguments.options.overlays;
    let old = match &arguments.base {
        Some(base) => sides::at(root, base, overlays)?,
        None => sides::at_merge_base(root, overlays)?,
    };
    let new = match &arguments.new {
        Some(new) => sides::at(root, new, overlays)?,
        None => sides::own(root, overlays)?,
    };
    Ok((old, new))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn only_of_our_document_something_can_be_stale() {
        let is_ours = |arguments: &[&str]| Line::parse_from([&["diff"], arguments].concat()).arguments.is_ours();
        assert!(is_ours(&[]) && is_ours(&["HEAD~1", "HEAD"]) && is_ours(&["Cargo.toml"]));
        assert!(!is_ours(&["Cargo.toml", "Cargo.toml"]));
    }
}
