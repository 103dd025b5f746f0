//! The time of whole commands, from start to exit.
//!
//! `cargo bench -p xtask` measures them on our document; with `CORPUS=DIR` also on the largest documents below a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use divan::Bencher;

fn main() {
    divan::main();
}

/// How many documents of the corpus are tried, the largest first.
const LARGEST: usize = 3;

/// Returns our document, and the largest third-party document.
fn documents() -> Vec<PathBuf> {
    let own = root().join("spec/zuora-payments.yaml");
    let mut others = Vec::new();
    if let Some(corpus) = std::env::var_os("CORPUS") {
        collect(Path::new(&corpus), &mut others);
    }
    others.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    [own].into_iter().chain(others.into_iter().take(LARGEST).map(|(_, path)| path)).collect()
}

fn collect(folder: &Path, found: &mut Vec<(u64, PathBuf)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.file_name().is_some_and(|name| name != "manifest.json") {
            found.push((entry.metadata().map_or(0, |metadata| metadata.len()), path));
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of the repository").to_owned()
}

fn run(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(root()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("the command can be started");
}

/// Names of documents for the table.
struct Document(PathBuf);

impl std::fmt::Display for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.file_name().unwrap_or_default().display())
    }
}

fn named() -> Vec<Document> {
    documents().into_iter().map(Document).collect()
}

#[divan::bench(args = named(), sample_count = 5)]
fn diff(bencher: Bencher<'_, '_>, document: &Document) {
    let path = document.0.display().to_string();
    bencher.bench(|| run(&["diff", &path, &path]));
}

#[divan::bench(args = named(), sample_count = 5)]
fn upstream(bencher: Bencher<'_, '_>, document: &Document) {
    let path = document.0.display().to_string();
    bencher.bench(|| run(&["diff", "--upstream", &path]));
}

#[divan::bench(args = named(), sample_count = 5)]
fn lint(bencher: Bencher<'_, '_>, document: &Document) {
    let path = document.0.display().to_string();
    bencher.bench(|| run(&["lint", &path]));
}

#[divan::bench(args = named(), sample_count = 5)]
fn locate(bencher: Bencher<'_, '_>, document: &Document) {
    let path = document.0.display().to_string();
    bencher.bench(|| run(&["where", "id", "--spec", &path]));
}
