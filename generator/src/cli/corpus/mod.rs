//! `corpus`: makes a crate of every document in a folder, and checks it.

mod accepted;
pub mod measure;
mod table;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::SystemTime;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub use super::documents::{Document, find};
use super::package::{self, names};
use super::{input, report, terminal};
use accepted::Accepted;
use measure::{Measurer, Unmeasured, Usage};
use table::reasons;
pub use table::{Drawing, Row, draw};

/// What `sdk-generator corpus` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Which documents, and what is done with them.
    #[command(flatten)]
    options: Options,
    /// The folder of the crates, and of what is written about each.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What is taken wherever the crates are made.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Options {
    /// The folder of the documents; every `*.yaml`, `*.yml` and `*.json` below it that says `openapi` at its root is taken.
    folder: PathBuf,
    /// Overlays of every document.
    #[command(flatten)]
    overlays: input::Overlays,
    /// Compile each crate, too, without a warning.
    #[arg(long)]
    check: bool,
    /// How many documents at a time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Write the table to this file as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The skips that are accepted, a TOML file. Fail for every other skip, and for every one in the list that no longer occurs.
    #[arg(long, value_name = "FILE")]
    accepted: Option<PathBuf>,
    /// Print the table as Markdown.
    #[arg(long)]
    markdown: bool,
}

/// Where crates are made and compiled.
pub struct Setup<'a> {
    /// The folder of the crates, and of what is written about each.
    pub made: PathBuf,
    /// Where cargo builds them: a folder for each job, since cargo builds in a folder once at a time. Dependencies are built in it
    /// once and stay.
    pub built: PathBuf,
    /// The versions of dependencies; with them, cargo asks no registry.
    pub lock: Option<PathBuf>,
    /// The folder of the runtime.
    pub runtime: PathBuf,
    /// Measures generation and compilation.
    pub measurer: &'a dyn Measurer,
}

/// The reason of what nothing reports.
const UNEXPLAINED: &str = "unexplained";

/// How many failures of one document are printed.
const SHOWN: usize = 10;

/// Makes a crate of each document in a folder.
///
/// # Errors
///
/// When there is no document, or the crates cannot be written.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(&arguments.out).with_context(|| format!("{} cannot be made", arguments.out.display()))?;
    let made = arguments.out.canonicalize()?;
    let (built, runtime) = (made.join("target"), made.join(package::RUNTIME_FOLDER));
    package::write_runtime(&runtime)?;
    let setup = Setup { made, built, lock: None, runtime, measurer: &Unmeasured };
    run_in(&setup, &arguments.options).map(|(_, code)| code)
}

/// Makes a crate of each document in a folder, and returns a row for each, too.
///
/// # Errors
///
/// As [`run`].
pub fn run_in(setup: &Setup<'_>, options: &Options) -> anyhow::Result<(Vec<Row>, ExitCode)> {
    let accepted = Accepted::read(options.accepted.as_deref())?;
    let documents = find(&options.folder)?;
    if documents.is_empty() {
        bail!("there is no document in {}", options.folder.display());
    }
    let corpus = Corpus { setup, overlays: &options.overlays, check: options.check, accepted };
    let rows = corpus.rows(&documents, usize::from(options.jobs))?;
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(&rows)? + "\n";
        fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    terminal::print(&draw(&rows, if options.markdown { Drawing::Markdown } else { Drawing::Plain }))?;
    terminal::print(&reasons(&rows))?;
    let failed: Vec<_> = rows.iter().filter(|row| !row.failures.is_empty()).collect();
    for row in &failed {
        for failure in row.failures.iter().take(SHOWN) {
            eprintln!("\n{}: {failure}", row.document);
        }
        if row.failures.len() > SHOWN {
            eprintln!("\n{}: {} more, see --json", row.document, row.failures.len() - SHOWN);
        }
    }
    let code = if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    Ok((rows, code))
}

/// What is done with every document.
struct Corpus<'a> {
    setup: &'a Setup<'a>,
    /// What changes every document.
    overlays: &'a input::Overlays,
    check: bool,
    accepted: Accepted,
}

impl Corpus<'_> {
    /// Returns a row for each document, in their order.
    fn rows(&self, documents: &[Document], jobs: usize) -> anyhow::Result<Vec<Row>> {
        let template = "{wide_bar} {pos} of {len} documents, {elapsed}, {eta} to go  {wide_msg}";
        let length = u64::try_from(documents.len()).unwrap_or(u64::MAX);
        let target =
            if terminal::shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar =
            ProgressBar::with_draw_target(Some(length), target).with_style(ProgressStyle::with_template(template)?);
        let next = AtomicUsize::new(0);
        let work = |job: usize| {
            let mut rows = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(document) = documents.get(at) else { return anyhow::Ok(rows) };
                bar.set_message(document.name.clone());
                rows.push((at, self.row(document, job).with_context(|| document.name.clone())?));
                bar.inc(1);
            }
        };
        let mut rows = Vec::new();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs.min(documents.len())).map(|job| scope.spawn(move || work(job))).collect();
            for worker in workers {
                rows.extend(worker.join().expect("no job panics")?);
            }
            anyhow::Ok(())
        })?;
        bar.finish_and_clear();
        rows.sort_by_key(|(at, _)| *at);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn row(&self, document: &Document, job: usize) -> anyhow::Result<Row> {
        let place = self.setup.made.join(&document.name);
        fs::create_dir_all(place.parent().unwrap_or(&self.setup.made))?;
        let (mut row, is_made) = self.generate(document, &place)?;
        if is_made {
            self.reach(document, &place, &mut row)?;
        }
        if self.check && is_made {
            let (usage, failure) = self.compile(&place, job)?;
            row.check = usage;
            row.failures.extend(failure);
        }
        Ok(row)
    }

    /// Makes the crate in a process of its own, and says whether it is there.
    fn generate(&self, document: &Document, place: &Path) -> anyhow::Result<(Row, bool)> {
        let (ledger, log) = (beside(place, "ledger.json"), beside(place, "log"));
        // What an earlier run left would be taken for what this one says.
        let _was_there = fs::remove_file(&ledger);
        let mut command = self.generation(document, place)?;
        command.arg("--ledger").arg(&ledger).stderr(create(&log)?);
        let (status, usage) = self.setup.measurer.run(&mut command)?;
        let report: report::Read = if ledger.exists() { report::read(&ledger)? } else { report::Read::default() };
        let mut row = Row {
            document: document.name.clone(),
            operations: report.counts.operations,
            schemas: report.counts.schemas,
            untyped: report.counts.untyped,
            warnings: report.warnings,
            files: report.counts.files,
            lines: report.counts.lines,
            generation: usage,
            failures: self.accepted.complaints(&document.name, &report.ledger.skipped),
            ..Row::default()
        };
        for skip in &report.ledger.skipped {
            *row.skipped.entry(skip.kind.clone()).or_default() += 1;
        }
        if !status.success() {
            let why = report.first_error.unwrap_or_else(|| last_words(&log, status));
            row.failures.push(format!("nothing is made of it: {why}\n    {}", log.display()));
        }
        Ok((row, status.success()))
    }

    /// Compiles the crate, always anew; what that took, and why it failed if it did.
    fn compile(&self, place: &Path, job: usize) -> anyhow::Result<(Option<Usage>, Option<String>)> {
        let (measured, log) = (beside(place, "rustc.json"), beside(place, "check.log"));
        let _was_there = fs::remove_file(&measured);
        // What cargo finds built already is not compiled, and so not measured.
        let crate_root = place.join("src/lib.rs");
        let opened = File::options().write(true).open(&crate_root);
        opened
            .and_then(|file| file.set_modified(SystemTime::now()))
            .with_context(|| crate_root.display().to_string())?;
        let mut cargo = Command::new("cargo");
        cargo.args(["check", "--quiet", "--color", "never"]).current_dir(place);
        if let Some(lock) = &self.setup.lock {
            // The versions of that file are on this machine.
            fs::copy(lock, place.join("Cargo.lock")).context("Cargo.lock cannot be copied")?;
            cargo.arg("--offline");
        }
        cargo.env("CARGO_TARGET_DIR", self.setup.built.join(job.to_string()));
        // What an earlier run has left behind would make the figures better or worse.
        cargo.env("CARGO_INCREMENTAL", "0");
        cargo.env("RUSTFLAGS", "-D warnings").env_remove("CARGO_ENCODED_RUSTFLAGS");
        self.setup.measurer.measure_rustc(&mut cargo, &measured)?;
        let status = cargo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(create(&log)?).status();
        let status = status.context("cargo cannot be started")?;
        let failure = || format!("it does not compile: {}\n    {}", first_words(&log, status), log.display());
        Ok((measure::measured(&measured), (!status.success()).then(failure)))
    }

    /// Returns the command that makes the crate of a document.
    fn generation(&self, document: &Document, place: &Path) -> anyhow::Result<Command> {
        let stem = document.path.file_stem().unwrap_or_default().to_string_lossy();
        let mut command = Command::new(std::env::current_exe().context("the running program has no path")?);
        command.arg("generate").arg("--spec").arg(&document.path).arg("--out").arg(place);
        command.args(["--mode", "lenient", "--workspace-root", "--name", &names::crate_name(&stem)]);
        command.arg("--runtime").arg(&self.setup.runtime);
        for overlay in self.overlays.paths() {
            command.arg("--overlay").arg(overlay);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Ok(command)
    }

    /// Checks what can be reached through the crate of a document, in a process that is not measured.
    fn reach(&self, document: &Document, place: &Path, row: &mut Row) -> anyhow::Result<()> {
        let file = beside(place, "reach.json");
        let _was_there = fs::remove_file(&file);
        let mut command = self.generation(document, place)?;
        command.arg("--check").arg("--reach").arg(&file).stderr(Stdio::null());
        // Cargo may have left files in the folder, which the check reports.
        let _status = command.status().context("the running program cannot be started again")?;
        let reach: report::ReadReach = report::read(&file)?;
        row.reachable = report::ReadRatio { made: reach.reachable, total: reach.total };
        for unreachable in reach.unreachable {
            if unreachable.reason == UNEXPLAINED {
                row.failures.push(format!("{} cannot be reached, and no warning says why", unreachable.pointer));
            }
            *row.unreachable.entry(unreachable.reason).or_default() += 1;
        }
        Ok(())
    }
}

/// Returns a file beside a crate that says something about it.
fn beside(place: &Path, ending: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!("{name}.{ending}"))
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("{} cannot be written", path.display()))
}

/// Returns the first line of what a compiler said.
fn first_words(log: &Path, status: ExitStatus) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    text.lines().find(|line| line.starts_with("error")).map_or_else(|| status.to_string(), str::to_owned)
}

/// Returns the last thing that a program said before it ended before its time.
fn last_words(log: &Path, status: ExitStatus) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let line = text.lines().rev().find(|line| !line.trim().is_empty() && !line.starts_with("note:"));
    line.map_or_else(|| status.to_string(), |line| format!("{line} ({status})"))
}
