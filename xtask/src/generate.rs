//! `cargo xtask generate`: the document to the published crate's sources and their snapshots, or any other document to a
//! crate of its own.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::mode::Mode;
use sdk_generator::output::{self, Change, Drift, Files};
use sdk_generator::reach::Reach;
use sdk_generator::source::Source;
use sdk_generator::surface::Surface;
use sdk_generator::{Generation, Options};

use crate::package::{Runtime, RuntimeDependency};
use crate::{package, report, snapshots, spec, terminal};

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

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail with a diff when a file is not what it would be made.
    #[arg(long)]
    check: bool,
    /// How problems of the document are printed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    message_format: MessageFormat,
    /// Another document than ours; a whole crate is made of it.
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// The folder of that crate. It is replaced as a whole, in one step; a folder with files that were not made by this
    /// command is refused.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    #[command(flatten)]
    overlays: spec::Overlays,
    /// The name of that crate. [default: the folder's name, made valid]
    #[arg(long = "crate", value_name = "NAME", requires = "spec", value_parser = package::check_name)]
    crate_name: Option<String>,
    /// Where that crate finds the runtime.
    #[arg(long, value_name = "PLACE", requires = "spec", default_value = "path")]
    runtime: RuntimeSource,
    /// How the document is read. [default: strict for our document, lenient for any other one]
    #[arg(long, value_name = "MODE")]
    mode: Option<ModeArgument>,
    /// Writes what became of every keyword to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Writes which bodies and responses of the document can be reached through the crate to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    reach: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RuntimeSource {
    /// In this repository.
    Path,
    /// Where crates are published.
    Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeArgument {
    /// Unsupported parts are errors.
    Strict,
    /// Unsupported parts are omitted with a warning.
    Lenient,
}

impl From<ModeArgument> for Mode {
    fn from(mode: ModeArgument) -> Self {
        match mode {
            ModeArgument::Strict => Self::Strict,
            ModeArgument::Lenient => Self::Lenient,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MessageFormat {
    /// With the line in question, on standard error.
    Human,
    /// One JSON object a line, on standard output; everything else goes to standard error.
    Json,
}

/// A directory and what it should hold.
struct Target {
    dir: PathBuf,
    /// How it is called in reports.
    shown: String,
    files: Files,
    kind: Kind,
}

/// What else may be in a directory, and how it is brought up to date.
enum Kind {
    /// Files that begin so are ours; each is written by itself.
    Shared { mark: String },
    /// All of it is ours, and is replaced as a whole.
    Whole,
}

impl Target {
    fn drift(&self) -> io::Result<Drift> {
        match &self.kind {
            Kind::Shared { mark } => output::drift_marked(&self.dir, &self.files, mark),
            Kind::Whole => output::folder_drift(&self.dir, &self.files),
        }
    }

    fn write(&self) -> io::Result<Drift> {
        match &self.kind {
            Kind::Shared { mark } => output::write_marked(&self.dir, &self.files, mark),
            Kind::Whole => output::replace_folder(&self.dir, &self.files),
        }
    }
}

/// A document and where what is made of it belongs.
struct Job {
    source: Source,
    /// The name by which a person finds the document.
    shown: String,
    options: Options,
    place: Belongs,
}

/// Where files belong.
enum Belongs {
    /// To the published crate of this repository.
    Here,
    /// To a crate of its own.
    There { folder: PathBuf, shown: String, runtime: Runtime },
}

impl Job {
    /// Returns our document.
    fn own(root: &Path, mode: Mode) -> anyhow::Result<Self> {
        let source = spec::read(&root.join(DOCUMENT))?.renamed(DOCUMENT);
        let options = Options { crate_name: CRATE.to_owned(), mode };
        Ok(Self { source, shown: DOCUMENT.to_owned(), options, place: Belongs::Here })
    }

    /// Reads a third-party document.
    fn third_party(root: &Path, spec: &Path, out: &Path, arguments: &Arguments) -> anyhow::Result<Self> {
        let folder = package::absolute(out)?;
        let name = || folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let crate_name = arguments.crate_name.clone().unwrap_or_else(|| package::crate_name(&name()));
        let options = Options { crate_name, mode: arguments.mode.unwrap_or(ModeArgument::Lenient).into() };
        let runtime = match arguments.runtime {
            RuntimeSource::Path => Runtime::Path(package::absolute(&root.join(RUNTIME))?),
            RuntimeSource::Version => Runtime::Published,
        };
        let place = Belongs::There { folder, shown: out.display().to_string(), runtime };
        let source = arguments.overlays.of(spec::read(spec)?)?;
        Ok(Self { source, shown: spec.display().to_string(), options, place })
    }

    /// Returns the directories that should hold the files.
    fn targets(&self, root: &Path, files: Files, features: &'static [&'static str]) -> anyhow::Result<Vec<Target>> {
        let shared = |dir: &str, files, mark| Target {
            dir: root.join(dir),
            shown: dir.to_owned(),
            files,
            kind: Kind::Shared { mark },
        };
        Ok(match &self.place {
            Belongs::Here => {
                let surface = surface(root, &files)?;
                let snapshots = shared(snapshots::DIR, snapshots::of(&files, &surface), snapshots::mark());
                vec![shared(SOURCES, files, output::MARK.to_owned()), snapshots]
            }
            Belongs::There { folder, shown, runtime } => {
                let (name, document) = (&self.options.crate_name, self.source.full_name());
                let files = package::package(name, &document, &RuntimeDependency { runtime, features }, folder, &files);
                vec![Target { dir: folder.clone(), shown: shown.clone(), files, kind: Kind::Whole }]
            }
        })
    }
}

/// Returns what the published crate offers: its own files and what it re-exports from the runtime.
pub(crate) fn surface(root: &Path, files: &Files) -> anyhow::Result<Surface> {
    let folder = root.join(RUNTIME).join("src");
    let runtime = output::sources(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    Ok(Surface::with(files, &[(RUNTIME_CRATE, &runtime)]))
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let job = match (&arguments.spec, &arguments.out) {
        (Some(spec), Some(folder)) => Job::third_party(root, spec, folder, arguments)?,
        _ if !arguments.overlays.is_empty() => {
            bail!("`--overlay` needs `--spec` and `--out`: the published crate is made from our document alone")
        }
        _ => Job::own(root, arguments.mode.unwrap_or(ModeArgument::Strict).into())?,
    };
    let Generation { files, diagnostics, ledger, counts, runtime_features } =
        sdk_generator::generate(&job.source, &job.options);
    if let Some(path) = &arguments.ledger {
        report::write(path, &report::Report::new(&diagnostics, &ledger, counts))?;
    }
    if let (Some(path), Some(files)) = (&arguments.reach, &files) {
        report::write(path, &reach(&job.source, files, &diagnostics))?;
    }
    let targets = files.map(|files| job.targets(root, files, runtime_features)).transpose()?;
    print(&diagnostics, &job.source.renamed(job.shown), arguments.message_format)?;
    let Some(targets) = targets else { return Ok(ExitCode::FAILURE) };
    let (report, outcome) = match arguments.check {
        true => check(&targets)?,
        false => write(&targets)?,
    };
    match arguments.message_format {
        MessageFormat::Human => terminal::print(&report)?,
        MessageFormat::Json => terminal::write(&mut io::stderr(), &report)?,
    }
    Ok(outcome)
}

/// Returns how much of a document can be reached through the files that are made of it.
fn reach(source: &Source, files: &Files, diagnostics: &Diagnostics) -> Reach {
    let document = sdk_generator::read::read_unrepaired(source, &mut Diagnostics::new());
    document.map(|document| Reach::of(&document, files, diagnostics)).unwrap_or_default()
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
    let job = Job::own(root, Mode::Strict)?;
    let Generation { files, diagnostics, runtime_features, .. } = sdk_generator::generate(&job.source, &job.options);
    let problems = diagnostics.render(&job.source, style);
    let Some(files) = files else { return Ok(Refreshed { problems, written: None }) };
    let mut written = Written { files: String::new(), surface: None };
    for target in job.targets(root, files, runtime_features)? {
        let drift = target.write()?;
        written.files.push_str(&list(&target.shown, &drift));
        let surface = drift.iter().find(|(path, _)| *path == snapshots::SURFACE);
        written.surface = written.surface.or(surface.map(|(_, change)| change.clone()));
    }
    Ok(Refreshed { problems, written: Some(written) })
}

fn print(diagnostics: &Diagnostics, source: &Source, format: MessageFormat) -> io::Result<()> {
    match format {
        MessageFormat::Human => {
            let style = terminal::style(&io::stderr());
            terminal::write(&mut io::stderr(), &diagnostics.render(source, style))
        }
        MessageFormat::Json => terminal::print(&diagnostics.to_json_lines(source)),
    }
}

/// Brings the directories up to date; says what that changed, one line a file.
fn write(targets: &[Target]) -> anyhow::Result<(String, ExitCode)> {
    let mut report = String::new();
    for target in targets {
        report.push_str(&list(&target.shown, &target.write()?));
    }
    if report.is_empty() {
        report.push_str("nothing changed\n");
    }
    Ok((report, ExitCode::SUCCESS))
}

/// Compares the directories; says what is out of date, with a diff.
fn check(targets: &[Target]) -> anyhow::Result<(String, ExitCode)> {
    let (mut lists, mut diffs, mut has_strays) = (String::new(), String::new(), false);
    for target in targets {
        let drift = target.drift()?;
        has_strays |= drift.has_strays();
        lists.push_str(&list(&target.shown, &drift));
        // The diff of a snapshot repeats that of its source.
        if diffs.is_empty() {
            diffs = drift.diff();
        }
    }
    if lists.is_empty() {
        return Ok(("everything is up to date\n".to_owned(), ExitCode::SUCCESS));
    }
    let mut report = lists + &diffs;
    if !diffs.is_empty() {
        writeln!(report, "\nrun `cargo xtask generate` and review what it changes")?;
    }
    if has_strays {
        writeln!(report, "\nstray files were not made by `cargo xtask generate`: move or delete them")?;
    }
    Ok((report, ExitCode::FAILURE))
}

fn list(dir: &str, drift: &Drift) -> String {
    let line = |(path, change): (&str, &Change)| format!("{:<7} {dir}/{path}\n", change.as_str());
    drift.iter().map(line).collect()
}
