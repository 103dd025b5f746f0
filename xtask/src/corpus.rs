//! `cargo xtask corpus`: the crates of `sdk-generator corpus`, measured, with the versions of dependencies of this repository.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use sdk_generator::cli::corpus::{self, Drawing, Options, Setup, draw};

use crate::generate::RUNTIME;
use crate::measure::Wait4;

/// Figures of a debug build say little.
const MEASURING: &str = "To measure, build with optimizations and run nothing else. Example: \
                         cargo run --release -p xtask -- corpus DIR --check";

#[derive(Debug, clap::Args)]
#[command(after_help = MEASURING)]
pub(crate) struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Put the table into docs/corpus.md, in place of what stands between `<!-- corpus -->` and `<!-- /corpus -->`.
    #[arg(long)]
    page: bool,
}

/// Where crates are made, relative to the repository's root.
const MADE: &str = "target/corpus";
/// Where cargo builds them.
const BUILT: &str = "target/corpus-check";

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let setup = Setup {
        made: root.join(MADE),
        built: root.join(BUILT),
        lock: Some(root.join("Cargo.lock")),
        runtime: root.join(RUNTIME),
        measurer: &Wait4,
    };
    let (rows, code) = corpus::run_in(&setup, &arguments.options)?;
    if arguments.page {
        put_into_page(&root.join("docs/corpus.md"), &draw(&rows, Drawing::Markdown))?;
    }
    Ok(code)
}

fn put_into_page(page: &Path, table: &str) -> anyhow::Result<()> {
    let text = fs::read_to_string(page).context("docs/corpus.md cannot be read")?;
    let new =
        splice(&text, table).context("docs/corpus.md has no `<!-- corpus -->` with `<!-- /corpus -->` behind it")?;
    fs::write(page, new).context("docs/corpus.md cannot be written")
}

/// What stands around the table in the page.
const MARKS: [&str; 2] = ["<!-- corpus -->", "<!-- /corpus -->"];

/// Returns the text with the table in place of what stood between the marks; nothing if they are not there.
fn splice(text: &str, table: &str) -> Option<String> {
    let [open, close] = MARKS;
    let (before, rest) = text.split_once(open)?;
    let (_, after) = rest.split_once(close)?;
    Some(format!("{before}{open}\n\n{table}\n{close}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_takes_the_place_of_the_last_one() {
        let text = "a\n<!-- corpus -->\nold\n<!-- /corpus -->\nb\n";
        let expected = "a\n<!-- corpus -->\n\n| new |\n\n<!-- /corpus -->\nb\n";
        assert_eq!(splice(text, "| new |\n").as_deref(), Some(expected));
        assert_eq!(splice(expected, "| new |\n").as_deref(), Some(expected));
        assert_eq!(splice("a <!-- /corpus -->", "x"), None);
    }
}
