//! Schemas become types.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use openapiv3::{ReferenceOr, Schema, SchemaData};

use super::extensions::{self, Extensions};
use super::keywords::{AdditionalNode, Group, Keywords, Node};
use super::{Named, limits, objects};
use crate::diagnostics::{Code, Diagnostics};
use crate::ir::{Docs, Limits, Scalar, Shape, Status, Type, TypeDef, TypeId, Types, Usage, Visibility};
use crate::names::{Case, Name, NameError, RUNTIME_NAMES, Scope};
use crate::read::Document;
use crate::source::Pointer;

/// What a schema says of a value, beside the name it stands under.
#[derive(Debug, Clone)]
pub(super) struct Lowered {
    pub(super) ty: Type,
    pub(super) nullable: bool,
    pub(super) limits: Limits,
    pub(super) visibility: Visibility,
    pub(super) default: Option<String>,
    pub(super) status: Status,
    pub(super) docs: Docs,
    pub(super) rust_name: Option<String>,
}

/// Where the name of a type comes from, should the schema need one.
#[derive(Debug, Clone)]
pub(super) enum Naming {
    /// The schema is a component of this name.
    Component(Name),
    /// The schema stands in place; the name follows from the context.
    Inline(String),
}

impl Naming {
    /// The context for a schema inside this one.
    pub(super) fn inner(&self, part: &str) -> Self {
        match self {
            Self::Component(name) => Self::Inline(format!("{} {part}", name.rust())),
            Self::Inline(context) => Self::Inline(format!("{context} {part}")),
        }
    }
}

/// Lowers schemas on demand, each component once.
pub(super) struct Schemas<'a> {
    document: &'a Document,
    components: &'a IndexMap<String, ReferenceOr<Schema>>,
    pub(super) types: Types,
    scope: Scope,
    names: BTreeMap<&'a str, Name>,
    done: BTreeMap<&'a str, Option<Lowered>>,
    in_progress: Vec<&'a str>,
    referred: BTreeSet<&'a str>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// The names that generated files give to other things than types of the document, beside those that they take over from the
/// runtime.
#[rustfmt::skip]
const OWN_NAMES: &[&str] = &[
    "Box", "Client", "ClientBuilder", "Core", "Default", "Environment", "Field", "From", "HeaderField", "Into",
    "IntoFuture", "IntoIterator", "Limits", "None", "Object", "Ok", "Err", "OpenEnum", "Operation", "OperationCall",
    "Option", "Result", "Rule", "Segment", "Self", "Service", "Some", "String", "Table", "Value", "Vec", "Additional",
    "Condition", "Mode", "Call", "Duration", "Clone", "PartialEq", "Eq", "Hash", "Debug", "FromStr", "Display",
];

impl<'a> Schemas<'a> {
    /// Settles the names of all components, so that none depends on which is met first.
    pub(super) fn new(document: &'a Document, diagnostics: &'a mut Diagnostics) -> Self {
        static NONE: std::sync::LazyLock<IndexMap<String, ReferenceOr<Schema>>> =
            std::sync::LazyLock::new(IndexMap::new);
        let components = document.openapi.components.as_ref().map_or(&*NONE, |components| &components.schemas);
        let mut schemas = Self {
            document,
            components,
            types: Types::default(),
            scope: Scope::new(Case::Pascal, &[OWN_NAMES, &RUNTIME_NAMES.concat()].concat()),
            names: BTreeMap::new(),
            done: BTreeMap::new(),
            in_progress: Vec::new(),
            referred: BTreeSet::new(),
            diagnostics,
        };
        for (wire, node) in components {
            let at = component_pointer(wire);
            let wanted = match node {
                ReferenceOr::Item(schema) => schemas.wanted_name(&schema.schema_data, &at),
                ReferenceOr::Reference { .. } => None,
            };
            if let Some(name) = schemas.claim_type(wire, wanted.as_deref(), &at) {
                schemas.names.insert(wire, name);
            }
        }
        schemas
    }

    /// The types lowered so far; what nothing refers to is left out, with a warning.
    pub(super) fn into_types(self) -> Types {
        // After errors some references were not followed.
        if self.diagnostics.has_errors() {
            return self.types;
        }
        for key in self.components.keys().filter(|key| !self.referred.contains(key.as_str())) {
            self.diagnostics
                .warning(Code::Reference, &component_pointer(key), format!("nothing refers to the schema `{key}`"))
                .help("refer to it, or remove it; no type is made of it");
        }
        self.types
    }

    /// The type that an alias stands for, or the type itself.
    pub(super) fn behind_aliases<'t>(&'t self, ty: &'t Type) -> &'t Type {
        self.types.resolve(ty)
    }

    /// The values of an enum; nothing when the type is none.
    pub(super) fn enumeration_at(&self, id: TypeId) -> Option<Vec<&str>> {
        match &self.types.get(id).shape {
            Shape::Enum(choice) => Some(choice.variants.iter().map(|variant| variant.name.wire()).collect()),
            Shape::Struct(_) | Shape::Alias(_) => None,
        }
    }

    /// Lowers a schema in place or behind a reference.
    pub(super) fn node(&mut self, node: Node<'a>, at: &Pointer, naming: &Naming) -> Option<Lowered> {
        match node {
            Node::Reference(reference) => self.reference(reference, at),
            Node::Schema(schema) => self.schema(schema, at, naming),
        }
    }

    /// The component a reference names, with its key.
    pub(super) fn resolve(&mut self, reference: &'a str, at: &Pointer) -> Option<(&'a str, &'a ReferenceOr<Schema>)> {
        let segments: Vec<String> = Pointer::parse(reference).iter().flat_map(Pointer::segments).collect();
        let key = match segments.as_slice() {
            [components, schemas, key] if components == "components" && schemas == "schemas" => key.clone(),
            _ => {
                self.diagnostics
                    .error(
                        Code::Unsupported,
                        &at.join("$ref"),
                        format!("`{reference}` does not point to a schema component"),
                    )
                    .help("move the schema under #/components/schemas and refer to it there");
                return None;
            }
        };
        let found = self.components.get_full(&key);
        if found.is_none() {
            self.diagnostics
                .error(Code::Reference, &at.join("$ref"), format!("`{reference}` points to nothing"))
                .help(super::correction(Some(&key), self.components.keys(), "define the schema"));
        }
        let (_, key, node) = found?;
        self.referred.insert(key);
        Some((key, node))
    }

    fn reference(&mut self, reference: &'a str, at: &Pointer) -> Option<Lowered> {
        let (key, node) = self.resolve(reference, at)?;
        if let Some(done) = self.done.get(key) {
            return done.clone();
        }
        if self.in_progress.contains(&key) {
            self.diagnostics
                .error(Code::Reference, &at.join("$ref"), format!("`{key}` is defined by nothing but itself"))
                .help("give one schema of the circle properties of its own");
            return None;
        }
        self.in_progress.push(key);
        // The component's own Rust name is not the name of the properties that refer to it.
        let lowered = self.component(key, node).map(|lowered| Lowered { rust_name: None, ..lowered });
        self.in_progress.pop();
        self.done.insert(key, lowered.clone());
        lowered
    }

    fn component(&mut self, key: &'a str, node: &'a ReferenceOr<Schema>) -> Option<Lowered> {
        let at = component_pointer(key);
        match Node::of(node) {
            Node::Reference(reference) => self.reference(reference, &at),
            Node::Schema(schema) => {
                let name = self.names.get(key)?.clone();
                let lowered = self.schema(schema, &at, &Naming::Component(name.clone()))?;
                Some(self.alias(name, lowered, at))
            }
        }
    }

    /// Gives a component that is neither an object nor an enum a type of its own name all the same.
    fn alias(&mut self, name: Name, lowered: Lowered, at: Pointer) -> Lowered {
        let is_own = matches!(&lowered.ty, Type::Named(id) if self.types.get(*id).at == at);
        if is_own {
            return lowered;
        }
        let ty =
            TypeDef { name, docs: lowered.docs.clone(), shape: Shape::Alias(lowered.ty), usage: Usage::Unused, at };
        Lowered { ty: Type::Named(self.types.insert(ty)), ..lowered }
    }

    fn schema(&mut self, schema: &'a Schema, at: &Pointer, naming: &Naming) -> Option<Lowered> {
        let keywords = Keywords::of(schema);
        self.refuse_unsupported(&schema.schema_data, &keywords, at)?;
        self.refuse_misplaced(&schema.schema_data, &keywords, at);
        let annotations = self.annotations(&schema.schema_data, at);
        let mut lowered = match keywords.kind {
            _ if keywords.all_of.len() == 1 && keywords.properties.is_empty() && keywords.present().len() == 1 => {
                self.node(keywords.all_of[0], &at.join("allOf").join(0), naming)?
            }
            _ if !keywords.all_of.is_empty() => self.object(schema, &keywords, at, naming)?,
            _ if keywords.is_empty() => plain(Type::Json),
            None => self.untyped(&keywords, at)?,
            Some("string") if !keywords.enumeration.is_empty() => self.enumeration(schema, &keywords, at, naming)?,
            Some("string") => self.string(&keywords, at)?,
            Some("number") => self.number(&keywords, at)?,
            Some("integer") => self.integer(&keywords, at)?,
            Some("boolean") => self.scalar(&keywords, Scalar::Boolean, &[], at)?,
            Some("array") => self.array(&keywords, at, naming)?,
            Some("object") => self.object_or_map(schema, &keywords, at, naming)?,
            // Reported when the document was read.
            Some(_) => return None,
        };
        annotations.apply(&mut lowered);
        Some(lowered)
    }

    /// Refuses what has no Rust counterpart, before anything else is made of the schema.
    fn refuse_unsupported(&mut self, data: &SchemaData, keywords: &Keywords<'_>, at: &Pointer) -> Option<()> {
        let mut refused = false;
        let mut refuse = |diagnostics: &mut Diagnostics, keyword: &str, why: &str, help: &str| {
            refused = true;
            diagnostics.error(Code::Unsupported, &at.join(keyword), format!("`{keyword}` {why}")).help(help.to_owned());
        };
        if keywords.not {
            let help = "describe what is allowed with `enum` or `pattern`, or remove the keyword";
            refuse(self.diagnostics, "not", "schemas cannot be expressed as a Rust type", help);
        }
        if data.discriminator.is_some() {
            refuse(
                self.diagnostics,
                "discriminator",
                "is not supported",
                "describe the members of all variants in one object",
            );
        }
        if data.read_only {
            refuse(
                self.diagnostics,
                "readOnly",
                "is not supported",
                "use one schema for the request and another for the response",
            );
        }
        if data.write_only {
            refuse(
                self.diagnostics,
                "writeOnly",
                "is not supported",
                "use one schema for the request and another for the response",
            );
        }
        let is_object = keywords.kind == Some("object") || !keywords.all_of.is_empty() || keywords.kind.is_none();
        let is_choice = !keywords.any_of.is_empty() || !keywords.one_of.is_empty();
        if is_choice && !is_object {
            let keyword = if keywords.any_of.is_empty() { "oneOf" } else { "anyOf" };
            refuse(self.diagnostics, keyword, "beside `type` is not supported", "describe the value by its type alone");
        }
        (!refused).then_some(())
    }

    /// Refuses extensions about members where there are none.
    fn refuse_misplaced(&mut self, data: &SchemaData, keywords: &Keywords<'_>, at: &Pointer) {
        let is_object = keywords.kind == Some("object") || !keywords.all_of.is_empty();
        let allowed = if is_object { extensions::OF_OBJECTS } else { extensions::OF_SCHEMAS };
        Extensions::new(&data.extensions, at).allow_only(allowed, self.diagnostics);
    }

    /// `oneOf` and `anyOf` without a type: a choice between plain texts and numbers is text.
    fn untyped(&mut self, keywords: &Keywords<'a>, at: &Pointer) -> Option<Lowered> {
        let (keyword, alternatives) = match (keywords.one_of.is_empty(), keywords.any_of.is_empty()) {
            (false, true) => ("oneOf", &keywords.one_of),
            (true, false) => ("anyOf", &keywords.any_of),
            (false, false) => {
                self.diagnostics
                    .error(Code::Unsupported, &at.join("anyOf"), "`anyOf` beside `oneOf` is not supported")
                    .help("keep one of the two");
                return None;
            }
            (true, true) => {
                self.diagnostics
                    .error(Code::Invalid, at, "the schema constrains a value but says no `type`")
                    .help("add the `type` that its keywords speak about");
                return None;
            }
        };
        let kinds: Vec<Option<&str>> = alternatives.iter().map(|node| plain_kind(*node)).collect();
        let scalars = kinds.iter().all(|kind| matches!(kind, Some("string" | "number" | "integer" | "boolean")));
        if keywords.present().len() == 1 && scalars && kinds.contains(&Some("string")) {
            return Some(plain(Type::Scalar(Scalar::Text)));
        }
        let all_scalars = alternatives.iter().all(|node| matches!(node, Node::Schema(schema) if is_scalar(schema)));
        let help = if all_scalars {
            "have `type: string` among the alternatives, all of them without limits, or use `{}` for any value"
        } else {
            "describe the members of all alternatives in one object, or use `{}` for any value"
        };
        self.diagnostics
            .error(
                Code::Unsupported,
                &at.join(keyword),
                format!("`{keyword}` is supported only between a plain string and other plain scalars"),
            )
            .help(help);
        None
    }

    fn string(&mut self, keywords: &Keywords<'a>, at: &Pointer) -> Option<Lowered> {
        let scalar = match keywords.format.as_deref() {
            Some("date") => Scalar::Date,
            Some("password") => Scalar::Secret,
            Some(format @ ("date-time" | "byte" | "binary")) => {
                self.diagnostics
                    .error(
                        Code::Unsupported,
                        &at.join("format"),
                        format!("strings of format `{format}` are not supported"),
                    )
                    .help("leave the format out to read and write the text as it is");
                return None;
            }
            // Every other format is an annotation: the text is read and written as it is.
            Some(_) | None => Scalar::Text,
        };
        self.scalar(keywords, scalar, &[Group::Text, Group::Format], at)
    }

    fn number(&mut self, keywords: &Keywords<'a>, at: &Pointer) -> Option<Lowered> {
        self.scalar(keywords, Scalar::Decimal, &[Group::Number, Group::Format], at)
    }

    fn integer(&mut self, keywords: &Keywords<'a>, at: &Pointer) -> Option<Lowered> {
        let scalar = match keywords.format.as_deref() {
            Some("int32") => Scalar::Integer32,
            Some("int64") | None => Scalar::Integer64,
            Some(other) => {
                self.diagnostics
                    .error(
                        Code::Unsupported,
                        &at.join("format"),
                        format!("integers of format `{other}` are not supported"),
                    )
                    .help("use int32 or int64, or leave the format out for 64 bits");
                return None;
            }
        };
        self.scalar(keywords, scalar, &[Group::Number, Group::Format], at)
    }

    fn scalar(&mut self, keywords: &Keywords<'a>, scalar: Scalar, groups: &[Group], at: &Pointer) -> Option<Lowered> {
        self.refuse_other_groups(keywords, groups, at)?;
        let limits = self.limits(keywords, at);
        Some(Lowered { limits, ..plain(Type::Scalar(scalar)) })
    }

    fn array(&mut self, keywords: &Keywords<'a>, at: &Pointer, naming: &Naming) -> Option<Lowered> {
        self.refuse_other_groups(keywords, &[Group::Array], at)?;
        let Some(items) = keywords.items else {
            self.diagnostics
                .error(Code::Invalid, at, "an array says nothing of its elements")
                .help("add `items`; `items: {}` stands for any value");
            return None;
        };
        let element = self.node(items, &at.join("items"), &naming.inner("item"))?;
        if element.nullable {
            self.diagnostics
                .error(Code::Unsupported, &at.join("items"), "elements that may be null are not supported")
                .help("remove `nullable` from the elements");
            return None;
        }
        let mut limits = self.limits(keywords, at);
        limits.each = (!element.limits.is_empty()).then(|| Box::new(element.limits));
        Some(Lowered { limits, visibility: element.visibility, ..plain(Type::List(Box::new(element.ty))) })
    }

    fn object_or_map(
        &mut self,
        schema: &'a Schema,
        keywords: &Keywords<'a>,
        at: &Pointer,
        naming: &Naming,
    ) -> Option<Lowered> {
        let is_map = keywords.properties.is_empty() && keywords.any_of.is_empty() && keywords.required.is_empty();
        let values = match keywords.additional {
            Some(AdditionalNode::Schema(node)) if is_map => {
                self.node(node, &at.join("additionalProperties"), &naming.inner("value"))?
            }
            Some(AdditionalNode::Any(true)) | None if is_map => plain(Type::Json),
            _ => return self.object(schema, keywords, at, naming),
        };
        self.refuse_other_groups(keywords, &[Group::Object], at)?;
        if values.nullable {
            self.diagnostics
                .error(Code::Unsupported, &at.join("additionalProperties"), "values that may be null are not supported")
                .help("remove `nullable` from the values");
            return None;
        }
        let mut limits = self.limits(keywords, at);
        limits.each = (!values.limits.is_empty()).then(|| Box::new(values.limits));
        Some(Lowered { limits, visibility: values.visibility, ..plain(Type::Map(Box::new(values.ty))) })
    }

    fn object(
        &mut self,
        schema: &'a Schema,
        keywords: &Keywords<'a>,
        at: &Pointer,
        naming: &Naming,
    ) -> Option<Lowered> {
        let name = self.type_name(naming, at)?;
        let docs = Docs { text: schema.schema_data.description.clone().unwrap_or_default(), notes: Vec::new() };
        let placeholder = Shape::Struct(crate::ir::Struct::default());
        let id = self.types.insert(TypeDef { name, docs, shape: placeholder, usage: Usage::Unused, at: at.clone() });
        // Known before its members are lowered, so that they may contain the type itself.
        if let Naming::Component(name) = naming {
            let key = self.components.get_key_value(name.wire()).map(|(key, _)| key.as_str());
            if let Some(key) = key {
                self.done.insert(key, Some(plain(Type::Named(id))));
            }
        }
        let shape = objects::lower(self, schema, keywords, at, naming)?;
        self.types.get_mut(id).shape = Shape::Struct(shape);
        Some(plain(Type::Named(id)))
    }

    /// Refuses keywords that say nothing about the type they stand beside.
    pub(super) fn refuse_other_groups(
        &mut self,
        keywords: &Keywords<'_>,
        groups: &[Group],
        at: &Pointer,
    ) -> Option<()> {
        let kind = keywords.kind.unwrap_or("schema");
        let others: Vec<_> = keywords.present().into_iter().filter(|(group, _)| !groups.contains(group)).collect();
        for (group, keyword) in &others {
            let at = at.join(keyword);
            // A keyword of another type was reported when the document was read.
            if self.diagnostics.iter().any(|told| *told.at() == at) {
                continue;
            }
            let (message, help) = match group {
                Group::Enumeration => {
                    (format!("`enum` of type {kind} is not supported"), "leave it out; enums of strings are supported")
                }
                _ if groups == [Group::Enumeration] => {
                    (format!("`{keyword}` beside `enum` is not supported"), "remove it: the values say it all")
                }
                _ => (format!("`{keyword}` beside `type: {kind}` is not supported"), "describe the value without it"),
            };
            self.diagnostics.error(Code::Unsupported, &at, message).help(help);
        }
        others.is_empty().then_some(())
    }

    /// The constraints on the value itself.
    pub(super) fn limits(&mut self, keywords: &Keywords<'_>, at: &Pointer) -> Limits {
        limits::lower(self.document, keywords, at, self.diagnostics)
    }

    fn annotations(&mut self, data: &SchemaData, at: &Pointer) -> Annotations {
        let SchemaData {
            nullable,
            read_only: _, // refused before
            write_only: _,
            deprecated,
            external_docs,
            example,
            title: _, // names come from keys and `x-sdk-name`
            description,
            discriminator: _,
            default,
            extensions: map,
        } = data;
        let mut notes = Vec::new();
        if let Some(default) = default {
            notes.push(format!("Defaults to {}.", Docs::code(&default.to_string())));
        }
        if let Some(example) = example {
            notes.push(format!("For example {}.", Docs::code(&example.to_string())));
        }
        if let Some(link) = external_docs {
            notes.push(format!("See <{}>.", link.url));
        }
        Annotations {
            nullable: *nullable,
            sensitive: Extensions::new(map, at).get(extensions::SENSITIVE, self.diagnostics).unwrap_or(false),
            deprecated: *deprecated,
            default: default.as_ref().map(ToString::to_string),
            docs: Docs { text: description.clone().unwrap_or_default(), notes },
            rust_name: self.wanted_name(data, at),
        }
    }

    fn wanted_name(&mut self, data: &SchemaData, at: &Pointer) -> Option<String> {
        Extensions::new(&data.extensions, at).get(extensions::NAME, self.diagnostics)
    }

    pub(super) fn type_name(&mut self, naming: &Naming, at: &Pointer) -> Option<Name> {
        match naming {
            Naming::Component(name) => Some(name.clone()),
            Naming::Inline(context) => {
                let claimed = self.scope.claim(context, None, at);
                self.named(claimed, context, Named::SchemaInPlace, at)
            }
        }
    }

    fn claim_type(&mut self, wire: &str, wanted: Option<&str>, at: &Pointer) -> Option<Name> {
        let claimed = self.scope.claim(wire, wanted, at);
        self.named(claimed, wire, Named::Schema, at)
    }

    /// A name, or a diagnostic that says why there is none.
    pub(super) fn named(
        &mut self,
        claimed: Result<Name, NameError>,
        wire: &str,
        named: Named,
        at: &Pointer,
    ) -> Option<Name> {
        super::report_name(self.diagnostics, claimed, wire, named, at)
    }
}

/// What the annotations of a schema add to what its keywords say.
struct Annotations {
    nullable: bool,
    sensitive: bool,
    deprecated: bool,
    default: Option<String>,
    docs: Docs,
    rust_name: Option<String>,
}

impl Annotations {
    fn apply(self, lowered: &mut Lowered) {
        lowered.nullable |= self.nullable;
        if self.sensitive || lowered.ty == Type::Scalar(Scalar::Secret) {
            lowered.visibility = Visibility::Sensitive;
        }
        if self.deprecated {
            lowered.status = Status::Deprecated;
        }
        lowered.default = self.default.or(lowered.default.take());
        if !self.docs.text.is_empty() {
            lowered.docs.text = self.docs.text;
        }
        lowered.docs.notes.extend(self.docs.notes);
        lowered.rust_name = self.rust_name;
    }
}

pub(super) fn plain(ty: Type) -> Lowered {
    Lowered {
        ty,
        nullable: false,
        limits: Limits::default(),
        visibility: Visibility::Shown,
        default: None,
        status: Status::Current,
        docs: Docs::default(),
        rust_name: None,
    }
}

/// The type of a schema that says nothing but its type.
fn plain_kind(node: Node<'_>) -> Option<&str> {
    let Node::Schema(schema) = node else { return None };
    let keywords = Keywords::of(schema);
    keywords.present().is_empty().then_some(keywords.kind).flatten()
}

fn is_scalar(schema: &Schema) -> bool {
    matches!(Keywords::of(schema).kind, Some("string" | "number" | "integer" | "boolean"))
}

pub(super) fn component_pointer(key: &str) -> Pointer {
    Pointer::root().join("components").join("schemas").join(key)
}
