//! `cargo xtask docs`: the page of `sdk-generator docs`, of our document where no other one is named.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sdk_generator::cli::{docs, input};
use sdk_generator::mode::Mode;

use crate::generate::{CRATE, DOCUMENT};

/// Where the page goes, relative to the repository's root.
const PAGE: &str = "target/docs/index.html";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Another document than ours.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    overlays: input::Overlays,
    /// Where the page goes. [default: target/docs/index.html in the repository]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let page = match &arguments.spec {
        Some(spec) => docs::Page::third_party(spec)?,
        None => docs::Page {
            source: input::read(&root.join(DOCUMENT))?.renamed(DOCUMENT),
            crate_name: CRATE.to_owned(),
            mode: Mode::Strict,
        },
    };
    let out = arguments.out.clone().unwrap_or_else(|| root.join(PAGE));
    docs::write(page, &arguments.overlays, &out)
}
