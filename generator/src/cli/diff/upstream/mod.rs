//! `diff --upstream`: the differences between the service's own document and another one.

mod report;

use std::path::Path;
use std::process::ExitCode;

use super::accepted::Accepted;
use super::options::{Format, Options};
use super::report::located;
use crate::cli::exit::Finding;
use crate::cli::{input, terminal};
use crate::compare;
use crate::diagnostics::{Diagnostics, Style};
use crate::document::Document;
use crate::ir::Api;
use crate::mode::Mode;
use crate::read;
use crate::source::Source;
use anyhow::bail;
pub use report::{Line, Report};

/// Compares a document with that of the service, and prints what is otherwise.
///
/// # Errors
///
/// When the service's document cannot be read.
pub fn run(ours: &Ours, theirs: &Path, options: &Options, accepted: &Accepted) -> anyhow::Result<ExitCode> {
    let theirs = Theirs::of(theirs, &options.overlays)?;
    let report = report(ours, &theirs, accepted);
    let text = match options.format {
        Format::Text => report.text(terminal::width(), options.all),
        Format::Markdown => report.markdown(),
        Format::Json => report.json()?,
    };
    terminal::print(&text)?;
    Ok(if report.is_settled() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A document, with the model that has its names in Rust.
#[derive(Debug)]
pub struct Ours {
    /// The document's text.
    pub source: Source,
    /// The document.
    pub document: Document,
    /// Its model.
    pub api: Api,
}

impl Ours {
    /// Reads a document that messages call by another name.
    ///
    /// # Errors
    ///
    /// When it cannot be read or has errors.
    pub fn of(path: &Path, shown: impl Into<String>) -> anyhow::Result<Self> {
        let source = input::read(path)?.renamed(shown);
        let (api, _) = input::model(&source, Mode::Lenient)?;
        let document = document(&source)?;
        Ok(Self { source, document, api })
    }
}

/// The service's own document.
#[derive(Debug)]
pub struct Theirs {
    /// The document's text.
    pub source: Source,
    /// The document.
    pub document: Document,
}

impl Theirs {
    /// Reads the document and applies overlays to it.
    ///
    /// # Errors
    ///
    /// When it cannot be read or is no OpenAPI document.
    pub fn of(path: &Path, overlays: &input::Overlays) -> anyhow::Result<Self> {
        Self::of_source(overlays.of(input::read(path)?.renamed(path.display().to_string()))?)
    }

    /// Reads a document whose text is known.
    ///
    /// # Errors
    ///
    /// When it is no OpenAPI document.
    pub fn of_source(source: Source) -> anyhow::Result<Self> {
        let document = document(&source)?;
        Ok(Self { source, document })
    }
}

/// Returns a document in which nothing is mended: what is wrong in it may be what has changed.
fn document(source: &Source) -> anyhow::Result<Document> {
    let mut diagnostics = Diagnostics::new();
    let document = read::read_unrepaired(source, &mut diagnostics);
    let Some(document) = document.filter(|document| document.value.get("openapi").is_some()) else {
        eprint!("{}", diagnostics.render(source, Style::Plain));
        bail!(Finding(format!("{} is no OpenAPI document that can be compared", source.name())));
    };
    Ok(document)
}

/// Returns all differences, and what was accepted and is none.
#[must_use]
pub fn report(ours: &Ours, theirs: &Theirs, accepted: &Accepted) -> Report {
    let differences = compare::upstream(&ours.document, &ours.api, &theirs.document);
    let locations = located(differences.iter().map(|difference| &difference.at), &ours.source, &theirs.source);
    let lines = differences
        .into_iter()
        .zip(locations)
        .map(|(difference, (document, location))| Line::new(difference, format!("{document}:{location}"), accepted));
    let lines: Vec<_> = lines.collect();
    let stale = accepted.stale_upstream(|fingerprint| lines.iter().any(|line| line.fingerprint == fingerprint));
    let accepted_in = accepted.file().to_owned();
    Report { ours: ours.source.name().to_owned(), theirs: theirs.source.name().to_owned(), lines, stale, accepted_in }
}
