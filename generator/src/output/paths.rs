//! Paths within one directory, and what is read there.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Returns whether a path is made of plain names, so that it cannot lead out of the directory it is resolved in.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    let plain = Path::new(path).components().all(|component| matches!(component, Component::Normal(_)));
    plain && !path.is_empty() && !path.contains('\\') && !path.split('/').any(|name| matches!(name, "" | "."))
}

/// Refuses a path whose names could lead out of the directory.
pub(super) fn check_names(path: &str) -> io::Result<()> {
    match is_plain(path) {
        true => Ok(()),
        false => {
            let message = format!("`{path}` is not a relative path of plain names");
            Err(io::Error::new(io::ErrorKind::InvalidInput, message))
        }
    }
}

/// Returns the text of a file in a directory, nothing when there is none. A link on the way to it is refused: it may lead out.
pub(super) fn read_within(dir: &Path, path: &str) -> io::Result<Option<String>> {
    let file = resolve(dir, path);
    let mut above = file.ancestors().skip(1).take_while(|above| *above != dir);
    match above.find(|above| above.is_symlink()) {
        Some(link) => {
            Err(naming(link, &io::Error::new(io::ErrorKind::InvalidInput, "a link may lead out of the directory")))
        }
        None => read(&file),
    }
}

pub(super) fn resolve(dir: &Path, path: &str) -> PathBuf {
    path.split('/').fold(dir.to_owned(), |dir, name| dir.join(name))
}

/// Returns the text of a file, nothing when there is none. A link is not followed: it may lead anywhere.
pub(super) fn read(file: &Path) -> io::Result<Option<String>> {
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

/// Returns the paths of everything in a directory that is not a directory.
pub(super) fn walk(dir: &Path) -> io::Result<Vec<String>> {
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
            match entry.file_type().map_err(|error| naming(&entry.path(), &error))?.is_dir() {
                true => open.push((entry.path(), format!("{path}/"))),
                false => paths.push(path),
            }
        }
    }
    paths.sort();
    Ok(paths)
}

pub(super) fn naming(file: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", file.display()))
}
