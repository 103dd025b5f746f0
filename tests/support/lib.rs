//! Shared helpers: the repository's files, calls, and the comparison with the simulator's ledger.

pub mod bodies;
pub mod calls;
pub mod copy;
pub mod effect_claim;
pub mod excerpt;
pub mod fixture;
pub mod hostile;
pub mod in_process;
pub mod soak;
pub mod witness;
pub mod workspace;

use std::fs;
use std::path::{Path, PathBuf};

use sdk_generator::Options;
use sdk_generator::mode::Mode;
use sdk_generator::source::Source;

/// The document that the published crate is made from, relative to the repository's root.
pub const DOCUMENT: &str = "spec/zuora-payments.yaml";

/// Returns the repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the repository").to_owned()
}

/// Returns the document that the published crate is made from.
///
/// # Panics
///
/// When it cannot be read: no test can go on then.
#[must_use]
pub fn document() -> Source {
    source(DOCUMENT)
}

/// Returns a file of the repository, named as diagnostics print it.
///
/// # Panics
///
/// When it cannot be read: no test can go on then.
#[must_use]
#[allow(clippy::panic, reason = "a test without its files can only stop")]
pub fn source(path: &str) -> Source {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path} cannot be read: {error}"));
    Source::new(path, text).with_overlays(overlay(path))
}

/// Returns the overlay of a fixture: the file of the same name in the folder `overlays` beside it, if there is one.
fn overlay(path: &str) -> Option<(String, String)> {
    let (folder, name) = path.rsplit_once('/')?;
    let overlay = format!("{folder}/overlays/{name}");
    fs::read_to_string(root().join(&overlay)).ok().map(|text| (overlay, text))
}

/// Returns a file of the repository that may refer to files beside it.
///
/// # Panics
///
/// When it cannot be read: no test can go on then.
#[must_use]
pub fn source_with_files(path: &str) -> Source {
    let folder = root().join(path).parent().expect("a file stands in a folder").to_owned();
    let source = Source::with_files(path, source(path).text(), move |file| fs::read_to_string(folder.join(file)));
    source.with_overlays(overlay(path))
}

/// Returns the options that `cargo xtask generate` uses for the published crate.
#[must_use]
pub fn options() -> Options {
    Options { crate_name: "zuora-payments".to_owned(), mode: Mode::Strict }
}

/// Returns the names of the fixtures of one kind, sorted, without their ending.
///
/// # Panics
///
/// When the folder cannot be read.
#[must_use]
#[allow(clippy::panic, reason = "a test without its files can only stop")]
pub fn fixtures(kind: &str) -> Vec<String> {
    let folder = root().join("tests/fixtures").join(kind);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{} cannot be read: {error}", folder.display()));
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = names.filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned)).collect();
    names.sort();
    names
}

/// The examples of the READMEs and of pages, compiled.
#[cfg(doctest)]
mod readmes {
    #[doc = include_str!("../../README.md")]
    struct Repository;

    #[doc = include_str!("../../generated/README.md")]
    struct Crate;

    #[doc = include_str!("../../docs/resuming.md")]
    struct Resuming;

    #[doc = include_str!("../../docs/for-web-services.md")]
    struct WebServices;

    #[doc = include_str!("../../docs/observability.md")]
    struct Observability;
}
