//! Reads documents from the disk.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sdk_generator::diagnostics::{Diagnostics, Style};
use sdk_generator::ir::Api;
use sdk_generator::mode::Mode;
use sdk_generator::read;
use sdk_generator::source::Source;

/// Reads a document under the name of its file alone, so that what is made of it is the same wherever it stands.
///
/// The files that it refers to stand beside it or below; the reader sees to it that none is asked for that stands elsewhere.
pub(crate) fn read(path: &Path) -> anyhow::Result<Source> {
    let text = text(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().with_context(|| format!("{} is no file", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    Ok(Source::with_files(name.to_string_lossy(), text, move |path| self::text(&folder.join(path))))
}

/// The overlays of a document.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Overlays {
    /// An overlay that changes the document before it is read further; several are applied in this order.
    #[arg(id = "overlay", long = "overlay", value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Overlays {
    /// Returns the document with these overlays.
    pub(crate) fn of(&self, source: Source) -> anyhow::Result<Source> {
        let read = |path: &PathBuf| {
            let text = text(path).with_context(|| format!("{} cannot be read", path.display()))?;
            anyhow::Ok((path.display().to_string(), text))
        };
        Ok(source.with_overlays(self.files.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?))
    }

    /// Returns the paths of the overlays.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// Returns whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
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
pub(crate) fn model(source: &Source, mode: Mode) -> anyhow::Result<(Api, Diagnostics)> {
    try_model(source, mode).or_else(|errors| {
        eprint!("{}", errors.render(source, Style::Plain));
        bail!("{} has errors", source.name())
    })
}

/// Returns the model of a document, and the warnings; or the errors.
pub(crate) fn try_model(source: &Source, mode: Mode) -> Result<(Api, Diagnostics), Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let api = read::read(source, mode, &mut diagnostics)
        .map(|document| sdk_generator::model(&document, mode, &mut diagnostics).0);
    match api {
        Some(api) if !diagnostics.has_errors() => Ok((api, diagnostics)),
        _ => Err(diagnostics),
    }
}

/// Writes a document in one step, with the permissions that it has.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
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
