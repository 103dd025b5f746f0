//! `cargo xtask generate`: our document to the published crate's sources and their snapshots, or, as `sdk-generator generate`, any
//! other document to a crate of its own.

use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use sdk_generator::cli::generate::{self, Options as Reporting};
use sdk_generator::cli::input;
use sdk_generator::cli::package::{Options as PackageOptions, RuntimeSource};
use sdk_generator::cli::target::{Kind, Target};
use sdk_generator::diagnostics::Style;
use sdk_generator::mode::Mode;
use sdk_generator::output::{self, Change, Files};
use sdk_generator::source::Source;
use sdk_generator::surface::Surface;
use sdk_generator::{Generation, Options};

use crate::{bundled, snapshots};

/// The document, relative to the repository's root, which is also how it is named in messages and headers.
pub(crate) const DOCUMENT: &str = "spec/zuora-payments.yaml";
/// The list of all public items of that crate.
pub(crate) const SURFACE: &str = "tests/snapshots/published/surface.snap";
/// The crate that is made from it.
pub(crate) const CRATE: &str = "zuora-payments";
/// Where its sources are.
pub(crate) const SOURCES: &str = "generated/src";
/// What generated crates stand on.
pub(crate) const RUNTIME: &str = "generator/runtime";
/// How code refers to it.
const RUNTIME_CRATE: &str = "sdk_runtime";

/// What brings the repository up to date.
const COMMAND: &str = "cargo xtask generate";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Another document than ours; a whole crate is made of it.
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// The folder of that crate. Files in it that were not generated stay.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    #[command(flatten)]
    package: PackageOptions,
    #[command(flatten)]
    reporting: Reporting,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { spec, out, package, reporting } = arguments;
    match (spec, out) {
        (Some(spec), Some(out)) => {
            let runtime = RuntimeSource::Path(path_to_runtime(root, out)?);
            generate::third_party(spec, out, &package.clone().with_usual_runtime(runtime), reporting)
        }
        _ if !reporting.overlays.is_empty() => {
            bail!("`--overlay` needs `--spec` and `--out`: the published crate is made from our document alone")
        }
        _ if !package.is_empty() => {
            bail!(
                "what a crate is to be needs `--spec` and `--out`: the manifest of the published crate is written by hand"
            )
        }
        _ => own(root, reporting),
    }
}

/// Returns the path from a folder to the runtime of this repository, of which crates that are made here need no copy.
fn path_to_runtime(root: &Path, folder: &Path) -> anyhow::Result<String> {
    let path = relative(&absolute(folder)?, &absolute(&root.join(RUNTIME))?);
    path.into_os_string().into_string().map_err(|path| anyhow!("the path {} is not Unicode", path.display()))
}

/// Returns the path from one folder to another; both are absolute. It is the other's own path where there is none, as from drive to drive.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let (mut left, mut right) = (from.components().peekable(), to.components().peekable());
    if left.peek() != right.peek() {
        return to.to_owned();
    }
    while left.peek().is_some() && left.peek() == right.peek() {
        left.next();
        right.next();
    }
    left.map(|_| Component::ParentDir).chain(right).collect()
}

/// Returns a folder as an absolute path without links, as far as it exists.
fn absolute(folder: &Path) -> anyhow::Result<PathBuf> {
    let folder = std::path::absolute(folder).with_context(|| format!("{} is no path", folder.display()))?;
    let existing = folder.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let Some((above, real)) = existing else { return Ok(folder) };
    let below = folder.strip_prefix(above)?;
    // Joining nothing would leave a separator at the end.
    Ok(if below.as_os_str().is_empty() { real } else { real.join(below) })
}

/// Makes the published crate and what belongs to it.
fn own(root: &Path, reporting: &Reporting) -> anyhow::Result<ExitCode> {
    let source = document(root)?;
    let mode = reporting.mode.map_or(Mode::Strict, Mode::from);
    let mut generation = sdk_generator::generate(&source, &Options { crate_name: CRATE.to_owned(), mode });
    let files = generation.files.take();
    generate::finish_diagnostics(source, DOCUMENT, &generation, files.as_ref(), reporting)?;
    match files {
        Some(files) => {
            let mut targets = targets(root, files)?;
            targets.push(target(root, bundled::DIR, bundled::files(root)?, Kind::Listed));
            generate::finish(&targets, reporting, COMMAND)
        }
        None => Ok(ExitCode::FAILURE),
    }
}

/// Returns our document.
fn document(root: &Path) -> anyhow::Result<Source> {
    Ok(input::read(&root.join(DOCUMENT))?.renamed(DOCUMENT))
}

fn target(root: &Path, dir: &str, files: Files, kind: Kind) -> Target {
    Target { dir: root.join(dir), shown: dir.to_owned(), files, kind }
}

/// Returns the directories that should hold what is made of our document.
fn targets(root: &Path, files: Files) -> anyhow::Result<Vec<Target>> {
    let shared = |dir: &str, files, mark| target(root, dir, files, Kind::Shared { mark });
    let surface = surface(root, &files)?;
    let snapshots = shared(snapshots::DIR, snapshots::of(&files, &surface), snapshots::mark());
    let sources = shared(SOURCES, files, output::MARK.to_owned());
    Ok(vec![sources, snapshots])
}

/// Returns what the published crate offers: its own files and what it re-exports from the runtime.
pub(crate) fn surface(root: &Path, files: &Files) -> anyhow::Result<Surface> {
    let folder = root.join(RUNTIME).join("src");
    let runtime = output::sources(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    Ok(Surface::with(files, &[(RUNTIME_CRATE, &runtime)]))
}

/// What became of the published crate when it was made anew.
pub(crate) struct Refreshed {
    /// What is to be said of the document.
    pub(crate) problems: String,
    /// Nothing after errors, since nothing was written then.
    pub(crate) written: Option<Written>,
}

/// What was written.
pub(crate) struct Written {
    /// The files that changed, one a line.
    pub(crate) files: String,
    /// How the public items changed, if they did.
    pub(crate) surface: Option<Change>,
}

/// Makes the published crate and its snapshots from our document.
pub(crate) fn refresh(root: &Path, style: Style) -> anyhow::Result<Refreshed> {
    let source = document(root)?;
    let options = Options { crate_name: CRATE.to_owned(), mode: Mode::Strict };
    let Generation { files, diagnostics, .. } = sdk_generator::generate(&source, &options);
    let problems = diagnostics.render(&source, style);
    let Some(files) = files else { return Ok(Refreshed { problems, written: None }) };
    let mut written = Written { files: String::new(), surface: None };
    for target in targets(root, files)? {
        let drift = target.write()?;
        written.files.push_str(&target.list(&drift));
        let surface = drift.iter().find(|(path, _)| *path == snapshots::SURFACE);
        written.surface = written.surface.or(surface.map(|(_, change)| change.clone()));
    }
    Ok(Refreshed { problems, written: Some(written) })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    #[test]
    fn a_relative_path_leads_from_folder_to_folder() {
        for (from, to, expected) in [("/a/b", "/a/c/d", "../c/d"), ("/a", "/a/b", "b"), ("/a/b", "/c", "../../c")] {
            assert_eq!(super::relative(Path::new(from), Path::new(to)), Path::new(expected), "{from} to {to}");
        }
    }

    /// The published crate's manifest is written by hand, and says no more than those that are made.
    #[test]
    fn other_crates_have_the_features_of_the_published_one() {
        let read = |path: &str| fs::read_to_string(crate::root().join(path)).unwrap().parse::<toml::Table>().unwrap();
        let own = read("generated/Cargo.toml");
        let mut features = read("generator/src/cli/package/features.toml")["features"].as_table().unwrap().clone();
        // The published crate always has serde's traits, others at the wish of who compiles them.
        assert_eq!(features.remove("serde"), Some(toml::Value::Array(vec!["sdk-runtime/serde".into()])));
        assert_eq!(Some(&features), own["features"].as_table());
    }
}
