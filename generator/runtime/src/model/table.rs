//! The wire contract of an object as data.

use super::limits::Limits;
use super::rules::Rule;

/// The wire contract of an object.
#[derive(Debug)]
pub struct Table {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    pub(crate) strictness: Strictness,
    pub(crate) additional: Additional,
    pub(crate) rules: &'static [Rule],
}

/// Whose mistakes an object has to bear with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// We write it: it keeps to the contract or is not sent.
    Strict,
    /// Others write it: what can be read is read, the rest is kept.
    Tolerant,
}

impl Table {
    /// The contract of an object that is sent: it is validated, and read without mercy.
    #[must_use]
    pub const fn strict(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, strictness: Strictness::Strict, additional: Additional::Kept, rules: &[] }
    }

    /// The contract of an object that is received: never validated; a member that cannot be read is kept as it came.
    #[must_use]
    pub const fn tolerant(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, strictness: Strictness::Tolerant, additional: Additional::Kept, rules: &[] }
    }

    /// Says which undeclared members are welcome.
    #[must_use]
    pub const fn additional(mut self, additional: Additional) -> Self {
        self.additional = additional;
        self
    }

    /// Adds rules over several members.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// The index of a field.
    ///
    /// Members mostly come in the order of the table, so the search starts at `hint`.
    pub(crate) fn position(&self, name: &str, hint: usize) -> Option<usize> {
        let (before, after) = self.fields.split_at(hint.min(self.fields.len()));
        let found = after.iter().position(|field| field.name == name).map(|at| at + before.len());
        found.or_else(|| before.iter().position(|field| field.name == name))
    }
}

/// Which undeclared members an object may have. They are kept and written back in any case.
#[derive(Clone, Copy, Debug)]
pub enum Additional {
    /// None; when sent, an undeclared member is a violation.
    Kept,
    /// Any.
    Any,
    /// Those whose names match the regular expression.
    Named(&'static str),
}

/// A declared member.
#[derive(Debug)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) presence: Presence,
    pub(crate) exposure: Exposure,
    pub(crate) limits: Limits,
    pub(crate) default: Option<&'static str>,
}

/// Whether a member may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
}

/// Whether `Debug` may show a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    Shown,
    Redacted,
}

impl Field {
    /// An optional member without limits, by its name on the wire.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, presence: Presence::Optional, exposure: Exposure::Shown, limits: Limits::new(), default: None }
    }

    /// The member may not be left out.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.presence = Presence::Required;
        self
    }

    /// `Debug` does not show the member.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.exposure = Exposure::Redacted;
        self
    }

    /// The member has to keep to these limits.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// What the server takes for the member where it is left out, as JSON text. Rules count it in; it is never sent.
    #[must_use]
    pub const fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }
}
