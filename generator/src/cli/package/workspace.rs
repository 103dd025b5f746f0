//! Crates that stand in the folder of a workspace: what to do when Cargo would refuse them.

use std::path::Path;
use std::process::{Command, Stdio};

/// Returns what to do if Cargo refuses the crate in a folder, because a workspace above does not list it.
///
/// Cargo itself is asked, since the members of a workspace may be patterns, and others may be excluded. Nothing is asked where no
/// manifest stands above, and nothing is said where Cargo cannot be started.
#[must_use]
pub fn advice(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let is_alone = !folder.ancestors().skip(1).any(|above| above.join("Cargo.toml").is_file());
    if is_alone {
        return None;
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["locate-project", "--workspace", "--offline"]).current_dir(&folder).stdin(Stdio::null());
    let output = cargo.output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let is_refused = !output.status.success() && text.contains("believes it's in a workspace when it's not");
    is_refused.then(|| {
        "note: a workspace above the crate does not list it, so that Cargo refuses it: add its folder to `members` or `exclude` of \
         `[workspace]` in that Cargo.toml, or run this again with `--workspace-root`\n"
            .to_owned()
    })
}
