//! Turns an OpenAPI document into the Rust sources of an SDK crate.
//!
//! The pipeline is [`generate`]: text is read into a document, lowered to a model of Rust items, analyzed as a whole, emitted as
//! tokens and rendered as files. Each stage is a function from value to value. What a stage cannot do becomes a
//! [`Diagnostic`](diagnostics::Diagnostic) with a location in the document, and the run continues, so that one run reports
//! everything. Nothing is written until [`output::write`] is called.

pub mod analyze;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compare;
pub mod diagnostics;
pub mod document;
pub mod emit;
pub mod ir;
pub mod ledger;
pub mod lint;
pub mod lower;
pub mod mode;
pub mod names;
pub mod output;
mod overlay;
pub mod page;
pub mod reach;
pub mod read;
pub mod render;
pub mod source;
pub mod surface;

use diagnostics::{Code, Diagnostics};
use document::{Document, Info};
use emit::EmittedFile;
use ir::Api;
use ledger::{Counts, Ledger};
use mode::Mode;
use output::Files;
use source::Source;

/// Options that the document does not contain.
#[derive(Debug, Clone)]
pub struct Options {
    /// The name of the crate that the files belong to, as Cargo has it.
    pub crate_name: String,
    /// What becomes of unsupported parts of the document.
    pub mode: Mode,
}

/// The result of a run: files unless there were errors, and the diagnostics.
#[derive(Debug)]
pub struct Generation {
    /// The name of the crate that the files belong to.
    pub crate_name: String,
    /// What the document says of the API as a whole.
    pub info: Info,
    /// The files of the crate's `src` folder; `None` after errors.
    pub files: Option<Files>,
    /// Errors and warnings, each with its location in the document.
    pub diagnostics: Diagnostics,
    /// What became of every keyword.
    pub ledger: Ledger,
    /// How much of the document was generated.
    pub counts: Counts,
    /// The features of the runtime that the crate needs beside its own.
    pub runtime_features: &'static [&'static str],
}

/// Generates the files of a crate's `src` folder from a document.
#[must_use]
pub fn generate(source: &Source, options: &Options) -> Generation {
    generate_named(source, options.mode, |_| options.crate_name.clone())
}

/// Generates like [`generate`] the files of a crate whose name may follow from the document.
pub fn generate_named(source: &Source, mode: Mode, crate_name: impl FnOnce(&Info) -> String) -> Generation {
    let mut diagnostics = Diagnostics::new();
    let document = read::read(source, mode, &mut diagnostics);
    let info = document.as_ref().map(|document| Info::of(&document.value)).unwrap_or_default();
    let crate_name = crate_name(&info);
    let mut generation = Generation {
        crate_name,
        info,
        files: None,
        diagnostics,
        ledger: Ledger::default(),
        counts: Counts::default(),
        runtime_features: &[],
    };
    if let Some(document) = document {
        add_files(&mut generation, source, &document, mode);
    }
    generation
}

/// Adds what is made of a document that could be read.
fn add_files(generation: &mut Generation, source: &Source, document: &Document, mode: Mode) {
    let Generation { crate_name, diagnostics, ledger, counts, .. } = generation;
    let api;
    (api, *counts) = model(document, mode, diagnostics);
    *ledger = Ledger::of(&document.value, diagnostics);
    if diagnostics.has_errors() {
        return;
    }
    for example in emit::examples::inexpressible(&api, crate_name) {
        let message = "the example cannot be written in Rust, so that the documentation leaves it out";
        let warning = diagnostics.warning(Code::Invalid, &example.at, message);
        warning.help("make it fit its schema; `lint` reports where it does not");
    }
    for parameter in emit::examples::invalid_path_examples(&api) {
        let message = "the example is not a value of the parameter's type, so that calls are shown with another one";
        let warning = diagnostics.warning(Code::Invalid, &parameter.at.join("example"), message);
        warning.help("make it fit its schema");
    }
    let files = render(source, emit::emit(&api, crate_name));
    counts.files = files.iter().count();
    counts.lines = files.iter().map(|(_, text)| text.lines().count()).sum();
    generation.runtime_features = emit::runtime_features(&api);
    generation.files = Some(files);
}

/// Returns the model of a document, as far as it could be made: the pipeline up to emitting.
pub fn model(document: &Document, mode: Mode, diagnostics: &mut Diagnostics) -> (Api, Counts) {
    let (api, counts) = lower::lower(document, mode, diagnostics);
    (analyze::analyze(api, mode, diagnostics), counts)
}

/// The longest origin that fits into the first line of a file.
const LONGEST_ORIGIN: usize = 60;

fn render(source: &Source, emitted: impl Iterator<Item = EmittedFile>) -> Files {
    let mut files = Files::new();
    for EmittedFile { path, at, tokens } in emitted {
        let origin = format!("{}{at}", source.name());
        let origin = emit::printable(&origin).replace('\n', " ");
        let break_or_blank = if origin.chars().count() > LONGEST_ORIGIN { '\n' } else { ' ' };
        let header = format!("@generated by `sdk-generator` from{break_or_blank}{origin}. Do not edit.");
        let text = render::render(&header, tokens).expect("emitted tokens are items for every document");
        files.insert(path, text);
    }
    files
}
