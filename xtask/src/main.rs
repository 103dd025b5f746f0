//! The maintainer's commands; `cargo xtask --help` lists them.

mod budget;
mod bundled;
mod ci;
mod corpus;
mod dependencies;
mod diff;
mod docs;
mod explore;
mod fuzz;
mod generate;
mod lint;
mod locate;
mod measure;
mod packages;
mod release;
mod snapshots;
mod soak;
mod version;
mod watch;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sdk_generator::cli::exit;

/// A generator makes and drops millions of tokens: this takes a quarter off its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The maintainer's commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = groups(), help_template = HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// The list of commands is that of [`groups`], in place of clap's.
const HELP: &str = "{about}\n\n{usage-heading} {usage}\n\n{after-help}\n\nOptions:\n{options}";

/// The commands by how often they are used.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Every day", &["generate", "watch", "where", "lint", "diff", "ci"]),
    ("Now and then", &["docs", "release", "corpus", "explore", "soak"]),
    ("Machinery", &["budget", "dependencies", "packages", "fuzz"]),
];

#[derive(Debug, Subcommand)]
enum Command {
    /// Generates the published crate and its snapshots from the document, or a crate from another document.
    #[command(after_help = "Example: cargo xtask generate --spec petstore.yaml --out ../petstore")]
    Generate(generate::Arguments),
    /// Generates whenever the document is saved, and shows what changes for users.
    #[command(after_help = "Example: cargo xtask watch")]
    Watch,
    /// Finds a Rust item, a JSON pointer or a wire name in the document, the code, the tests and the examples.
    #[command(after_help = "Example: cargo xtask where Payment::amount")]
    Where(locate::Arguments),
    /// Finds problems in a document that the generator accepts, and fixes some of them.
    #[command(after_help = "Example: cargo xtask lint --fix")]
    Lint(lint::Arguments),
    /// Reports what a change of the document means: on the wire, in Rust, and for the version.
    #[command(after_help = "Example: cargo xtask diff v0.1.0")]
    Diff(diff::Arguments),
    /// Writes one HTML page of the API: operations, fields, constraints and examples, readable without network.
    #[command(after_help = "Example: cargo xtask docs --out target/docs")]
    Docs(docs::Arguments),
    /// Runs all checks that must pass before a merge, or one of them.
    #[command(after_help = "Example: cargo xtask ci --only clippy")]
    Ci(ci::Arguments),
    /// Writes the version and the changelog of the next release.
    #[command(after_help = "Example: cargo xtask release --dry-run")]
    Release(release::Arguments),
    /// Generates a crate of every document in a folder, and can compile and measure it.
    Corpus(corpus::Arguments),
    /// Mutates documents at random, and checks that the generator survives them.
    Fuzz(fuzz::Arguments),
    /// The process in which `fuzz` runs documents.
    #[command(name = fuzz::WORKER, hide = true)]
    FuzzWorker,
    /// Counts the crates that the SDK depends on, and checks the budget.
    #[command(after_help = "Example: cargo xtask budget --time")]
    Budget(budget::Arguments),
    /// Checks the licences, the sources and the Rust versions of all dependencies.
    #[command(after_help = "Example: cargo xtask dependencies")]
    Dependencies,
    /// Packs the published crates, and compiles the packages, their examples and a program of a user.
    #[command(after_help = "Example: cargo xtask packages")]
    Packages,
    /// Drives the client through every sequence of events up to a bound, and measures what its rules cost.
    #[command(after_help = "Example: cargo xtask explore --depth 3")]
    Explore(explore::Arguments),
    /// Makes many calls with faults on simulated time, and checks them against the simulator's ledger.
    #[command(after_help = "Example: cargo xtask soak --calls 100000")]
    Soak(soak::Arguments),
}

/// Returns the list of commands in their groups.
fn groups() -> String {
    let commands = Command::augment_subcommands(clap::Command::new("xtask"));
    let about = |name: &str| commands.find_subcommand(name).and_then(clap::Command::get_about).map(ToString::to_string);
    let line = |name: &&str| format!("  {name:<14}{}\n", about(name).unwrap_or_default());
    let group = |(title, names): (&str, &[&str])| format!("{title}:\n{}", names.iter().map(line).collect::<String>());
    GROUPS.map(group).join("\n") + "\n`cargo xtask help COMMAND` shows its options and an example."
}

fn main() -> ExitCode {
    let outcome = measure::stand_in().unwrap_or_else(|| run(&root()));
    outcome.unwrap_or_else(|error| exit::of_error(&error))
}

fn run(root: &Path) -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Generate(arguments) => generate::run(root, &arguments),
        Command::Watch => watch::run(root),
        Command::Where(arguments) => locate::run(root, &arguments),
        Command::Lint(arguments) => lint::run(root, &arguments),
        Command::Diff(arguments) => diff::run(root, &arguments),
        Command::Docs(arguments) => docs::run(root, &arguments),
        Command::Ci(arguments) => ci::run(root, &arguments),
        Command::Release(arguments) => release::run(root, &arguments),
        Command::Corpus(arguments) => corpus::run(root, &arguments),
        Command::Fuzz(arguments) => fuzz::run(root, &arguments),
        Command::FuzzWorker => fuzz::serve(),
        Command::Budget(arguments) => budget::run(root, &arguments),
        Command::Dependencies => dependencies::run(root),
        Command::Packages => packages::run(root),
        Command::Explore(arguments) => explore::run(root, &arguments),
        Command::Soak(arguments) => soak::run(root, &arguments),
    }
}

/// Returns the repository's root.
fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("the crate is a folder of the repository").to_owned()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn each_command_is_in_one_group_and_has_an_example() {
        let grouped: Vec<_> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let arguments = Arguments::command();
        let commands: Vec<_> = arguments.get_subcommands().filter(|command| !command.is_hide_set()).collect();
        assert_eq!(grouped.len(), commands.len());
        for command in commands {
            let name = command.get_name();
            assert_eq!(grouped.iter().filter(|grouped| **grouped == name).count(), 1, "{name}");
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                help.contains(&format!("cargo xtask {name}")) || help.contains("xtask -- "),
                "{name} has no example"
            );
        }
    }

    #[test]
    fn commands_that_read_a_document_take_overlays() {
        let parse = |arguments: &[&str]| Arguments::try_parse_from([&["xtask"], arguments].concat());
        let overlays = ["--overlay", "a.yaml", "--overlay", "b.yaml"];
        let document = ["--spec", "shop.yaml"];
        for command in [
            &["generate", "--out", "shop", "--spec", "shop.yaml"][..],
            &[&["docs"], &document[..]].concat(),
            &[&["where", "Order"], &document[..]].concat(),
            &["lint", "shop.yaml"],
            &["diff", "old.yaml", "new.yaml"],
            &["diff", "--upstream", "shop.yaml"],
            &["corpus", "documents"],
        ] {
            assert!(parse(&[command, &overlays[..]].concat()).is_ok(), "{command:?}");
        }
        assert!(parse(&["lint", "shop.yaml", "--fix", "--overlay", "a.yaml"]).is_err());
        let Command::Generate(arguments) = parse(&["generate", "--overlay", "a.yaml"]).unwrap().command else {
            panic!("it is the command that was given")
        };
        let error = generate::run(&root(), &arguments).unwrap_err().to_string();
        assert!(error.starts_with("`--overlay` needs `--spec` and `--out`"), "{error}");
    }

    #[test]
    fn an_unknown_command_or_step_is_an_error_with_the_closest_name() {
        let error = |arguments: &[&str]| Arguments::try_parse_from(arguments).err().map(|error| error.to_string());
        assert!(error(&["xtask", "generat"]).is_some_and(|text| text.contains("'generate'")));
        let step = error(&["xtask", "ci", "--only", "clipy"]).unwrap_or_default();
        assert!(step.contains("'clippy'") && step.contains("packages"), "{step}");
    }
}
