//! Makes a directory hold some files.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::drift::{Change, Drift, MARK, drift_marked, listed_drift};
use super::files::Files;
use super::paths::{naming, resolve};

/// Makes a directory hold the files, and says what that changed.
///
/// Only files that differ are touched, so that builds do not see a change in the others. Each is replaced in one step: a reader
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
    apply(dir, &drift)?;
    Ok(drift)
}

/// Writes the files to a directory, whatever else is there.
///
/// # Errors
///
/// As [`write()`].
pub fn write_listed(dir: &Path, files: &Files) -> io::Result<Drift> {
    let drift = listed_drift(dir, files)?;
    apply(dir, &drift)?;
    Ok(drift)
}

fn apply(dir: &Path, drift: &Drift) -> io::Result<()> {
    for (path, change) in drift.iter() {
        let file = resolve(dir, path);
        match change {
            Change::Added { new } | Change::Changed { new, .. } => write_file(&file, new),
            Change::Removed { .. } => fs::remove_file(&file).map(|()| remove_empty(dir, &file)),
            Change::Stray => Ok(()),
        }
        .map_err(|error| naming(&file, &error))?;
    }
    Ok(())
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

/// Creates a temporary file with the permissions of sources; temporary files are private by default.
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
