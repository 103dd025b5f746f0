//! What somebody means by a name or a pointer.

use sdk_generator::document::Pointer;
use sdk_generator::document::Value;

use super::index::{Kind, Thing};

/// More nodes than this are not what anybody asked for.
const MOST_NODES: usize = 20;

/// How well a name fits, the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is the whole path in Rust.
    Path,
    /// It is the name on the wire, or another one.
    Name,
    /// It is the end of the path in Rust.
    End,
    /// It is one of those but for capitals and what separates words.
    Alike,
}

/// What a pointer or a name leads to, the most specific first; nothing if it leads nowhere.
pub(super) fn find(asked: &str, things: &[Thing], document: &Value, crate_name: &str) -> Vec<Thing> {
    let asked = asked.trim();
    if let Some(at) = pointer(asked) {
        if document.at(&at).is_some() {
            return at_pointer(&at, things);
        }
        if let Some(field) = inherited(&at, things) {
            return vec![field];
        }
    }
    let name = plain(asked, crate_name);
    let fitting = things.iter().filter_map(|thing| Some((fit(thing, &name)?, thing)));
    let mut fitting: Vec<_> = fitting.collect();
    if fitting.iter().any(|(fit, _)| *fit < Fit::Alike) {
        fitting.retain(|(fit, _)| *fit < Fit::Alike);
    }
    // Things of one fit stay in the order of the document.
    fitting.sort_by_key(|(fit, thing)| (*fit, thing.kind));
    if fitting.is_empty() {
        nodes(asked, document)
    } else {
        fitting.into_iter().map(|(_, thing)| thing.clone()).collect()
    }
}

/// Names like the one that was asked for, the most alike first.
pub(super) fn alike(asked: &str, things: &[Thing], document: &Value, crate_name: &str) -> Vec<String> {
    if let Some(at) = pointer(asked) {
        return beside(&at, document);
    }
    let name = plain(asked.trim(), crate_name);
    let (folded, is_path) = (name.to_lowercase(), name.contains("::"));
    let mut found: Vec<(f64, &str)> = Vec::new();
    for spelling in things.iter().flat_map(|thing| spellings(thing, is_path)) {
        let likeness = strsim::normalized_damerau_levenshtein(&folded, &spelling.to_lowercase());
        if likeness >= 0.6 && !found.iter().any(|(_, known)| *known == spelling) {
            found.push((likeness, spelling));
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    found.into_iter().take(3).map(|(_, spelling)| spelling.to_owned()).collect()
}

/// The names of a thing; for a path the whole paths, otherwise their ends.
fn spellings(thing: &Thing, is_path: bool) -> impl Iterator<Item = &str> {
    let rust = thing.rust.iter().map(move |path| if is_path { path } else { path.rsplit("::").next().unwrap_or(path) });
    rust.chain([thing.wire.as_str()]).chain(thing.aliases.iter().map(String::as_str))
}

/// `#/a/b`, `/a/b`, or the same behind the name of a file.
fn pointer(asked: &str) -> Option<Pointer> {
    let fragment = asked.find('#').map_or(asked, |start| &asked[start..]);
    Pointer::parse(fragment).filter(|_| fragment.starts_with(['#', '/']))
}

/// The things at a node; for a node within them, itself and the things around it.
fn at_pointer(at: &Pointer, things: &[Thing]) -> Vec<Thing> {
    let is_at = |node: &Pointer| things.iter().filter(|thing| thing.at.as_ref() == Some(node)).cloned().collect();
    let own: Vec<Thing> = is_at(at);
    if !own.is_empty() {
        return own;
    }
    let mut found = vec![node(at.clone())];
    let mut above = at.parent();
    while let Some(node) = above {
        let around: Vec<Thing> = is_at(&node);
        if !around.is_empty() {
            found.extend(around);
            break;
        }
        above = node.parent();
    }
    found
}

/// The member of an object that stands under `properties` of another part of its `allOf`.
fn inherited(at: &Pointer, things: &[Thing]) -> Option<Thing> {
    let properties = at.parent().filter(|above| above.last().as_deref() == Some("properties"))?;
    let (object, name) = (properties.parent()?, at.last()?);
    let owner = things.iter().find(|thing| thing.kind == Kind::Type && thing.at.as_ref() == Some(&object))?;
    let is_in_owner = |path: &String| {
        owner.rust.iter().any(|own| path.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with("::")))
    };
    let is_member =
        |thing: &&Thing| thing.kind == Kind::Field && thing.wire == name && thing.rust.iter().any(is_in_owner);
    things.iter().find(is_member).cloned()
}

fn node(at: Pointer) -> Thing {
    let wire = at.last().unwrap_or_default();
    Thing { kind: Kind::Node, wire, rust: Vec::new(), at: Some(at), aliases: Vec::new() }
}

/// A path without the crate, modules that are not public, raw identifiers and parentheses.
fn plain(asked: &str, crate_name: &str) -> String {
    let asked = asked.replace("r#", "");
    let asked = asked.strip_suffix("()").unwrap_or(&asked).trim_start_matches("::");
    let prefixes = [crate_name.replace('-', "_"), "crate".to_owned(), "sdk_runtime".to_owned(), "models".to_owned()];
    let mut rest = asked;
    for prefix in &prefixes {
        rest = rest.strip_prefix(prefix.as_str()).and_then(|rest| rest.strip_prefix("::")).unwrap_or(rest);
    }
    rest.to_owned()
}

fn fit(thing: &Thing, name: &str) -> Option<Fit> {
    let is_end = |path: &str| path.strip_suffix(name).is_some_and(|before| before.ends_with("::"));
    if thing.rust.iter().any(|path| path == name) || is_subject(thing, name) {
        return Some(Fit::Path);
    }
    if thing.wire == name || thing.aliases.iter().any(|alias| alias == name) {
        return Some(Fit::Name);
    }
    // Headers and hosts are the same in capitals.
    if thing.kind == Kind::Header && thing.wire.eq_ignore_ascii_case(name) {
        return Some(Fit::Name);
    }
    if thing.rust.iter().chain(&thing.aliases).any(|path| is_end(path)) {
        return Some(Fit::End);
    }
    let name = folded(name);
    spellings(thing, false).chain(spellings(thing, true)).any(|other| folded(other) == name).then_some(Fit::Alike)
}

/// Whether `cargo xtask diff` calls it so: `Order.note` for a field, `Status=Open` for a value.
fn is_subject(thing: &Thing, name: &str) -> bool {
    let sign = match thing.kind {
        Kind::Field => '.',
        Kind::Value => '=',
        _ => return false,
    };
    let is_of = |owner: &str| thing.rust.iter().any(|path| path.rsplit_once("::").is_some_and(|(of, _)| of == owner));
    name.split_once(sign).is_some_and(|(owner, member)| member == thing.wire && is_of(owner))
}

/// A name but for capitals and what separates words.
fn folded(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    kept.flat_map(char::to_lowercase).collect()
}

/// The nodes of the document that go by a name or say it, outside of examples.
fn nodes(name: &str, document: &Value) -> Vec<Thing> {
    let mut found = Vec::new();
    let mut open = vec![(Pointer::root(), document)];
    while let Some((at, value)) = open.pop() {
        if value.as_text() == Some(name) {
            found.push(at.clone());
        }
        for (key, inner) in value.members().filter(|(key, _)| !matches!(*key, "example" | "examples" | "default")) {
            let at = at.join(key);
            if key.eq_ignore_ascii_case(name) {
                found.push(at.clone());
            }
            open.push((at, inner));
        }
        open.extend(value.elements().enumerate().map(|(index, inner)| (at.join(index), inner)));
    }
    found.sort();
    found.dedup();
    found.truncate(MOST_NODES);
    found.into_iter().map(node).collect()
}

/// The addresses beside the one that leads nowhere that are most like it.
fn beside(at: &Pointer, document: &Value) -> Vec<String> {
    let mut missing = at.clone();
    let mut above = at.parent();
    while let Some(node) = above {
        if let Some(value) = document.at(&node) {
            let asked = missing.last().unwrap_or_default();
            let mut keys: Vec<_> = value.members().map(|(key, _)| (strsim::jaro_winkler(&asked, key), key)).collect();
            keys.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
            return keys.into_iter().take(3).map(|(_, key)| node.join(key).to_string()).collect();
        }
        above = node.parent();
        missing = node;
    }
    Vec::new()
}
