//! Schemas become types: each place that is referred to once, and what stands in place under the name of its context.

use crate::document::extension_keys;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use super::all_of::{MergedSchema, Subschemas};
use super::component_refs;
use super::extensions::{self, Extensions};
use super::keywords::{Annotations, Listed};
use super::naming::{Named, Naming, claim};
use super::objects::Unfinished;
use crate::diagnostics::{Assumption, Code, Diagnostic, Omission, Reporter};
use crate::document::Pointer;
use crate::document::node_ref::{NodeRef, component_key};
use crate::document::references::References;
use crate::document::{Document, Value};
use crate::ir::{Access, Docs, Limits, Scalar, Shape, Status, Type, TypeDef, TypeId, Types, Usage, Visibility};
use crate::names::{Case, Name, Scope, reserved};

/// What a schema says of a value, beside the name it stands under.
#[derive(Debug, Clone)]
pub(super) struct Lowered {
    pub(super) ty: Type,
    pub(super) nullable: bool,
    pub(super) limits: Limits,
    pub(super) visibility: Visibility,
    pub(super) access: Access,
    pub(super) look_up: bool,
    pub(super) default: Option<String>,
    pub(super) status: Status,
    pub(super) docs: Docs,
    pub(super) rust_name: Option<String>,
}

impl Lowered {
    /// A value of which nothing is known but its type.
    pub(super) fn plain(ty: Type) -> Self {
        Self {
            ty,
            nullable: false,
            limits: Limits::default(),
            visibility: Visibility::Shown,
            access: Access::Both,
            look_up: false,
            default: None,
            status: Status::Current,
            docs: Docs::default(),
            rust_name: None,
        }
    }

    /// The type of an element or a value, which has no presence of its own.
    pub(super) fn element(&self) -> Type {
        if self.nullable { Type::Nullable(Box::new(self.ty.clone())) } else { self.ty.clone() }
    }
}

/// A schema that is being lowered because something refers to it.
struct InProgress {
    at: Pointer,
    /// How many types there were before.
    types: usize,
    /// The alias that it will be, if something within it had to know.
    alias: Option<TypeId>,
}

/// Lowers schemas on demand, each place that is referred to once.
pub(super) struct Schemas<'a> {
    pub(super) references: References<'a>,

    pub(super) types: Types,
    /// How many schemas became any JSON although they say more.
    pub(super) untyped: usize,
    components: Option<&'a Value>,
    files: &'a [String],
    scope: Scope,
    names: BTreeMap<&'a str, Name>,
    done: HashMap<Pointer, Option<Lowered>>,
    in_progress: Vec<InProgress>,
    /// How often a place that is no component was made into a type.
    repeated: HashMap<Pointer, usize>,
    /// Where the references of a choice lead, by the place of the choice.
    listed: HashMap<Pointer, HashSet<Pointer>>,
    /// The objects that are declared in several places, by these places.
    merged: HashMap<Vec<Pointer>, Option<Lowered>>,
    /// How many members were made of what several schemas say together.
    merged_members: usize,
    /// How many schemas lie around the one at hand.
    depth: usize,
    /// The objects whose members are not made yet.
    pub(super) unfinished: VecDeque<Unfinished<'a>>,
    heirs: Option<BTreeMap<Pointer, Vec<NodeRef<'a>>>>,
    /// Whether what is lowered is sent as a form of several parts, in which files have a place.
    pub(super) in_form: bool,
    referred: BTreeSet<String>,
    pub(super) reporter: Reporter<'a>,
}

/// Schemas can lie within each other this deep, objects apart; none that was meant is deeper.
const DEEPEST: usize = 48;

/// So many operations can share what a path says.
const MOST_REPEATED: usize = 8;

/// So many members are made of what several schemas say together; no document that was meant comes near.
const MOST_MERGED: usize = 20_000;

impl<'a> Schemas<'a> {
    /// Settles the names of all components, so that none depends on which is met first.
    pub(super) fn new(document: &'a Document, reporter: Reporter<'a>) -> Self {
        let root = NodeRef::root(&document.value);
        let components = root.get("components").and_then(|components| components.get("schemas"));
        let reserved = reserved::of_types();
        let mut schemas = Self {
            references: References::new(&document.value),
            types: Types::default(),
            untyped: 0,
            components: components.as_ref().map(|components| components.value),
            files: &document.files,
            scope: Scope::of_items(Case::Pascal, &reserved),
            names: BTreeMap::new(),
            done: HashMap::new(),
            in_progress: Vec::new(),
            repeated: HashMap::new(),
            listed: HashMap::new(),
            merged: HashMap::new(),
            merged_members: 0,
            depth: 0,
            unfinished: VecDeque::new(),
            heirs: None,
            in_form: false,
            referred: BTreeSet::new(),
            reporter,
        };
        for (wire, node) in components.iter().flat_map(NodeRef::members) {
            let wanted: Option<String> = Extensions::new(&node).get(extension_keys::NAME, &mut schemas.reporter);
            let names = (wire, wanted.as_deref());
            let name = claim(&mut schemas.scope, Named::Schema, names, &node.at, &mut schemas.reporter);
            schemas.names.extend(name.map(|name| (wire, name)));
        }
        schemas
    }

    /// Whether something is assumed of the document.
    pub(super) fn assumes(&self, assumption: Assumption) -> bool {
        self.reporter.assumes(assumption)
    }

    /// The component behind a reference of one kind (`parameters`, `headers`, `responses`, ...), or the node itself.
    pub(super) fn follow(&mut self, node: NodeRef<'a>, kind: &str) -> Option<NodeRef<'a>> {
        component_refs::follow(self.references, node, kind, &mut self.reporter)
    }

    /// Says that something is left out; see [`Diagnostics::left_out`].
    pub(super) fn unsupported(&mut self, skip: Omission, at: &Pointer, message: impl Into<String>) -> &mut Diagnostic {
        self.reporter.unsupported(skip, Code::Unsupported, at, message)
    }

    /// The types lowered so far; what nothing refers to is left out, with a warning where somebody can do something about it.
    pub(super) fn into_types(mut self) -> Types {
        // After errors some references were not followed.
        if self.reporter.diagnostics().has_errors() || self.assumes(Assumption::UnusedComponents) {
            return self.types;
        }
        for (key, _) in self.components.into_iter().flat_map(Value::members) {
            if !self.referred.contains(key) {
                self.reporter
                    .diagnostics()
                    .warning(Code::Reference, &component_pointer(key), format!("nothing refers to the schema `{key}`"))
                    .help("refer to it, or remove it; no type is made of it");
            }
        }
        self.types
    }

    /// How many of the components are made into types, and how many there are.
    pub(super) fn components(&self) -> (usize, usize) {
        let all = self.components.into_iter().flat_map(Value::members);
        let (mut made, mut total) = (0, 0);
        for (key, _) in all {
            total += 1;
            made += usize::from(self.referred.contains(key));
        }
        (made, total)
    }

    /// The type that an alias stands for, or the type itself.
    pub(super) fn behind_aliases<'t>(&'t self, ty: &'t Type) -> &'t Type {
        self.types.resolve(ty)
    }

    /// The values of an enum; nothing when the type is none.
    pub(super) fn enumeration_at(&self, id: TypeId) -> Option<Vec<&str>> {
        match &self.types.get(id).shape {
            Shape::Enum(union_schema) => {
                Some(union_schema.variants.iter().map(|variant| variant.name.wire()).collect())
            }
            Shape::Struct(_) | Shape::Union(_) | Shape::Alias(_) => None,
        }
    }

    /// Whether an identifier stands for a type, or for something that generated files import.
    pub(super) fn has_type(&self, rust: &str) -> bool {
        self.scope.has(rust)
    }

    /// A scope for names that stand beside all types.
    pub(super) fn beside_types(&self) -> Scope {
        self.scope.within()
    }

    /// Whether a type is a choice of types.
    pub(super) fn is_union(&self, id: TypeId) -> bool {
        matches!(self.types.get(id).shape, Shape::Union(_))
    }

    /// Lowers a schema in place or behind a reference. In a foreign document there is always a type: any JSON, at worst.
    pub(super) fn node(&mut self, node: &NodeRef<'a>, naming: &Naming) -> Option<Lowered> {
        let lowered = self.descend(&node.at, |schemas| match node.reference() {
            Some(reference) => schemas.reference(reference, node),
            None => schemas.in_place(node, naming),
        });
        lowered.or_else(|| self.any())
    }

    /// Lowers a schema that lies within the one at hand. When the outermost is done, objects get their members.
    pub(super) fn descend(
        &mut self,
        at: &Pointer,
        lower: impl FnOnce(&mut Self) -> Option<Lowered>,
    ) -> Option<Lowered> {
        if self.depth == DEEPEST {
            self.unsupported(
                Omission::Schema,
                at,
                format!("schemas are more than {DEEPEST} levels deep, with no object between"),
            )
            .help("make an object of one of them");
            return None;
        }
        self.depth += 1;
        let lowered = lower(self);
        while self.depth == 1
            && let Some(unfinished) = self.unfinished.pop_front()
        {
            super::objects::finish(self, &unfinished);
        }
        self.depth -= 1;
        lowered
    }

    /// Any JSON, for a schema that says more than Rust can.
    pub(super) fn any(&mut self) -> Option<Lowered> {
        self.reporter.go_on()?;
        self.untyped += 1;
        Some(Lowered::plain(Type::Json))
    }

    /// A schema in place; one that was met before is the same type.
    fn in_place(&mut self, node: &NodeRef<'a>, naming: &Naming) -> Option<Lowered> {
        if let Some(done) = self.done.get(&node.at) {
            return done.clone();
        }
        if self.in_progress.iter().any(|outer| outer.at == node.at) {
            return self.circle(&node.at, &node.at);
        }
        self.in_progress.push(InProgress { at: node.at.clone(), types: self.types.len(), alias: None });
        let lowered = self.schema(node, naming);
        self.in_progress.pop();
        let times = self.repeated.entry(node.at.clone()).or_default();
        *times += 1;
        // What the operations of a path share has a type for each, which is named after it.
        let is_of_component = node.at.names().first() == Some(&"components");
        if is_of_component || *times == MOST_REPEATED {
            self.done.insert(node.at.clone(), lowered.clone());
        }
        lowered
    }

    /// Whether a choice refers to one of these schemas.
    pub(super) fn lists(&mut self, union_schema: &Listed<'a>, schemas: &[Pointer]) -> bool {
        let Some(at) = union_schema.at() else { return false };
        let references = self.references;
        let targets = self.listed.entry(at.clone()).or_insert_with(|| {
            let listed = union_schema.iter().filter_map(|alternative| references.find(alternative.reference()?));
            listed.map(|target| target.at).collect()
        });
        schemas.iter().any(|schema| targets.contains(schema))
    }

    /// Reports a schema that is nothing but itself.
    fn circle(&mut self, target: &Pointer, at: &Pointer) -> Option<Lowered> {
        let message = format!("`{}` is defined by nothing but itself", target.last().unwrap_or_default());
        self.reporter
            .unsupported(Omission::Schema, Code::Reference, at, message)
            .help("give one schema of the circle properties of its own");
        None
    }

    /// The object that several places declare, made once.
    pub(super) fn merged(
        &mut self,
        nodes: &[NodeRef<'a>],
        lower: impl FnOnce(&mut Self) -> Option<Lowered>,
    ) -> Option<Lowered> {
        let places: Vec<_> = nodes.iter().map(|node| node.at.clone()).collect();
        if let Some(done) = self.merged.get(&places) {
            return done.clone();
        }
        let lowered = lower(self);
        self.merged.insert(places, lowered.clone());
        lowered
    }

    /// Whether one more type may be made of what several schemas say together: choices within choices multiply.
    pub(super) fn may_merge(&mut self, subschemas: &Subschemas<'a>, at: &Pointer) -> bool {
        self.merged_members +=
            1 + subschemas.list.iter().map(|subschema| subschema.keywords.properties.len()).sum::<usize>();
        let may = self.merged_members <= MOST_MERGED;
        if !may {
            self.unsupported(
                Omission::Schema,
                at,
                "too many schemas are made of several others; what it shares is left out",
            )
            .help("write what is shared in each alternative, or choose between fewer");
        }
        may
    }

    /// After what the type of a member is named: one that another component declares after that, whoever is made of it and
    /// comes first.
    pub(super) fn naming_of(&self, node: &NodeRef<'a>, wire: &str, naming: &Naming) -> Naming {
        let owner = match node.at.names().as_slice() {
            ["components", "schemas", key, all_of @ .., "properties", _]
                if all_of.chunks(2).all(|merged| merged[0] == "allOf") =>
            {
                self.names.get(key)
            }
            _ => None,
        };
        owner.map_or_else(|| naming.clone(), |owner| Naming::Component(owner.clone())).inner(wire)
    }

    /// The schema a reference names.
    pub(super) fn resolve(&mut self, reference: &'a str, from: &NodeRef<'a>) -> Option<NodeRef<'a>> {
        let found = self.references.find(reference);
        let key = found.as_ref().and_then(|found| component_key(&found.at, "schemas"));
        match found {
            Some(found) if key.is_some() || self.assumes(Assumption::ReferencesToAnyNode) => {
                self.referred.extend(key);
                Some(found)
            }
            found => {
                self.dangling(reference, found.is_some(), &from.at.join("$ref"));
                None
            }
        }
    }

    fn dangling(&mut self, reference: &str, exists: bool, at: &Pointer) {
        let segments: Vec<String> = Pointer::parse(reference)
            .iter()
            .flat_map(|at| at.segments().map(|segment| segment.to_string()).collect::<Vec<_>>())
            .collect();
        let is_component =
            matches!(segments.as_slice(), [first, second, _] if first == "components" && second == "schemas");
        if !is_component && (exists || !self.assumes(Assumption::ReferencesToAnyNode)) {
            self.unsupported(Omission::Reference, at, format!("`{reference}` does not point to a schema component"))
                .help("move the schema under #/components/schemas and refer to it there");
            return;
        }
        let known = self.components.into_iter().flat_map(Value::members).map(|(key, _)| key);
        let help = crate::diagnostics::correction(segments.last().map(String::as_str), known, "define the schema");
        let message = format!("`{reference}` points to nothing");
        self.reporter.unsupported(Omission::Reference, Code::Reference, at, message).help(help);
    }

    /// Lowers what a reference names, once.
    fn reference(&mut self, reference: &'a str, from: &NodeRef<'a>) -> Option<Lowered> {
        let target = self.resolve(reference, from)?;
        self.referred(&target, &from.at)
    }

    /// Lowers a schema that something else names, once.
    pub(super) fn referred(&mut self, target: &NodeRef<'a>, from: &Pointer) -> Option<Lowered> {
        if let Some(done) = self.done.get(&target.at) {
            return done.clone();
        }
        if let Some(outer) = self.in_progress.iter().position(|outer| outer.at == target.at) {
            return match self.alias_to_be(outer) {
                Some(alias) => Some(Lowered::plain(Type::Named(alias))),
                None => self.circle(&target.at, &from.join("$ref")),
            };
        }
        self.referred.extend(component_key(&target.at, "schemas"));
        self.in_progress.push(InProgress { at: target.at.clone(), types: self.types.len(), alias: None });
        // The component's own Rust name is not the name of the properties that refer to it.
        let lowered = self.target(target).map(|lowered| Lowered { rust_name: None, ..lowered });
        self.in_progress.pop();
        // An object or a union that contains itself is known already, but not yet what is said of it.
        self.done.insert(target.at.clone(), lowered.clone());
        lowered
    }

    /// The type of a component that is being lowered and turns out to be no type of its own, such as a map of what refers to
    /// it. Rust names it by an alias, which may only contain itself through a struct or an enum.
    fn alias_to_be(&mut self, index: usize) -> Option<TypeId> {
        let outer = &self.in_progress[index];
        let has_types_between = self.types.len() > outer.types;
        let key = component_key(&outer.at, "schemas").filter(|_| has_types_between)?;
        if outer.alias.is_none() {
            let (name, at) = (self.names.get(key.as_str())?.clone(), outer.at.clone());
            let shape = Shape::Alias(Type::Json);
            let alias = TypeDef { name, docs: Docs::default(), shape, usage: Usage::Unused, alias_of: None, at };
            self.in_progress[index].alias = Some(self.types.insert(alias));
        }
        self.in_progress[index].alias
    }

    /// The components that have a schema in their `allOf`, or one that has it in its own.
    pub(super) fn heirs(&mut self, at: &Pointer) -> Vec<NodeRef<'a>> {
        let (references, components) = (self.references, self.components);
        let heirs = self.heirs.get_or_insert_with(|| {
            components.map(|components| super::unions::heirs(references, components)).unwrap_or_default()
        });
        let mut found: Vec<NodeRef<'a>> = heirs.get(at).cloned().unwrap_or_default();
        let mut next = 0;
        while let Some(heir) = found.get(next) {
            let further = heirs.get(&heir.at).into_iter().flatten().filter(|heir| heir.at != *at);
            let further = further.filter(|heir| !found.iter().any(|known| known.at == heir.at));
            let further: Vec<_> = further.cloned().collect();
            found.extend(further);
            next += 1;
        }
        found
    }

    fn target(&mut self, target: &NodeRef<'a>) -> Option<Lowered> {
        if let Some(reference) = target.reference() {
            return self.reference(reference, target);
        }
        let Some(key) = component_key(&target.at, "schemas") else {
            return self.schema(target, &Naming::of_place(&target.at, self.files)).or_else(|| self.any());
        };
        // One without a name was reported when the names were settled.
        let name = self.names.get(key.as_str())?.clone();
        let lowered = self.schema(target, &Naming::Component(name.clone())).or_else(|| self.any())?;
        Some(self.alias(name, lowered, target.at.clone()))
    }

    /// Gives a component that is neither an object nor an enum a type of its own name all the same.
    fn alias(&mut self, name: Name, lowered: Lowered, at: Pointer) -> Lowered {
        // One that is written as the only part of a choice or a sum stands a step further down.
        let is_own = matches!(&lowered.ty, Type::Named(id) if self.types.get(*id).name == name);
        if is_own {
            return lowered;
        }
        let known = self.in_progress.last().and_then(|this| this.alias);
        let ty = TypeDef {
            name,
            docs: lowered.docs.clone(),
            shape: Shape::Alias(lowered.ty),
            usage: Usage::Unused,
            alias_of: None,
            at,
        };
        let id = match known {
            Some(id) => {
                *self.types.get_mut(id) = ty;
                id
            }
            None => self.types.insert(ty),
        };
        Lowered { ty: Type::Named(id), ..lowered }
    }

    fn schema(&mut self, node: &NodeRef<'a>, naming: &Naming) -> Option<Lowered> {
        let merged = MergedSchema::of(self, node)?;
        super::schema_type::lower(self, merged, naming)
    }

    /// A type that is known before it is made, so that it may contain itself.
    pub(super) fn begin(&mut self, name: Name, docs: Docs, shape: Shape, at: &Pointer, naming: &Naming) -> TypeId {
        let id = self.types.insert(TypeDef { name, docs, shape, usage: Usage::Unused, alias_of: None, at: at.clone() });
        let is_referred =
            matches!(naming, Naming::Component(_)) || self.in_progress.last().is_some_and(|this| this.at == *at);
        if is_referred {
            self.done.insert(at.clone(), Some(Lowered::plain(Type::Named(id))));
        }
        // What is written as the only part of a component is the component.
        if let (Naming::Component(_), Some(component)) = (naming, self.in_progress.last()) {
            self.done.insert(component.at.clone(), Some(Lowered::plain(Type::Named(id))));
        }
        id
    }

    /// What the annotations of a schema add to what its keywords say.
    pub(super) fn annotate(&mut self, lowered: &mut Lowered, notes: &Annotations<'a>, node: &NodeRef<'a>) {
        let extensions = Extensions::new(node);
        let sensitive: Option<bool> = extensions.get(extension_keys::SENSITIVE, &mut self.reporter);
        if extensions::is_property(&node.at) {
            let look_up: Option<bool> = extensions.get(extension_keys::LOOK_UP, &mut self.reporter);
            lowered.look_up |= look_up == Some(true);
        }
        lowered.nullable |= notes.nullable;
        if sensitive == Some(true) || lowered.ty == Type::Scalar(Scalar::Secret) {
            lowered.visibility = Visibility::Sensitive;
        }
        if notes.deprecated {
            lowered.status = Status::Deprecated;
        }
        lowered.access = match (notes.read_only, notes.write_only) {
            (true, false) => Access::ReadOnly,
            (false, true) => Access::WriteOnly,
            _ => lowered.access,
        };
        lowered.default = notes.default.map(Value::to_string).or(lowered.default.take());
        if let Some(text) = notes.description.filter(|text| !text.is_empty()) {
            lowered.docs.text = text.to_owned();
        }
        let said = [("Defaults to", notes.default), ("For example", notes.example)];
        let said = said.into_iter().filter_map(|(words, value)| Some((words, short(value?)?)));
        lowered.docs.notes.extend(said.map(|(words, value)| format!("{words} {}.", Docs::code(&value))));
        lowered.docs.notes.extend(notes.external_docs.map(|url| format!("See <{url}>.")));
        lowered.rust_name = extensions.get(extension_keys::NAME, &mut self.reporter);
    }

    pub(super) fn type_name(&mut self, naming: &Naming, at: &Pointer) -> Option<Name> {
        match naming {
            Naming::Component(name) => Some(name.clone()),
            Naming::Inline(context) => {
                let names = (context.as_str(), None);
                claim(&mut self.scope, Named::SchemaInPlace, names, at, &mut self.reporter)
            }
        }
    }

    /// Takes a name of another scope; see [`claim`].
    pub(super) fn claim(
        &mut self,
        scope: &mut Scope,
        named: Named,
        names: (&str, Option<&str>),
        at: &Pointer,
    ) -> Option<Name> {
        claim(scope, named, names, at, &mut self.reporter)
    }
}

/// A value as a note shows it; what would fill a page is left to the document.
fn short(value: &Value) -> Option<String> {
    const LONGEST: usize = 1000;
    Some(value.to_string()).filter(|text| text.len() <= LONGEST)
}

pub(super) fn component_pointer(key: &str) -> Pointer {
    Pointer::root().join("components").join("schemas").join(key)
}
