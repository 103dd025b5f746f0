//! A small repository with the input and the output of `generate`, in which each edit is a branch.

use std::path::Path;
use std::process::Command;

use sdk_tests::copy::Copy;
use sdk_tests::root;
use tempfile::TempDir;

use super::{GENERATED, generate};

/// The branch that the others start from.
const BASE: &str = "base";

pub(super) struct Branches {
    copy: Copy,
    /// Deletes the copy in the end.
    _folder: TempDir,
}

impl Branches {
    /// Copies what is generated, as it stands.
    pub(super) fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let copy = Copy::of(&GENERATED, folder.path().join("repository"));
        git(copy.root(), &["init", "--quiet", "--initial-branch", BASE]);
        let branches = Self { copy, _folder: folder };
        branches.commit(BASE);
        branches
    }

    pub(super) fn root(&self) -> &Path {
        self.copy.root()
    }

    /// Makes a branch of an edit, with what follows from it, and checks it out; returns what `generate` warned of.
    pub(super) fn edit(&self, name: &str) -> String {
        git(self.root(), &["switch", "--quiet", "--create", name, BASE]);
        apply(self.root(), name);
        let (warnings, _) = generate(self.root());
        self.commit(name);
        warnings
    }

    /// Returns the lines added and deleted in each file of a branch, renames taken into account.
    pub(super) fn numstat(&self, name: &str) -> String {
        git(self.root(), &["diff", "--numstat", "-z", "-M", BASE, name])
    }

    /// Checks out the merge of two branches, which has no conflict.
    pub(super) fn merge(&self, [one, other]: [&str; 2]) {
        git(self.root(), &["switch", "--quiet", "--detach", one]);
        git(self.root(), &["merge", "--quiet", "--no-edit", other]);
    }

    fn commit(&self, message: &str) {
        git(self.root(), &["add", "--all"]);
        git(self.root(), &["commit", "--quiet", "--message", message]);
    }
}

/// Applies the patch of an edit to a copy of the repository.
pub(super) fn apply(repository: &Path, name: &str) {
    let patch = root().join(format!("tests/edits/{name}.patch"));
    git(repository, &["apply", &patch.display().to_string()]);
}

/// Runs git as it is without any settings of this machine, and returns what it prints.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    // Set where tests run from a hook.
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    // A copy without a repository of its own may lie within another one.
    command.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap());
    command.args(["-c", "user.name=test", "-c", "user.email=test@example.com"]).args(arguments);
    let output = command.current_dir(folder).output().expect("git is installed");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "git {} failed:\n{out}{err}", arguments.join(" "));
    out.into_owned()
}
