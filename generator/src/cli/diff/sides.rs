//! The two sides of a comparison: documents with their models.

use std::path::Path;

use anyhow::Context;

use crate::cli::input::{self, Overlays};
use crate::ir::Api;
use crate::mode::Mode;
use crate::source::Source;

/// A document and its model.
#[derive(Debug)]
pub struct Side {
    /// How it is called in reports.
    pub shown: String,
    /// The document.
    pub source: Source,
    /// Its model.
    pub api: Api,
    /// The commit that has it, where it is that of one.
    pub revision: Option<String>,
}

impl Side {
    /// Reads a document: strictly where it has nothing to repair, otherwise leniently.
    ///
    /// # Errors
    ///
    /// When it cannot be read or has errors.
    pub fn of_file(path: &Path, overlays: &Overlays) -> anyhow::Result<Self> {
        let shown = path.display().to_string();
        let source = overlays.of(input::read(path)?.renamed(shown.clone()))?;
        // Two versions of our own document may be files, too: they stay strict.
        match input::try_model(&source, Mode::Strict) {
            Ok((api, _)) => Ok(Self { shown, source, api, revision: None }),
            Err(_) => Self::new(shown, source, Mode::Lenient),
        }
    }

    /// Creates the side of a document that was read; its errors are printed, and so is how many warnings a third-party one has.
    ///
    /// # Errors
    ///
    /// When the document has errors.
    pub fn new(shown: String, source: Source, mode: Mode) -> anyhow::Result<Self> {
        let model = input::model(&source, mode);
        let (api, warnings) = model.with_context(|| format!("{shown} cannot be compared"))?;
        let count = warnings.iter().count();
        if mode == Mode::Lenient && count > 0 {
            let list = format!("`generate --spec {shown} --out DIR` lists them");
            eprintln!(
                "note: what {shown} says wrong, or cannot be expressed, is not compared; warnings: {count}; {list}"
            );
        }
        Ok(Self { shown, source, api, revision: None })
    }
}
