//! Generated crates in a workspace of their own, built as users build them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sdk_generator::output::{self, Files};

use crate::root;

/// A crate of the workspace.
#[derive(Debug)]
pub struct Member {
    /// The name of its package, and of its folder.
    pub package: String,
    /// The name in paths.
    pub library: String,
    /// The files of its `src`.
    pub files: Files,
    /// A program against it, which becomes its example `program`.
    pub program: Option<String>,
}

/// Workspaces stay for the next run, so that only what changed is compiled again. All members of all workspaces share one target folder,
/// so that what they stand on is compiled once.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    /// Writes a workspace, but for the files that are as they should be: cargo sees nothing new in them.
    ///
    /// # Panics
    ///
    /// When files cannot be written: no test can go on then.
    #[must_use]
    pub fn write(folder: PathBuf, members: &[Member]) -> Self {
        let mut files = Files::new();
        files.insert("Cargo.toml", workspace_manifest(members));
        // nothing is resolved anew and nothing downloaded: these crates stand on the runtime, and their programs on Tokio
        files.insert("Cargo.lock", read(&root().join("Cargo.lock")));
        for Member { package, library, program, .. } in members {
            files.insert(format!("{package}/Cargo.toml"), package_manifest(package, library));
            if let Some(program) = program {
                files.insert(format!("{package}/examples/program.rs"), program.clone());
            }
        }
        write_new(&folder, &files);
        for Member { package, files, .. } in members {
            let written = output::write(&folder.join(package).join("src"), files);
            assert!(!written.expect("the files can be written").has_strays(), "{package}");
        }
        Self { folder }
    }

    /// Returns a cargo command in this workspace, without network and with all features.
    #[must_use]
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args([subcommand, "--offline", "--workspace", "--all-features"]);
        // The flag by which the rest goes on has another name where tests are run.
        let goes_on = if subcommand == "test" { "--no-fail-fast" } else { "--keep-going" };
        command.args([goes_on, "--quiet", "--color", "never"]);
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", self.folder.with_file_name("target-of-users"));
        command
    }
}

/// Returns a workspace under the lints of this repository.
fn workspace_manifest(members: &[Member]) -> String {
    let own = read(&root().join("Cargo.toml"));
    let mut manifest = "[workspace]\nresolver = \"3\"\nmembers = [\n".to_owned();
    for Member { package, .. } in members {
        writeln!(manifest, "    \"{package}\",").expect("text takes every text");
    }
    manifest.push_str("]\n\n[profile.dev]\ndebug = false\nincremental = false\n\n");
    let sections = own.split("\n[").filter(|section| section.starts_with("workspace.lints."));
    manifest.extend(sections.map(|section| format!("[{section}\n")));
    assert!(manifest.contains("missing_docs = \"deny\""), "the lints of this repository have moved");
    manifest
}

fn package_manifest(package: &str, library: &str) -> String {
    let runtime = root().join("generator/runtime");
    format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [lib]\nname = \"{library}\"\n\n\
         [features]\nblocking = [\"sdk-runtime/blocking\"]\n\n[dependencies]\n\
         sdk-runtime = {{ path = {:?}, default-features = false, features = [\"item-streams\"] }}\n\n\
         [dev-dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n\n\
         [lints]\nworkspace = true\n",
        runtime.display().to_string(),
    )
}

#[allow(clippy::panic, reason = "a test without its files can only stop")]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

/// Writes the files that differ.
fn write_new(folder: &Path, files: &Files) {
    for (path, text) in files.iter() {
        let path = folder.join(path);
        if !fs::read_to_string(&path).is_ok_and(|old| old == text) {
            fs::create_dir_all(path.parent().expect("it stands in a folder")).expect("folders can be made");
            fs::write(&path, text).expect("files can be written");
        }
    }
}
