//! The files on disk: what is out of date, and bringing it up to date.
//!
//! `output` knows the file system, and nothing else in the generator touches it.

mod drift;
mod files;
mod folder;
mod paths;
mod write;

pub use drift::{Change, Drift, MARK, drift, drift_marked, listed_drift};
pub use files::{Files, sources};
pub use folder::{folder_drift, refuse_unmarked, replace_folder};
pub use paths::is_plain;
pub use write::{write, write_file, write_listed, write_marked};

#[cfg(test)]
mod tests {
    use std::{fs, io};

    use super::*;

    fn files(texts: &[(&str, &str)]) -> Files {
        texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    fn list(drift: &Drift) -> Vec<String> {
        drift.list().lines().map(str::to_owned).collect()
    }

    const OLD: &str = "// @generated\nold\n";
    const NEW: &str = "// @generated\nnew\n";

    #[test]
    fn a_second_run_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&[("lib.rs", NEW), ("a/b/c.rs", NEW)]);
        assert_eq!(list(&write(dir.path(), &files).unwrap()), ["added   a/b/c.rs", "added   lib.rs"]);
        let touched = fs::metadata(dir.path().join("lib.rs")).unwrap().modified().unwrap();
        let drift = write(dir.path(), &files).unwrap();
        assert_eq!(drift, Drift::default());
        assert!(drift.is_current());
        assert_eq!(fs::metadata(dir.path().join("lib.rs")).unwrap().modified().unwrap(), touched);
        assert_eq!(fs::read_to_string(dir.path().join("a/b/c.rs")).unwrap(), NEW);
    }

    #[test]
    fn what_is_made_no_longer_is_deleted_and_strays_are_not() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &files(&[("lib.rs", OLD), ("gone/x.rs", OLD)])).unwrap();
        fs::write(dir.path().join("mine.rs"), "by hand").unwrap();
        fs::write(dir.path().join("bytes"), [0xff]).unwrap();
        let files = files(&[("lib.rs", NEW)]);
        let seen = drift(dir.path(), &files).unwrap();
        let expected = ["stray   bytes", "removed gone/x.rs", "changed lib.rs", "stray   mine.rs"];
        assert_eq!(list(&seen), expected);
        assert!(!seen.is_current() && seen.has_strays());
        assert!(dir.path().join("gone/x.rs").exists());
        assert_eq!(write(dir.path(), &files).unwrap(), seen);
        assert!(!dir.path().join("gone").exists());
        assert!(dir.path().join("mine.rs").exists() && dir.path().join("bytes").exists());
        assert!(drift(dir.path(), &files).unwrap().is_current());
    }

    #[test]
    fn drift_prints_a_unified_diff() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &files(&[("lib.rs", OLD)])).unwrap();
        let drift = drift(dir.path(), &files(&[("lib.rs", NEW)])).unwrap();
        let expected = "changed lib.rs\n\n--- a/lib.rs\n+++ b/lib.rs\n@@ -1,2 +1,2 @@\n // @generated\n-old\n+new\n";
        assert_eq!(drift.to_string(), expected);
    }

    #[test]
    fn a_path_that_leaves_the_directory_is_refused_before_anything_is_written() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["../x.rs", "a/../../x.rs", "/x.rs", "", "a/", "./x.rs", "a\\..\\x.rs"] {
            let files = files(&[("0.rs", NEW), (path, NEW)]);
            assert_eq!(write(dir.path(), &files).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{path}");
            assert!(!dir.path().join("0.rs").exists());
        }
    }

    #[test]
    fn a_directory_that_is_not_there_holds_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("missing");
        assert_eq!(list(&drift(&missing, &files(&[("x.rs", NEW)])).unwrap()), ["added   x.rs"]);
        assert!(drift(&missing, &Files::new()).unwrap().is_current());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        symlink(outside.path(), dir.path().join("a")).unwrap();
        assert!(write(dir.path(), &files(&[("a/x.rs", NEW)])).is_err());
        assert!(!outside.path().join("x.rs").exists());
        assert_eq!(list(&drift(dir.path(), &Files::new()).unwrap()), ["stray   a"]);
        write(outside.path(), &files(&[("y.rs", NEW)])).unwrap();
        let mode = fs::metadata(outside.path().join("y.rs")).unwrap().permissions().mode();
        assert_ne!(mode & 0o044, 0, "sources are readable by others, as far as the umask allows");
    }
}
