//! Reports keys of the document that have no effect: keys that `openapiv3` drops, keywords that do not apply to the type of
//! their schema, and unknown extensions.
//!
//! What `openapiv3` has parsed is serialized again and compared with the file. A key of the file that is missing there was dropped.

use openapiv3::OpenAPI;
use serde_yaml::Value as Yaml;

use super::Version;
use crate::diagnostics::{Code, Diagnostics, closest};
use crate::document::extension_keys::PREFIX;
use crate::document::files::FILES_KEY;
use crate::document::grammar::{Kind, Shape, TYPES, is_reference};
use crate::document::{Pointer, Value};

/// Compares a document with its typed form, and reports the keys that the typed form does not have.
pub(super) fn report(
    given: &Value,
    openapi: &OpenAPI,
    extensions: &[&str],
    version: Version,
    diagnostics: &mut Diagnostics,
) {
    let kept = match serde_yaml::to_value(openapi) {
        Ok(kept) => kept,
        Err(error) => {
            let message = format!("the document cannot be compared with its typed form: {error}");
            diagnostics.error(Code::Invalid, &Pointer::root(), message);
            return;
        }
    };
    let mut checker = KeyChecker { extensions, version, diagnostics };
    checker.check_object(Kind::Document, given, Some(&kept), &Pointer::root());
}

struct KeyChecker<'a> {
    extensions: &'a [&'a str],
    version: Version,
    diagnostics: &'a mut Diagnostics,
}

impl KeyChecker<'_> {
    fn check(&mut self, shape: Shape, given: &Value, kept: Option<&Yaml>, at: &Pointer) {
        match (shape, given) {
            (Shape::OrReference(_), _) if is_reference(given) => self.check_reference(given, at),
            (Shape::Object(kind) | Shape::OrReference(kind), _) => self.check_object(kind, given, kept, at),
            (Shape::OrBool(inner), _) => self.check(*inner, given, kept, at),
            (Shape::List(inner), Value::List(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    self.check(*inner, element, kept.and_then(|kept| kept.get(index)), &at.join(index));
                }
            }
            (Shape::Map(inner), Value::Object(members)) => {
                for (key, member) in members {
                    self.check(*inner, member, kept.and_then(|kept| kept.get(key)), &at.join(key));
                }
            }
            _ => {}
        }
    }

    fn check_object(&mut self, kind: Kind, given: &Value, kept: Option<&Yaml>, at: &Pointer) {
        let Value::Object(members) = given else { return };
        if kind == Kind::Schema {
            self.check_keywords(given, at);
        }
        for (key, value) in members {
            let at = at.join(key);
            // `openapiv3` drops the keys that 3.0 does not have. In a 3.1 document such keys are valid and are not reported. Those of path
            // items are reported, because `query` and `additionalOperations` came with 3.2.
            if self.version == Version::V31
                && kind != Kind::PathItem
                && kind.added_after_3_0().iter().any(|(name, _)| *name == key)
            {
                continue;
            }
            if key.starts_with(PREFIX) {
                // The reader inserts this key for the files that the document refers to.
                if kind == Kind::Document && key == FILES_KEY {
                    continue;
                }
                self.check_extension(key, &at);
            }
            let shape = kind.member(key);
            match (kept.and_then(|kept| kept.get(key)), shape) {
                (Some(kept), Some(shape)) => self.check(shape, value, Some(kept), &at),
                (Some(_), None) => {}
                (None, Some(_)) if is_default(value) => {}
                (None, _) => self.report_ignored(kind, key, shape.is_some(), &at),
            }
        }
    }

    /// Reports a key that the typed form does not have.
    fn report_ignored(&mut self, kind: Kind, key: &str, is_in_grammar: bool, at: &Pointer) {
        let name = kind.name();
        if is_in_grammar || kind.unsupported().contains(&key) {
            let message = format!("`{key}` is not supported here");
            self.report_error(Code::NotSupported, at, message, "remove it".to_owned());
            return;
        }
        let message = match kind {
            Kind::Responses => format!("`{key}` is not a status code"),
            Kind::Paths => format!("the path `{key}` does not begin with `/`"),
            _ => format!("`{key}` has no meaning in {name}"),
        };
        let help = match closest(key, kind.members().iter().map(|(name, _)| *name)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if kind == Kind::Responses => "write it as '200', '2XX' or `default`".to_owned(),
            None if kind == Kind::Paths => format!("write `/{key}`"),
            None => "remove it, or prefix it with `x-` if other tools read it".to_owned(),
        };
        self.report_error(Code::UnknownKey, at, message, help);
    }

    /// Reports the ignored siblings of a `$ref`.
    fn check_reference(&mut self, given: &Value, at: &Pointer) {
        let Value::Object(members) = given else { return };
        for key in members.keys().filter(|key| *key != "$ref") {
            let at = at.join(key);
            if key.starts_with(PREFIX) {
                self.check_extension(key, &at);
            }
            let help = "move it to the referenced definition, or wrap the reference in `allOf`";
            self.report_error(Code::UnknownKey, &at, format!("`{key}` beside `$ref` is ignored"), help.to_owned());
        }
    }

    /// Reports keywords that do not apply to the type of their schema.
    fn check_keywords(&mut self, given: &Value, at: &Pointer) {
        let (Value::Object(members), Some(type_name)) = (given, given.get("type").and_then(Value::as_text)) else {
            return;
        };
        let Some((_, with_article, own_keywords)) = TYPES.iter().find(|(name, ..)| *name == type_name) else {
            let names = TYPES.iter().map(|(name, ..)| *name);
            let help = match closest(type_name, names.clone()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("use one of {}", names.collect::<Vec<_>>().join(", ")),
            };
            let message = format!("`{type_name}` is not a type");
            self.diagnostics.error(Code::Invalid, &at.join("type"), message).help(help);
            return;
        };
        for key in members.keys().filter(|key| !own_keywords.contains(key)) {
            let owners: Vec<_> =
                TYPES.iter().filter(|(.., keys)| keys.contains(&key)).map(|(name, ..)| *name).collect();
            if !owners.is_empty() {
                let message = format!("`{key}` does not apply to {with_article}");
                let help = format!("remove it, or change the type to {}", owners.join(" or "));
                self.report_error(Code::UnknownKey, &at.join(key), message, help);
            }
        }
    }

    fn check_extension(&mut self, key: &str, at: &Pointer) {
        if self.extensions.contains(&key) {
            return;
        }
        let help = match closest(key, self.extensions.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if self.extensions.is_empty() => "remove it".to_owned(),
            None => format!("use one of {}", self.extensions.join(", ")),
        };
        let message = format!("the extension `{key}` is not known");
        self.diagnostics.error(Code::Extension, at, message).help(help);
    }

    fn report_error(&mut self, code: Code, at: &Pointer, message: String, help: String) {
        self.diagnostics.error(code, at, message).help(help);
    }
}

/// Returns whether a value is the default of its key, which the typed form may omit.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::List(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::Text(_) => false,
    }
}
