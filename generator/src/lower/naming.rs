//! Where names come from, and what to do when there is none.

use crate::diagnostics::{Assumption, Code, Reporter};
use crate::document::Pointer;
use crate::document::extension_keys;
use crate::document::files;
use crate::names::{Name, NameError, Scope};

/// Where the name of a type comes from, should the schema need one.
#[derive(Debug, Clone)]
pub(super) enum Naming {
    /// The schema is a component of this name.
    Component(Name),
    /// The schema stands in place; the name follows from the context.
    Inline(String),
}

/// The steps of a pointer that say where something stands, and nothing of what it is.
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
    /// The context for a schema inside this one.
    pub(super) fn inner(&self, subschema: &str) -> Self {
        match self {
            Self::Component(name) => Self::Inline(format!("{} {subschema}", name.rust())),
            Self::Inline(context) => Self::Inline(format!("{context} {subschema}")),
        }
    }

    /// The context of a place that is referred to although it is no component of its own. In another file a word is enough, or
    /// else its name stands before what it says.
    pub(super) fn of_place(at: &Pointer, files: &[String]) -> Self {
        let (file, at) = files::file_of(at);
        let words: Vec<String> = at.segments().filter_map(|step| word(&step)).collect();
        let file = file.and_then(|number| files.get(number)).filter(|_| words.len() != 1);
        let file = file.map(|path| stem(path).to_owned());
        Self::Inline(file.into_iter().chain(words).collect::<Vec<_>>().join(" "))
    }
}

/// The name of a file without its folders and its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.split_once('.').filter(|(stem, _)| !stem.is_empty()).map_or(name, |(stem, _)| stem)
}

/// What a step of a pointer says, in the singular.
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

/// What a name is given to; who has to give another one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
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

impl Named {
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

    /// What stands behind a name that means something else, and for one that cannot be spelt, in a foreign document.
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

    /// How it comes by another name.
    fn way_out(self) -> String {
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

    /// Where the name stands that the document asks for.
    fn wanted_at(self, at: &Pointer) -> Pointer {
        match self {
            Self::Constructor => at.join("name"),
            Self::Operation => at.parent().unwrap_or_else(Pointer::root).join(extension_keys::NAME),
            _ => at.join(extension_keys::NAME),
        }
    }
}

/// Takes a name: in a document of our own the plain one, or a diagnostic says why there is none; in a foreign one, whatever
/// can be had.
pub(super) fn claim(
    scope: &mut Scope,
    named: Named,
    (wire, wanted): (&str, Option<&str>),
    at: &Pointer,
    reporter: &mut Reporter<'_>,
) -> Option<Name> {
    if reporter.assumes(Assumption::AnyFreeName) {
        return Some(scope.claim_any(wire, wanted, named.fallback(), at));
    }
    report(reporter, scope.claim(wire, wanted, at), wire, named, at)
}

/// A name, or a diagnostic that says why there is none.
fn report(
    reporter: &mut Reporter<'_>,
    claimed: Result<Name, NameError>,
    wire: &str,
    named: Named,
    at: &Pointer,
) -> Option<Name> {
    let what = named.as_str();
    let named_wire = if named == Named::SchemaInPlace { format!("the {what}") } else { format!("the {what} `{wire}`") };
    match claimed {
        Ok(name) => return Some(name),
        Err(NameError::Empty) => {
            let message = format!("{named_wire} has no character that can stand in a Rust name");
            reporter.error(Code::Name, at, message).help(named.way_out());
        }
        Err(NameError::NotAnIdentifier { wanted, spelt }) => {
            let message = format!("`{wanted}` is not how Rust spells the name of a {what}");
            let help = spelt.map_or_else(|| "write a word".to_owned(), |spelt| format!("write `{spelt}`"));
            reporter.error(Code::Name, &named.wanted_at(at), message).help(help);
        }
        Err(NameError::Reserved(rust)) => {
            let message =
                format!("{named_wire} would be called `{rust}`, which means something else in the generated code");
            reporter.error(Code::Name, at, message).help(named.way_out());
        }
        Err(NameError::Collision { rust, first }) => {
            let message = format!("{named_wire} would be called `{rust}`, which is taken");
            reporter.error(Code::Name, at, message).related(&first, "by this one").help(named.way_out());
        }
    }
    None
}
