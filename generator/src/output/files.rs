//! Texts by their paths.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// Texts by the path they belong to, relative to one directory, with `/` between names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// Creates an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; the text that was there before, if any, is returned.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) -> Option<String> {
        self.0.insert(path.into(), text.into())
    }

    /// Returns the text of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Returns all files, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
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

/// Returns the Rust files in a folder and below, generated or not.
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
