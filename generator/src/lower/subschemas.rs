//! The subschemas that a schema is merged from, and their combined keywords.

use indexmap::IndexMap;

use super::keywords::{AdditionalNode, Annotations, Group, Keywords, SchemaList};
use crate::document::{NodeRef, Pointer};

/// A schema without its `allOf`.
#[derive(Debug, Clone)]
pub(super) struct Subschema<'a> {
    pub(super) node: NodeRef<'a>,
    pub(super) keywords: Keywords<'a>,
}

impl<'a> Subschema<'a> {
    /// Creates a subschema without constraints, with the location and description of another.
    pub(super) fn empty(of: &Self) -> Self {
        let description = of.keywords.annotations.description;
        let annotations = Annotations { description, ..Default::default() };
        Self { node: of.node.clone(), keywords: Keywords { annotations, ..Keywords::default() } }
    }
}

/// The subschemas of a schema, bases first and the schema itself last.
#[derive(Debug, Clone)]
pub(super) struct Subschemas<'a> {
    pub(super) list: Vec<Subschema<'a>>,
}

/// A `oneOf` or an `anyOf`.
#[derive(Debug, Clone)]
pub(super) struct UnionSchema<'a> {
    pub(super) keyword: &'static str,
    pub(super) at: Pointer,
    pub(super) alternatives: Vec<NodeRef<'a>>,
    pub(super) discriminator: Option<NodeRef<'a>>,
}

impl<'a> Subschemas<'a> {
    /// Returns the schema itself.
    pub(super) fn root(&self) -> &Subschema<'a> {
        self.list.last().expect("a schema is a part of itself")
    }

    pub(super) fn at(&self) -> &Pointer {
        &self.root().node.at
    }

    /// Returns the last `type`.
    pub(super) fn kind(&self) -> Option<&'a str> {
        let kinds: Vec<&'a str> = self.list.iter().filter_map(|subschema| subschema.keywords.kind).collect();
        // Every integer is a number.
        if kinds.contains(&"integer") && kinds.iter().all(|kind| matches!(*kind, "integer" | "number")) {
            return Some("integer");
        }
        kinds.last().copied()
    }

    /// Returns the last `format`.
    pub(super) fn format(&self) -> Option<&'a str> {
        self.list.iter().rev().find_map(|subschema| subschema.keywords.format)
    }

    /// Returns the last subschema with `enum`.
    pub(super) fn enumeration(&self) -> Option<&Subschema<'a>> {
        self.list.iter().rev().find(|subschema| !subschema.keywords.enumeration.is_empty())
    }

    /// Returns the last `items`.
    pub(super) fn items(&self) -> Option<&NodeRef<'a>> {
        self.list.iter().rev().find_map(|subschema| subschema.keywords.items.as_ref())
    }

    /// Returns `additionalProperties`: the last schema if there is one, or else the last flag.
    pub(super) fn additional(&self) -> Option<&AdditionalNode<'a>> {
        let additional = || self.list.iter().rev().filter_map(|subschema| subschema.keywords.additional.as_ref());
        additional().find(|node| matches!(node, AdditionalNode::Schema(_))).or_else(|| additional().next())
    }

    /// Returns the declared members, each with all its declarations.
    pub(super) fn properties(&self) -> IndexMap<&'a str, Vec<NodeRef<'a>>> {
        let mut properties: IndexMap<&'a str, Vec<NodeRef<'a>>> = IndexMap::new();
        for (name, node) in self.list.iter().flat_map(|subschema| &subschema.keywords.properties) {
            properties.entry(name).or_default().push(node.clone());
        }
        properties
    }

    pub(super) fn requires(&self, property: &str) -> bool {
        self.list.iter().any(|subschema| subschema.keywords.required.contains(&property))
    }

    /// Returns whether any subschema has a keyword of one of these groups.
    pub(super) fn has(&self, groups: &[Group]) -> bool {
        self.list.iter().any(|subschema| subschema.keywords.present().iter().any(|(group, _)| groups.contains(group)))
    }

    /// Returns each `oneOf` and `anyOf` between types. One between lists of `required` is a rule instead.
    pub(super) fn unions(&self) -> Vec<UnionSchema<'a>> {
        let unions = self.list.iter().flat_map(|subschema| {
            let keywords = &subschema.keywords;
            let listed = [("oneOf", &keywords.one_of), ("anyOf", &keywords.any_of)];
            let are_types = |(_, listed): &(&str, &SchemaList<'a>)| !listed.is_empty() && !lists_only_required(listed);
            listed.into_iter().filter(are_types).map(|(keyword, alternatives)| UnionSchema {
                keyword,
                at: subschema.node.at.join(keyword),
                alternatives: alternatives.iter().collect(),
                discriminator: keywords.annotations.discriminator.clone(),
            })
        });
        unions.collect()
    }

    /// Returns the subschemas without each `oneOf` and `anyOf` between types.
    pub(super) fn without_unions(&self) -> Self {
        let mut list = self.list.clone();
        for subschema in &mut list {
            if !lists_only_required(&subschema.keywords.one_of) {
                subschema.keywords.one_of.clear();
            }
            if !lists_only_required(&subschema.keywords.any_of) {
                subschema.keywords.any_of.clear();
            }
        }
        Self { list }
    }
}

/// Returns whether all alternatives only have `required`.
fn lists_only_required(alternatives: &SchemaList<'_>) -> bool {
    alternatives.iter().all(|alternative| is_required_list(&alternative))
}

/// Returns whether a schema only has `required`.
pub(super) fn is_required_list(alternative: &NodeRef<'_>) -> bool {
    alternative.reference().is_none() && Keywords::of(alternative).present() == [(Group::Object, "required")]
}
