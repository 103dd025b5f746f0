//! `cargo xtask diff --upstream`: the differences between the service's own document and ours.

mod report;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use sdk_generator::compare;
use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::document::Document;
use sdk_generator::ir::Api;
use sdk_generator::mode::Mode;
use sdk_generator::read;
use sdk_generator::source::Source;

use crate::diff::accepted::{ACCEPTED, Accepted};
use crate::diff::report::located;
use crate::generate::DOCUMENT;
use crate::{spec, terminal};
use report::{Line, Report};

/// How differences are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// In lines that fit the terminal.
    Text,
    /// As Markdown.
    Markdown,
    /// One JSON object, for programs.
    Json,
}

/// What is compared, and what of it is told.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    /// Another document of ours; it has nothing that could be accepted.
    pub(crate) ours: Option<&'a Path>,
    pub(crate) theirs: &'a Path,
    /// What changes the service's own document.
    pub(crate) overlays: &'a spec::Overlays,
    pub(crate) format: Format,
    /// Whether what is accepted is told, too.
    pub(crate) all: bool,
}

pub(crate) fn run(root: &Path, job: &Job<'_>) -> anyhow::Result<ExitCode> {
    let ours = Ours::of(root, job.ours)?;
    let theirs = Theirs::of(job.theirs, job.overlays)?;
    let accepted = match job.ours {
        None => Accepted::read(&root.join(ACCEPTED))?,
        Some(_) => Accepted::default(),
    };
    let report = report(&ours, &theirs, &accepted);
    let text = match job.format {
        Format::Text => report.text(terminal::width(), job.all),
        Format::Markdown => report.markdown(),
        Format::Json => report.json()?,
    };
    terminal::print(&text)?;
    Ok(if report.is_settled() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes the part of the service's document that the comparison looks at.
pub(crate) fn extract(root: &Path, theirs: &Path, overlays: &spec::Overlays, to: &Path) -> anyhow::Result<ExitCode> {
    let (ours, theirs) = (Ours::of(root, None)?, Theirs::of(theirs, overlays)?);
    let extract = compare::extract(&ours.document, &theirs.document);
    let text = serde_yaml::to_string(&extract.to_json()).context("the extract cannot be written as YAML")?;
    std::fs::write(to, HEAD.to_owned() + &text).with_context(|| format!("{} cannot be written", to.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// What stands above an extract.
const HEAD: &str = "# What the service's own document says of our operations and of all that they reach, without its prose.
# `cargo xtask diff --upstream FILE --extract THIS` writes it; with the variable UPSTREAM, tests hold it against that file.
";

/// Our document, with the model that has its names in Rust.
struct Ours {
    source: Source,
    document: Document,
    api: Api,
}

impl Ours {
    fn of(root: &Path, other: Option<&Path>) -> anyhow::Result<Self> {
        let (path, shown) = match other {
            Some(path) => (path.to_owned(), path.display().to_string()),
            None => (root.join(DOCUMENT), DOCUMENT.to_owned()),
        };
        let source = spec::read(&path)?.renamed(shown);
        let (api, _) = spec::model(&source, Mode::Lenient)?;
        let document = document(&source)?;
        Ok(Self { source, document, api })
    }
}

/// The service's own document.
struct Theirs {
    source: Source,
    document: Document,
}

impl Theirs {
    fn of(path: &Path, overlays: &spec::Overlays) -> anyhow::Result<Self> {
        let source = overlays.of(spec::read(path)?.renamed(path.display().to_string()))?;
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
        bail!("{} is no OpenAPI document that can be compared", source.name());
    };
    Ok(document)
}

fn report(ours: &Ours, theirs: &Theirs, accepted: &Accepted) -> Report {
    let differences = compare::upstream(&ours.document, &ours.api, &theirs.document);
    let locations = located(differences.iter().map(|difference| &difference.at), &ours.source, &theirs.source);
    let lines = differences
        .into_iter()
        .zip(locations)
        .map(|(difference, (document, location))| Line::new(difference, format!("{document}:{location}"), accepted));
    let lines: Vec<_> = lines.collect();
    let stale = accepted.stale_upstream(|fingerprint| lines.iter().any(|line| line.fingerprint == fingerprint));
    Report { ours: ours.source.name().to_owned(), theirs: theirs.source.name().to_owned(), lines, stale }
}
