//! A copy of the repository, or of a part of it, for tests that change files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::root;

/// Folders that no copy has.
const LEFT_OUT: [&str; 2] = [".git", "target"];

/// A copy of the repository below a folder of its own.
#[derive(Debug)]
pub struct Copy {
    root: PathBuf,
}

impl Copy {
    /// Copies folders of the repository, each with all that is below it. The empty path is the whole repository.
    ///
    /// A copy that is there already is brought up to date: only files that differ are written, since cargo builds again what
    /// depends on a file that was written.
    ///
    /// # Panics
    ///
    /// When a folder cannot be copied: no test can go on then.
    #[must_use]
    pub fn of(folders: &[&str], root: PathBuf) -> Self {
        let copy = Self { root };
        copy.refresh(folders);
        copy
    }

    /// Copies folders again, which undoes all changes in them.
    ///
    /// # Panics
    ///
    /// When a folder cannot be copied: no test can go on then.
    pub fn refresh(&self, folders: &[&str]) {
        let mut folders: Vec<_> = folders.iter().map(PathBuf::from).collect();
        while let Some(folder) = folders.pop() {
            fs::create_dir_all(self.root.join(&folder)).expect("a folder can be made");
            self.remove_strays(&folder);
            for entry in fs::read_dir(root().join(&folder)).expect("a folder of the repository can be read") {
                let entry = entry.expect("a folder of the repository can be read");
                let path = folder.join(entry.file_name());
                match entry.file_type().expect("a file is of some type") {
                    kind if kind.is_dir() && LEFT_OUT.iter().all(|name| entry.file_name() != *name) => {
                        folders.push(path);
                    }
                    kind if kind.is_file() => {
                        self.write(&path, &fs::read(root().join(&path)).expect("a file of the repository can be read"));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Removes what a folder of the repository does not have.
    fn remove_strays(&self, folder: &Path) {
        for entry in fs::read_dir(self.root.join(folder)).expect("a folder of the copy can be read") {
            let entry = entry.expect("a folder of the copy can be read");
            let is_left_out = LEFT_OUT.iter().any(|name| entry.file_name() == *name);
            if is_left_out || root().join(folder).join(entry.file_name()).exists() {
                continue;
            }
            let path = entry.path();
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.expect("what is in the copy can be removed");
        }
    }

    /// Writes a file unless it has this content.
    ///
    /// # Panics
    ///
    /// When it cannot be written: no test can go on then.
    pub fn write(&self, path: &Path, content: &[u8]) {
        let path = self.root.join(path);
        if !fs::read(&path).is_ok_and(|old| old == content) {
            fs::write(path, content).expect("a file of the copy can be written");
        }
    }

    /// Returns where it is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns a command of cargo in the copy. What it builds lies beside the copy and serves all copies there.
    #[must_use]
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).args(["--offline", "--color", "never"]).current_dir(&self.root);
        command.env("CARGO_TARGET_DIR", self.root.with_file_name("target")).env("INSTA_UPDATE", "no");
        command
    }
}
