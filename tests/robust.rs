//! What the generator does with documents that are wrong in every way one slip of the hand can make them: it says what is
//! wrong and where, or makes code that parses; it never falls over. And what it makes depends on what a document says, not
//! on the order in which it says it.

#![allow(clippy::panic, reason = "a test that cannot go on can only stop")]

use std::collections::HashSet;
use std::fmt::{self, Display};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use sdk_generator::diagnostics::Style;
use sdk_generator::mode::Mode;
use sdk_generator::output::{Files, is_plain};
use sdk_generator::source::Source;
use sdk_generator::{Options, generate};
use sdk_tests::hostile::{self, Hostile};
use sdk_tests::{DOCUMENT, document, options, root};
use serde_yaml::{Mapping, Value};

/// With this variable in the environment, every slip is tried and not only a share of them: some 16,000, a quarter of an hour
/// on two cores.
const ALL: &str = "ROBUST_ALL";
/// Otherwise every deletion is tried that can change the code, and of everything else one of so many. A prime, so that the share cuts across the kinds of nodes and of slips.
const OTHERS: usize = 31;

/// One step from a node to a node below it.
#[derive(Clone, Debug)]
enum Step {
    Key(Value),
    Index(usize),
}

/// The way from the root to a node.
#[derive(Clone, Debug)]
struct Node(Vec<Step>);

impl Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#")?;
        for step in &self.0 {
            match step {
                Step::Key(Value::String(key)) => write!(f, "/{}", key.replace('~', "~0").replace('/', "~1"))?,
                Step::Key(key) => write!(f, "/{key:?}")?,
                Step::Index(index) => write!(f, "/{index}")?,
            }
        }
        Ok(())
    }
}

impl Node {
    /// Returns whether the node is prose or part of an example, of which no code is made.
    fn is_prose(&self) -> bool {
        let is = |step: &Step, names: &[&str]| matches!(step, Step::Key(Value::String(key)) if names.contains(&&**key));
        self.0.split_last().is_some_and(|(last, above)| {
            is(last, &["description", "summary"]) || above.iter().any(|step| is(step, &["example", "examples"]))
        })
    }
}

/// One slip of the hand.
#[derive(Clone, Debug)]
enum Slip {
    Delete,
    Replace(&'static str, Value),
    Misspell,
    Repeat,
}

impl Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delete => f.write_str("deleted"),
            Self::Replace(text, _) => write!(f, "replaced by {text}"),
            Self::Misspell => f.write_str("misspelt"),
            Self::Repeat => f.write_str("there twice"),
        }
    }
}

fn replacements() -> [Slip; 6] {
    [
        Slip::Replace("null", Value::Null),
        Slip::Replace("true", Value::Bool(true)),
        Slip::Replace("0", Value::from(0)),
        Slip::Replace("\"x\"", Value::from("x")),
        Slip::Replace("[]", Value::Sequence(Vec::new())),
        Slip::Replace("{}", Value::Mapping(Mapping::new())),
    ]
}

/// Returns all nodes below the root.
fn nodes(value: &Value) -> Vec<Node> {
    fn walk(value: &Value, here: &mut Vec<Step>, found: &mut Vec<Node>) {
        let mut below = |step: Step, value: &Value| {
            here.push(step);
            found.push(Node(here.clone()));
            walk(value, here, found);
            here.pop();
        };
        match value {
            Value::Mapping(members) => members.iter().for_each(|(key, value)| below(Step::Key(key.clone()), value)),
            Value::Sequence(items) => items.iter().enumerate().for_each(|(at, item)| below(Step::Index(at), item)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, &mut Vec::new(), &mut found);
    found
}

fn child<'a>(value: &'a mut Value, step: &Step) -> &'a mut Value {
    match step {
        Step::Key(key) => value.get_mut(key).expect("the node was found in this document"),
        Step::Index(index) => value.get_mut(*index).expect("the node was found in this document"),
    }
}

/// Returns the document with one slip in it; nothing where the slip cannot happen, such as a misspelt element of a
/// list.
fn mutate(document: &Value, node: &Node, slip: &Slip) -> Option<String> {
    /// Stands for the repeated key, which a [`Mapping`] cannot hold, until the document is text.
    const TWIN: &str = "twin-of-a-key";
    let mut document = document.clone();
    let (last, above) = node.0.split_last()?;
    let parent = above.iter().fold(&mut document, child);
    let mut twin = None;
    match (parent, last, slip) {
        (parent, last, Slip::Replace(_, new)) => *child(parent, last) = new.clone(),
        (Value::Mapping(members), Step::Key(key), Slip::Delete) => drop(members.shift_remove(key)),
        (Value::Sequence(items), Step::Index(at), Slip::Delete) => drop(items.remove(*at)),
        (Value::Mapping(members), Step::Key(Value::String(key)), Slip::Misspell) => {
            let entries = std::mem::take(members).into_iter();
            *members = entries.map(|(name, value)| (if name == *key { misspelt(key) } else { name }, value)).collect();
        }
        (Value::Mapping(members), Step::Key(key), Slip::Repeat) => {
            let value = members.get(key)?.clone();
            members.insert(TWIN.into(), value);
            twin = Some(serde_yaml::to_string(key).expect("a key is YAML").trim_end().to_owned());
        }
        _ => return None,
    }
    let text = serde_yaml::to_string(&document).expect("a value is YAML");
    Some(match twin {
        Some(key) => text.replace(TWIN, &key),
        None => text,
    })
}

/// Swaps the last two letters, or adds one where that changes nothing.
fn misspelt(key: &str) -> Value {
    let mut letters: Vec<char> = key.chars().collect();
    if let [.., a, b] = letters.as_mut_slice() {
        std::mem::swap(a, b);
    }
    let swapped: String = letters.into_iter().collect();
    Value::from(if swapped == key { swapped + "s" } else { swapped })
}

/// Returns what is wrong with a run on this text; nothing if it went as promised.
fn complaint(slip: &Slip, text: String) -> Option<String> {
    let source = Source::new(DOCUMENT, text);
    let run = panic::catch_unwind(AssertUnwindSafe(|| {
        let generation = generate(&source, &options());
        let report = generation.diagnostics.to_json_lines(&source);
        // people read this form, so it has to survive as well
        let _printed = generation.diagnostics.render(&source, Style::Plain);
        (generation, report)
    }));
    let Ok((generation, report)) = run else { return Some("the generator panicked".to_owned()) };
    match generation.files {
        Some(_) if generation.diagnostics.has_errors() => Some("there are errors, and files all the same".to_owned()),
        Some(_) if matches!(slip, Slip::Repeat) => Some("one of the two was taken without a word".to_owned()),
        Some(files) => unparseable(&files),
        None if !generation.diagnostics.has_errors() => Some("there are neither files nor errors".to_owned()),
        None => report.lines().find_map(|line| astray(line, source.text())),
    }
}

/// Returns what is no Rust among the files. A slip changes few of them, so each text is parsed once and not thousands
/// of times.
fn unparseable(files: &Files) -> Option<String> {
    static PARSED: Mutex<Option<HashSet<u64>>> = Mutex::new(None);
    let is_new = |text: &str| {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let mut parsed = PARSED.lock().expect("nobody panics with the lock");
        parsed.get_or_insert_default().insert(hasher.finish())
    };
    files.iter().filter(|(_, text)| is_new(text)).find_map(|(path, text)| {
        let error = syn::parse_file(text).err()?;
        Some(format!("{path} is no Rust: {error}"))
    })
}

/// Returns what is wrong with the place of a diagnostic.
fn astray(line: &str, text: &str) -> Option<String> {
    let diagnostic: serde_json::Value = serde_json::from_str(line).expect("diagnostics are JSON");
    let number = |name: &str| diagnostic[name].as_u64().map_or(0, |number| number as usize);
    let (at_line, at_column) = (number("line"), number("column"));
    let length = at_line.checked_sub(1).and_then(|index| text.lines().nth(index)).map(|line| line.chars().count());
    // an empty text and the end of a line are places too
    let inside = length.is_some_and(|length| (1..=length + 1).contains(&at_column));
    (!inside).then(|| format!("a diagnostic stands at {at_line}:{at_column}, outside the file: {line}"))
}

/// Tries slips on as many threads as there are processors, and returns what went wrong.
fn try_all(document: &Value, slips: &[(Node, Slip)]) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut wrong = Vec::new();
        while let Some((node, slip)) = slips.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(complaint) = mutate(document, node, slip).and_then(|text| complaint(slip, text)) {
                wrong.push(format!("{node} {slip}: {complaint}"));
            }
        }
        wrong
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut wrong: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("panics are caught")).collect()
    });
    wrong.sort();
    wrong
}

/// Tries slips at all nodes for which `whole` holds, and at a share of the others.
fn assert_survives(kind: &str, slips: &[Slip], whole: fn(&Node) -> bool) {
    let document = value();
    let share = if env::var_os(ALL).is_some() { 1 } else { OTHERS };
    let (all, others): (Vec<_>, Vec<_>) = nodes(&document).into_iter().partition(whole);
    let each = |nodes: Vec<Node>| {
        nodes.into_iter().flat_map(|node| slips.iter().map(move |slip| (node.clone(), slip.clone())))
    };
    let slips: Vec<_> = each(all).chain(each(others).step_by(share)).collect();
    let wrong = try_all(&document, &slips);
    let shown = wrong.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {} {kind} went wrong:\n{shown}", wrong.len(), slips.len());
}

fn value() -> Value {
    serde_yaml::from_str(document().text()).expect("the document is YAML")
}

#[test]
fn a_node_may_be_missing() {
    assert_survives("deletions", &[Slip::Delete], |node| !node.is_prose());
}

#[test]
fn a_node_may_be_of_another_kind() {
    assert_survives("replacements", &replacements(), |_| false);
}

#[test]
fn a_key_may_be_misspelt() {
    assert_survives("misspellings", &[Slip::Misspell], |_| false);
}

#[test]
fn a_key_that_is_there_twice_is_found() {
    assert_survives("repetitions", &[Slip::Repeat], |_| false);
}

/// Returns the files made from a text, as people would see them.
fn files(text: impl Into<String>) -> Files {
    let source = Source::new(DOCUMENT, text);
    let generation = generate(&source, &options());
    let report = generation.diagnostics.render(&source, Style::Plain);
    generation.files.unwrap_or_else(|| panic!("there are errors:\n{report}"))
}

fn assert_same(made: &Files, expected: &Files, how: &str) {
    let paths = |files: &Files| files.iter().map(|(path, _)| path.to_owned()).collect::<Vec<_>>();
    assert_eq!(paths(made), paths(expected), "{how}");
    for (path, text) in expected.iter() {
        assert_eq!(made.get(path), Some(text), "{how}: {path}");
    }
}

#[test]
fn the_same_document_makes_the_same_files() {
    let document = document();
    assert_same(&files(document.text()), &files(document.text()), "made twice");
}

#[test]
fn the_layout_of_the_text_does_not_matter() {
    let expected = files(document().text());
    assert_same(&files(serde_yaml::to_string(&value()).expect("a value is YAML")), &expected, "written anew as YAML");
    assert_same(&files(serde_json::to_string(&value()).expect("a value is JSON")), &expected, "written as JSON");
}

#[test]
fn hostile_documents_do_no_harm() {
    let wrong: Vec<_> = hostile::documents().iter().filter_map(harm).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns what is wrong with the runs on a document; nothing if they went as promised.
fn harm(Hostile { name, text }: &Hostile) -> Option<String> {
    let source = Source::new("hostile.yaml", text.clone());
    [Mode::Lenient, Mode::Strict].into_iter().find_map(|mode| {
        let options = Options { crate_name: "hostile".to_owned(), mode };
        let run = panic::catch_unwind(AssertUnwindSafe(|| {
            let generation = generate(&source, &options);
            let _printed = generation.diagnostics.render(&source, Style::Plain);
            generation
        }));
        let complaint = match run.map(|generation| (generation.diagnostics.has_errors(), generation.files)) {
            Err(_) => Some("the generator panicked".to_owned()),
            Ok((false, Some(files))) => {
                let outside = files.iter().map(|(path, _)| path).find(|path| !is_plain(path));
                outside.map(|path| format!("{path} leaves the folder")).or_else(|| unparseable(&files))
            }
            Ok((true, None)) if mode == Mode::Strict => None,
            Ok((errors, _)) => Some(format!("errors: {errors}, and files are not as that says")),
        };
        complaint.map(|complaint| format!("{name}, {mode:?}: {complaint}"))
    })
}

#[test]
fn the_order_of_components_does_not_matter() {
    let expected = files(document().text());
    for section in ["schemas", "parameters", "headers", "responses", "securitySchemes"] {
        assert_same(&files(reordered(section, |members| members.reverse())), &expected, &format!("{section} reversed"));
        for seed in 1..=3 {
            let text = reordered(section, |members| shuffle(members, seed));
            assert_same(&files(text), &expected, &format!("{section} shuffled with seed {seed}"));
        }
    }
}

/// Returns the document with the members of a section of its components in another order.
fn reordered(section: &str, reorder: impl Fn(&mut Vec<(Value, Value)>)) -> String {
    let mut document = value();
    let members = document["components"][section].as_mapping_mut().expect("the document has this section");
    let mut all: Vec<_> = std::mem::take(members).into_iter().collect();
    reorder(&mut all);
    members.extend(all);
    serde_yaml::to_string(&document).expect("a value is YAML")
}

/// Shuffles by Fisher and Yates over Knuth's generator: the same for the same seed, everywhere.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(last, (state >> 33) as usize % (last + 1));
    }
}

#[test]
fn the_generator_knows_no_service() {
    let mut found = Vec::new();
    // Licenses name the authors.
    let is_license =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("LICENSE"));
    for path in tree(&root().join("generator")).into_iter().filter(|path| !is_license(path)) {
        let shown = path.strip_prefix(root()).expect("the walk began below").display().to_string();
        // what is no text holds no words
        let text = fs::read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let lines = std::iter::once((0, shown.as_str())).chain((1..).zip(text.lines()));
        let telling = lines.filter(|(_, line)| {
            let line = line.to_lowercase();
            ["zuora", "payment"].iter().any(|word| line.contains(word))
        });
        found.extend(telling.map(|(number, line)| format!("{shown}:{number}: {line}")));
    }
    assert!(found.is_empty(), "what is particular to a service belongs into its document:\n{}", found.join("\n"));
}

/// Returns all files below a folder, what is built left out.
fn tree(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("folders of the repository can be read");
    let paths = entries.map(|entry| entry.expect("folders of the repository can be read").path());
    let paths = paths.filter(|path| !path.ends_with("target"));
    paths.flat_map(|path| if path.is_dir() { tree(&path) } else { vec![path] }).collect()
}
