//! The documents below a folder.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// A document below the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Where it is.
    pub path: PathBuf,
    /// The way to it from the folder, with `/` between names.
    pub name: String,
}

/// Returns the documents in a folder, and not below, in the order of their names.
pub(super) fn beside(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<_>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut found: Vec<_> =
        entries?.into_iter().filter(|path| path.is_file() && is_document(path).unwrap_or(false)).collect();
    found.sort();
    Ok(found)
}

/// Returns all documents below a folder, in the order of their names.
///
/// # Errors
///
/// When the folder or a file in it cannot be read.
pub fn find(folder: &Path) -> anyhow::Result<Vec<Document>> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().map_or_else(String::new, |name| format!("{prefix}{}", name.to_string_lossy()));
            if path.is_dir() {
                open.push((path, format!("{name}/")));
            } else if is_document(&path).with_context(|| format!("{} cannot be read", path.display()))? {
                found.push(Document { path, name });
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

fn is_document(path: &Path) -> io::Result<bool> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if !matches!(ending, Some("yaml" | "yml" | "json")) {
        return Ok(false);
    }
    says_openapi(BufReader::new(File::open(path)?))
}

/// Returns whether the root of a text has a member `openapi`. A text that is broken counts if it begins like one that
/// has, so that it is not passed over in silence.
///
/// The text is never in memory as a whole: the system counts what this process has held to those it starts.
fn says_openapi(mut text: impl BufRead) -> io::Result<bool> {
    #[derive(Deserialize)]
    struct Root {
        openapi: Option<IgnoredAny>,
    }
    let beginning = text.fill_buf()?;
    let beginning = beginning.strip_prefix("\u{feff}".as_bytes()).unwrap_or(beginning).trim_ascii_start();
    match beginning.first() {
        Some(b'{') => {
            let looks_like_it = beginning.windows(9).any(|word| word == b"\"openapi\"");
            let mark = text.fill_buf()?.iter().take_while(|byte| **byte != b'{').count();
            text.consume(mark);
            let root: Result<Root, _> = serde_json::from_reader(text);
            Ok(root.map_or(looks_like_it, |root| root.openapi.is_some()))
        }
        Some(b'[') => Ok(false),
        _ => has_line(text),
    }
}

fn has_line(text: impl BufRead) -> io::Result<bool> {
    let openings = ["openapi:", "\"openapi\":", "'openapi':", "openapi :"].map(str::as_bytes);
    for line in text.split(b'\n') {
        let line = line?;
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line);
        if openings.iter().any(|opening| line.starts_with(opening)) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_so_at_its_root() {
        for (text, expected) in [
            ("# a comment\nopenapi: 3.0.3\n", true),
            ("\"openapi\": 3.1.0\n", true),
            ("info:\n  openapi: 3\n", false),
            ("{\"openapi\": \"3.0.0\", \"paths\": {}}", true),
            ("{\"a\": {\"openapi\": \"3.0.0\"}}", false),
            ("[{\"openapi\": \"3.0.0\"}]", false),
            ("\u{feff} {\"openapi\": ", true),
            ("\u{feff} {\"openapi\": 1}", true),
            ("\u{feff}openapi: 1", true),
            ("{\"openapi\": 1} x", true),
            ("{\"a\": ", false),
            ("", false),
        ] {
            assert_eq!(says_openapi(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn documents_are_found_in_the_order_of_their_names() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("b")).unwrap();
        for (name, text) in
            [("b/x.yml", "openapi: 3.0.3"), ("c.json", "{\"openapi\":1}"), ("a.yaml", "x: 1"), ("a.txt", "openapi: 1")]
        {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let names: Vec<_> = find(dir.path()).unwrap().into_iter().map(|document| document.name).collect();
        assert_eq!(names, ["b/x.yml", "c.json"]);
    }
}
