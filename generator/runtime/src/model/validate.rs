//! Checking values against their contract before they are sent.

use std::fmt;

use super::limits::Limits;
use super::object::Object;
use super::path::Path;
use super::table::{Additional, Presence, Strictness, Table};
use super::value::{Entries, Node, Value};

/// Checks a value against its contract and lists everything that is wrong with it.
///
/// # Errors
///
/// All violations. Their messages state limits and measures, never values.
pub fn validate(value: &dyn Value) -> Result<(), Violations> {
    validate_at(value, &Path::DOCUMENT)
}

/// Checks a value whose members are sent as parts, so that files may be among them.
pub(crate) fn validate_parts(value: &dyn Value) -> Result<(), Violations> {
    validate_at(value, &Path::Parts)
}

fn validate_at(value: &dyn Value, path: &Path<'_>) -> Result<(), Violations> {
    let mut violations = Violations::new();
    check_value(&value.node(), &UNLIMITED, path, Strictness::Strict, &mut violations);
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}

static UNLIMITED: Limits = Limits::new();

impl Limits {
    /// Checks a value by itself, under a name.
    pub(crate) fn violations(&self, value: &dyn Value, name: &str) -> Violations {
        let mut violations = Violations::new();
        check_value(&value.node(), self, &Path::Root(name), Strictness::Strict, &mut violations);
        violations
    }
}

/// Checks a value that we send, in an object of this strictness.
fn check_value(node: &Node<'_>, limits: &Limits, path: &Path<'_>, strictness: Strictness, violations: &mut Violations) {
    if limits.apply {
        limits.check(node, &mut |message| violations.push(path, message));
    }
    match node {
        // Only reading makes such values; where they were read from the service, they may go back.
        Node::Enum { known: false, listed, .. } if strictness != Strictness::Exchanged => {
            violations.push(path, format!("is not one of {}", listed()));
        }
        Node::Unknown { union, .. } if strictness != Strictness::Exchanged => {
            violations.push(path, format!("is none of what {union} can be"));
        }
        Node::File(_) => check_file(path, violations),
        Node::List(_) | Node::Map(_) => {
            let each = limits.each.unwrap_or(&UNLIMITED);
            walk(node, path, &mut |node, path| check_value(node, each, path, strictness, violations));
        }
        Node::Object(object) => check_object(*object, path, violations),
        _ => {}
    }
}

fn check_file(path: &Path<'_>, violations: &mut Violations) {
    if !path.is_part() {
        violations.push(path, "is a file, which can only be a member of a multipart body");
    }
}

/// Passes the elements of a list or a map.
fn walk(node: &Node<'_>, path: &Path<'_>, element: &mut dyn FnMut(&Node<'_>, &Path<'_>)) {
    match node {
        Node::List(list) => {
            for (index, item) in list.items().enumerate() {
                element(&item.node(), &Path::Index(path, index));
            }
        }
        Node::Map(map) => {
            for (name, value) in map.entries() {
                element(&value.node(), &Path::Member(path, name));
            }
        }
        _ => {}
    }
}

fn check_object(object: &dyn Object, path: &Path<'_>, violations: &mut Violations) {
    let table = object.table();
    object.look(|fields| {
        for (field, value) in fields.iter() {
            let node = value.node();
            let path = Path::Member(path, field.name);
            match (table.strictness, &node) {
                (Strictness::Lenient, node) => pass_over(node, &path, violations),
                // What could not be read goes back as it came.
                (Strictness::Exchanged, Node::Absent) if object.extra().get(field.name).is_some() => {}
                (_, Node::Absent) if field.presence == Presence::Required => violations.push(path, "is required"),
                (_, Node::Absent) => {}
                (strictness, node) => check_value(node, &field.limits, &path, strictness, violations),
            }
        }
        if let Some(members) = object.additional() {
            check_additional(members, table, path, violations);
        }
        if table.strictness == Strictness::Strict {
            check_extra(object, path, violations);
        }
        if table.strictness != Strictness::Lenient {
            table.rules.iter().for_each(|rule| rule.check(object, fields, path, violations));
        }
    });
}

/// Checks the undeclared members that have a type.
fn check_additional(members: &dyn Entries, table: &Table, path: &Path<'_>, violations: &mut Violations) {
    for (name, value) in members.entries() {
        let path = Path::Member(path, name);
        if table.strictness == Strictness::Lenient {
            pass_over(&value.node(), &path, violations);
            continue;
        }
        if let Some(flaw) = flaw_of_name(name, table) {
            violations.push(path, flaw);
        }
        check_value(&value.node(), table.each.unwrap_or(&UNLIMITED), &path, table.strictness, violations);
    }
}

/// Looks for objects of ours within a value that is not, which is sent back as it came.
fn pass_over(node: &Node<'_>, path: &Path<'_>, violations: &mut Violations) {
    match node {
        Node::File(_) => check_file(path, violations),
        Node::List(_) | Node::Map(_) => walk(node, path, &mut |node, path| pass_over(node, path, violations)),
        Node::Object(object) => check_object(*object, path, violations),
        _ => {}
    }
}

fn check_extra(object: &dyn Object, path: &Path<'_>, violations: &mut Violations) {
    let table = object.table();
    for (name, _) in object.extra().iter() {
        let message = match table.additional {
            Additional::Kept if table.position(name).is_none() => Some(format!("is not a member of {}", table.name)),
            _ => flaw_of_name(name, table),
        };
        if let Some(message) = message {
            violations.push(Path::Member(path, name), message);
        }
    }
}

/// What is wrong with the name of an undeclared member, where such are welcome.
fn flaw_of_name(name: &str, table: &Table) -> Option<String> {
    if table.position(name).is_some() {
        return Some("is declared, set its own field instead".to_owned());
    }
    let refusal = table.additional.refusal(name)?;
    Some(format!("is not a member of {}, and its name {refusal}", table.name))
}

/// What is wrong with a request, completely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn push(&mut self, path: impl fmt::Display, message: impl Into<String>) {
        self.0.push(Violation { path: path.to_string(), message: message.into() });
    }

    /// Adds those of another check of the same request.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// The violations in the order of the document.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: String,
    message: String,
}

impl Violation {
    /// The place as a JSON path, such as `$.items[2].name`, or the name of the parameter.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it; reads on from the path: "is 41 characters long, at most 35 are allowed".
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.message)
    }
}
