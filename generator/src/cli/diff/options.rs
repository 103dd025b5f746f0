//! How documents are compared and reported.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::input;
use crate::compare::Effect;

/// What the comparison takes wherever the documents come from.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Options {
    /// Compare with another document of the same service, which has names and schemas of its own: operations are matched by
    /// method and path, schemas by where they stand. Fails on what is otherwise and not accepted.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["new", "deny"])]
    pub upstream: Option<PathBuf>,
    /// Overlays of both documents.
    #[command(flatten)]
    pub overlays: input::Overlays,
    /// With `--upstream`: tell of what is accepted, too.
    #[arg(long, requires = "upstream")]
    pub all: bool,
    /// How the changes are printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Fail when something is changed that costs this much, or more, and is not accepted.
    #[arg(long, value_name = "EFFECT")]
    pub deny: Option<Denied>,
}

/// How differences are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// In columns, or in lines that fit the terminal.
    Text,
    /// As Markdown.
    Markdown,
    /// One JSON object, for programs.
    Json,
}

/// The least serious effect that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Denied {
    /// What worked is refused.
    Breaking,
    /// What worked means something else.
    Behavior,
    /// Anything that is more than words.
    Compatible,
}

impl From<Denied> for Effect {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Breaking => Self::Breaking,
            Denied::Behavior => Self::Behavior,
            Denied::Compatible => Self::Compatible,
        }
    }
}
