//! `Cargo.toml` of the workspace with another version.

use anyhow::Context;
use sdk_generator::cli::version::Version;
use toml_edit::{DocumentMut, Item, TableLike, value};

/// Returns the manifest with this version in all places that have to agree; everything else stays as it is, comments
/// included.
pub(crate) fn with_version(text: &str, version: Version) -> anyhow::Result<String> {
    let mut manifest: DocumentMut = text.parse()?;
    let workspace = manifest.get_mut("workspace").and_then(Item::as_table_like_mut).context("there is no workspace")?;
    let package = table(workspace, "package")?;
    set(package, &version.to_string())?;
    let dependencies = table(workspace, "dependencies")?;
    // The published crates name each other by the exact version.
    for (_, dependency) in dependencies.iter_mut() {
        let Some(dependency) = dependency.as_table_like_mut() else { continue };
        let is_pinned =
            dependency.get("version").and_then(Item::as_str).is_some_and(|version| version.starts_with('='));
        if is_pinned && dependency.contains_key("path") {
            set(dependency, &format!("={version}"))?;
        }
    }
    Ok(manifest.to_string())
}

fn table<'t>(above: &'t mut dyn TableLike, key: &str) -> anyhow::Result<&'t mut dyn TableLike> {
    above.get_mut(key).and_then(Item::as_table_like_mut).with_context(|| format!("there is no `workspace.{key}`"))
}

/// Sets the version and keeps what stands around it.
fn set(table: &mut dyn TableLike, version: &str) -> anyhow::Result<()> {
    let old = table.get_mut("version").context("there is no `version`")?;
    let mut new = value(version);
    if let (Some(new), Some(old)) = (new.as_value_mut(), old.as_value()) {
        *new.decor_mut() = old.decor().clone();
    }
    *old = new;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_changes() {
        let text = "[workspace.package]\nversion = \"0.1.0\" # ours\nedition = \"2024\"\n\n[workspace.dependencies]\n\
                    # generator\na = { path = \"a\", version = \"=0.1.0\", default-features = false }\nb = \"0.1.0\"\n\
                    c = { path = \"c\" }\nd = { version = \"=0.1.0\" }\n";
        let after = with_version(text, Version::parse("0.2.0").unwrap()).unwrap();
        let expected = text.replacen("\"0.1.0\" # ours", "\"0.2.0\" # ours", 1).replacen(
            "version = \"=0.1.0\", default",
            "version = \"=0.2.0\", default",
            1,
        );
        assert_eq!(after, expected);
        assert!(with_version("[workspace]\n", Version::parse("0.2.0").unwrap()).is_err());
    }
}
