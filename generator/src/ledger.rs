//! Counts what became of every keyword of a document.
//!
//! A keyword is part of the code, is held against values when a call is made, is for readers, or was left out for a reason that
//! a diagnostic tells. What no operation has anything to do with is counted by itself, and so are keys that mean nothing in
//! OpenAPI.

use crate::diagnostics::Diagnostics;
use crate::document::components::used;
use crate::document::grammar::{Kind, Shape};
use crate::document::{Pointer, Value};
use std::collections::{HashMap, HashSet};

use serde::Serialize;

/// How much of a document was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Operations.
    pub operations: Ratio,
    /// Schemas that have a name; those that no operation has anything to do with are not made.
    pub schemas: Ratio,
    /// Values that are any JSON in Rust although the document gives them a type.
    pub untyped: usize,
    /// Files of Rust code.
    pub files: usize,
    /// Lines of all files.
    pub lines: usize,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ratio {
    /// What was made.
    pub made: usize,
    /// What the document has.
    pub total: usize,
}

/// What became of every keyword of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Keywords that shape code.
    pub generated: usize,
    /// Keywords that are held against values that are sent.
    pub checked: usize,
    /// Keywords that are prose.
    pub documentation: usize,
    /// Keywords of components that nothing refers to.
    pub unused: usize,
    /// These components, each by its place.
    pub unused_components: Vec<String>,
    /// Keywords that were left out.
    pub skipped: Vec<Skipped>,
    /// All of them.
    pub total: usize,
    /// Nodes that were repaired, or reported without being left out.
    pub repaired: usize,
    /// Keys that mean nothing where they stand; they are no keywords.
    pub unknown: usize,
}

/// A keyword that was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// The node it is about.
    pub pointer: String,
    /// The keyword.
    pub keyword: String,
    /// Why.
    pub reason: String,
    /// The kind of reason, one word.
    pub kind: String,
}

/// What a keyword is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Treatment {
    Generated,
    Checked,
    Documentation,
}

impl Ledger {
    /// Accounts for every keyword of a document; what was left out is taken from the diagnostics.
    pub(crate) fn of(document: &Value, diagnostics: &Diagnostics) -> Self {
        let skipped: Vec<_> = diagnostics
            .iter()
            .filter_map(|diagnostic| {
                let at = diagnostic.at();
                Some(Skipped {
                    pointer: at.to_string(),
                    keyword: at.last().unwrap_or_default().to_string(),
                    reason: diagnostic.message().to_owned(),
                    kind: diagnostic.omission()?.as_str().to_owned(),
                })
            })
            .collect();
        let mut omitted: HashMap<&str, HashSet<&str>> = HashMap::new();
        for skip in &skipped {
            omitted.entry(&skip.keyword).or_default().insert(&skip.pointer);
        }
        let mut walk = Walk { ledger: Self::default(), omitted, used: used(document) };
        walk.object(Kind::Document, document, &NodePath::Root);
        let mut ledger = walk.ledger;
        ledger.total = ledger.generated + ledger.checked + ledger.documentation + ledger.unused + skipped.len();
        ledger.repaired = diagnostics.iter().filter(|diagnostic| diagnostic.omission().is_none()).count();
        ledger.skipped = skipped;
        ledger
    }
}

/// The way down to a node; a pointer is only made of it when something was left out nearby.
enum NodePath<'t> {
    Root,
    Step(&'t NodePath<'t>, &'t str),
}

impl NodePath<'_> {
    fn pointer(&self) -> Pointer {
        match self {
            Self::Root => Pointer::root(),
            Self::Step(above, key) => above.pointer().join(key),
        }
    }
}

struct Walk<'a> {
    ledger: Ledger,
    /// The places of what was left out, by their last step.
    omitted: HashMap<&'a str, HashSet<&'a str>>,
    /// The components that something refers to, by section and name.
    used: HashSet<(&'a str, &'a str)>,
}

impl Walk<'_> {
    fn object(&mut self, kind: Kind, value: &Value, node_path: &NodePath<'_>) {
        for (key, member) in value.members() {
            let node_path = NodePath::Step(node_path, key);
            let shape = kind.member(key);
            if !self.is_omitted(key, &node_path) {
                match treatment(kind, key, shape.is_some()) {
                    Some(Treatment::Generated) => self.ledger.generated += 1,
                    Some(Treatment::Checked) => self.ledger.checked += 1,
                    Some(Treatment::Documentation) => self.ledger.documentation += 1,
                    None => self.ledger.unknown += 1,
                }
            }
            if let Some(shape) = shape {
                self.shape(shape, member, &node_path);
            }
        }
    }

    fn shape(&mut self, shape: Shape, value: &Value, node_path: &NodePath<'_>) {
        match shape {
            Shape::Object(kind) | Shape::OrReference(kind) => self.object(kind, value, node_path),
            Shape::List(inner) => {
                for (index, element) in value.elements().enumerate() {
                    self.shape(*inner, element, &NodePath::Step(node_path, &index.to_string()));
                }
            }
            Shape::Map(inner) => {
                for (key, member) in value.members() {
                    self.member(*inner, key, member, node_path);
                }
            }
            Shape::OrBool(inner) => self.shape(*inner, value, node_path),
            Shape::Any | Shape::Text | Shape::Bool | Shape::Number | Shape::Count => {}
        }
    }

    /// Counts a member of a map. A component that nothing refers to is counted as unused, with everything in it.
    fn member(&mut self, shape: Shape, key: &str, member: &Value, node_path: &NodePath<'_>) {
        let before = (self.ledger.generated, self.ledger.checked, self.ledger.documentation);
        self.shape(shape, member, &NodePath::Step(node_path, key));
        if let NodePath::Step(NodePath::Step(NodePath::Root, "components"), section) = node_path
            && !self.used.contains(&(*section, key))
            && *section != "securitySchemes"
        {
            let ledger = &mut self.ledger;
            ledger.unused_components.push(NodePath::Step(node_path, key).pointer().to_string());
            let counted = ledger.generated + ledger.checked + ledger.documentation;
            ledger.unused += counted - (before.0 + before.1 + before.2);
            (ledger.generated, ledger.checked, ledger.documentation) = before;
        }
    }

    fn is_omitted(&self, key: &str, node_path: &NodePath<'_>) -> bool {
        let locations = self.omitted.get(key);
        locations.is_some_and(|locations| locations.contains(&*node_path.pointer().to_string()))
    }
}

/// Returns what a key is there for; `None` for one that means nothing where it stands.
fn treatment(kind: Kind, key: &str, is_known: bool) -> Option<Treatment> {
    const CHECKED: &[&str] = &[
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "exclusiveMaximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "exclusiveMinimum",
        "multipleOf",
        "pattern",
        "uniqueItems",
    ];
    const PROSE: &[&str] = &[
        "contact",
        "default",
        "deprecated",
        "description",
        "example",
        "examples",
        "externalDocs",
        "license",
        "links",
        "summary",
        "tags",
        "termsOfService",
        "title",
        "xml",
    ];
    match (kind, key) {
        (_, key) if key.starts_with(crate::document::extension_keys::PREFIX) => Some(Treatment::Generated),
        (_, key) if key.starts_with("x-") => Some(Treatment::Documentation),
        (_, "$ref") => Some(Treatment::Generated),
        (Kind::Contact | Kind::License | Kind::Tag | Kind::ExternalDocs | Kind::Example | Kind::Link, _) => {
            Some(Treatment::Documentation)
        }
        (Kind::Schema, key) if CHECKED.contains(&key) => Some(Treatment::Checked),
        (Kind::Info, "title") | (Kind::ServerVariable, "default") | (Kind::Responses, "default") => {
            Some(Treatment::Generated)
        }
        (_, key) if PROSE.contains(&key) => Some(Treatment::Documentation),
        _ if is_known || kind.unsupported().contains(&key) => Some(Treatment::Generated),
        _ => None,
    }
}
