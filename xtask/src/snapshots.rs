//! The published snapshots, for reviewers and for the tests.
//!
//! They are written here rather than by the tests, so that one command leaves one diff; byte for byte they are what
//! `insta` would write.

use sdk_generator::output::Files;
use sdk_generator::surface::Surface;

/// Where they are, relative to the repository's root.
pub(crate) const DIR: &str = "tests/snapshots/published";

/// The one of the public items.
pub(crate) const SURFACE: &str = "surface.snap";

/// What the one of the public items shows.
const SURFACE_SENTENCE: &str = "Every public item of the published crate and of the runtime that it exports.";

/// The test that asserts them, which `insta` names in each.
const TEST: &str = "tests/published.rs";

/// Returns what each of them begins with.
pub(crate) fn mark() -> String {
    format!("---\nsource: {TEST}\n")
}

/// Returns one for every file, and one for the public items of them all.
pub(crate) fn of(files: &Files, surface: &Surface) -> Files {
    let sources = files.iter().map(|(path, text)| snapshot(path, &sentence(path), text));
    sources.chain([snapshot("surface", SURFACE_SENTENCE, &surface.to_string())]).collect()
}

/// Returns what the snapshot of a file shows. Without a sign that has a meaning in YAML, for `insta` puts no quotes
/// around it.
fn sentence(path: &str) -> String {
    format!("What the generator makes of the document for generated/src/{path} in the published crate.")
}

fn snapshot(name: &str, description: &str, text: &str) -> (String, String) {
    let file = format!("{}.snap", name.replace('/', "__"));
    (file, format!("{}description: {description}\n---\n{}\n", mark(), text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_what_insta_writes() {
        let files = [("a/b.rs".to_owned(), "// one\n\n".to_owned()), ("lib.rs".to_owned(), "pub mod a;\n".to_owned())];
        let files = files.into_iter().collect();
        let snapshots = of(&files, &Surface::of(&files));
        let names: Vec<_> = snapshots.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a__b.rs.snap", "lib.rs.snap", "surface.snap"]);
        let expected = "---\nsource: tests/published.rs\ndescription: What the generator makes of the document for \
             generated/src/a/b.rs in the published crate.\n---\n// one\n";
        assert_eq!(snapshots.get("a__b.rs.snap"), Some(expected));
        assert!(snapshots.iter().all(|(_, text)| text.starts_with(&mark())));
    }
}
