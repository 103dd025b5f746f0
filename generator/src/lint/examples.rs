//! Checks examples, defaults and enum values against their schemas.
//!
//! All of them are validated as one list, so that every schema is compiled once for all its values.

use std::collections::{BTreeMap, HashSet};

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value as Json;

use super::findings::{Edit, Findings};
use super::json_schema::Translator;
use super::nodes::{Nodes, name};
use super::rules::Rule;
use crate::document::grammar::Kind;
use crate::document::media_type::is_json;
use crate::document::{NodeRef, Pointer, Value};

pub(super) fn check(nodes: &Nodes<'_>, findings: &mut Findings) {
    let mut cases =
        Cases { translator: Translator::new(nodes), cases: Vec::new(), schemas: Vec::new(), values: Vec::new() };
    cases.of_media(nodes);
    cases.of_schemas(nodes);
    let Cases { translator, cases, schemas, values } = cases;
    if cases.is_empty() {
        return;
    }
    let validator = match translator.validator(&schemas) {
        Ok(validator) => validator,
        // Every keyword was checked before, so this is a bug.
        Err(error) => {
            let message = format!("the examples cannot be checked against their schemas: {error}");
            findings.add(Rule::ValidSchemaExample, &Pointer::root(), message).help("correct the schema");
            return;
        }
    };
    let values = Json::Array(values);
    let mut errors: BTreeMap<usize, Vec<Mismatch>> = BTreeMap::new();
    for error in validator.iter_errors(&values) {
        let path = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
        let path: Vec<_> = path.segments().collect();
        let Some((case, inside)) = path.split_first() else { continue };
        let Some(case) = case.parse().ok().filter(|case| *case < cases.len()) else { continue };
        errors.entry(case).or_default().push(Mismatch::of(&error, inside));
    }
    for (case, mismatches) in errors {
        cases[case].report(mismatches, findings);
    }
}

/// The values to check, with their schemas.
struct Cases<'a, 'n> {
    translator: Translator<'a, 'n>,
    cases: Vec<Case>,
    schemas: Vec<Json>,
    values: Vec<Json>,
}

/// A value, and what it is.
struct Case {
    at: Pointer,
    what: ValueRole,
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueRole {
    Example,
    Default,
    /// A value of an enum.
    Listed,
}

impl<'a> Cases<'a, '_> {
    fn add(&mut self, schema: Json, value: &NodeRef<'a>, what: ValueRole, rule: Rule) {
        self.cases.push(Case { at: value.at.clone(), what, rule });
        self.schemas.push(schema);
        self.values.push(value.value.to_json());
    }

    /// Examples beside schemas: of bodies, parameters and headers.
    fn of_media(&mut self, nodes: &Nodes<'a>) {
        for kind in [Kind::MediaType, Kind::Parameter, Kind::Header] {
            for node in nodes.of_kind(kind) {
                let Some(schema) = node.get("schema") else { continue };
                let named = node.members_of("examples").filter_map(|(_, example)| nodes.follow(example));
                let values = named.filter_map(|example| example.get("value")).chain(node.get("example"));
                // Text of another language than JSON is the body as it is sent.
                let is_raw = kind == Kind::MediaType && !is_exactly_json(&name(&node.at));
                for value in values.filter(|value| !is_raw || value.value.as_text().is_none()) {
                    let schema = self.translator.schema(schema.clone());
                    self.add(schema, &value, ValueRole::Example, Rule::ValidMediaExample);
                }
            }
        }
    }

    /// Examples, defaults and listed values in schemas.
    fn of_schemas(&mut self, nodes: &Nodes<'a>) {
        for node in nodes.of_kind(Kind::Schema) {
            for (key, what) in [("example", ValueRole::Example), ("default", ValueRole::Default)] {
                if let Some(value) = node.get(key) {
                    let schema = self.translator.schema(node.clone());
                    self.add(schema, &value, what, Rule::ValidSchemaExample);
                }
            }
            for value in node.elements_of("enum").filter(|value| !value.value.is_null()) {
                let limits = self.translator.limits(node);
                self.add(limits, &value, ValueRole::Listed, Rule::TypedEnum);
            }
        }
    }
}

fn is_exactly_json(media_type: &str) -> bool {
    is_json(media_type) && !media_type.contains('*')
}

/// A part of a value that does not fit its schema.
struct Mismatch {
    /// The way to it from the value.
    inside: Vec<String>,
    message: String,
    kind_of_mismatch: MismatchKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MismatchKind {
    /// It is of another type; whether it only lacks quotes.
    Type {
        quotes: bool,
    },
    Other,
}

impl Mismatch {
    fn of(error: &ValidationError<'_>, inside: &[String]) -> Self {
        let kind_of_mismatch = match error.kind() {
            ValidationErrorKind::Type { kind } => {
                let is_text = is_type(kind, "string");
                MismatchKind::Type { quotes: is_text && matches!(**error.instance(), Json::Number(_) | Json::Bool(_)) }
            }
            _ => MismatchKind::Other,
        };
        Self { inside: inside.to_vec(), message: describe(error), kind_of_mismatch }
    }
}

impl Case {
    fn report(&self, mismatches: Vec<Mismatch>, findings: &mut Findings) {
        // What is of another type fits nothing else that is said about it.
        let of_other_type = mismatches.iter().filter(|misfit| misfit.kind_of_mismatch != MismatchKind::Other);
        let of_other_type: HashSet<Vec<String>> = of_other_type.map(|misfit| misfit.inside.clone()).collect();
        for Mismatch { inside, message, kind_of_mismatch } in mismatches {
            if kind_of_mismatch == MismatchKind::Other && of_other_type.contains(&inside) {
                continue;
            }
            let at = inside.iter().fold(self.at.clone(), |above, name| above.join(name));
            let rule = match (self.what, kind_of_mismatch) {
                (ValueRole::Listed, MismatchKind::Other) => Rule::SchemaCheck,
                _ => self.rule,
            };
            let what = match self.what {
                ValueRole::Example => "the example does not fit its schema",
                ValueRole::Default => "the default does not fit its schema",
                ValueRole::Listed => "the enum lists what its schema does not admit",
            };
            findings.add(rule, &at, format!("{what}: {message}"));
            if kind_of_mismatch == (MismatchKind::Type { quotes: true }) {
                findings.fix(rule, &at, Edit::QuoteValue);
            }
        }
    }
}

fn is_type(kind: &TypeKind, wanted: &str) -> bool {
    match kind {
        TypeKind::Single(one) => one.as_str() == wanted,
        TypeKind::Multiple(set) => set.iter().any(|one| one.as_str() == wanted),
    }
}

/// Returns what is wrong, in a few words.
fn describe(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    let value = shortened(error.instance());
    match error.kind() {
        Kind::Type { kind } if error.instance().is_null() => format!("null stands where {} belongs", wanted(kind)),
        Kind::Type { kind } => format!("{value} is {}, where {} belongs", what(error.instance()), wanted(kind)),
        Kind::Required { property } => format!("`{}` is missing", property.as_str().unwrap_or_default()),
        Kind::AdditionalProperties { unexpected } => {
            let names: Vec<_> = unexpected.iter().map(|name| format!("`{name}`")).collect();
            format!("nothing but what is declared is allowed, and {} is not", names.join(", "))
        }
        Kind::Enum { .. } | Kind::Constant { .. } => format!("{value} is none of the listed values"),
        Kind::Pattern { pattern } => format!("{value} does not match `{pattern}`"),
        Kind::Format { format } => format!("{value} is not of the format `{format}`"),
        Kind::MinLength { limit } => format!("{value} has fewer than {limit} characters"),
        Kind::MaxLength { limit } => format!("{value} has more than {limit} characters"),
        Kind::MinItems { limit } => format!("the list has fewer than {limit} elements"),
        Kind::MaxItems { limit } => format!("the list has more than {limit} elements"),
        Kind::UniqueItems => "the list has the same element twice".to_owned(),
        Kind::MinProperties { limit } => format!("the mapping has fewer than {limit} members"),
        Kind::MaxProperties { limit } => format!("the mapping has more than {limit} members"),
        Kind::Minimum { limit } => format!("{value} is less than {limit}"),
        Kind::Maximum { limit } => format!("{value} is greater than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("{value} is not greater than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("{value} is not less than {limit}"),
        Kind::MultipleOf { .. } => format!("{value} is not a multiple as `multipleOf` asks for"),
        Kind::AnyOf { context } => nearest("anyOf", context),
        Kind::OneOfNotValid { context } => nearest("oneOf", context),
        Kind::OneOfMultipleValid { .. } => format!("{value} fits several alternatives of `oneOf`, which admits one"),
        Kind::Not { .. } => format!("{value} fits what `not` excludes"),
        Kind::FalseSchema => "no value is allowed here".to_owned(),
        _ => error.to_string(),
    }
}

/// Describes the first mismatch with the nearest alternative.
fn nearest(keyword: &str, alternatives: &[Vec<ValidationError<'static>>]) -> String {
    let distance = |errors: &&Vec<ValidationError<'static>>| {
        let is_other = errors.iter().any(|error| matches!(error.kind(), ValidationErrorKind::Type { .. }));
        (is_other, errors.len())
    };
    let error = alternatives.iter().filter(|errors| !errors.is_empty()).min_by_key(distance);
    let reason = error.and_then(|errors| errors.first()).map(|error| format!("; of the nearest: {}", describe(error)));
    format!("the value fits none of `{keyword}`{}", reason.unwrap_or_default())
}

/// Returns a value, short enough for a message.
fn shortened(value: &Json) -> String {
    const LONGEST: usize = 40;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn what(value: &Json) -> &'static str {
    match value {
        Json::Null => Value::Null.what(),
        Json::Bool(_) => "a truth value",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "a mapping",
    }
}

fn wanted(kind: &TypeKind) -> String {
    let word = |name: &str| match name {
        "string" => "text",
        "number" => "a number",
        "integer" => "an integer",
        "boolean" => "a truth value",
        "array" => "a list",
        "object" => "a mapping",
        _ => "null",
    };
    match kind {
        TypeKind::Single(one) => word(one.as_str()).to_owned(),
        TypeKind::Multiple(set) => set.iter().map(|one| word(one.as_str())).collect::<Vec<_>>().join(" or "),
    }
}
