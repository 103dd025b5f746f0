//! References to schemas, and the schemas that refer to one.

use std::collections::BTreeMap;

use super::keywords::SchemaList;
use super::lowered::LoweredSchema;
use super::state::{Schemas, component_pointer};
use crate::diagnostics::{Assumption, Code, Omission, correction};
use crate::document::{NodeRef, Pointer, References, Value, component_key};

impl<'a> Schemas<'a> {
    /// Returns the schema a reference names.
    pub(super) fn resolve(&mut self, reference: &'a str, from: &NodeRef<'a>) -> Option<NodeRef<'a>> {
        let found = self.references.find(reference);
        let key = found.as_ref().and_then(|found| component_key(&found.at, "schemas"));
        match found {
            Some(found) if key.is_some() || self.assumes(Assumption::ReferencesToAnyNode) => {
                self.made.referenced.extend(key);
                Some(found)
            }
            found => {
                self.report_dangling(reference, found.is_some(), &from.at.join("$ref"));
                None
            }
        }
    }

    fn report_dangling(&mut self, reference: &str, exists: bool, at: &Pointer) {
        let segments: Vec<String> = Pointer::parse(reference)
            .iter()
            .flat_map(|at| at.segments().map(|segment| segment.to_string()).collect::<Vec<_>>())
            .collect();
        let is_component =
            matches!(segments.as_slice(), [first, second, _] if first == "components" && second == "schemas");
        if !is_component && (exists || !self.assumes(Assumption::ReferencesToAnyNode)) {
            self.unsupported(Omission::Reference, at, format!("`{reference}` does not point to a schema component"))
                .help("move the schema under #/components/schemas and refer to it there");
            return;
        }
        let known = self.components.into_iter().flat_map(Value::members).map(|(key, _)| key);
        let help = correction(segments.last().map(String::as_str), known, "define the schema");
        let message = format!("`{reference}` points to nothing");
        self.reporter.unsupported(Omission::Reference, Code::Reference, at, message).help(help);
    }

    /// Returns whether a `oneOf` or `anyOf` refers to one of these schemas.
    pub(super) fn refers_to_any(&mut self, union_schema: &SchemaList<'a>, schemas: &[Pointer]) -> bool {
        let Some(at) = union_schema.at() else { return false };
        let references = self.references;
        let targets = self.memo.union_targets.entry(at.clone()).or_insert_with(|| {
            let listed = union_schema.iter().filter_map(|alternative| references.find(alternative.reference()?));
            listed.map(|target| target.at).collect()
        });
        schemas.iter().any(|schema| targets.contains(schema))
    }

    /// Returns the components that have a schema in their `allOf`, directly or through another one.
    pub(super) fn subtypes(&mut self, at: &Pointer) -> Vec<NodeRef<'a>> {
        let (references, components) = (self.references, self.components);
        let subtypes = self
            .memo
            .subtypes
            .get_or_insert_with(|| components.map(|components| subtypes(references, components)).unwrap_or_default());
        let mut found: Vec<NodeRef<'a>> = subtypes.get(at).cloned().unwrap_or_default();
        let mut next = 0;
        while let Some(heir) = found.get(next) {
            let further = subtypes.get(&heir.at).into_iter().flatten().filter(|heir| heir.at != *at);
            let further = further.filter(|heir| !found.iter().any(|known| known.at == heir.at));
            let further: Vec<_> = further.cloned().collect();
            found.extend(further);
            next += 1;
        }
        found
    }

    /// Reports a schema that is only defined by references to itself.
    pub(super) fn report_circle(&mut self, target: &Pointer, at: &Pointer) -> Option<LoweredSchema> {
        let message = format!("`{}` is defined by nothing but itself", target.last().unwrap_or_default());
        self.reporter
            .unsupported(Omission::Schema, Code::Reference, at, message)
            .help("give one schema of the circle properties of its own");
        None
    }
}

/// Returns the components that have another one in their `allOf`, by the location of that one.
fn subtypes<'a>(references: References<'a>, components: &'a Value) -> BTreeMap<Pointer, Vec<NodeRef<'a>>> {
    let mut subtypes: BTreeMap<Pointer, Vec<NodeRef<'a>>> = BTreeMap::new();
    for (key, value) in components.members() {
        let child = NodeRef { value, at: component_pointer(key) };
        let parents = child.elements_of("allOf").filter_map(|subschema| references.find(subschema.reference()?));
        for parent in parents {
            subtypes.entry(parent.at).or_default().push(child.clone());
        }
    }
    subtypes
}
