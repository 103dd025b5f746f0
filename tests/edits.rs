//! What a reviewer reads when the document changes: each patch in `tests/edits` is applied to a copy of the repository, the
//! published crate is generated anew, and the lines that git says have changed are counted.
//!
//! `cargo test -p sdk-tests --test edits -- --nocapture` prints them.
//! `EDITS=all cargo test -p sdk-tests --test edits -- --nocapture` also runs all tests of the published crate after each edit,
//! which takes minutes. A part of the name of a patch instead of `all` selects the edits that have it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on can only stop")]

#[path = "edits/branches.rs"]
mod branches;
/// The snapshots of the published crate, as `cargo xtask generate` writes them.
#[path = "../xtask/src/snapshots.rs"]
mod snapshots;

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use sdk_generator::diagnostics::Style;
use sdk_generator::output::{self, Drift, Files};
use sdk_generator::source::Source;
use sdk_generator::surface::Surface;
use sdk_tests::copy::Copy;
use sdk_tests::{DOCUMENT, options, root};

use self::branches::Branches;

/// A change of the document, and what it may cost a reviewer.
struct Edit {
    /// The name of its patch.
    name: &'static str,
    /// The most lines that are added and deleted in the whole repository, those of the document included.
    at_most: usize,
}

const EDITS: [Edit; 8] = [
    Edit { name: "optional-response-field-first", at_most: 16 },
    Edit { name: "optional-response-field-middle", at_most: 16 },
    Edit { name: "optional-response-field-last", at_most: 16 },
    Edit { name: "optional-request-field-middle", at_most: 20 },
    Edit { name: "field-becomes-required", at_most: 40 },
    Edit { name: "schema-renamed", at_most: 60 },
    Edit { name: "enum-value-added", at_most: 11 },
    Edit { name: "get-operation-added", at_most: 220 },
];

/// After this one, two examples of the document lack what their schema requires.
const WITHOUT_EXAMPLES: &str = "field-becomes-required-without-examples";

/// What `cargo xtask generate` reads of the document, and all that it writes.
const GENERATED: [&str; 3] = ["spec", SOURCES, snapshots::DIR];
const SOURCES: &str = "generated/src";

/// Makes the published crate of the repository at `root` anew; returns what it warned of, and what it changed.
///
/// The runtime, of which the list of public items tells, is that of this repository.
fn generate(root: &Path) -> (String, [Drift; 2]) {
    let source = Source::new(DOCUMENT, fs::read_to_string(root.join(DOCUMENT)).unwrap());
    let generation = sdk_generator::generate(&source, &options());
    let warnings = generation.diagnostics.render(&source, Style::Plain);
    let files = generation.files.unwrap_or_else(|| panic!("the document has errors:\n{warnings}"));
    let surface = Surface::with(&files, &[("sdk_runtime", &runtime())]);
    let snapshots = snapshots::of(&files, &surface);
    let sources = output::write(&root.join(SOURCES), &files).unwrap();
    let snapshots = output::write_marked(&root.join(snapshots::DIR), &snapshots, &snapshots::mark()).unwrap();
    (warnings, [sources, snapshots])
}

fn runtime() -> Files {
    output::sources(&self::root().join("generator/runtime/src")).unwrap()
}

/// Makes the published crate anew and expects that it is up to date.
fn expect_up_to_date(root: &Path) {
    let (warnings, drifts) = generate(root);
    assert_eq!(warnings, "");
    let changed: Vec<_> = drifts.iter().flat_map(Drift::iter).map(|(path, _)| path).collect();
    assert!(changed.is_empty(), "`generate` changes {changed:?} once more: run `cargo xtask generate`");
}

/// The lines of a diff by where they stand.
#[derive(Debug, Default)]
struct Lines {
    document: usize,
    code: usize,
    /// Copies of the code.
    snapshots: usize,
    /// The list of public items.
    surface: usize,
}

impl Lines {
    /// Counts the lines of what `git diff --numstat -z` prints.
    fn count(numstat: &str) -> Self {
        let mut lines = Self::default();
        // A renamed file has an empty path, and its two paths behind that.
        let mut parts = numstat.split_terminator('\0');
        while let Some(part) = parts.next() {
            let mut columns = part.split('\t');
            let mut number = || columns.next().and_then(|number| number.parse::<usize>().ok()).unwrap();
            let count = number() + number();
            let path = match columns.next().unwrap() {
                "" => parts.nth(1).unwrap(),
                path => path,
            };
            *lines.of(path) += count;
        }
        lines
    }

    fn of(&mut self, path: &str) -> &mut usize {
        match path.strip_prefix(snapshots::DIR).and_then(|name| name.strip_prefix('/')) {
            Some(snapshots::SURFACE) => &mut self.surface,
            Some(_) => &mut self.snapshots,
            None if path == DOCUMENT => &mut self.document,
            None if path.starts_with(SOURCES) => &mut self.code,
            None => panic!("`generate` does not write {path}"),
        }
    }

    fn total(&self) -> usize {
        self.document + self.code + self.snapshots + self.surface
    }
}

/// A row of the table; the bar stands before it.
impl Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { document, code, snapshots, surface } = self;
        write!(f, "{:>7}{document:>10}{code:>6}{snapshots:>11}{surface:>9}", self.total())
    }
}

#[test]
fn each_edit_changes_few_lines() {
    let branches = Branches::make();
    expect_up_to_date(branches.root());
    println!(
        "{:<32}{:>7}{:>7}{:>10}{:>6}{:>11}{:>9}",
        "edit", "bar", "lines", "document", "code", "snapshots", "surface"
    );
    let mut beyond = Vec::new();
    for Edit { name, at_most } in &EDITS {
        let warnings = branches.edit(name);
        assert_eq!(warnings, "", "{name}");
        let lines = Lines::count(&branches.numstat(name));
        println!("{name:<32}{at_most:>7}{lines}");
        assert!(lines.document > 0 && lines.code > 0 && lines.snapshots > 0, "{name} does not change the crate");
        if lines.total() > *at_most {
            beyond.push(format!("{name}: {} lines, at most {at_most}", lines.total()));
        }
    }
    assert!(beyond.is_empty(), "a reviewer has too much to read: {beyond:#?}");
}

#[test]
fn each_patch_is_an_edit() {
    let names = fs::read_dir(root().join("tests/edits")).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let patches: BTreeSet<_> = names.filter_map(|name| name.strip_suffix(".patch").map(str::to_owned)).collect();
    let edits = EDITS.iter().map(|edit| edit.name.to_owned()).chain([WITHOUT_EXAMPLES.to_owned()]).collect();
    assert_eq!(patches, edits);
}

#[test]
fn branches_that_add_fields_to_a_type_merge_to_what_generate_makes() {
    let fields = [
        ("optional-response-field-first", "batch_id"),
        ("optional-response-field-middle", "collector_id"),
        ("optional-response-field-last", "version"),
    ];
    let branches = Branches::make();
    for (name, _) in fields {
        branches.edit(name);
    }
    let [first, middle, last] = fields;
    for [one, other] in [[first, middle], [first, last], [last, middle]] {
        branches.merge([one.0, other.0]);
        expect_up_to_date(branches.root());
        let surface = fs::read_to_string(branches.root().join(snapshots::DIR).join(snapshots::SURFACE)).unwrap();
        for (name, field) in fields {
            let is_there = surface
                .lines()
                .any(|line| line.starts_with("  field ") && line.split_whitespace().nth(1) == Some(field));
            assert_eq!(is_there, [one.0, other.0].contains(&name), "{field} after {} and {}", one.0, other.0);
        }
    }
}

#[test]
fn each_example_that_lacks_a_required_field_is_reported_and_left_out() {
    let branches = Branches::make();
    let warnings = branches.edit(WITHOUT_EXAMPLES);
    let reported: Vec<_> =
        warnings.lines().filter_map(|line| line.trim().strip_prefix("= at: ")?.rsplit('/').next()).collect();
    assert_eq!(reported, ["externalCheck", "captureAuthorization"], "{warnings}");
    assert_eq!(warnings.matches("the example cannot be written in Rust").count(), 2, "{warnings}");
    let code = fs::read_to_string(branches.root().join(SOURCES).join("operations/create_payment.rs")).unwrap();
    for (summary, is_shown) in [
        ("An external payment of one invoice", true),
        ("A check, on an account named by its number", false),
        ("Capture an authorization", false),
    ] {
        assert_eq!(code.contains(summary), is_shown, "{summary}");
    }
}

#[test]
fn all_tests_of_the_published_crate_pass_after_each_edit() {
    let Ok(wanted) = env::var("EDITS") else {
        println!("not run: EDITS is not set");
        return;
    };
    // It stays for the next run, and so does what is built of it.
    let copy = Copy::of(&[""], Path::new(env!("CARGO_TARGET_TMPDIR")).join("copies/edits"));
    let mut failed = Vec::new();
    for Edit { name, .. } in EDITS.iter().filter(|edit| wanted == "all" || edit.name.contains(&wanted)) {
        let start = Instant::now();
        copy.refresh(&GENERATED);
        branches::apply(copy.root(), name);
        generate(copy.root());
        let mut tests = copy.cargo(&["test", "--package", "zuora-payments", "--quiet"]);
        // All of it is built for each edit and runs for seconds.
        for package in ["sdk-runtime", "zuora-payments"] {
            tests.args(["--config", &format!("profile.dev.package.{package}.opt-level=0")]);
        }
        let output = tests.output().expect("cargo is there, since it runs this test");
        let passed = output.status.success();
        println!("{:>4} s  {name}: {}", start.elapsed().as_secs(), if passed { "passed" } else { "FAILED" });
        std::io::stdout().flush().unwrap();
        if !passed {
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            failed.push(format!("{name}:\n{out}{err}"));
        }
    }
    assert!(failed.is_empty(), "the tests fail after {}", failed.join("\n"));
}
