//! Replaces a generated folder as a whole in one step.
//!
//! Everything is written to a fresh folder beside it, `.NAME.new`, and then the two exchange their names. At any moment, and
//! after an interrupted run, the folder has all of the old files or all of the new ones. Where the system cannot
//! exchange names in one step, the old folder becomes `.NAME.old` and the new one takes its place: a run that is interrupted
//! between these two leaves no folder, and the next run puts the old one back before it does anything else.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::drift::{Change, Drift, MARK, compare};
use super::files::Files;
use super::paths::{check, naming, resolve};

/// What the files of a whole crate begin with, in Rust and in TOML.
const MARKS: [&str; 2] = [MARK, "# @generated"];

/// What cargo makes in the folder of a crate, which is kept.
const LOCK: &str = "Cargo.lock";
const BUILT: &str = "target";

/// Compares a generated folder with what it should hold.
///
/// # Errors
///
/// As [`super::drift()`].
pub fn folder_drift(folder: &Path, files: &Files) -> io::Result<Drift> {
    compare(folder, files, &MARKS, &[LOCK, BUILT])
}

/// Makes a folder hold the files and nothing else, in one step, and says what that changed.
///
/// Files that stay the same keep their time, so that cargo builds nothing in vain; what cargo made in the folder stays. A
/// folder that holds anything else is refused, since it would be lost.
///
/// # Errors
///
/// When the folder holds files that were not made here, when a path leads out of it, and when the disk fails; the folder is
/// as it was, then.
pub fn replace_folder(folder: &Path, files: &Files) -> io::Result<Drift> {
    let paths = FolderPaths::of(folder)?;
    let _locked = paths.lock()?;
    paths.recover()?;
    let drift = folder_drift(&paths.folder, files)?;
    refuse(&paths.folder, &strays(&drift))?;
    if !drift.is_current() {
        paths.build(files, &drift)?;
        paths.swap(exchange)?;
        paths.clear()?;
    }
    Ok(drift)
}

/// A folder and the two beside it that a run needs.
struct FolderPaths {
    folder: PathBuf,
    parent: PathBuf,
    new: PathBuf,
    old: PathBuf,
}

impl FolderPaths {
    fn of(folder: &Path) -> io::Result<Self> {
        // What a link leads to is replaced, not the link.
        let folder = match folder.canonicalize() {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => std::path::absolute(folder)?,
            Err(error) => return Err(naming(folder, &error)),
        };
        let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "not a folder that can be replaced");
            return Err(naming(&folder, &error));
        };
        fs::create_dir_all(parent).map_err(|error| naming(parent, &error))?;
        let parent = parent.canonicalize()?;
        let folder = parent.join(name);
        if fs::symlink_metadata(&folder).is_ok_and(|metadata| !metadata.is_dir()) {
            return Err(naming(&folder, &io::Error::new(io::ErrorKind::NotADirectory, "not a folder")));
        }
        let beside = |ending: &str| parent.join(format!(".{}.{ending}", name.to_string_lossy()));
        Ok(Self { new: beside("new"), old: beside("old"), folder, parent })
    }

    /// Waits for other runs beside this folder: two of them would write to the same places.
    fn lock(&self) -> io::Result<Option<File>> {
        // Elsewhere a folder cannot be opened; there, and where files cannot be locked, it is the user who sees to it.
        if !cfg!(unix) {
            return Ok(None);
        }
        let parent = File::open(&self.parent).map_err(|error| naming(&self.parent, &error))?;
        match parent.lock() {
            Ok(()) => Ok(Some(parent)),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
            Err(error) => Err(naming(&self.parent, &error)),
        }
    }

    /// Cleans up behind a run that was interrupted.
    fn recover(&self) -> io::Result<()> {
        if self.old.exists() && !self.folder.exists() {
            fs::rename(&self.old, &self.folder).map_err(|error| naming(&self.old, &error))?;
        }
        self.clear()
    }

    /// Makes the new folder: files that stay the same are the same files.
    fn build(&self, files: &Files, drift: &Drift) -> io::Result<()> {
        fs::create_dir(&self.new).map_err(|error| naming(&self.new, &error))?;
        for (path, text) in files.iter() {
            check(&self.new, path)?;
            let new = resolve(&self.new, path);
            if let Some(above) = new.parent() {
                fs::create_dir_all(above).map_err(|error| naming(above, &error))?;
            }
            match drift.0.contains_key(path) {
                true => fs::write(&new, text),
                false => keep(&resolve(&self.folder, path), &new),
            }
            .map_err(|error| naming(&new, &error))?;
        }
        let lock = self.folder.join(LOCK);
        if lock.is_file() {
            keep(&lock, &self.new.join(LOCK)).map_err(|error| naming(&lock, &error))?;
        }
        if let Ok(metadata) = fs::metadata(&self.folder) {
            fs::set_permissions(&self.new, metadata.permissions()).map_err(|error| naming(&self.new, &error))?;
        }
        Ok(())
    }

    /// Puts the new folder in the place of the old one, which is then in either of the places beside it.
    fn swap(&self, exchange: impl FnOnce(&Path, &Path) -> io::Result<bool>) -> io::Result<()> {
        let is_first = !self.folder.exists();
        let swapped = match is_first {
            true => fs::rename(&self.new, &self.folder).map(|()| true),
            false => exchange(&self.new, &self.folder),
        };
        if !swapped.map_err(|error| naming(&self.folder, &error))? {
            fs::rename(&self.folder, &self.old).map_err(|error| naming(&self.folder, &error))?;
            fs::rename(&self.new, &self.folder).map_err(|error| naming(&self.new, &error))?;
        }
        Ok(())
    }

    /// Removes what is left beside the folder, once what cargo built there is back in its place.
    fn clear(&self) -> io::Result<()> {
        for left in [&self.new, &self.old].into_iter().filter(|left| left.exists()) {
            let (built, paths) = (left.join(BUILT), self.folder.join(BUILT));
            if built.exists() && self.folder.exists() && !paths.exists() {
                fs::rename(&built, &paths).map_err(|error| naming(&built, &error))?;
            }
            // A file may have come between the look at the folder and the exchange. One without a byte is one that a run
            // did not come to write.
            let drift = folder_drift(left, &Files::new())?;
            let is_empty = |path: &str| fs::metadata(resolve(left, path)).is_ok_and(|file| file.len() == 0);
            refuse(left, &strays(&drift).into_iter().filter(|path| !is_empty(path)).collect::<Vec<_>>())?;
            fs::remove_dir_all(left).map_err(|error| naming(left, &error))?;
        }
        Ok(())
    }
}

/// Returns a file under a second name: the same file, with the time it has. Where that cannot be, a copy with its time.
fn keep(old: &Path, new: &Path) -> io::Result<()> {
    if fs::hard_link(old, new).is_ok() {
        return Ok(());
    }
    fs::copy(old, new)?;
    File::options().write(true).open(new)?.set_modified(fs::metadata(old)?.modified()?)
}

/// Gives two folders each other's name in one step; `false` where the system cannot.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Returns the files that were not made here.
fn strays(drift: &Drift) -> Vec<&str> {
    drift.iter().filter(|(_, change)| matches!(change, Change::Stray)).map(|(path, _)| path).collect()
}

/// Refuses a folder with files that would be lost.
fn refuse(folder: &Path, strays: &[&str]) -> io::Result<()> {
    let Some((first, others)) = strays.split_first() else { return Ok(()) };
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let message = format!("`{first}`{more} was not made by the generator: move it out of the folder");
    Err(naming(folder, &io::Error::new(io::ErrorKind::AlreadyExists, message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "// @generated\nold\n";
    const NEW: &str = "// @generated\nnew\n";
    const MANIFEST: &str = "# @generated\n[package]\n";

    fn files(texts: &[(&str, &str)]) -> Files {
        texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    fn old() -> Files {
        files(&[("Cargo.toml", MANIFEST), ("src/lib.rs", OLD), ("src/gone.rs", OLD)])
    }

    fn new() -> Files {
        files(&[("Cargo.toml", MANIFEST), ("src/lib.rs", NEW), ("src/a/b.rs", NEW)])
    }

    fn is(folder: &Path, files: &Files) -> bool {
        folder_drift(folder, files).unwrap() == Drift::default()
    }

    /// Asserts that a run left nothing beside the folder.
    fn assert_tidy(folder: &Path) {
        let beside = fs::read_dir(folder.parent().unwrap()).unwrap();
        let names: Vec<_> = beside.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [folder.file_name().unwrap()]);
    }

    fn paths() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().canonicalize().unwrap().join("made");
        (dir, folder)
    }

    #[test]
    fn a_folder_is_replaced_as_a_whole() {
        let (_dir, folder) = paths();
        let list = |drift: Drift| drift.list();
        assert_eq!(list(replace_folder(&folder, &old()).unwrap()).lines().count(), 3);
        assert!(is(&folder, &old()));
        let expected = "added   src/a/b.rs\nremoved src/gone.rs\nchanged src/lib.rs\n";
        assert_eq!(list(replace_folder(&folder, &new()).unwrap()), expected);
        assert!(is(&folder, &new()));
        assert!(!folder.join("src/gone.rs").exists());
        assert_eq!(list(replace_folder(&folder, &new()).unwrap()), "");
        assert_tidy(&folder);
    }

    #[test]
    fn what_stays_the_same_keeps_its_time() {
        let (_dir, folder) = paths();
        replace_folder(&folder, &old()).unwrap();
        let manifest = folder.join("Cargo.toml");
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        File::options().write(true).open(&manifest).unwrap().set_modified(long_ago).unwrap();
        replace_folder(&folder, &new()).unwrap();
        assert_eq!(fs::metadata(&manifest).unwrap().modified().unwrap(), long_ago);
        assert_ne!(fs::metadata(folder.join("src/lib.rs")).unwrap().modified().unwrap(), long_ago);
    }

    #[test]
    fn what_cargo_made_stays() {
        let (_dir, folder) = paths();
        replace_folder(&folder, &old()).unwrap();
        fs::write(folder.join(LOCK), "version = 4\n").unwrap();
        fs::create_dir(folder.join(BUILT)).unwrap();
        fs::write(folder.join(BUILT).join("x.rlib"), "built").unwrap();
        replace_folder(&folder, &new()).unwrap();
        assert_eq!(fs::read_to_string(folder.join(LOCK)).unwrap(), "version = 4\n");
        assert_eq!(fs::read_to_string(folder.join(BUILT).join("x.rlib")).unwrap(), "built");
        assert_tidy(&folder);
    }

    #[test]
    fn a_folder_with_other_files_is_refused() {
        let (_dir, folder) = paths();
        replace_folder(&folder, &old()).unwrap();
        for mine in ["README.md", "src/mine.rs", "src/.keep"] {
            fs::write(folder.join(mine), if mine.ends_with("keep") { "" } else { "by hand" }).unwrap();
            let error = replace_folder(&folder, &new()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{error}");
            assert!(error.to_string().contains(mine), "{error}");
            assert!(folder.join(mine).exists());
            assert_tidy(&folder);
            fs::remove_file(folder.join(mine)).unwrap();
            assert!(is(&folder, &old()));
        }
        let file = folder.join("Cargo.toml");
        assert!(replace_folder(&file, &new()).is_err());
        assert!(is(&folder, &old()));
    }

    #[test]
    fn an_empty_folder_is_taken() {
        let (_dir, folder) = paths();
        fs::create_dir(&folder).unwrap();
        replace_folder(&folder, &new()).unwrap();
        assert!(is(&folder, &new()));
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() {
        let (_dir, folder) = paths();
        assert!(replace_folder(&folder, &files(&[("../x.rs", NEW)])).is_err());
        assert!(!folder.exists());
    }

    #[test]
    fn two_steps_do_where_one_cannot() {
        let (_dir, folder) = paths();
        replace_folder(&folder, &old()).unwrap();
        let paths = FolderPaths::of(&folder).unwrap();
        paths.build(&new(), &folder_drift(&folder, &new()).unwrap()).unwrap();
        paths.swap(|_, _| Ok(false)).unwrap();
        assert!(is(&folder, &new()));
        paths.clear().unwrap();
        assert_tidy(&folder);
    }

    /// Wherever a run ends, the folder is the old one, or will be before the next run begins.
    #[test]
    fn an_interrupted_run_leaves_the_old_folder() {
        let (_dir, folder) = paths();
        replace_folder(&folder, &old()).unwrap();
        fs::create_dir(folder.join(BUILT)).unwrap();
        let paths = FolderPaths::of(&folder).unwrap();
        let build = || paths.build(&new(), &folder_drift(&folder, &new()).unwrap()).unwrap();
        // A file that was made and not yet written, then a new folder that is complete.
        fs::create_dir_all(paths.new.join("src")).unwrap();
        fs::write(paths.new.join("src/lib.rs"), "").unwrap();
        paths.recover().unwrap();
        assert!(is(&folder, &old()));
        assert_tidy(&folder);
        build();
        paths.recover().unwrap();
        assert!(is(&folder, &old()));
        assert_tidy(&folder);
        // Between the two steps.
        build();
        fs::rename(&paths.folder, &paths.old).unwrap();
        paths.recover().unwrap();
        assert!(is(&folder, &old()) && folder.join(BUILT).exists());
        assert_tidy(&folder);
    }

    #[test]
    fn a_run_that_is_interrupted_after_the_exchange_leaves_the_new_folder() {
        let (_dir, folder) = paths();
        for exchange in [exchange as fn(&Path, &Path) -> io::Result<bool>, |_, _| Ok(false)] {
            replace_folder(&folder, &old()).unwrap();
            fs::create_dir_all(folder.join(BUILT)).unwrap();
            let paths = FolderPaths::of(&folder).unwrap();
            paths.build(&new(), &folder_drift(&folder, &new()).unwrap()).unwrap();
            paths.swap(exchange).unwrap();
            paths.recover().unwrap();
            assert!(is(&folder, &new()) && folder.join(BUILT).exists());
            assert_tidy(&folder);
        }
    }

    #[test]
    fn a_file_that_came_at_the_last_moment_is_not_lost() {
        let (_dir, folder) = paths();
        replace_folder(&folder, &old()).unwrap();
        let paths = FolderPaths::of(&folder).unwrap();
        paths.build(&new(), &folder_drift(&folder, &new()).unwrap()).unwrap();
        fs::write(folder.join("mine.rs"), "by hand").unwrap();
        paths.swap(exchange).unwrap();
        let error = paths.clear().unwrap_err().to_string();
        assert!(error.contains("mine.rs"), "{error}");
        assert!(replace_folder(&folder, &old()).is_err());
        assert!(paths.new.join("mine.rs").exists() || paths.old.join("mine.rs").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_the_folder_stays_one() {
        let (dir, folder) = paths();
        replace_folder(&folder, &old()).unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        replace_folder(&link, &new()).unwrap();
        assert!(link.is_symlink() && is(&folder, &new()));
    }
}
