//! Who may call: the schemes behind their names, and the endpoint that gives tokens.

use crate::compare::policy::Rule;
use crate::document::grammar::{Kind, Shape};
use crate::document::{Value, extension_keys};
use std::collections::BTreeSet;

use super::comparison::{ComparedLocation, Comparison, Pair, Texts};
use super::operations::implied;
use super::routes::{Operation, Routes};
use super::rust_items::Items;
use super::tree::{Node, Tree, joined};

/// What RFC 6749 says of the endpoint: section 4.4.2 of its request, where the client's credentials go in the form as section
/// 2.3.1 has it, and section 5.1 of its response.
const FORM: &str = include_str!("token_endpoint/form.yaml");
/// The same, where the client's credentials go in a header.
const BASIC: &str = include_str!("token_endpoint/basic.yaml");

impl<'a> Tree<'a> {
    /// Returns the schemes that have a token endpoint for clients, each with the node of its URL and with the path of
    /// that.
    pub(super) fn token_paths(self) -> Vec<(Node<'a>, Node<'a>, String)> {
        let declared = self.declared_schemes();
        let schemes = declared.iter().flat_map(Node::members).map(|(_, scheme)| self.follow(&scheme));
        let with_url = schemes.filter_map(|scheme| {
            let url = scheme.get("flows")?.get("clientCredentials")?.get("tokenUrl")?;
            let path = path_of(url.value.as_text()?).to_owned();
            Some((scheme, url, path))
        });
        with_url.collect()
    }

    fn declared_schemes(self) -> Option<Node<'a>> {
        self.root().get("components")?.get("securitySchemes")
    }

    /// Returns the node that says what an operation asks of callers.
    fn requirements(self, operation: &Operation<'a>) -> Option<Node<'a>> {
        operation.node.get("security").or_else(|| self.root().get("security"))
    }

    /// Returns the declared schemes that an operation asks for, by name.
    pub(super) fn schemes_of(self, operation: &Operation<'a>) -> Vec<(&'a str, Node<'a>)> {
        let declared = self.declared_schemes();
        let sets = self.requirements(operation);
        let sets = sets.iter().flat_map(Node::elements);
        let names = sets.flat_map(|set| set.members().map(|(name, _)| name).collect::<Vec<_>>());
        names.filter_map(|name| Some((name, declared.as_ref()?.get(name)?))).collect()
    }
}

impl<'a> Comparison<'a> {
    /// Compares what callers have to prove, whatever the schemes are called.
    pub(super) fn security(&mut self, position: &ComparedLocation, ours: &Operation<'a>, theirs: &Operation<'a>) {
        let (old, old_at) = requirements(self.ours, ours);
        let (new, new_at) = requirements(self.theirs, theirs);
        let pair = Pair { ours: old_at.as_ref(), theirs: new_at.as_ref() };
        let position = match old_at.as_ref().is_some_and(|at| at.at != ours.node.at.join("security")) {
            true => position.shared("security"),
            false => position.clone(),
        };
        self.note(&position, "security", Some(Rule::SecurityChanged), Texts { ours: old, theirs: new }, pair);
    }

    /// Compares the endpoints that give tokens with what OAuth 2.0 says of them.
    pub(super) fn token_endpoints(&mut self) {
        let used = self.token_paths_used();
        let declared = Routes::of(self.ours);
        for (scheme, url, path) in self.ours.token_paths() {
            // What our document declares is compared as an operation. A scheme of theirs stands for the endpoint only where an
            // operation of ours asks for it, and nothing else is said of the endpoint.
            let is_compared = declared.operation("post", &path).is_some();
            let is_implied = used.contains(&path) && self.routes.operation("post", &path).is_none();
            if !(is_compared || is_implied) {
                self.token_endpoint(&scheme, &url, &path);
            }
        }
    }

    /// Returns the paths of token endpoints that the other document's counterparts of our operations lead callers to.
    fn token_paths_used(&self) -> BTreeSet<String> {
        let ours = self.ours.operations();
        let theirs = ours.iter().filter_map(|(method, ours)| self.routes.operation(method, &ours.path));
        let schemes = theirs.flat_map(|theirs| self.theirs.schemes_of(&theirs));
        let used: BTreeSet<_> = schemes.map(|(_, scheme)| self.theirs.follow(&scheme).at).collect();
        let paths = self.theirs.token_paths().into_iter().filter(|(scheme, ..)| used.contains(&scheme.at));
        paths.map(|(_, _, path)| path).collect()
    }

    fn token_endpoint(&mut self, scheme: &Node<'a>, url: &Node<'a>, path: &str) {
        let position = ComparedLocation::new("token endpoint");
        let is_basic =
            scheme.value.get(extension_keys::CLIENT_AUTHENTICATION).and_then(Value::as_text) == Some("basic");
        let Some(implicit) = crate::read::tree(if is_basic { BASIC } else { FORM }) else { return };
        // It follows from our document, and is read as if it stood there.
        let mut comparison = Comparison {
            ours: Tree::of(&implicit),
            theirs: self.theirs,
            items: Items::none(),
            routes: self.routes.clone(),
            pairs: std::mem::take(&mut self.pairs),
            found: std::mem::take(&mut self.found),
        };
        if let Some(ours) = implied(path, &url.at, &implicit) {
            comparison.operation_at(&position, "post", &ours);
        }
        (self.pairs, self.found) = (comparison.pairs, comparison.found);
    }
}

/// Returns the path of a URL that may have a host.
fn path_of(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else { return url };
    rest.find('/').map_or("/", |start| &rest[start..])
}

/// Returns what an operation asks of callers: sets of schemes, any of which suffices; and the node that says so.
fn requirements<'a>(tree: Tree<'a>, operation: &Operation<'a>) -> (Option<String>, Option<Node<'a>>) {
    let Some(node) = tree.requirements(operation) else {
        return (Some("none".to_owned()), None);
    };
    if node.value.as_list().is_none() {
        return (Some(node.value.to_string()), Some(node));
    }
    let mut sets: Vec<_> = node.elements().map(|set| schemes(tree, &set)).collect();
    sets.sort_unstable();
    let text = if sets.is_empty() { "none".to_owned() } else { sets.join(" or ") };
    (Some(text), Some(node))
}

/// Returns the schemes of a set, each as it is declared, with its scopes.
fn schemes<'a>(tree: Tree<'a>, set: &Node<'a>) -> String {
    if !set.is_mapping() {
        return set.value.to_string();
    }
    let declared = tree.declared_schemes();
    let scheme = |(name, scopes): (&'a str, Node<'a>)| {
        let declared = declared.as_ref().and_then(|schemes| schemes.get(name));
        let shape = Shape::OrReference(Kind::SecurityScheme);
        let scheme = declared.map_or_else(|| format!("undeclared {name}"), |scheme| tree.literal(&scheme, shape));
        match scopes.value.as_list() {
            Some([]) => scheme,
            _ => format!("{scheme} with {}", scopes.value),
        }
    };
    let all: BTreeSet<_> = set.members().map(scheme).collect();
    if all.is_empty() { "none".to_owned() } else { joined(&all) }
}
