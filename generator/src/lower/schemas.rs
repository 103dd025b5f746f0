//! Lowers schemas to types: a referenced schema once, an inline schema under a name from its context.

use super::all_of::MergedSchema;
use super::lowered::LoweredSchema;
use super::naming::Naming;
use super::state::{InProgress, Schemas};
use crate::diagnostics::Omission;
use crate::document::{NodeRef, Pointer, component_key};
use crate::ir::{Docs, Shape, Type, TypeDef, TypeId, Usage};
use crate::names::Name;

/// The deepest nesting of schemas without an object between them.
const MAX_DEPTH: usize = 48;

/// How many operations can share an inline schema of a path item.
const MAX_SHARED: usize = 8;

impl<'a> Schemas<'a> {
    /// Lowers an inline or referenced schema. In lenient mode the type is any JSON if there is no better one.
    pub(super) fn lower(&mut self, node: &NodeRef<'a>, naming: &Naming) -> Option<LoweredSchema> {
        let lowered = self.descend(&node.at, |schemas| match node.reference() {
            Some(reference) => schemas.lower_reference(reference, node),
            None => schemas.lower_in_place(node, naming),
        });
        lowered.or_else(|| self.any_json())
    }

    /// Lowers a schema nested in another one. After the outermost schema, the pending objects get their members.
    pub(super) fn descend(
        &mut self,
        at: &Pointer,
        lower: impl FnOnce(&mut Self) -> Option<LoweredSchema>,
    ) -> Option<LoweredSchema> {
        if self.bounds.depth == MAX_DEPTH {
            self.unsupported(
                Omission::Schema,
                at,
                format!("schemas are more than {MAX_DEPTH} levels deep, with no object between"),
            )
            .help("make an object of one of them");
            return None;
        }
        self.bounds.depth += 1;
        let lowered = lower(self);
        while self.bounds.depth == 1
            && let Some(pending) = self.pending.pop_front()
        {
            super::objects::finish(self, &pending);
        }
        self.bounds.depth -= 1;
        lowered
    }

    /// Lowers an inline schema. The same schema gives the same type again.
    fn lower_in_place(&mut self, node: &NodeRef<'a>, naming: &Naming) -> Option<LoweredSchema> {
        if let Some(done) = self.memo.finished.get(&node.at) {
            return done.clone();
        }
        if self.memo.in_progress.iter().any(|outer| outer.at == node.at) {
            return self.report_circle(&node.at, &node.at);
        }
        self.memo.in_progress.push(InProgress { at: node.at.clone(), types: self.made.types.len(), alias: None });
        let lowered = self.lower_keywords(node, naming);
        self.memo.in_progress.pop();
        let times = self.memo.uses.entry(node.at.clone()).or_default();
        *times += 1;
        // An inline schema of a path item gives each operation a type of its own, named after the operation.
        let is_of_component = node.at.names().first() == Some(&"components");
        if is_of_component || *times == MAX_SHARED {
            self.memo.finished.insert(node.at.clone(), lowered.clone());
        }
        lowered
    }

    /// Lowers the target of a reference, once.
    fn lower_reference(&mut self, reference: &'a str, from: &NodeRef<'a>) -> Option<LoweredSchema> {
        let target = self.resolve(reference, from)?;
        self.lower_target(&target, &from.at)
    }

    /// Lowers a referenced schema, once.
    pub(super) fn lower_target(&mut self, target: &NodeRef<'a>, from: &Pointer) -> Option<LoweredSchema> {
        if let Some(done) = self.memo.finished.get(&target.at) {
            return done.clone();
        }
        if let Some(outer) = self.memo.in_progress.iter().position(|outer| outer.at == target.at) {
            return match self.alias_in_progress(outer) {
                Some(alias) => Some(LoweredSchema::plain(Type::Named(alias))),
                None => self.report_circle(&target.at, &from.join("$ref")),
            };
        }
        self.made.referenced.extend(component_key(&target.at, "schemas"));
        self.memo.in_progress.push(InProgress { at: target.at.clone(), types: self.made.types.len(), alias: None });
        // The component's own Rust name is not the name of the properties that refer to it.
        let lowered = self.lower_component(target).map(|lowered| LoweredSchema { rust_name: None, ..lowered });
        self.memo.in_progress.pop();
        // An object or a union that contains itself is in the map already, but without its annotations.
        self.memo.finished.insert(target.at.clone(), lowered.clone());
        lowered
    }

    fn lower_component(&mut self, target: &NodeRef<'a>) -> Option<LoweredSchema> {
        if let Some(reference) = target.reference() {
            return self.lower_reference(reference, target);
        }
        let Some(key) = component_key(&target.at, "schemas") else {
            return self.lower_keywords(target, &Naming::of_place(&target.at, self.files)).or_else(|| self.any_json());
        };
        // One without a name was reported when the names were settled.
        let name = self.made.names.get(key.as_str())?.clone();
        let lowered = self.lower_keywords(target, &Naming::Component(name.clone())).or_else(|| self.any_json())?;
        Some(self.alias(name, lowered, target.at.clone()))
    }

    fn lower_keywords(&mut self, node: &NodeRef<'a>, naming: &Naming) -> Option<LoweredSchema> {
        let merged = MergedSchema::of(self, node)?;
        super::schema_type::lower(self, merged, naming)
    }

    /// Gives a component that is neither an object nor an enum a type of its own name all the same.
    fn alias(&mut self, name: Name, lowered: LoweredSchema, at: Pointer) -> LoweredSchema {
        // The only alternative of a `oneOf` or `allOf` takes the name of the component around it.
        let is_own = matches!(&lowered.ty, Type::Named(id) if self.made.types.get(*id).name == name);
        if is_own {
            return lowered;
        }
        let known = self.memo.in_progress.last().and_then(|this| this.alias);
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
                *self.made.types.get_mut(id) = ty;
                id
            }
            None => self.made.types.insert(ty),
        };
        LoweredSchema { ty: Type::Named(id), ..lowered }
    }

    /// Returns the alias for a component that is being lowered and has no type of its own, such as a map of itself. An alias may
    /// only contain itself through a struct or an enum.
    fn alias_in_progress(&mut self, index: usize) -> Option<TypeId> {
        let outer = &self.memo.in_progress[index];
        let has_types_between = self.made.types.len() > outer.types;
        let key = component_key(&outer.at, "schemas").filter(|_| has_types_between)?;
        if outer.alias.is_none() {
            let (name, at) = (self.made.names.get(key.as_str())?.clone(), outer.at.clone());
            let shape = Shape::Alias(Type::Json);
            let alias = TypeDef { name, docs: Docs::default(), shape, usage: Usage::Unused, alias_of: None, at };
            self.memo.in_progress[index].alias = Some(self.made.types.insert(alias));
        }
        self.memo.in_progress[index].alias
    }

    /// Inserts a type before its members are lowered, so that it may contain itself.
    pub(super) fn insert_type(
        &mut self,
        name: Name,
        docs: Docs,
        shape: Shape,
        at: &Pointer,
        naming: &Naming,
    ) -> TypeId {
        let id =
            self.made.types.insert(TypeDef { name, docs, shape, usage: Usage::Unused, alias_of: None, at: at.clone() });
        let is_referred =
            matches!(naming, Naming::Component(_)) || self.memo.in_progress.last().is_some_and(|this| this.at == *at);
        if is_referred {
            self.memo.finished.insert(at.clone(), Some(LoweredSchema::plain(Type::Named(id))));
        }
        // The only subschema of a component is the component.
        if let (Naming::Component(_), Some(component)) = (naming, self.memo.in_progress.last()) {
            self.memo.finished.insert(component.at.clone(), Some(LoweredSchema::plain(Type::Named(id))));
        }
        id
    }
}
