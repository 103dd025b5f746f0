//! Where the names of items come from, and what to report if a name cannot be used.

use crate::diagnostics::{Assumption, Code, Reporter};
use crate::document::{Pointer, extension_keys, files};
use crate::names::{Name, NameError, Scope};

/// Where the name of a schema's type comes from.
#[derive(Debug, Clone)]
pub(super) enum Naming {
    /// The schema is a component of this name.
    Component(Name),
    /// The schema is inline; its name follows from its context.
    Inline(String),
}

/// Segments of a pointer that do not describe the node they lead to.
const STRUCTURE: &[&str] = &[
    "components",
    "schemas",
    "schema",
    "properties",
    "content",
    "application~1json",
    "paths",
    "allOf",
    "oneOf",
    "anyOf",
    "parameters",
    "headers",
    "webhooks",
    "$defs",
    "definitions",
];

impl Naming {
    /// Returns the context for a schema inside this one.
    pub(super) fn inner(&self, subschema: &str) -> Self {
        match self {
            Self::Component(name) => Self::Inline(format!("{} {subschema}", name.rust())),
            Self::Inline(context) => Self::Inline(format!("{context} {subschema}")),
        }
    }

    /// Returns the naming of a referenced schema that is not a component. In another file, one word is enough; otherwise the
    /// name of the file comes first.
    pub(super) fn of_place(at: &Pointer, files: &[String]) -> Self {
        let (file, at) = files::file_of(at);
        let words: Vec<String> = at.segments().filter_map(|step| word(&step)).collect();
        let file = file.and_then(|number| files.get(number)).filter(|_| words.len() != 1);
        let file = file.map(|path| stem(path).to_owned());
        Self::Inline(file.into_iter().chain(words).collect::<Vec<_>>().join(" "))
    }
}

/// Returns the name of a file without its folders and its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.split_once('.').filter(|(stem, _)| !stem.is_empty()).map_or(name, |(stem, _)| stem)
}

/// Returns the word for a segment of a pointer, in the singular.
fn word(step: &str) -> Option<String> {
    match step {
        "items" => Some("item".to_owned()),
        "additionalProperties" => Some("value".to_owned()),
        "responses" => Some("response".to_owned()),
        "requestBody" | "requestBodies" => Some("request".to_owned()),
        _ if STRUCTURE.contains(&step) || step.contains('/') && !step.starts_with('/') => None,
        _ => Some(step.to_owned()),
    }
}

/// The kind of item that a name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameKind {
    Schema,
    SchemaInPlace,
    Property,
    EnumValue,
    Alternative,
    Constructor,
    Operation,
    CallType,
    Parameter,
    Server,
    Scheme,
}

impl NameKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::SchemaInPlace => "schema here",
            Self::Property => "property",
            Self::EnumValue => "enum value",
            Self::Alternative => "alternative",
            Self::Constructor => "constructor",
            Self::Operation | Self::CallType => "operation",
            Self::Parameter => "parameter",
            Self::Server => "server",
            Self::Scheme => "security scheme",
        }
    }

    /// Returns the suffix of a reserved name in lenient mode, and the name of an item whose own name has no identifier.
    fn fallback(self) -> &'static str {
        match self {
            Self::Schema | Self::SchemaInPlace => "Model",
            Self::Property => "field",
            Self::EnumValue => "Value",
            Self::Alternative => "Variant",
            Self::Constructor | Self::Operation => "call",
            Self::CallType => "Call",
            Self::Parameter => "parameter",
            Self::Server => "Server",
            Self::Scheme => "scheme",
        }
    }

    /// Returns how the maintainer of the document can change the name.
    fn remedy(self) -> String {
        match self {
            Self::Schema | Self::Property | Self::Operation | Self::CallType | Self::Parameter | Self::Server => {
                format!("give it a Rust name with `{}`", extension_keys::NAME)
            }
            Self::SchemaInPlace => "move it to #/components/schemas under a name of its own".to_owned(),
            Self::Alternative => {
                "give it a `title`, or move it to #/components/schemas under a name of its own".to_owned()
            }
            Self::EnumValue => {
                "leave it out: a value that is not listed is kept as it comes; or leave `enum` out".to_owned()
            }
            Self::Constructor | Self::Scheme => "give it another name".to_owned(),
        }
    }

    /// Returns where the document sets the name.
    fn requested_at(self, at: &Pointer) -> Pointer {
        match self {
            Self::Constructor => at.join("name"),
            Self::Operation => at.parent().unwrap_or_else(Pointer::root).join(extension_keys::NAME),
            _ => at.join(extension_keys::NAME),
        }
    }
}

/// Claims a name: in strict mode the plain one, or reports why it cannot be used; in lenient mode any free one.
pub(super) fn claim(
    scope: &mut Scope,
    named: NameKind,
    (wire, wanted): (&str, Option<&str>),
    at: &Pointer,
    reporter: &mut Reporter<'_>,
) -> Option<Name> {
    if reporter.assumes(Assumption::AnyFreeName) {
        return Some(scope.claim_any(wire, wanted, named.fallback(), at));
    }
    report(reporter, scope.claim(wire, wanted, at), wire, named, at)
}

/// Returns the name, or reports why there is none.
fn report(
    reporter: &mut Reporter<'_>,
    claimed: Result<Name, NameError>,
    wire: &str,
    named: NameKind,
    at: &Pointer,
) -> Option<Name> {
    let what = named.as_str();
    let described =
        if named == NameKind::SchemaInPlace { format!("the {what}") } else { format!("the {what} `{wire}`") };
    match claimed {
        Ok(name) => return Some(name),
        Err(NameError::Empty) => {
            let message = format!("{described} has no character that can stand in a Rust name");
            reporter.error(Code::Name, at, message).help(named.remedy());
        }
        Err(NameError::NotAnIdentifier { wanted, spelt }) => {
            let message = format!("`{wanted}` is not how Rust spells the name of a {what}");
            let help = spelt.map_or_else(|| "write a word".to_owned(), |spelt| format!("write `{spelt}`"));
            reporter.error(Code::Name, &named.requested_at(at), message).help(help);
        }
        Err(NameError::Reserved(rust)) => {
            let message =
                format!("{described} would be called `{rust}`, which means something else in the generated code");
            reporter.error(Code::Name, at, message).help(named.remedy());
        }
        Err(NameError::Collision { rust, first }) => {
            let message = format!("{described} would be called `{rust}`, which is taken");
            reporter.error(Code::Name, at, message).related(&first, "by this one").help(named.remedy());
        }
    }
    None
}
