//! Lowers object schemas to structs.

use crate::diagnostics::{Code, Omission, closest};
use crate::document::{NodeRef, Pointer, extension_keys, scalar_text};
use crate::ir::{
    Access, Additional, Docs, Field, Presence, Rule, Scalar, Shape, Status, Storage, Struct, Type, Visibility,
};
use crate::names::{Case, Scope};

use indexmap::IndexMap;

use super::all_of::MergedSchema;
use super::extensions::Extensions;
use super::keyword_groups::refuse_other_groups;
use super::keywords::{AdditionalNode, Group, Keywords};
use super::lowered::LoweredSchema;
use super::naming::{NameKind, Naming};
use super::rules::{Mention, Rules};
use super::state::PendingObject;
use super::state::Schemas;
use super::subschemas::Subschemas;
use super::{all_of, constructors, schema_type, success_meaning};

/// The methods of every object, apart from its setters.
const METHODS: &[&str] = &["new", "extra", "additional_property"];

/// The field for undeclared members with a type.
const ADDITIONAL: &str = "additional properties";

/// Lowers an object with declared members. [`finish`] lowers the members later, so that long chains of objects do not
/// exhaust the stack.
pub(super) fn lower<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    naming: &Naming,
) -> Option<LoweredSchema> {
    refuse_property_counts(schemas, subschemas)?;
    let name = schemas.type_name(naming, subschemas.at())?;
    let text = subschemas.root().keywords.annotations.description.unwrap_or_default().to_owned();
    let docs = Docs { text, annotations: Vec::new() };
    let id = schemas.insert_type(name, docs, Shape::Struct(Struct::default()), subschemas.at(), naming);
    // An object within a part is JSON, and has no files.
    let multipart = schemas.multipart.clone().filter(|_| !schemas.in_object);
    schemas.pending.push_back(PendingObject { id, subschemas: subschemas.clone(), naming: naming.clone(), multipart });
    Some(LoweredSchema::plain(Type::Named(id)))
}

/// Lowers the members of an object from the queue.
pub(super) fn finish<'a>(schemas: &mut Schemas<'a>, pending: &PendingObject<'a>) {
    let PendingObject { id, subschemas, naming, multipart } = pending;
    let previous = std::mem::replace(&mut schemas.multipart, multipart.clone());
    schemas.in_object = true;
    if let Some(object) = object(schemas, subschemas, naming) {
        schemas.made.types.get_mut(*id).shape = Shape::Struct(object);
    }
    schemas.multipart = previous;
    schemas.in_object = false;
}

fn object<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Option<Struct> {
    let mut rules = Rules::default();
    for subschema in &subschemas.list {
        Extensions::new(&subschema.node).allow_only(extension_keys::OF_OBJECTS, &mut schemas.reporter);
        rules.gather(schemas, subschema);
    }
    let mut scope = Scope::new(Case::Snake, METHODS);
    let fields = fields(schemas, subschemas, &mut scope, naming)?;
    let additional = additional(schemas, subschemas, &mut scope, naming);
    let constructors = constructors::lower(schemas, &mut rules, &fields, &mut scope);
    let success = success_meaning::lower(&mut schemas.reporter, &mut rules).map(Box::new);
    for mention in &rules.mentions {
        check_mention(schemas, mention, &fields);
    }
    for field in fields.iter().filter(|field| field.look_up) {
        check_look_up(schemas, field);
    }
    let is_declared = |name: &String| fields.iter().any(|field| field.name.wire() == name);
    let Rules { list: rules, success_requires, .. } = rules;
    let is_valid = |rule: &Rule| match rule {
        Rule::Require { any_of, .. } => any_of.iter().flatten().all(is_declared),
        Rule::Equals { .. } | Rule::MaxTotal { .. } | Rule::MaxSum { .. } => true,
    };
    let rules = rules.into_iter().filter(is_valid).collect();
    Some(Struct { fields, additional, rules, constructors, success_requires, success, told_by_members: false })
}

/// Reports keywords that are not supported on an object with declared members.
fn refuse_property_counts(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<()> {
    for subschema in &subschemas.list {
        let counts = subschema.keywords.present().into_iter().map(|(_, name)| name);
        for name in counts.filter(|name| matches!(*name, "minProperties" | "maxProperties")) {
            schemas
                .unsupported(
                    Omission::Constraint,
                    &subschema.node.at.join(name),
                    format!("`{name}` on an object with declared properties is not supported"),
                )
                .help("list the properties in `required`, or remove the keyword");
        }
    }
    refuse_other_groups(schemas, subschemas, &[Group::Object, Group::Composition])
}

/// Lowers `additionalProperties`.
fn additional<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    scope: &mut Scope,
    naming: &Naming,
) -> Additional {
    let declared = match subschemas.additional() {
        None | Some(AdditionalNode::Any(false)) => Additional::Undeclared,
        Some(AdditionalNode::Any(true)) => Additional::Any,
        Some(AdditionalNode::Schema(node)) if node.reference().is_none() && Keywords::of(node).is_empty() => {
            Additional::Any
        }
        Some(AdditionalNode::Schema(node)) => typed_additional(schemas, &node.clone(), scope, naming),
    };
    let key = extension_keys::ADDITIONAL_PROPERTY_NAMES;
    let Some(subschema) = subschemas.list.iter().rev().find(|subschema| Extensions::new(&subschema.node).has(key))
    else {
        return declared;
    };
    let at = subschema.node.at.join(key);
    let pattern: Option<String> = Extensions::new(&subschema.node).get(key, &mut schemas.reporter);
    let Some(pattern) = pattern else { return declared };
    if declared != Additional::Any {
        schemas
            .reporter
            .error(Code::Extension, &at, format!("`{key}` needs `additionalProperties: true`"))
            .help("add `additionalProperties: true`, or remove the pattern");
        return declared;
    }
    super::constraints::pattern(schemas, &pattern, &at).map_or(declared, Additional::Named)
}

fn typed_additional<'a>(
    schemas: &mut Schemas<'a>,
    node: &NodeRef<'a>,
    scope: &mut Scope,
    naming: &Naming,
) -> Additional {
    let Some(values) = schemas.lower(node, &naming.inner("value")) else { return Additional::Any };
    match schemas.claim(scope, NameKind::Property, (ADDITIONAL, None), &node.at) {
        Some(name) => Additional::Typed(name, values.element(), values.constraints),
        None => Additional::Any,
    }
}

fn fields<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    scope: &mut Scope,
    naming: &Naming,
) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut is_complete = true;
    let properties: IndexMap<&'a str, Vec<NodeRef<'a>>> = subschemas.properties();
    for (wire, nodes) in &properties {
        let Some((lowered, at)) = property(schemas, wire, nodes, naming) else {
            is_complete = false;
            continue;
        };
        match field(schemas, wire, lowered, subschemas.requires(wire), &at, scope) {
            Some(field) => fields.push(field),
            None => is_complete = false,
        }
    }
    is_complete.then_some(fields)
}

/// Lowers a member. If several subschemas declare it, the last declaration with a type decides, and later declarations only
/// add annotations. Declarations that are all objects are merged.
fn property<'a>(
    schemas: &mut Schemas<'a>,
    wire: &str,
    nodes: &[NodeRef<'a>],
    naming: &Naming,
) -> Option<(LoweredSchema, Pointer)> {
    let last = nodes.last()?;
    let is_object = |node: &NodeRef<'a>| node.reference().is_none() && !Keywords::of(node).properties.is_empty();
    if nodes.len() > 1 && nodes.iter().all(is_object) {
        return Some((merged(schemas, nodes, &naming.inner(wire))?, last.at.clone()));
    }
    let has_keywords = |node: &NodeRef<'a>| node.reference().is_some() || !Keywords::of(node).is_empty();
    let deciding = nodes.iter().rposition(has_type_keyword).or_else(|| nodes.iter().rposition(has_keywords));
    let deciding = deciding.unwrap_or(nodes.len() - 1);
    let (node, later) = (&nodes[deciding], &nodes[deciding + 1..]);
    if later.iter().any(has_keywords) {
        let mut lowered = merged(schemas, &nodes[deciding..], &naming.inner(wire))?;
        if lowered.docs.text.is_empty() {
            lowered.docs.text = node.text("description").unwrap_or_default().to_owned();
        }
        return Some((lowered, node.at.clone()));
    }
    let naming = schemas.naming_of_member(node, wire, naming);
    let is_file = !has_keywords(node) && schemas.multipart.as_ref().is_some_and(|multipart| multipart.has_file(wire));
    let mut lowered =
        if is_file { LoweredSchema::plain(Type::Scalar(Scalar::Upload)) } else { schemas.lower(node, &naming)? };
    for annotation in later {
        schemas.annotate(&mut lowered, &Keywords::of(annotation).annotations, annotation);
    }
    Some((lowered, node.at.clone()))
}

/// Returns whether a schema has a keyword that determines its type.
fn has_type_keyword(node: &NodeRef<'_>) -> bool {
    let Keywords { kind, enumeration, one_of, all_of, any_of, .. } = Keywords::of(node);
    let is_composed = [one_of, all_of, any_of].iter().any(|subschemas| !subschemas.is_empty());
    node.reference().is_some() || kind.is_some() || !enumeration.is_empty() || is_composed
}

/// Lowers the merge of several declarations of a member.
fn merged<'a>(schemas: &mut Schemas<'a>, nodes: &[NodeRef<'a>], naming: &Naming) -> Option<LoweredSchema> {
    let last = nodes.last()?;
    let merged = schemas.merge_once(nodes, |schemas| {
        let mut subschemas = Subschemas { list: Vec::new() };
        for node in nodes {
            let node = all_of::follow(schemas, node.clone())?;
            subschemas = subschemas.and(schemas, &node)?;
        }
        if !schemas.may_merge(&subschemas, &last.at) {
            return schemas.lower(last, naming);
        }
        schemas.descend(&last.at, |schemas| schema_type::lower(schemas, MergedSchema::Subschemas(subschemas), naming))
    });
    merged.or_else(|| schemas.any_json())
}

fn field(
    schemas: &mut Schemas<'_>,
    wire: &str,
    lowered: LoweredSchema,
    required: bool,
    at: &Pointer,
    scope: &mut Scope,
) -> Option<Field> {
    let LoweredSchema { ty, nullable, constraints, visibility, access, look_up, default, status, mut docs, rust_name } =
        lowered;
    docs.annotations.extend(match access {
        Access::Both => None,
        Access::ReadOnly => Some("Set by the server.".to_owned()),
        Access::WriteOnly => Some("Never in a response.".to_owned()),
    });
    let name = schemas.claim(scope, NameKind::Property, (wire, rust_name.as_deref()), at)?;
    let default = default.filter(|default| is_valid_default(schemas, wire, &ty, default, at));
    if status == Status::Deprecated && required && !nullable {
        let message = format!("the property `{wire}` is both required and deprecated");
        let help = "remove it from `required`, or remove `deprecated`";
        schemas.reporter.strict_error(Code::NotSupported, at, message, help);
    }
    let presence = match (required, nullable) {
        (true, false) => Presence::Required,
        (false, false) => Presence::Optional,
        (true, true) => Presence::Nullable,
        (false, true) => Presence::OptionalNullable,
    };
    Some(Field {
        name,
        ty,
        presence,
        constraints,
        visibility,
        access,
        look_up,
        declared: presence,
        default,
        status,
        storage: Storage::Inline,
        docs,
        at: at.clone(),
    })
}

/// Returns whether a default is a value of its property's type, and reports it otherwise.
fn is_valid_default(schemas: &mut Schemas<'_>, wire: &str, ty: &Type, default: &str, at: &Pointer) -> bool {
    let value = serde_json::from_str(default).ok().and_then(|default| scalar_text(&default));
    let Some(Err(help)) = value.as_deref().map(|value| check_value(schemas, ty, value)) else { return true };
    let message = format!("the property `{wire}` is never `{}`, its default", default.trim_matches('"'));
    schemas.reporter.unsupported(Omission::Value, Code::Invalid, &at.join("default"), message).help(help);
    false
}

/// Reports a property in an extension that is not declared, or that cannot have the value.
fn check_mention(schemas: &mut Schemas<'_>, mention: &Mention, fields: &[Field]) {
    let Mention { property, value, at } = mention;
    let Some(field) = fields.iter().find(|field| field.name.wire() == property) else {
        let message = format!("the property `{property}` is not declared");
        schemas.reporter.unsupported(Omission::Keyword, Code::Reference, at, message).help(
            match closest(property, fields.iter().map(|field| field.name.wire())) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "declare it under `properties`, or correct its name".to_owned(),
            },
        );
        return;
    };
    if let Some(value) = value
        && let Err(help) = check_value(schemas, &field.ty, value)
    {
        schemas.reporter.error(Code::Extension, at, format!("`{property}` is never `{value}`")).help(help);
    }
}

/// Reports a look-up property whose value is sensitive, or is not a single value.
fn check_look_up(schemas: &mut Schemas<'_>, field: &Field) {
    let at = field.at.join(extension_keys::LOOK_UP);
    let is_plain = match schemas.behind_aliases(&field.ty) {
        Type::Scalar(scalar) => !matches!(scalar, Scalar::Base64 | Scalar::Base64Url | Scalar::Upload),
        Type::Named(id) => schemas.enumeration_at(*id).is_some(),
        Type::List(_) | Type::Map(_) | Type::Nullable(_) | Type::Json => false,
    };
    let problem = if field.visibility == Visibility::Sensitive {
        Some(("a sensitive property cannot be used for a look-up", "remove it, or choose another property"))
    } else if is_plain {
        None
    } else {
        Some((
            "a look-up needs a property with a single value",
            "choose a property that is text, a number, a boolean or an enum",
        ))
    };
    if let Some((message, help)) = problem {
        schemas.reporter.error(Code::Extension, &at, message).help(help);
    }
}

/// Checks that a type has a value. The error is the help text for the diagnostic.
fn check_value(schemas: &Schemas<'_>, ty: &Type, value: &str) -> Result<(), String> {
    let (fits, help) = match schemas.behind_aliases(ty) {
        Type::Scalar(Scalar::Text | Scalar::Secret) | Type::Json => return Ok(()),
        Type::Scalar(Scalar::Boolean) => (matches!(value, "true" | "false"), "write true or false"),
        Type::Scalar(Scalar::Integer32) => (value.parse::<i32>().is_ok(), "write an integer of 32 bits"),
        Type::Scalar(Scalar::Integer64) => (value.parse::<i64>().is_ok(), "write an integer"),
        Type::Scalar(Scalar::Decimal) => (serde_json::from_str::<serde_json::Number>(value).is_ok(), "write a number"),
        Type::Scalar(Scalar::Unsigned32) => (value.parse::<u32>().is_ok(), "write a whole number of 32 bits"),
        Type::Scalar(Scalar::Unsigned64) => (value.parse::<u64>().is_ok(), "write a whole number"),
        Type::Scalar(Scalar::Date) => (is_date(value), "write a date such as 2024-02-29"),
        Type::Scalar(Scalar::DateTime | Scalar::Base64 | Scalar::Base64Url | Scalar::Upload) | Type::Nullable(_) => {
            return Ok(());
        }
        Type::Named(id) => match schemas.enumeration_at(*id) {
            Some(values) if values.contains(&value) => return Ok(()),
            Some(values) => return Err(format!("write one of {}", values.join(", "))),
            None if schemas.is_union(*id) => return Ok(()),
            None => (false, "choose a property that is not an object"),
        },
        Type::List(_) | Type::Map(_) => (false, "choose a property that is neither a list nor a map"),
    };
    if fits { Ok(()) } else { Err(help.to_owned()) }
}

fn is_date(value: &str) -> bool {
    let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
    value.chars().map(digits).collect::<String>() == "0000-00-00"
}
