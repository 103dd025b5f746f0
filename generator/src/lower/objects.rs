//! Object schemas become structs: `allOf` is merged here, and rules between members are read.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::Schema;

use super::Named;
use super::extensions::{self, Extensions, scalar_text};
use super::keywords::{AdditionalNode, Group, Keywords, Node};
use super::schemas::{Lowered, Naming, Schemas};
use crate::diagnostics::{Code, Diagnostics, closest};
use crate::ir::{
    Additional, Condition, Constructor, Docs, Field, Presence, Rule, Scalar, Status, Storage, Struct, Type,
};
use crate::names::{Case, Scope};
use crate::source::Pointer;

/// The methods that every object has beside its setters.
const METHODS: &[&str] = &["new", "extra", "additional_property"];

/// The members and rules of an object, gathered from all parts of an `allOf`.
#[derive(Default)]
struct Parts<'a> {
    properties: IndexMap<&'a str, (Node<'a>, Pointer)>,
    required: Vec<&'a str>,
    additional: Additional,
    rules: Vec<Rule>,
    constructors: Vec<(extensions::Constructor, Pointer)>,
    success_requires: Vec<String>,
    mentions: Vec<Mention>,
    /// The places of the schemas that are being gathered, to notice one that is a part of itself.
    open: Vec<Pointer>,
}

/// A property that something is said of, which has to be declared.
struct Mention {
    property: String,
    /// The value it is to have, as text.
    value: Option<String>,
    /// Where it is said.
    at: Pointer,
}

impl Parts<'_> {
    /// Notes that the list at a place names these properties.
    fn mention(&mut self, names: &[impl AsRef<str>], at: &Pointer) {
        let names = names.iter().enumerate();
        self.mentions.extend(names.map(|(index, name)| Mention {
            property: name.as_ref().to_owned(),
            value: None,
            at: at.join(index),
        }));
    }

    /// Reads the mapping at a place from properties to the values they are to have.
    fn conditions(
        &mut self,
        diagnostics: &mut Diagnostics,
        map: &BTreeMap<String, serde_json::Value>,
        at: &Pointer,
    ) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (property, value) in map {
            let at = at.join(property);
            let Some(text) = scalar_text(value) else {
                diagnostics
                    .error(Code::Extension, &at, "only texts, numbers and booleans can be compared")
                    .help("write the value as one of them");
                continue;
            };
            self.mentions.push(Mention { property: property.clone(), value: Some(text.clone()), at });
            conditions.push(Condition { property: property.clone(), text });
        }
        conditions
    }
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
    let constructors = constructors(schemas, &mut parts, &fields, &mut scope);
    for mention in &parts.mentions {
        check(schemas, mention, &fields);
    }
    let Parts { additional, rules, success_requires, .. } = parts;
    Some(Struct { fields, additional, rules, constructors, success_requires })
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
    if parts.open.contains(at) {
        schemas
            .diagnostics
            .error(Code::Reference, at, "the object is a part of itself")
            .help("take the reference to it out of the `allOf`");
        return None;
    }
    parts.open.push(at.clone());
    for (index, part) in keywords.all_of.iter().enumerate() {
        let at = at.join("allOf").join(index);
        let (schema, at) = follow(schemas, *part, at)?;
        gather(schemas, schema, &Keywords::of(schema), &at, parts)?;
    }
    parts.open.pop();
    for (name, node) in &keywords.properties {
        let at = at.join("properties").join(name);
        if let Some((_, first)) = parts.properties.get(name) {
            schemas
                .diagnostics
                .error(Code::Unsupported, &at, format!("the property `{name}` is declared again"))
                .related(first, "first declared here")
                .help("declare it in one part of the `allOf` only");
            continue;
        }
        parts.properties.insert(name, (*node, at));
    }
    parts.required.extend(&keywords.required);
    parts.mention(&keywords.required, &at.join("required"));
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
    schemas
        .diagnostics
        .error(Code::Reference, &at, "the references go round in a circle")
        .help("refer to an object schema");
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
            .error(
                Code::Unsupported,
                &at.join(name),
                format!("`{name}` on an object with declared properties is not supported"),
            )
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
                .error(
                    Code::Unsupported,
                    &at.join("additionalProperties"),
                    "typed `additionalProperties` beside `properties` are not supported",
                )
                .help("use `additionalProperties: true`, or an object that is a map only");
            return;
        }
    };
    let key = extensions::ADDITIONAL_PROPERTY_NAMES;
    let pattern: Option<String> = Extensions::new(&schema.schema_data.extensions, at).get(key, schemas.diagnostics);
    parts.additional = match (declared, pattern) {
        (Additional::Any, Some(pattern)) => {
            match super::limits::pattern(&pattern, &at.join(key), schemas.diagnostics) {
                Some(pattern) => Additional::Named(pattern),
                None => return,
            }
        }
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
        parts.mention(&alternative.required, &at.join("required"));
        any_of.push(alternative.required.iter().map(|name| (*name).to_owned()).collect());
    }
    parts.rules.push(Rule::Require { when: Vec::new(), any_of });
}

fn gather_extensions<'a>(schemas: &mut Schemas<'a>, schema: &'a Schema, at: &Pointer, parts: &mut Parts<'a>) {
    let extensions = Extensions::new(&schema.schema_data.extensions, at);
    extensions.allow_only(extensions::OF_OBJECTS, schemas.diagnostics);
    for (rule, at) in extensions.list(extensions::RULES, schemas.diagnostics) {
        gather_rule(schemas.diagnostics, rule, &at, parts);
    }
    parts.constructors.extend(extensions.list(extensions::CONSTRUCTORS, schemas.diagnostics));
    let success: Vec<String> = extensions.get(extensions::SUCCESS_REQUIRES, schemas.diagnostics).unwrap_or_default();
    parts.mention(&success, &at.join(extensions::SUCCESS_REQUIRES));
    parts.success_requires.extend(success);
}

/// One entry of `x-sdk-rules`: conditions, and exactly one consequence.
fn gather_rule(diagnostics: &mut Diagnostics, rule: extensions::Rule, at: &Pointer, parts: &mut Parts<'_>) {
    let extensions::Rule { when, required, any_of_required, equals, max_total, of, counts } = rule;
    let when = parts.conditions(diagnostics, &when, &at.join("when"));
    match (required, any_of_required, equals, max_total, of, counts) {
        (Some(names), None, None, None, None, None) => {
            parts.mention(&names, &at.join("required"));
            parts.rules.push(Rule::Require { when, any_of: vec![names] });
        }
        (None, Some(any_of), None, None, None, None) => {
            for (index, names) in any_of.iter().enumerate() {
                parts.mention(names, &at.join("any-of-required").join(index));
            }
            parts.rules.push(Rule::Require { when, any_of });
        }
        (None, None, Some(equals), None, None, None) => {
            let then = parts.conditions(diagnostics, &equals, &at.join("equals"));
            parts.rules.extend(then.into_iter().map(|then| Rule::Equals { when: when.clone(), then }));
        }
        // Its paths lead through other types, so they are checked when all types are known.
        (None, None, None, Some(max), Some(of), Some(counts)) if when.is_empty() => {
            parts.rules.push(Rule::MaxTotal { max, of, counts, at: at.clone() });
        }
        _ => {
            diagnostics
                .error(Code::Extension, at, "a rule has conditions in `when` and exactly one consequence")
                .help("say one of `required`, `any-of-required`, `equals`, or `max-total` with `of` and `counts` (and no `when`)");
        }
    }
}

fn fields<'a>(schemas: &mut Schemas<'a>, parts: &Parts<'a>, scope: &mut Scope, naming: &Naming) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut complete = true;
    for (wire, (node, at)) in &parts.properties {
        let Some(lowered) = schemas.node(*node, at, &naming.inner(wire)) else {
            complete = false;
            continue;
        };
        let required = parts.required.contains(wire);
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
    let name = schemas.named(claimed, wire, Named::Property, at)?;
    let presence = match (required, nullable) {
        (true, false) => Presence::Required,
        (false, false) => Presence::Optional,
        (true, true) => Presence::Nullable,
        (false, true) => Presence::OptionalNullable,
    };
    if let Some(value) = default.as_deref().and_then(|default| scalar_text(&serde_json::from_str(default).ok()?))
        && let Err(help) = fits(schemas, &ty, &value)
    {
        let message = format!("the property `{wire}` is never `{value}`, its default");
        schemas.diagnostics.error(Code::Invalid, &at.join("default"), message).help(help);
    }
    let deprecated = status == Status::Deprecated;
    if deprecated && presence == Presence::Required {
        schemas
            .diagnostics
            .error(Code::Unsupported, at, format!("the property `{wire}` is both required and deprecated"))
            .help("take it out of `required`, or out of deprecation");
    }
    Some(Field {
        name,
        ty,
        presence,
        limits,
        visibility,
        default,
        status,
        storage: Storage::Inline,
        docs,
        at: at.clone(),
    })
}

/// Checks that what is said of a property can be said of it.
fn check(schemas: &mut Schemas<'_>, mention: &Mention, fields: &[Field]) {
    let Mention { property, value, at } = mention;
    let Some(field) = fields.iter().find(|field| field.name.wire() == property) else {
        schemas.diagnostics.error(Code::Reference, at, format!("the property `{property}` is not declared")).help(
            match closest(property, fields.iter().map(|field| field.name.wire())) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "declare it under `properties`, or correct its name".to_owned(),
            },
        );
        return;
    };
    if let Some(value) = value
        && let Err(help) = fits(schemas, &field.ty, value)
    {
        schemas.diagnostics.error(Code::Extension, at, format!("`{property}` is never `{value}`")).help(help);
    }
}

/// Whether a property of this type can have this value; what to do when it cannot.
fn fits(schemas: &Schemas<'_>, ty: &Type, value: &str) -> Result<(), String> {
    let (fits, help) = match schemas.behind_aliases(ty) {
        Type::Scalar(Scalar::Text | Scalar::Secret) | Type::Json => return Ok(()),
        Type::Scalar(Scalar::Boolean) => (matches!(value, "true" | "false"), "write true or false"),
        Type::Scalar(Scalar::Integer32) => (value.parse::<i32>().is_ok(), "write an integer of 32 bits"),
        Type::Scalar(Scalar::Integer64) => (value.parse::<i64>().is_ok(), "write an integer"),
        Type::Scalar(Scalar::Decimal) => (serde_json::from_str::<serde_json::Number>(value).is_ok(), "write a number"),
        Type::Scalar(Scalar::Date) => (is_date(value), "write a date such as 2024-02-29"),
        Type::Named(id) => match schemas.enumeration_at(*id) {
            Some(values) if values.contains(&value) => return Ok(()),
            Some(values) => return Err(format!("write one of {}", values.join(", "))),
            None => (false, "choose a property that is no object"),
        },
        Type::List(_) | Type::Map(_) => (false, "choose a property that is no list and no map"),
    };
    if fits { Ok(()) } else { Err(help.to_owned()) }
}

fn is_date(value: &str) -> bool {
    let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
    value.chars().map(digits).collect::<String>() == "0000-00-00"
}

fn constructors(
    schemas: &mut Schemas<'_>,
    parts: &mut Parts<'_>,
    fields: &[Field],
    scope: &mut Scope,
) -> Vec<Constructor> {
    let mut constructors = Vec::new();
    for (constructor, at) in std::mem::take(&mut parts.constructors) {
        let fixed = parts.conditions(schemas.diagnostics, &constructor.fixed, &at.join("fixed"));
        parts.mention(&constructor.required, &at.join("required"));
        refuse_incomplete(schemas.diagnostics, &constructor, fields, &at);
        refuse_repeated(schemas.diagnostics, &constructor, &at);
        refuse_inconstant(schemas, &fixed, fields, &at);
        let claimed = scope.claim(&constructor.name, Some(&constructor.name), &at);
        if let Some(name) = schemas.named(claimed, &constructor.name, Named::Constructor, &at) {
            let docs = Docs { text: constructor.description, notes: Vec::new() };
            constructors.push(Constructor { name, docs, fixed, arguments: constructor.required });
        }
    }
    constructors
}

/// A constructor must settle every required member, or the object it makes would not be one.
fn refuse_incomplete(
    diagnostics: &mut Diagnostics,
    constructor: &extensions::Constructor,
    fields: &[Field],
    at: &Pointer,
) {
    let settled =
        |wire: &str| constructor.fixed.contains_key(wire) || constructor.required.iter().any(|name| name == wire);
    let required = fields.iter().filter(|field| matches!(field.presence, Presence::Required | Presence::Nullable));
    for field in required.filter(|field| !settled(field.name.wire())) {
        let wire = field.name.wire();
        diagnostics
            .error(
                Code::Extension,
                at,
                format!("the constructor `{}` leaves the required property `{wire}` out", constructor.name),
            )
            .help("take it as an argument in `required`, or settle it in `fixed`");
    }
}

/// An argument is taken once, and not settled besides.
fn refuse_repeated(diagnostics: &mut Diagnostics, constructor: &extensions::Constructor, at: &Pointer) {
    for (index, name) in constructor.required.iter().enumerate() {
        if constructor.fixed.contains_key(name) || constructor.required[..index].contains(name) {
            diagnostics
                .error(
                    Code::Extension,
                    &at.join("required").join(index),
                    format!("the constructor settles or takes `{name}` twice"),
                )
                .help("keep one of the two");
        }
    }
}

/// What a constructor settles has to be a constant of Rust.
fn refuse_inconstant(schemas: &mut Schemas<'_>, fixed: &[Condition], fields: &[Field], at: &Pointer) {
    for Condition { property, text } in fixed {
        let Some(field) = fields.iter().find(|field| field.name.wire() == property) else { continue };
        let is_constant = match schemas.behind_aliases(&field.ty) {
            Type::Scalar(Scalar::Decimal) => text.parse::<i64>().is_ok(),
            Type::Scalar(Scalar::Date) | Type::Json => false,
            _ => true,
        };
        if !is_constant {
            schemas
                .diagnostics
                .error(
                    Code::Unsupported,
                    &at.join("fixed").join(property),
                    format!("`{property}` cannot be settled in a constructor"),
                )
                .help("take it as an argument in `required`; texts, integers, booleans and enum values can be settled");
        }
    }
}
