//! The files on disk: what is out of date, and bringing it up to date. Nothing else here touches the file system.

mod folder;

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use similar::TextDiff;

pub use folder::{folder_drift, replace_folder};

/// What every source file made here begins with. Files without it are never deleted.
pub const MARK: &str = "// @generated";

/// Texts by the path they belong to, relative to one directory, with `/` between names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; the text that was there before, if any, is returned.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) -> Option<String> {
        self.0.insert(path.into(), text.into())
    }

    /// The text of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// All files, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, String)> for Files {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(files: T) -> Self {
        Self(files.into_iter().collect())
    }
}

/// The Rust files in a folder and below, whoever made them.
///
/// # Errors
///
/// When the folder or one of the files cannot be read.
pub fn sources(dir: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    let mut open = vec![(dir.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                open.push((path, format!("{prefix}{name}/")));
            } else if name.ends_with(".rs") {
                files.insert(format!("{prefix}{name}"), fs::read_to_string(path)?);
            }
        }
    }
    Ok(files)
}

/// How one file on disk differs from what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is missing.
    Added {
        /// What it should say.
        new: String,
    },
    /// It says something else.
    Changed {
        /// What it says.
        old: String,
        /// What it should say.
        new: String,
    },
    /// It was made once and is made no longer.
    Removed {
        /// What it says.
        old: String,
    },
    /// It was not made here, so it is left alone.
    Stray,
}

impl Change {
    /// The word for it in a list.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Added { .. } => "added",
            Self::Changed { .. } => "changed",
            Self::Removed { .. } => "removed",
            Self::Stray => "stray",
        }
    }
}

/// How a directory differs from what it should hold, in the order of paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift(BTreeMap<String, Change>);

impl Drift {
    /// Whether every file is there and says what it should; strays do not count.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.0.values().all(|change| matches!(change, Change::Stray))
    }

    /// Whether files are there that were not made here.
    #[must_use]
    pub fn has_strays(&self) -> bool {
        self.0.values().any(|change| matches!(change, Change::Stray))
    }

    /// The files that differ.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Change)> {
        self.0.iter().map(|(path, change)| (path.as_str(), change))
    }

    /// A unified diff of every file that is out of date, with an empty line before each.
    #[must_use]
    pub fn diff(&self) -> String {
        let diffs = self.iter().filter_map(|(path, change)| {
            let (old, new) = match change {
                Change::Added { new } => ("", new.as_str()),
                Change::Changed { old, new } => (old.as_str(), new.as_str()),
                Change::Removed { old } => (old.as_str(), ""),
                Change::Stray => return None,
            };
            let diff = TextDiff::from_lines(old, new);
            let (before, after) = (format!("a/{path}"), format!("b/{path}"));
            Some(format!("\n{}", diff.unified_diff().header(&before, &after)))
        });
        diffs.collect()
    }

    /// One line a file: `changed models/order.rs`.
    #[must_use]
    pub fn list(&self) -> String {
        self.iter().map(|(path, change)| format!("{:<7} {path}\n", change.as_str())).collect()
    }
}

/// The list, then a unified diff of every file in it.
impl Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.list())?;
        f.write_str(&self.diff())
    }
}

/// Compares a directory with what it should hold. A directory that is not there holds nothing.
///
/// # Errors
///
/// When the directory or a file in it cannot be read, or a path leads out of it.
pub fn drift(dir: &Path, files: &Files) -> io::Result<Drift> {
    drift_marked(dir, files, MARK)
}

/// Compares like [`drift()`] in a directory whose files begin with another mark.
///
/// # Errors
///
/// As [`drift()`].
pub fn drift_marked(dir: &Path, files: &Files, mark: &str) -> io::Result<Drift> {
    compare(dir, files, &[mark], &[])
}

/// Compares a directory whose files begin with one of the marks; what is passed over at its top is not looked at.
fn compare(dir: &Path, files: &Files, marks: &[&str], passed_over: &[&str]) -> io::Result<Drift> {
    let is_ours = |text: &String| marks.iter().any(|mark| text.starts_with(mark));
    let mut changes = BTreeMap::new();
    for (path, new) in files.iter() {
        check(dir, path)?;
        let new = new.to_owned();
        let change = match read(&resolve(dir, path))? {
            Some(old) if old == new => continue,
            Some(old) => Change::Changed { old, new },
            None => Change::Added { new },
        };
        changes.insert(path.to_owned(), change);
    }
    for path in walk(dir, passed_over)? {
        if files.get(&path).is_none() {
            let old = read(&resolve(dir, &path)).ok().flatten().filter(is_ours);
            changes.insert(path, old.map_or(Change::Stray, |old| Change::Removed { old }));
        }
    }
    Ok(Drift(changes))
}

/// Makes a directory hold the files, and says what that changed.
///
/// Only files that differ are touched, so builds see nothing new in the others. Each is replaced in one step: a reader
/// finds the old text or the new one. Files that were made once and are made no longer are deleted; strays are not.
///
/// # Errors
///
/// When a file cannot be read, written or deleted, or a path leads out of the directory; nothing is written in the
/// latter case.
pub fn write(dir: &Path, files: &Files) -> io::Result<Drift> {
    write_marked(dir, files, MARK)
}

/// Writes like [`write()`] to a directory whose files begin with another mark.
///
/// # Errors
///
/// As [`write()`].
pub fn write_marked(dir: &Path, files: &Files, mark: &str) -> io::Result<Drift> {
    let drift = drift_marked(dir, files, mark)?;
    for (path, change) in drift.iter() {
        let file = resolve(dir, path);
        match change {
            Change::Added { new } | Change::Changed { new, .. } => write_file(&file, new),
            Change::Removed { .. } => fs::remove_file(&file).map(|()| remove_empty(dir, &file)),
            Change::Stray => Ok(()),
        }
        .map_err(|error| naming(&file, &error))?;
    }
    Ok(drift)
}

/// Whether a path is made of plain names, so that it cannot lead out of the directory it is resolved in.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    let plain = Path::new(path).components().all(|component| matches!(component, Component::Normal(_)));
    plain && !path.is_empty() && !path.contains('\\') && !path.split('/').any(|name| matches!(name, "" | "."))
}

/// Refuses a path that could lead out of the directory, by its names or by a link on the way.
fn check(dir: &Path, path: &str) -> io::Result<()> {
    if !is_plain(path) {
        let message = format!("`{path}` is not a relative path of plain names");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let file = resolve(dir, path);
    let mut above = file.ancestors().skip(1).take_while(|above| *above != dir);
    match above.find(|above| above.is_symlink()) {
        Some(link) => {
            Err(naming(link, &io::Error::new(io::ErrorKind::InvalidInput, "a link may lead out of the directory")))
        }
        None => Ok(()),
    }
}

fn resolve(dir: &Path, path: &str) -> PathBuf {
    path.split('/').fold(dir.to_owned(), |dir, name| dir.join(name))
}

/// The text of a file, nothing when there is none. A link is not followed: it may lead anywhere.
fn read(file: &Path) -> io::Result<Option<String>> {
    let read = fs::symlink_metadata(file).and_then(|metadata| match metadata.is_file() {
        true => fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        false => Err(io::Error::other("not a plain file")),
    });
    match read {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(naming(file, &error)),
    }
}

/// The paths of everything in a directory that is not a directory, but for what is passed over at its top.
fn walk(dir: &Path, passed_over: &[&str]) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut open = vec![(dir.to_owned(), String::new())];
    while let Some((dir, prefix)) = open.pop() {
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound && prefix.is_empty() => return Ok(paths),
            Err(error) => return Err(naming(&dir, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| naming(&dir, &error))?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if passed_over.contains(&path.as_str()) {
                continue;
            }
            match entry.file_type().map_err(|error| naming(&entry.path(), &error))?.is_dir() {
                true => open.push((entry.path(), format!("{path}/"))),
                false => paths.push(path),
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// Writes one file as a whole or not at all, and makes the folders it stands in.
///
/// # Errors
///
/// When the folder or the file cannot be written; then the file is as it was.
pub fn write_file(file: &Path, text: &str) -> io::Result<()> {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let mut new = new_file(file)?.tempfile_in(dir)?;
    new.write_all(text.as_bytes())?;
    new.persist(file).map(drop).map_err(|error| error.error)
}

/// Temporary files are private to their owner; these become sources, which are not.
#[cfg(unix)]
fn new_file(file: &Path) -> io::Result<tempfile::Builder<'static, 'static>> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = match fs::metadata(file) {
        Ok(metadata) => metadata.permissions(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::Permissions::from_mode(0o666),
        Err(error) => return Err(error),
    };
    let mut builder = tempfile::Builder::new();
    builder.permissions(permissions);
    Ok(builder)
}

#[cfg(not(unix))]
fn new_file(_: &Path) -> io::Result<tempfile::Builder<'static, 'static>> {
    Ok(tempfile::Builder::new())
}

/// Removes the directories above a deleted file that became empty.
fn remove_empty(dir: &Path, file: &Path) {
    let above = file.ancestors().skip(1).take_while(|above| *above != dir);
    for above in above {
        if fs::remove_dir(above).is_err() {
            return;
        }
    }
}

fn naming(file: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[(&str, &str)]) -> Files {
        texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    fn list(drift: &Drift) -> Vec<String> {
        drift.list().lines().map(str::to_owned).collect()
    }

    const OLD: &str = "// @generated\nold\n";
    const NEW: &str = "// @generated\nnew\n";

    #[test]
    fn a_second_run_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&[("lib.rs", NEW), ("a/b/c.rs", NEW)]);
        assert_eq!(list(&write(dir.path(), &files).unwrap()), ["added   a/b/c.rs", "added   lib.rs"]);
        let touched = fs::metadata(dir.path().join("lib.rs")).unwrap().modified().unwrap();
        let drift = write(dir.path(), &files).unwrap();
        assert_eq!(drift, Drift::default());
        assert!(drift.is_current());
        assert_eq!(fs::metadata(dir.path().join("lib.rs")).unwrap().modified().unwrap(), touched);
        assert_eq!(fs::read_to_string(dir.path().join("a/b/c.rs")).unwrap(), NEW);
    }

    #[test]
    fn what_is_made_no_longer_is_deleted_and_strays_are_not() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &files(&[("lib.rs", OLD), ("gone/x.rs", OLD)])).unwrap();
        fs::write(dir.path().join("mine.rs"), "by hand").unwrap();
        fs::write(dir.path().join("bytes"), [0xff]).unwrap();
        let files = files(&[("lib.rs", NEW)]);
        let seen = drift(dir.path(), &files).unwrap();
        let expected = ["stray   bytes", "removed gone/x.rs", "changed lib.rs", "stray   mine.rs"];
        assert_eq!(list(&seen), expected);
        assert!(!seen.is_current() && seen.has_strays());
        assert!(dir.path().join("gone/x.rs").exists());
        assert_eq!(write(dir.path(), &files).unwrap(), seen);
        assert!(!dir.path().join("gone").exists());
        assert!(dir.path().join("mine.rs").exists() && dir.path().join("bytes").exists());
        assert!(drift(dir.path(), &files).unwrap().is_current());
    }

    #[test]
    fn drift_prints_a_unified_diff() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &files(&[("lib.rs", OLD)])).unwrap();
        let drift = drift(dir.path(), &files(&[("lib.rs", NEW)])).unwrap();
        let expected = "changed lib.rs\n\n--- a/lib.rs\n+++ b/lib.rs\n@@ -1,2 +1,2 @@\n // @generated\n-old\n+new\n";
        assert_eq!(drift.to_string(), expected);
    }

    #[test]
    fn a_path_that_leaves_the_directory_is_refused_before_anything_is_written() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["../x.rs", "a/../../x.rs", "/x.rs", "", "a/", "./x.rs", "a\\..\\x.rs"] {
            let files = files(&[("0.rs", NEW), (path, NEW)]);
            assert_eq!(write(dir.path(), &files).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{path}");
            assert!(!dir.path().join("0.rs").exists());
        }
    }

    #[test]
    fn a_directory_that_is_not_there_holds_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("missing");
        assert_eq!(list(&drift(&missing, &files(&[("x.rs", NEW)])).unwrap()), ["added   x.rs"]);
        assert!(drift(&missing, &Files::new()).unwrap().is_current());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        symlink(outside.path(), dir.path().join("a")).unwrap();
        assert!(write(dir.path(), &files(&[("a/x.rs", NEW)])).is_err());
        assert!(!outside.path().join("x.rs").exists());
        assert_eq!(list(&drift(dir.path(), &Files::new()).unwrap()), ["stray   a"]);
        write(outside.path(), &files(&[("y.rs", NEW)])).unwrap();
        let mode = fs::metadata(outside.path().join("y.rs")).unwrap().permissions().mode();
        assert_ne!(mode & 0o044, 0, "sources are readable by others, as far as the umask allows");
    }
}
