//! Reads documents from the disk.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::documents;
use super::exit::Finding;
use crate::diagnostics::{Diagnostics, Style};
use crate::ir::Api;
use crate::mode::Mode;
use crate::read;
use crate::source::Source;

/// Reads a document under the name of its file alone, so that what is made of it is the same wherever it stands.
///
/// The files that it refers to stand beside it or below; the reader sees to it that none is asked for that stands elsewhere.
///
/// # Errors
///
/// When there is no text, or one that is no document at all; the error says what to do.
pub fn read(path: &Path) -> anyhow::Result<Source> {
    let text = document(path)?;
    let name = path.file_name().with_context(|| format!("{} is no file", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    Ok(Source::with_files(name.to_string_lossy(), text, move |path| self::text(&folder.join(path))))
}

/// Returns the text of a document or an overlay.
fn document(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    if let Some((scheme, _)) = path.to_str().and_then(|path| path.split_once(":/"))
        && matches!(&*scheme.to_ascii_lowercase(), "http" | "https" | "ftp")
    {
        bail!("`{name}` is an address, and nothing is downloaded; save it first: `curl -fL -o openapi.yaml {name}`");
    }
    if path.is_dir() {
        bail!("{}", directory(path));
    }
    let text = match text(path) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => bail!("{name} is not UTF-8; save it as UTF-8"),
        text => text.with_context(|| format!("{name} cannot be read"))?,
    };
    let beginning = text.trim_start();
    if beginning.is_empty() {
        bail!("{name} is empty; save the document again");
    }
    if beginning.get(..9).is_some_and(|tag| tag.eq_ignore_ascii_case("<!doctype")) || beginning.starts_with("<html") {
        bail!(
            "{name} is a web page and no OpenAPI document; save what the page links to as YAML or JSON, \
             such as `openapi.yaml` or `openapi.json`, and on GitHub the file behind `Raw`"
        );
    }
    Ok(text)
}

/// So many documents in a directory are named.
const NAMED: usize = 3;

/// Returns why a directory is not read, and which of its files would be.
fn directory(path: &Path) -> String {
    let name = path.display();
    let inside = documents::beside(path).unwrap_or_default();
    match inside.as_slice() {
        [] => format!("{name} is a directory; name the file of the document"),
        [one] => format!("{name} is a directory; name the document in it: `{}`", one.display()),
        several => {
            let names: Vec<_> = several.iter().take(NAMED).map(|path| format!("`{}`", path.display())).collect();
            let more = if several.len() > NAMED { ", ..." } else { "" };
            format!("{name} is a directory; name one of the documents in it: {}{more}", names.join(", "))
        }
    }
}

/// The overlays of a document.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Overlays {
    /// An overlay that changes the document before it is read further; several are applied in this order.
    #[arg(id = "overlay", long = "overlay", value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Overlays {
    /// Returns the document with these overlays.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read.
    pub fn of(&self, source: Source) -> anyhow::Result<Source> {
        let read = |path: &PathBuf| anyhow::Ok((path.display().to_string(), document(path)?));
        Ok(source.with_overlays(self.files.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?))
    }

    /// Returns the paths of the overlays.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// Returns whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl<const N: usize> From<[PathBuf; N]> for Overlays {
    fn from(files: [PathBuf; N]) -> Self {
        Self { files: files.into() }
    }
}

/// Returns the text of a file, without the mark that editors on Windows put before it, which is no character of the
/// document.
fn text(path: &Path) -> io::Result<String> {
    let text = fs::read_to_string(path)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Returns the model of a document, and the warnings; errors are printed.
///
/// # Errors
///
/// When the document has errors.
pub fn model(source: &Source, mode: Mode) -> anyhow::Result<(Api, Diagnostics)> {
    try_model(source, mode).or_else(|errors| {
        eprint!("{}", errors.render(source, Style::Plain));
        bail!(Finding(format!("{} has errors", source.name())))
    })
}

/// Returns the model of a document, and the warnings; or the errors.
///
/// # Errors
///
/// When the document has errors: all that is to be said of it.
pub fn try_model(source: &Source, mode: Mode) -> Result<(Api, Diagnostics), Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let api =
        read::read(source, mode, &mut diagnostics).map(|document| crate::model(&document, mode, &mut diagnostics).0);
    match api {
        Some(api) if !diagnostics.has_errors() => Ok((api, diagnostics)),
        _ => Err(diagnostics),
    }
}

/// Writes a document in one step, with the permissions that it has.
///
/// # Errors
///
/// When it cannot be written; then it is as it was.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = || {
        // What a link leads to is replaced, and not the link.
        let path = fs::canonicalize(path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
        file.persist(path).map(drop).map_err(|error| error.error)
    };
    written().with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &Path) -> String {
        format!("{:#}", read(path).unwrap_err())
    }

    #[test]
    fn what_is_no_document_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let address = "https://shop.example/openapi.yaml";
        assert!(refusal(Path::new(address)).ends_with(&format!("`curl -fL -o openapi.yaml {address}`")));
        for text in [&b""[..], b" \n", b"\xef\xbb\xbf\n"] {
            assert!(refusal(&file("empty.yaml", text)).contains("is empty; save"));
        }
        for text in ["<!DOCTYPE html>", "\n<!doctype html><p>", "<html lang=en>"] {
            assert!(refusal(&file("page.yaml", text.as_bytes())).contains("is a web page"), "{text}");
        }
        assert!(refusal(&file("latin.yaml", b"title: \xe9")).ends_with("is not UTF-8; save it as UTF-8"));
        assert!(refusal(&folder.path().join("none.yaml")).contains("none.yaml cannot be read: "));
    }

    #[test]
    fn of_a_directory_the_documents_in_it_are_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(refusal(folder.path()).ends_with("is a directory; name the file of the document"));
        let mut expected = "name the document in it".to_owned();
        for name in ["b.json", "a.yaml"] {
            fs::write(folder.path().join(name), "openapi: 3.0.3\n").unwrap();
            let text = refusal(folder.path());
            assert!(text.contains(&expected) && text.contains(name), "{text}");
            expected = "name one of the documents in it".to_owned();
        }
    }
}
