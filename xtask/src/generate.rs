//! `cargo xtask generate`: the document to the published crate's sources and their snapshots.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::output::{self, Change, Drift, Files};
use sdk_generator::source::Source;
use sdk_generator::{Generation, Options};

use crate::snapshots;

/// The document, relative to the repository's root, which is also how it is named in messages and headers.
const DOCUMENT: &str = "spec/zuora-payments.yaml";
/// The crate that is made from it.
const CRATE: &str = "zuora-payments";
/// Where its sources are.
const SOURCES: &str = "generated/src";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail with a diff when a file is not what it would be made.
    #[arg(long)]
    check: bool,
    /// How problems of the document are printed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    message_format: MessageFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MessageFormat {
    /// With the line in question, on standard error.
    Human,
    /// One JSON object a line, on standard output; everything else goes to standard error.
    Json,
}

/// A directory of the repository and what it should hold.
struct Target {
    dir: &'static str,
    files: Files,
    mark: String,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let text = fs::read_to_string(root.join(DOCUMENT)).with_context(|| format!("{DOCUMENT} cannot be read"))?;
    let source = Source::new(DOCUMENT, text);
    let options = Options { crate_name: CRATE.to_owned() };
    let Generation { files, diagnostics } = sdk_generator::generate(&source, &options);
    print(&diagnostics, &source, arguments.message_format)?;
    let Some(files) = files else { return Ok(ExitCode::FAILURE) };
    let snapshots = Target { dir: snapshots::DIR, files: snapshots::of(&files), mark: snapshots::mark() };
    let sources = Target { dir: SOURCES, files, mark: output::MARK.to_owned() };
    let (report, outcome) = match arguments.check {
        true => check(root, &[sources, snapshots])?,
        false => write(root, &[sources, snapshots])?,
    };
    match arguments.message_format {
        MessageFormat::Human => io::stdout().write_all(report.as_bytes())?,
        MessageFormat::Json => io::stderr().write_all(report.as_bytes())?,
    }
    Ok(outcome)
}

fn print(diagnostics: &Diagnostics, source: &Source, format: MessageFormat) -> io::Result<()> {
    let style = match io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        true => Style::Colored,
        false => Style::Plain,
    };
    match format {
        MessageFormat::Human => io::stderr().write_all(diagnostics.render(source, style).as_bytes()),
        MessageFormat::Json => io::stdout().write_all(diagnostics.to_json_lines(source).as_bytes()),
    }
}

/// Brings the directories up to date; says what that changed, one line a file.
fn write(root: &Path, targets: &[Target]) -> anyhow::Result<(String, ExitCode)> {
    let mut report = String::new();
    for target in targets {
        let drift = output::write_marked(&root.join(target.dir), &target.files, &target.mark)?;
        report.push_str(&list(target.dir, &drift));
    }
    if report.is_empty() {
        report.push_str("nothing changed\n");
    }
    Ok((report, ExitCode::SUCCESS))
}

/// Compares the directories; says what is out of date, with a diff.
fn check(root: &Path, targets: &[Target]) -> anyhow::Result<(String, ExitCode)> {
    let (mut lists, mut diffs, mut has_strays) = (String::new(), String::new(), false);
    for target in targets {
        let drift = output::drift_marked(&root.join(target.dir), &target.files, &target.mark)?;
        has_strays |= drift.has_strays();
        lists.push_str(&list(target.dir, &drift));
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
