//! Everything in the model that has a name, with its place and all the ways to spell it.

use std::collections::BTreeMap;

use sdk_generator::document::Pointer;
use sdk_generator::ir::{
    Additional, Answer, Api, HeaderParameter, Idempotency, Operation, Parameter, SetBy, Shape, TypeDef,
};
use sdk_generator::names::Name;

/// What a thing is, the more general first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Operation,
    Type,
    Constructor,
    Header,
    Parameter,
    Body,
    Answer,
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
            Self::Answer => "answer",
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

/// One thing that can be asked for.
#[derive(Debug, Clone)]
pub(super) struct Thing {
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

impl Thing {
    fn new(kind: Kind, wire: &str, rust: impl IntoIterator<Item = String>, at: &Pointer) -> Self {
        let rust = rust.into_iter().collect();
        Self { kind, wire: wire.to_owned(), rust, at: Some(at.clone()), aliases: Vec::new() }
    }

    fn or_as(mut self, aliases: impl IntoIterator<Item = String>) -> Self {
        self.aliases.extend(aliases);
        self
    }
}

/// All of them. What several operations share is one thing with several paths.
pub(super) fn of(api: &Api) -> Vec<Thing> {
    let mut things = Vec::new();
    for operation in &api.operations {
        self::operation(operation, &mut things);
    }
    let calls = api.operations.iter().filter(|operation| operation.idempotency == Idempotency::Keyed);
    if let Some(key) = &api.service.idempotency {
        let setters = calls.map(|operation| format!("{}::idempotency_key", call(operation)));
        things.push(Thing::new(Kind::Header, &key.header, setters, &key.at));
    }
    api.types.iter().for_each(|definition| type_def(definition, &mut things));
    for server in &api.servers {
        let environment = format!("Environment::{}", server.name.rust());
        let known = [server.name.wire().to_owned()];
        things.push(Thing::new(Kind::Server, &server.url, [environment], &server.at).or_as(known));
        for variable in &server.variables {
            things.push(Thing::new(Kind::Variable, variable.name.wire(), [], &variable.at));
        }
    }
    for scheme in &api.schemes {
        things.push(Thing::new(Kind::Scheme, scheme.name.wire(), [], &scheme.at));
    }
    merged(things)
}

/// The path of the type that stands for a call.
fn call(operation: &Operation) -> String {
    format!("operations::{}", operation.call.type_ident())
}

/// The method of the client that makes a call.
fn method(operation: &Operation) -> String {
    format!("Client::{}", operation.name.rust())
}

fn operation(operation: &Operation, things: &mut Vec<Thing>) {
    let steps: Vec<_> = operation.at.segments().collect();
    let path = steps.iter().rev().nth(1).cloned().unwrap_or_default();
    let spoken = [format!("{} {path}", operation.method), path];
    let rust = [method(operation), call(operation)];
    things.push(Thing::new(Kind::Operation, operation.name.wire(), rust, &operation.at).or_as(spoken));
    for place in operation.path_parameters() {
        things.push(argument(operation, &place.parameter.name, Kind::Parameter, &place.parameter.at));
    }
    for parameter in operation.query.iter().chain(&operation.cookies) {
        things.push(self::parameter(operation, parameter));
    }
    things.extend(operation.headers.iter().map(|header| self::header(operation, header)));
    if let Some(body) = &operation.body {
        let taken = format!("{}(body)", method(operation));
        things.push(Thing::new(Kind::Body, "requestBody", [taken], &body.at));
    }
    if let Answer::ByStatus(by_status) = &operation.answer {
        let of = by_status.name.rust();
        for case in &by_status.cases {
            let rust = format!("{of}::{}", case.name.rust());
            things.push(Thing::new(Kind::Answer, case.name.wire(), [rust], &case.at));
        }
    }
    for failure in &operation.failures {
        things.push(Thing::new(Kind::Answer, &failure.status, [], &failure.at));
    }
}

/// What is an argument of the method, and not a setter of the call.
fn argument(operation: &Operation, name: &Name, kind: Kind, at: &Pointer) -> Thing {
    let taken = format!("{}({})", method(operation), name.rust());
    let known = [name.rust().to_owned(), format!("{}::{}", call(operation), name.rust())];
    Thing::new(kind, name.wire(), [taken], at).or_as(known)
}

fn parameter(operation: &Operation, parameter: &Parameter) -> Thing {
    if parameter.presence == sdk_generator::ir::Presence::Required {
        return argument(operation, &parameter.name, Kind::Parameter, &parameter.at);
    }
    let setter = format!("{}::{}", call(operation), parameter.name.rust());
    Thing::new(Kind::Parameter, parameter.name.wire(), [setter], &parameter.at)
}

fn header(operation: &Operation, header: &HeaderParameter) -> Thing {
    if header.is_argument() {
        return argument(operation, &header.name, Kind::Header, &header.at);
    }
    let setter = format!("{}::{}", call(operation), header.name.rust());
    let of_client = (header.set_by == SetBy::Client).then(|| format!("Client::with_{}", header.name.rust()));
    Thing::new(Kind::Header, header.name.wire(), of_client.into_iter().chain([setter]), &header.at)
}

fn type_def(definition: &TypeDef, things: &mut Vec<Thing>) {
    let of = definition.name.rust();
    let member = |name: &Name| [format!("{of}::{}", name.rust())];
    things.push(Thing::new(Kind::Type, definition.name.wire(), [of.to_owned()], &definition.at));
    match &definition.shape {
        Shape::Struct(object) => {
            for field in &object.fields {
                things.push(Thing::new(Kind::Field, field.name.wire(), member(&field.name), &field.at));
            }
            if let Additional::Typed(name, ..) = &object.additional {
                let at = definition.at.join("additionalProperties");
                things.push(Thing::new(Kind::Field, name.wire(), member(name), &at));
            }
            for constructor in &object.constructors {
                let name = &constructor.name;
                things.push(Thing::new(Kind::Constructor, name.wire(), member(name), &constructor.at));
            }
        }
        Shape::Enum(choice) => {
            for variant in &choice.variants {
                things.push(Thing::new(Kind::Value, variant.name.wire(), member(&variant.name), &variant.at));
            }
        }
        Shape::Union(union) => {
            for alternative in &union.alternatives {
                let name = &alternative.name;
                let thing = Thing::new(Kind::Alternative, name.wire(), member(name), &alternative.at);
                things.push(thing.or_as(alternative.tags.iter().cloned()));
            }
        }
        Shape::Alias(_) => {}
    }
}

/// Each thing once, with the paths that all of its kind at its place have.
fn merged(things: Vec<Thing>) -> Vec<Thing> {
    let mut known: BTreeMap<(Option<Pointer>, Kind, String), usize> = BTreeMap::new();
    let mut merged: Vec<Thing> = Vec::new();
    for thing in things {
        match known.get(&(thing.at.clone(), thing.kind, thing.wire.clone())) {
            Some(index) => {
                let same = &mut merged[*index];
                let more = |paths: &mut Vec<String>, found: Vec<String>| {
                    found.into_iter().for_each(|path| {
                        if !paths.contains(&path) {
                            paths.push(path)
                        }
                    });
                };
                more(&mut same.rust, thing.rust);
                more(&mut same.aliases, thing.aliases);
            }
            None => {
                known.insert((thing.at.clone(), thing.kind, thing.wire.clone()), merged.len());
                merged.push(thing);
            }
        }
    }
    merged
}
