//! Object schemas become structs, and rules between members are read.

use crate::document::extension_keys;
use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::all_of::{MergedSchema, Subschema, Subschemas, is_required_list};
use super::extensions::{self, Extensions};
use super::keywords::{AdditionalNode, Group, Keywords, Listed};
use super::naming::{Named, Naming};
use super::schemas::{Lowered, Schemas};
use super::{all_of, constructors, schema_type, successes};
use crate::diagnostics::{Code, Omission, Reporter, closest};
use crate::document::Pointer;
use crate::document::node_ref::NodeRef;
use crate::document::scalar_text;
use crate::ir::{
    Access, Additional, Condition, Docs, Field, Presence, Rule, Scalar, Shape, Status, Storage, Struct, Type, TypeId,
    Visibility,
};
use crate::names::{Case, Scope};

/// The methods that every object has beside its setters.
const METHODS: &[&str] = &["new", "extra", "additional_property"];

/// The field of members that are typed without being declared.
const ADDITIONAL: &str = "additional properties";

/// What holds between the members of an object, gathered from all of its parts.
#[derive(Default)]
pub(super) struct Rules {
    list: Vec<Rule>,
    pub(super) constructors: Vec<(extensions::Constructor, Pointer)>,
    success_requires: Vec<String>,
    pub(super) successes: Vec<(extensions::Success, Pointer)>,
    mentions: Vec<Mention>,
}

/// A property that something is said of, which has to be declared.
struct Mention {
    property: String,
    /// The value it is to have, as text.
    value: Option<String>,
    /// Where it is said.
    at: Pointer,
}

impl Rules {
    /// Notes that the list at a place names these properties.
    pub(super) fn mention(&mut self, names: &[impl AsRef<str>], at: &Pointer) {
        let names = names.iter().enumerate();
        self.mentions.extend(names.map(|(index, name)| Mention {
            property: name.as_ref().to_owned(),
            value: None,
            at: at.join(index),
        }));
    }

    /// Notes that a property has to be declared that can have this value.
    pub(super) fn mention_value(&mut self, property: &str, value: &str, at: &Pointer) {
        let (property, value) = (property.to_owned(), Some(value.to_owned()));
        self.mentions.push(Mention { property, value, at: at.clone() });
    }

    /// Reads the mapping at a place from properties to the values they are to have.
    pub(super) fn conditions(
        &mut self,
        reporter: &mut Reporter<'_>,
        map: &BTreeMap<String, serde_json::Value>,
        at: &Pointer,
    ) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (property, value) in map {
            let at = at.join(property);
            let Some(text) = scalar_text(value) else {
                reporter
                    .error(Code::Extension, &at, "only texts, numbers and booleans can be compared")
                    .help("write the value as one of them");
                continue;
            };
            self.mention_value(property, &text, &at);
            conditions.push(Condition { property: property.clone(), text });
        }
        conditions
    }

    /// Reads what one part says.
    fn gather<'a>(&mut self, schemas: &mut Schemas<'a>, subschema: &Subschema<'a>) {
        let Subschema { node, keywords } = subschema;
        self.mention(&keywords.required, &node.at.join("required"));
        for (keyword, alternatives) in [("oneOf", &keywords.one_of), ("anyOf", &keywords.any_of)] {
            self.gather_alternatives(alternatives, &node.at.join(keyword));
        }
        let extensions = Extensions::new(node);
        for (rule, at) in extensions.list(extension_keys::RULES, &mut schemas.reporter) {
            self.gather_rule(&mut schemas.reporter, rule, &at);
        }
        self.constructors.extend(extensions.list(extension_keys::CONSTRUCTORS, &mut schemas.reporter));
        let success: Vec<String> =
            extensions.get(extension_keys::SUCCESS_REQUIRES, &mut schemas.reporter).unwrap_or_default();
        self.mention(&success, &node.at.join(extension_keys::SUCCESS_REQUIRES));
        self.success_requires.extend(success);
        let success = extensions.get(extension_keys::SUCCESS, &mut schemas.reporter);
        self.successes.extend(success.map(|success| (success, node.at.join(extension_keys::SUCCESS))));
    }

    /// A choice between nothing but `required` lists is a rule. That only one of them holds is the server's to say.
    fn gather_alternatives(&mut self, alternatives: &Listed<'_>, at: &Pointer) {
        if alternatives.is_empty() || !alternatives.iter().all(|alternative| is_required_list(&alternative)) {
            return;
        }
        let mut any_of = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let required = Keywords::of(&alternative).required;
            self.mention(&required, &at.join(index).join("required"));
            any_of.push(required.iter().map(|name| (*name).to_owned()).collect());
        }
        self.list.push(Rule::Require { when: Vec::new(), any_of });
    }

    /// One entry of `x-sdk-rules`: conditions, and exactly one consequence.
    fn gather_rule(&mut self, reporter: &mut Reporter<'_>, rule: extensions::Rule, at: &Pointer) {
        let extensions::Rule { when, required, any_of_required, equals, max_total, of, counts, sum_of, at_most } = rule;
        let merged = (sum_of, at_most);
        let when = self.conditions(reporter, &when, &at.join("when"));
        match (required, any_of_required, equals, max_total, of, counts, merged) {
            (Some(names), None, None, None, None, None, (None, None)) => {
                self.mention(&names, &at.join("required"));
                self.list.push(Rule::Require { when, any_of: vec![names] });
            }
            (None, Some(any_of), None, None, None, None, (None, None)) => {
                for (index, names) in any_of.iter().enumerate() {
                    self.mention(names, &at.join("any-of-required").join(index));
                }
                self.list.push(Rule::Require { when, any_of });
            }
            (None, None, Some(equals), None, None, None, (None, None)) => {
                let then = self.conditions(reporter, &equals, &at.join("equals"));
                self.list.extend(then.into_iter().map(|then| Rule::Equals { when: when.clone(), then }));
            }
            // Its paths lead through other types, so they are checked when all types are known.
            (None, None, None, Some(max), Some(of), Some(counts), (None, None)) if when.is_empty() => {
                self.list.push(Rule::MaxTotal { max, of, counts, at: at.clone() });
            }
            (None, None, None, None, None, None, (Some(of), Some(at_most))) if when.is_empty() => {
                self.list.push(Rule::MaxSum { of, at_most, at: at.clone() });
            }
            _ => {
                reporter
                    .error(Code::Extension, at, "a rule has conditions in `when` and exactly one consequence")
                    .help("say one of `required`, `any-of-required`, `equals`, `max-total` with `of` and `counts`, or `sum-of` with `at-most` (both without `when`)");
            }
        }
    }
}

/// An object that has a name already, and no members yet.
#[derive(Debug)]
pub(super) struct Unfinished<'a> {
    id: TypeId,
    subschemas: Subschemas<'a>,
    naming: Naming,
    /// Whether it is sent as a form of several parts.
    in_form: bool,
}

/// Lowers an object with declared members. They are made later, by [`finish`]: objects contain each other in chains as long as
/// documents like, and the stack is not.
pub(super) fn lower<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Option<Lowered> {
    refuse_others(schemas, subschemas)?;
    let name = schemas.type_name(naming, subschemas.at())?;
    let text = subschemas.root().keywords.annotations.description.unwrap_or_default().to_owned();
    let docs = Docs { text, notes: Vec::new() };
    let id = schemas.begin(name, docs, Shape::Struct(Struct::default()), subschemas.at(), naming);
    let in_form = schemas.in_form;
    schemas.unfinished.push_back(Unfinished { id, subschemas: subschemas.clone(), naming: naming.clone(), in_form });
    Some(Lowered::plain(Type::Named(id)))
}

/// Lowers the members of an object.
pub(super) fn finish<'a>(schemas: &mut Schemas<'a>, unfinished: &Unfinished<'a>) {
    let Unfinished { id, subschemas, naming, in_form } = unfinished;
    let outer = std::mem::replace(&mut schemas.in_form, *in_form);
    if let Some(object) = object(schemas, subschemas, naming) {
        schemas.types.get_mut(*id).shape = Shape::Struct(object);
    }
    schemas.in_form = outer;
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
    let success = successes::lower(&mut schemas.reporter, &mut rules).map(Box::new);
    for mention in &rules.mentions {
        check(schemas, mention, &fields);
    }
    for field in fields.iter().filter(|field| field.look_up) {
        check_look_up(schemas, field);
    }
    let is_declared = |name: &String| fields.iter().any(|field| field.name.wire() == name);
    let Rules { list: rules, success_requires, .. } = rules;
    let holds = |rule: &Rule| match rule {
        Rule::Require { any_of, .. } => any_of.iter().flatten().all(is_declared),
        Rule::Equals { .. } | Rule::MaxTotal { .. } | Rule::MaxSum { .. } => true,
    };
    let rules = rules.into_iter().filter(holds).collect();
    Some(Struct { fields, additional, rules, constructors, success_requires, success, told_by_members: false })
}

/// Reports what cannot be said of an object with declared members.
fn refuse_others(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<()> {
    for subschema in &subschemas.list {
        let counts = subschema.keywords.present().into_iter().map(|(_, name)| name);
        for name in counts.filter(|name| matches!(*name, "minProperties" | "maxProperties")) {
            schemas
                .unsupported(
                    Omission::Limit,
                    &subschema.node.at.join(name),
                    format!("`{name}` on an object with declared properties is not supported"),
                )
                .help("list the properties in `required`, or remove the keyword");
        }
    }
    schema_type::refuse_other_groups(schemas, subschemas, &[Group::Object, Group::Composition])
}

/// What may stand beside the declared members.
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
            .help("declare that the object has other properties, or remove the pattern");
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
    let Some(values) = schemas.node(node, &naming.inner("value")) else { return Additional::Any };
    match schemas.claim(scope, Named::Property, (ADDITIONAL, None), &node.at) {
        Some(name) => Additional::Typed(name, values.element(), values.limits),
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
    let mut complete = true;
    let properties: IndexMap<&'a str, Vec<NodeRef<'a>>> = subschemas.properties();
    for (wire, nodes) in &properties {
        let Some((lowered, at)) = property(schemas, wire, nodes, naming) else {
            complete = false;
            continue;
        };
        match field(schemas, wire, lowered, subschemas.requires(wire), &at, scope) {
            Some(field) => fields.push(field),
            None => complete = false,
        }
    }
    complete.then_some(fields)
}

/// A member that one place declares, or several: then the last that says a type has its way, and those behind it add to that;
/// unless all of them are parts of one object.
fn property<'a>(
    schemas: &mut Schemas<'a>,
    wire: &str,
    nodes: &[NodeRef<'a>],
    naming: &Naming,
) -> Option<(Lowered, Pointer)> {
    let last = nodes.last()?;
    let is_object = |node: &NodeRef<'a>| node.reference().is_none() && !Keywords::of(node).properties.is_empty();
    if nodes.len() > 1 && nodes.iter().all(is_object) {
        return Some((merged(schemas, nodes, &naming.inner(wire))?, last.at.clone()));
    }
    let says_something = |node: &NodeRef<'a>| node.reference().is_some() || !Keywords::of(node).is_empty();
    let of_type = nodes.iter().rposition(says_type).or_else(|| nodes.iter().rposition(says_something));
    let of_type = of_type.unwrap_or(nodes.len() - 1);
    let (node, others) = (&nodes[of_type], &nodes[of_type + 1..]);
    if others.iter().any(says_something) {
        let mut lowered = merged(schemas, &nodes[of_type..], &naming.inner(wire))?;
        if lowered.docs.text.is_empty() {
            lowered.docs.text = node.text("description").unwrap_or_default().to_owned();
        }
        return Some((lowered, node.at.clone()));
    }
    let naming = schemas.naming_of(node, wire, naming);
    let mut lowered = schemas.node(node, &naming)?;
    for note in others {
        schemas.annotate(&mut lowered, &Keywords::of(note).annotations, note);
    }
    Some((lowered, node.at.clone()))
}

/// Whether a schema says of what type a value is, and not only what else holds for it.
fn says_type(node: &NodeRef<'_>) -> bool {
    let Keywords { kind, enumeration, one_of, all_of, any_of, .. } = Keywords::of(node);
    let is_composed = [one_of, all_of, any_of].iter().any(|subschemas| !subschemas.is_empty());
    node.reference().is_some() || kind.is_some() || !enumeration.is_empty() || is_composed
}

/// Lowers what several places say together.
fn merged<'a>(schemas: &mut Schemas<'a>, nodes: &[NodeRef<'a>], naming: &Naming) -> Option<Lowered> {
    let last = nodes.last()?;
    let merged = schemas.merged(nodes, |schemas| {
        let mut subschemas = Subschemas { list: Vec::new() };
        for node in nodes {
            let node = all_of::follow(schemas, node.clone())?;
            subschemas = subschemas.and(schemas, &node)?;
        }
        if !schemas.may_merge(&subschemas, &last.at) {
            return schemas.node(last, naming);
        }
        schemas.descend(&last.at, |schemas| schema_type::lower(schemas, MergedSchema::Subschemas(subschemas), naming))
    });
    merged.or_else(|| schemas.any())
}

fn field(
    schemas: &mut Schemas<'_>,
    wire: &str,
    lowered: Lowered,
    required: bool,
    at: &Pointer,
    scope: &mut Scope,
) -> Option<Field> {
    let Lowered { ty, nullable, limits, visibility, access, look_up, default, status, mut docs, rust_name } = lowered;
    docs.notes.extend(match access {
        Access::Both => None,
        Access::ReadOnly => Some("Set by the server.".to_owned()),
        Access::WriteOnly => Some("Never in an answer.".to_owned()),
    });
    let name = schemas.claim(scope, Named::Property, (wire, rust_name.as_deref()), at)?;
    let default = default.filter(|default| fitting_default(schemas, wire, &ty, default, at));
    if status == Status::Deprecated && required && !nullable {
        let message = format!("the property `{wire}` is both required and deprecated");
        let help = "take it out of `required`, or out of deprecation";
        schemas.reporter.strict_error(Code::Unsupported, at, message, help);
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
        limits,
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

/// Whether a default can be one, or is none that rules look at.
fn fitting_default(schemas: &mut Schemas<'_>, wire: &str, ty: &Type, default: &str, at: &Pointer) -> bool {
    let value = serde_json::from_str(default).ok().and_then(|default| scalar_text(&default));
    let Some(Err(help)) = value.as_deref().map(|value| fits(schemas, ty, value)) else { return true };
    let message = format!("the property `{wire}` is never `{}`, its default", default.trim_matches('"'));
    schemas.reporter.unsupported(Omission::Value, Code::Invalid, &at.join("default"), message).help(help);
    false
}

/// Checks that what is said of a property can be said of it.
fn check(schemas: &mut Schemas<'_>, mention: &Mention, fields: &[Field]) {
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
        && let Err(help) = fits(schemas, &field.ty, value)
    {
        schemas.reporter.error(Code::Extension, at, format!("`{property}` is never `{value}`")).help(help);
    }
}

/// Checks that a call can be looked up by a property: its value is sent to people, as text.
fn check_look_up(schemas: &mut Schemas<'_>, field: &Field) {
    let at = field.at.join(extension_keys::LOOK_UP);
    let is_plain = match schemas.behind_aliases(&field.ty) {
        Type::Scalar(scalar) => !matches!(scalar, Scalar::Base64 | Scalar::Upload),
        Type::Named(id) => schemas.enumeration_at(*id).is_some(),
        Type::List(_) | Type::Map(_) | Type::Nullable(_) | Type::Json => false,
    };
    let told = if field.visibility == Visibility::Sensitive {
        Some(("what must not be shown is nothing to look up by", "remove it, or choose another property"))
    } else if is_plain {
        None
    } else {
        Some((
            "only a single value can be looked up",
            "choose a property that is text, a number, a truth value or an enum",
        ))
    };
    if let Some((message, help)) = told {
        schemas.reporter.error(Code::Extension, &at, message).help(help);
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
        Type::Scalar(Scalar::Unsigned32) => (value.parse::<u32>().is_ok(), "write a whole number of 32 bits"),
        Type::Scalar(Scalar::Unsigned64) => (value.parse::<u64>().is_ok(), "write a whole number"),
        Type::Scalar(Scalar::Date) => (is_date(value), "write a date such as 2024-02-29"),
        Type::Scalar(Scalar::DateTime | Scalar::Base64 | Scalar::Upload) | Type::Nullable(_) => return Ok(()),
        Type::Named(id) => match schemas.enumeration_at(*id) {
            Some(values) if values.contains(&value) => return Ok(()),
            Some(values) => return Err(format!("write one of {}", values.join(", "))),
            None if schemas.is_union(*id) => return Ok(()),
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
