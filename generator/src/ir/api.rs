//! The model of a whole document.

use super::docs::{Docs, Examples};
use super::operations::Operation;
use super::service::{Scheme, Server, Service};
use super::types::{Type, Types};
use crate::names::Name;

/// The model of one document.
#[derive(Debug, Clone)]
pub struct Api {
    /// The title of the API.
    pub title: String,
    /// The version of the API, as the document counts.
    pub version: String,
    /// What the API is, in CommonMark.
    pub docs: Docs,
    /// The servers.
    pub servers: Vec<Server>,
    /// The URLs of servers without a host, to which callers add one.
    pub relative_servers: Vec<String>,
    /// The types of bodies, addressed by [`TypeId`](crate::ir::TypeId).
    pub types: Types,
    /// The operations, in the order of their names.
    pub operations: Vec<Operation>,
    /// The bodies of webhooks and callbacks.
    pub received: Vec<Type>,
    /// The security schemes.
    pub schemes: Vec<Scheme>,
    /// What all operations have in common.
    pub service: Service,
    /// Whether its examples fit their schemas, so that code made from them compiles.
    pub examples: Examples,
}

impl Api {
    /// Returns all names of items, members and parameters, in no order.
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
