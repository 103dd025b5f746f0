//! How long one generation takes, whole and up to the model.
//!
//! ```text
//! cargo bench -p sdk-generator
//! ```

#![allow(missing_docs, reason = "benchmarks are not an interface")]

use std::fs;
use std::path::Path;

use sdk_generator::diagnostics::Diagnostics;
use sdk_generator::source::Source;
use sdk_generator::{Options, generate, model};

fn main() {
    divan::main();
}

/// The first document of the repository's `spec` folder.
fn document() -> Source {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let entries = fs::read_dir(folder).expect("the repository has a spec folder");
    let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    let path = paths.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    let path = path.expect("the spec folder has a document");
    Source::new("document.yaml", fs::read_to_string(path).expect("the document can be read"))
}

#[divan::bench]
fn text_to_files(bencher: divan::Bencher<'_, '_>) {
    let (source, options) = (document(), Options { crate_name: "sdk".to_owned() });
    bencher.bench(|| generate(&source, &options));
}

#[divan::bench]
fn text_to_model(bencher: divan::Bencher<'_, '_>) {
    let source = document();
    bencher.bench(|| model(&source, &mut Diagnostics::new()));
}
