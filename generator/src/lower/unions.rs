//! `oneOf` and `anyOf` become unions, or the plain type that all alternatives are.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::all_of::{self, MergedSchema, Subschema, Subschemas, UnionSchema};
use super::keywords::{Group, Keywords};
use super::naming::{Named, Naming};
use super::schema_type;
use super::schemas::{Lowered, Schemas};
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::Pointer;
use crate::document::Value;
use crate::document::node_ref::{NodeRef, component_key};
use crate::ir::{Alternative, Docs, Limits, Scalar, Shape, Type, Union};
use crate::names::{Case, Scope};

/// Lowers a schema whose values are of one of several types.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    union_schema: &UnionSchema<'a>,
    naming: &Naming,
) -> Option<Lowered> {
    let (nulls, alternatives): (Vec<_>, Vec<_>) =
        union_schema.alternatives.iter().cloned().partition(|node| is_null(node));
    let base = subschemas.without_unions();
    let nullable = !nulls.is_empty();
    let lowered = match alternatives.as_slice() {
        [] => Some(Lowered::plain(Type::Json)),
        [one] => self::alternative(schemas, &base, one, naming),
        several if is_plain_text(schemas, &base, several) => Some(Lowered::plain(Type::Scalar(Scalar::Text))),
        several => union(schemas, &base, union_schema, several, naming),
    };
    lowered.map(|lowered| Lowered { nullable: lowered.nullable || nullable, ..lowered })
}

/// Whether the alternatives of a plain type are further limits of it, and none of them a type.
pub(super) fn is_idle<'a>(schemas: &Schemas<'a>, subschemas: &Subschemas<'a>, union_schema: &UnionSchema<'a>) -> bool {
    let is_plain = matches!(subschemas.kind(), Some("string" | "number" | "integer" | "boolean" | "array"));
    let says_no_type = |node: &NodeRef<'a>| {
        let keywords = target(schemas, node).map(|target| Keywords::of(&target));
        keywords.is_none_or(|keywords| keywords.kind.is_none() && keywords.enumeration.is_empty())
    };
    is_plain && union_schema.alternatives.iter().all(says_no_type)
}

/// The children of a schema that is no more than their common part: a discriminator names them, and each has the schema in its
/// `allOf`.
pub(super) fn inherited<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>) -> Option<UnionSchema<'a>> {
    let [Subschema { node, keywords }] = subschemas.list.as_slice() else { return None };
    let discriminator = keywords.annotations.discriminator.clone()?;
    let alternatives: Vec<_> = schemas.heirs(&node.at);
    (!alternatives.is_empty()).then(|| UnionSchema {
        keyword: "discriminator",
        at: node.at.join("discriminator"),
        alternatives,
        discriminator: Some(discriminator),
    })
}

/// Whether only null is of this schema.
fn is_null(node: &NodeRef<'_>) -> bool {
    let keywords = Keywords::of(node);
    let listed = keywords.enumeration;
    keywords.kind == Some("null") || !listed.is_empty() && listed.iter().all(|value| *value == Value::Null)
}

/// Whether plain text is among alternatives that add nothing to it. In a document of our own those are scalars of any kind, which are
/// written as text, too; to a server of somebody else's, `80` and `"80"` may be two things.
fn is_plain_text<'a>(schemas: &Schemas<'a>, base: &Subschemas<'a>, alternatives: &[NodeRef<'a>]) -> bool {
    let is_free = |node: &NodeRef<'a>| {
        let keywords = Keywords::of(node);
        keywords.kind == Some("string") && keywords.present().is_empty()
    };
    let adds_nothing = |node: &NodeRef<'a>| {
        let keywords = Keywords::of(node);
        match keywords.kind.or_else(|| listed_texts(keywords.enumeration).then_some("string")) {
            // In a document of our own a limit is there to be checked.
            Some("string" | "number" | "integer" | "boolean") if !schemas.assumes(Assumption::TextBesideScalars) => {
                keywords.present().is_empty()
            }
            Some("string") => keywords.kind.is_some() || keywords.all_of.is_empty(),
            _ => false,
        }
    };
    let targets: Option<Vec<_>> = alternatives.iter().map(|node| target(schemas, node)).collect();
    !has_content(base) && targets.is_some_and(|targets| targets.iter().any(is_free) && targets.iter().all(adds_nothing))
}

fn listed_texts(values: &[Value]) -> bool {
    !values.is_empty() && values.iter().all(|value| matches!(value, Value::Text(_)))
}

/// The schema itself, or the one it refers to.
fn target<'a>(schemas: &Schemas<'a>, node: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    schemas.references.follow(node.clone()).ok()
}

/// Whether the schema says something of a value beside the choice.
fn has_content(base: &Subschemas<'_>) -> bool {
    base.has(&[Group::Text, Group::Number, Group::Object, Group::Array, Group::Enumeration, Group::Composition])
}

/// Lowers one alternative, together with what holds for all of them.
fn alternative<'a>(
    schemas: &mut Schemas<'a>,
    base: &Subschemas<'a>,
    node: &NodeRef<'a>,
    naming: &Naming,
) -> Option<Lowered> {
    if !has_content(base) {
        // A component keeps its name, and what stands in place takes the one of its context.
        return match component_key(&node.at, "schemas") {
            Some(_) if node.reference().is_none() => schemas.referred(node, &node.at),
            _ => schemas.node(node, naming),
        };
    }
    let target = all_of::follow(schemas, node.clone())?;
    let mut merged = base.and(schemas, &target)?;
    if !schemas.may_merge(&merged, &node.at) {
        return schemas.node(node, naming);
    }
    // It stands where the alternative does.
    let last = Subschema { node: node.clone(), keywords: Keywords::default() };
    merged.list.push(last);
    schemas
        .descend(&node.at, |schemas| schema_type::lower(schemas, MergedSchema::Subschemas(merged), naming))
        .or_else(|| schemas.any())
}

fn union<'a>(
    schemas: &mut Schemas<'a>,
    base: &Subschemas<'a>,
    union_schema: &UnionSchema<'a>,
    nodes: &[NodeRef<'a>],
    naming: &Naming,
) -> Option<Lowered> {
    let at = base.at().clone();
    let name = schemas.type_name(naming, &at)?;
    let docs =
        Docs { text: base.root().keywords.annotations.description.unwrap_or_default().to_owned(), notes: Vec::new() };
    // Known before its alternatives are lowered, so that they may contain it.
    let id = schemas.begin(name, docs, Shape::Union(Union::default()), &at, naming);
    let tags = Tags::of(schemas, union_schema, nodes);
    let mut scope = Scope::new(Case::Pascal, &["Unknown"]);
    let mut limited = Limited::default();
    let (mut alternatives, mut nullable): (Vec<Alternative>, bool) = (Vec::new(), false);
    for (index, node) in nodes.iter().enumerate() {
        let wire = name_of(schemas, node, tags.of_alternative(index));
        let Some(lowered) = self::alternative(schemas, base, node, &naming.inner(&wire)) else { continue };
        nullable |= lowered.nullable;
        limited.add(schemas, &lowered, &node.at);
        if let Some(same) = alternatives.iter_mut().find(|known| known.ty == lowered.ty) {
            same.tags.extend(tags.of_alternative(index).iter().cloned());
            continue;
        }
        if let Some(name) = schemas.claim(&mut scope, Named::Alternative, (&wire, None), &node.at) {
            let (ty, tags) = (lowered.ty, tags.of_alternative(index).to_vec());
            alternatives.push(Alternative { name, ty, tags, docs: lowered.docs, at: node.at.clone() });
        }
    }
    schemas.types.get_mut(id).shape = Shape::Union(Union { alternatives, discriminator: tags.property });
    let limits = limited.limits(schemas);
    Some(Lowered { nullable, limits, ..Lowered::plain(Type::Named(id)) })
}

/// The limits of alternatives. Each speaks of values of one kind only, so they hold for the union as a whole, unless another
/// alternative is of the same kind.
#[derive(Default)]
struct Limited {
    found: Vec<(Kind, Limits, Pointer)>,
    kinds: Vec<Kind>,
}

/// What limits speak of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    List,
    Object,
}

impl Limited {
    fn add(&mut self, schemas: &Schemas<'_>, lowered: &Lowered, at: &Pointer) {
        let kind = match schemas.behind_aliases(&lowered.ty) {
            Type::Scalar(
                Scalar::Decimal
                | Scalar::Integer32
                | Scalar::Integer64
                | Scalar::Unsigned32
                | Scalar::Unsigned64
                | Scalar::Boolean,
            ) => Kind::Number,
            Type::Scalar(_) => Kind::Text,
            Type::List(_) => Kind::List,
            Type::Named(id) if schemas.enumeration_at(*id).is_some() => Kind::Text,
            Type::Named(_) | Type::Map(_) | Type::Nullable(_) | Type::Json => Kind::Object,
        };
        self.kinds.push(kind);
        if !lowered.limits.is_empty() {
            self.found.push((kind, lowered.limits.clone(), at.clone()));
        }
    }

    fn limits(self, schemas: &mut Schemas<'_>) -> Limits {
        let Self { found, kinds } = self;
        let mut limits = Limits::default();
        for (kind, own, at) in found {
            if kinds.iter().filter(|other| **other == kind).count() > 1 {
                schemas
                    .unsupported(
                        Omission::Limit,
                        &at,
                        "the limits of one alternative among several of its kind are not checked",
                    )
                    .help("let one alternative of each kind have limits");
                continue;
            }
            limits.checks.extend(own.checks);
            limits.each = limits.each.or(own.each);
        }
        limits
    }
}

/// What an alternative is called: after the component it is, its tag, its title, or its kind.
fn name_of<'a>(schemas: &Schemas<'a>, node: &NodeRef<'a>, tags: &[String]) -> String {
    if let Some(found) = node.reference().and_then(|reference| schemas.references.find(reference)) {
        let component = component_key(&found.at, "schemas");
        return component.or_else(|| found.at.last()).unwrap_or_default();
    }
    if let Some(key) = component_key(&node.at, "schemas") {
        return key;
    }
    let keywords = Keywords::of(node);
    let listed = match keywords.enumeration {
        [Value::Text(one)] if !one.is_empty() => Some(one.as_str()),
        _ => None,
    };
    let told = keywords.annotations.title.or(tags.first().map(String::as_str)).or(listed);
    told.map_or_else(|| kind_of(schemas, &keywords).to_owned(), str::to_owned)
}

fn kind_of(schemas: &Schemas<'_>, keywords: &Keywords<'_>) -> &'static str {
    match keywords.kind {
        Some("string") if schemas.in_form && keywords.format == Some("binary") => "file",
        Some("string") if !keywords.enumeration.is_empty() => "choice",
        Some("string") => "text",
        Some("number") => "number",
        Some("integer") => "integer",
        Some("boolean") => "boolean",
        Some("array") => "list",
        Some("object") if keywords.properties.is_empty() && keywords.additional.is_some() => "map",
        _ => "object",
    }
}

/// How alternatives are told apart by the value of one member.
#[derive(Debug, Default)]
struct Tags {
    property: Option<String>,
    of: Vec<Vec<String>>,
}

impl Tags {
    /// By the discriminator; without one, by a member that has other values in each alternative.
    fn of<'a>(schemas: &mut Schemas<'a>, union_schema: &UnionSchema<'a>, nodes: &[NodeRef<'a>]) -> Self {
        let members: Vec<_> = nodes.iter().map(|node| listed_members(schemas, node)).collect();
        let Some(discriminator) = &union_schema.discriminator else {
            return Self::inferred(&members);
        };
        let Some(property) = discriminator.text("propertyName") else { return Self::inferred(&members) };
        let mapping: Vec<(String, Option<Pointer>)> =
            discriminator.members_of("mapping").map(|(tag, to)| (tag.to_owned(), mapped(schemas, &to))).collect();
        let of = nodes.iter().zip(&members).map(|(node, members)| {
            let own = target(schemas, node).map(|target| target.at);
            let of_target = |to: &Option<Pointer>| to.is_some() && *to == own;
            let mut tags: Vec<String> =
                mapping.iter().filter(|(_, to)| of_target(to)).map(|(tag, _)| tag.clone()).collect();
            if tags.is_empty() {
                tags.extend(members.iter().filter_map(|members| members.get(property)).flatten().cloned());
            }
            if tags.is_empty() {
                tags.extend(own.and_then(|own| component_key(&own, "schemas")));
            }
            tags
        });
        Self { property: Some(property.to_owned()), of: of.collect() }
    }

    fn inferred(members: &[Option<Listed>]) -> Self {
        // What is no object is told by its kind.
        let objects = || members.iter().flatten();
        let tells_apart = |property: &&String| {
            let mut seen = BTreeSet::new();
            let listed: Option<Vec<_>> = objects().map(|members| members.get(*property)).collect();
            listed.is_some_and(|listed| listed.into_iter().flatten().all(|value| seen.insert(value)))
        };
        let mut candidates = objects().next().into_iter().flat_map(IndexMap::keys);
        let Some(property) = candidates.find(tells_apart).filter(|_| objects().count() > 1) else {
            return Self::default();
        };
        let tags = |members: &Option<Listed>| members.as_ref()?.get(property).cloned();
        let of = members.iter().map(|members| tags(members).unwrap_or_default()).collect();
        Self { property: Some(property.clone()), of }
    }

    fn of_alternative(&self, index: usize) -> &[String] {
        self.of.get(index).map_or(&[], Vec::as_slice)
    }
}

/// The members of an object whose values are listed, with these.
type Listed = IndexMap<String, Vec<String>>;

/// The listed members of an alternative; nothing when it is no object.
fn listed_members<'a>(schemas: &mut Schemas<'a>, node: &NodeRef<'a>) -> Option<Listed> {
    let target = target(schemas, node)?;
    let subschemas = Subschemas::of(schemas, &target)?;
    if matches!(subschemas.kind(), Some(kind) if kind != "object") || subschemas.enumeration().is_some() {
        return None;
    }
    let mut members = Listed::new();
    for (name, nodes) in subschemas.properties() {
        let property = nodes.last().and_then(|node| self::target(schemas, node));
        let values = property.map(|property| Keywords::of(&property).enumeration).unwrap_or_default();
        if listed_texts(values) {
            members.insert(name.to_owned(), values.iter().filter_map(Value::as_text).map(str::to_owned).collect());
        }
    }
    Some(members)
}

/// The schema that a tag is mapped to, which may be none.
fn mapped(schemas: &mut Schemas<'_>, to: &NodeRef<'_>) -> Option<Pointer> {
    let name = to.value.as_text()?;
    let found = named_schema(schemas, name);
    if found.is_none() {
        let message = format!("the tag is mapped to `{name}`, which is no schema");
        schemas
            .reporter
            .unsupported(Omission::Reference, Code::Reference, &to.at, message)
            .help("map it to one of the alternatives, by reference or by the name of its component");
    }
    found
}

/// The schema that a mapping names: by reference, or by the name of a component.
fn named_schema(schemas: &Schemas<'_>, to: &str) -> Option<Pointer> {
    let by_name = || schemas.references.find(&format!("#{}", component_text(to)));
    let found = if to.starts_with('#') { schemas.references.find(to) } else { by_name() };
    found.map(|found| found.at)
}

fn component_text(key: &str) -> String {
    super::schemas::component_pointer(key).to_string().trim_start_matches('#').to_owned()
}

/// The components that have another one in their `allOf`, by the place of that one.
pub(super) fn heirs<'a>(
    references: crate::document::references::References<'a>,
    components: &'a Value,
) -> BTreeMap<Pointer, Vec<NodeRef<'a>>> {
    let mut heirs: BTreeMap<Pointer, Vec<NodeRef<'a>>> = BTreeMap::new();
    for (key, value) in components.members() {
        let child = NodeRef { value, at: super::schemas::component_pointer(key) };
        let parents = child.elements_of("allOf").filter_map(|subschema| references.find(subschema.reference()?));
        for parent in parents {
            heirs.entry(parent.at).or_default().push(child.clone());
        }
    }
    heirs
}
