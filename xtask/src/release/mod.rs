//! `cargo xtask release`: the version and the changelog of the next release.
//!
//! Nothing is tagged and nothing is published: what it leaves is a diff to be looked at and committed.

mod changelog;
mod manifest;
mod plan;

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use sdk_generator::cli::version::Version;
use sdk_generator::cli::{input, terminal};
use time::OffsetDateTime;

use crate::diff::sides;
use crate::{ci, generate, version};
use changelog::Changelog;
use plan::Plan;

/// What is released, relative to the repository's root.
const CHANGELOG: &str = "CHANGELOG.md";
const MANIFEST: &str = "Cargo.toml";
const LOCK: &str = "Cargo.lock";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// What was released last: a revision. [default: the commit that wrote the last release into CHANGELOG.md]
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    release(root, arguments, terminal::print, |root| ci::run(root, &ci::Arguments::default()))
}

/// Returns the same, with whom it is told, and with the checks that have to pass.
fn release(
    root: &Path,
    arguments: &Arguments,
    mut tell: impl FnMut(&str) -> io::Result<()>,
    checks: impl FnOnce(&Path) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    if let Err(dirt) = clean(root) {
        match arguments.dry_run {
            true => tell(&format!("not yet: {dirt}\n\n"))?,
            false => bail!("{dirt}"),
        }
    }
    let plan = plan(root, arguments.since.as_deref())?;
    tell(&plan.summary())?;
    if arguments.dry_run {
        tell(&format!("\n{CHANGELOG} would get, if `cargo xtask ci` passes:\n\n{}", plan.entry(&today())))?;
        return Ok(ExitCode::SUCCESS);
    }
    if checks(root)? != ExitCode::SUCCESS {
        bail!("checks fail: nothing is written");
    }
    write(root, &plan, &today())?;
    tell(&format!("{CHANGELOG}, {MANIFEST} and {LOCK} are written; look at the diff and commit it\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Returns what the next release is.
fn plan(root: &Path, since: Option<&str>) -> anyhow::Result<Plan> {
    let text = read(root, CHANGELOG)?;
    let changelog = Changelog::parse(&text).with_context(|| CHANGELOG.to_owned())?;
    let current = version::of(root)?;
    let (last, since) = match (since, changelog.last()) {
        // With a revision, the report covers all changes since it, as `diff` does.
        (Some(since), _) => (version::at(root, since)?, since.to_owned()),
        (None, Some(last)) => (last, released(root, last)?),
        (None, None) => return Ok(Plan::first(current, changelog)),
    };
    let (old, new) =
        (sides::at(root, &since, &input::Overlays::default())?, sides::own(root, &input::Overlays::default())?);
    let surfaces =
        [sides::git(root, &["show", &format!("{since}:{}", generate::SURFACE)])?, read(root, generate::SURFACE)?];
    Plan::next(current, last, changelog, &old, &new, &surfaces)
}

/// Refuses a tree in which something is not committed: it would be released, or lost, with the rest.
fn clean(root: &Path) -> anyhow::Result<()> {
    let dirt = sides::git(root, &["status", "--porcelain"])?;
    match dirt.lines().count() {
        0 => Ok(()),
        // Two letters and a blank stand before the path.
        1 => bail!("{} is not committed: commit it or put it aside", dirt.get(3..).unwrap_or(&dirt).trim()),
        count => bail!("{count} files are not committed: commit them or put them aside\n{}", dirt.trim_end()),
    }
}

/// Returns the commit that wrote the release of this version into the changelog. The manifest would not tell: it has
/// the version of the first release long before that is released.
fn released(root: &Path, version: Version) -> anyhow::Result<String> {
    if sides::git(root, &["rev-parse", "--is-shallow-repository"])?.trim() == "true" {
        bail!("the history is cut off: fetch all of it with `git fetch --unshallow`");
    }
    let heading = format!("-S## [{version}]");
    let log = sides::git(root, &["log", "--reverse", "--format=%h", &heading, "--", CHANGELOG])?;
    let first = log.lines().next();
    let first = first.with_context(|| {
        format!("no commit wrote `## [{version}]` into {CHANGELOG}; name what was released with `--since`")
    })?;
    Ok(first.to_owned())
}

fn read(root: &Path, path: &str) -> anyhow::Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("{path} cannot be read"))
}

/// Writes all files, each as a whole, after all texts are made; when the last one cannot be made, all stay as they were.
fn write(root: &Path, plan: &Plan, date: &str) -> anyhow::Result<()> {
    let manifest = read(root, MANIFEST)?;
    let released = manifest::with_version(&manifest, plan.version).with_context(|| MANIFEST.to_owned())?;
    let changelog = read(root, CHANGELOG)?;
    input::write(&root.join(CHANGELOG), &plan.changelog(date))?;
    input::write(&root.join(MANIFEST), &released)?;
    lock(root).or_else(|error| {
        input::write(&root.join(MANIFEST), &manifest)?;
        input::write(&root.join(CHANGELOG), &changelog)?;
        Err(error)
    })
}

/// Gives the packages of the workspace their version in the lock file, and changes nothing else there.
fn lock(root: &Path) -> anyhow::Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = cargo.args(["update", "--workspace", "--offline", "--quiet"]).current_dir(root).output();
    let output = output.context("cargo cannot be started")?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("{LOCK} cannot be brought up to date, and nothing is written: {}", stderr.trim());
    }
    Ok(())
}

fn today() -> String {
    OffsetDateTime::now_utc().date().to_string()
}

#[cfg(test)]
mod tests;
