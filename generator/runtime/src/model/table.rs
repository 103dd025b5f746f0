//! The wire contract of an object as data.

use super::constraints::Constraints;
use super::rules::Rule;
use crate::model::pattern;

/// The wire contract of an object.
#[derive(Debug)]
pub struct Table {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    pub(crate) rows: &'static [Row],
    pub(crate) strictness: Strictness,
    pub(crate) additional: Additional,
    /// The constraints of undeclared members that have a type.
    pub(crate) each: Option<&'static Constraints>,
    pub(crate) rules: &'static [Rule],
    /// Whether any field is required.
    pub(crate) requires: bool,
    /// Whether any field is read-only.
    has_read_only: bool,
    /// Whether all names are written in JSON as they are.
    pub(crate) plain: bool,
    first: [u8; BUCKETS],
}

/// Names are looked up by bucket: a table says for each where its first field is.
const BUCKETS: usize = 256;

/// Returns the bucket of a name; it tells most names of a table apart without looking at all of it.
const fn bucket(name: &[u8]) -> usize {
    match name {
        [] => 0,
        [first, ..] => {
            let (half, last) = (name[name.len() / 2] as usize, name[name.len() - 1] as usize);
            let third = name[name.len() / 3] as usize;
            (name.len() * 5 + *first as usize * 3 + third * 7 + half * 11 + last * 13) % BUCKETS
        }
    }
}

/// Returns the index of the first field of each bucket, or the last number where there is none or its index is too large for a byte.
const fn buckets(fields: &[Field]) -> [u8; BUCKETS] {
    let mut first = [u8::MAX; BUCKETS];
    let mut index = fields.len();
    while index > 0 {
        index -= 1;
        first[bucket(fields[index].name.as_bytes())] = if index < 255 { index as u8 } else { u8::MAX };
    }
    first
}

/// Returns whether all names are written in JSON as they are.
const fn all_plain(fields: &[Field]) -> bool {
    let mut index = 0;
    while index < fields.len() {
        let mut name = fields[index].name.as_bytes();
        while let [byte, rest @ ..] = name {
            if matches!(byte, b'"' | b'\\' | 0..b' ') {
                return false;
            }
            name = rest;
        }
        index += 1;
    }
    true
}

const fn any_required(fields: &[Field]) -> bool {
    let mut index = 0;
    while index < fields.len() && !matches!(fields[index].presence, Presence::Required) {
        index += 1;
    }
    index < fields.len()
}

const fn any_read_only(fields: &[Field]) -> bool {
    let mut index = 0;
    while index < fields.len() && !matches!(fields[index].access, Access::ReadOnly) {
        index += 1;
    }
    index < fields.len()
}

/// How strictly an object is validated and decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// The client writes it: it is validated before it is sent.
    Strict,
    /// The server writes it: what can be decoded is decoded, the rest is kept verbatim.
    Lenient,
    /// The server writes it and the client sends it back: it is decoded leniently, and validated where the client may have changed it.
    Exchanged,
}

impl Table {
    /// Creates the contract of an object that is sent: it is validated, and decoded strictly.
    #[must_use]
    pub const fn strict(name: &'static str, fields: &'static [Field], rows: &'static [Row]) -> Self {
        Self::new(name, fields, rows, Strictness::Strict)
    }

    /// Creates the contract of an object that is received: it is never validated, and an undecodable member is kept verbatim.
    #[must_use]
    pub const fn lenient(name: &'static str, fields: &'static [Field], rows: &'static [Row]) -> Self {
        Self::new(name, fields, rows, Strictness::Lenient)
    }

    /// Creates the contract of an object that is sent and received.
    ///
    /// It is read like one that is received: a member that is missing or cannot be read is passed over, unless its place cannot
    /// be empty. It is validated like one that is sent, but for what only reading can have put there: unknown values and
    /// undeclared members go back as they came.
    #[must_use]
    pub const fn exchanged(name: &'static str, fields: &'static [Field], rows: &'static [Row]) -> Self {
        Self::new(name, fields, rows, Strictness::Exchanged)
    }

    const fn new(name: &'static str, fields: &'static [Field], rows: &'static [Row], strictness: Strictness) -> Self {
        let (requires, plain, first) = (any_required(fields), all_plain(fields), buckets(fields));
        let has_read_only = any_read_only(fields);
        let (additional, each) = (Additional::Kept, None);
        Self { name, fields, rows, strictness, additional, each, rules: &[], requires, has_read_only, plain, first }
    }

    /// Says which undeclared members are welcome.
    #[must_use]
    pub const fn additional(mut self, additional: Additional) -> Self {
        self.additional = additional;
        self
    }

    /// Sets the constraints of undeclared members that have a type.
    #[must_use]
    pub const fn each(mut self, constraints: &'static Constraints) -> Self {
        self.each = Some(constraints);
        self
    }

    /// Adds rules over several members.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// Returns what stands before the value of the field at `index`, if there is one and names are written as they are.
    pub(crate) fn expected_name(&self, index: usize) -> Option<&'static [u8]> {
        self.rows.get(index).filter(|_| self.plain).map(|row| row.lead(false))
    }

    /// Returns the index of a field.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        let start = usize::from(self.first[bucket(name.as_bytes())]);
        // Nearly always it is the first of its bucket.
        if self.rows.get(start)?.name == name { Some(start) } else { self.position_behind(start, name) }
    }

    /// Returns whether a member is one that the server sets and requests leave out.
    pub(crate) fn is_read_only(&self, name: &str) -> bool {
        let access = || self.position(name).map(|index| self.rows[index].access);
        self.has_read_only && access() == Some(Access::ReadOnly)
    }

    #[cold]
    fn position_behind(&self, start: usize, name: &str) -> Option<usize> {
        let fields = self.fields.get(start + 1..)?;
        fields.iter().position(|field| field.name == name).map(|at| start + 1 + at)
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

impl Additional {
    /// Returns why an undeclared member may not have its name, if it may not.
    pub(crate) fn refusal(self, name: &str) -> Option<String> {
        match self {
            Self::Named(pattern) => pattern::refusal(pattern, name),
            Self::Kept | Self::Any => None,
        }
    }
}

/// A declared member.
#[derive(Debug)]
pub struct Field {
    pub(crate) name: &'static str,
    lead: &'static str,
    pub(crate) presence: Presence,
    pub(crate) exposure: Exposure,
    pub(crate) access: Access,
    pub(crate) constraints: Constraints,
    pub(crate) default: Option<&'static str>,
}

/// The part of a field's contract that every walk reads. Walks take fewer instructions with it: a field without constraints has none to
/// look up, and its name is copied together with its quotes. Everything else stays in [`Field`].
#[derive(Debug)]
pub struct Row {
    pub(crate) name: &'static str,
    /// The JSON before the value of a field that follows another: a comma, the name in quotes, a colon. It is valid only for a name
    /// without escapes.
    lead: &'static [u8],
    /// `None` where there are no constraints.
    pub(crate) constraints: Option<&'static Constraints>,
    pub(crate) presence: Presence,
    pub(crate) exposure: Exposure,
    pub(crate) access: Access,
}

impl Row {
    /// Returns the rows of the fields of a table.
    #[must_use]
    pub const fn all<const N: usize>(fields: &'static [Field]) -> [Self; N] {
        let mut rows = [const {
            Self {
                name: "",
                lead: &[],
                constraints: None,
                presence: Presence::Optional,
                exposure: Exposure::Shown,
                access: Access::Both,
            }
        }; N];
        let mut index = 0;
        while index < N {
            let field = &fields[index];
            let constraints = if field.constraints.apply || field.constraints.each.is_some() {
                Some(&field.constraints)
            } else {
                None
            };
            let Field { name, lead, presence, exposure, access, .. } = *field;
            rows[index] = Self { name, lead: lead.as_bytes(), constraints, presence, exposure, access };
            index += 1;
        }
        rows
    }

    /// Returns the JSON before the value, for a name without escapes. `follows`: whether a comma is needed.
    pub(super) fn lead(&self, follows: bool) -> &'static [u8] {
        if follows { self.lead } else { &self.lead[1..] }
    }
}

/// Whether a member may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    /// It may, but a response is supposed to have it.
    Expected,
    Optional,
}

/// Whether `Debug` may show a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    Shown,
    Redacted,
}

/// Which way a member goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Both,
    /// In responses only.
    ReadOnly,
    /// In requests only.
    WriteOnly,
}

impl Field {
    /// Creates an optional member without constraints from its name on the wire, `name`, written `,"name":`.
    ///
    /// Macros can put that together, and what is one text is copied at once.
    #[must_use]
    pub const fn new(lead: &'static str) -> Self {
        let name = lead.split_at(",\"".len()).1.split_at(lead.len() - ",\"\":".len()).0;
        Self {
            name,
            lead,
            presence: Presence::Optional,
            exposure: Exposure::Shown,
            access: Access::Both,
            constraints: Constraints::new(),
            default: None,
        }
    }

    /// Marks the member as required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.presence = Presence::Required;
        self
    }

    /// Sets a response is supposed to have the member. It may be left out all the same; only a union looks at this,
    /// to tell its variants apart.
    #[must_use]
    pub const fn expected(mut self) -> Self {
        self.presence = Presence::Expected;
        self
    }

    /// Hides the member from `Debug`.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.exposure = Exposure::Redacted;
        self
    }

    /// Leaves the member out of requests. It is read, and written where a value is kept.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.access = Access::ReadOnly;
        self
    }

    /// Expects the member in requests only: a response without it lacks nothing.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.access = Access::WriteOnly;
        self
    }

    /// Sets what the server takes for the member where it is left out, as JSON text. Rules count it in; it is never
    /// sent.
    #[must_use]
    pub const fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }
}

/// Lets a field be limited as its value is.
macro_rules! limited {
    ($($name:ident($($argument:ident: $type:ty)?);)*) => {
        impl Field {$(
            #[doc = concat!("Limits the value: [`", stringify!($name), "`](Constraints::", stringify!($name), ").")]
            #[must_use]
            pub const fn $name(mut self $(, $argument: $type)?) -> Self {
                self.constraints = self.constraints.$name($($argument)?);
                self
            }
        )*}
    };
}

limited! {
    min_length(count: usize);
    max_length(count: usize);
    pattern(pattern: &'static str);
    minimum(bound: &'static str);
    exclusive_minimum(bound: &'static str);
    maximum(bound: &'static str);
    exclusive_maximum(bound: &'static str);
    multiple_of(bound: &'static str);
    min_items(count: usize);
    max_items(count: usize);
    unique_items();
    min_properties(count: usize);
    max_properties(count: usize);
    each(constraints: &'static Constraints);
}
