//! `cargo xtask corpus`: generates a crate of every document in a folder, and measures it.

mod accepted;
mod documents;
pub(crate) mod measure;
mod table;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::SystemTime;

use accepted::Accepted;
use anyhow::{Context, bail};
pub(crate) use documents::{Document, find};
use indicatif::{ProgressBar, ProgressStyle};
use measure::Usage;
use table::{Drawing, Row, draw, reasons, splice};

use crate::{package, report, spec, terminal};

/// Figures of a debug build say little.
const MEASURING: &str = "To measure, build with optimizations and run nothing else. Example: \
                         cargo run --release -p xtask -- corpus DIR --check";

#[derive(Debug, clap::Args)]
#[command(after_help = MEASURING)]
pub(crate) struct Arguments {
    /// The folder; every `*.yaml`, `*.yml` and `*.json` below it that says `openapi` at its root is taken.
    folder: PathBuf,
    #[command(flatten)]
    overlays: spec::Overlays,
    /// Compile each crate, too, without a warning.
    #[arg(long)]
    check: bool,
    /// How many documents at a time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Write the table to this file as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The skips that are accepted, such as tests/corpus-skips.toml. Fail for every other skip, and for every one in the
    /// list that no longer occurs.
    #[arg(long, value_name = "FILE")]
    accepted: Option<PathBuf>,
    /// Print the table as Markdown.
    #[arg(long)]
    markdown: bool,
    /// Put the table into README.md, in place of what stands between `<!-- corpus -->` and `<!-- /corpus -->`.
    #[arg(long)]
    readme: bool,
}

/// Where crates are made, and what is written about each, relative to the repository's root.
const MADE: &str = "target/corpus";
/// Where cargo builds them: a folder for each job, since cargo builds in a folder once at a time. Dependencies are built in it
/// once and stay.
const BUILT: &str = "target/corpus-check";

/// The reason of what nothing reports.
const UNEXPLAINED: &str = "unexplained";

/// How many failures of one document are printed.
const SHOWN: usize = 10;

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let accepted = Accepted::read(arguments.accepted.as_deref())?;
    let documents = find(&arguments.folder)?;
    if documents.is_empty() {
        bail!("there is no document in {}", arguments.folder.display());
    }
    let corpus = Corpus { root, overlays: &arguments.overlays, check: arguments.check, accepted };
    let rows = corpus.rows(&documents, usize::from(arguments.jobs))?;
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&rows)? + "\n";
        fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if arguments.readme {
        put_into_readme(&root.join("README.md"), &draw(&rows, Drawing::Markdown))?;
    }
    terminal::print(&draw(&rows, if arguments.markdown { Drawing::Markdown } else { Drawing::Plain }))?;
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
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn put_into_readme(readme: &Path, table: &str) -> anyhow::Result<()> {
    let text = fs::read_to_string(readme).context("README.md cannot be read")?;
    let new = splice(&text, table).context("README.md has no `<!-- corpus -->` with `<!-- /corpus -->` behind it")?;
    fs::write(readme, new).context("README.md cannot be written")
}

/// What is done with every document.
struct Corpus<'a> {
    root: &'a Path,
    /// What changes every document.
    overlays: &'a spec::Overlays,
    check: bool,
    accepted: Accepted,
}

impl Corpus<'_> {
    /// Returns a row for each document, in their order.
    fn rows(&self, documents: &[Document], jobs: usize) -> anyhow::Result<Vec<Row>> {
        let template = "{wide_bar} {pos} of {len} documents, {elapsed}, {eta} to go  {wide_msg}";
        let length = u64::try_from(documents.len()).unwrap_or(u64::MAX);
        // Draws to standard error, and nothing at all where that is no terminal.
        let bar = ProgressBar::new(length).with_style(ProgressStyle::with_template(template)?);
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
        let place = self.root.join(MADE).join(&document.name);
        fs::create_dir_all(place.parent().unwrap_or(self.root))?;
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
        let (status, usage) = measure::run(&mut command)?;
        let report: report::Read = if ledger.exists() { report::read(&ledger)? } else { report::Read::default() };
        let mut row = Row {
            document: document.name.clone(),
            operations: report.counts.operations,
            schemas: report.counts.schemas,
            untyped: report.counts.untyped,
            warnings: report.warnings,
            files: report.counts.files,
            lines: report.counts.lines,
            generation: Some(usage),
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
        // The versions of this repository, which are on this machine.
        fs::copy(self.root.join("Cargo.lock"), place.join("Cargo.lock")).context("Cargo.lock cannot be copied")?;
        // What cargo finds built already is not compiled, and so not measured.
        let crate_root = place.join("src/lib.rs");
        let opened = File::options().write(true).open(&crate_root);
        opened
            .and_then(|file| file.set_modified(SystemTime::now()))
            .with_context(|| crate_root.display().to_string())?;
        let mut cargo = Command::new("cargo");
        cargo.args(["check", "--offline", "--quiet", "--color", "never"]).current_dir(place);
        cargo.env("CARGO_TARGET_DIR", self.root.join(BUILT).join(job.to_string()));
        // What an earlier run has left behind would make the figures better or worse.
        cargo.env("CARGO_INCREMENTAL", "0");
        cargo.env("RUSTFLAGS", "-D warnings").env_remove("CARGO_ENCODED_RUSTFLAGS");
        measure::measure_rustc(&mut cargo, &measured)?;
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
        command.args(["--mode", "lenient", "--crate", &package::crate_name(&stem)]);
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
