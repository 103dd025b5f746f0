//! Files that import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::imports::Import;

/// Returns the sets of files of which each reaches every other by imports, without those of a single file.
pub(crate) fn circles(imports: &BTreeSet<Import>) -> Vec<BTreeSet<PathBuf>> {
    let mut next: BTreeMap<&Path, BTreeSet<&Path>> = BTreeMap::new();
    for Import { from, to, .. } in imports {
        next.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&Path, BTreeSet<&Path>> = next.keys().map(|file| (*file, reach(file, &next))).collect();
    let mut circles = BTreeSet::new();
    for (file, others) in &reached {
        let back = |other: &&&Path| reached.get(**other).is_some_and(|back| back.contains(file));
        circles.insert(others.iter().filter(back).map(|other| other.to_path_buf()).collect::<BTreeSet<_>>());
    }
    circles.into_iter().filter(|circle| circle.len() > 1).collect()
}

fn reach<'a>(file: &Path, next: &BTreeMap<&Path, BTreeSet<&'a Path>>) -> BTreeSet<&'a Path> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Path> = next.get(file).into_iter().flatten().copied().collect();
    while let Some(file) = open.pop() {
        // The lifetimes of keys and values differ, so a file is looked up in the values.
        if let Some(file) = next.values().find_map(|files| files.get(file).copied())
            && reached.insert(file)
        {
            open.extend(next.get(file).into_iter().flatten().copied());
        }
    }
    reached
}
