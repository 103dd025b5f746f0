//! What a schema comes down to becomes a type, by its keywords.

use super::all_of::{MergedSchema, Subschema, Subschemas};
use super::extensions::{self, Extensions};
use super::keywords::{AdditionalNode, Group};
use super::naming::Naming;
use super::schemas::{Lowered, Schemas};
use super::{constraints, enums, objects, unions};
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::Value;
use crate::document::extension_keys;
use crate::ir::{Limits, Scalar, Type};

/// Lowers a schema. Under its notes are those of the schema it is the same as.
pub(super) fn lower<'a>(schemas: &mut Schemas<'a>, merged: MergedSchema<'a>, naming: &Naming) -> Option<Lowered> {
    match merged {
        MergedSchema::Same { other, notes } => {
            let mut lowered = schemas.node(&other, naming)?;
            for node in &notes {
                let keywords = super::keywords::Keywords::of(node);
                schemas.annotate(&mut lowered, &keywords.annotations, node);
            }
            Some(lowered)
        }
        MergedSchema::Subschemas(subschemas) => {
            check(schemas, &subschemas)?;
            let mut lowered = decide(schemas, &subschemas, naming)?;
            let root = subschemas.root();
            schemas.annotate(&mut lowered, &root.keywords.annotations, &root.node);
            lowered.nullable |= subschemas.list.iter().all(|subschema| subschema.keywords.annotations.nullable);
            // Null is JSON, too.
            lowered.nullable &= lowered.ty != Type::Json;
            Some(lowered)
        }
    }
}

/// Reports what has no Rust counterpart, and extensions about members where there are none.
fn check(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<()> {
    let root = subschemas.root();
    let mut refused = false;
    if root.keywords.not {
        refused = schemas.reporter.go_on().is_none();
        schemas
            .unsupported(
                Omission::Keyword,
                &root.node.at.join("not"),
                "`not` schemas cannot be expressed as a Rust type",
            )
            .help("describe what is allowed with `enum` or `pattern`, or remove the keyword");
    }
    let is_object = subschemas.kind() == Some("object") || subschemas.list.len() > 1;
    let allowed = match is_object {
        true => extension_keys::OF_OBJECTS,
        false if extensions::is_property(&root.node.at) => extension_keys::OF_PROPERTIES,
        false => extension_keys::OF_SCHEMAS,
    };
    Extensions::new(&root.node).allow_only(allowed, &mut schemas.reporter);
    (!refused).then_some(())
}

fn decide<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Option<Lowered> {
    let mut unions = subschemas.unions();
    if let [first, further, ..] = unions.as_slice() {
        let message = format!("`{}` beside `{}` is not supported", further.keyword, first.keyword);
        schemas.unsupported(Omission::Schema, &further.at, message).help("keep one of the two");
        schemas.reporter.go_on()?;
    }
    if let Some(idle) = unions.first().filter(|union_schema| unions::is_idle(schemas, subschemas, union_schema)) {
        schemas
            .unsupported(Omission::Limit, &idle.at, format!("`{}` beside `type` is not supported", idle.keyword))
            .help("describe the value by its type alone");
        schemas.reporter.go_on()?;
        return by_kind(schemas, &subschemas.without_unions(), naming);
    }
    if !unions.is_empty() {
        return unions::lower(schemas, subschemas, &unions.swap_remove(0), naming);
    }
    if let Some(children) = unions::inherited(schemas, subschemas) {
        return unions::lower(
            schemas,
            &Subschemas { list: vec![Subschema::empty(subschemas.root())] },
            &children,
            naming,
        );
    }
    refuse_idle_discriminator(schemas, subschemas)?;
    by_kind(schemas, subschemas, naming)
}

/// Refuses a discriminator between nothing, in a document of our own.
fn refuse_idle_discriminator(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<()> {
    if subschemas.root().keywords.annotations.discriminator.is_none() {
        return Some(());
    }
    let message = "the discriminator has nothing to tell apart";
    let help = "list the alternatives in `oneOf`, refer to this schema in the `allOf` of another, or remove it";
    schemas.reporter.strict_error(Code::Unsupported, &subschemas.at().join("discriminator"), message, help)
}

/// Lowers a schema that is of one type.
pub(super) fn by_kind<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Option<Lowered> {
    let kind = match subschemas.kind().or_else(|| implied(schemas, subschemas)) {
        Some(kind) => kind,
        None if subschemas.list.iter().all(|subschema| subschema.keywords.is_empty()) => {
            return Some(Lowered::plain(Type::Json));
        }
        None if subschemas.enumeration().is_some_and(|subschema| subschema.keywords.enumeration == [Value::Null]) => {
            return Some(Lowered::plain(Type::Json));
        }
        None => {
            let message = "the schema constrains a value but says no `type`";
            let help = "add the `type` that its keywords speak about";
            schemas.reporter.strict_error(Code::Invalid, subschemas.at(), message, help)?;
            return Some(untold(schemas, subschemas, naming));
        }
    };
    match kind {
        "string" | "number" | "integer" | "boolean" if subschemas.enumeration().is_some() => {
            enums::lower(schemas, subschemas, kind, naming)
        }
        "string" => string(schemas, subschemas),
        "number" => scalar(schemas, subschemas, Scalar::Decimal, &[Group::Number, Group::Format]),
        "integer" => integer(schemas, subschemas),
        "boolean" => scalar(schemas, subschemas, Scalar::Boolean, &[]),
        "array" => array(schemas, subschemas, naming),
        "object" => object_or_map(schemas, subschemas, naming),
        // Reported when the document was read.
        _ => None,
    }
}

/// The type that keywords speak of where no `type` says it. In a document of our own only parts of a sum may be so brief.
fn implied(schemas: &Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<&'static str> {
    if subschemas.list.len() == 1 && !schemas.assumes(Assumption::ImpliedType) {
        return None;
    }
    let of_group = |groups: &[Group], kind| subschemas.has(groups).then_some(kind);
    of_group(&[Group::Object], "object")
        .or_else(|| of_group(&[Group::Array], "array"))
        .or_else(|| of_group(&[Group::Text], "string"))
        .or_else(|| of_group(&[Group::Number], "number"))
        .or_else(|| match subschemas.format()? {
            "int32" | "int64" | "uint32" | "uint64" => Some("integer"),
            "float" | "double" | "decimal" => Some("number"),
            "date" | "date-time" | "byte" | "binary" | "password" | "uuid" | "uri" | "url" | "email" => Some("string"),
            _ => None,
        })
}

/// A schema of which only its values are told, or nothing that says a type.
fn untold<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Lowered {
    let values = subschemas.enumeration().and_then(|_| enums::lower(schemas, subschemas, "any", naming));
    values.unwrap_or_else(|| Lowered::plain(Type::Json))
}

fn string(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<Lowered> {
    let scalar = match subschemas.format() {
        Some("date") => Scalar::Date,
        Some("date-time") => Scalar::DateTime,
        Some("binary") if schemas.in_form => Scalar::Upload,
        // OpenAPI calls that a file, too, and a part holds bytes as they are.
        Some("byte" | "base64") if schemas.in_form && schemas.assumes(Assumption::Base64FilesInForms) => Scalar::Upload,
        Some("byte" | "base64" | "base64url") => Scalar::Base64,
        Some("password") => Scalar::Secret,
        // Every other format is an annotation: the text is read and written as it is.
        Some(_) | None => Scalar::Text,
    };
    scalar_of_text(schemas, subschemas, scalar)
}

fn scalar_of_text(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>, scalar: Scalar) -> Option<Lowered> {
    let mut lowered = self::scalar(schemas, subschemas, scalar, &[Group::Text, Group::Format])?;
    if !matches!(scalar, Scalar::Text | Scalar::Secret) {
        // Lengths and patterns of values that are more than text say what their format says.
        lowered.limits = Limits::default();
    }
    Some(lowered)
}

fn integer(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<Lowered> {
    let scalar = match subschemas.format() {
        Some("int32" | "int16" | "int8" | "uint8" | "uint16") => Scalar::Integer32,
        Some("uint32") => Scalar::Unsigned32,
        Some("uint64" | "uint") => Scalar::Unsigned64,
        Some("int64") | None => Scalar::Integer64,
        Some("bigint" | "int128" | "uint128") => Scalar::Decimal,
        Some(other) => {
            let at = subschemas.at().join("format");
            let message = format!("integers of format `{other}` are not supported");
            let help = "use int32 or int64, or leave the format out for 64 bits";
            schemas.reporter.strict_error(Code::Unsupported, &at, message, help)?;
            Scalar::Integer64
        }
    };
    self::scalar(schemas, subschemas, scalar, &[Group::Number, Group::Format])
}

fn scalar(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>, scalar: Scalar, groups: &[Group]) -> Option<Lowered> {
    refuse_other_groups(schemas, subschemas, groups)?;
    let mut limits = constraints::lower(schemas, subschemas, groups);
    limits.format = subschemas.format().map(str::to_owned);
    Some(Lowered { limits, ..Lowered::plain(Type::Scalar(scalar)) })
}

fn array<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Option<Lowered> {
    refuse_other_groups(schemas, subschemas, &[Group::Array])?;
    let element = match subschemas.items() {
        Some(items) => schemas.node(items, &naming.inner("item"))?,
        None => {
            let message = "an array says nothing of its elements";
            let help = "add `items`; `items: {}` stands for any value";
            schemas.reporter.strict_error(Code::Invalid, subschemas.at(), message, help)?;
            Lowered::plain(Type::Json)
        }
    };
    let mut limits = constraints::lower(schemas, subschemas, &[Group::Array]);
    let ty = Type::List(Box::new(element.element()));
    limits.each = each(schemas, subschemas, element.limits);
    Some(Lowered { limits, visibility: element.visibility, ..Lowered::plain(ty) })
}

fn object_or_map<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Option<Lowered> {
    let declares = |subschema: &Subschema<'a>| {
        let keywords = &subschema.keywords;
        let rules = !keywords.any_of.is_empty() || !keywords.one_of.is_empty();
        !keywords.properties.is_empty() || rules || !keywords.required.is_empty()
    };
    let is_map = !subschemas.list.iter().any(declares);
    let values = match subschemas.additional() {
        Some(AdditionalNode::Schema(node)) if is_map => schemas.node(&node.clone(), &naming.inner("value"))?,
        Some(AdditionalNode::Any(true)) | None if is_map => Lowered::plain(Type::Json),
        _ => return objects::lower(schemas, subschemas, naming),
    };
    refuse_other_groups(schemas, subschemas, &[Group::Object])?;
    let mut limits = constraints::lower(schemas, subschemas, &[Group::Object]);
    let ty = Type::Map(Box::new(values.element()));
    limits.each = each(schemas, subschemas, values.limits);
    Some(Lowered { limits, visibility: values.visibility, ..Lowered::plain(ty) })
}

/// The limits of elements lie within each other this deep; none that were meant are deeper.
const DEEPEST_LIMITS: usize = 16;

/// What holds for each element. A list of lists that has another name says what its elements say, too.
fn each(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>, limits: Limits) -> Option<Box<Limits>> {
    if limits.nesting() == DEEPEST_LIMITS {
        schemas
            .unsupported(Omission::Limit, subschemas.at(), format!("limits are more than {DEEPEST_LIMITS} levels deep"))
            .help("make an object of one of the levels, or leave the limits out");
        return None;
    }
    (limits != Limits::default()).then(|| Box::new(limits))
}

/// Refuses keywords that say nothing about the type they stand beside. In a foreign document they are passed over, as every
/// validator does.
pub(super) fn refuse_other_groups(
    schemas: &mut Schemas<'_>,
    subschemas: &Subschemas<'_>,
    groups: &[Group],
) -> Option<()> {
    if schemas.assumes(Assumption::KeywordsOfOtherTypes) {
        return Some(());
    }
    let kind = subschemas.kind().unwrap_or("schema");
    let mut refused = false;
    for subschema in &subschemas.list {
        for (group, keyword) in subschema.keywords.present().into_iter().filter(|(group, _)| !groups.contains(group)) {
            refused = true;
            let at = subschema.node.at.join(keyword);
            // A keyword of another type was reported when the document was read.
            if schemas.reporter.has_reported(&at) {
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
            schemas.reporter.error(Code::Unsupported, &at, message).help(help);
        }
    }
    (!refused).then_some(())
}
