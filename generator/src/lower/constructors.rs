//! Lowers `x-sdk-constructors`: named constructors of an object.

use super::extensions;
use super::naming::NameKind;
use super::rules::Rules;
use super::state::Schemas;
use crate::diagnostics::{Code, Reporter};
use crate::document::Pointer;
use crate::ir::{Condition, Constructor, Docs, Field, Presence, Scalar, Type};
use crate::names::Scope;

/// Lowers the constructors of an object.
pub(super) fn lower(
    schemas: &mut Schemas<'_>,
    rules: &mut Rules,
    fields: &[Field],
    scope: &mut Scope,
) -> Vec<Constructor> {
    let mut constructors = Vec::new();
    for (constructor, at) in std::mem::take(&mut rules.constructors) {
        let fixed = rules.conditions(&mut schemas.reporter, &constructor.fixed, &at.join("fixed"));
        rules.mention(&constructor.required, &at.join("required"));
        refuse_incomplete(&mut schemas.reporter, &constructor, fields, &at);
        refuse_repeated(&mut schemas.reporter, &constructor, &at);
        refuse_inconstant(schemas, &fixed, fields, &at);
        let names = (constructor.name.as_str(), Some(constructor.name.as_str()));
        if let Some(name) = schemas.claim(scope, NameKind::Constructor, names, &at) {
            let docs = Docs { text: constructor.description, annotations: Vec::new() };
            constructors.push(Constructor { name, docs, fixed, arguments: constructor.required, at });
        }
    }
    constructors
}

/// Reports a constructor that does not set every required member.
fn refuse_incomplete(
    reporter: &mut Reporter<'_>,
    constructor: &extensions::Constructor,
    fields: &[Field],
    at: &Pointer,
) {
    let settled =
        |wire: &str| constructor.fixed.contains_key(wire) || constructor.required.iter().any(|name| name == wire);
    let required = fields.iter().filter(|field| matches!(field.presence, Presence::Required | Presence::Nullable));
    for field in required.filter(|field| !settled(field.name.wire())) {
        let wire = field.name.wire();
        reporter
            .error(
                Code::Extension,
                at,
                format!("the constructor `{}` leaves the required property `{wire}` out", constructor.name),
            )
            .help("take it as an argument in `required`, or settle it in `fixed`");
    }
}

/// Reports members that a constructor sets or takes twice.
fn refuse_repeated(reporter: &mut Reporter<'_>, constructor: &extensions::Constructor, at: &Pointer) {
    for (index, name) in constructor.required.iter().enumerate() {
        if constructor.fixed.contains_key(name) || constructor.required[..index].contains(name) {
            reporter
                .error(
                    Code::Extension,
                    &at.join("required").join(index),
                    format!("the constructor settles or takes `{name}` twice"),
                )
                .help("keep one of the two");
        }
    }
}

/// Reports a fixed value that is not a constant of Rust.
fn refuse_inconstant(schemas: &mut Schemas<'_>, fixed: &[Condition], fields: &[Field], at: &Pointer) {
    for Condition { property, text } in fixed {
        let Some(field) = fields.iter().find(|field| field.name.wire() == property) else { continue };
        let is_constant = match schemas.behind_aliases(&field.ty) {
            Type::Scalar(Scalar::Decimal) => text.parse::<i64>().is_ok(),
            Type::Scalar(Scalar::Date | Scalar::DateTime | Scalar::Base64 | Scalar::Base64Url | Scalar::Upload)
            | Type::Json => false,
            _ => true,
        };
        if !is_constant {
            schemas
                .reporter
                .error(
                    Code::NotSupported,
                    &at.join("fixed").join(property),
                    format!("`{property}` cannot be settled in a constructor"),
                )
                .help("take it as an argument in `required`; texts, integers, booleans and enum values can be settled");
        }
    }
}
