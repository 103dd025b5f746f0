//! Operations by method and path, their parameters by place and name, and where they run.

use crate::compare::policy::{Direction, Rule};
use crate::document::grammar::{Kind, Shape};
use crate::document::{Pointer, Value, extension_keys};
use std::collections::BTreeMap;

use super::comparison::{ComparedLocation, Comparison, Pair, Texts, is_true};
use super::routes::Operation;
use super::tree::{Node, Tree};

/// The methods of operations, as keywords.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

impl<'a> Tree<'a> {
    /// Returns all operations, each with its method.
    pub(super) fn operations(self) -> Vec<(&'static str, Operation<'a>)> {
        let paths = self.root().get("paths");
        let items = paths.iter().flat_map(Node::members).map(|(path, item)| (path.to_owned(), self.follow(&item)));
        let of_item = |(path, item): (String, Node<'a>)| {
            METHODS.into_iter().filter_map(move |method| {
                let node = item.get(method)?;
                Some((method, Operation { path: path.clone(), item: item.clone(), node }))
            })
        };
        items.flat_map(of_item).collect()
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn operations(&mut self) {
        for (method, ours) in self.ours.operations() {
            let id = ours.node.get("operationId").and_then(|id| id.value.as_text());
            let position = ComparedLocation::new(id.unwrap_or(&ours.path));
            self.operation_at(&position, method, &ours);
        }
    }

    /// Compares an operation with the one that has its method and its path.
    pub(super) fn operation_at(&mut self, position: &ComparedLocation, method: &str, ours: &Operation<'a>) {
        if let Some(theirs) = self.routes.operation(method, &ours.path) {
            return self.operation(position, ours, &theirs);
        }
        let texts = Texts { ours: Some(format!("{} {}", method.to_uppercase(), ours.path)), theirs: None };
        let pair = Pair { ours: Some(&ours.node), theirs: None };
        self.note(position, "operation", Some(Rule::OperationRemoved), texts, pair);
    }

    fn operation(&mut self, position: &ComparedLocation, ours: &Operation<'a>, theirs: &Operation<'a>) {
        let pair = Pair { ours: Some(&ours.node), theirs: Some(&theirs.node) };
        let paths = Texts { ours: Some(ours.path.clone()), theirs: Some(theirs.path.clone()) };
        self.note(position, "path", Some(Rule::ArgumentRenamed), paths, pair);
        let but = ["parameters", "security", "servers"];
        self.object(position, Kind::Operation, &ours.node, &theirs.node, &but);
        // What the path says beside its operations holds for each of them.
        let but = [&METHODS[..], &but[..]].concat();
        self.object(position, Kind::PathItem, &ours.item, &theirs.item, &but);
        self.parameters(&position.clone().going(Direction::Sent), ours, theirs);
        self.security(position, ours, theirs);
        self.servers_of_operation(position, ours, theirs);
    }

    fn parameters(&mut self, position: &ComparedLocation, ours: &Operation<'a>, theirs: &Operation<'a>) {
        let (mut old, mut new) = (parameters(self.ours, ours), parameters(self.theirs, theirs));
        let mut keys: Vec<_> = old.keys().chain(new.keys()).cloned().collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let (ours, theirs) = (old.remove(&key), new.remove(&key));
            let one = ours.as_ref().or(theirs.as_ref());
            let name = one.map(|parameter| parameter.shown.clone()).unwrap_or_default();
            let part = position.part(&format!(" {name}"));
            match (&ours, &theirs) {
                (Some(ours), Some(theirs)) => {
                    self.object(&ours.position(&part), Kind::Parameter, &ours.node, &theirs.node, &[]);
                }
                _ => self.parameter_of_one(&part, ours.as_ref(), theirs.as_ref()),
            }
        }
    }

    /// Notes a parameter that only one of the documents has.
    fn parameter_of_one(
        &mut self,
        position: &ComparedLocation,
        ours: Option<&Parameter<'a>>,
        theirs: Option<&Parameter<'a>>,
    ) {
        let is_key = ours.is_some_and(|ours| ours.node.value.get(extension_keys::IDEMPOTENCY_KEY).is_some());
        let rule = match theirs {
            Some(theirs) if is_true(theirs.node.get("required").as_ref()) => Rule::ParameterAddedRequired,
            Some(_) => Rule::ParameterAdded,
            None if is_key => Rule::IdempotencyRemoved,
            None => Rule::ParameterRemoved,
        };
        let position = ours.map_or_else(|| position.clone(), |ours| ours.position(position));
        let pair = Pair { ours: ours.map(|one| &one.node), theirs: theirs.map(|one| &one.node) };
        let texts = self.texts(pair, Shape::Object(Kind::Parameter));
        self.note(&position, "parameter", Some(rule), texts, pair);
    }

    /// Compares the servers of all operations without servers of their own.
    pub(super) fn servers_of_all(&mut self) {
        let nodes = [self.ours.root().get("servers"), self.theirs.root().get("servers")];
        self.servers(&ComparedLocation::new("document"), [nodes[0].as_ref(), nodes[1].as_ref()]);
    }

    fn servers_of_operation(&mut self, position: &ComparedLocation, ours: &Operation<'a>, theirs: &Operation<'a>) {
        let own = |operation: &Operation<'a>| operation.node.get("servers").or_else(|| operation.item.get("servers"));
        let nodes = [own(ours), own(theirs)];
        self.servers(position, [nodes[0].as_ref(), nodes[1].as_ref()]);
    }

    /// Compares two lists of servers by their URLs.
    fn servers(&mut self, position: &ComparedLocation, [ours, theirs]: [Option<&Node<'a>>; 2]) {
        let is_list = |node: Option<&Node<'_>>| node.is_none_or(|node| node.value.as_list().is_some());
        if !(is_list(ours) && is_list(theirs)) {
            let (pair, shape) = (Pair { ours, theirs }, Shape::List(&Shape::Object(Kind::Server)));
            return self.literally(position, "servers", Kind::Operation, shape, pair);
        }
        let (mut old, mut new) = (by_url(ours), by_url(theirs));
        let mut urls: Vec<_> = old.keys().chain(new.keys()).cloned().collect();
        urls.sort_unstable();
        urls.dedup();
        for url in urls {
            let (ours, theirs) = (old.remove(&url), new.remove(&url));
            let part = ComparedLocation { subject: format!("server {url}"), ..position.clone() };
            if let (Some(ours), Some(theirs)) = (&ours, &theirs) {
                self.object(&part, Kind::Server, ours, theirs, &[]);
                continue;
            }
            let rule = if ours.is_some() { Rule::ServerRemoved } else { Rule::ServerAdded };
            let pair = Pair { ours: ours.as_ref(), theirs: theirs.as_ref() };
            let texts = self.texts(pair, Shape::Object(Kind::Server));
            self.note(&part, "server", Some(rule), texts, pair);
        }
    }
}

/// Servers by their URLs; what has no URL, by all it says.
fn by_url<'a>(servers: Option<&Node<'a>>) -> BTreeMap<String, Node<'a>> {
    let servers = servers.into_iter().flat_map(Node::elements);
    let url = |server: &Node<'a>| match server.value.get("url") {
        Some(Value::Text(url)) => url.clone(),
        _ => server.value.to_string(),
    };
    servers.map(|server| (url(&server), server)).collect()
}

/// A parameter of an operation.
#[derive(Debug)]
struct Parameter<'a> {
    /// Its place and its name.
    shown: String,
    node: Node<'a>,
    /// Whether it is a component, which several operations may have.
    is_shared: bool,
}

impl Parameter<'_> {
    /// Returns its position: what is shared goes by its own name.
    fn position(&self, position: &ComparedLocation) -> ComparedLocation {
        if self.is_shared { position.shared(&self.shown) } else { position.clone() }
    }
}

/// Returns the parameters of an operation and of its path, by what the wire knows them by. What is no parameter goes by
/// what it says.
fn parameters<'a>(tree: Tree<'a>, operation: &Operation<'a>) -> BTreeMap<(String, String), Parameter<'a>> {
    let mut all = BTreeMap::new();
    for owner in [&operation.item, &operation.node] {
        let Some(list) = owner.get("parameters") else { continue };
        if list.value.as_list().is_none() {
            let key = ("parameters".to_owned(), list.value.to_string());
            all.insert(key, Parameter { shown: "parameters".to_owned(), node: list, is_shared: false });
            continue;
        }
        for element in list.elements() {
            let node = tree.follow(&element);
            let is_shared = node.at != element.at;
            let text = |key: &str| node.value.get(key).and_then(Value::as_text);
            let (Some(place), Some(name)) = (text("in"), text("name")) else {
                let key = ("parameter".to_owned(), tree.literal(&element, Shape::OrReference(Kind::Parameter)));
                all.insert(key, Parameter { shown: "parameter".to_owned(), node, is_shared });
                continue;
            };
            let known_by = match place {
                "header" => name.to_ascii_lowercase(),
                "path" => place_in_path(&operation.path, name),
                _ => name.to_owned(),
            };
            let (key, shown) = ((place.to_owned(), known_by), format!("{place} {name}"));
            all.insert(key, Parameter { shown, node, is_shared });
        }
    }
    all
}

/// Returns which of the parameters of a path one is, by its place; its name where it has none.
fn place_in_path(path: &str, name: &str) -> String {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.into_iter().position(|one| one == name).map_or_else(|| name.to_owned(), |place| place.to_string())
}

/// Returns the operation of a path item that stands in no document, as if it stood at a place of ours.
pub(super) fn implied<'a>(path: &str, at: &Pointer, item: &'a Value) -> Option<Operation<'a>> {
    let item = Node { value: item, at: at.clone() };
    Some(Operation { path: path.to_owned(), node: item.get("post")?, item })
}
