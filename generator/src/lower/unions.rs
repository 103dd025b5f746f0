//! Lowers `oneOf` and `anyOf` to unions, or to the plain type that all alternatives share.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::all_of::{self, MergedSchema};
use super::keywords::{Group, Keywords};
use super::lowered::LoweredSchema;
use super::naming::{NameKind, Naming};
use super::schema_type;
use super::state::Schemas;
use super::subschemas::{Subschema, Subschemas, UnionSchema};
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::{NodeRef, Pointer, Value, component_key};
use crate::ir::{Alternative, Constraints, Discriminator, Docs, Scalar, Shape, Type, TypeId, Union};
use crate::names::{Case, Scope};

/// Lowers a schema with `oneOf`, `anyOf` or a discriminator.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    union_schema: &UnionSchema<'a>,
    naming: &Naming,
) -> Option<LoweredSchema> {
    let (nulls, alternatives): (Vec<_>, Vec<_>) =
        union_schema.alternatives.iter().cloned().partition(|node| is_null(node));
    let base = subschemas.without_unions();
    let nullable = !nulls.is_empty();
    let lowered = match alternatives.as_slice() {
        [] => Some(LoweredSchema::plain(Type::Json)),
        [one] if union_schema.discriminator.is_none() => self::alternative(schemas, &base, one, naming),
        several if is_plain_text(schemas, &base, several) => Some(LoweredSchema::plain(Type::Scalar(Scalar::Text))),
        several => union(schemas, &base, union_schema, several, naming, None),
    };
    lowered.map(|lowered| LoweredSchema { nullable: lowered.nullable || nullable, ..lowered })
}

/// Lowers a base schema to the union of itself and of the schemas that have it in their `allOf`.
pub(super) fn lower_inherited<'a>(
    schemas: &mut Schemas<'a>,
    parent: &Subschemas<'a>,
    union_schema: &UnionSchema<'a>,
    naming: &Naming,
) -> Option<LoweredSchema> {
    let base = Subschemas { list: vec![Subschema::empty(parent.root())] };
    union(schemas, &base, union_schema, &union_schema.alternatives, naming, Some(parent))
}

/// Returns whether the base is a plain type and no alternative has a type, so that the alternatives only add constraints.
pub(super) fn has_no_types<'a>(
    schemas: &Schemas<'a>,
    subschemas: &Subschemas<'a>,
    union_schema: &UnionSchema<'a>,
) -> bool {
    let is_plain = matches!(subschemas.kind(), Some("string" | "number" | "integer" | "boolean" | "array"));
    let has_no_type = |node: &NodeRef<'a>| {
        let keywords = target(schemas, node).map(|target| Keywords::of(&target));
        keywords.is_none_or(|keywords| keywords.kind.is_none() && keywords.enumeration.is_empty())
    };
    is_plain && union_schema.alternatives.iter().all(has_no_type)
}

/// Returns the union of a base schema with a discriminator. Its alternatives are the schemas with the base in their `allOf`.
pub(super) fn inherited_union<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>) -> Option<UnionSchema<'a>> {
    let Subschema { node, keywords } = subschemas.root();
    let discriminator = keywords.annotations.discriminator.clone()?;
    let alternatives: Vec<_> = schemas.subtypes(&node.at);
    (!alternatives.is_empty()).then(|| UnionSchema {
        keyword: "discriminator",
        at: node.at.join("discriminator"),
        alternatives,
        discriminator: Some(discriminator),
    })
}

/// Returns whether null is the only value of a schema.
fn is_null(node: &NodeRef<'_>) -> bool {
    let keywords = Keywords::of(node);
    let enum_members = keywords.enumeration;
    keywords.kind == Some("null") || !enum_members.is_empty() && enum_members.iter().all(|value| *value == Value::Null)
}

/// Returns whether one alternative is unconstrained text that covers all others. In strict mode, text covers every scalar,
/// because it can spell the scalar. In lenient mode, it covers only text, because a server may distinguish `80` and `"80"`.
fn is_plain_text<'a>(schemas: &Schemas<'a>, base: &Subschemas<'a>, alternatives: &[NodeRef<'a>]) -> bool {
    let is_unconstrained = |node: &NodeRef<'a>| {
        let keywords = Keywords::of(node);
        keywords.kind == Some("string") && keywords.present().is_empty()
    };
    let is_covered = |node: &NodeRef<'a>| {
        let keywords = Keywords::of(node);
        match keywords.kind.or_else(|| listed_texts(keywords.enumeration).then_some("string")) {
            // Strict mode checks constraints, so a constrained alternative is not covered.
            Some("string" | "number" | "integer" | "boolean") if !schemas.assumes(Assumption::TextBesideScalars) => {
                keywords.present().is_empty()
            }
            Some("string") => keywords.kind.is_some() || keywords.all_of.is_empty(),
            _ => false,
        }
    };
    let targets: Option<Vec<_>> = alternatives.iter().map(|node| target(schemas, node)).collect();
    !has_content(base)
        && targets.is_some_and(|targets| targets.iter().any(is_unconstrained) && targets.iter().all(is_covered))
}

fn listed_texts(values: &[Value]) -> bool {
    !values.is_empty() && values.iter().all(|value| matches!(value, Value::Text(_)))
}

/// Returns the schema, or the target of its reference.
fn target<'a>(schemas: &Schemas<'a>, node: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    schemas.references.follow(node.clone()).ok()
}

/// Returns whether the schema has constraints beside its `oneOf` or `anyOf`.
fn has_content(base: &Subschemas<'_>) -> bool {
    base.has(&[Group::Text, Group::Number, Group::Object, Group::Array, Group::Enumeration, Group::Composition])
}

/// Lowers one alternative merged with the constraints beside the union.
fn alternative<'a>(
    schemas: &mut Schemas<'a>,
    base: &Subschemas<'a>,
    node: &NodeRef<'a>,
    naming: &Naming,
) -> Option<LoweredSchema> {
    if !has_content(base) {
        // A component keeps its name; an inline schema is named after its context.
        return match component_key(&node.at, "schemas") {
            Some(_) if node.reference().is_none() => schemas.lower_target(node, &node.at),
            _ => schemas.lower(node, naming),
        };
    }
    let target = all_of::follow(schemas, node.clone())?;
    let mut merged = base.and(schemas, &target)?;
    if !schemas.may_merge(&merged, &node.at) {
        return schemas.lower(node, naming);
    }
    // The merged schema has the location of the alternative.
    let last = Subschema { node: node.clone(), keywords: Keywords::default() };
    merged.list.push(last);
    schemas
        .descend(&node.at, |schemas| schema_type::lower(schemas, MergedSchema::Subschemas(merged), naming))
        .or_else(|| schemas.any_json())
}

fn union<'a>(
    schemas: &mut Schemas<'a>,
    base: &Subschemas<'a>,
    union_schema: &UnionSchema<'a>,
    nodes: &[NodeRef<'a>],
    naming: &Naming,
    parent: Option<&Subschemas<'a>>,
) -> Option<LoweredSchema> {
    let at = base.at().clone();
    let name = schemas.type_name(naming, &at)?;
    let docs = Docs {
        text: base.root().keywords.annotations.description.unwrap_or_default().to_owned(),
        annotations: Vec::new(),
    };
    // Inserted before its alternatives are lowered, because they may contain the union.
    let id = schemas.insert_type(name, docs, Shape::Union(Union::default()), &at, naming);
    let tags = Tags::of(schemas, union_schema, nodes, parent);
    let mut found = Alternatives::new(id);
    // First, since of equal matches the first one counts: what has the parent's members alone is no child.
    if let Some(parent) = parent
        && let Some(lowered) = itself(schemas, parent, naming)
    {
        found.add(schemas, lowered, &parent.root().node, &tags.of_parent, true);
    }
    for (index, node) in nodes.iter().enumerate() {
        let tags = tags.of_alternative(index);
        let wire = name_of(schemas, node, tags);
        let Some(lowered) = self::alternative(schemas, base, node, &naming.inner(&wire)) else { continue };
        found.add(schemas, lowered, node, tags, false);
    }
    let Alternatives { alternatives, constraints, nullable, .. } = found;
    schemas.made.types.get_mut(id).shape = Shape::Union(Union { alternatives, discriminator: tags.discriminator });
    let constraints = constraints.constraints(schemas);
    Some(LoweredSchema { nullable, constraints, ..LoweredSchema::plain(Type::Named(id)) })
}

/// Lowers the base schema of a union by inheritance as what it is without the schemas that derive from it.
fn itself<'a>(schemas: &mut Schemas<'a>, parent: &Subschemas<'a>, naming: &Naming) -> Option<LoweredSchema> {
    let at = parent.at();
    // A reference to the schema means the union all the same.
    let union = schemas.memo.finished.get(at).cloned();
    let lowered = schema_type::by_kind(schemas, parent, &naming.inner("itself"));
    match union {
        Some(union) => schemas.memo.finished.insert(at.clone(), union),
        None => schemas.memo.finished.remove(at),
    };
    // One that says no more than that there are members is read as the union's unknown variant.
    lowered.filter(|lowered| matches!(lowered.ty, Type::Named(_)))
}

/// The alternatives of a union that are lowered already.
struct Alternatives {
    /// The union.
    of: TypeId,
    scope: Scope,
    alternatives: Vec<Alternative>,
    constraints: UnionConstraints,
    nullable: bool,
}

impl Alternatives {
    fn new(of: TypeId) -> Self {
        let scope = Scope::new(Case::Pascal, &["Unknown"]);
        Self { of, scope, alternatives: Vec::new(), constraints: UnionConstraints::default(), nullable: false }
    }

    /// Adds an alternative, or its tags to the one of the same type.
    fn add<'a>(
        &mut self,
        schemas: &mut Schemas<'a>,
        lowered: LoweredSchema,
        node: &NodeRef<'a>,
        tags: &[String],
        is_parent: bool,
    ) {
        if *schemas.behind_aliases(&lowered.ty) == Type::Named(self.of) {
            schemas
                .unsupported(Omission::Schema, &node.at, "an alternative of the union is the union itself")
                .help("give the alternative properties of its own, or remove it");
            return;
        }
        self.nullable |= lowered.nullable;
        self.constraints.add(schemas, &lowered, &node.at);
        if let Some(same) = self.alternatives.iter_mut().find(|known| known.ty == lowered.ty) {
            let new = tags.iter().filter(|tag| !same.tags.contains(tag)).cloned().collect::<Vec<_>>();
            same.tags.extend(new);
            return;
        }
        let wire = name_of(schemas, node, tags);
        if let Some(name) = schemas.claim(&mut self.scope, NameKind::Alternative, (&wire, None), &node.at) {
            let LoweredSchema { ty, docs, .. } = lowered;
            let (tags, at) = (tags.to_vec(), node.at.clone());
            self.alternatives.push(Alternative { name, ty, tags, is_parent, docs, at });
        }
    }
}

/// The constraints of alternatives. A constraint applies to one kind of values. It therefore holds for the whole union,
/// unless another alternative is of the same kind.
#[derive(Default)]
struct UnionConstraints {
    found: Vec<(Kind, Constraints, Pointer)>,
    kinds: Vec<Kind>,
}

/// The kind of values that constraints apply to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    List,
    Object,
}

impl UnionConstraints {
    fn add(&mut self, schemas: &Schemas<'_>, lowered: &LoweredSchema, at: &Pointer) {
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
        if !lowered.constraints.is_empty() {
            self.found.push((kind, lowered.constraints.clone(), at.clone()));
        }
    }

    fn constraints(self, schemas: &mut Schemas<'_>) -> Constraints {
        let Self { found, kinds } = self;
        let mut constraints = Constraints::default();
        for (kind, own, at) in found {
            if kinds.iter().filter(|other| **other == kind).count() > 1 {
                schemas
                    .unsupported(
                        Omission::Constraint,
                        &at,
                        "the constraints of one alternative among several of its kind are not checked",
                    )
                    .help("let one alternative of each kind have constraints");
                continue;
            }
            constraints.checks.extend(own.checks);
            constraints.each = constraints.each.or(own.each);
        }
        constraints
    }
}

/// Returns the name of an alternative: its component, its title, its tag, its only value or its kind, in this order.
fn name_of<'a>(schemas: &Schemas<'a>, node: &NodeRef<'a>, tags: &[String]) -> String {
    if let Some(found) = node.reference().and_then(|reference| schemas.references.find(reference)) {
        let component = component_key(&found.at, "schemas");
        return component.or_else(|| found.at.last()).unwrap_or_default();
    }
    if let Some(key) = component_key(&node.at, "schemas") {
        return key;
    }
    let keywords = Keywords::of(node);
    let enum_members = match keywords.enumeration {
        [Value::Text(one)] if !one.is_empty() => Some(one.as_str()),
        _ => None,
    };
    let name = keywords.annotations.title.or(tags.first().map(String::as_str)).or(enum_members);
    name.map_or_else(|| kind_of(schemas, &keywords).to_owned(), str::to_owned)
}

fn kind_of(schemas: &Schemas<'_>, keywords: &Keywords<'_>) -> &'static str {
    match keywords.kind {
        Some("string") if schemas.multipart.is_some() && keywords.format == Some("binary") => "file",
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

/// The member that identifies the alternatives, and its values for each alternative.
#[derive(Debug, Default)]
struct Tags {
    discriminator: Option<Discriminator>,
    of: Vec<Vec<String>>,
    of_parent: Vec<String>,
}

impl Tags {
    /// Returns the tags of the discriminator. Without one, returns those of a member whose values differ in each alternative.
    fn of<'a>(
        schemas: &mut Schemas<'a>,
        union_schema: &UnionSchema<'a>,
        nodes: &[NodeRef<'a>],
        parent: Option<&Subschemas<'a>>,
    ) -> Self {
        let members: Vec<_> = nodes.iter().map(|node| listed_members(schemas, node)).collect();
        let property = union_schema.discriminator.as_ref().and_then(|discriminator| discriminator.text("propertyName"));
        let Some((discriminator, property)) = union_schema.discriminator.as_ref().zip(property) else {
            return Self::inferred(&members);
        };
        let mapping: Vec<(String, Option<Pointer>)> =
            discriminator.members_of("mapping").map(|(tag, to)| (tag.to_owned(), mapped(schemas, &to))).collect();
        let listed: Vec<_> = members.iter().map(|members| Listed::of(members.as_ref(), property, parent)).collect();
        let of = |node: &NodeRef<'a>, listed: &Listed, others: &[&Listed]| {
            let own = target(schemas, node).map(|target| target.at);
            let of_target = |to: &Option<Pointer>| to.is_some() && *to == own;
            let mut tags: Vec<String> =
                mapping.iter().filter(|(_, to)| of_target(to)).map(|(tag, _)| tag.clone()).collect();
            let is_mapped = |tag: &str| mapping.iter().any(|(key, _)| key == tag);
            let is_shared = |tag: &String| others.iter().any(|other| other.own.contains(tag));
            tags.extend(listed.own.iter().filter(|tag| !is_mapped(tag) && !is_shared(tag)).cloned());
            // A name that the property cannot have as its value is no tag.
            let names =
                [node.reference().and_then(|reference| schemas.references.find(reference)).map(|found| found.at), own];
            for name in names.iter().flatten().filter_map(|at| component_key(at, "schemas")) {
                if !is_mapped(&name) && listed.allows(&name) && !tags.contains(&name) {
                    tags.push(name);
                }
            }
            tags
        };
        let tags = nodes.iter().enumerate().map(|(index, node)| {
            let others = listed.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
            of(node, &listed[index], &others.collect::<Vec<_>>())
        });
        let tags: Vec<_> = tags.collect();
        let of_parent = parent.map(|parent| of(&parent.root().node, &Listed::default(), &[])).unwrap_or_default();
        if tags.iter().all(Vec::is_empty) && of_parent.is_empty() {
            // It tells nothing apart.
            return Self::inferred(&members);
        }
        Self { discriminator: Some(Discriminator::Declared(property.to_owned())), of: tags, of_parent }
    }

    fn inferred(members: &[Option<EnumMembers>]) -> Self {
        // A value that is not an object is identified by its kind.
        let objects = || members.iter().flatten();
        let tells_apart = |property: &&String| {
            let mut seen = BTreeSet::new();
            let enum_members: Option<Vec<_>> = objects().map(|members| members.get(*property)).collect();
            let mut values = enum_members.iter().flatten().flat_map(|(values, _)| values);
            enum_members.is_some() && values.all(|value| seen.insert(value))
        };
        let mut candidates = objects().next().into_iter().flat_map(IndexMap::keys);
        let Some(property) = candidates.find(tells_apart).filter(|_| objects().count() > 1) else {
            return Self::default();
        };
        let tags = |members: &Option<EnumMembers>| Some(members.as_ref()?.get(property)?.0.clone());
        let of = members.iter().map(|members| tags(members).unwrap_or_default()).collect();
        Self { discriminator: Some(Discriminator::Inferred(property.clone())), of, of_parent: Vec::new() }
    }

    fn of_alternative(&self, index: usize) -> &[String] {
        self.of.get(index).map_or(&[], Vec::as_slice)
    }
}

/// The members of an object that have an `enum`, with its values and where it is declared.
type EnumMembers = IndexMap<String, (Vec<String>, Pointer)>;

/// The values that an alternative lists for the discriminator.
#[derive(Debug, Default)]
struct Listed {
    /// Those of its own `enum`.
    own: Vec<String>,
    /// Those of the parent's `enum`, which lists the tags of all children.
    inherited: Vec<String>,
}

impl Listed {
    fn of(members: Option<&EnumMembers>, property: &str, parent: Option<&Subschemas<'_>>) -> Self {
        let Some((values, at)) = members.and_then(|members| members.get(property)) else { return Self::default() };
        let is_inherited = parent.is_some_and(|parent| at.names().starts_with(&parent.at().names()));
        match is_inherited {
            true => Self { own: Vec::new(), inherited: values.clone() },
            false => Self { own: values.clone(), inherited: Vec::new() },
        }
    }

    /// Returns whether the discriminator can have a value.
    fn allows(&self, value: &str) -> bool {
        let mut values = self.own.iter().chain(&self.inherited).peekable();
        values.peek().is_none() || values.any(|listed| listed == value)
    }
}

/// Returns the members of an alternative that have an `enum`; `None` if it is not an object.
fn listed_members<'a>(schemas: &mut Schemas<'a>, node: &NodeRef<'a>) -> Option<EnumMembers> {
    let target = target(schemas, node)?;
    let subschemas = Subschemas::of(schemas, &target)?;
    if matches!(subschemas.kind(), Some(kind) if kind != "object") || subschemas.enumeration().is_some() {
        return None;
    }
    let mut members = EnumMembers::new();
    for (name, nodes) in subschemas.properties() {
        let Some(node) = nodes.last() else { continue };
        let property = self::target(schemas, node);
        let values = property.map(|property| Keywords::of(&property).enumeration).unwrap_or_default();
        if listed_texts(values) {
            let values = values.iter().filter_map(Value::as_text).map(str::to_owned).collect();
            members.insert(name.to_owned(), (values, node.at.clone()));
        }
    }
    Some(members)
}

/// Returns the schema that a tag is mapped to.
fn mapped(schemas: &mut Schemas<'_>, to: &NodeRef<'_>) -> Option<Pointer> {
    let name = to.value.as_text()?;
    let found = named_schema(schemas, name);
    if found.is_none() {
        let message = format!("the tag is mapped to `{name}`, which is not a schema");
        schemas
            .reporter
            .unsupported(Omission::Reference, Code::Reference, &to.at, message)
            .help("map it to one of the alternatives, by reference or by the name of its component");
    }
    found
}

/// Returns the schema that a mapping names, by reference or by the name of a component.
fn named_schema(schemas: &Schemas<'_>, to: &str) -> Option<Pointer> {
    let by_name = || schemas.references.find(&format!("#{}", component_text(to)));
    let found = if to.starts_with('#') { schemas.references.find(to) } else { by_name() };
    // An alternative is known by the schema that its reference leads to.
    found.map(|found| target(schemas, &found).unwrap_or(found).at)
}

fn component_text(key: &str) -> String {
    super::state::component_pointer(key).to_string().trim_start_matches('#').to_owned()
}
