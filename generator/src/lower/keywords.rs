//! The keywords of one schema, whichever of openapiv3's shapes it took.
//!
//! Every struct is taken apart without `..`: a keyword that a new version of `openapiv3` knows stops the build here,
//! and is then either carried or refused.

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, IntegerFormat, IntegerType, NumberFormat, NumberType,
    ObjectType, ReferenceOr, Schema, SchemaKind, StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};

/// A schema in place or a reference to one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'a> {
    /// `$ref`.
    Reference(&'a str),
    /// A schema in place.
    Schema(&'a Schema),
}

impl<'a> Node<'a> {
    pub(super) fn of(node: &'a ReferenceOr<Schema>) -> Self {
        match node {
            ReferenceOr::Reference { reference } => Self::Reference(reference),
            ReferenceOr::Item(schema) => Self::Schema(schema),
        }
    }

    pub(super) fn of_boxed(node: &'a ReferenceOr<Box<Schema>>) -> Self {
        match node {
            ReferenceOr::Reference { reference } => Self::Reference(reference),
            ReferenceOr::Item(schema) => Self::Schema(schema),
        }
    }
}

/// `additionalProperties`.
#[derive(Debug, Clone, Copy)]
pub(super) enum AdditionalNode<'a> {
    /// `true` or `false`.
    Any(bool),
    /// A schema.
    Schema(Node<'a>),
}

/// The keywords of one schema. What is absent is empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Keywords<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) format: Option<String>,
    pub(super) pattern: Option<&'a str>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) multiple_of: Option<String>,
    pub(super) minimum: Option<String>,
    pub(super) exclusive_minimum: bool,
    pub(super) maximum: Option<String>,
    pub(super) exclusive_maximum: bool,
    pub(super) properties: IndexMap<&'a str, Node<'a>>,
    pub(super) required: Vec<&'a str>,
    pub(super) additional: Option<AdditionalNode<'a>>,
    pub(super) min_properties: Option<usize>,
    pub(super) max_properties: Option<usize>,
    pub(super) items: Option<Node<'a>>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) unique_items: bool,
    pub(super) enumeration: Vec<serde_json::Value>,
    pub(super) one_of: Vec<Node<'a>>,
    pub(super) all_of: Vec<Node<'a>>,
    pub(super) any_of: Vec<Node<'a>>,
    pub(super) not: bool,
}

impl<'a> Keywords<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        match &schema.schema_kind {
            SchemaKind::Type(Type::String(string)) => Self::of_string(string),
            SchemaKind::Type(Type::Number(number)) => Self::of_number(number),
            SchemaKind::Type(Type::Integer(integer)) => Self::of_integer(integer),
            SchemaKind::Type(Type::Object(object)) => Self::of_object(object),
            SchemaKind::Type(Type::Array(array)) => Self::of_array(array),
            SchemaKind::Type(Type::Boolean(boolean)) => Self::of_boolean(boolean),
            SchemaKind::OneOf { one_of } => Self { one_of: one_of.iter().map(Node::of).collect(), ..Self::default() },
            SchemaKind::AllOf { all_of } => Self { all_of: all_of.iter().map(Node::of).collect(), ..Self::default() },
            SchemaKind::AnyOf { any_of } => Self { any_of: any_of.iter().map(Node::of).collect(), ..Self::default() },
            SchemaKind::Not { not: _ } => Self { not: true, ..Self::default() },
            SchemaKind::Any(any) => Self::of_any(any),
        }
    }

    /// Whether the schema demands nothing at all, so that every JSON value fits.
    pub(super) fn is_empty(&self) -> bool {
        self.present().is_empty() && self.kind.is_none() && self.additional.is_none() && !self.unique_items
    }

    fn of_string(string: &'a StringType) -> Self {
        let StringType { format, pattern, enumeration, min_length, max_length } = string;
        Self {
            kind: Some("string"),
            format: format_text(format, |known| match known {
                StringFormat::Date => "date",
                StringFormat::DateTime => "date-time",
                StringFormat::Password => "password",
                StringFormat::Byte => "byte",
                StringFormat::Binary => "binary",
            }),
            pattern: pattern.as_deref(),
            enumeration: enumeration.iter().map(|value| value.clone().into()).collect(),
            min_length: *min_length,
            max_length: *max_length,
            ..Self::default()
        }
    }

    fn of_number(number: &'a NumberType) -> Self {
        let NumberType { format, multiple_of, exclusive_minimum, exclusive_maximum, minimum, maximum, enumeration } =
            number;
        Self {
            kind: Some("number"),
            format: format_text(format, |known| match known {
                NumberFormat::Float => "float",
                NumberFormat::Double => "double",
            }),
            multiple_of: multiple_of.map(|bound| bound.to_string()),
            exclusive_minimum: *exclusive_minimum,
            exclusive_maximum: *exclusive_maximum,
            minimum: minimum.map(|bound| bound.to_string()),
            maximum: maximum.map(|bound| bound.to_string()),
            enumeration: enumeration.iter().map(|value| (*value).into()).collect(),
            ..Self::default()
        }
    }

    fn of_integer(integer: &'a IntegerType) -> Self {
        let IntegerType { format, multiple_of, exclusive_minimum, exclusive_maximum, minimum, maximum, enumeration } =
            integer;
        Self {
            kind: Some("integer"),
            format: format_text(format, |known| match known {
                IntegerFormat::Int32 => "int32",
                IntegerFormat::Int64 => "int64",
            }),
            multiple_of: multiple_of.map(|bound| bound.to_string()),
            exclusive_minimum: *exclusive_minimum,
            exclusive_maximum: *exclusive_maximum,
            minimum: minimum.map(|bound| bound.to_string()),
            maximum: maximum.map(|bound| bound.to_string()),
            enumeration: enumeration.iter().map(|value| (*value).into()).collect(),
            ..Self::default()
        }
    }

    fn of_object(object: &'a ObjectType) -> Self {
        let ObjectType { properties, required, additional_properties, min_properties, max_properties } = object;
        Self {
            kind: Some("object"),
            properties: properties.iter().map(|(name, node)| (name.as_str(), Node::of_boxed(node))).collect(),
            required: required.iter().map(String::as_str).collect(),
            additional: additional_properties.as_ref().map(additional),
            min_properties: *min_properties,
            max_properties: *max_properties,
            ..Self::default()
        }
    }

    fn of_array(array: &'a ArrayType) -> Self {
        let ArrayType { items, min_items, max_items, unique_items } = array;
        Self {
            kind: Some("array"),
            items: items.as_ref().map(Node::of_boxed),
            min_items: *min_items,
            max_items: *max_items,
            unique_items: *unique_items,
            ..Self::default()
        }
    }

    fn of_boolean(boolean: &'a BooleanType) -> Self {
        let BooleanType { enumeration } = boolean;
        Self {
            kind: Some("boolean"),
            enumeration: enumeration.iter().map(|value| (*value).into()).collect(),
            ..Self::default()
        }
    }

    fn of_any(any: &'a AnySchema) -> Self {
        let AnySchema {
            typ,
            pattern,
            multiple_of,
            exclusive_minimum,
            exclusive_maximum,
            minimum,
            maximum,
            properties,
            required,
            additional_properties,
            min_properties,
            max_properties,
            items,
            min_items,
            max_items,
            unique_items,
            enumeration,
            format,
            min_length,
            max_length,
            one_of,
            all_of,
            any_of,
            not,
        } = any;
        Self {
            kind: typ.as_deref(),
            format: format.clone(),
            pattern: pattern.as_deref(),
            min_length: *min_length,
            max_length: *max_length,
            multiple_of: multiple_of.map(|bound| bound.to_string()),
            minimum: minimum.map(|bound| bound.to_string()),
            exclusive_minimum: exclusive_minimum.unwrap_or_default(),
            maximum: maximum.map(|bound| bound.to_string()),
            exclusive_maximum: exclusive_maximum.unwrap_or_default(),
            properties: properties.iter().map(|(name, node)| (name.as_str(), Node::of_boxed(node))).collect(),
            required: required.iter().map(String::as_str).collect(),
            additional: additional_properties.as_ref().map(additional),
            min_properties: *min_properties,
            max_properties: *max_properties,
            items: items.as_ref().map(Node::of_boxed),
            min_items: *min_items,
            max_items: *max_items,
            unique_items: unique_items.unwrap_or_default(),
            enumeration: enumeration.clone(),
            one_of: one_of.iter().map(Node::of).collect(),
            all_of: all_of.iter().map(Node::of).collect(),
            any_of: any_of.iter().map(Node::of).collect(),
            not: not.is_some(),
        }
    }

    /// The keywords that are present, by group, under their names in the document.
    pub(super) fn present(&self) -> Vec<(Group, &'static str)> {
        let all = [
            (self.format.is_some(), Group::Format, "format"),
            (self.pattern.is_some(), Group::Text, "pattern"),
            (self.min_length.is_some(), Group::Text, "minLength"),
            (self.max_length.is_some(), Group::Text, "maxLength"),
            (self.multiple_of.is_some(), Group::Number, "multipleOf"),
            (self.minimum.is_some(), Group::Number, "minimum"),
            (self.exclusive_minimum, Group::Number, "exclusiveMinimum"),
            (self.maximum.is_some(), Group::Number, "maximum"),
            (self.exclusive_maximum, Group::Number, "exclusiveMaximum"),
            (!self.properties.is_empty(), Group::Object, "properties"),
            (!self.required.is_empty(), Group::Object, "required"),
            (self.additional.is_some(), Group::Object, "additionalProperties"),
            (self.min_properties.is_some(), Group::Object, "minProperties"),
            (self.max_properties.is_some(), Group::Object, "maxProperties"),
            (self.items.is_some(), Group::Array, "items"),
            (self.min_items.is_some(), Group::Array, "minItems"),
            (self.max_items.is_some(), Group::Array, "maxItems"),
            (self.unique_items, Group::Array, "uniqueItems"),
            (!self.enumeration.is_empty(), Group::Enumeration, "enum"),
            (!self.one_of.is_empty(), Group::Composition, "oneOf"),
            (!self.all_of.is_empty(), Group::Composition, "allOf"),
            (!self.any_of.is_empty(), Group::Composition, "anyOf"),
            (self.not, Group::Composition, "not"),
        ];
        all.into_iter().filter(|(present, ..)| *present).map(|(_, group, name)| (group, name)).collect()
    }
}

/// What a keyword speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Format,
    Text,
    Number,
    Object,
    Array,
    Enumeration,
    Composition,
}

fn additional(node: &AdditionalProperties) -> AdditionalNode<'_> {
    match node {
        AdditionalProperties::Any(allowed) => AdditionalNode::Any(*allowed),
        AdditionalProperties::Schema(schema) => AdditionalNode::Schema(Node::of(schema)),
    }
}

fn format_text<T>(format: &VariantOrUnknownOrEmpty<T>, name: impl Fn(&T) -> &'static str) -> Option<String> {
    match format {
        VariantOrUnknownOrEmpty::Item(known) => Some(name(known).to_owned()),
        VariantOrUnknownOrEmpty::Unknown(text) => Some(text.clone()),
        VariantOrUnknownOrEmpty::Empty => None,
    }
}
