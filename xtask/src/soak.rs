//! `cargo xtask soak`: runs the soak of the tests, with any number of calls.
//!
//! A program of its own: one that contains the published crate could not make that anew once it does not compile.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context;

#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// `--calls`, `--seed`, `--concurrency`; see `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(root: &Path, Arguments { arguments }: &Arguments) -> anyhow::Result<ExitCode> {
    // Optimized code makes six times as many calls.
    let mut command = Command::new("cargo");
    command.args(["run", "--release", "--quiet", "--locked", "--package", "sdk-tests", "--example", "soak", "--"]);
    let status = command.args(arguments).current_dir(root).status().context("cargo cannot be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
