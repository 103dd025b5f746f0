//! Adds the annotations of a schema to the type that its constraints give.

use super::extensions::{self, Extensions};
use super::keywords::Annotations;
use super::lowered::LoweredSchema;
use super::state::Schemas;
use crate::document::{NodeRef, Value, extension_keys};
use crate::ir::{Access, Docs, Scalar, Status, Type, Visibility};

impl<'a> Schemas<'a> {
    /// Adds the annotations of a schema.
    pub(super) fn annotate(&mut self, lowered: &mut LoweredSchema, annotations: &Annotations<'a>, node: &NodeRef<'a>) {
        let extensions = Extensions::new(node);
        let sensitive: Option<bool> = extensions.get(extension_keys::SENSITIVE, &mut self.reporter);
        if extensions::is_property(&node.at) {
            let look_up: Option<bool> = extensions.get(extension_keys::LOOK_UP, &mut self.reporter);
            lowered.look_up |= look_up == Some(true);
        }
        lowered.nullable |= annotations.nullable;
        if sensitive == Some(true) || lowered.ty == Type::Scalar(Scalar::Secret) {
            lowered.visibility = Visibility::Sensitive;
        }
        if annotations.deprecated {
            lowered.status = Status::Deprecated;
        }
        lowered.access = match (annotations.read_only, annotations.write_only) {
            (true, false) => Access::ReadOnly,
            (false, true) => Access::WriteOnly,
            _ => lowered.access,
        };
        lowered.default = annotations.default.map(Value::to_string).or(lowered.default.take());
        if let Some(text) = annotations.description.filter(|text| !text.is_empty()) {
            lowered.docs.text = text.to_owned();
        }
        let sentences = [("Defaults to", annotations.default), ("For example", annotations.example)];
        let sentences = sentences.into_iter().filter_map(|(words, value)| Some((words, short(value?)?)));
        lowered.docs.annotations.extend(sentences.map(|(words, value)| format!("{words} {}.", Docs::code(&value))));
        lowered.docs.annotations.extend(annotations.external_docs.map(|url| format!("See <{url}>.")));
        lowered.rust_name = extensions.get(extension_keys::NAME, &mut self.reporter);
    }
}

/// Returns a value as an annotation shows it, unless it is too long.
fn short(value: &Value) -> Option<String> {
    const LONGEST: usize = 1000;
    Some(value.to_string()).filter(|text| text.len() <= LONGEST)
}
