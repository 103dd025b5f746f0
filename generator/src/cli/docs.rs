//! `docs`: the API as one HTML page without external resources.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::package::names;
use super::{input, terminal};
use crate::mode::Mode;
use crate::output;
use crate::page::page as page_text;
use crate::source::Source;

/// What `sdk-generator docs` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// Its overlays.
    #[command(flatten)]
    overlays: input::Overlays,
    /// Where the page goes. [default: the name of the document with `.html`, in this folder]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What a page is made of.
#[derive(Debug)]
pub struct Page {
    /// The document.
    pub source: Source,
    /// The crate that the examples call.
    pub crate_name: String,
    /// How the document is read.
    pub mode: Mode,
}

impl Page {
    /// Reads a third-party document.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn third_party(spec: &Path) -> anyhow::Result<Self> {
        let source = input::read(spec)?;
        let crate_name = names::crate_name(&stem(spec));
        Ok(Self { source, crate_name, mode: Mode::Lenient })
    }
}

/// Writes the page of a document.
///
/// # Errors
///
/// When the document has errors, or a file cannot be read or written.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { spec, overlays, out } = arguments;
    let out = out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.html", stem(spec))));
    write(Page::third_party(spec)?, overlays, &out)
}

/// Writes a page to a file, whose name is printed.
///
/// # Errors
///
/// When the document has errors, or the file cannot be written.
pub fn write(page: Page, overlays: &input::Overlays, out: &Path) -> anyhow::Result<ExitCode> {
    let Page { source, crate_name, mode } = page;
    let (api, _) = input::model(&overlays.of(source)?, mode)?;
    let text = page_text(&api, &crate_name);
    output::write_file(out, &text).with_context(|| format!("{} cannot be written", out.display()))?;
    terminal::print(&format!("{}\n", out.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of a file without its ending.
fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
