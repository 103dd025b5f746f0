//! `cargo xtask budget`: the dependencies of the SDK, and their build time.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use sdk_generator::cli::terminal;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Build the SDK, and reqwest beside it, with nothing built before, and show how long each takes. Downloads what
    /// reqwest needs.
    #[arg(long)]
    time: bool,
}

/// What a selection of features may bring, the SDK's own two crates included.
struct Budget {
    name: &'static str,
    features: &'static [&'static str],
    most: usize,
}

const BUDGETS: [Budget; 2] = [
    Budget { name: "default features", features: &[], most: 75 },
    Budget { name: "no transport", features: &["--no-default-features"], most: 36 },
];

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut kept = true;
    for Budget { name, features, most } in BUDGETS {
        let crates = tree(root, features)?;
        terminal::print(&format!("{name:<16} {:>3} crates, at most {most}\n", crates.len()))?;
        if crates.len() > most {
            kept = false;
            terminal::print(&format!("    {}\n", crates.into_iter().collect::<Vec<_>>().join("\n    ")))?;
        }
    }
    if arguments.time {
        let sdk = format!("zuora-payments = {{ path = {:?} }}", root.join("generated").display().to_string());
        for (name, dependency) in [("zuora-payments", &*sdk), ("reqwest", "reqwest = \"0.13\"")] {
            let (crates, time) = cold_build(root, dependency)?;
            terminal::print(&format!("{name:<16} {crates:>3} crates, built cold in {:.0} s\n", time.as_secs_f32()))?;
        }
    }
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the crates in the tree of the SDK, with their versions: a crate that is there in two versions is built
/// twice.
fn tree(root: &Path, features: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    let mut command = Command::new("cargo");
    command.args(["tree", "--package", "zuora-payments", "--locked"]).args(features).current_dir(root);
    crates(command)
}

/// Returns the crates that a `cargo tree` shows.
fn crates(mut command: Command) -> anyhow::Result<BTreeSet<String>> {
    command.args(["--edges", "normal", "--prefix", "none", "--no-dedupe", "--format", "{p}"]);
    let output = command.output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("cargo tree failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(words).collect())
}

/// Builds a program that depends on one crate and does nothing; the crates it takes and the time.
fn cold_build(root: &Path, dependency: &str) -> anyhow::Result<(usize, Duration)> {
    let folder = tempfile::tempdir()?;
    let manifest = format!(
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n\n[workspace]\n"
    );
    fs::write(folder.path().join("Cargo.toml"), manifest)?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("src/main.rs"), "fn main() {}\n")?;
    // The same versions as here, as far as they go.
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock"))?;
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(folder.path()).env("CARGO_TARGET_DIR", folder.path().join("target"));
        command
    };
    let fetched = cargo(&["fetch", "--quiet"]).status()?;
    // The program itself is none of them.
    let crates = crates(cargo(&["tree"]))?.len() - 1;
    let start = Instant::now();
    if !fetched.success() || !cargo(&["build", "--quiet"]).status()?.success() {
        bail!("a program with `{dependency}` cannot be built");
    }
    Ok((crates, start.elapsed()))
}
