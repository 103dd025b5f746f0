//! Lowers a merged schema to a type, by its keywords.

use super::all_of::MergedSchema;
use super::extensions::{self, Extensions};
use super::keyword_groups::refuse_other_groups;
use super::keywords::{AdditionalNode, Group, Keywords};
use super::lowered::LoweredSchema;
use super::naming::Naming;
use super::state::Schemas;
use super::subschemas::{Subschema, Subschemas};
use super::{constraints, enums, objects, unions};
use crate::diagnostics::{Assumption, Code, Omission};
use crate::document::{NodeRef, Value, extension_keys};
use crate::ir::{Constraints, Scalar, Type};

/// Lowers a merged schema.
pub(super) fn lower<'a>(schemas: &mut Schemas<'a>, merged: MergedSchema<'a>, naming: &Naming) -> Option<LoweredSchema> {
    match merged {
        MergedSchema::Same { other, annotations } => {
            let mut lowered = schemas.lower(&other, naming)?;
            for node in &annotations {
                let keywords = Keywords::of(node);
                schemas.annotate(&mut lowered, &keywords.annotations, node);
            }
            Some(lowered)
        }
        MergedSchema::Subschemas(subschemas) => {
            report_unsupported(schemas, &subschemas)?;
            let mut lowered = lower_subschemas(schemas, &subschemas, naming)?;
            let root = subschemas.root();
            schemas.annotate(&mut lowered, &root.keywords.annotations, &root.node);
            lowered.nullable |= subschemas.list.iter().all(|subschema| subschema.keywords.annotations.nullable);
            // `Json` includes null.
            lowered.nullable &= lowered.ty != Type::Json;
            Some(lowered)
        }
    }
}

/// Reports `not`, and extensions that do not apply to the type.
fn report_unsupported(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<()> {
    let root = subschemas.root();
    let mut is_refused = false;
    if root.keywords.not {
        is_refused = schemas.reporter.go_on_if_lenient().is_none();
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
    (!is_refused).then_some(())
}

fn lower_subschemas<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    naming: &Naming,
) -> Option<LoweredSchema> {
    let mut unions = subschemas.unions();
    if let [first, further, ..] = unions.as_slice() {
        let message = format!("`{}` beside `{}` is not supported", further.keyword, first.keyword);
        schemas.unsupported(Omission::Schema, &further.at, message).help("keep one of the two");
        schemas.reporter.go_on_if_lenient()?;
    }
    if let Some(untyped) = unions.first().filter(|union_schema| unions::has_no_types(schemas, subschemas, union_schema))
    {
        schemas
            .unsupported(
                Omission::Constraint,
                &untyped.at,
                format!("`{}` beside `type` is not supported", untyped.keyword),
            )
            .help("describe the value by its type alone");
        schemas.reporter.go_on_if_lenient()?;
        return by_kind(schemas, &subschemas.without_unions(), naming);
    }
    if !unions.is_empty() {
        return unions::lower(schemas, subschemas, &unions.swap_remove(0), naming);
    }
    if let Some(children) = unions::inherited_union(schemas, subschemas) {
        return unions::lower_inherited(schemas, subschemas, &children, naming);
    }
    refuse_unused_discriminator(schemas, subschemas)?;
    by_kind(schemas, subschemas, naming)
}

/// Reports a discriminator without alternatives in strict mode.
fn refuse_unused_discriminator(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<()> {
    if subschemas.root().keywords.annotations.discriminator.is_none() {
        return Some(());
    }
    let message = "the discriminator has no alternatives";
    let help = "list the alternatives in `oneOf`, refer to this schema in the `allOf` of another, or remove it";
    schemas.reporter.strict_error(Code::NotSupported, &subschemas.at().join("discriminator"), message, help)
}

/// Lowers a schema of a single type.
pub(super) fn by_kind<'a>(
    schemas: &mut Schemas<'a>,
    subschemas: &Subschemas<'a>,
    naming: &Naming,
) -> Option<LoweredSchema> {
    let kind = match subschemas.kind().or_else(|| implied_kind(schemas, subschemas)) {
        Some(kind) => kind,
        None if subschemas.list.iter().all(|subschema| subschema.keywords.is_empty()) => {
            return Some(LoweredSchema::plain(Type::Json));
        }
        None if subschemas.enumeration().is_some_and(|subschema| subschema.keywords.enumeration == [Value::Null]) => {
            return Some(LoweredSchema::plain(Type::Json));
        }
        None => {
            let message = "the schema has constraints but no `type`";
            let help = "add the `type` to which its keywords apply";
            schemas.reporter.strict_error(Code::Invalid, subschemas.at(), message, help)?;
            return Some(lower_untyped(schemas, subschemas, naming));
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
        // The reader has reported any other type.
        _ => None,
    }
}

/// Returns the type that the keywords imply if there is no `type`. In strict mode, only schemas with `allOf` may omit `type`.
fn implied_kind(schemas: &Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<&'static str> {
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

/// Lowers a schema without a type: to an enum if it has `enum`, otherwise to any JSON. Among the parts of OpenAPI 3.1 it is a file.
fn lower_untyped<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> LoweredSchema {
    let values = subschemas.enumeration().and_then(|_| enums::lower(schemas, subschemas, "any", naming));
    let otherwise = if has_untyped_files(schemas) { Type::Scalar(Scalar::Upload) } else { Type::Json };
    values.unwrap_or_else(|| LoweredSchema::plain(otherwise))
}

/// Returns whether a schema without a type is a file here: in a part of a body of OpenAPI 3.1.
fn has_untyped_files(schemas: &Schemas<'_>) -> bool {
    schemas.in_object && schemas.multipart.as_ref().is_some_and(|parts| parts.untyped_files.is_none())
}

fn is_untyped(node: &NodeRef<'_>) -> bool {
    node.reference().is_none() && Keywords::of(node).is_empty()
}

fn string(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<LoweredSchema> {
    let scalar = match subschemas.format() {
        Some("date") => Scalar::Date,
        Some("date-time") => Scalar::DateTime,
        Some("binary") if schemas.multipart.is_some() => Scalar::Upload,
        // Third-party documents also describe files by this format.
        Some("byte" | "base64") if schemas.multipart.is_some() && is_file_in_form(schemas) => Scalar::Upload,
        Some("byte" | "base64") => Scalar::Base64,
        Some("base64url") => Scalar::Base64Url,
        Some("password") => Scalar::Secret,
        // Any other format is an annotation, so the text is not converted.
        Some(_) | None => Scalar::Text,
    };
    scalar_of_text(schemas, subschemas, scalar)
}

/// Returns whether bytes in base64 may be a file in a form: in OpenAPI 3.0, where tools write a file so. Since 3.1, `contentEncoding` says
/// that the part itself is base64.
pub(super) fn is_file_in_form(schemas: &Schemas<'_>) -> bool {
    let is_3_0 = schemas.references.version().is_none_or(|version| version.starts_with("3.0"));
    is_3_0 && schemas.assumes(Assumption::Base64FilesInForms)
}

fn scalar_of_text(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>, scalar: Scalar) -> Option<LoweredSchema> {
    let mut lowered = self::scalar(schemas, subschemas, scalar, &[Group::Text, Group::Format])?;
    if !matches!(scalar, Scalar::Text | Scalar::Secret) {
        // The type checks the format already, so lengths and patterns add nothing.
        lowered.constraints = Constraints::default();
    }
    Some(lowered)
}

fn integer(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>) -> Option<LoweredSchema> {
    let scalar = match subschemas.format() {
        Some("int32" | "int16" | "int8" | "uint8" | "uint16") => Scalar::Integer32,
        Some("uint32") => Scalar::Unsigned32,
        Some("uint64" | "uint") => Scalar::Unsigned64,
        Some("int64") | None => Scalar::Integer64,
        Some("bigint" | "int128" | "uint128") => Scalar::Decimal,
        Some(other) => {
            let at = subschemas.at().join("format");
            let message = format!("integers of format `{other}` are not supported");
            let help = "use int32 or int64, or remove the format for 64 bits";
            schemas.reporter.strict_error(Code::NotSupported, &at, message, help)?;
            Scalar::Integer64
        }
    };
    self::scalar(schemas, subschemas, scalar, &[Group::Number, Group::Format])
}

fn scalar(
    schemas: &mut Schemas<'_>,
    subschemas: &Subschemas<'_>,
    scalar: Scalar,
    groups: &[Group],
) -> Option<LoweredSchema> {
    refuse_other_groups(schemas, subschemas, groups)?;
    let mut constraints = constraints::lower(schemas, subschemas, groups);
    constraints.format = subschemas.format().map(str::to_owned);
    Some(LoweredSchema { constraints, ..LoweredSchema::plain(Type::Scalar(scalar)) })
}

fn array<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Option<LoweredSchema> {
    refuse_other_groups(schemas, subschemas, &[Group::Array])?;
    let element = match subschemas.items() {
        Some(items) if has_untyped_files(schemas) && is_untyped(items) => {
            LoweredSchema::plain(Type::Scalar(Scalar::Upload))
        }
        Some(items) => schemas.lower(items, &naming.inner("item"))?,
        None => {
            let message = "the array has no `items`";
            let help = "add `items`; `items: {}` stands for any value";
            schemas.reporter.strict_error(Code::Invalid, subschemas.at(), message, help)?;
            LoweredSchema::plain(Type::Json)
        }
    };
    let mut constraints = constraints::lower(schemas, subschemas, &[Group::Array]);
    let ty = Type::List(Box::new(element.element()));
    constraints.each = each(schemas, subschemas, element.constraints);
    Some(LoweredSchema { constraints, visibility: element.visibility, ..LoweredSchema::plain(ty) })
}

fn object_or_map<'a>(schemas: &mut Schemas<'a>, subschemas: &Subschemas<'a>, naming: &Naming) -> Option<LoweredSchema> {
    let declares = |subschema: &Subschema<'a>| {
        let keywords = &subschema.keywords;
        let rules = !keywords.any_of.is_empty() || !keywords.one_of.is_empty();
        !keywords.properties.is_empty() || rules || !keywords.required.is_empty()
    };
    let is_map = !subschemas.list.iter().any(declares);
    let values = match subschemas.additional() {
        Some(AdditionalNode::Schema(node)) if is_map => schemas.lower(&node.clone(), &naming.inner("value"))?,
        Some(AdditionalNode::Any(true)) | None if is_map => LoweredSchema::plain(Type::Json),
        _ => return objects::lower(schemas, subschemas, naming),
    };
    refuse_other_groups(schemas, subschemas, &[Group::Object])?;
    let mut constraints = constraints::lower(schemas, subschemas, &[Group::Object]);
    let ty = Type::Map(Box::new(values.element()));
    constraints.each = each(schemas, subschemas, values.constraints);
    Some(LoweredSchema { constraints, visibility: values.visibility, ..LoweredSchema::plain(ty) })
}

/// The deepest nesting of constraints on elements.
const MAX_CONSTRAINT_DEPTH: usize = 16;

/// Returns the constraints of each element.
fn each(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>, constraints: Constraints) -> Option<Box<Constraints>> {
    if constraints.nesting() == MAX_CONSTRAINT_DEPTH {
        schemas
            .unsupported(
                Omission::Constraint,
                subschemas.at(),
                format!("constraints are nested more than {MAX_CONSTRAINT_DEPTH} levels deep"),
            )
            .help("replace one of the levels by an object, or remove the constraints");
        return None;
    }
    (constraints != Constraints::default()).then(|| Box::new(constraints))
}
