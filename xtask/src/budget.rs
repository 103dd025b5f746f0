//! `cargo xtask budget`: how many crates a user of the SDK takes in.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

/// What a selection of features may bring, the SDK's own two crates included.
struct Budget {
    name: &'static str,
    features: &'static [&'static str],
    most: usize,
}

const BUDGETS: [Budget; 2] = [
    Budget { name: "default features", features: &[], most: 75 },
    Budget { name: "no transport", features: &["--no-default-features"], most: 35 },
];

pub(crate) fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let mut kept = true;
    for Budget { name, features, most } in BUDGETS {
        let crates = tree(root, features)?;
        println!("{name:<16} {:>3} crates, at most {most}", crates.len());
        if crates.len() > most {
            kept = false;
            println!("    {}", crates.into_iter().collect::<Vec<_>>().join("\n    "));
        }
    }
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The crates in the tree of the SDK, with their versions: a crate that is there in two versions is built twice.
fn tree(root: &Path, features: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    let mut command = Command::new("cargo");
    command.args(["tree", "--package", "zuora-payments", "--edges", "normal", "--prefix", "none", "--no-dedupe"]);
    command.args(["--locked", "--format", "{p}"]).args(features).current_dir(root);
    let output = command.output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("cargo tree failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(words).collect())
}
