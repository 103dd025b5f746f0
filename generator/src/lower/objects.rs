//! Object schemas become structs: `allOf` is merged here, and rules between members are read.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::Schema;

use super::extensions::{self, Extensions, scalar_text};
use super::keywords::{AdditionalNode, Group, Keywords, Node};
use super::schemas::{Lowered, Naming, Schemas};
use crate::diagnostics::{Code, Diagnostics};
use crate::ir::{Additional, Condition, Constructor, Docs, Field, Presence, Rule, Status, Storage, Struct};
use crate::names::{Case, Scope};
use crate::source::Pointer;

/// The methods that every object has beside its setters.
const METHODS: &[&str] = &["new", "extra", "additional_property"];

/// The members and rules of an object, gathered from all parts of an `allOf`.
#[derive(Default)]
struct Parts<'a> {
    properties: IndexMap<&'a str, (Node<'a>, Pointer)>,
    required: Vec<(&'a str, Pointer)>,
    additional: Additional,
    rules: Vec<(Rule, Pointer)>,
    constructors: Vec<(extensions::Constructor, Pointer)>,
    success_requires: Vec<(String, Pointer)>,
}

/// Lowers an object with declared members.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    schema: &'a Schema,
    keywords: &Keywords<'a>,
    at: &Pointer,
    naming: &Naming,
) -> Option<Struct> {
    let mut parts = Parts::default();
    gather(schemas, schema, keywords, at, &mut parts)?;
    let mut scope = Scope::new(Case::Snake, METHODS);
    let fields = fields(schemas, &parts, &mut scope, naming)?;
    let members = Members { fields: &fields };
    for (name, at) in &parts.required {
        members.check(name, at, "`required`", schemas.diagnostics);
    }
    for (name, at) in &parts.success_requires {
        members.check(name, at, "`x-sdk-success-requires`", schemas.diagnostics);
    }
    for (rule, at) in &parts.rules {
        for name in mentioned(rule) {
            members.check(name, at, "the rule", schemas.diagnostics);
        }
    }
    let constructors = constructors(schemas, &parts, &members, &mut scope);
    let success_requires = parts.success_requires.into_iter().map(|(name, _)| name).collect();
    let rules = parts.rules.into_iter().map(|(rule, _)| rule).collect();
    Some(Struct { fields, additional: parts.additional, rules, constructors, success_requires })
}

/// Collects what one schema and everything in its `allOf` say about the object.
fn gather<'a>(
    schemas: &mut Schemas<'a>,
    schema: &'a Schema,
    keywords: &Keywords<'a>,
    at: &Pointer,
    parts: &mut Parts<'a>,
) -> Option<()> {
    refuse_non_object(schemas, keywords, at)?;
    for (index, part) in keywords.all_of.iter().enumerate() {
        let at = at.join("allOf").join(index);
        let (schema, at) = follow(schemas, *part, at)?;
        gather(schemas, schema, &Keywords::of(schema), &at, parts)?;
    }
    for (name, node) in &keywords.properties {
        let at = at.join("properties").join(name);
        if let Some((_, first)) = parts.properties.get(name) {
            schemas
                .diagnostics
                .error(Code::Unsupported, &at, format!("property `{name}` is declared again; first at {first}"))
                .help("declare it in one part of the `allOf` only");
            continue;
        }
        parts.properties.insert(name, (*node, at));
    }
    let required = keywords.required.iter().enumerate();
    parts.required.extend(required.map(|(index, name)| (*name, at.join("required").join(index))));
    gather_additional(schemas, schema, keywords, at, parts);
    gather_alternatives(schemas, keywords, at, parts);
    gather_extensions(schemas, schema, at, parts);
    Some(())
}

/// The schema behind a part of an `allOf`.
fn follow<'a>(schemas: &mut Schemas<'a>, node: Node<'a>, at: Pointer) -> Option<(&'a Schema, Pointer)> {
    let (mut node, mut at) = (node, at);
    // A chain of references longer than this can only be a circle.
    for _ in 0..64 {
        match node {
            Node::Schema(schema) => return Some((schema, at)),
            Node::Reference(reference) => {
                let (key, target) = schemas.resolve(reference, &at)?;
                (node, at) = (Node::of(target), super::schemas::component_pointer(key));
            }
        }
    }
    schemas.diagnostics.error(Code::Reference, &at, "the references go round in a circle").help("refer to an object schema");
    None
}

fn refuse_non_object(schemas: &mut Schemas<'_>, keywords: &Keywords<'_>, at: &Pointer) -> Option<()> {
    let is_object = keywords.kind == Some("object") || keywords.kind.is_none() && !keywords.all_of.is_empty();
    if !is_object {
        schemas
            .diagnostics
            .error(Code::Unsupported, at, "only objects can be merged")
            .help("give every part of the `allOf` the type `object`");
        return None;
    }
    let groups = keywords.present();
    let counts = groups.iter().filter(|(_, name)| matches!(*name, "minProperties" | "maxProperties"));
    for (_, name) in counts {
        schemas
            .diagnostics
            .error(Code::Unsupported, &at.join(name), format!("`{name}` on an object with declared properties is not supported"))
            .help("list the properties in `required`, or remove the keyword");
    }
    if !keywords.one_of.is_empty() {
        schemas
            .diagnostics
            .error(Code::Unsupported, &at.join("oneOf"), "`oneOf` on an object is not supported")
            .help("`anyOf` of `required` lists is supported; otherwise describe the members of all alternatives in one object");
    }
    let others = groups.iter().any(|(group, _)| !matches!(group, Group::Object | Group::Composition));
    if others {
        let mut rest = keywords.clone();
        (rest.all_of, rest.any_of, rest.one_of) = (Vec::new(), Vec::new(), Vec::new());
        schemas.refuse_other_groups(&rest, &[Group::Object], at)?;
    }
    Some(())
}

fn gather_additional<'a>(
    schemas: &mut Schemas<'a>,
    schema: &'a Schema,
    keywords: &Keywords<'a>,
    at: &Pointer,
    parts: &mut Parts<'a>,
) {
    let declared = match keywords.additional {
        None | Some(AdditionalNode::Any(false)) => Additional::Undeclared,
        Some(AdditionalNode::Any(true)) => Additional::Any,
        Some(AdditionalNode::Schema(Node::Schema(schema))) if Keywords::of(schema).is_empty() => Additional::Any,
        Some(AdditionalNode::Schema(_)) => {
            schemas
                .diagnostics
                .error(Code::Unsupported, &at.join("additionalProperties"), "typed `additionalProperties` beside `properties` are not supported")
                .help("use `additionalProperties: true`, or an object that is a map only");
            return;
        }
    };
    let key = extensions::ADDITIONAL_PROPERTY_NAMES;
    let pattern: Option<String> = Extensions::new(&schema.schema_data.extensions, at).get(key, schemas.diagnostics);
    parts.additional = match (declared, pattern) {
        (Additional::Any, Some(pattern)) => match schemas.pattern(&pattern, &at.join(key)) {
            Some(pattern) => Additional::Named(pattern),
            None => return,
        },
        (_, Some(_)) => {
            schemas
                .diagnostics
                .error(Code::Extension, &at.join(key), format!("`{key}` needs `additionalProperties: true`"))
                .help("declare that the object has other properties, or remove the pattern");
            return;
        }
        (Additional::Undeclared, None) => return,
        (declared, None) => declared,
    };
}

/// `anyOf` of nothing but `required` lists is a rule.
fn gather_alternatives<'a>(schemas: &mut Schemas<'a>, keywords: &Keywords<'a>, at: &Pointer, parts: &mut Parts<'a>) {
    if keywords.any_of.is_empty() {
        return;
    }
    let mut any_of = Vec::new();
    for (index, node) in keywords.any_of.iter().enumerate() {
        let at = at.join("anyOf").join(index);
        let alternative = match node {
            Node::Schema(schema) => Keywords::of(schema),
            Node::Reference(_) => Keywords::default(),
        };
        let only_required = alternative.present() == [(Group::Object, "required")];
        if !only_required {
            schemas
                .diagnostics
                .error(Code::Unsupported, &at, "`anyOf` on an object is supported only between lists of `required`")
                .help("describe the members of all alternatives in one object");
            return;
        }
        any_of.push(alternative.required.iter().map(|name| (*name).to_owned()).collect());
    }
    parts.rules.push((Rule::Require { when: Vec::new(), any_of }, at.join("anyOf")));
}

fn gather_extensions<'a>(schemas: &mut Schemas<'a>, schema: &'a Schema, at: &Pointer, parts: &mut Parts<'a>) {
    let extensions = Extensions::new(&schema.schema_data.extensions, at);
    let rules: Vec<extensions::Rule> = extensions.get(extensions::RULES, schemas.diagnostics).unwrap_or_default();
    for (index, rule) in rules.into_iter().enumerate() {
        let at = at.join(extensions::RULES).join(index);
        let rules = rules_of(schemas.diagnostics, rule, &at);
        parts.rules.extend(rules.into_iter().map(|rule| (rule, at.clone())));
    }
    let constructors: Vec<extensions::Constructor> = extensions.get(extensions::CONSTRUCTORS, schemas.diagnostics).unwrap_or_default();
    let constructors = constructors.into_iter().enumerate();
    parts.constructors.extend(constructors.map(|(index, one)| (one, at.join(extensions::CONSTRUCTORS).join(index))));
    let success: Vec<String> = extensions.get(extensions::SUCCESS_REQUIRES, schemas.diagnostics).unwrap_or_default();
    let success = success.into_iter().enumerate();
    parts.success_requires.extend(success.map(|(index, name)| (name, at.join(extensions::SUCCESS_REQUIRES).join(index))));
}

/// One entry of `x-sdk-rules`: conditions, and exactly one consequence.
fn rules_of(diagnostics: &mut Diagnostics, rule: extensions::Rule, at: &Pointer) -> Vec<Rule> {
    let extensions::Rule { when, required, any_of_required, equals, max_total, of, counts } = rule;
    let when = conditions(diagnostics, &when, &at.join("when"));
    match (required, any_of_required, equals, max_total, of, counts) {
        (Some(names), None, None, None, None, None) => vec![Rule::Require { when, any_of: vec![names] }],
        (None, Some(any_of), None, None, None, None) => vec![Rule::Require { when, any_of }],
        (None, None, Some(equals), None, None, None) => {
            let then = conditions(diagnostics, &equals, &at.join("equals"));
            then.into_iter().map(|then| Rule::Equals { when: when.clone(), then }).collect()
        }
        (None, None, None, Some(max), Some(of), Some(counts)) if when.is_empty() => vec![Rule::MaxTotal { max, of, counts }],
        _ => {
            diagnostics
                .error(Code::Extension, at, "a rule has conditions in `when` and exactly one consequence")
                .help("say one of `required`, `any-of-required`, `equals`, or `max-total` with `of` and `counts` (and no `when`)");
            Vec::new()
        }
    }
}

/// The properties a rule speaks of; of a path, the first step.
fn mentioned(rule: &Rule) -> Vec<&str> {
    match rule {
        Rule::Require { when, any_of } => {
            let conditions = when.iter().map(|condition| condition.property.as_str());
            conditions.chain(any_of.iter().flatten().map(String::as_str)).collect()
        }
        Rule::Equals { when, then } => when.iter().chain([then]).map(|condition| condition.property.as_str()).collect(),
        Rule::MaxTotal { of, .. } => of.iter().map(|path| path.split(['.', '[']).next().unwrap_or(path)).collect(),
    }
}

fn conditions(diagnostics: &mut Diagnostics, map: &BTreeMap<String, serde_json::Value>, at: &Pointer) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (property, value) in map {
        match scalar_text(value) {
            Some(text) => conditions.push(Condition { property: property.clone(), text }),
            None => {
                diagnostics
                    .error(Code::Extension, &at.join(property), "only texts, numbers and booleans can be compared")
                    .help("write the value as a scalar");
            }
        }
    }
    conditions
}

fn fields<'a>(schemas: &mut Schemas<'a>, parts: &Parts<'a>, scope: &mut Scope, naming: &Naming) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut complete = true;
    for (wire, (node, at)) in &parts.properties {
        let Some(lowered) = schemas.node(*node, at, &naming.inner(wire)) else {
            complete = false;
            continue;
        };
        let required = parts.required.iter().any(|(name, _)| name == wire);
        match field(schemas, wire, lowered, required, at, scope) {
            Some(field) => fields.push(field),
            None => complete = false,
        }
    }
    complete.then_some(fields)
}

fn field(
    schemas: &mut Schemas<'_>,
    wire: &str,
    lowered: Lowered,
    required: bool,
    at: &Pointer,
    scope: &mut Scope,
) -> Option<Field> {
    let Lowered { ty, nullable, limits, visibility, default, status, docs, rust_name } = lowered;
    let claimed = scope.claim(wire, rust_name.as_deref(), at);
    let name = schemas.named(claimed, wire, "property", at)?;
    let presence = match (required, nullable) {
        (true, false) => Presence::Required,
        (false, false) => Presence::Optional,
        (true, true) => Presence::Nullable,
        (false, true) => Presence::OptionalNullable,
    };
    let deprecated = status == Status::Deprecated;
    if deprecated && presence == Presence::Required {
        schemas
            .diagnostics
            .error(Code::Unsupported, at, format!("property `{wire}` is both required and deprecated"))
            .help("take it out of `required`, or out of deprecation");
    }
    Some(Field { name, ty, presence, limits, visibility, default, status, storage: Storage::Inline, docs, at: at.clone() })
}

/// The fields of an object, to look names up in.
struct Members<'a> {
    fields: &'a [Field],
}

impl Members<'_> {
    fn check(&self, wire: &str, at: &Pointer, keyword: &str, diagnostics: &mut Diagnostics) -> bool {
        let known = self.fields.iter().any(|field| field.name.wire() == wire);
        if !known {
            diagnostics
                .error(Code::Reference, at, format!("{keyword} names the property `{wire}`, which is not declared"))
                .help("declare the property, or correct its name");
        }
        known
    }
}

fn constructors(schemas: &mut Schemas<'_>, parts: &Parts<'_>, members: &Members<'_>, scope: &mut Scope) -> Vec<Constructor> {
    let mut constructors = Vec::new();
    for (constructor, at) in &parts.constructors {
        let fixed = conditions(schemas.diagnostics, &constructor.fixed, &at.join("fixed"));
        let mut known = true;
        for condition in &fixed {
            known &= members.check(&condition.property, &at.join("fixed"), "`fixed`", schemas.diagnostics);
        }
        for name in &constructor.required {
            known &= members.check(name, &at.join("required"), "`required`", schemas.diagnostics);
        }
        refuse_incomplete(schemas.diagnostics, constructor, members, at);
        let claimed = scope.claim(&constructor.name, Some(&constructor.name), at);
        let name = schemas.named(claimed, &constructor.name, "constructor", at);
        if let (Some(name), true) = (name, known) {
            let docs = Docs { text: constructor.description.clone(), notes: Vec::new() };
            constructors.push(Constructor { name, docs, fixed, arguments: constructor.required.clone() });
        }
    }
    constructors
}

/// A constructor must settle every required member, or the object it makes would not be one.
fn refuse_incomplete(diagnostics: &mut Diagnostics, constructor: &extensions::Constructor, members: &Members<'_>, at: &Pointer) {
    let settled = |wire: &str| constructor.fixed.contains_key(wire) || constructor.required.iter().any(|name| name == wire);
    let required = members.fields.iter().filter(|field| matches!(field.presence, Presence::Required | Presence::Nullable));
    for field in required.filter(|field| !settled(field.name.wire())) {
        let wire = field.name.wire();
        diagnostics
            .error(Code::Extension, at, format!("constructor `{}` leaves the required property `{wire}` out", constructor.name))
            .help("take it as an argument in `required`, or settle it in `fixed`");
    }
}
