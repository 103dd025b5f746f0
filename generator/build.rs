//! Finds the sources of the runtime, which declare what generated code calls, and lists them for the program, which writes them into
//! crates.
//!
//! `cargo package` leaves out `runtime/`, which is a package of its own, and takes what the links in `bundled/` lead to. In the
//! repository the links are not used: not every system has them.

use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What else belongs to the runtime.
const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let package = variable("CARGO_MANIFEST_DIR")?;
    let (sources, licenses) = match package.join("runtime/src") {
        sources if sources.is_dir() => (sources, package.join("..")),
        _ => (package.join("bundled/src"), package.join("bundled")),
    };
    println!("cargo::rustc-env=RUNTIME_SOURCES={}", sources.display());
    if env::var_os("CARGO_FEATURE_CLI").is_none() {
        return Ok(());
    }
    let mut files = Vec::new();
    add_sources(&sources, "src", &mut files)?;
    files.extend(LICENSES.map(|name| (name.to_owned(), licenses.join(name))));
    files.sort();
    let mut list = "&[\n".to_owned();
    for (name, path) in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        list += &format!("    ({name:?}, include_str!({:?})),\n", path.display().to_string());
    }
    fs::write(variable("OUT_DIR")?.join("runtime.rs"), list + "]\n")
}

/// Returns a path that cargo sets.
fn variable(name: &str) -> io::Result<PathBuf> {
    env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("cargo has not set {name}")))
}

/// Adds the files in a folder and below, under their names from there. Modules for tests alone are left out.
fn add_sources(folder: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_stem().is_some_and(|name| name == "tests") {
            continue;
        }
        let name = format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        match path.is_dir() {
            true => add_sources(&path, &name, files)?,
            false => files.push((name, path)),
        }
    }
    Ok(())
}
