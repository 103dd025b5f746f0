use std::path::Path;

use sdk_generator::cli::diff;
use sdk_generator::cli::diff::accepted::Accepted;
use sdk_generator::cli::diff::report::Line;
use sdk_generator::cli::diff::sides::Side;
use sdk_generator::mode::Mode;
use sdk_generator::source::Source;

use super::*;

const DOCUMENT: &str = "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: done
          content: {application/json: {schema: {$ref: '#/components/schemas/Receipt'}}}
components:
  schemas:
    Receipt:
      type: object
      properties:
        id: {type: string}
        note: {type: string, description: A word.}
";

const CHANGES: &str = "# Changelog

Preface.

## [Unreleased]

### Added

- By hand,
  on two lines.

## [0.3.1] - 2026-01-02

### Added

- Something.
";

fn planned(changelog: &str, current: &str, after: &str, surfaces: [&str; 2]) -> anyhow::Result<Plan> {
    let side = |text: &str| Side::new("d.yaml".to_owned(), Source::new("d.yaml", text), Mode::Strict).unwrap();
    let changelog = Changelog::parse(changelog)?;
    let last = changelog.last().expect("there is one");
    let surfaces = surfaces.map(str::to_owned);
    Plan::next(Version::parse(current)?, last, changelog, &side(DOCUMENT), &side(after), &surfaces)
}

#[test]
fn an_entry_has_what_was_written_by_hand_and_what_has_changed() {
    let after = DOCUMENT
        .replace("        id: {type: string}\n", "        at: {type: string}\n")
        .replace("A word.", "Some words.");
    let plan = planned(CHANGES, "0.3.1", &after, ["", ""]).unwrap();
    assert_eq!(plan.version.to_string(), "0.4.0");
    let expected = "# Changelog

Preface.

## [Unreleased]

## [0.4.0] - 2026-02-03

### Added

- By hand,
  on two lines.
- `Receipt::at`: a field is new that may be left out: `String`.

### Removed

- **Breaking:** `Receipt::id`: a field is gone: `String`.

### Documentation

- `Receipt::note`: something is described in other words.

## [0.3.1] - 2026-01-02

### Added

- Something.
";
    assert_eq!(plan.changelog("2026-02-03"), expected);
    Changelog::parse(&plan.changelog("2026-02-03")).expect("it can be read again");
}

#[test]
fn the_greatest_of_all_reasons_decides() {
    let words = DOCUMENT.replace("A word.", "Words.");
    let version =
        |changelog: &str, surfaces| planned(changelog, "0.3.1", &words, surfaces).unwrap().version.to_string();
    let quiet = CHANGES.replace("### Added\n\n- By hand,\n  on two lines.\n\n", "");
    assert_eq!(version(&quiet, ["a", "a"]), "0.3.2");
    assert_eq!(version(&quiet, ["a\nb", "a\nc"]), "0.4.0");
    let both = "struct  A  {}\n  field  n  u8\nstruct  B  {}\n  field  n  u8\n";
    assert_eq!(version(&quiet, [both, "struct  A  {}\n  field  n  u8\nstruct  B  {}\n"]), "0.4.0");
    // Surfaces once had whole paths.
    assert_eq!(
        version(&quiet, ["struct  A    {}\nfield   A::n  u8\nstruct  B    {}\nfield   B::n  u8\n", both]),
        "0.3.2"
    );
    assert_eq!(version(&quiet, ["fn  a  (&self)", "fn  a    (&self)  #[must_use]"]), "0.3.2");
    assert_eq!(version(&CHANGES.replacen("### Added", "### Removed", 1), ["a", "a"]), "0.4.0");
    assert_eq!(version(&CHANGES.replace("By hand", "**Breaking:** by hand"), ["a", "a"]), "0.4.0");
}

#[test]
fn a_step_that_is_too_small_is_refused() {
    let after = DOCUMENT.replace("        id: {type: string}\n", "");
    let error = planned(CHANGES, "0.3.2", &after, ["", ""]).unwrap_err().to_string();
    assert!(error.starts_with("0.3.2 is too small a step from 0.3.1: it has to be 0.4.0 at least"), "{error}");
    assert_eq!(planned(CHANGES, "0.5.0", &after, ["", ""]).unwrap().version.to_string(), "0.5.0");
    let quiet = CHANGES.replace("### Added\n\n- By hand,\n  on two lines.\n\n", "");
    let error = planned(&quiet, "0.3.1", DOCUMENT, ["", ""]).unwrap_err().to_string();
    assert_eq!(error, "nothing has changed since 0.3.1: there is nothing to release");
    assert!(planned(CHANGES, "0.2.0", DOCUMENT, ["", ""]).is_err());
}

#[test]
fn a_changelog_that_cannot_be_continued_is_refused() {
    for (text, what) in [
        ("# Changelog\n", "there is no `## [Unreleased]`"),
        ("## [Unreleased]\n\n- words\n", "there are words right below"),
        ("## [Unreleased]\n\n### Fixed\n\n- x\n", "`### Fixed` is none of"),
        ("## [Unreleased]\n\n### Added\n\n- x\n\n### Added\n\n- y\n", "`### Added` stands twice"),
        ("## [Unreleased]\n\n## [next]\n", "`next` is no version"),
    ] {
        let error = Changelog::parse(text).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
}

/// Creates a repository with one release and another one to be made.
fn repository(folder: &Path) {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"];
        sides::git(folder, &[&identity[..], arguments].concat()).unwrap();
    };
    write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"a\"]\n\n[workspace.package]\nversion = \"0.3.1\"\n\n[workspace.dependencies]\n",
    );
    write("a/Cargo.toml", "[package]\nname = \"a\"\nversion.workspace = true\n");
    write("a/src/lib.rs", "");
    write(generate::SURFACE, "pub struct Receipt\n");
    git(&["init", "--quiet", "--initial-branch", "main"]);
    // The manifest has the version of the first release from the beginning; what happens before that is no change.
    let unreleased = CHANGES.split("## [0.3.1]").next().expect("a split has a first part");
    write(CHANGELOG, unreleased);
    write(generate::DOCUMENT, &DOCUMENT.replace("note:", "remark:"));
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "Begin"]);
    write(CHANGELOG, CHANGES);
    write(generate::DOCUMENT, DOCUMENT);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "Release 0.3.1"]);
    write(generate::DOCUMENT, &DOCUMENT.replace("id: {type: string}", "id: {type: integer}"));
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "Count IDs"]);
}

fn text(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap()
}

const REAL: Arguments = Arguments { dry_run: false, since: None };

#[test]
fn a_release_is_planned_against_the_commit_that_wrote_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    repository(folder.path());
    let plan = plan(folder.path(), None).unwrap();
    assert_eq!(plan.version.to_string(), "0.4.0");
    assert!(plan.summary().contains("major  the document"), "{}", plan.summary());
    let entry = plan.entry("2026-02-03");
    assert!(entry.contains("`Receipt::id`") && !entry.contains("remark"), "{entry}");
}

/// Before the first release, too.
#[test]
fn what_has_happened_since_a_revision_is_what_diff_tells() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    repository(root);
    for since in ["HEAD~2", "HEAD~1"] {
        let plan = plan(root, Some(since)).unwrap();
        let (old, new) = (
            sides::at(root, since, &input::Overlays::default()).unwrap(),
            sides::own(root, &input::Overlays::default()).unwrap(),
        );
        let report = diff::report(&old, &new, &Accepted::default(), version::at(root, since).ok());
        assert!(report.text().contains(&format!("version: 0.3.1 → {} (major", plan.version)), "{}", report.text());
        let fingerprints = |lines: &[Line]| lines.iter().map(|line| line.fingerprint.clone()).collect::<Vec<_>>();
        assert_eq!(fingerprints(&plan.lines), fingerprints(&report.lines));
    }
    // No release is in the changelog: it is the first one, unless `--since` names a revision.
    std::fs::write(root.join(CHANGELOG), CHANGES.split("## [0.3.1]").next().unwrap()).unwrap();
    assert_eq!(plan(root, None).unwrap().summary(), "0.3.1 is the first release\n");
    let planned = plan(root, Some("HEAD~1")).unwrap();
    assert!(planned.summary().starts_with("0.3.1 → 0.4.0\n"), "{}", planned.summary());
}

#[test]
fn a_release_is_written_once_checks_pass() {
    let folder = tempfile::tempdir().unwrap();
    repository(folder.path());
    let untouched = || sides::git(folder.path(), &["status", "--porcelain"]).unwrap().is_empty();

    std::fs::write(folder.path().join("a/notes"), "").unwrap();
    let error = release(folder.path(), &REAL, |_| Ok(()), |_| unreachable!("nothing to check")).unwrap_err();
    assert_eq!(error.to_string(), "a/notes is not committed: commit it or put it aside");
    std::fs::remove_file(folder.path().join("a/notes")).unwrap();

    let dry = Arguments { dry_run: true, since: None };
    let mut rendered = String::new();
    let tell = |text: &str| {
        rendered.push_str(text);
        Ok(())
    };
    release(folder.path(), &dry, tell, |_| unreachable!("a dry run has no checks")).unwrap();
    assert!(rendered.starts_with("0.3.1 → 0.4.0\n  major  the document: "), "{rendered}");
    assert!(rendered.contains("\nCHANGELOG.md would get, if `cargo xtask ci` passes:\n\n## [0.4.0] - "), "{rendered}");
    assert!(untouched());
    let error = release(folder.path(), &REAL, |_| Ok(()), |_| Ok(ExitCode::FAILURE)).unwrap_err().to_string();
    assert_eq!(error, "checks fail: nothing is written");
    assert!(untouched());

    assert_eq!(release(folder.path(), &REAL, |_| Ok(()), |_| Ok(ExitCode::SUCCESS)).unwrap(), ExitCode::SUCCESS);
    assert_eq!(version::of_manifest(&text(folder.path(), MANIFEST)).unwrap().to_string(), "0.4.0");
    assert!(text(folder.path(), LOCK).contains("version = \"0.4.0\""));
    assert!(text(folder.path(), CHANGELOG).contains("\n## [Unreleased]\n\n## [0.4.0] - "));
    let error =
        release(folder.path(), &REAL, |_| Ok(()), |_| unreachable!("nothing to check")).unwrap_err().to_string();
    assert!(error.contains("not committed"), "{error}");
}

#[test]
fn a_lock_file_that_cannot_be_made_leaves_all_files_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    repository(folder.path());
    std::fs::remove_file(folder.path().join("a/Cargo.toml")).unwrap();
    let plan = plan(folder.path(), None).unwrap();
    let error = write(folder.path(), &plan, "2026-02-03").unwrap_err().to_string();
    assert!(error.starts_with("Cargo.lock cannot be brought up to date, and nothing is written: error: "), "{error}");
    assert!(text(folder.path(), MANIFEST).contains("0.3.1"));
    assert_eq!(text(folder.path(), CHANGELOG), CHANGES);
}
