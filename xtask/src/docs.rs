//! `cargo xtask docs`: the API as one page for people, which needs no network.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::page::page;
use sdk_generator::read::Unsupported;
use sdk_generator::source::Source;
use sdk_generator::{model, output, read};

use crate::{generate, package, spec};

/// Where the page goes, relative to the repository's root.
const PAGE: &str = "target/docs/index.html";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Another document than ours.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Where the page goes; `target/docs/index.html` of the repository unless given.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (source, crate_name, unsupported) = match &arguments.spec {
        Some(path) => {
            let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
            (spec::read(path)?, package::crate_name(&stem), Unsupported::Skip)
        }
        None => {
            let source = spec::read(&root.join(generate::DOCUMENT))?.renamed(generate::DOCUMENT);
            (source, generate::CRATE.to_owned(), Unsupported::Deny)
        }
    };
    let Some(text) = text(&source, &crate_name, unsupported)? else { return Ok(ExitCode::FAILURE) };
    let out = arguments.out.clone().unwrap_or_else(|| root.join(PAGE));
    output::write_file(&out, &text).with_context(|| format!("{} cannot be written", out.display()))?;
    println!("{}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// The page of a document, or nothing after errors, which have been told.
fn text(source: &Source, crate_name: &str, unsupported: Unsupported) -> anyhow::Result<Option<String>> {
    let mut diagnostics = Diagnostics::new();
    let api = read::read(source, unsupported, &mut diagnostics)
        .map(|document| model(&document, unsupported, &mut diagnostics).0);
    if diagnostics.has_errors() {
        io::stderr().write_all(diagnostics.render(source, Style::Plain).as_bytes())?;
        return Ok(None);
    }
    Ok(api.map(|api| page(&api, crate_name)))
}
