//! Reports components that nothing refers to.

use std::collections::HashSet;

use super::findings::Findings;
use super::nodes::Nodes;
use super::rules::Rule;
use crate::document::components::{ComponentKey, component, reach, used};
use crate::document::grammar::Kind;
use crate::document::{NodeRef, Value};

pub(super) fn check(nodes: &Nodes<'_>, findings: &mut Findings) {
    let mut used = used(nodes.document);
    // Extensions of other tools may refer to components.
    let extensions = nodes.document.members().filter(|(key, _)| key.starts_with("x-"));
    reach(nodes.document, extensions.map(|(_, value)| value).collect(), &mut used);
    use_security_schemes(nodes, &mut used);
    while use_alternatives(nodes, &mut used) {}
    let sections =
        NodeRef::root(nodes.document).get("components").into_iter().flat_map(|components| components.members());
    for (section, members) in sections.filter(|(section, _)| !section.starts_with("x-")) {
        for (name, member) in members.members().filter(|(name, _)| !used.contains(&(section, *name))) {
            let message = format!("nothing that is used refers to `{section}/{name}`");
            findings.add(Rule::UnusedComponent, &member.at, message);
        }
    }
}

/// Marks the security schemes, which requirements name without references.
fn use_security_schemes<'a>(nodes: &Nodes<'a>, used: &mut HashSet<ComponentKey<'a>>) {
    let root = NodeRef::root(nodes.document);
    let holders = nodes.of_kind(Kind::Operation).cloned().chain([root]);
    let named = holders.flat_map(|holder| holder.elements_of("security")).flat_map(|requirement| requirement.members());
    used.extend(named.map(|(name, _)| ("securitySchemes", name)));
}

/// Marks the targets of discriminators and the schemas that inherit from them. Returns false if there are no new ones.
fn use_alternatives<'a>(nodes: &Nodes<'a>, used: &mut HashSet<ComponentKey<'a>>) -> bool {
    let mut found = Vec::new();
    for (name, schema) in nodes.components("schemas") {
        match used.contains(&("schemas", name)) {
            true => found.extend(mapped(nodes, &schema)),
            false if inherits(nodes, &schema, used) => found.push((("schemas", name), schema.value)),
            false => {}
        }
    }
    let before = used.len();
    for (key, value) in found {
        if used.insert(key) {
            reach(nodes.document, vec![value], used);
        }
    }
    used.len() > before
}

/// Returns the components that the mapping of a discriminator names, by reference or by name.
fn mapped<'a>(nodes: &Nodes<'a>, schema: &NodeRef<'a>) -> Vec<(ComponentKey<'a>, &'a Value)> {
    let mapping = schema.get("discriminator").into_iter().flat_map(|discriminator| discriminator.members_of("mapping"));
    let target = |text: &str| {
        component(nodes.document, text).or_else(|| component(nodes.document, &format!("#/components/schemas/{text}")))
    };
    mapping.filter_map(|(_, value)| target(value.value.as_text()?)).collect()
}

/// Returns whether a schema inherits from a used one that has a discriminator.
fn inherits<'a>(nodes: &Nodes<'a>, schema: &NodeRef<'a>, used: &HashSet<ComponentKey<'a>>) -> bool {
    let mut parents = schema.elements_of("allOf").filter_map(|part| component(nodes.document, part.reference()?));
    parents.any(|(key, parent)| used.contains(&key) && parent.get("discriminator").is_some())
}
