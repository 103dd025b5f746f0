//! `cargo xtask lint`: the linter of `sdk-generator lint`, for our document where no other one is named.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use sdk_generator::cli::input;
use sdk_generator::cli::lint::{self, Job, Options};
use sdk_generator::lint::Sources;
use sdk_generator::mode::Mode;

use crate::generate::DOCUMENT;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Another document than ours.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let job = match &arguments.file {
        Some(path) => Job::third_party(path)?,
        None => own(root)?,
    };
    lint::run_on(job, &arguments.options)
}

/// Returns our document, whose sources have to be told.
fn own(root: &Path) -> anyhow::Result<Job> {
    let path = root.join(DOCUMENT);
    let source = input::read(&path)?.renamed(DOCUMENT);
    let beside = path.with_file_name(lint::SOURCES);
    let text = fs::read_to_string(&beside).with_context(|| format!("{} cannot be read", beside.display()))?;
    let sources = Sources::read(&text)
        .with_context(|| format!("{} has no table of sources: its first column is `part`", beside.display()))?;
    Ok(Job { path, source, sources: Some(sources), mode: Mode::Strict })
}
