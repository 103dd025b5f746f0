//! The maintainer's commands: `cargo xtask generate`, `cargo xtask ci`, `cargo xtask corpus` and others.

mod budget;
mod ci;
mod corpus;
mod diff;
mod docs;
mod explore;
mod fuzz;
mod generate;
mod lint;
mod locate;
mod package;
mod release;
mod report;
mod snapshots;
mod soak;
mod spec;
mod terminal;
mod upstream;
mod version;
mod watch;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A generator makes and drops millions of tokens: this takes a quarter off its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// Make the published crate anew whenever the document is saved, and show what that changes for its users.
    Watch,
    /// Say where a Rust item, a JSON pointer or a name of the wire stands: in the document, in the code, in tests and examples.
    Where(locate::Arguments),
    /// Say what a maintainer would mind in a document, and mend what can be mended mechanically.
    Lint(lint::Arguments),
    /// Say what a change of the document means: on the wire, in Rust, and for the version.
    Diff(diff::Arguments),
    /// Make one page of the API for people: operations, fields, limits and examples, readable without network.
    Docs(docs::Arguments),
    /// Run everything that must pass before a change is merged.
    Ci,
    /// Write the version and the changelog of the next release.
    Release(release::Arguments),
    /// Make a crate of every document in a folder, compile it, and say what that took.
    Corpus(corpus::Arguments),
    /// Make random slips in documents, and see whether the generator survives them.
    Fuzz(fuzz::Arguments),
    /// What `fuzz` runs texts in.
    #[command(name = fuzz::WORKER, hide = true)]
    FuzzWorker,
    /// Count the crates that a user of the SDK takes in, hold them against the budget, and time their build.
    Budget(budget::Arguments),
    /// Drive the client through every sequence of events up to a bound, and count what its rules cost.
    Explore(explore::Arguments),
    /// Make very many calls with faults on simulated time, and hold them against the simulator's ledger.
    Soak(soak::Arguments),
}

fn main() -> ExitCode {
    let outcome = corpus::measure::stand_in().unwrap_or_else(|| run(&root()));
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(root: &Path) -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Generate(arguments) => generate::run(root, &arguments),
        Command::Watch => watch::run(root),
        Command::Where(arguments) => locate::run(root, &arguments),
        Command::Lint(arguments) => lint::run(root, &arguments),
        Command::Diff(arguments) => diff::run(root, &arguments),
        Command::Docs(arguments) => docs::run(root, &arguments),
        Command::Ci => ci::run(root),
        Command::Release(arguments) => release::run(root, &arguments),
        Command::Corpus(arguments) => corpus::run(root, &arguments),
        Command::Fuzz(arguments) => fuzz::run(root, &arguments),
        Command::FuzzWorker => fuzz::serve(),
        Command::Budget(arguments) => budget::run(root, &arguments),
        Command::Explore(arguments) => explore::run(root, &arguments),
        Command::Soak(arguments) => soak::run(root, &arguments),
    }
}

/// The repository's root.
fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("the crate is a folder of the repository").to_owned()
}
