//! The model of a whole document.

use super::docs::{Docs, Examples};
use super::operations::Operation;
use super::service::{Scheme, Server, Service};
use super::types::{Type, Types};
use crate::names::Name;

/// Everything one document says, ready to be written as a crate.
#[derive(Debug, Clone)]
pub struct Api {
    /// The title of the API.
    pub title: String,
    /// The version of the API, as the document counts.
    pub version: String,
    /// What the API is, in CommonMark.
    pub docs: Docs,
    /// The places where it runs.
    pub servers: Vec<Server>,
    /// The types of bodies, addressed by [`TypeId`].
    pub types: Types,
    /// The operations, in the order of their names.
    pub operations: Vec<Operation>,
    /// What the service sends of its own accord: the bodies of webhooks and callbacks.
    pub received: Vec<Type>,
    /// The ways to prove who is calling, by name.
    pub schemes: Vec<Scheme>,
    /// How its calls are made and how they fail.
    pub service: Service,
    /// Whether its examples are what their schemas say, so that code can be made of them and be relied on.
    pub examples: Examples,
}

impl Api {
    /// The names of the document that its Rust has, in no order.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        let types = self.types.iter().flat_map(|definition| definition.shape.names().chain([&definition.name]));
        let operations = self.operations.iter().flat_map(Operation::names);
        let servers = self
            .servers
            .iter()
            .flat_map(|server| server.variables.iter().map(|variable| &variable.name).chain([&server.name]));
        types.chain(operations).chain(servers).chain(self.schemes.iter().map(|scheme| &scheme.name))
    }
}
