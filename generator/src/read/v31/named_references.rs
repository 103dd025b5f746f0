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
    if names.is_empty() {
        return;
    }
    let has_ids = names.keys().any(|name| !name.starts_with('#'));
    let given = has_ids.then(|| document.clone());
    replace(document, &Names { names, given }, None);
}

/// The names of schemas, by which references are replaced.
struct Names {
    /// The pointers of schemas by name.
    names: HashMap<String, String>,
    /// The document before any reference is replaced, if a schema has an `$id`.
    given: Option<Value>,
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

/// Replaces the references of a node. `base` is the pointer of the nearest schema above with an `$id`.
fn replace(node: &mut Value, names: &Names, base: Option<&str>) {
    match node {
        Value::List(elements) => elements.iter_mut().for_each(|element| replace(element, names, base)),
        Value::Object(members) => {
            let id = members.get("$id").and_then(Value::as_text);
            let own = id.and_then(|id| names.names.get(id.trim_end_matches('#')));
            let base = own.map(String::as_str).or(base);
            let dynamic = members.get("$dynamicRef").and_then(Value::as_text).map(str::to_owned);
            if let (Some(reference), false) = (dynamic, members.contains_key("$ref")) {
                members.remove("$dynamicRef");
                members.insert("$ref", Value::Text(reference));
            }
            for (key, member) in members.iter_mut() {
                match member {
                    Value::Text(reference) if REFERENCES.contains(&key) => {
                        let by_name = pointer(reference, &names.names);
                        if let Some(pointer) = by_name.or_else(|| names.below_id(reference, base?)) {
                            *reference = pointer;
                        }
                    }
                    _ => replace(member, names, base),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

impl Names {
    /// Returns the node that a pointer means below a schema with an `$id`: pointers there begin at that schema. `None` if there is
    /// none, or if the pointer names a node of the document, as authors often mean it.
    fn below_id(&self, reference: &str, base: &str) -> Option<String> {
        let is_there = |text: &str| Some(self.given.as_ref()?.at(&Pointer::parse(text)?).is_some());
        let below = format!("{base}{}", reference.strip_prefix('#').filter(|rest| rest.starts_with('/'))?);
        (!is_there(reference)? && is_there(&below)?).then_some(below)
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
