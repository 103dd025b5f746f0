//! The public items of our crate, by the place in the document that they are made of.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Pointer;
use crate::ir::{Api, Idempotency, Operation, SetBy, Shape, TypeDef};

/// The items of each place.
#[derive(Debug)]
pub(super) struct Items(BTreeMap<Pointer, BTreeSet<String>>);

impl Items {
    pub(super) fn of(api: &Api) -> Self {
        let mut items = Self(BTreeMap::new());
        api.types.iter().for_each(|definition| items.of_type(definition));
        api.operations.iter().for_each(|operation| items.of_operation(api, operation));
        for server in &api.servers {
            items.insert(&server.at, format!("Environment::{}", server.name.rust()));
        }
        items
    }

    /// Creates an empty list of items, for a node outside of any document.
    pub(super) fn none() -> Self {
        Self(BTreeMap::new())
    }

    fn insert(&mut self, at: &Pointer, item: String) {
        self.0.entry(at.clone()).or_default().insert(item);
    }

    fn of_type(&mut self, definition: &TypeDef) {
        let name = definition.name.rust();
        self.insert(&definition.at, name.to_owned());
        match &definition.shape {
            Shape::Struct(object) => {
                for field in &object.fields {
                    self.insert(&field.at, format!("{name}::{}", field.name.rust()));
                }
            }
            Shape::Enum(choice) => {
                for variant in &choice.variants {
                    self.insert(&variant.at, format!("{name}::{}", variant.name.rust()));
                }
            }
            Shape::Union(_) | Shape::Alias(_) => {}
        }
    }

    fn of_operation(&mut self, api: &Api, operation: &Operation) {
        self.insert(&operation.at, format!("Client::{}", operation.name.rust()));
        let call = format!("operations::{}", operation.call.type_ident());
        let path = operation.path_parameters().map(|path| &path.parameter);
        for parameter in path.chain(&operation.query).chain(&operation.cookies) {
            self.insert(&parameter.at, format!("{call}::{}", parameter.name.rust()));
        }
        for header in &operation.headers {
            self.insert(&header.at, format!("{call}::{}", header.name.rust()));
            if header.set_by == SetBy::Client {
                self.insert(&header.at, format!("Client::with_{}", header.name.rust()));
            }
        }
        if let (Idempotency::Keyed, Some(key)) = (operation.idempotency, &api.service.idempotency) {
            self.insert(&key.at, format!("{call}::idempotency_key"));
        }
    }

    /// Returns the items that are made of a place, or of the nearest place around it.
    pub(super) fn at(&self, at: &Pointer) -> BTreeSet<String> {
        let upwards = std::iter::successors(Some(at.clone()), Pointer::parent);
        upwards.filter_map(|at| self.0.get(&at)).next().cloned().unwrap_or_default()
    }
}
