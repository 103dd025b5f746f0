//! References by name: `$anchor`, `$dynamicAnchor` and `$id` as the pointers that they stand for.

use std::collections::HashMap;

use crate::document::Pointer;
use crate::document::Value;
use crate::document::trail::Trail;

/// The keys that name a schema, and the keys that refer to a name.
const NAMES: &[&str] = &["$anchor", "$dynamicAnchor", "$id"];
const REFERENCES: &[&str] = &["$ref", "$dynamicRef"];

/// Makes pointers of all references by name.
pub(in crate::read) fn resolve(document: &mut Value) {
    let mut names = HashMap::new();
    let root = Pointer::root();
    collect(document, &Trail::Start(&root), &mut names);
    if !names.is_empty() {
        replace(document, &names);
    }
}

/// Finds the names of schemas. A name that is given twice means the first.
fn collect(node: &Value, trail: &Trail<'_>, names: &mut HashMap<String, String>) {
    match node {
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, &Trail::Element(trail, index), names);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::Text(name) if NAMES.contains(&key) => {
                        let name =
                            if key == "$id" { name.trim_end_matches('#').to_owned() } else { format!("#{name}") };
                        names.entry(name).or_insert_with(|| trail.pointer().to_string());
                    }
                    _ => collect(member, &Trail::Member(trail, key), names),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

fn replace(node: &mut Value, names: &HashMap<String, String>) {
    match node {
        Value::List(elements) => elements.iter_mut().for_each(|element| replace(element, names)),
        Value::Object(members) => {
            let dynamic = members.get("$dynamicRef").and_then(Value::as_text).map(str::to_owned);
            if let (Some(reference), false) = (dynamic, members.contains_key("$ref")) {
                members.remove("$dynamicRef");
                members.insert("$ref", Value::Text(reference));
            }
            for (key, member) in members.iter_mut() {
                match member {
                    Value::Text(reference) if REFERENCES.contains(&key) => {
                        if let Some(pointer) = pointer(reference, names) {
                            *reference = pointer;
                        }
                    }
                    _ => replace(member, names),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

/// What a reference by name stands for; nothing when it is a pointer already, or no name is known.
fn pointer(reference: &str, names: &HashMap<String, String>) -> Option<String> {
    if let Some(pointer) = names.get(reference) {
        return Some(pointer.clone());
    }
    let (id, fragment) = reference.split_once('#').filter(|(id, _)| !id.is_empty())?;
    let schema = names.get(id)?;
    match fragment {
        "" => Some(schema.clone()),
        fragment if fragment.starts_with('/') => Some(format!("{schema}{fragment}")),
        name => names.get(&format!("#{name}")).cloned(),
    }
}
