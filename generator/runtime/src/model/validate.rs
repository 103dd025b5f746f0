//! Checking values against their contract before they are sent.

use std::fmt;

use super::constraints::Constraints;
use super::path::Path;
use super::value::Value;
use super::walk::Walk;

/// Checks a value against its contract and lists everything that is wrong with it.
///
/// # Errors
///
/// All violations. Their messages state constraints and measures, never values.
pub fn validate(value: &dyn Value) -> Result<(), Violations> {
    validate_at(value, &Path::DOCUMENT)
}

/// Checks a value whose members are sent as parts, so that files may be among them.
pub(crate) fn validate_parts(value: &dyn Value) -> Result<(), Violations> {
    validate_at(value, &Path::Parts)
}

fn validate_at(value: &dyn Value, path: &Path<'_>) -> Result<(), Violations> {
    let violations = violations(value, &Constraints::new(), path);
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}

/// Checks a value and writes it as JSON, in one walk.
pub(crate) fn encode_valid(value: &dyn Value) -> Result<Vec<u8>, Violations> {
    let (violations, json) = Walk::<true, true>::through(&value.node(), &Constraints::new(), &Path::DOCUMENT);
    if violations.is_empty() { Ok(json) } else { Err(violations) }
}

impl Constraints {
    /// Checks a value by itself, under a name.
    pub(crate) fn violations(&self, value: &dyn Value, name: &str) -> Violations {
        violations(value, self, &Path::Root(name))
    }
}

fn violations(value: &dyn Value, constraints: &Constraints, path: &Path<'_>) -> Violations {
    Walk::<true, false>::through(&value.node(), constraints, path).0
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
