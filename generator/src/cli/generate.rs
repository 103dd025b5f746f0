//! `generate`: a document to a crate.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use super::package::{self, Crate, Options as PackageOptions, Origin};
use super::target::{self, Target};
use super::{input, report, terminal};
use crate::Generation;
use crate::diagnostics::Diagnostics;
use crate::mode::Mode;
use crate::output::Files;
use crate::reach::Reach;
use crate::source::Source;

/// What `sdk-generator generate` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// The folder of the crate. Files in it that were not generated stay.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the crate is to be.
    #[command(flatten)]
    package: PackageOptions,
    /// How the document is read and reported.
    #[command(flatten)]
    options: Options,
}

/// What generation takes wherever the document comes from.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Options {
    /// Write nothing; fail with a diff when a file is not what it would be made.
    #[arg(long)]
    pub check: bool,
    /// How problems of the document are printed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Overlays of the document.
    #[command(flatten)]
    pub overlays: input::Overlays,
    /// How the document is read. [default: lenient for third-party documents]
    #[arg(long, value_name = "MODE")]
    pub mode: Option<ModeArgument>,
    /// Writes what became of every keyword to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Writes which bodies and responses of the document can be reached through the crate to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub reach: Option<PathBuf>,
}

/// How strictly a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeArgument {
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

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// With the line in question, on standard error.
    Human,
    /// One JSON object a line, on standard output; everything else goes to standard error.
    Json,
}

/// Makes a crate of a document.
///
/// # Errors
///
/// When the document cannot be read, or the crate cannot be written.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { spec, out, package, options } = arguments;
    third_party(spec, out, package, options)
}

/// Makes a crate of a third-party document.
///
/// # Errors
///
/// As [`run`].
pub fn third_party(spec: &Path, out: &Path, package: &PackageOptions, options: &Options) -> anyhow::Result<ExitCode> {
    let source = options.overlays.of(input::read(spec)?)?;
    let made = Crate::open(out)?;
    made.check(package)?;
    let mode = options.mode.map_or(Mode::Lenient, Mode::from);
    let mut generation = crate::generate_named(&source, mode, |info| made.name(package, info));
    let files = generation.files.take();
    let origin = Origin { document: source.name().to_owned(), overlays: source.overlay_names() };
    finish_diagnostics(source, &spec.display().to_string(), &generation, files.as_ref(), options)?;
    let Some(files) = files else { return Ok(ExitCode::FAILURE) };
    let (is_new, is_root) = (made.is_new(), made.is_root() || package.makes_root());
    let shown = out.display().to_string();
    let targets = made.targets(&generation, files, package, &origin, shown.trim_end_matches('/'))?;
    let code = finish(&targets, options, "sdk-generator generate")?;
    if !options.check {
        let advice = if is_root { None } else { package::advice(out) };
        let name = &generation.crate_name;
        let next = match is_new {
            true => format!("made the crate `{name}`; to use it in another one: `cargo add {name} --path {shown}`\n"),
            false => String::new(),
        };
        terminal::write(&mut io::stderr(), &(next + &advice.unwrap_or_default()))?;
    }
    Ok(code)
}

/// Writes the reports on a document that were asked for, and prints its problems under another name of the document.
///
/// # Errors
///
/// When a report cannot be written.
pub fn finish_diagnostics(
    source: Source,
    shown: &str,
    generation: &Generation,
    files: Option<&Files>,
    options: &Options,
) -> anyhow::Result<()> {
    let Generation { diagnostics, ledger, counts, .. } = generation;
    if let Some(path) = &options.ledger {
        report::write(path, &report::Report::new(diagnostics, ledger, *counts))?;
    }
    if let (Some(path), Some(files)) = (&options.reach, files) {
        report::write(path, &reach(&source, files, diagnostics))?;
    }
    let source = source.renamed(shown);
    match options.message_format {
        MessageFormat::Human => {
            let style = terminal::style(&io::stderr());
            terminal::write(&mut io::stderr(), &diagnostics.render(&source, style))?;
        }
        MessageFormat::Json => terminal::print(&diagnostics.to_json_lines(&source))?,
    }
    Ok(())
}

/// Brings directories up to date, or compares them, as the options say. `command` is how that is done again.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn finish(targets: &[Target], options: &Options, command: &str) -> anyhow::Result<ExitCode> {
    let (report, code) = match options.check {
        true => target::check(targets, command)?,
        false => target::write(targets)?,
    };
    match options.message_format {
        MessageFormat::Human => terminal::print(&report)?,
        MessageFormat::Json => terminal::write(&mut io::stderr(), &report)?,
    }
    Ok(code)
}

/// Returns how much of a document can be reached through the files that are made of it.
fn reach(source: &Source, files: &Files, diagnostics: &Diagnostics) -> Reach {
    let document = crate::read::read_unrepaired(source, &mut Diagnostics::new());
    document.map(|document| Reach::of(&document, files, diagnostics)).unwrap_or_default()
}
