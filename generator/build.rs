//! Lists the sources of the runtime, which the program writes beside a crate.
//!
//! `cargo package` leaves out `runtime/`, which is a package of its own, and takes what the links in `bundled/` lead to.

use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What else belongs to the runtime.
const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let variable =
        |name| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other("cargo sets its variables"));
    if env::var_os("CARGO_FEATURE_CLI").is_none() {
        return Ok(());
    }
    let bundled = variable("CARGO_MANIFEST_DIR")?.join("bundled");
    let mut files = Vec::new();
    add_sources(&followed(&bundled.join("src")), "src", &mut files)?;
    files.extend(LICENSES.map(|name| (name.to_owned(), followed(&bundled.join(name)))));
    files.sort();
    let mut list = "&[\n".to_owned();
    for (name, path) in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        list += &format!("    ({name:?}, include_str!({:?})),\n", path.display().to_string());
    }
    fs::write(variable("OUT_DIR")?.join("runtime.rs"), list + "]\n")
}

/// Adds the files in a folder and below, under their names from there.
fn add_sources(folder: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        match path.is_dir() {
            true => add_sources(&path, &name, files)?,
            false => files.push((name, path)),
        }
    }
    Ok(())
}

/// Returns where a link leads. Where there are no links, git writes a file with the path.
fn followed(link: &Path) -> PathBuf {
    let written = fs::read_to_string(link).ok().map(|text| link.with_file_name(text.trim_end()));
    written.filter(|path| path.exists()).unwrap_or_else(|| link.to_owned())
}
