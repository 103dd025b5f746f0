//! The version of the published crates.

use std::fs;
use std::path::Path;

use anyhow::Context;
use sdk_generator::cli::version::Version;
use serde::Deserialize;

use crate::diff::sides::git;

/// Returns the version that all packages of the workspace have.
pub(crate) fn of(root: &Path) -> anyhow::Result<Version> {
    let path = root.join("Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    of_manifest(&text).with_context(|| path.display().to_string())
}

/// Returns the version that they had at a revision.
pub(crate) fn at(root: &Path, revision: &str) -> anyhow::Result<Version> {
    let text = git(root, &["show", &format!("{revision}:Cargo.toml")])?;
    of_manifest(&text).with_context(|| format!("{revision}:Cargo.toml"))
}

/// Returns the same, in the text of the workspace's manifest.
pub(crate) fn of_manifest(text: &str) -> anyhow::Result<Version> {
    #[derive(Deserialize)]
    struct Manifest {
        workspace: Workspace,
    }
    #[derive(Deserialize)]
    struct Workspace {
        package: Package,
    }
    #[derive(Deserialize)]
    struct Package {
        version: String,
    }
    let manifest: Manifest = toml::from_str(text)?;
    Version::parse(&manifest.workspace.package.version)
}
