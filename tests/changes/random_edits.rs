//! Documents that were edited by chance: what is said of the way to them has to agree with what became of the crate, and
//! there is no way from a document to itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, thread};

use fastrand::Rng;
use sdk_generator::compare::revisions;
use sdk_generator::mode::Mode;
use sdk_generator::source::Source;
use serde_yaml::{Mapping, Value};

use crate::cases::Base;
use crate::document::{Made, Read, complaint};
use crate::policy::Policy;

/// With a number in this variable of the environment, so many documents are tried.
const EDITS: &str = "CHANGES_EDITS";
/// Otherwise this many.
const SOME: u64 = 400;
/// Below the folder in this variable are the third-party documents.
const CORPUS: &str = "CORPUS";

/// A document to be edited, and what becomes of it, read as our own document and as a third-party one.
struct Origin {
    name: String,
    document: Value,
    strict: Option<Made>,
    lenient: Made,
}

impl Origin {
    fn all() -> Vec<Self> {
        let own = serde_yaml::from_str(sdk_tests::document().text()).expect("the document is YAML");
        let bases = Base::all().into_iter().map(|base| (base.name, base.document));
        bases.chain([("own".to_owned(), own)]).map(|(name, document)| Self::of(name, document)).collect()
    }

    fn of(name: String, document: Value) -> Self {
        let strict = Made::of(&name, &document, Mode::Strict).ok();
        let lenient = Made::of(&name, &document, Mode::Lenient).unwrap_or_else(|report| panic!("{name}: {report}"));
        Self { name, document, strict, lenient }
    }

    /// Returns the same after an edit by chance; nothing where it is no document any more.
    fn edited(&self, seed: u64) -> Option<(&Made, Made, Vec<String>)> {
        let (mut rng, mut document, mut done) = (Rng::with_seed(seed), self.document.clone(), Vec::new());
        for _ in 0..[1, 1, 1, 2, 3][rng.usize(..5)] {
            done.extend(edit(&mut document, &mut rng));
        }
        if let Some(strict) = &self.strict
            && let Ok(new) = Made::of(&self.name, &document, Mode::Strict)
        {
            return Some((strict, new, done));
        }
        let new = Made::of(&self.name, &document, Mode::Lenient).ok()?;
        Some((&self.lenient, new, done))
    }
}

#[test]
fn chance_finds_no_change_that_is_called_something_else() {
    let (policy, origins) = (Policy::read(), Origin::all());
    let edits = env::var(EDITS).ok().and_then(|edits| edits.parse().ok()).unwrap_or(SOME);
    let (next, compared) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = || {
        let mut wrong = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= edits {
                return wrong;
            }
            let origin = &origins[(seed % origins.len() as u64) as usize];
            let Some((old, new, done)) = origin.edited(seed) else { continue };
            compared.fetch_add(1, Ordering::Relaxed);
            let compare = || {
                drop(old.read.otherwise(&new.read));
                complaint(&policy, old, &new)
            };
            let found = catch_unwind(AssertUnwindSafe(compare)).unwrap_or_else(|_| Some("it panicked".to_owned()));
            wrong.extend(found.map(|found| format!("{seed}, {}: {}:\n  {found}", origin.name, done.join("; "))));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut wrong: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("panics are caught")).collect()
    });
    wrong.sort();
    let compared = compared.into_inner();
    println!("{compared} of {edits} edited documents were compared");
    assert!(compared * 2 > edits, "only {compared} of {edits} edits left a document");
    assert!(wrong.is_empty(), "{} of {compared} went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn nothing_differs_from_itself() {
    let same = |name: &str, read: &Read| {
        let (changes, otherwise) = (revisions(&read.api, &read.api), read.otherwise(read));
        assert!(changes.is_empty() && otherwise.is_empty(), "{name} differs from itself: {changes:#?}, {otherwise:#?}");
    };
    for origin in Origin::all() {
        same(&origin.name, &origin.lenient.read);
        if let Some(strict) = &origin.strict {
            same(&origin.name, &strict.read);
        }
    }
    let corpus = corpus();
    for (name, read) in &corpus {
        same(name, read);
    }
    for (_, one) in &corpus {
        for (_, other) in &corpus {
            drop(one.otherwise(other));
        }
    }
}

/// Returns the third-party documents, where there are any.
fn corpus() -> Vec<(String, Read)> {
    let Some(folder) = env::var_os(CORPUS) else { return Vec::new() };
    let mut paths = Vec::new();
    walk(Path::new(&folder), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let source = Source::new(path.display().to_string(), fs::read_to_string(&path).ok()?);
        Some((source.name().to_owned(), Read::of(&source, Mode::Lenient)?))
    };
    paths.into_iter().filter_map(read).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        match path.extension().and_then(|ending| ending.to_str()) {
            _ if path.is_dir() => walk(&path, found),
            Some("json" | "yaml" | "yml") => found.push(path),
            _ => {}
        }
    }
}

/// Returns the nodes of a document, each by its place.
fn nodes(document: &Value) -> Vec<Vec<Value>> {
    let mut found = vec![Vec::new()];
    let mut next = 0;
    while let Some(way) = found.get(next).cloned() {
        next += 1;
        let below: Vec<Value> = match at(document, &way) {
            Some(Value::Mapping(members)) => members.keys().cloned().collect(),
            Some(Value::Sequence(items)) => (0..items.len()).map(Value::from).collect(),
            _ => continue,
        };
        found.extend(below.into_iter().map(|step| [way.as_slice(), &[step]].concat()));
    }
    found
}

fn at<'a>(document: &'a Value, way: &[Value]) -> Option<&'a Value> {
    way.iter().try_fold(document, |value, step| match value {
        Value::Mapping(members) => members.get(step),
        Value::Sequence(items) => items.get(step.as_u64()? as usize),
        _ => None,
    })
}

fn at_mut<'a>(document: &'a mut Value, way: &[Value]) -> Option<&'a mut Value> {
    way.iter().try_fold(document, |value, step| match value {
        Value::Mapping(members) => members.get_mut(step),
        Value::Sequence(items) => items.get_mut(step.as_u64()? as usize),
        _ => None,
    })
}

/// Keywords with values that many places take.
const KEYWORDS: &str = "
- { nullable: true }
- { deprecated: true }
- { readOnly: true }
- { writeOnly: true }
- { required: true }
- { description: Something else. }
- { default: 3 }
- { default: low }
- { example: w }
- { format: date }
- { format: date-time }
- { format: int64 }
- { format: uuid }
- { format: byte }
- { type: string }
- { type: integer }
- { type: number }
- { type: boolean }
- { type: object }
- { enum: [one] }
- { enum: [one, two] }
- { minLength: 2 }
- { maxLength: 7 }
- { pattern: '^x' }
- { minimum: 2 }
- { maxItems: 2 }
- { maxProperties: 2 }
- { uniqueItems: true }
- { additionalProperties: true }
- { additionalProperties: { type: string } }
- { items: { type: string } }
- { properties: { inner: { type: string } } }
- { explode: true }
- { style: pipeDelimited }
- { in: query }
- { in: cookie }
- { x-sdk-name: other }
- { x-sdk-name: Other }
- { x-sdk-sensitive: true }
- { x-sdk-set-by: client }
- { x-sdk-set-by: transport }
- { x-sdk-send: x }
- { security: [] }
- { title: Other }
";

/// Returns one edit, in words; nothing where it found no place.
fn edit(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let nodes = nodes(document);
    let way = nodes[rng.usize(1..nodes.len())].clone();
    let (last, above) = way.split_last()?;
    let place = way.iter().map(|step| format!("/{}", step.as_str().unwrap_or("#"))).collect::<String>();
    match rng.u8(..14) {
        0..2 => {
            match at_mut(document, above)? {
                Value::Mapping(members) => drop(members.shift_remove(last)),
                Value::Sequence(items) => drop(items.remove(last.as_u64()? as usize)),
                _ => return None,
            }
            Some(format!("{place} is gone"))
        }
        2 => {
            let value = at(document, &way)?.clone();
            match at_mut(document, above)? {
                Value::Mapping(members) => drop(members.insert(format!("{}2", last.as_str()?).into(), value)),
                Value::Sequence(items) => items.push(value),
                _ => return None,
            }
            Some(format!("{place} is there twice"))
        }
        3..5 => {
            let Value::Mapping(members) = at_mut(document, above)? else { return None };
            let new = Value::from(format!("{}X", last.as_str()?));
            let entries = std::mem::take(members).into_iter();
            *members = entries.map(|(key, value)| (if key == *last { new.clone() } else { key }, value)).collect();
            Some(format!("{place} has another name"))
        }
        5..8 => {
            let all: Vec<Mapping> = serde_yaml::from_str(KEYWORDS).expect("the keywords are YAML");
            let keyword = all[rng.usize(..all.len())].clone();
            let told = format!("{place} says {keyword:?}");
            at_mut(document, &way)?.as_mapping_mut()?.extend(keyword);
            Some(told)
        }
        // What stands under the same key elsewhere has a chance to have a meaning here.
        8..10 => {
            let alike: Vec<_> = nodes.iter().filter(|other| other.last() == Some(last) && **other != way).collect();
            let other = alike.get(rng.usize(..alike.len().max(1)))?;
            let value = at(document, other)?.clone();
            *at_mut(document, &way)? = value;
            Some(format!("{place} is as at {other:?}"))
        }
        10..12 => {
            match at_mut(document, &way)? {
                Value::Mapping(members) if members.len() > 1 => {
                    let mut entries: Vec<_> = std::mem::take(members).into_iter().collect();
                    entries.swap(0, 1);
                    members.extend(entries);
                }
                Value::Sequence(items) if items.len() > 1 => items.swap(0, 1),
                _ => return None,
            }
            Some(format!("{place} is in another order"))
        }
        _ => toggle_required(document, &nodes, rng),
    }
}

/// Makes a property required, or no longer required.
fn toggle_required(document: &mut Value, nodes: &[Vec<Value>], rng: &mut Rng) -> Option<String> {
    let objects = nodes.iter().filter(|way| at(document, way).is_some_and(|node| node.get("properties").is_some()));
    let objects: Vec<_> = objects.collect();
    let way = *objects.get(rng.usize(..objects.len().max(1)))?;
    let object = at_mut(document, way)?;
    let names: Vec<_> = object.get("properties")?.as_mapping()?.keys().cloned().collect();
    let name = names.get(rng.usize(..names.len().max(1)))?.clone();
    let mut required = object.get("required").and_then(Value::as_sequence).cloned().unwrap_or_default();
    match required.iter().position(|other| *other == name) {
        Some(index) => drop(required.remove(index)),
        None => required.push(name.clone()),
    }
    let object = object.as_mapping_mut()?;
    match required.is_empty() {
        true => drop(object.shift_remove("required")),
        false => drop(object.insert("required".into(), required.into())),
    }
    Some(format!("{way:?} has {name:?} in `required` or no longer"))
}
