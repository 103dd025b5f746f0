//! Checking values against their contract before they are sent.

use super::constraints::Constraints;
use super::path::Path;
use super::value::Value;
use super::violations::Violations;
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
    validate_at(value, &Path::Multipart)
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
