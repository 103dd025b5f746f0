//! The program `sdk-generator`: its commands on the command line.
//!
//! `cli` turns arguments into calls of the stages, and what they return into texts and exit codes. It knows third-party documents
//! alone, and nothing of the folder in which it was built. The maintainer's commands are another program over the same functions.

pub mod corpus;
pub mod diff;
pub mod docs;
mod documents;
pub mod exit;
pub mod generate;
pub mod input;
pub mod lint;
pub mod package;
mod report;
pub mod target;
pub mod terminal;
pub mod version;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Makes Rust crates of OpenAPI documents, and tells what is wrong with documents and what their changes mean.
#[derive(Debug, Parser)]
#[command(name = "sdk-generator", version, after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0  all is well
  1  findings: errors in a document, files that are out of date, changes that are denied
  2  the command could not be carried out, such as for wrong arguments or a file that cannot be read

Colors are for terminals; NO_COLOR=1 or TERM=dumb turns them off.

Example: sdk-generator generate --spec petstore.yaml --out petstore";

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a crate of a document, or brings one up to date.
    #[command(after_help = "Example: sdk-generator generate --spec petstore.yaml --out petstore")]
    Generate(generate::Arguments),
    /// Finds problems in a document, and fixes some of them.
    #[command(after_help = "Example: sdk-generator lint petstore.yaml --fix")]
    Lint(lint::Arguments),
    /// Reports what a change of a document means: on the wire, in Rust, and for the version.
    #[command(after_help = "Example: sdk-generator diff old.yaml new.yaml --deny breaking")]
    Diff(diff::Arguments),
    /// Writes one HTML page of the API: operations, fields, constraints and examples, readable without network.
    #[command(after_help = "Example: sdk-generator docs --spec petstore.yaml --out petstore.html")]
    Docs(docs::Arguments),
    /// Makes a crate of every document in a folder, and can compile them.
    #[command(after_help = "Example: sdk-generator corpus documents --out crates --check")]
    Corpus(corpus::Arguments),
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::Corpus(arguments) => corpus::run(&arguments),
    };
    outcome.unwrap_or_else(|error| exit::of_error(&error))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn each_command_has_an_example_that_is_accepted() {
        for command in Arguments::command().get_subcommands() {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let example = help.strip_prefix("Example: ").unwrap_or_default();
            assert!(example.starts_with(&format!("sdk-generator {name} ")), "{name}: {help}");
            let parsed = Arguments::try_parse_from(example.split(' '));
            assert!(parsed.is_ok(), "{example}: {parsed:?}");
        }
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for arguments in [
            &["generate", "--spec", "a.yaml"][..],
            &["lint"],
            &["diff", "a.yaml"],
            &["docs"],
            &["corpus"],
            &["generat"],
        ] {
            let error = Arguments::try_parse_from([&["sdk-generator"], arguments].concat()).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{arguments:?}");
        }
        let parsed = Arguments::try_parse_from(["sdk-generator", "lint", "--rules"]);
        assert!(parsed.is_ok(), "{parsed:?}");
    }
}
