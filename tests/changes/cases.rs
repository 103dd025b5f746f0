//! Pairs of documents: a base, and the edits that change it.

use std::fs;
use std::path::PathBuf;

use sdk_generator::mode::Mode;
use sdk_tests::root;
use serde_yaml::{Mapping, Value};

use crate::document::Made;

/// A document with a program against its crate, and changes of it.
pub(crate) struct Base {
    pub(crate) name: String,
    pub(crate) document: Value,
    pub(crate) mode: Mode,
    /// Against the crate of the document as it stands.
    pub(crate) program: String,
    pub(crate) cases: Vec<Case>,
}

/// One change.
pub(crate) struct Case {
    /// The row of the policy that it is a case of, such as `field-added sent`.
    pub(crate) row: String,
    /// The same with what tells it from other cases of the row.
    pub(crate) name: String,
    pub(crate) document: Value,
}

impl Base {
    /// Returns all fixtures, by name.
    pub(crate) fn all() -> Vec<Self> {
        let folder = root().join("tests/fixtures/changes");
        let entries = fs::read_dir(folder).expect("the fixtures are in the repository");
        let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        folders.sort();
        folders.into_iter().map(Self::read).collect()
    }

    fn read(folder: PathBuf) -> Self {
        let read = |file: &str| {
            let path = folder.join(file);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
        };
        let name = folder.file_name().and_then(|name| name.to_str()).expect("it has a name").to_owned();
        let document: Value = serde_yaml::from_str(&read("document.yaml")).expect("the document is YAML");
        let cases: Mapping = serde_yaml::from_str(&read("cases.yaml")).expect("the cases are YAML");
        let cases = cases.iter().map(|(name, edits)| Case::of(&document, text(name), edits)).collect();
        // What others publish is read with less rigour.
        let mode = if name == "third_party" { Mode::Lenient } else { Mode::Strict };
        Self { name, document, mode, program: read("program.rs"), cases }
    }

    pub(crate) fn made(&self) -> Made {
        let made = Made::of(&self.name, &self.document, self.mode);
        made.unwrap_or_else(|report| panic!("{} is refused:\n{report}", self.name))
    }

    /// Returns what becomes of a case; the report where it is refused.
    pub(crate) fn made_of(&self, case: &Case) -> Result<Made, String> {
        Made::of(&self.name, &case.document, self.mode)
    }
}

impl Case {
    fn of(base: &Value, name: &str, edits: &Value) -> Self {
        let mut document = base.clone();
        let edits = edits.as_mapping().unwrap_or_else(|| panic!("{name} has no edits"));
        for (edit, value) in edits {
            let done = self::edit(&mut document, text(edit), value);
            done.unwrap_or_else(|| panic!("{name}: there is no place for `{}`", text(edit)));
        }
        // The order of members counts.
        assert!(format!("{document:?}") != format!("{base:?}"), "{name} changes nothing");
        let row = name.split_once(", ").map_or(name, |(row, _)| row);
        Self { row: row.to_owned(), name: name.to_owned(), document }
    }

    /// Returns the name as one of a package has to be.
    pub(crate) fn slug(&self) -> String {
        let words = self.name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value:?}"))
}

/// Does `set`, `remove`, `rename` (to another key, in its place) or `move` (to a number, among its siblings) at a pointer;
/// nothing where it leads nowhere.
fn edit(document: &mut Value, edit: &str, value: &Value) -> Option<()> {
    let (action, pointer) = edit.split_once(' ')?;
    let pointer = match pointer.strip_prefix('/') {
        Some(rest) => rest.to_owned(),
        None => format!("components/schemas/{pointer}"),
    };
    let mut steps: Vec<_> = pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let last = steps.pop()?;
    let parent = steps.iter().try_fold(document, |value, step| match value {
        Value::Mapping(members) => members.get_mut(step.as_str()),
        Value::Sequence(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })?;
    match (action, parent) {
        ("set", Value::Mapping(members)) => drop(members.insert(last.into(), value.clone())),
        ("set", Value::Sequence(items)) if last == "-" => items.push(value.clone()),
        ("set", Value::Sequence(items)) => *items.get_mut(last.parse::<usize>().ok()?)? = value.clone(),
        ("remove", Value::Mapping(members)) => drop(members.shift_remove(last.as_str())?),
        ("remove", Value::Sequence(items)) => {
            let index = last.parse().ok().filter(|index| *index < items.len())?;
            items.remove(index);
        }
        ("rename", Value::Mapping(members)) => {
            members.get(last.as_str())?;
            let entries = std::mem::take(members).into_iter();
            *members =
                entries.map(|(key, member)| (if key == last.as_str() { value.clone() } else { key }, member)).collect();
        }
        ("move", parent) => reorder(parent, &last, usize::try_from(value.as_u64()?).ok()?)?,
        _ => return None,
    }
    Some(())
}

fn reorder(parent: &mut Value, step: &str, to: usize) -> Option<()> {
    match parent {
        Value::Mapping(members) => {
            let mut entries: Vec<_> = std::mem::take(members).into_iter().collect();
            let entry = entries.remove(entries.iter().position(|(key, _)| key == step)?);
            entries.insert(to, entry);
            members.extend(entries);
        }
        Value::Sequence(items) => {
            let item = items.remove(step.parse().ok()?);
            items.insert(to, item);
        }
        _ => return None,
    }
    Some(())
}
