//! `cargo xtask docs`: the API as one HTML page without external resources.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use sdk_generator::mode::Mode;
use sdk_generator::output;
use sdk_generator::page::page;

use crate::{generate, package, spec, terminal};

/// Where the page goes, relative to the repository's root.
const PAGE: &str = "target/docs/index.html";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Another document than ours.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    overlays: spec::Overlays,
    /// Where the page goes. [default: target/docs/index.html in the repository]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (source, crate_name, mode) = match &arguments.spec {
        Some(path) => {
            let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
            (spec::read(path)?, package::crate_name(&stem), Mode::Lenient)
        }
        None => {
            let source = spec::read(&root.join(generate::DOCUMENT))?.renamed(generate::DOCUMENT);
            (source, generate::CRATE.to_owned(), Mode::Strict)
        }
    };
    let (api, _) = spec::model(&arguments.overlays.of(source)?, mode)?;
    let text = page(&api, &crate_name);
    let out = arguments.out.clone().unwrap_or_else(|| root.join(PAGE));
    output::write_file(&out, &text).with_context(|| format!("{} cannot be written", out.display()))?;
    terminal::print(&format!("{}\n", out.display()))?;
    Ok(ExitCode::SUCCESS)
}
