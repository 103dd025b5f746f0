//! What holds for all snapshots: they are few enough to be read, each begins with what it shows, each belongs to a test, and
//! together with the compiler they detect defects of the generator (`mutations.rs`).

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on can only stop")]

mod mutations;

use std::fs;
use std::path::Path;

use sdk_tests::fixture::is_sentence;
use sdk_tests::root;

/// More lines than these nobody reads. A fixture names the items that show its construct, and no others.
const MOST_LINES: usize = 25_000;

/// A file below `tests/snapshots`.
struct Snapshot {
    /// Its path below the folder of the repository.
    path: String,
    text: String,
}

/// What `insta` writes above a snapshot.
#[derive(serde::Deserialize)]
struct Header {
    /// The test that asserts it.
    source: String,
    description: Option<String>,
}

impl Snapshot {
    fn all() -> Vec<Self> {
        let (root, mut found) = (root(), Vec::new());
        let mut folders = vec![root.join("tests/snapshots")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("the folder can be read") {
                let path = entry.expect("the folder can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_none_or(|extension| extension != "new") {
                    let text = fs::read_to_string(&path).expect("a snapshot is text");
                    let steps = path.strip_prefix(&root).expect("it is found below the root").iter();
                    let steps: Vec<_> = steps.map(|step| step.to_string_lossy()).collect();
                    found.push(Self { path: steps.join("/"), text });
                }
            }
        }
        found
    }

    fn header(&self) -> Header {
        let header = self.text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
        let (header, _) = header.unwrap_or_else(|| panic!("{} has no header", self.path));
        serde_yaml::from_str(header).unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }

    /// Returns whether a test makes it: from the fixture of its name, from a file of the published crate, or under a name in the
    /// source of the test.
    fn has_a_test(&self) -> bool {
        let Ok(source) = fs::read_to_string(root().join(self.header().source)) else { return false };
        let path = Path::new(&self.path);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let fixtures = root().join("tests/fixtures").join(folder);
        let published = root().join("generated/src").join(name.replace("__", "/"));
        let is_named = || source.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).any(|word| word == name);
        fixtures.join(format!("{name}.yaml")).is_file()
            || fixtures.join(&*name).join("document.yaml").is_file()
            || published.is_file()
            || is_named()
    }
}

#[test]
fn there_are_few_enough_lines_to_be_read() {
    let lines: usize = Snapshot::all().iter().map(|snapshot| snapshot.text.lines().count()).sum();
    println!("{lines} lines");
    assert!(lines > MOST_LINES / 4, "{lines} lines: snapshots are missing");
    assert!(lines <= MOST_LINES, "{lines} lines, at most {MOST_LINES} are read: name fewer items in the fixtures");
}

#[test]
fn each_starts_with_the_sentence_that_says_what_it_shows() {
    for snapshot in Snapshot::all() {
        let description = snapshot.header().description.unwrap_or_default();
        assert!(is_sentence(&description), "{} does not say what it shows: {description:?}", snapshot.path);
        let second = snapshot.text.lines().nth(2).unwrap_or_default();
        assert!(second.starts_with("description: "), "{} does not say so at the top: {second}", snapshot.path);
    }
}

#[test]
fn each_belongs_to_a_test() {
    let stray: Vec<_> = Snapshot::all().into_iter().filter(|snapshot| !snapshot.has_a_test()).collect();
    let stray: Vec<_> = stray.iter().map(|snapshot| &snapshot.path).collect();
    assert!(stray.is_empty(), "nothing makes {stray:?}: delete them");
}
