//! Components, and which of them are reached by references.

use std::collections::HashSet;

use super::{Pointer, Value, extension_keys};

/// A component by its section and its name.
pub(crate) type ComponentKey<'a> = (&'a str, &'a str);

/// Returns the components that can be reached from what is no component, by section and name.
pub(crate) fn used(document: &Value) -> HashSet<ComponentKey<'_>> {
    // Extensions of other tools may repeat half of the document; they are ignored.
    let is_read =
        |key: &str| key != "components" && (!key.starts_with("x-") || key.starts_with(extension_keys::PREFIX));
    let mut used = HashSet::new();
    let open = document.members().filter(|(key, _)| is_read(key)).map(|(_, value)| value).collect();
    reach(document, open, &mut used);
    used
}

/// Adds the components that can be reached from some nodes.
pub(crate) fn reach<'a>(document: &'a Value, mut open: Vec<&'a Value>, used: &mut HashSet<ComponentKey<'a>>) {
    while let Some(value) = open.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_text)
            && let Some((key, target)) = component(document, reference)
            && used.insert(key)
        {
            open.push(target);
        }
        open.extend(value.members().map(|(_, member)| member));
        open.extend(value.elements());
    }
}

/// Returns the component that a reference names, or that contains the target.
pub(crate) fn component<'a>(document: &'a Value, reference: &str) -> Option<(ComponentKey<'a>, &'a Value)> {
    let (section, key) = reference.strip_prefix("#/components/")?.split_once('/')?;
    let key = key.split('/').next().unwrap_or(key);
    let key = Pointer::parse(&format!("/{key}"))?.last()?;
    let (section, members) = document.get("components")?.members().find(|(name, _)| *name == section)?;
    let (name, value) = members.as_object()?.get_entry(&key)?;
    Some(((section, name), value))
}
