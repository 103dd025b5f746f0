//! The maintainer's commands: `cargo xtask generate`, `cargo xtask ci`, `cargo xtask soak`.

mod budget;
mod ci;
mod generate;
mod snapshots;
mod soak;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The maintainer's commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the published crate's sources and their snapshots from the document.
    Generate(generate::Arguments),
    /// Count the crates that a user of the SDK takes in, hold them against the budget, and time their build.
    Budget(budget::Arguments),
    /// Run everything that must pass before a change is merged.
    Ci,
    /// Make very many calls with faults on simulated time, and hold them against the simulator's ledger.
    Soak(soak::Arguments),
}

fn main() -> ExitCode {
    let root = root();
    let outcome = match Arguments::parse().command {
        Command::Generate(arguments) => generate::run(&root, &arguments),
        Command::Budget(arguments) => budget::run(&root, &arguments),
        Command::Ci => ci::run(&root),
        Command::Soak(arguments) => soak::run(&root, &arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// The repository's root.
fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("the crate is a folder of the repository").to_owned()
}
