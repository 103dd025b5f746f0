//! The keywords of one schema.

use crate::document::{NodeRef, Pointer, Value};

/// `additionalProperties`.
#[derive(Debug, Clone)]
pub(super) enum AdditionalNode<'a> {
    /// `true` or `false`.
    Any(bool),
    /// A schema.
    Schema(NodeRef<'a>),
}

/// The schemas of an `allOf`, a `oneOf` or an `anyOf`. They are not collected, since a parent can list thousands of children
/// that inherit from it.
#[derive(Debug, Clone, Default)]
pub(super) struct SchemaList<'a>(Option<NodeRef<'a>>);

impl<'a> SchemaList<'a> {
    fn of(list: NodeRef<'a>) -> Self {
        let is_empty = list.elements().next().is_none();
        Self((!is_empty).then_some(list))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
        self.0.clone().into_iter().flat_map(|list| list.elements())
    }

    /// Returns the location of the list, unless it is empty.
    pub(super) fn at(&self) -> Option<&Pointer> {
        self.0.as_ref().map(|list| &list.at)
    }

    /// Leaves all of them out.
    pub(super) fn clear(&mut self) {
        self.0 = None;
    }
}

/// The keywords of one schema. What is absent is empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Keywords<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) format: Option<&'a str>,
    pub(super) pattern: Option<&'a str>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) multiple_of: Option<&'a str>,
    pub(super) minimum: Option<&'a str>,
    pub(super) exclusive_minimum: bool,
    pub(super) maximum: Option<&'a str>,
    pub(super) exclusive_maximum: bool,
    pub(super) properties: Vec<(&'a str, NodeRef<'a>)>,
    pub(super) required: Vec<&'a str>,
    pub(super) additional: Option<AdditionalNode<'a>>,
    pub(super) min_properties: Option<usize>,
    pub(super) max_properties: Option<usize>,
    pub(super) items: Option<NodeRef<'a>>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) unique_items: bool,
    pub(super) enumeration: &'a [Value],
    pub(super) one_of: SchemaList<'a>,
    pub(super) all_of: SchemaList<'a>,
    pub(super) any_of: SchemaList<'a>,
    pub(super) not: bool,
    pub(super) annotations: Annotations<'a>,
}

/// The keywords that do not constrain values.
#[derive(Debug, Clone, Default)]
pub(super) struct Annotations<'a> {
    pub(super) nullable: bool,
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) deprecated: bool,
    pub(super) title: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) default: Option<&'a Value>,
    pub(super) example: Option<&'a Value>,
    pub(super) external_docs: Option<&'a str>,
    pub(super) discriminator: Option<NodeRef<'a>>,
}

impl<'a> Keywords<'a> {
    pub(super) fn of(schema: &NodeRef<'a>) -> Self {
        let mut keywords = Self::default();
        for (key, value) in schema.value.members() {
            keywords.add(key, value, &schema.at);
        }
        keywords
    }

    fn add(&mut self, key: &'a str, value: &'a Value, at: &Pointer) {
        let node = || NodeRef { value, at: at.join(key) };
        let count = || value.as_number().and_then(count);
        let flag = value.as_bool() == Some(true);
        let annotations = &mut self.annotations;
        match key {
            "type" => self.kind = value.as_text(),
            "format" => self.format = value.as_text().filter(|format| !format.is_empty()),
            "pattern" => self.pattern = value.as_text(),
            "minLength" => self.min_length = count(),
            "maxLength" => self.max_length = count(),
            "multipleOf" => self.multiple_of = value.as_number(),
            "minimum" => self.minimum = value.as_number(),
            "maximum" => self.maximum = value.as_number(),
            "exclusiveMinimum" => self.exclusive_minimum = flag,
            "exclusiveMaximum" => self.exclusive_maximum = flag,
            "properties" => self.properties = node().members().collect(),
            "required" => self.required = value.elements().filter_map(Value::as_text).collect(),
            "additionalProperties" => {
                self.additional = Some(match value.as_bool() {
                    Some(allowed) => AdditionalNode::Any(allowed),
                    None => AdditionalNode::Schema(node()),
                });
            }
            "minProperties" => self.min_properties = count(),
            "maxProperties" => self.max_properties = count(),
            "items" => self.items = Some(node()),
            "minItems" => self.min_items = count(),
            "maxItems" => self.max_items = count(),
            "uniqueItems" => self.unique_items = flag,
            "enum" => self.enumeration = value.as_list().unwrap_or_default(),
            "oneOf" => self.one_of = SchemaList::of(node()),
            "allOf" => self.all_of = SchemaList::of(node()),
            "anyOf" => self.any_of = SchemaList::of(node()),
            "not" => self.not = true,
            "nullable" => annotations.nullable = flag,
            "readOnly" => annotations.read_only = flag,
            "writeOnly" => annotations.write_only = flag,
            "deprecated" => annotations.deprecated = flag,
            "title" => annotations.title = value.as_text(),
            "description" => annotations.description = value.as_text(),
            "default" => annotations.default = Some(value),
            "example" => annotations.example = Some(value),
            "externalDocs" => annotations.external_docs = value.get("url").and_then(Value::as_text),
            "discriminator" => annotations.discriminator = Some(node()),
            // Extensions are read where they have a meaning; what has none anywhere was reported by the reader.
            _ => {}
        }
    }

    /// Returns whether every JSON value fits the schema.
    pub(super) fn is_empty(&self) -> bool {
        self.present().is_empty() && self.kind.is_none() && self.additional.is_none() && !self.unique_items
    }

    /// Returns the keywords that are present, by group, under their names in the document.
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

/// Returns a count as documents write it: a whole number, perhaps with a fraction of zero.
fn count(digits: &str) -> Option<usize> {
    let whole = digits.split_once('.').map_or(digits, |(whole, _)| whole);
    whole.parse().ok()
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
