//! `cargo xtask packages`: the published crates, as their users get them.
//!
//! `cargo package` builds the library in each package. Here the packages also make up a workspace without this repository, in which the
//! examples of the SDK are compiled, and the program in the README of the simulator is run as a user would run it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

use crate::dependencies::PUBLISHED;

/// The SDK, whose examples are compiled.
const SDK: &str = "zuora-payments";

/// The package whose README has a program.
const SIMULATOR: &str = "zuora-simulator";

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(crate) fn run(root: &Path) -> anyhow::Result<ExitCode> {
    forget_unpacked()?;
    let mut package = Command::new("cargo");
    package.args(["package", "--locked", "--allow-dirty"]).current_dir(root);
    package.args(PUBLISHED.iter().flat_map(|name| ["--package", name]));
    succeed(&mut package)?;
    let target = target(root)?;
    let folder = tempfile::tempdir()?;
    write_workspace(root, &target.join("package"), folder.path())?;
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(folder.path()).env("CARGO_TARGET_DIR", &target);
        succeed(&mut command)
    };
    cargo(&["check", "--package", SDK, "--examples", "--features", "blocking,tower"])?;
    cargo(&["run", "--package", "user"])?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a workspace of the packages and of a program that uses them.
fn write_workspace(root: &Path, packages: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut patches = String::new();
    for name in PUBLISHED {
        for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let license = packages.join(format!("{name}-{VERSION}/{license}"));
            if !license.is_file() {
                bail!("the package of {name} has no {}: link it to the one of the repository", license.display());
            }
        }
        copy(&packages.join(format!("{name}-{VERSION}")), &folder.join(name))?;
        patches += &format!("{name} = {{ path = {name:?} }}\n");
    }
    let members = PUBLISHED.iter().chain(&["user"]).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n\n[patch.crates-io]\n{patches}");
    fs::write(folder.join("Cargo.toml"), manifest)?;
    // The same versions as here, as far as they go.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let user = format!(
        "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{SDK} = \"{VERSION}\"\n\
         {SIMULATOR} = {{ version = \"{VERSION}\", default-features = false }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
    );
    fs::create_dir_all(folder.join("user/src"))?;
    fs::write(folder.join("user/Cargo.toml"), user)?;
    let readme = fs::read_to_string(folder.join(SIMULATOR).join("README.md"))?;
    let program = program(&readme).with_context(|| format!("the README of {SIMULATOR} has no program"))?;
    Ok(fs::write(folder.join("user/src/main.rs"), program)?)
}

/// Returns the first block of Rust in a page, with the lines that the page hides.
fn program(page: &str) -> Option<String> {
    let (_, block) = page.split_once("```rust\n")?;
    let (block, _) = block.split_once("```")?;
    Some(block.lines().map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line))).collect())
}

/// Copies a folder and what is in it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to)?,
            false => drop(fs::copy(entry.path(), to)?),
        }
    }
    Ok(())
}

/// Returns the folder in which cargo builds.
fn target(root: &Path) -> anyhow::Result<PathBuf> {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => Ok(root.join(target)),
        None => Ok(root.join("target")),
    }
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().context("cargo cannot be started")?;
    if !status.success() {
        bail!("{command:?} failed ({status})");
    }
    Ok(())
}

/// Removes what earlier runs have unpacked. Cargo unpacks a packed crate that another one needs once for each version, and takes that
/// ever after, though the crate has changed since.
fn forget_unpacked() -> anyhow::Result<()> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).context("cargo has no home")?;
    let Ok(registries) = fs::read_dir(home.join("registry/src")) else {
        return Ok(());
    };
    for registry in registries {
        let registry = registry?;
        // Registries of the network are named after their host, those that cargo makes for packing after nothing.
        if !registry.file_name().to_string_lossy().starts_with('-') {
            continue;
        }
        for name in PUBLISHED {
            let unpacked = registry.path().join(format!("{name}-{VERSION}"));
            if unpacked.exists() {
                fs::remove_dir_all(&unpacked).with_context(|| format!("{} cannot be removed", unpacked.display()))?;
            }
        }
    }
    Ok(())
}
