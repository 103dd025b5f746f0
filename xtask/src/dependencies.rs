//! `cargo xtask dependencies`: what comes in with the dependencies, and which Rust they need.
//!
//! The rules for licences, crates and sources are those of `deny.toml`. `cargo deny` has more of them, and the workflow runs it; this
//! command needs no tool that takes minutes to build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use sdk_generator::cli::terminal;
use semver::Version;
use serde::Deserialize;
use spdx::{Expression, ParseMode};

/// The crates that are published.
pub(crate) const PUBLISHED: [&str; 4] = ["sdk-runtime", "sdk-generator", "zuora-payments", "zuora-simulator"];

/// The one registry that crates may be from, as cargo names it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The rules of `deny.toml`, as far as they are read here.
#[derive(Deserialize)]
struct Rules {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
}

/// What `cargo metadata` says.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: Version,
    /// `None` for members of the workspace.
    source: Option<String>,
    license: Option<String>,
    rust_version: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    /// `dev`, `build`, or `None` for a normal dependency.
    kind: Option<String>,
}

pub(crate) fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let path = root.join("deny.toml");
    let rules = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let rules = toml::from_str(&rules).with_context(|| format!("{} has other rules than are read", path.display()))?;
    let metadata = metadata(root)?;
    let published = closure(&metadata);
    let problems = problems(&metadata, &published, &rules)?;
    if problems.is_empty() {
        let (all, those) = (metadata.packages.len(), published.len());
        terminal::print(&format!(
            "{all} crates keep the rules of deny.toml; {those} of them come with published crates\n"
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    terminal::print(&(problems.join("\n") + "\n"))?;
    Ok(ExitCode::FAILURE)
}

fn metadata(root: &Path) -> anyhow::Result<Metadata> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--format-version", "1", "--locked", "--all-features"]).current_dir(root);
    let output = command.output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata has another form")
}

/// Returns the IDs of the published crates, and of all that users of them build: normal and build dependencies, with all features.
fn closure(metadata: &Metadata) -> BTreeSet<&str> {
    let nodes: BTreeMap<_, _> = metadata.resolve.nodes.iter().map(|node| (&*node.id, &node.deps)).collect();
    let published = metadata.packages.iter().filter(|package| PUBLISHED.contains(&&*package.name));
    let mut open: Vec<&str> = published.map(|package| &*package.id).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if found.insert(id) {
            let edges = nodes.get(id).into_iter().copied().flatten();
            let is_built = |edge: &&Edge| edge.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"));
            open.extend(edges.filter(is_built).map(|edge| &*edge.pkg));
        }
    }
    found
}

/// Returns a line for each rule that a crate breaks.
fn problems(metadata: &Metadata, published: &BTreeSet<&str>, rules: &Rules) -> anyhow::Result<Vec<String>> {
    let ours = metadata.packages.iter().find(|package| package.name == PUBLISHED[0]);
    let ours =
        ours.and_then(|package| package.rust_version.as_deref()).context("sdk-runtime declares no rust-version")?;
    let newest = rust_version(ours)?;
    let mut problems = Vec::new();
    for package in &metadata.packages {
        let Package { id, name, version, source, license, rust_version: needs } = package;
        let mut report = |what: String| problems.push(format!("{name} {version}: {what}"));
        if let Some(needs) = needs.as_deref().filter(|_| published.contains(&**id))
            && rust_version(needs)? > newest
        {
            report(format!(
                "needs Rust {needs}, and the published crates promise {ours}: choose an older version of it"
            ));
        }
        if source.as_deref().is_some_and(|source| source != REGISTRY) {
            report("is not from crates.io".to_owned());
        }
        if rules.bans.deny.iter().any(|ban| ban.name == *name) {
            report("is banned by deny.toml".to_owned());
        }
        match license {
            None => report("declares no licence".to_owned()),
            Some(license) if is_allowed(license, &rules.licenses) => {}
            Some(license) => {
                report(format!("its licence is {license}: allow it in deny.toml, or do without the crate"))
            }
        }
    }
    Ok(problems)
}

/// Returns whether a licence expression can be met by licences that are allowed.
fn is_allowed(expression: &str, licenses: &Licenses) -> bool {
    let allows = |name: &str| licenses.allow.contains(name);
    Expression::parse_mode(expression, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| requirement.license.id().is_some_and(|license| allows(license.name)))
    })
}

/// Reads `1.90` like `1.90.0`.
fn rust_version(text: &str) -> anyhow::Result<Version> {
    let parts = text.split('.').count();
    Version::parse(&format!("{text}{}", ".0".repeat(3_usize.saturating_sub(parts))))
        .with_context(|| format!("`{text}` is no version of Rust"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        let text = r#"{"packages": [
            {"id": "r", "name": "sdk-runtime", "version": "0.1.0", "source": null, "license": "MIT", "rust_version": "1.90"},
            {"id": "a", "name": "a", "version": "1.0.0", "source": "REGISTRY", "license": "MIT/GPL-3.0", "rust_version": "1.91"},
            {"id": "b", "name": "b", "version": "1.0.0", "source": "git+https://b.test", "license": "GPL-3.0", "rust_version": null},
            {"id": "c", "name": "c", "version": "1.0.0", "source": "REGISTRY", "license": null, "rust_version": "1.90.1"}
        ], "resolve": {"nodes": [
            {"id": "r", "deps": [
                {"pkg": "a", "dep_kinds": [{"kind": "build"}]}, {"pkg": "c", "dep_kinds": [{"kind": "dev"}]}
            ]},
            {"id": "a", "deps": [{"pkg": "b", "dep_kinds": [{"kind": "dev"}, {"kind": null}]}]}
        ]}}"#;
        serde_json::from_str(&text.replace("REGISTRY", REGISTRY)).unwrap()
    }

    #[test]
    fn each_broken_rule_is_a_line() {
        let metadata = metadata();
        let published = closure(&metadata);
        assert_eq!(published.iter().copied().collect::<Vec<_>>(), ["a", "b", "r"]);
        let rules: Rules =
            toml::from_str("[licenses]\nallow = [\"MIT\"]\n[bans]\ndeny = [{ crate = \"c\" }]\n").unwrap();
        let problems = problems(&metadata, &published, &rules).unwrap();
        let expected = [
            "a 1.0.0: needs Rust 1.91, and the published crates promise 1.90: choose an older version of it",
            "b 1.0.0: is not from crates.io",
            "b 1.0.0: its licence is GPL-3.0: allow it in deny.toml, or do without the crate",
            "c 1.0.0: is banned by deny.toml",
            "c 1.0.0: declares no licence",
        ];
        assert_eq!(problems, expected);
    }
}
