//! The state of lowering schemas: its results, its memo and its bounds.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;

use super::component_refs;
use super::extensions::Extensions;
use super::lowered::LoweredSchema;
use super::naming::{NameKind, Naming, claim};
use super::subschemas::Subschemas;
use crate::diagnostics::{Assumption, Code, Diagnostic, Omission, Reporter};
use crate::document::{Document, NodeRef, Pointer, References, Value, extension_keys};
use crate::ir::{Shape, Type, TypeId, Types};
use crate::names::{Case, Name, Scope, reserved};

/// The state of lowering schemas.
pub(super) struct Schemas<'a> {
    pub(super) references: References<'a>,
    /// The schemas among the components.
    pub(super) components: Option<&'a Value>,
    /// The files that the document refers to.
    pub(super) files: &'a [String],
    pub(super) made: Made<'a>,
    pub(super) memo: Memo<'a>,
    pub(super) bounds: Bounds,
    /// The objects whose members are not made yet.
    pub(super) pending: VecDeque<PendingObject<'a>>,
    /// The multipart body that the schema being lowered is, or whose property it is.
    pub(super) multipart: Option<Multipart>,
    /// Whether the members of an object are being lowered.
    pub(super) in_object: bool,
    pub(super) reporter: Reporter<'a>,
}

/// A multipart body, whose properties may be files.
#[derive(Debug, Clone)]
pub(super) struct Multipart {
    /// The properties that are files if they have no type; `None`: all of them.
    pub(super) untyped_files: Option<Rc<[String]>>,
}

impl Multipart {
    /// Returns whether a property without a type is a file.
    pub(super) fn has_file(&self, property: &str) -> bool {
        self.untyped_files.as_ref().is_none_or(|listed| listed.iter().any(|file| file == property))
    }
}

/// Types and their names.
pub(super) struct Made<'a> {
    pub(super) types: Types,
    pub(super) scope: Scope,
    /// The names of components.
    pub(super) names: BTreeMap<&'a str, Name>,
    /// The components that something refers to.
    pub(super) referenced: BTreeSet<String>,
    /// How many schemas became any JSON although they have keywords.
    pub(super) untyped: usize,
}

/// Results that are needed again when a schema is met again.
#[derive(Default)]
pub(super) struct Memo<'a> {
    pub(super) finished: HashMap<Pointer, Option<LoweredSchema>>,
    pub(super) in_progress: Vec<InProgress>,
    /// How often an inline schema outside the components was lowered.
    pub(super) uses: HashMap<Pointer, usize>,
    /// The targets of the references in a `oneOf` or `anyOf`, by its location.
    pub(super) union_targets: HashMap<Pointer, HashSet<Pointer>>,
    /// The types of properties that several subschemas declare, by the locations of the declarations.
    pub(super) merged: HashMap<Vec<Pointer>, Option<LoweredSchema>>,
    /// The components that have a schema in their `allOf`, by that schema.
    pub(super) subtypes: Option<BTreeMap<Pointer, Vec<NodeRef<'a>>>>,
}

/// Counters that are limited, so that no document can exhaust the stack or the time.
#[derive(Default)]
pub(super) struct Bounds {
    /// How many members were made of several schemas merged.
    pub(super) merged_members: usize,
    /// How many schemas enclose the one being lowered.
    pub(super) depth: usize,
}

/// A schema that is being lowered because something refers to it.
pub(super) struct InProgress {
    pub(super) at: Pointer,
    /// How many types there were before.
    pub(super) types: usize,
    /// The alias that it will be, if something within it had to know.
    pub(super) alias: Option<TypeId>,
}

/// An object that has a name already, and no members yet.
#[derive(Debug)]
pub(super) struct PendingObject<'a> {
    pub(super) id: TypeId,
    pub(super) subschemas: Subschemas<'a>,
    pub(super) naming: Naming,
    /// The multipart body that it is.
    pub(super) multipart: Option<Multipart>,
}

impl<'a> Schemas<'a> {
    /// Settles the names of all components, so that none depends on which is met first.
    pub(super) fn new(document: &'a Document, reporter: Reporter<'a>) -> Self {
        let root = NodeRef::root(&document.value);
        let components = root.get("components").and_then(|components| components.get("schemas"));
        let reserved = reserved::of_types();
        let mut schemas = Self {
            references: References::new(&document.value),
            components: components.as_ref().map(|components| components.value),
            files: &document.files,
            made: Made {
                types: Types::default(),
                scope: Scope::of_items(Case::Pascal, &reserved),
                names: BTreeMap::new(),
                referenced: BTreeSet::new(),
                untyped: 0,
            },
            memo: Memo::default(),
            bounds: Bounds::default(),
            pending: VecDeque::new(),
            multipart: None,
            in_object: false,
            reporter,
        };
        for (wire, node) in components.iter().flat_map(NodeRef::members) {
            let wanted: Option<String> = Extensions::new(&node).get(extension_keys::NAME, &mut schemas.reporter);
            let names = (wire, wanted.as_deref());
            let name = claim(&mut schemas.made.scope, NameKind::Schema, names, &node.at, &mut schemas.reporter);
            schemas.made.names.extend(name.map(|name| (wire, name)));
        }
        schemas
    }

    /// Returns whether something is assumed of the document.
    pub(super) fn assumes(&self, assumption: Assumption) -> bool {
        self.reporter.assumes(assumption)
    }

    /// Returns the component behind a reference of one kind (`parameters`, `headers`, `responses`, ...), or the node itself.
    pub(super) fn follow(&mut self, node: NodeRef<'a>, kind: &str) -> Option<NodeRef<'a>> {
        component_refs::follow(self.references, node, kind, &mut self.reporter)
    }

    /// Reports an unsupported part; see [`Reporter::unsupported`].
    pub(super) fn unsupported(
        &mut self,
        omission: Omission,
        at: &Pointer,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.reporter.unsupported(omission, Code::NotSupported, at, message)
    }

    /// Returns any JSON, for a schema that says more than Rust can.
    pub(super) fn any_json(&mut self) -> Option<LoweredSchema> {
        self.reporter.go_on_if_lenient()?;
        self.made.untyped += 1;
        Some(LoweredSchema::plain(Type::Json))
    }

    /// Takes a name of another scope; see [`claim`].
    pub(super) fn claim(
        &mut self,
        scope: &mut Scope,
        named: NameKind,
        names: (&str, Option<&str>),
        at: &Pointer,
    ) -> Option<Name> {
        claim(scope, named, names, at, &mut self.reporter)
    }

    pub(super) fn type_name(&mut self, naming: &Naming, at: &Pointer) -> Option<Name> {
        match naming {
            Naming::Component(name) => Some(name.clone()),
            Naming::Inline(context) => {
                let names = (context.as_str(), None);
                claim(&mut self.made.scope, NameKind::SchemaInPlace, names, at, &mut self.reporter)
            }
        }
    }

    /// Returns whether an identifier stands for a type, or for something that generated files import.
    pub(super) fn has_type(&self, rust: &str) -> bool {
        self.made.scope.has(rust)
    }

    /// Returns a scope for names that stand beside all types.
    pub(super) fn beside_types(&self) -> Scope {
        self.made.scope.within()
    }

    /// Returns the type that an alias stands for, or the type itself.
    pub(super) fn behind_aliases<'t>(&'t self, ty: &'t Type) -> &'t Type {
        self.made.types.resolve(ty)
    }

    /// Returns the values of an enum; `None` if the type is none.
    pub(super) fn enumeration_at(&self, id: TypeId) -> Option<Vec<&str>> {
        match &self.made.types.get(id).shape {
            Shape::Enum(union_schema) => {
                Some(union_schema.variants.iter().map(|variant| variant.name.wire()).collect())
            }
            Shape::Struct(_) | Shape::Union(_) | Shape::Alias(_) => None,
        }
    }

    /// Returns whether a type is a union.
    pub(super) fn is_union(&self, id: TypeId) -> bool {
        matches!(self.made.types.get(id).shape, Shape::Union(_))
    }

    /// Returns the naming for the type of a member: after the component that declares the member, whichever schema inherits it.
    pub(super) fn naming_of_member(&self, node: &NodeRef<'a>, wire: &str, naming: &Naming) -> Naming {
        let owner = match node.at.names().as_slice() {
            ["components", "schemas", key, all_of @ .., "properties", _]
                if all_of.chunks(2).all(|merged| merged[0] == "allOf") =>
            {
                self.made.names.get(key)
            }
            _ => None,
        };
        owner.map_or_else(|| naming.clone(), |owner| Naming::Component(owner.clone())).inner(wire)
    }

    /// Returns the types. In strict mode, warns of components that nothing refers to.
    pub(super) fn into_types(mut self) -> Types {
        // After errors some references were not followed.
        if self.reporter.diagnostics().has_errors() || self.assumes(Assumption::UnusedComponents) {
            return self.made.types;
        }
        for (key, _) in self.components.into_iter().flat_map(Value::members) {
            if !self.made.referenced.contains(key) {
                self.reporter
                    .diagnostics()
                    .warning(Code::Reference, &component_pointer(key), format!("nothing refers to the schema `{key}`"))
                    .help("refer to it, or remove it; no type is made of it");
            }
        }
        self.made.types
    }

    /// Returns how many of the components are made into types, and how many there are.
    pub(super) fn components(&self) -> (usize, usize) {
        let all = self.components.into_iter().flat_map(Value::members);
        let (mut made, mut total) = (0, 0);
        for (key, _) in all {
            total += 1;
            made += usize::from(self.made.referenced.contains(key));
        }
        (made, total)
    }
}

pub(super) fn component_pointer(key: &str) -> Pointer {
    Pointer::root().join("components").join("schemas").join(key)
}
