//! What a name or a pointer refers to.

use sdk_generator::document::Pointer;
use sdk_generator::document::Value;

use super::index::{Entity, Kind};

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

/// Returns what a pointer or a name leads to, the most specific first; nothing if it leads nowhere.
pub(super) fn find(asked: &str, entities: &[Entity], document: &Value, crate_name: &str) -> Vec<Entity> {
    let asked = asked.trim();
    if let Some(at) = pointer(asked) {
        if document.at(&at).is_some() {
            return at_pointer(&at, entities);
        }
        if let Some(field) = inherited(&at, entities) {
            return vec![field];
        }
    }
    let name = plain(asked, crate_name);
    let fitting = entities.iter().filter_map(|entity| Some((fit(entity, &name)?, entity)));
    let mut fitting: Vec<_> = fitting.collect();
    if fitting.iter().any(|(fit, _)| *fit < Fit::Alike) {
        fitting.retain(|(fit, _)| *fit < Fit::Alike);
    }
    // Things of one fit stay in the order of the document.
    fitting.sort_by_key(|(fit, entity)| (*fit, entity.kind));
    if fitting.is_empty() {
        nodes(asked, document)
    } else {
        fitting.into_iter().map(|(_, entity)| entity.clone()).collect()
    }
}

/// Names like the one that was asked for, the most alike first.
pub(super) fn alike(asked: &str, entities: &[Entity], document: &Value, crate_name: &str) -> Vec<String> {
    if let Some(at) = pointer(asked) {
        return beside(&at, document);
    }
    let name = plain(asked.trim(), crate_name);
    let (folded, is_path) = (name.to_lowercase(), name.contains("::"));
    let mut found: Vec<(f64, &str)> = Vec::new();
    for spelling in entities.iter().flat_map(|entity| spellings(entity, is_path)) {
        let likeness = strsim::normalized_damerau_levenshtein(&folded, &spelling.to_lowercase());
        if likeness >= 0.6 && !found.iter().any(|(_, known)| *known == spelling) {
            found.push((likeness, spelling));
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    found.into_iter().take(3).map(|(_, spelling)| spelling.to_owned()).collect()
}

/// Returns the names of an entity; for a path the whole paths, otherwise their ends.
fn spellings(entity: &Entity, is_path: bool) -> impl Iterator<Item = &str> {
    let rust =
        entity.rust.iter().map(move |path| if is_path { path } else { path.rsplit("::").next().unwrap_or(path) });
    rust.chain([entity.wire.as_str()]).chain(entity.aliases.iter().map(String::as_str))
}

/// Reads `#/a/b`, `/a/b`, or the same behind the name of a file.
fn pointer(asked: &str) -> Option<Pointer> {
    let fragment = asked.find('#').map_or(asked, |start| &asked[start..]);
    Pointer::parse(fragment).filter(|_| fragment.starts_with(['#', '/']))
}

/// Returns the entities at a node; for a node within them, itself and the entities around it.
fn at_pointer(at: &Pointer, entities: &[Entity]) -> Vec<Entity> {
    let is_at = |node: &Pointer| entities.iter().filter(|entity| entity.at.as_ref() == Some(node)).cloned().collect();
    let own: Vec<Entity> = is_at(at);
    if !own.is_empty() {
        return own;
    }
    let mut found = vec![node(at.clone())];
    let mut above = at.parent();
    while let Some(node) = above {
        let around: Vec<Entity> = is_at(&node);
        if !around.is_empty() {
            found.extend(around);
            break;
        }
        above = node.parent();
    }
    found
}

/// Returns the member of an object that stands under `properties` of another part of its `allOf`.
fn inherited(at: &Pointer, entities: &[Entity]) -> Option<Entity> {
    let properties = at.parent().filter(|above| above.last().as_deref() == Some("properties"))?;
    let (object, name) = (properties.parent()?, at.last()?);
    let owner = entities.iter().find(|entity| entity.kind == Kind::Type && entity.at.as_ref() == Some(&object))?;
    let is_in_owner = |path: &String| {
        owner.rust.iter().any(|own| path.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with("::")))
    };
    let is_member =
        |entity: &&Entity| entity.kind == Kind::Field && entity.wire == name && entity.rust.iter().any(is_in_owner);
    entities.iter().find(is_member).cloned()
}

fn node(at: Pointer) -> Entity {
    let wire = at.last().unwrap_or_default();
    Entity { kind: Kind::Node, wire, rust: Vec::new(), at: Some(at), aliases: Vec::new() }
}

/// Returns a path without the crate, modules that are not public, raw identifiers and parentheses.
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

fn fit(entity: &Entity, name: &str) -> Option<Fit> {
    let is_end = |path: &str| path.strip_suffix(name).is_some_and(|before| before.ends_with("::"));
    if entity.rust.iter().any(|path| path == name) || is_subject(entity, name) {
        return Some(Fit::Path);
    }
    if entity.wire == name || entity.aliases.iter().any(|alias| alias == name) {
        return Some(Fit::Name);
    }
    // Headers and hosts are the same in capitals.
    if entity.kind == Kind::Header && entity.wire.eq_ignore_ascii_case(name) {
        return Some(Fit::Name);
    }
    if entity.rust.iter().chain(&entity.aliases).any(|path| is_end(path)) {
        return Some(Fit::End);
    }
    let name = folded(name);
    spellings(entity, false).chain(spellings(entity, true)).any(|other| folded(other) == name).then_some(Fit::Alike)
}

/// Returns whether `cargo xtask diff` calls it so: `Order.note` for a field, `Status=Open` for a value.
fn is_subject(entity: &Entity, name: &str) -> bool {
    let sign = match entity.kind {
        Kind::Field => '.',
        Kind::Value => '=',
        _ => return false,
    };
    let is_of = |owner: &str| entity.rust.iter().any(|path| path.rsplit_once("::").is_some_and(|(of, _)| of == owner));
    name.split_once(sign).is_some_and(|(owner, member)| member == entity.wire && is_of(owner))
}

/// Returns a name but for capitals and what separates words.
fn folded(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    kept.flat_map(char::to_lowercase).collect()
}

/// Returns the nodes of the document that go by a name or say it, outside of examples.
fn nodes(name: &str, document: &Value) -> Vec<Entity> {
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

/// Returns the addresses beside the one that leads nowhere that are most like it.
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
