//! `cargo xtask where`: from a Rust item, a JSON pointer or a name of the wire to the line of the document, the line of the
//! code, and what touches it.

mod bodies;
mod definitions;
mod index;
mod query;
mod report;
mod uses;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::document::Document;
use sdk_generator::mode::Mode;
use sdk_generator::output;
use sdk_generator::read;
use sdk_generator::source::{Location, Source};

use self::bodies::Members;
use self::definitions::{CodeLocation, Definitions};
use self::index::{Entity, Kind};
use self::uses::Use;
use crate::generate::{CRATE, DOCUMENT, RUNTIME, SOURCES};
use sdk_generator::cli::{input, terminal};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to look for: a Rust item such as `CreatePaymentRequest::amount`, a JSON pointer such as
    /// `#/components/schemas/Payment`, or a name of the wire such as `accountId`, `Zuora-Track-Id` or `POST /v1/payments`.
    #[arg(value_name = "NAME_OR_POINTER", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    name: String,
    /// How it is printed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Another document than ours; of that one there is no code and there are no tests.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    overlays: input::Overlays,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// In columns, with locations that a terminal can open.
    Human,
    /// One JSON array, on standard output.
    Json,
}

/// One entity with everything that is known of where it is.
struct Found {
    entity: Entity,
    /// The file and the place of its declaration.
    document: Option<(String, Location)>,
    code: Vec<CodeLocation>,
    uses: Vec<Use>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let subject = match &arguments.spec {
        Some(path) => Subject::third_party(path, &arguments.overlays)?,
        None => Subject::own(root, &arguments.overlays)?,
    };
    let found = subject.find(&arguments.name)?;
    let text = match arguments.format {
        Format::Human => report::human(&found, terminal::style(&io::stdout())),
        Format::Json => report::json(&found)?,
    };
    terminal::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What is looked into.
struct Subject {
    source: Source,
    document: Document,
    entities: Vec<Entity>,
    code: Definitions,
    /// The repository, where the document is ours.
    root: Option<PathBuf>,
}

impl Subject {
    /// Returns our document, and everything that is made of it or stands on it.
    fn own(root: &Path, overlays: &input::Overlays) -> anyhow::Result<Self> {
        let source = overlays.of(input::read(&root.join(DOCUMENT))?.renamed(DOCUMENT))?;
        let mut subject = Self::of(source, Mode::Strict)?;
        for folder in [SOURCES.to_owned(), format!("{RUNTIME}/src")] {
            let files = output::sources(&root.join(&folder)).with_context(|| format!("{folder} cannot be read"))?;
            subject.code.add(&folder, &files);
        }
        subject.add_items();
        subject.root = Some(root.to_owned());
        Ok(subject)
    }

    /// Reads a third-party document.
    fn third_party(path: &Path, overlays: &input::Overlays) -> anyhow::Result<Self> {
        let source = overlays.of(input::read(path)?.renamed(path.display().to_string()))?;
        Self::of(source, Mode::Lenient)
    }

    fn of(source: Source, mode: Mode) -> anyhow::Result<Self> {
        let mut diagnostics = Diagnostics::new();
        let Some(document) = read::read(&source, mode, &mut diagnostics) else {
            eprint!("{}", diagnostics.render(&source, Style::Plain));
            bail!("{} cannot be read", source.name());
        };
        // What it says wrong is no reason not to look into the rest.
        let (api, _) = sdk_generator::model(&document, mode, &mut diagnostics);
        let entities = index::of(&api);
        Ok(Self { source, document, entities, code: Definitions::default(), root: None })
    }

    /// Adds what the code defines and the document does not have.
    fn add_items(&mut self) {
        let known: HashSet<String> =
            self.entities.iter().flat_map(|entity| entity.rust.iter()).map(|path| last_names(path)).collect();
        let items = self.code.iter().map(|(name, _)| name).filter(|name| !known.contains(*name));
        let item = |name: &str| Entity {
            kind: Kind::Item,
            wire: String::new(),
            rust: vec![name.to_owned()],
            at: None,
            aliases: Vec::new(),
        };
        let items: Vec<_> = items.map(item).collect();
        self.entities.extend(items);
    }

    /// Returns what a name or a pointer leads to, the most specific first.
    fn find(&self, asked: &str) -> anyhow::Result<Vec<Found>> {
        let entities = query::find(asked, &self.entities, &self.document.value, CRATE);
        if entities.is_empty() {
            let alike = query::alike(asked, &self.entities, &self.document.value, CRATE);
            let alike: Vec<_> = alike.iter().map(|name| format!("`{name}`")).collect();
            let help = match alike.split_last() {
                None => "ask for a Rust item, a JSON pointer, or a name that the document has".to_owned(),
                Some((last, [])) => format!("did you mean {last}?"),
                Some((last, others)) => format!("did you mean {} or {last}?", others.join(", ")),
            };
            bail!("nothing is called `{asked}` in {}: {help}", self.source.name());
        }
        let pointers: Vec<_> = entities.iter().filter_map(|entity| entity.at.clone()).collect();
        let mut locations = self.source.locate_all(&pointers).into_iter();
        let files = self.root.as_deref().map(uses::files).unwrap_or_default();
        let members = Members::of(&self.entities);
        let found = entities.into_iter().map(|entity| {
            let document = entity.at.as_ref().and_then(|at| Some((self.source.file_name(at), locations.next()?)));
            let mut code: Vec<_> = entity.rust.iter().flat_map(|path| self.code.of(path)).cloned().collect();
            code.sort();
            code.dedup();
            let uses = uses::of(&entity, &files, &members);
            Found { entity, document, code, uses }
        });
        Ok(found.collect())
    }
}

/// Returns the name of an item, or its name and that of its member, by which code knows them.
fn last_names(path: &str) -> String {
    let path = path.split('(').next().unwrap_or(path);
    let names: Vec<_> = path.split("::").filter(|name| *name != "operations").collect();
    names[names.len().saturating_sub(2)..].join("::")
}

#[cfg(test)]
mod tests;
