//! The layers of the generator and of the runtime: a file names items of its own layer and of lower ones, and files that import each
//! other in a circle are listed with the reason.

#![allow(missing_docs, clippy::panic, reason = "these are tests")]

#[path = "layers/circles.rs"]
mod circles;
#[path = "layers/imports.rs"]
mod imports;
#[path = "layers/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use circles::circles;
use imports::{Crate, Import};
use table::{GENERATOR, Layers, RUNTIME};

impl Layers {
    fn imports(&self, planted: Option<(&str, &str)>) -> BTreeSet<Import> {
        Crate::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(self.src), planted).imports()
    }

    /// Returns the position of a file's layer, counted from the lowest.
    fn position(&self, file: &Path) -> usize {
        let first = file.iter().next().and_then(|first| first.to_str()).expect("a file has a name");
        let unit = first.strip_suffix(".rs").unwrap_or(first);
        let position = self.layers.iter().position(|layer| layer.contains(&unit));
        position.unwrap_or_else(|| panic!("{unit} is in no layer: put it into tests/layers/table.rs"))
    }

    /// Returns the imports that lead from a layer to a higher one.
    fn upward(&self, imports: &BTreeSet<Import>) -> Vec<String> {
        let is_upward = |import: &&Import| self.position(&import.from) < self.position(&import.to);
        let shown = |Import { from, to, path }: &Import| format!("{} names {path} of {}", from.display(), to.display());
        imports.iter().filter(is_upward).map(shown).collect()
    }

    /// Returns the circles that are not listed, and the listed ones that are none.
    fn surprises(&self, imports: &BTreeSet<Import>) -> Vec<String> {
        let found = circles(imports);
        let listed: Vec<BTreeSet<PathBuf>> =
            self.circles.iter().map(|circle| circle.files.iter().map(PathBuf::from).collect()).collect();
        let unlisted = found.iter().filter(|circle| !listed.contains(circle));
        let unlisted = unlisted.map(|circle| format!("files import each other in a circle: {circle:?}"));
        let stale = listed.iter().filter(|circle| !found.contains(circle));
        unlisted.chain(stale.map(|circle| format!("no circle any more: {circle:?}"))).collect()
    }
}

#[test]
fn no_layer_names_a_higher_one() {
    for layers in [&GENERATOR, &RUNTIME] {
        assert_eq!(layers.upward(&layers.imports(None)), [""; 0], "{}", layers.src);
    }
}

#[test]
fn circles_are_listed_and_stay_in_a_folder() {
    for layers in [&GENERATOR, &RUNTIME] {
        assert_eq!(layers.surprises(&layers.imports(None)), [""; 0], "{}", layers.src);
        for circle in layers.circles {
            let folders: BTreeSet<_> = circle.files.iter().map(|file| Path::new(file).parent()).collect();
            assert_eq!(folders.len(), 1, "a circle leaves its folder: {:?}", circle.files);
            assert!(!circle.reason.is_empty(), "{:?}", circle.files);
        }
    }
}

#[test]
fn a_forbidden_import_is_seen_wherever_it_stands() {
    let planted = [
        "use crate::emit::emit_file;",
        "fn planted() { crate::emit::planted(); }",
        "fn planted() { use super::super::emit; }",
        "macro_rules! planted { () => { $crate::emit::planted() }; }",
        "mod planted { fn planted() { println!(\"{}\", crate::emit::planted()); } }",
    ];
    let before = GENERATOR.imports(None);
    for text in planted {
        let after = GENERATOR.imports(Some(("lower/objects.rs", text)));
        let added: Vec<_> =
            GENERATOR.upward(&after).into_iter().filter(|line| line.starts_with("lower/objects.rs")).collect();
        assert_eq!(added.len(), 1, "{text}: {added:?}");
    }
    let for_tests = "#[cfg(test)] mod planted { use crate::emit::planted; }";
    assert_eq!(GENERATOR.imports(Some(("lower/objects.rs", for_tests))), before);
}

#[test]
fn a_planted_circle_is_seen() {
    let imports = GENERATOR.imports(Some(("document/mod.rs", "use crate::lower::planted;")));
    assert_ne!(GENERATOR.surprises(&imports), [""; 0]);
}
