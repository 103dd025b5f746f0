//! The named parts of the model, with their locations and spellings.

use std::collections::BTreeMap;

use sdk_generator::document::Pointer;
use sdk_generator::ir::{
    Additional, Api, HeaderParameter, Idempotency, Operation, Parameter, ResponseBody, SetBy, Shape, TypeDef,
};
use sdk_generator::names::Name;

/// What an entity is, the more general first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Operation,
    Type,
    Constructor,
    Header,
    Parameter,
    Body,
    Response,
    Field,
    Alternative,
    Value,
    Server,
    Variable,
    Scheme,
    /// Written by hand: no document has it.
    Item,
    /// A node of the document that the model has no name for.
    Node,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Type => "type",
            Self::Constructor => "constructor",
            Self::Header => "header",
            Self::Parameter => "parameter",
            Self::Body => "body",
            Self::Response => "response",
            Self::Field => "field",
            Self::Alternative => "alternative",
            Self::Value => "value",
            Self::Server => "server",
            Self::Variable => "variable",
            Self::Scheme => "scheme",
            Self::Item => "item",
            Self::Node => "node",
        }
    }
}

/// One entity that can be asked for.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    pub(super) kind: Kind,
    /// Its name in the document or on the wire.
    pub(super) wire: String,
    /// Its paths in Rust, without the crate; what stands in parentheses is an argument.
    pub(super) rust: Vec<String>,
    /// Where the document declares it.
    pub(super) at: Option<Pointer>,
    /// Other names by which it is known, such as `POST /v1/orders`.
    pub(super) aliases: Vec<String>,
}

impl Entity {
    fn new(kind: Kind, wire: &str, rust: impl IntoIterator<Item = String>, at: &Pointer) -> Self {
        let rust = rust.into_iter().collect();
        Self { kind, wire: wire.to_owned(), rust, at: Some(at.clone()), aliases: Vec::new() }
    }

    fn or_as(mut self, aliases: impl IntoIterator<Item = String>) -> Self {
        self.aliases.extend(aliases);
        self
    }
}

/// Returns all of them. What several operations share is one entity with several paths.
pub(super) fn of(api: &Api) -> Vec<Entity> {
    let mut entities = Vec::new();
    for operation in &api.operations {
        self::operation(operation, &mut entities);
    }
    let calls = api.operations.iter().filter(|operation| operation.idempotency == Idempotency::Keyed);
    if let Some(key) = &api.service.idempotency {
        let setters = calls.map(|operation| format!("{}::idempotency_key", call(operation)));
        entities.push(Entity::new(Kind::Header, &key.header, setters, &key.at));
    }
    api.types.iter().for_each(|definition| type_def(definition, &mut entities));
    for server in &api.servers {
        let environment = format!("Environment::{}", server.name.rust());
        let known = [server.name.wire().to_owned()];
        entities.push(Entity::new(Kind::Server, &server.url, [environment], &server.at).or_as(known));
        for variable in &server.variables {
            entities.push(Entity::new(Kind::Variable, variable.name.wire(), [], &variable.at));
        }
    }
    for scheme in &api.schemes {
        entities.push(Entity::new(Kind::Scheme, scheme.name.wire(), [], &scheme.at));
    }
    merged(entities)
}

/// Returns the path of the type that stands for a call.
fn call(operation: &Operation) -> String {
    format!("operations::{}", operation.call.type_ident())
}

/// Returns the method of the client that makes a call.
fn method(operation: &Operation) -> String {
    format!("Client::{}", operation.name.rust())
}

fn operation(operation: &Operation, entities: &mut Vec<Entity>) {
    let steps: Vec<_> = operation.at.segments().collect();
    let path = steps.iter().rev().nth(1).cloned().unwrap_or_default();
    let spoken = [format!("{} {path}", operation.method), path];
    let rust = [method(operation), call(operation)];
    entities.push(Entity::new(Kind::Operation, operation.name.wire(), rust, &operation.at).or_as(spoken));
    for place in operation.path_parameters() {
        entities.push(argument(operation, &place.parameter.name, Kind::Parameter, &place.parameter.at));
    }
    for parameter in operation.query.iter().chain(&operation.cookies) {
        entities.push(self::parameter(operation, parameter));
    }
    entities.extend(operation.headers.iter().map(|header| self::header(operation, header)));
    if let Some(body) = &operation.body {
        let taken = format!("{}(body)", method(operation));
        entities.push(Entity::new(Kind::Body, "requestBody", [taken], &body.at));
    }
    if let ResponseBody::Cases(response) = &operation.response_body {
        let of = response.name.rust();
        for case in &response.cases {
            let rust = format!("{of}::{}", case.name.rust());
            entities.push(Entity::new(Kind::Response, case.name.wire(), [rust], &case.at));
        }
    }
    for failure in &operation.failures {
        entities.push(Entity::new(Kind::Response, &failure.status, [], &failure.at));
    }
}

/// Returns what is an argument of the method, and not a setter of the call.
fn argument(operation: &Operation, name: &Name, kind: Kind, at: &Pointer) -> Entity {
    let taken = format!("{}({})", method(operation), name.rust());
    let known = [name.rust().to_owned(), format!("{}::{}", call(operation), name.rust())];
    Entity::new(kind, name.wire(), [taken], at).or_as(known)
}

fn parameter(operation: &Operation, parameter: &Parameter) -> Entity {
    if parameter.presence == sdk_generator::ir::Presence::Required {
        return argument(operation, &parameter.name, Kind::Parameter, &parameter.at);
    }
    let setter = format!("{}::{}", call(operation), parameter.name.rust());
    Entity::new(Kind::Parameter, parameter.name.wire(), [setter], &parameter.at)
}

fn header(operation: &Operation, header: &HeaderParameter) -> Entity {
    if header.is_argument() {
        return argument(operation, &header.name, Kind::Header, &header.at);
    }
    let setter = format!("{}::{}", call(operation), header.name.rust());
    let of_client = (header.set_by == SetBy::Client).then(|| format!("Client::with_{}", header.name.rust()));
    Entity::new(Kind::Header, header.name.wire(), of_client.into_iter().chain([setter]), &header.at)
}

fn type_def(definition: &TypeDef, entities: &mut Vec<Entity>) {
    let of = definition.name.rust();
    let member = |name: &Name| [format!("{of}::{}", name.rust())];
    entities.push(Entity::new(Kind::Type, definition.name.wire(), [of.to_owned()], &definition.at));
    match &definition.shape {
        Shape::Struct(object) => {
            for field in &object.fields {
                entities.push(Entity::new(Kind::Field, field.name.wire(), member(&field.name), &field.at));
            }
            if let Additional::Typed(name, ..) = &object.additional {
                let at = definition.at.join("additionalProperties");
                entities.push(Entity::new(Kind::Field, name.wire(), member(name), &at));
            }
            for constructor in &object.constructors {
                let name = &constructor.name;
                entities.push(Entity::new(Kind::Constructor, name.wire(), member(name), &constructor.at));
            }
        }
        Shape::Enum(choice) => {
            for variant in &choice.variants {
                entities.push(Entity::new(Kind::Value, variant.name.wire(), member(&variant.name), &variant.at));
            }
        }
        Shape::Union(union) => {
            for alternative in &union.alternatives {
                let name = &alternative.name;
                let entity = Entity::new(Kind::Alternative, name.wire(), member(name), &alternative.at);
                entities.push(entity.or_as(alternative.tags.iter().cloned()));
            }
        }
        Shape::Alias(_) => {}
    }
}

/// Returns each entity once, with the paths that all of its kind at its place have.
fn merged(entities: Vec<Entity>) -> Vec<Entity> {
    let mut known: BTreeMap<(Option<Pointer>, Kind, String), usize> = BTreeMap::new();
    let mut merged: Vec<Entity> = Vec::new();
    for entity in entities {
        match known.get(&(entity.at.clone(), entity.kind, entity.wire.clone())) {
            Some(index) => {
                let same = &mut merged[*index];
                let more = |paths: &mut Vec<String>, found: Vec<String>| {
                    found.into_iter().for_each(|path| {
                        if !paths.contains(&path) {
                            paths.push(path)
                        }
                    });
                };
                more(&mut same.rust, entity.rust);
                more(&mut same.aliases, entity.aliases);
            }
            None => {
                known.insert((entity.at.clone(), entity.kind, entity.wire.clone()), merged.len());
                merged.push(entity);
            }
        }
    }
    merged
}
