//! The README of a new crate.

use super::about::About;
use crate::cli::diff::report::escaped;
use crate::document::Info;

/// What a crate is made from.
#[derive(Debug)]
pub struct Origin {
    /// The name of the document.
    pub document: String,
    /// The names of its overlays, in the order in which they apply.
    pub overlays: Vec<String>,
}

/// Returns the text, which the user may change in every way.
pub(super) fn readme(crate_name: &str, about: &About, info: &Info, origin: &Origin) -> String {
    let title = escaped(info.title.as_deref().unwrap_or(crate_name));
    let description = about.description.text().map(|text| format!("{}\n\n", escaped(text))).unwrap_or_default();
    let license = about.license.text().map(|license| format!("\nLicense: {}\n", escaped(license))).unwrap_or_default();
    let plain = |name: &String| name.replace(['`', '\n', '\r'], " ");
    let (document, overlays) = (plain(&origin.document), origin.overlays.iter().map(plain));
    let overlays: String = overlays.map(|overlay| format!(" --overlay {overlay}")).collect();
    format!(
        "# {title}\n\n{description}`cargo doc --open` shows every operation with an example, and `cargo add {crate_name} --path FOLDER` \
         adds this crate to another one.\n\n\
         `sdk-generator` made `src/` from `{document}`, and makes it anew with\n\n\
         ```sh\nsdk-generator generate --spec {document}{overlays} --out .\n```\n\n\
         Everything else in this folder is yours: this file, `Cargo.toml`, tests and examples stay as you write them.\n{license}"
    )
}
