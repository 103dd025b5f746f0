//! Rules for all objects but schemas.

use super::context::Context;
use crate::document::{Members, Value};

/// Adds the missing slash at the start of a path.
pub(super) fn paths_begin_with_a_slash(paths: &mut Members, context: &mut Context<'_>) {
    let meant = |key: &str| (!key.starts_with(['/', '$']) && !key.starts_with("x-")).then(|| format!("/{key}"));
    rename(paths, meant, context, |key| format!("the path `{key}` does not begin with `/`"));
}

/// Corrects `2xx` to `2XX`.
pub(super) fn ranges_in_capitals(responses: &mut Members, context: &mut Context<'_>) {
    let meant = |key: &str| match key.as_bytes() {
        [b'1'..=b'5', b'x', b'x' | b'X'] | [b'1'..=b'5', b'X', b'x'] => Some(key.to_uppercase()),
        _ => None,
    };
    rename(responses, meant, context, |key| format!("`{key}` is not a status code"));
}

/// Renames members as they were meant, unless the name is taken.
fn rename(
    members: &mut Members,
    meant: impl Fn(&str) -> Option<String>,
    context: &mut Context<'_>,
    wrong: impl Fn(&str) -> String,
) {
    let mut is_any = false;
    for key in members.keys() {
        let Some(meant) = meant(key) else { continue };
        is_any = true;
        let assumed =
            if members.contains_key(&meant) { "it is left out".to_owned() } else { format!("`{meant}` is assumed") };
        context.warn_at(key, format!("{}; {assumed}", wrong(key)));
    }
    if is_any {
        members.rename(meant);
    }
}

/// Corrects `{scheme: null}` to a list without scopes.
pub(super) fn requirements_without_scopes(object: &mut Members, context: &mut Context<'_>) {
    let Some(Value::List(requirements)) = object.get_mut("security") else { return };
    let mut found = Vec::new();
    for (index, requirement) in requirements.iter_mut().enumerate() {
        let Value::Object(schemes) = requirement else { continue };
        for (name, scopes) in schemes.iter_mut().filter(|(_, scopes)| scopes.is_null()) {
            *scopes = Value::List(Vec::new());
            found.push((index, name.to_owned()));
        }
    }
    if found.is_empty() {
        return;
    }
    let at = context.node_path.pointer().join("security");
    for (index, name) in found {
        let message = "expected a list, found null; no scopes are assumed";
        context.diagnostics.warning(crate::diagnostics::Code::Invalid, &at.join(index).join(name), message);
    }
}

/// Returns whether all of these keys are present. Reports the first that is not.
fn needs(object: &Members, name: &str, keys: &[&str], context: &mut Context<'_>) -> bool {
    let missing = keys.iter().find(|key| !object.contains_key(key));
    if let Some(key) = missing {
        context.warn(format!("{name} needs `{key}`; it is left out"));
    }
    missing.is_none()
}

/// Returns whether a member is one of some words. Reports it if not.
fn is_one_of(object: &Members, key: &str, words: &[&str], name: &str, context: &mut Context<'_>) -> bool {
    let word = object.get(key).and_then(Value::as_text).unwrap_or_default();
    let is_known = words.contains(&word);
    if !is_known {
        let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
        context.warn_at(key, format!("`{word}` is not one of {}; {name} is left out", words.join(", ")));
    }
    is_known
}

pub(super) fn parameter(parameter: &mut Members, context: &mut Context<'_>) -> bool {
    let name = "a parameter";
    if !needs(parameter, name, &["name", "in"], context)
        || !is_one_of(parameter, "in", &["query", "header", "path", "cookie"], name, context)
    {
        return false;
    }
    if !parameter.contains_key("schema") && !parameter.contains_key("content") {
        context.warn("a parameter needs `schema` or `content`; text is assumed");
        parameter.insert("schema", Members::from_iter([("type", Value::from("string"))]).into());
    }
    true
}

pub(super) fn server(server: &mut Members, context: &mut Context<'_>) -> bool {
    needs(server, "a server", &["url"], context)
}

pub(super) fn tag(tag: &mut Members, context: &mut Context<'_>) -> bool {
    needs(tag, "a tag", &["name"], context)
}

pub(super) fn discriminator(discriminator: &mut Members, context: &mut Context<'_>) -> bool {
    needs(discriminator, "a discriminator", &["propertyName"], context)
}

pub(super) fn security_scheme(scheme: &mut Members, context: &mut Context<'_>) -> bool {
    let name = "a security scheme";
    if !needs(scheme, name, &["type"], context) {
        return false;
    }
    match scheme.get("type").and_then(Value::as_text) {
        Some("apiKey") => {
            needs(scheme, name, &["name", "in"], context)
                && is_one_of(scheme, "in", &["query", "header", "cookie"], name, context)
        }
        Some("http") => needs(scheme, name, &["scheme"], context),
        Some("oauth2") => needs(scheme, name, &["flows"], context),
        _ => true,
    }
}

/// Adds missing `responses`.
pub(super) fn operation(operation: &mut Members, _: &mut Context<'_>) -> bool {
    if !operation.contains_key("responses") {
        operation.insert("responses", Members::new().into());
    }
    true
}

/// Adds the required members of a document.
pub(super) fn document(document: &mut Members, context: &mut Context<'_>) -> bool {
    if !document.contains_key("paths") {
        document.insert("paths", Members::new().into());
    }
    if !document.contains_key("info") {
        document.insert("info", Members::new().into());
    }
    let Some(Value::Object(info)) = document.get_mut("info") else { return true };
    for (key, assumed) in [("title", "API"), ("version", "0")] {
        if !info.contains_key(key) {
            context.diagnostics.warning(
                crate::diagnostics::Code::Invalid,
                &context.node_path.pointer().join("info"),
                format!("the info needs `{key}`; `{assumed}` is assumed"),
            );
            info.insert(key, Value::from(assumed));
        }
    }
    true
}
