//! `cargo xtask release`: the version and the changelog of the next release, as the changes since the last one ask for it.
//!
//! Nothing is tagged and nothing is published: what it leaves is a diff to be looked at and committed.

mod changelog;
mod manifest;
mod plan;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use time::OffsetDateTime;

use crate::diff::sides::{self, Side};
use crate::{ci, generate};
use changelog::Changelog;
use plan::Plan;

/// What is released, relative to the repository's root.
const CHANGELOG: &str = "CHANGELOG.md";
const MANIFEST: &str = "Cargo.toml";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// What was released last: a revision. [default: the commit that gave the workspace its version]
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Err(dirt) = clean(root) {
        match arguments.dry_run {
            true => println!("not yet: {dirt}\n"),
            false => bail!("{dirt}"),
        }
    }
    let Some(plan) = plan(root, arguments.since.as_deref())? else { return Ok(ExitCode::FAILURE) };
    print!("{}", plan.told());
    if arguments.dry_run {
        println!("\n{CHANGELOG} would begin with\n\n{}", plan.entry(&today()));
        return Ok(ExitCode::SUCCESS);
    }
    if ci::run(root)? != ExitCode::SUCCESS {
        bail!("checks fail: nothing is written");
    }
    write(root, &plan, &today())?;
    println!("{CHANGELOG}, {MANIFEST} and Cargo.lock are written; look at the diff and commit it");
    Ok(ExitCode::SUCCESS)
}

/// What the next release is; nothing when a document has errors, which are printed.
fn plan(root: &Path, since: Option<&str>) -> anyhow::Result<Option<Plan>> {
    let text = read(root, CHANGELOG)?;
    let changelog = Changelog::parse(&text).with_context(|| CHANGELOG.to_owned())?;
    let current = crate::version::Version::of_manifest(&read(root, MANIFEST)?)?;
    let Some(last) = changelog.last() else { return Ok(Some(Plan::first(current, changelog))) };
    let since = match since {
        Some(since) => since.to_owned(),
        None => released(root, &last.to_string())?,
    };
    let (Some(old), Some(new)) = (Side::at(root, &since)?, Side::own(root)?) else { return Ok(None) };
    let surfaces =
        [sides::git(root, &["show", &format!("{since}:{}", generate::SURFACE)])?, read(root, generate::SURFACE)?];
    Plan::next(current, last, changelog, &old, &new, &surfaces).map(Some)
}

/// Refuses a tree in which something is not committed: it would be released, or lost, with the rest.
fn clean(root: &Path) -> anyhow::Result<()> {
    let dirt = sides::git(root, &["status", "--porcelain"])?;
    match dirt.lines().count() {
        0 => Ok(()),
        1 => bail!("{} is not committed: commit it or put it aside", dirt.trim()),
        count => bail!("{count} files are not committed: commit them or put them aside\n{}", dirt.trim_end()),
    }
}

/// The commit that gave the workspace this version.
fn released(root: &Path, version: &str) -> anyhow::Result<String> {
    let log = sides::git(root, &["log", "--format=%H", "--", MANIFEST])?;
    let has_version = |commit: &&str| {
        let manifest = sides::git(root, &["show", &format!("{commit}:{MANIFEST}")]);
        let of = manifest.ok().and_then(|text| crate::version::Version::of_manifest(&text).ok());
        of.is_some_and(|of| of.to_string() == version)
    };
    // Between the first and the last commit that has it, nothing was released.
    let commits: Vec<_> = log.lines().collect();
    let first = commits.iter().rev().find(|commit| has_version(commit));
    let first = first.with_context(|| {
        format!("no commit has the version {version} that {CHANGELOG} calls the last; name it with `--since`")
    })?;
    Ok((*first).to_owned())
}

fn read(root: &Path, path: &str) -> anyhow::Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("{path} cannot be read"))
}

/// Writes all files, each as a whole, after all texts are made.
fn write(root: &Path, plan: &Plan, date: &str) -> anyhow::Result<()> {
    let manifest = manifest::with_version(&read(root, MANIFEST)?, plan.version).with_context(|| MANIFEST.to_owned())?;
    let changelog = plan.changelog(date);
    replace(&root.join(MANIFEST), &manifest)?;
    replace(&root.join(CHANGELOG), &changelog)?;
    let mut lock = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let status = lock.args(["update", "--workspace", "--offline", "--quiet"]).current_dir(root).status();
    if !status.context("cargo cannot be started")?.success() {
        bail!("Cargo.lock could not be brought up to date: run `cargo update --workspace`");
    }
    Ok(())
}

/// Replaces a file in one step.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("a file stands in a folder")?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    // A temporary file is for its owner only.
    let permissions = fs::metadata(path)?.permissions();
    file.as_file().set_permissions(permissions)?;
    file.persist(path).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(())
}

fn today() -> String {
    OffsetDateTime::now_utc().date().to_string()
}

#[cfg(test)]
mod tests;
