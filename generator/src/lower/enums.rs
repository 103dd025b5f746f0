//! Enums: each value gets a name and a meaning.

use std::collections::BTreeMap;

use openapiv3::Schema;

use super::Named;
use super::extensions::{self, Extensions};
use super::keywords::{Group, Keywords};
use super::schemas::{Lowered, Naming, Schemas, plain};
use crate::diagnostics::Code;
use crate::ir::{Docs, Enum, Shape, Type, TypeDef, Usage, Variant};
use crate::names::{Case, Scope};
use crate::source::Pointer;

impl<'a> Schemas<'a> {
    /// Lowers a string with listed values.
    pub(super) fn enumeration(
        &mut self,
        schema: &'a Schema,
        keywords: &Keywords<'a>,
        at: &Pointer,
        naming: &Naming,
    ) -> Option<Lowered> {
        self.refuse_other_groups(keywords, &[Group::Enumeration], at)?;
        let name = self.type_name(naming, at)?;
        let meanings: BTreeMap<String, String> = Extensions::new(&schema.schema_data.extensions, at)
            .get(extensions::ENUM_DESCRIPTIONS, self.diagnostics)
            .unwrap_or_default();
        let mut scope = Scope::new(Case::Pascal, &["Unknown"]);
        let mut variants = Vec::new();
        for (index, value) in keywords.enumeration.iter().enumerate() {
            let at = at.join("enum").join(index);
            let Some(text) = self.enum_value(value, &keywords.enumeration[..index], &at) else { continue };
            let claimed = scope.claim(text, None, &at);
            if let Some(name) = self.named(claimed, text, Named::EnumValue, &at) {
                let text = meanings.get(text).cloned().unwrap_or_default();
                variants.push(Variant { name, docs: Docs { text, notes: Vec::new() } });
            }
        }
        for value in
            meanings.keys().filter(|value| !keywords.enumeration.iter().any(|known| known.as_str() == Some(value)))
        {
            let at = at.join(extensions::ENUM_DESCRIPTIONS).join(value);
            self.diagnostics
                .error(Code::Extension, &at, format!("`{value}` is described but is not a value of the enum"))
                .help("add it to `enum`, or remove its description");
        }
        let docs = Docs { text: schema.schema_data.description.clone().unwrap_or_default(), notes: Vec::new() };
        let shape = Shape::Enum(Enum { variants });
        let id = self.types.insert(TypeDef { name, docs, shape, usage: Usage::Unused, at: at.clone() });
        let nullable = keywords.enumeration.iter().any(serde_json::Value::is_null);
        Some(Lowered { nullable, ..plain(Type::Named(id)) })
    }

    /// The text of a value that no value before it has; null is no value of its own.
    fn enum_value<'v>(
        &mut self,
        value: &'v serde_json::Value,
        before: &[serde_json::Value],
        at: &Pointer,
    ) -> Option<&'v str> {
        if value.is_null() {
            return None;
        }
        let Some(text) = value.as_str() else {
            self.diagnostics
                .error(Code::Invalid, at, format!("the value {value} is not text, as the `type` has it"))
                .help(format!("quote it: '{value}'"));
            return None;
        };
        if before.contains(value) {
            self.diagnostics
                .error(Code::Invalid, at, format!("the value `{text}` is listed twice"))
                .help("remove one of the two");
            return None;
        }
        Some(text)
    }
}
