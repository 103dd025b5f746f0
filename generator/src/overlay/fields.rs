//! The members of the objects of an overlay.

use crate::diagnostics::{Code, Diagnostics, correction};
use crate::document::{NodeRef, Value};

/// The members that an object of the specification may have.
pub(super) struct Fields {
    /// The name of the object, with its article.
    object: &'static str,
    fields: &'static [Field],
}

struct Field {
    name: &'static str,
    kind: Kind,
    is_required: bool,
}

/// What a member is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Bool,
    List,
    Object,
    Any,
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_required: true }
}

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_required: false }
}

/// The Overlay Object.
pub(super) const OVERLAY: Fields = Fields {
    object: "an overlay",
    fields: &[
        required("overlay", Kind::Text),
        required("info", Kind::Object),
        optional("extends", Kind::Text),
        required("actions", Kind::List),
    ],
};

/// The Info Object.
pub(super) const INFO: Fields = Fields {
    object: "the `info` of an overlay",
    fields: &[required("title", Kind::Text), required("version", Kind::Text), optional("description", Kind::Text)],
};

/// The Action Object.
pub(super) const ACTION: Fields = Fields {
    object: "an action",
    fields: &[
        required("target", Kind::Text),
        optional("description", Kind::Text),
        optional("update", Kind::Any),
        optional("copy", Kind::Text),
        optional("remove", Kind::Bool),
    ],
};

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.as_text().is_some(),
            Self::Bool => value.as_bool().is_some(),
            Self::List => value.as_list().is_some(),
            Self::Object => value.as_object().is_some(),
            Self::Any => true,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Bool => "`true` or `false`",
            Self::List => "a list",
            Self::Object => "a mapping",
            Self::Any => "any value",
        }
    }
}

/// Reports what is wrong with the members of an object. Returns whether nothing is.
pub(super) fn check(node: &NodeRef<'_>, fields: &Fields, diagnostics: &mut Diagnostics) -> bool {
    let Fields { object, fields } = fields;
    if node.value.as_object().is_none() {
        let message = format!("{object} is a mapping, and this is {}", node.value.what());
        diagnostics.error(Code::Overlay, &node.at, message).help(format!("write a mapping with {}", names(fields)));
        return false;
    }
    let mut is_right = true;
    for (key, member) in node.members() {
        let Some(field) = fields.iter().find(|field| field.name == key) else {
            if !key.starts_with("x-") {
                let help = correction(Some(key), fields.iter().map(|field| field.name), "remove it");
                let message = format!("`{key}` has no meaning in {object}");
                diagnostics.error(Code::UnknownKey, &member.at, message).help(help);
                is_right = false;
            }
            continue;
        };
        if !field.kind.fits(member.value) {
            let message = format!("`{key}` is {}, not {}", member.value.what(), field.kind.name());
            let is_scalar = matches!(member.value, Value::Number(_) | Value::Bool(_));
            let help = match field.kind {
                Kind::Text if is_scalar => "put it in quotes".to_owned(),
                kind => format!("write {}", kind.name()),
            };
            diagnostics.error(Code::Overlay, &member.at, message).help(help);
            is_right = false;
        }
    }
    for field in fields.iter().filter(|field| field.is_required && node.value.get(field.name).is_none()) {
        let message = format!("{object} has no `{}`", field.name);
        diagnostics.error(Code::Overlay, &node.at, message).help(format!(
            "add `{}`: {}",
            field.name,
            field.kind.name()
        ));
        is_right = false;
    }
    is_right
}

fn names(fields: &[Field]) -> String {
    let names = fields.iter().filter(|field| field.is_required).map(|field| format!("`{}`", field.name));
    names.collect::<Vec<_>>().join(", ")
}
