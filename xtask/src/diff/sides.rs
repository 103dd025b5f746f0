//! The two sides of a comparison: our document in the working tree or at a revision, or another file.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use sdk_generator::cli::diff::sides::Side;
use sdk_generator::cli::input::{self, Overlays};
use sdk_generator::mode::Mode;
use sdk_generator::source::Source;

use crate::generate::DOCUMENT;

/// Returns the document as it stands.
pub(crate) fn own(root: &Path, overlays: &Overlays) -> anyhow::Result<Side> {
    let source = overlays.of(input::read(&root.join(DOCUMENT))?.renamed(DOCUMENT))?;
    Side::new(DOCUMENT.to_owned(), source, Mode::Strict)
}

/// Returns the document at a revision, or in a file of this name.
pub(crate) fn at(root: &Path, place: &str, overlays: &Overlays) -> anyhow::Result<Side> {
    if Path::new(place).is_file() {
        return Side::of_file(Path::new(place), overlays);
    }
    let revision = git(root, &["rev-parse", "--verify", "--quiet", "--short", &format!("{place}^{{commit}}")]);
    let Ok(revision) = revision else {
        bail!("`{place}` is neither a file nor a revision; write a path, a branch, a tag or a commit");
    };
    of_revision(root, place, revision.trim(), overlays)
}

/// Returns the document where this branch left the main one.
pub(crate) fn at_merge_base(root: &Path, overlays: &Overlays) -> anyhow::Result<Side> {
    of_revision(root, "where this branch left main", &merge_base(root)?, overlays)
}

/// Returns the document of a commit. Its places are called as git calls them, since the file on the disk says
/// something else there.
fn of_revision(root: &Path, place: &str, revision: &str, overlays: &Overlays) -> anyhow::Result<Side> {
    let text = git(root, &["show", &format!("{revision}:{DOCUMENT}")])
        .with_context(|| format!("{place} has no {DOCUMENT}"))?;
    // No file beside it is asked for: ours is one file.
    let source = overlays.of(Source::new(format!("{revision}:{DOCUMENT}"), text))?;
    let shown = if place.starts_with(revision) { revision.to_owned() } else { format!("{place} ({revision})") };
    Ok(Side { revision: Some(revision.to_owned()), ..Side::new(shown, source, Mode::Strict)? })
}

/// Returns the commit at which this branch left the main one, here or at its origin.
fn merge_base(root: &Path) -> anyhow::Result<String> {
    let is_cut = git(root, &["rev-parse", "--is-shallow-repository"])
        .context("there is no history to compare with; name two files: `cargo xtask diff OLD NEW`")?;
    let mains = ["main", "origin/main"].into_iter();
    let mains: Vec<_> = mains.filter(|main| git(root, &["rev-parse", "--verify", "--quiet", main]).is_ok()).collect();
    if mains.is_empty() {
        bail!("there is no `main` to compare with; name a revision or a file: `cargo xtask diff HEAD~1`");
    }
    let base = git(root, &[&["merge-base", "HEAD"], &mains[..]].concat());
    let base = base.with_context(|| match is_cut.trim() {
        "true" => "the history is cut off before this branch left `main`; fetch all of it: `git fetch --unshallow`",
        _ => "this branch has nothing in common with `main`; name a revision or a file: `cargo xtask diff HEAD~1`",
    })?;
    Ok(git(root, &["rev-parse", "--short", base.trim()])?.trim().to_owned())
}

/// Returns what a git command prints.
pub(crate) fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git").args(arguments).current_dir(root).output().context("git cannot be started")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("git printed what is no text")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use sdk_generator::cli::diff::accepted::Accepted;
    use sdk_generator::cli::diff::report;
    use sdk_generator::cli::version::Version;

    const SHOP: &str = "openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: done
          content: {application/json: {schema: {$ref: 'ORDER'}}}
";
    const ORDER: &str = "Order:\n  type: object\n  properties:\n    note: {type: string}\n    total: {type: string}\n";

    /// Returns the document in one file.
    fn shop() -> String {
        let order: String = ORDER.lines().map(|line| format!("    {line}\n")).collect();
        SHOP.replace("ORDER", "#/components/schemas/Order") + "components:\n  schemas:\n" + &order
    }

    fn text(old: Side, new: Side) -> String {
        let version = Version::parse("1.0.0").unwrap();
        report(&old, &new, &Accepted::default(), Some(version)).text()
    }

    fn save(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(root: &Path, what: &str) {
        let identity = ["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"];
        git(root, &["add", "."]).unwrap();
        git(root, &[&identity[..], &["commit", "--quiet", "--message", what]].concat()).unwrap();
    }

    /// Returns a repository with a document, on a branch that has left `main`.
    fn repository() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        git(root, &["init", "--quiet", "--initial-branch", "main"]).unwrap();
        save(root, DOCUMENT, &shop());
        commit(root, "Begin");
        git(root, &["switch", "--quiet", "--create", "other"]).unwrap();
        folder
    }

    fn error(root: &Path) -> String {
        format!("{:#}", merge_base(root).unwrap_err())
    }

    #[test]
    fn what_is_gone_is_shown_where_it_was() {
        let repository = repository();
        let root = repository.path();
        let base = git(root, &["rev-parse", "--short", "HEAD"]).unwrap();
        let after = shop().replace("        note: {type: string}\n", "");
        save(root, DOCUMENT, &format!("# A line more.\n{after}"));
        commit(root, "Leave the note out");
        let text = text(at_merge_base(root, &Overlays::default()).unwrap(), own(root, &Overlays::default()).unwrap());
        let base = base.trim();
        assert!(text.contains(&format!("from where this branch left main ({base}) to {DOCUMENT}:")), "{text}");
        assert!(text.contains(&format!("  {base}:{DOCUMENT}:16:9 ")), "{text}");
    }

    #[test]
    fn what_stands_in_a_file_beside_the_document_is_shown_there() {
        let folder = tempfile::tempdir().unwrap();
        let side = |name: &str, order: &str| {
            save(folder.path(), &format!("{name}/shop.yaml"), &SHOP.replace("ORDER", "./parts/order.yaml#/Order"));
            save(folder.path(), &format!("{name}/parts/order.yaml"), order);
            Side::of_file(&folder.path().join(name).join("shop.yaml"), &Overlays::default()).unwrap()
        };
        let text = text(side("old", ORDER), side("new", &ORDER.replace("note", "# More.\n    word")));
        for place in ["old/parts/order.yaml:4:5", "new/parts/order.yaml:5:5"] {
            let place = folder.path().join(place).display().to_string();
            assert!(text.contains(&format!("  {place} ")), "{place} is not in {text}");
        }
    }

    #[test]
    fn what_an_overlay_changes_is_shown_there_and_errors_name_it() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), "shop.yaml", &shop());
        let side = |overlay: &str| {
            save(folder.path(), "overlay.yaml", overlay);
            let overlays = Overlays::from([folder.path().join("overlay.yaml")]);
            Side::of_file(&folder.path().join("shop.yaml"), &overlays)
        };
        let overlay =
            |action: &str| format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n- {action}\n");
        let old = overlay("{target: $.info, update: {title: Store}}");
        let new = overlay("{target: $.components.schemas.Order, update: {properties: {sum: {type: string}}}}");
        let text = text(side(&old).unwrap(), side(&new).unwrap());
        let place = folder.path().join("overlay.yaml").display().to_string();
        assert!(text.contains(&format!("  {place}:4:62 ")), "{text}");
        assert!(side(&overlay("{target: $.none, update: {}}")).is_err());
    }

    #[test]
    fn where_there_is_no_base_it_is_said_why() {
        let repository = repository();
        let root = repository.path();
        git(root, &["switch", "--quiet", "--detach"]).unwrap();
        git(root, &["branch", "--quiet", "--delete", "--force", "main", "other"]).unwrap();
        assert!(error(root).starts_with("there is no `main` to compare with"), "{}", error(root));
        fs::remove_dir_all(root.join(".git")).unwrap();
        let message = error(root);
        assert!(
            message.starts_with("there is no history to compare with") && message.contains("not a git"),
            "{message}"
        );
    }

    #[test]
    fn a_history_that_is_cut_off_is_told_from_one_that_has_no_base() {
        let repository = repository();
        let root = repository.path();
        git(root, &["switch", "--quiet", "--orphan", "unlike"]).unwrap();
        save(root, DOCUMENT, &shop());
        commit(root, "Begin again");
        assert!(error(root).starts_with("this branch has nothing in common with `main`"), "{}", error(root));

        let cut = tempfile::tempdir().unwrap();
        let from = format!("file://{}", root.display());
        git(cut.path(), &["clone", "--quiet", "--depth=1", "--no-single-branch", &from, "."]).unwrap();
        assert!(error(cut.path()).contains("git fetch --unshallow"), "{}", error(cut.path()));
    }
}
