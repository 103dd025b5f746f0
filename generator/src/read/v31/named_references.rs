//! Replaces references by name (`$anchor`, `$dynamicAnchor` and `$id`) by pointers.

use std::collections::HashMap;

use crate::document::{NodePath, Pointer, Value};

/// The keys that name a schema, and the keys that refer to a name.
const NAMES: &[&str] = &["$anchor", "$dynamicAnchor", "$id"];
const REFERENCES: &[&str] = &["$ref", "$dynamicRef"];

/// Replaces all references by name.
pub(in crate::read) fn resolve(document: &mut Value) {
    let mut names = HashMap::new();
    let root = Pointer::root();
    collect(document, &NodePath::Start(&root), &mut names);
    if !names.is_empty() {
        replace(document, &names);
    }
}

/// Collects the names of schemas. Of several schemas with a name, the first has it.
fn collect(node: &Value, node_path: &NodePath<'_>, names: &mut HashMap<String, String>) {
    match node {
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, &NodePath::Element(node_path, index), names);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::Text(name) if NAMES.contains(&key) => {
                        let name =
                            if key == "$id" { name.trim_end_matches('#').to_owned() } else { format!("#{name}") };
                        names.entry(name).or_insert_with(|| node_path.pointer().to_string());
                    }
                    _ => collect(member, &NodePath::Member(node_path, key), names),
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

/// Returns the pointer for a reference by name; `None` if it is a pointer already, or the name is unknown.
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
