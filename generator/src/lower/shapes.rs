//! What a schema comes down to becomes a type, by its keywords.

use super::extensions::{self, Extensions};
use super::keywords::{AdditionalNode, Group};
use super::naming::Naming;
use super::schemas::{Lowered, Schemas};
use super::sums::{Part, Parts, Sum};
use super::{choices, enums, limits, objects};
use crate::diagnostics::Code;
use crate::diagnostics::Skip;
use crate::document::Value;
use crate::document::extension_keys;
use crate::ir::{Limits, Scalar, Type};

/// Lowers a schema. Under its notes are those of the schema it is the same as.
pub(super) fn lower<'a>(schemas: &mut Schemas<'a>, sum: Sum<'a>, naming: &Naming) -> Option<Lowered> {
    match sum {
        Sum::Same { other, notes } => {
            let mut lowered = schemas.node(&other, naming)?;
            for spot in &notes {
                let keywords = super::keywords::Keywords::of(spot);
                schemas.annotate(&mut lowered, &keywords.annotations, spot);
            }
            Some(lowered)
        }
        Sum::Parts(parts) => {
            check(schemas, &parts)?;
            let mut lowered = decide(schemas, &parts, naming)?;
            let root = parts.root();
            schemas.annotate(&mut lowered, &root.keywords.annotations, &root.spot);
            lowered.nullable |= parts.list.iter().all(|part| part.keywords.annotations.nullable);
            // Null is JSON, too.
            lowered.nullable &= lowered.ty != Type::Json;
            Some(lowered)
        }
    }
}

/// Reports what has no Rust counterpart, and extensions about members where there are none.
fn check(schemas: &mut Schemas<'_>, parts: &Parts<'_>) -> Option<()> {
    let root = parts.root();
    let mut refused = false;
    if root.keywords.not {
        refused = schemas.is_strict();
        schemas
            .left_out(Skip::Keyword, &root.spot.at.join("not"), "`not` schemas cannot be expressed as a Rust type")
            .help("describe what is allowed with `enum` or `pattern`, or remove the keyword");
    }
    let is_object = parts.kind() == Some("object") || parts.list.len() > 1;
    let allowed = match is_object {
        true => extension_keys::OF_OBJECTS,
        false if extensions::is_property(&root.spot.at) => extension_keys::OF_PROPERTIES,
        false => extension_keys::OF_SCHEMAS,
    };
    Extensions::new(&root.spot).allow_only(allowed, schemas.diagnostics);
    (!refused).then_some(())
}

fn decide<'a>(schemas: &mut Schemas<'a>, parts: &Parts<'a>, naming: &Naming) -> Option<Lowered> {
    let mut choices = parts.choices();
    if let [first, further, ..] = choices.as_slice() {
        let message = format!("`{}` beside `{}` is not supported", further.keyword, first.keyword);
        schemas.left_out(Skip::Schema, &further.at, message).help("keep one of the two");
        if schemas.is_strict() {
            return None;
        }
    }
    if let Some(idle) = choices.first().filter(|choice| choices::is_idle(schemas, parts, choice)) {
        schemas
            .left_out(Skip::Limit, &idle.at, format!("`{}` beside `type` is not supported", idle.keyword))
            .help("describe the value by its type alone");
        return if schemas.is_strict() { None } else { by_kind(schemas, &parts.without_choices(), naming) };
    }
    if !choices.is_empty() {
        return choices::lower(schemas, parts, &choices.swap_remove(0), naming);
    }
    if let Some(children) = choices::inherited(schemas, parts) {
        return choices::lower(schemas, &Parts { list: vec![Part::empty(parts.root())] }, &children, naming);
    }
    refuse_idle_discriminator(schemas, parts)?;
    by_kind(schemas, parts, naming)
}

/// Refuses a discriminator between nothing, in a document of our own.
fn refuse_idle_discriminator(schemas: &mut Schemas<'_>, parts: &Parts<'_>) -> Option<()> {
    if !schemas.is_strict() || parts.root().keywords.annotations.discriminator.is_none() {
        return Some(());
    }
    schemas
        .left_out(Skip::Keyword, &parts.at().join("discriminator"), "the discriminator has nothing to tell apart")
        .help("list the alternatives in `oneOf`, refer to this schema in the `allOf` of another, or remove it");
    None
}

/// Lowers a schema that is of one type.
pub(super) fn by_kind<'a>(schemas: &mut Schemas<'a>, parts: &Parts<'a>, naming: &Naming) -> Option<Lowered> {
    let kind = match parts.kind().or_else(|| implied(schemas, parts)) {
        Some(kind) => kind,
        None if parts.list.iter().all(|part| part.keywords.is_empty()) => return Some(Lowered::plain(Type::Json)),
        None if parts.enumeration().is_some_and(|part| part.keywords.enumeration == [Value::Null]) => {
            return Some(Lowered::plain(Type::Json));
        }
        None if !schemas.is_strict() => return Some(untold(schemas, parts, naming)),
        None => {
            schemas
                .diagnostics
                .error(Code::Invalid, parts.at(), "the schema constrains a value but says no `type`")
                .help("add the `type` that its keywords speak about");
            return None;
        }
    };
    match kind {
        "string" | "number" | "integer" | "boolean" if parts.enumeration().is_some() => {
            enums::lower(schemas, parts, kind, naming)
        }
        "string" => string(schemas, parts),
        "number" => scalar(schemas, parts, Scalar::Decimal, &[Group::Number, Group::Format]),
        "integer" => integer(schemas, parts),
        "boolean" => scalar(schemas, parts, Scalar::Boolean, &[]),
        "array" => array(schemas, parts, naming),
        "object" => object_or_map(schemas, parts, naming),
        // Reported when the document was read.
        _ => None,
    }
}

/// The type that keywords speak of where no `type` says it. In a document of our own only parts of a sum may be so brief.
fn implied(schemas: &Schemas<'_>, parts: &Parts<'_>) -> Option<&'static str> {
    if schemas.is_strict() && parts.list.len() == 1 {
        return None;
    }
    let of_group = |groups: &[Group], kind| parts.has(groups).then_some(kind);
    of_group(&[Group::Object], "object")
        .or_else(|| of_group(&[Group::Array], "array"))
        .or_else(|| of_group(&[Group::Text], "string"))
        .or_else(|| of_group(&[Group::Number], "number"))
        .or_else(|| match parts.format()? {
            "int32" | "int64" | "uint32" | "uint64" => Some("integer"),
            "float" | "double" | "decimal" => Some("number"),
            "date" | "date-time" | "byte" | "binary" | "password" | "uuid" | "uri" | "url" | "email" => Some("string"),
            _ => None,
        })
}

/// A schema of which only its values are told, or nothing that says a type.
fn untold<'a>(schemas: &mut Schemas<'a>, parts: &Parts<'a>, naming: &Naming) -> Lowered {
    let values = parts.enumeration().and_then(|_| enums::lower(schemas, parts, "any", naming));
    values.unwrap_or_else(|| Lowered::plain(Type::Json))
}

fn string(schemas: &mut Schemas<'_>, parts: &Parts<'_>) -> Option<Lowered> {
    let scalar = match parts.format() {
        Some("date") => Scalar::Date,
        Some("date-time") => Scalar::DateTime,
        Some("binary") if schemas.in_form => Scalar::Upload,
        // OpenAPI calls that a file, too, and a part holds bytes as they are.
        Some("byte" | "base64") if schemas.in_form && !schemas.is_strict() => Scalar::Upload,
        Some("byte" | "base64" | "base64url") => Scalar::Base64,
        Some("password") => Scalar::Secret,
        // Every other format is an annotation: the text is read and written as it is.
        Some(_) | None => Scalar::Text,
    };
    scalar_of_text(schemas, parts, scalar)
}

fn scalar_of_text(schemas: &mut Schemas<'_>, parts: &Parts<'_>, scalar: Scalar) -> Option<Lowered> {
    let mut lowered = self::scalar(schemas, parts, scalar, &[Group::Text, Group::Format])?;
    if !matches!(scalar, Scalar::Text | Scalar::Secret) {
        // Lengths and patterns of values that are more than text say what their format says.
        lowered.limits = Limits::default();
    }
    Some(lowered)
}

fn integer(schemas: &mut Schemas<'_>, parts: &Parts<'_>) -> Option<Lowered> {
    let scalar = match parts.format() {
        Some("int32" | "int16" | "int8" | "uint8" | "uint16") => Scalar::Integer32,
        Some("uint32") => Scalar::Unsigned32,
        Some("uint64" | "uint") => Scalar::Unsigned64,
        Some("int64") | None => Scalar::Integer64,
        Some("bigint" | "int128" | "uint128") => Scalar::Decimal,
        Some(_) if !schemas.is_strict() => Scalar::Integer64,
        Some(other) => {
            let at = parts.at().join("format");
            schemas
                .left_out(Skip::Keyword, &at, format!("integers of format `{other}` are not supported"))
                .help("use int32 or int64, or leave the format out for 64 bits");
            return None;
        }
    };
    self::scalar(schemas, parts, scalar, &[Group::Number, Group::Format])
}

fn scalar(schemas: &mut Schemas<'_>, parts: &Parts<'_>, scalar: Scalar, groups: &[Group]) -> Option<Lowered> {
    refuse_other_groups(schemas, parts, groups)?;
    let mut limits = limits::lower(schemas, parts, groups);
    limits.format = parts.format().map(str::to_owned);
    Some(Lowered { limits, ..Lowered::plain(Type::Scalar(scalar)) })
}

fn array<'a>(schemas: &mut Schemas<'a>, parts: &Parts<'a>, naming: &Naming) -> Option<Lowered> {
    refuse_other_groups(schemas, parts, &[Group::Array])?;
    let element = match parts.items() {
        Some(items) => schemas.node(items, &naming.inner("item"))?,
        None if !schemas.is_strict() => Lowered::plain(Type::Json),
        None => {
            schemas
                .diagnostics
                .error(Code::Invalid, parts.at(), "an array says nothing of its elements")
                .help("add `items`; `items: {}` stands for any value");
            return None;
        }
    };
    let mut limits = limits::lower(schemas, parts, &[Group::Array]);
    let ty = Type::List(Box::new(element.element()));
    limits.each = each(schemas, parts, element.limits);
    Some(Lowered { limits, visibility: element.visibility, ..Lowered::plain(ty) })
}

fn object_or_map<'a>(schemas: &mut Schemas<'a>, parts: &Parts<'a>, naming: &Naming) -> Option<Lowered> {
    let declares = |part: &Part<'a>| {
        let keywords = &part.keywords;
        let rules = !keywords.any_of.is_empty() || !keywords.one_of.is_empty();
        !keywords.properties.is_empty() || rules || !keywords.required.is_empty()
    };
    let is_map = !parts.list.iter().any(declares);
    let values = match parts.additional() {
        Some(AdditionalNode::Schema(spot)) if is_map => schemas.node(&spot.clone(), &naming.inner("value"))?,
        Some(AdditionalNode::Any(true)) | None if is_map => Lowered::plain(Type::Json),
        _ => return objects::lower(schemas, parts, naming),
    };
    refuse_other_groups(schemas, parts, &[Group::Object])?;
    let mut limits = limits::lower(schemas, parts, &[Group::Object]);
    let ty = Type::Map(Box::new(values.element()));
    limits.each = each(schemas, parts, values.limits);
    Some(Lowered { limits, visibility: values.visibility, ..Lowered::plain(ty) })
}

/// The limits of elements lie within each other this deep; none that were meant are deeper.
const DEEPEST_LIMITS: usize = 16;

/// What holds for each element. A list of lists that has another name says what its elements say, too.
fn each(schemas: &mut Schemas<'_>, parts: &Parts<'_>, limits: Limits) -> Option<Box<Limits>> {
    if limits.nesting() == DEEPEST_LIMITS {
        schemas
            .left_out(Skip::Limit, parts.at(), format!("limits are more than {DEEPEST_LIMITS} levels deep"))
            .help("make an object of one of the levels, or leave the limits out");
        return None;
    }
    (limits != Limits::default()).then(|| Box::new(limits))
}

/// Refuses keywords that say nothing about the type they stand beside. In a foreign document they are passed over, as every
/// validator does.
pub(super) fn refuse_other_groups(schemas: &mut Schemas<'_>, parts: &Parts<'_>, groups: &[Group]) -> Option<()> {
    if !schemas.is_strict() {
        return Some(());
    }
    let kind = parts.kind().unwrap_or("schema");
    let mut refused = false;
    for part in &parts.list {
        for (group, keyword) in part.keywords.present().into_iter().filter(|(group, _)| !groups.contains(group)) {
            refused = true;
            let at = part.spot.at.join(keyword);
            // A keyword of another type was reported when the document was read.
            if schemas.diagnostics.iter().any(|told| *told.at() == at) {
                continue;
            }
            let (message, help) = match group {
                Group::Enumeration => {
                    (format!("`enum` of type {kind} is not supported"), "leave it out; enums of strings are supported")
                }
                _ if groups.contains(&Group::Enumeration) => {
                    (format!("`{keyword}` beside `enum` is not supported"), "remove it: the values say it all")
                }
                _ => (format!("`{keyword}` beside `type: {kind}` is not supported"), "describe the value without it"),
            };
            schemas.diagnostics.error(Code::Unsupported, &at, message).help(help);
        }
    }
    (!refused).then_some(())
}
