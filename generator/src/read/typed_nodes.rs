//! Reports the nodes that `openapiv3` cannot read.
//!
//! `openapiv3` reports any error below `paths` at `paths`, and takes exponential time to do so. So every node is read on its
//! own, with placeholders for the nodes in it: if all can be read, so can the document.

use openapiv3 as typed;
use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value as Yaml};

use crate::diagnostics::serde_messages::{choice, in_plain_words, missing, wanted};
use crate::diagnostics::{Code, Diagnostics, closest};
use crate::document::grammar::{Kind, Shape, is_reference};
use crate::document::{Members, Pointer, Value};

/// Reports every node that cannot be read. Returns false if there is none.
pub(super) fn report_unreadable(document: &Value, diagnostics: &mut Diagnostics) -> bool {
    let before = diagnostics.iter().count();
    object(Kind::Document, document, &Pointer::root(), diagnostics);
    diagnostics.iter().count() > before
}

fn shape(shape: Shape, value: &Value, at: &Pointer, diagnostics: &mut Diagnostics) {
    match (shape, value) {
        (Shape::OrReference(_), Value::Object(members)) if members.contains_key("$ref") => {
            if !is_reference(value) {
                let help = "write where to, such as '#/components/schemas/Order'";
                diagnostics.error(Code::Invalid, &at.join("$ref"), "the reference is not text").help(help);
            }
        }
        (Shape::Object(kind) | Shape::OrReference(kind), _) => object(kind, value, at, diagnostics),
        (Shape::List(inner), Value::List(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                self::shape(*inner, element, &at.join(index), diagnostics);
            }
        }
        (Shape::Map(inner), Value::Object(members)) => {
            for (key, member) in members {
                self::shape(*inner, member, &at.join(key), diagnostics);
            }
        }
        (Shape::OrBool(_), Value::Bool(_)) => {}
        (Shape::OrBool(inner), _) => self::shape(*inner, value, at, diagnostics),
        // Their owner cannot be read either, and is reported.
        (Shape::Any | Shape::Text | Shape::Bool | Shape::Number | Shape::Count | Shape::List(_) | Shape::Map(_), _) => {
        }
    }
}

fn object(kind: Kind, value: &Value, at: &Pointer, diagnostics: &mut Diagnostics) {
    let Value::Object(members) = value else {
        let message = format!("{} is a mapping, not {}", kind.name(), value.what());
        diagnostics.error(Code::Invalid, at, message).help("write a mapping");
        return;
    };
    if check_alternatives(kind, value, at, diagnostics) {
        own(kind, &stand_in_below(kind, members), at, diagnostics);
    }
    for (key, member) in members {
        if let Some(inner) = kind.member(key) {
            shape(inner, member, &at.join(key), diagnostics);
        }
    }
}

/// Reports members that exclude each other. `openapiv3` takes the first it finds, or panics if that is invalid.
fn check_alternatives(kind: Kind, value: &Value, at: &Pointer, diagnostics: &mut Diagnostics) -> bool {
    let (one, other) = match kind {
        Kind::Parameter | Kind::Header => ("schema", "content"),
        Kind::Link => ("operationId", "operationRef"),
        _ => return true,
    };
    let (message, help) = match (value.get(one), value.get(other)) {
        (Some(_), None) | (None, Some(_)) => return true,
        (Some(_), Some(_)) => (format!("{} has `{one}` or `{other}`, not both", kind.name()), format!("keep `{one}`")),
        (None, None) => (format!("{} needs `{one}` or `{other}`", kind.name()), format!("add `{one}`")),
    };
    diagnostics.error(Code::Invalid, at, message).help(help);
    false
}

/// Reports the invalid and the missing members of one object.
fn own(kind: Kind, given: &Mapping, at: &Pointer, diagnostics: &mut Diagnostics) {
    let Err(whole) = read(kind, given) else { return };
    let mut least = least(kind);
    for tag in ["in", "type"] {
        if let (true, Some(value)) = (least.contains_key(tag), given.get(tag)) {
            let with_tag = with(&least, tag, value.clone());
            match read(kind, &with_tag).map_err(|error| missing(&error).is_some()) {
                Ok(()) | Err(true) => least = with_tag,
                Err(false) => {
                    tell(kind, &whole, &at.join(tag), diagnostics);
                    return;
                }
            }
        }
    }
    let mut good = given.clone();
    let mut bad = Vec::new();
    for (key, value) in given {
        let Some(name) = key.as_str() else { continue };
        let Err(error) = read_with(kind, &least, name, value) else { continue };
        if missing(&error).is_some() {
            continue;
        }
        bad.push(name);
        good.remove(key);
        if let Some(substitute) = least.get(name) {
            good.insert(key.clone(), substitute.clone());
        }
        report(kind, &least, name, value, &error, at, diagnostics);
    }
    match read(kind, &good) {
        Err(error) if missing(&error).is_none_or(|name| !bad.contains(&name)) => tell(kind, &error, at, diagnostics),
        Ok(()) if bad.is_empty() => tell(kind, &whole, at, diagnostics),
        Ok(()) | Err(_) => {}
    }
}

/// Reports an invalid member, or its invalid elements.
fn report(
    kind: Kind,
    least: &Mapping,
    name: &str,
    value: &Yaml,
    error: &str,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) {
    let at = at.join(name);
    let mut found = false;
    let takes_lists = read_with(kind, least, name, &Yaml::Sequence(Vec::new())).is_ok();
    for (index, element) in value.as_sequence().filter(|_| takes_lists).into_iter().flatten().enumerate() {
        if let Err(error) = read_with(kind, least, name, &Yaml::Sequence(vec![element.clone()])) {
            found = true;
            tell(kind, &error, &at.join(index), diagnostics);
        }
    }
    if !found {
        tell(kind, error, &at, diagnostics);
    }
}

fn tell(kind: Kind, error: &str, at: &Pointer, diagnostics: &mut Diagnostics) {
    let diagnostic = diagnostics.error(Code::Invalid, at, sentence(kind, error));
    if let Some(meant) = choice(error).and_then(|(word, choice)| closest(word, choice)) {
        diagnostic.help(format!("did you mean `{meant}`?"));
    } else if let Some(name) = missing(error) {
        diagnostic.help(format!("add `{name}`"));
    } else if let Some(help) = at.last().and_then(|key| of_3_1(kind, &key)) {
        diagnostic.help(help);
    } else if let Some(wanted) = wanted(error) {
        diagnostic.help(format!("write {wanted}"));
    }
}

/// Returns how OpenAPI 3.0 spells a keyword that has another type in 3.1.
fn of_3_1(kind: Kind, key: &str) -> Option<&'static str> {
    match (kind, key) {
        (Kind::Schema, "exclusiveMinimum") => Some("write the bound as `minimum`, and `exclusiveMinimum: true`"),
        (Kind::Schema, "exclusiveMaximum") => Some("write the bound as `maximum`, and `exclusiveMaximum: true`"),
        (Kind::Schema, "type") => Some("write one type, and `nullable: true` for null"),
        _ => None,
    }
}

/// Explains serde's message in terms of the document.
fn sentence(kind: Kind, error: &str) -> String {
    match missing(error) {
        Some(name) => format!("{} needs `{name}`", kind.name()),
        None => in_plain_words(error),
    }
}

fn with(object: &Mapping, key: &str, value: Yaml) -> Mapping {
    let mut object = object.clone();
    object.insert(Yaml::from(key), value);
    object
}

/// Reads the least object of a kind with one member added or exchanged.
fn read_with(kind: Kind, least: &Mapping, name: &str, value: &Yaml) -> Result<(), String> {
    let mut object = with(least, name, value.clone());
    match name {
        "content" => drop(object.remove("schema")),
        "operationRef" => drop(object.remove("operationId")),
        _ => {}
    }
    read(kind, &object)
}

/// Returns the members of an object with stand-ins for the objects in it, which are read on their own.
fn stand_in_below(kind: Kind, members: &Members) -> Mapping {
    let stood_in = members.iter().map(|(key, value)| {
        let value = kind.member(key).map_or_else(|| value.to_yaml(), |shape| stand_in(shape, value));
        (Yaml::from(key), value)
    });
    stood_in.collect()
}

fn stand_in(shape: Shape, value: &Value) -> Yaml {
    match (shape, value) {
        (Shape::OrReference(_), _) => {
            [("$ref", "#")].into_iter().map(|(key, value)| (key.into(), value.into())).collect::<Mapping>().into()
        }
        (Shape::Object(kind), _) => Yaml::Mapping(least(kind)),
        (Shape::List(inner), Value::List(elements)) => {
            Yaml::Sequence(elements.iter().map(|element| stand_in(*inner, element)).collect())
        }
        (Shape::Map(inner), Value::Object(members)) => {
            Yaml::Mapping(members.iter().map(|(key, member)| (Yaml::from(key), stand_in(*inner, member))).collect())
        }
        (Shape::OrBool(inner), _) if !matches!(value, Value::Bool(_)) => stand_in(*inner, value),
        _ => value.to_yaml(),
    }
}

/// Returns the least that can be read as an object of a kind.
fn least(kind: Kind) -> Mapping {
    let text = |key: &str| (Yaml::from(key), Yaml::from(""));
    let empty = |key: &str| (Yaml::from(key), Yaml::Mapping(Mapping::new()));
    let members = match kind {
        Kind::Document => vec![text("openapi"), (Yaml::from("info"), Yaml::Mapping(least(Kind::Info))), empty("paths")],
        Kind::Info => vec![text("title"), text("version")],
        Kind::License | Kind::Tag => vec![text("name")],
        Kind::Server | Kind::ExternalDocs => vec![text("url")],
        Kind::ServerVariable => vec![text("default")],
        Kind::Operation => vec![empty("responses")],
        Kind::Parameter => vec![(Yaml::from("in"), Yaml::from("query")), text("name"), empty("schema")],
        Kind::Header => vec![empty("schema")],
        Kind::Response => vec![text("description")],
        Kind::Link => vec![text("operationId")],
        Kind::SecurityScheme => vec![(Yaml::from("type"), Yaml::from("http")), text("scheme")],
        Kind::ImplicitFlow => vec![text("authorizationUrl"), empty("scopes")],
        Kind::PasswordFlow | Kind::ClientCredentialsFlow => vec![text("tokenUrl"), empty("scopes")],
        Kind::AuthorizationCodeFlow => vec![text("authorizationUrl"), text("tokenUrl"), empty("scopes")],
        Kind::Discriminator => vec![text("propertyName")],
        Kind::Contact
        | Kind::Paths
        | Kind::PathItem
        | Kind::RequestBody
        | Kind::Responses
        | Kind::MediaType
        | Kind::Encoding
        | Kind::Example
        | Kind::Callback
        | Kind::Components
        | Kind::Flows
        | Kind::Schema => Vec::new(),
    };
    members.into_iter().collect()
}

/// Reads an object as `openapiv3` does.
fn read(kind: Kind, object: &Mapping) -> Result<(), String> {
    fn as_type<T: DeserializeOwned>(object: &Mapping) -> Result<(), String> {
        serde_yaml::from_value::<T>(Yaml::Mapping(object.clone())).map(drop).map_err(|error| error.to_string())
    }
    let read = match kind {
        Kind::Document => as_type::<typed::OpenAPI>,
        Kind::Info => as_type::<typed::Info>,
        Kind::Contact => as_type::<typed::Contact>,
        Kind::License => as_type::<typed::License>,
        Kind::Server => as_type::<typed::Server>,
        Kind::ServerVariable => as_type::<typed::ServerVariable>,
        Kind::Paths => as_type::<typed::Paths>,
        Kind::PathItem => as_type::<typed::PathItem>,
        Kind::Operation => as_type::<typed::Operation>,
        Kind::Parameter => as_type::<typed::Parameter>,
        Kind::RequestBody => as_type::<typed::RequestBody>,
        Kind::Responses => as_type::<typed::Responses>,
        Kind::Response => as_type::<typed::Response>,
        Kind::Header => as_type::<typed::Header>,
        Kind::MediaType => as_type::<typed::MediaType>,
        Kind::Encoding => as_type::<typed::Encoding>,
        Kind::Example => as_type::<typed::Example>,
        Kind::Link => as_type::<typed::Link>,
        Kind::Callback => as_type::<typed::Callback>,
        Kind::Components => as_type::<typed::Components>,
        Kind::SecurityScheme => as_type::<typed::SecurityScheme>,
        Kind::Flows => as_type::<typed::OAuth2Flows>,
        Kind::ImplicitFlow => as_type::<typed::ImplicitOAuth2Flow>,
        Kind::PasswordFlow => as_type::<typed::PasswordOAuth2Flow>,
        Kind::ClientCredentialsFlow => as_type::<typed::ClientCredentialsOAuth2Flow>,
        Kind::AuthorizationCodeFlow => as_type::<typed::AuthorizationCodeOAuth2Flow>,
        Kind::Tag => as_type::<typed::Tag>,
        Kind::ExternalDocs => as_type::<typed::ExternalDocumentation>,
        Kind::Schema => as_type::<typed::Schema>,
        Kind::Discriminator => as_type::<typed::Discriminator>,
    };
    read(object)
}
